//! Ingram Micro's Cloud Marketplace API.

mod needs;

pub use needs::NEEDS;
