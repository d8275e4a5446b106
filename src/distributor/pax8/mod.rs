//! Pax8 partner API, v1. What is known of it, and from where, is said beside each piece.

mod needs;

pub use needs::NEEDS;
