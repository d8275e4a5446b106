//! Sherweb's service provider and distributor APIs, v1. What is known of them, and from where, is said beside each piece.

mod answer;
mod charges;
mod commitment;
mod config;
mod connector;
mod customer_read;
mod customers;
mod endpoints;
mod grant;
mod needs;
mod platforms;
mod problems;
mod questions;
mod subscription_row;
mod told_wait;

pub use config::{Fees, SherwebConfig};
pub use connector::Sherweb;
pub use needs::NEEDS;
pub use questions::OPEN_QUESTIONS;
