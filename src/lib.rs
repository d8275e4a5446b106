//! Vectis joins licence distributors with an MSP's PSA and finds the money that is lost in between.
//!
//! One library with two faces: the console (`tui`) and the same verbs as plain commands (`cli`). Folders are rooms; a
//! room may know the rooms below it in this list, never those above.
//!
//! | room | what lives there | knows |
//! | --- | --- | --- |
//! | `main.rs` | starts, stops, exit codes | cli |
//! | [`cli`] | clap definitions, one file a verb; prints tables or JSON | all below, and [`tui::run`] |
//! | [`tui`] | the console: loop, state, keymap, theme, panes, widgets; its bridge to the engine | engine, store's reads, domain |
//! | [`report`] | tables, exports, digest, QBR (pure: data in, text out) | findings, domain |
//! | [`engine`] | commands in, events out; sync runs, checkpoints, leases, budgets, tokens | everything below |
//! | [`findings`] | pure: snapshots and agreements in, findings out | domain |
//! | [`matching`] | pure: customers and companies in, links and suggestions out | domain |
//! | [`distributor`] | the trait `Distributor` and a folder for each vendor | http, domain |
//! | [`psa`] | the PSA's companies and agreements, by API or from files: the trait `Psa` and a folder for each system | http, domain |
//! | [`http`] | the read-only API client: pacing, retry, redaction, limits | domain |
//! | [`mail`] | a letter to a mail server, and what went wrong in words | domain |
//! | [`store`] | SQLite and PostgreSQL: migrations, queries, leases, shared pacing | domain |
//! | [`secret`] | credentials at rest, and how they come in | domain |
//! | [`config`] | file, profiles, environment, flags | domain |
//! | [`domain`] | the words of the field as types; no I/O | nothing |
//! | [`sim`] | simulated distributors over real HTTP, and the demo's data; shares no code with the clients | domain |
//!
//! Two flows, each one way:
//!
//! ```text
//! data      HTTP → wire row → tolerant mapping (bad rows: quarantine) → domain → store → matching → findings → reports, screen
//! control   key or verb → Command → engine task → Event → state → frame
//! ```
//!
//! The screen holds no truth of its own: it draws what store and events say. Nothing on its task waits for disk or
//! network. Each page of a listing is one transaction with its checkpoint, so that a process may die anywhere.

#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::todo)
)]
// A `Problem` is whole sentences; failures are rare enough to hand them over by value.
#![allow(clippy::result_large_err)]

pub mod cli;
pub mod config;
pub mod distributor;
pub mod domain;
pub mod engine;
pub mod findings;
pub mod http;
pub mod mail;
pub mod matching;
pub mod psa;
pub mod report;
pub mod secret;
pub mod sim;
pub mod store;
pub mod tui;
