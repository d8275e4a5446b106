//! Simulated distributors and PSAs over real HTTP, and the data of the demo.
//!
//! Shares no code with the clients: what a vendor sends is written here by hand from the vendor's documents, so that
//! one mistake cannot sit on both sides of a test. Everything is made up; likenesses to real organisations are chance.

pub mod accounts;
mod agreements;
pub mod autotask;
mod baskets;
mod books;
mod cases;
pub mod catalogue;
pub mod connectwise;
mod dice;
mod distort;
pub mod halo;
mod hostility;
pub mod ingram;
pub mod ion;
pub mod licence;
mod naming;
mod organisation;
pub mod party;
pub mod pax8;
mod places;
pub mod psa_csv;
mod records;
mod relations;
pub mod server;
mod share;
mod share_account;
pub mod sherweb;
mod spellings;
mod tenant;
mod week;
mod wire;
mod words;
mod words_abroad;
mod words_canada;
pub mod world;
