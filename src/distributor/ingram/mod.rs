//! Ingram Micro's Cloud Marketplace API. What is known of it, and from where, is said beside each piece. (Its Reseller API
//! holds hardware and catalogues, no seats of end customers.)

mod config;
mod connector;
mod customers;
mod detail;
mod endpoints;
mod grant;
mod list_row;
mod memory;
mod needs;
mod paging;
mod problems;
mod questions;

pub use config::IngramConfig;
pub use connector::Ingram;
pub use needs::NEEDS;
pub use questions::OPEN_QUESTIONS;
