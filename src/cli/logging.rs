//! The program's own log: daily files in the state folder, never the terminal.

use std::os::unix::fs::DirBuilderExt;
use std::sync::Arc;

use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_appender::rolling::{Builder, Rotation};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use crate::config;
use crate::domain::log::Level;

/// Lines that may wait for a slow disk; their places are reserved at the start.
const LINES: usize = 4_096;

/// Writes what is left when dropped.
pub(super) struct Guard {
    _worker: WorkerGuard,
}

/// Starts the log. Where the folder cannot be written the program runs without: a log is no reason to stop.
pub(super) fn start(log: &config::Log, verbose: u8) -> Option<Arc<Guard>> {
    let folder = log.folder.as_deref()?;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .ok()?;
    let files = Builder::new()
        .rotation(Rotation::DAILY)
        .filename_prefix("vectis")
        .filename_suffix("log")
        .max_log_files(usize::try_from(log.keep_days).unwrap_or(14))
        .build(folder)
        .ok()?;
    let (writer, worker) = NonBlockingBuilder::default()
        .buffered_lines_limit(LINES)
        .finish(files);
    let level = match (verbose, log.level) {
        (0, Level::Error) => LevelFilter::ERROR,
        (0, Level::Warn) => LevelFilter::WARN,
        (0, Level::Info) => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    let filter = Targets::new()
        .with_default(LevelFilter::WARN)
        .with_target("vectis", level);
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(writer);
    tracing_subscriber::registry()
        .with(lines.with_filter(filter))
        .try_init()
        .ok()?;
    Some(Arc::new(Guard { _worker: worker }))
}
