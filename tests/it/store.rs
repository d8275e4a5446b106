//! The store on both engines.

mod links;
