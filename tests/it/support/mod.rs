//! Helpers of the tests.

pub mod database;
pub mod postgres;
pub mod rows;
