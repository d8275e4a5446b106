//! The PSA side: companies and what is contracted with them, read only.

pub mod csv;
