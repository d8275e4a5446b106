//! Pax8 partner API, v1. What is known of it, and from where, is said beside each piece: OAS is the vendor's OpenAPI
//! document, DEVX its developer site.

mod companies;
mod config;
mod connector;
mod contacts;
mod endpoints;
mod grantor;
mod listing;
mod needs;
mod problems;
mod products;
mod subscriptions;

pub use config::Pax8Config;
pub use connector::Pax8;
pub use needs::NEEDS;
