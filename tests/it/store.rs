//! The store on both engines.

mod batches;
mod copying;
mod credentials;
mod faults;
mod findings;
mod gone;
mod histories;
mod isolation;
mod leases;
mod links;
mod migrating;
mod opening;
mod pacing;
mod pooler;
mod products;
mod psa;
mod runs;
mod schema;
mod subscriptions;
mod unread;
mod values;
mod volume;
mod watching;
