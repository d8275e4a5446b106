//! Tests of the whole screen: what it looks like, what its keys ask for, what it writes.

mod harness;
mod keys;
mod looks;
mod looping;
mod skus;
mod sturdy;
mod switches;

pub use harness::{Bench, options};
