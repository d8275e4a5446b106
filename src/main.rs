//! Starts, stops, exit codes.

fn main() {}
