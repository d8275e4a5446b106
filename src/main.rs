//! Starts, stops, exit codes.

use std::process::ExitCode;

fn main() -> ExitCode {
    vectis::cli::run(&std::env::args_os().collect::<Vec<_>>())
}
