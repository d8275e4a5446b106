//! Tolerant reading of JSON rows from outside, and the account of everything that differed from the documents.

pub mod aside;
pub mod read;
pub mod row;
pub mod shape;
pub mod sightings;
pub mod surprises;
