//! Vectis joins licence distributors with an MSP's PSA and finds the money that is lost in between.

#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::todo)
)]
// A `Problem` is whole sentences; failures are rare enough to hand them over by value.
#![allow(clippy::result_large_err)]

pub mod cli;
pub mod config;
pub mod distributor;
pub mod domain;
pub mod engine;
pub mod findings;
pub mod http;
pub mod matching;
pub mod psa;
pub mod report;
pub mod secret;
pub mod sim;
pub mod store;
pub mod tui;
