//! The read-only API client: pacing, retry, redaction, size limits, recording and replay.

pub mod auth;
pub mod body;
pub mod client;
pub mod error;
mod exchange;
pub mod grant;
pub mod json;
pub mod network;
pub mod observe;
pub mod origin;
pub mod pacing;
pub mod problems;
mod quota;
pub mod recording;
pub mod redact;
pub mod request;
pub mod retry;
pub mod tempo;
#[cfg(test)]
pub(crate) mod testing;
mod watch;
mod words;
