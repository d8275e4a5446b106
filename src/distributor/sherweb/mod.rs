//! Sherweb's service provider and distributor APIs, v1.

mod needs;

pub use needs::NEEDS;
