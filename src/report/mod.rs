//! What leaves the program for people and their tools: tables, exports, the digest, the QBR section. Pure: data in,
//! text out.
//!
//! An export is a [`sheet::Sheet`] that [`csv`] or [`table`] gives a form; its rows serialise to JSON. A report is a
//! [`document::Document`] that [`plain`], [`markdown`] or [`html`] gives a form.

pub mod acceptance;
mod acceptance_psa;
pub mod chart;
pub mod csv;
pub mod customers;
pub mod digest;
pub mod digest_document;
pub mod document;
pub mod findings;
pub mod html;
pub mod licensing;
pub mod markdown;
pub mod plain;
pub mod qbr;
pub mod qbr_document;
#[cfg(test)]
pub(crate) mod sample;
pub mod sheet;
pub mod table;
pub mod usage;
pub mod whole_finding;
pub mod words;
