//! One store for SQLite and PostgreSQL: migrations, queries, leases, shared pacing. Knows only the domain.
//!
//! Every table's key begins with the tenant and no query leaves it out. A statement is one text with `$1…` for both
//! engines; what must differ is in `dialect.rs`, and how a value is kept in `columns.rs`.

mod arg;
pub mod backup;
mod batches;
mod begin;
mod bell;
mod bulk;
mod columns;
mod db;
mod decision_log;
mod details;
mod dialect;
mod finding_life;
mod finding_rows;
mod migrations;
mod profile;
mod retry;
mod server;

pub mod changes;
pub mod claims;
pub mod connections;
pub mod copy;
pub mod customers;
pub mod daemon;
pub mod decisions;
pub mod digests;
pub mod error;
pub mod feed;
pub mod findings;
pub mod gone;
pub mod hub;
pub mod leases;
pub mod links;
pub mod log;
pub mod notes;
pub mod open;
pub mod pacing;
pub mod pages;
mod product_decisions;
pub mod product_queue;
pub mod products;
pub mod progress;
pub mod psa;
mod psa_rows;
mod psa_settings;
pub mod quarantine;
pub mod review;
pub mod runs;
pub mod secrets;
pub mod standing;
pub mod subscription_decisions;
pub mod subscriptions;
pub mod tokens;
mod unlisted;
pub mod unread;
pub mod watch;

pub use error::StoreError;
pub use open::{EngineKind, Store};
