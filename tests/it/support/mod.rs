//! Helpers of the tests.

pub mod acceptance;
pub mod alike;
pub mod context;
pub mod database;
pub mod ingram;
pub mod life;
pub mod mail;
pub mod pace;
pub mod pax8;
pub mod postgres;
pub mod program;
pub mod psa;
pub mod rows;
pub mod schema;
pub mod screen;
pub mod sherweb;
pub mod signal;
pub mod stand;
pub mod vendor;
pub mod wire;
