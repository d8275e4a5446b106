//! The read-only API client: pacing, retry, redaction, size limits.

pub mod pacing;
