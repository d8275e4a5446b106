//! Tests of the whole screen: what it looks like, what its keys ask for, what it writes.

mod batches;
mod harness;
mod keys;
mod looks;
mod looping;
mod skus;
mod steps;
mod sturdy;
mod switches;

pub use harness::{Bench, options};
