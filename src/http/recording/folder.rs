//! A recording's folder: `recording.json` says of what and when, `connection-N.jsonl` hold the exchanges of each
//! connection. Names in it are never taken as paths.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::player::Player;
use super::recorder::Recorder;
use crate::domain::ids::ConnectionName;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::time::Ts;
use crate::domain::vendor::Vendor;

const MANIFEST: &str = "recording.json";
/// The format that is written and read.
const FORMAT: u32 = 1;
/// The largest manifest that is read, in bytes.
const MAX_MANIFEST: u64 = 1024 * 1024;
/// The most connections of a recording.
const MAX_CONNECTIONS: usize = 100;
const HOLDS: &str = "what the distributor answered: customers with addresses and contacts, subscriptions, prices. \
     Tokens, client secrets and other credentials were replaced before anything was written.";

/// A connection as far as it shapes what is read. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Its name.
    pub name: ConnectionName,
    /// Its distributor.
    pub vendor: Vendor,
    /// The path of its base URL: requests are recorded with it.
    #[serde(default)]
    pub base_path: String,
    /// The path of its token calls, where a person set an address of their own for them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub token_path: String,
    /// Settings that decide which addresses are read and how rows are understood.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Manifest {
    recording: u32,
    #[serde(default)]
    program: String,
    #[serde(default)]
    holds: String,
    /// The calendar of the run: it decides the week.
    started_at: Ts,
    /// None for a run that was cut off.
    #[serde(default)]
    ended_at: Option<Ts>,
    #[serde(default)]
    connections: Vec<Subject>,
}

/// A recording that cannot be made or read.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// There is something else in the folder.
    #[error("{0} holds other files")]
    Occupied(PathBuf),
    /// The folder cannot be written.
    #[error("{0} cannot be written: {1}")]
    Unwritable(PathBuf, io::Error),
    /// The folder cannot be read.
    #[error("{0} cannot be read: {1}")]
    Unreadable(PathBuf, io::Error),
    /// There is no recording in it, or a damaged one.
    #[error("{0} is no recording: {1}")]
    NotARecording(PathBuf, String),
    /// It was made by a newer program.
    #[error("{0} has format {1}; this program reads format {FORMAT}")]
    Newer(PathBuf, u32),
    /// It does not hold this connection.
    #[error("the recording holds no connection '{0}'")]
    UnknownConnection(ConnectionName),
}

impl From<RecordingError> for Problem {
    fn from(error: RecordingError) -> Self {
        use RecordingError as E;
        let (title, remedy) = match &error {
            E::Occupied(_) => (
                "A recording needs a folder of its own",
                "name a new or an empty folder, or one with an older recording, which is replaced",
            ),
            E::Unwritable(..) => (
                "The recording cannot be written",
                "name a folder that this user may write",
            ),
            E::Unreadable(..) => (
                "The recording cannot be read",
                "check the path and its permissions",
            ),
            E::NotARecording(..) | E::UnknownConnection(_) => (
                "This is no recording",
                "name a folder that was written by `vectis sync --record DIR` or `vectis onboard NAME --record DIR`",
            ),
            E::Newer(..) => (
                "This recording is newer than the program",
                "replay it with the version of vectis that made it",
            ),
        };
        Problem::new(ProblemKind::Usage, title)
            .seen(error.to_string())
            .remedy(remedy)
    }
}

/// A recording that is being made.
pub struct NewRecording {
    folder: PathBuf,
    parts: Mutex<Parts>,
}

/// What is recorded so far: each connection of the manifest has its recorder, in the same order.
struct Parts {
    manifest: Manifest,
    recorders: Vec<Arc<Recorder>>,
}

impl NewRecording {
    /// Makes the folder (0700), or takes an empty one or an older recording's. `now` is the calendar of the run.
    ///
    /// # Errors
    /// Where the folder holds anything else, or cannot be written.
    pub fn create(folder: &Path, now: Ts) -> Result<Self, RecordingError> {
        let unwritable = |error| RecordingError::Unwritable(folder.to_owned(), error);
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(unwritable)?;
        clear(folder)?;
        fs::set_permissions(folder, Permissions::from_mode(0o700)).map_err(unwritable)?;
        let manifest = Manifest {
            recording: FORMAT,
            program: concat!("vectis ", env!("CARGO_PKG_VERSION")).to_owned(),
            holds: HOLDS.to_owned(),
            started_at: now,
            ended_at: None,
            connections: Vec::new(),
        };
        save(folder, &manifest).map_err(unwritable)?;
        Ok(Self {
            folder: folder.to_owned(),
            parts: Mutex::new(Parts {
                manifest,
                recorders: Vec::new(),
            }),
        })
    }

    /// The recorder of a connection: one, however often the run connects.
    pub(super) fn recorder(&self, subject: Subject) -> Result<Arc<Recorder>, RecordingError> {
        let parts = &mut *self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        let (manifest, recorders) = (&mut parts.manifest, &mut parts.recorders);
        let connections = &mut manifest.connections;
        let known = connections.iter().position(|s| s.name == subject.name);
        if let Some(recorder) = known.and_then(|n| recorders.get(n)) {
            return Ok(Arc::clone(recorder));
        }
        let unwritable = |error| RecordingError::Unwritable(self.folder.clone(), error);
        connections.push(subject);
        let path = part(&self.folder, connections.len());
        save(&self.folder, manifest).map_err(unwritable)?;
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(unwritable)?;
        let recorder = Arc::new(Recorder::new(io::BufWriter::new(file)));
        recorders.push(Arc::clone(&recorder));
        Ok(recorder)
    }

    /// Notes that the run came to its end.
    ///
    /// # Errors
    /// Where that cannot be written; the exchanges are there all the same.
    pub fn finish(&self, now: Ts) -> Result<(), RecordingError> {
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        parts.manifest.ended_at = Some(now);
        save(&self.folder, &parts.manifest)
            .map_err(|error| RecordingError::Unwritable(self.folder.clone(), error))
    }
}

/// A recording that is read.
pub struct Recording {
    manifest: Manifest,
    players: Vec<Arc<Player>>,
}

impl Recording {
    /// Reads a recording's folder.
    ///
    /// # Errors
    /// Where there is none, or it cannot be read.
    pub fn open(folder: &Path) -> Result<Self, RecordingError> {
        let manifest = manifest(folder)?;
        let players = (1..=manifest.connections.len()).map(|number| {
            let path = part(folder, number);
            let player = Player::open(&path).map(Arc::new);
            player.map_err(|error| RecordingError::Unreadable(path, error))
        });
        Ok(Self {
            players: players.collect::<Result<_, _>>()?,
            manifest,
        })
    }

    /// The calendar of the recorded run.
    pub fn started_at(&self) -> Ts {
        self.manifest.started_at
    }

    /// False if the recorded run was cut off.
    pub fn is_whole(&self) -> bool {
        self.manifest.ended_at.is_some()
    }

    /// The connections that were recorded.
    pub fn subjects(&self) -> &[Subject] {
        &self.manifest.connections
    }

    /// How many exchanges there are, and how many lines could not be read.
    pub fn counts(&self) -> (u64, u64) {
        let each = self.players.iter().map(|player| player.counts());
        each.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    }

    pub(super) fn player(&self, name: &ConnectionName) -> Result<Arc<Player>, RecordingError> {
        let at = self.subjects().iter().position(|one| one.name == *name);
        at.and_then(|at| self.players.get(at).cloned())
            .ok_or_else(|| RecordingError::UnknownConnection(name.clone()))
    }
}

fn part(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("connection-{number}.jsonl"))
}

/// Removes an older recording; refuses a folder with anything else in it.
fn clear(folder: &Path) -> Result<(), RecordingError> {
    let unreadable = |error| RecordingError::Unreadable(folder.to_owned(), error);
    let entries = fs::read_dir(folder).map_err(unreadable)?;
    let names: Vec<_> = entries
        .map(|entry| entry.map(|entry| entry.file_name()))
        .collect::<Result<_, _>>()
        .map_err(unreadable)?;
    if names.is_empty() {
        return Ok(());
    }
    let ours = |name: &std::ffi::OsString| {
        let name = name.to_string_lossy();
        let number = name
            .strip_prefix("connection-")
            .and_then(|rest| rest.strip_suffix(".jsonl"));
        name == MANIFEST || number.is_some_and(|n| n.parse::<u32>().is_ok())
    };
    if !names.iter().all(ours) || manifest(folder).is_err() {
        return Err(RecordingError::Occupied(folder.to_owned()));
    }
    for name in names {
        let path = folder.join(name);
        fs::remove_file(&path).map_err(|error| RecordingError::Unwritable(path, error))?;
    }
    Ok(())
}

fn manifest(folder: &Path) -> Result<Manifest, RecordingError> {
    let path = folder.join(MANIFEST);
    let not = |why: &str| RecordingError::NotARecording(folder.to_owned(), why.to_owned());
    let text = match File::open(&path)
        .and_then(|file| io::read_to_string(io::Read::take(file, MAX_MANIFEST)))
    {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(not("there is no recording.json in it"));
        }
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return Err(not("recording.json is no text"));
        }
        Err(error) => return Err(RecordingError::Unreadable(path, error)),
    };
    #[derive(Deserialize)]
    struct Format {
        recording: u32,
    }
    let damaged = |error: serde_json::Error| {
        not(&format!(
            "recording.json, line {}: not as this program writes it",
            error.line()
        ))
    };
    let format: Format = serde_json::from_str(&text).map_err(damaged)?;
    if format.recording != FORMAT {
        return Err(RecordingError::Newer(folder.to_owned(), format.recording));
    }
    let manifest: Manifest = serde_json::from_str(&text).map_err(damaged)?;
    if manifest.connections.len() > MAX_CONNECTIONS {
        return Err(not("it names more than 100 connections"));
    }
    Ok(manifest)
}

/// Replaces the manifest whole.
fn save(folder: &Path, manifest: &Manifest) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer_pretty(&mut file, manifest)?;
    file.write_all(b"\n")?;
    file.persist(folder.join(MANIFEST))?;
    Ok(())
}

#[cfg(test)]
mod tests;
