//! What can be wrong with the configuration, and where.

use std::fmt;
use std::path::PathBuf;

use crate::domain::problem::{Problem, ProblemKind};

/// Where a value was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a file; line and column count from 1, columns in characters.
    File {
        /// Which.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// In a variable of the environment.
    Environment(String),
    /// In a flag.
    Flag(&'static str),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::File { path, line, column } => {
                write!(f, "{}, line {line}, column {column}", path.display())
            }
            Place::Environment(name) => write!(f, "the environment variable {name}"),
            Place::Flag(name) => write!(f, "the flag {name}"),
        }
    }
}

/// Something in the configuration cannot be used. Values of the environment are not repeated.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The user has no home folder, so that there is no place for files.
    #[error("there is no home folder to keep files in")]
    NoHome,
    /// The file is there and cannot be read, or was named and is not there.
    #[error("{} cannot be read: {cause}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system says.
        cause: String,
    },
    /// The file is no TOML.
    #[error("{place}: {message}")]
    Syntax {
        /// Where.
        place: Place,
        /// What the parser says.
        message: String,
    },
    /// There is no such key.
    #[error("{place}: there is no key '{key}'")]
    UnknownKey {
        /// Where.
        place: Place,
        /// The key's path.
        key: String,
        /// The known key nearest to it.
        nearest: Option<String>,
    },
    /// A secret stands in the file.
    #[error("{place}: '{key}' would be a secret, and no secret is kept in the configuration")]
    SecretInFile {
        /// Where.
        place: Place,
        /// The key's path.
        key: String,
    },
    /// The value is of the wrong type or out of its range.
    #[error("{place}: '{key}' needs {wanted}")]
    BadValue {
        /// Where.
        place: Place,
        /// The key's path.
        key: String,
        /// What it needs, and what was seen if that may be shown.
        wanted: String,
    },
    /// Two values, each good by itself, make no sense together.
    #[error("'{key}' needs {wanted}")]
    Contradiction {
        /// The key to change.
        key: &'static str,
        /// What it needs.
        wanted: &'static str,
    },
    /// No section `[profiles.NAME]`.
    #[error("there is no profile '{name}' in {}", path.display())]
    UnknownProfile {
        /// The name asked for.
        name: String,
        /// The file.
        path: PathBuf,
        /// The profile nearest to it.
        nearest: Option<String>,
    },
}

impl From<ConfigError> for Problem {
    fn from(e: ConfigError) -> Self {
        let problem = Problem::new(
            ProblemKind::Configuration,
            "The configuration cannot be used",
        )
        .seen(e.to_string());
        match e {
            ConfigError::NoHome => problem
                .cause("HOME is not set")
                .remedy("set HOME, or VECTIS_HOME to a folder for everything"),
            ConfigError::Unreadable { .. } => problem
                .cause("the path is wrong, or the file belongs to somebody else")
                .remedy("correct --config (or VECTIS_CONFIG), or the file's permissions"),
            ConfigError::Syntax { .. } => problem
                .cause("the file is not TOML there")
                .remedy("correct that line; config.example.toml shows how each key is written"),
            ConfigError::UnknownKey { nearest, .. } => {
                problem.cause("a misspelt key would otherwise do nothing").remedy(did_you_mean(
                    nearest,
                    "see config.example.toml for every key",
                ))
            }
            ConfigError::SecretInFile { key, .. } if key == "database.url" => problem
                .cause("the address holds a password")
                .remedy("leave the password out; PGPASSWORD, ~/.pgpass or VECTIS_DATABASE__URL may give it"),
            ConfigError::SecretInFile { .. } => problem
                .cause("secrets are kept sealed in the database")
                .remedy("remove it and give it to `vectis connection set` or `vectis psa set`"),
            ConfigError::Contradiction { .. } => problem
                .cause("two values contradict each other")
                .remedy("correct one of them, in the file or the environment"),
            ConfigError::BadValue { .. } => problem
                .cause("the value is of another type or out of range")
                .remedy("correct it; config.example.toml shows how each key is written"),
            ConfigError::UnknownProfile { name, path, nearest } => problem
                .cause("a profile is a section of the configuration file")
                .remedy(did_you_mean(
                    nearest,
                    &format!("add a line [profiles.{name}] to {}", path.display()),
                )),
        }
    }
}

fn did_you_mean(nearest: Option<String>, otherwise: &str) -> String {
    match nearest {
        Some(known) => format!("did you mean '{known}'? Otherwise {otherwise}"),
        None => otherwise.to_owned(),
    }
}
