//! Helpers of the tests.

pub mod context;
pub mod database;
pub mod postgres;
pub mod program;
pub mod rows;
pub mod screen;
pub mod vendor;
