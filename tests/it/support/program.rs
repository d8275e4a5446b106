//! Runs the real binary in a home of its own.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A home for the program: its configuration, database and log go with it.
pub struct Home {
    folder: tempfile::TempDir,
    server: Option<String>,
    now: Option<&'static str>,
}

/// What the program did.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Ran {
    /// Standard output as one JSON document.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|e| panic!("no JSON on stdout ({e}): {self:#?}"))
    }

    /// Demands an exit code, and shows everything where it is another.
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            err: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
        }
    }
}

impl Home {
    /// An empty one.
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            server: None,
            now: None,
        }
    }

    /// An empty one where the calendar stands still: for what a day decides, such as the first of a month.
    pub fn at(now: &'static str) -> Self {
        Self {
            now: Some(now),
            ..Self::new()
        }
    }

    /// An empty one whose data is in a database elsewhere.
    pub fn on(url: &str) -> Self {
        Self {
            server: Some(url.to_owned()),
            ..Self::new()
        }
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file in it.
    pub fn file(&self, name: &str, content: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).expect("the file can be written");
        path.display().to_string()
    }

    /// The URL of its database.
    pub fn database(&self) -> String {
        let own = || format!("sqlite://{}", self.path("data/vectis.db").display());
        self.server.clone().unwrap_or_else(own)
    }

    /// The program, not yet started: no variable of the caller's reaches it.
    pub fn command<I: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = I>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vectis"));
        command
            .args(args)
            .env_clear()
            .env("VECTIS_HOME", self.path("home"))
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("TMPDIR", self.folder.path())
            .env("USER", "ana")
            .envs(self.now.map(|now| ("VECTIS_NOW", now)))
            .stdin(Stdio::null());
        command
    }

    /// Runs it on this home's database.
    pub fn run<const N: usize>(&self, args: [&str; N]) -> Ran {
        let database = self.database();
        let all = args.into_iter().chain(["--database", &database]);
        self.command(all)
            .output()
            .expect("the program starts")
            .into()
    }
}
