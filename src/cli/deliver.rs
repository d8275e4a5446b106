//! Hands a finished report or table over: to standard output, or into a file.

use std::io::Write;
use std::path::Path;

use serde::Serialize;

use super::session::{Session, usage};
use crate::domain::problem::Problem;

/// As JSON, indented, with a line break at its end.
pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> Result<String, Problem> {
    let text = serde_json::to_string_pretty(value).map_err(|error| {
        usage(
            "The result cannot be written as JSON",
            error.to_string(),
            "ask for another format",
        )
    })?;
    Ok(text + "\n")
}

/// Writes to the file where one is named, else to standard output.
pub(super) fn text(session: &Session, file: Option<&Path>, text: &str) -> Result<(), Problem> {
    let Some(path) = file else {
        session.output.text(text);
        return Ok(());
    };
    write(path, text)?;
    session
        .output
        .note(&format!("written to {}", path.display()));
    Ok(())
}

/// Writes a file.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Problem> {
    std::fs::write(path, text).map_err(|error| cannot_write(path, &error))
}

/// A file that cannot be written.
pub(super) fn cannot_write(path: &Path, error: &std::io::Error) -> Problem {
    usage(
        format!("{} cannot be written", path.display()),
        error.to_string(),
        "check the path and its permissions",
    )
}

/// As [`whole`], for this user alone.
pub(super) fn private(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(text.as_bytes())?;
    new.as_file().sync_all()?;
    new.persist(path)?;
    Ok(())
}

/// Writes a file of our own, and its folder where it is missing: the whole of it, or nothing.
pub(super) fn whole(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let new = path.with_extension("new");
    std::fs::write(&new, text)?;
    std::fs::rename(&new, path)
}
