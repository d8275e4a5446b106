//! `vectis completions` and `vectis man`: made from the same definitions as the command line itself.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Done, Output};
use crate::domain::problem::{Problem, ProblemKind};

#[derive(Debug, Args)]
#[command(
    after_help = "Example: vectis completions bash > ~/.local/share/bash-completion/completions/vectis"
)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn completions(args: CompletionsArgs, output: Output) -> Result<Done, Problem> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "vectis", &mut script);
    output.text(&String::from_utf8_lossy(&script));
    Ok(Done::Well)
}

pub(super) fn man(output: Output) -> Result<Done, Problem> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command())
        .render(&mut page)
        .map_err(|e| {
            Problem::new(ProblemKind::Unexpected, "The manual page could not be made")
                .seen(e.to_string())
        })?;
    output.text(&String::from_utf8_lossy(&page));
    Ok(Done::Well)
}
