//! What can go wrong with the database, each with its cause and what to do next.

use std::path::{Path, PathBuf};

use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::time::Ts;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address is none that can be opened.
    #[error("'{url}' is no database address: {why}")]
    BadUrl {
        /// As given, without a password.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// The file or server database cannot be opened.
    #[error("cannot open the database {path}: {why}")]
    CannotOpen {
        /// The file, or the server's address without a password.
        path: String,
        /// What the system said.
        why: String,
    },
    /// Others on this machine can read the file.
    #[error("others can read {}", .0.display())]
    Exposed(PathBuf),
    /// Nothing may be written.
    #[error("the database is read-only: {0}")]
    ReadOnly(String),
    /// No space is left.
    #[error("the disk that holds the database is full: {0}")]
    DiskFull(String),
    /// Another program holds the file for longer than we wait.
    #[error("another program holds the database: {0}")]
    Locked(String),
    /// The file is damaged or no database.
    #[error("the database is damaged: {0}")]
    Corrupt(String),
    /// A newer version of the program made the database.
    #[error("the database has schema {found}, this program knows {known}")]
    NewerSchema {
        /// In the database.
        found: i64,
        /// In this program.
        known: i64,
    },
    /// The server does not answer.
    #[error("the database server cannot be reached: {0}")]
    Unreachable(String),
    /// The server refuses the user or password.
    #[error("the database server refuses the login: {0}")]
    AuthenticationFailed(String),
    /// The connection broke, or the server is going down.
    #[error("the connection to the database was lost: {0}")]
    LostConnection(String),
    /// A copy would overwrite something, or did not arrive whole: nothing was copied.
    #[error("the database was not copied: {0}")]
    CopyRefused(String),
    /// Another process runs this sync.
    #[error("{by} holds the run")]
    RunHeld {
        /// Who.
        by: String,
        /// When its run began.
        since: Ts,
    },
    /// This process held the run, but another has taken it over: nothing was written.
    #[error("the run was taken over by another process")]
    TakenOver,
    /// Collided with another writer; tried again before it is ever seen.
    #[error("collided with another writer: {0}")]
    Collision(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl StoreError {
    /// True if the same transaction may be tried again at once.
    pub(super) fn is_collision(&self) -> bool {
        matches!(self, StoreError::Collision(_))
    }

    /// The same failure while opening: what broke the connection then means that it never stood.
    pub(super) fn while_opening(self, place: &str) -> Self {
        match self {
            StoreError::LostConnection(why) => StoreError::Unreachable(format!("{place}: {why}")),
            StoreError::Other(why) => StoreError::CannotOpen {
                path: place.to_owned(),
                why,
            },
            other => other,
        }
    }

    /// A file or folder that cannot be made or read.
    pub(super) fn file(path: &Path, error: &std::io::Error) -> Self {
        let shown = path.display().to_string();
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                StoreError::DiskFull(shown)
            }
            std::io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly(shown),
            _ => StoreError::CannotOpen {
                path: shown,
                why: error.to_string(),
            },
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error;
        match error {
            Error::Database(inner) => {
                let code = inner.code().unwrap_or_default().into_owned();
                let words = inner.message().to_owned();
                if inner
                    .try_downcast_ref::<sqlx::sqlite::SqliteError>()
                    .is_some()
                {
                    from_sqlite(code.parse().unwrap_or(1), words)
                } else {
                    from_postgres(&code, words)
                }
            }
            Error::Io(e) => StoreError::LostConnection(e.to_string()),
            // What is no answer of a PostgreSQL server: a proxy before one that is away closes what it took, for example.
            Error::Protocol(words) => StoreError::LostConnection(words),
            Error::Tls(e) => StoreError::Unreachable(format!("TLS: {e}")),
            Error::PoolTimedOut => {
                StoreError::LostConnection("no connection became free in time".to_owned())
            }
            Error::PoolClosed | Error::WorkerCrashed => {
                StoreError::LostConnection(error.to_string())
            }
            other => StoreError::Other(other.to_string()),
        }
    }
}

/// Result codes: <https://sqlite.org/rescode.html>; the low byte is the primary one.
fn from_sqlite(code: i32, words: String) -> StoreError {
    match code & 0xff {
        5 | 6 => StoreError::Locked(words),
        8 => StoreError::ReadOnly(words),
        10 => StoreError::DiskFull(format!("the disk does not take or give the data ({words})")),
        11 | 26 => StoreError::Corrupt(words),
        13 => StoreError::DiskFull(words),
        _ => StoreError::Other(words),
    }
}

/// Error codes: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn from_postgres(code: &str, words: String) -> StoreError {
    match code {
        "40001" | "40P01" => StoreError::Collision(words),
        "28000" | "28P01" => StoreError::AuthenticationFailed(words),
        "53100" => StoreError::DiskFull(words),
        "25006" | "42501" => StoreError::ReadOnly(words),
        "55P03" => StoreError::Locked(words),
        // 25P03: a transaction that said nothing for too long, see `server`.
        "57P01" | "57P02" | "57P03" | "53300" | "25P03" => StoreError::LostConnection(words),
        "XX001" | "XX002" => StoreError::Corrupt(words),
        _ if code.starts_with("08") => StoreError::LostConnection(words),
        _ => StoreError::Other(format!("{words} ({code})")),
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let seen = error.to_string();
        let (kind, title, cause, remedy) = words(&error);
        Problem::new(kind, title)
            .seen(seen)
            .cause(cause)
            .remedy(remedy)
    }
}

/// Kind, title, cause, and what to do next.
fn words(error: &StoreError) -> (ProblemKind, &'static str, String, String) {
    let database = |title, cause: &str, remedy: &str| {
        (
            ProblemKind::Database,
            title,
            cause.to_owned(),
            remedy.to_owned(),
        )
    };
    match error {
        StoreError::BadUrl { why, .. } => (
            ProblemKind::Configuration,
            "The database address cannot be used",
            why.clone(),
            "Write it like sqlite:///home/me/vectis.db or postgres://user@host/name".to_owned(),
        ),
        StoreError::CannotOpen { path, why } => (
            ProblemKind::Database,
            "The database cannot be opened",
            why.clone(),
            format!("Check that {path} exists and that this user may write it and its folder"),
        ),
        StoreError::Exposed(path) => (
            ProblemKind::Configuration,
            "The database can be read by others on this machine",
            "Its permissions are wider than its owner".to_owned(),
            format!("Run: chmod 600 '{}'", path.display()),
        ),
        StoreError::ReadOnly(_) => database(
            "The database cannot be written",
            "The file, its folder or the server allows reading only; a standby server does too",
            "Give this user the right to write, or point --database to the primary server",
        ),
        StoreError::DiskFull(_) => database(
            "The disk is full",
            "The disk or quota that holds the database has no room left, or the disk fails",
            "Free some space and start again: what was saved before is safe",
        ),
        StoreError::Locked(_) => database(
            "Another program holds the database",
            "It was locked for longer than 10 seconds, by a backup or a person's sqlite3 for example",
            "Find the program (fuser, lsof), end it, and try again",
        ),
        StoreError::Corrupt(_) => database(
            "The database is damaged",
            "The file is no database, or a disk or a copy while it was in use has damaged it",
            "Put it aside and restore the newest backup; a fresh sync fills in the rest",
        ),
        StoreError::NewerSchema { .. } => database(
            "The database belongs to a newer version",
            "A newer version of this program has already changed the tables",
            "Update this program, or restore the backup made before the other was updated",
        ),
        StoreError::Unreachable(_) => database(
            "The database server cannot be reached",
            "It is down, its address or port is wrong, a firewall is between, or TLS fails",
            "Check the address in --database and that the server runs; psql with the same address tells more",
        ),
        StoreError::AuthenticationFailed(_) => database(
            "The database server refuses the login",
            "User or password is wrong, or the server's pg_hba.conf does not let this host in",
            "Correct the address, PGPASSWORD or ~/.pgpass, or ask the server's administrator",
        ),
        StoreError::LostConnection(_) => database(
            "The connection to the database was lost",
            "The server restarted or does not answer, a firewall cut the connection, or too many are open",
            "Try again; nothing that was saved is lost",
        ),
        StoreError::CopyRefused(why) => (
            ProblemKind::Database,
            "The database was not copied",
            why.clone(),
            "Copy into an empty database; both are as they were".to_owned(),
        ),
        StoreError::RunHeld { by, since } => (
            ProblemKind::RunHeld,
            "Another process is syncing this connection",
            format!("{by} has been at it since {since}"),
            "Watch it in the console, or wait; if it died, its hold ends within a minute"
                .to_owned(),
        ),
        StoreError::TakenOver => (
            ProblemKind::RunHeld,
            "Another process took the run over",
            "This process stood still for more than a minute, so another one went on".to_owned(),
            "Nothing is lost: watch the other run, or start again when it has ended".to_owned(),
        ),
        StoreError::Collision(_) => database(
            "The database is busy",
            "Many writers collided several times in a row",
            "Try again",
        ),
        StoreError::Other(_) => (
            ProblemKind::Unexpected,
            "The database answered something nobody foresaw",
            "Probably a fault of this program".to_owned(),
            "Try again; if it stays, send the output of vectis doctor --bundle".to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(error: StoreError) -> (ProblemKind, String) {
        let problem = Problem::from(error);
        for text in [
            &problem.title,
            &problem.seen,
            &problem.cause,
            &problem.remedy,
        ] {
            assert!(!text.is_empty(), "{problem}");
        }
        (problem.kind, problem.title)
    }

    #[test]
    fn each_failure_has_words_of_its_own() {
        let said = || "as the engine said it".to_owned();
        let all = [
            StoreError::BadUrl {
                url: said(),
                why: said(),
            },
            StoreError::CannotOpen {
                path: said(),
                why: said(),
            },
            StoreError::Exposed(PathBuf::from("/tmp/x.db")),
            from_sqlite(8, said()),
            from_sqlite(13, said()),
            from_sqlite(261, said()),
            from_sqlite(26, said()),
            StoreError::NewerSchema { found: 9, known: 2 },
            StoreError::from(sqlx::Error::Io(
                std::io::ErrorKind::ConnectionRefused.into(),
            ))
            .while_opening("host"),
            from_postgres("28P01", said()),
            from_postgres("57P01", said()),
            StoreError::RunHeld {
                by: said(),
                since: Ts::default(),
            },
            StoreError::TakenOver,
            StoreError::CopyRefused(said()),
            from_postgres("40P01", said()),
            from_postgres("42601", said()),
        ];
        let titles: Vec<_> = all.into_iter().map(title).collect();
        let distinct: std::collections::HashSet<_> = titles.iter().map(|(_, t)| t).collect();
        assert_eq!(distinct.len(), titles.len());
        let held = titles
            .iter()
            .filter(|(kind, _)| *kind == ProblemKind::RunHeld)
            .count();
        let database = titles
            .iter()
            .filter(|(kind, _)| *kind == ProblemKind::Database)
            .count();
        assert_eq!((held, database), (2, 11));
    }
}
