//! TD SYNNEX StreamOne Ion, API v3. What is known of it, and from where, is said beside each piece.

mod auth;
mod cloud_profiles;
mod config;
mod connector;
mod customers;
mod endpoints;
mod needs;
mod paging;
mod problems;
mod questions;
mod session;
mod subscription_row;
mod subscriptions;
mod token_problems;

pub use config::{ClientPair, IonConfig};
pub use connector::Ion;
pub use endpoints::DEFAULT_BASE_URL;
pub use needs::NEEDS;
pub use questions::OPEN_QUESTIONS;
