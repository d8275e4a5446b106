//! The disk's part in a token's rotation: a journal file that holds a new token from the moment it came until the
//! database has it, and a note of the newest token that this machine was given.
//!
//! Both lie in a folder that only this user may enter, one pair of files for each credential. What is secret in them is
//! sealed by the caller. Writing waits for the disk, so it belongs into `spawn_blocking`.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::domain::ids::TenantId;
use crate::domain::time::Ts;
use crate::store::connections::Connection;

/// A journal is a few hundred bytes; this much must be free before a token is spent, and no more is read.
const ROOM: usize = 16 * 1024;

/// The newest token that this machine was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Newest {
    /// Its version.
    pub version: i64,
    /// When it was issued.
    pub issued_at: Ts,
}

/// The files of one credential.
#[derive(Debug, Clone)]
pub(super) struct TokenJournal {
    folder: PathBuf,
    stem: String,
}

impl TokenJournal {
    /// The files of a connection's own credential. When it was made belongs to the name: a connection that was removed
    /// and made again, or one of the same name in another database, has other files.
    pub fn of(folder: &Path, tenant: &TenantId, connection: &Connection) -> Self {
        let mut hash = Sha256::new();
        for part in [tenant.as_str(), connection.name.as_str()] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hash.update(connection.created_at.micros().to_be_bytes());
        let hex: String = hash
            .finalize()
            .iter()
            .take(8)
            .map(|b| format!("{b:02x}"))
            .collect();
        Self {
            folder: folder.to_owned(),
            stem: format!("{}-{hex}", connection.name),
        }
    }

    /// Proves that the folder takes a journal, before a token is spent.
    pub fn check(&self) -> io::Result<()> {
        let path = self.path("tmp");
        self.write_whole(&path, &[0; ROOM])?;
        fs::remove_file(path)
    }

    /// Keeps the token of a version: when this returns, it survives the loss of power.
    pub fn write(&self, version: i64, sealed: &[u8]) -> io::Result<()> {
        let beside = self.path("tmp");
        self.write_whole(&beside, sealed)?;
        fs::rename(beside, self.journal(version))?;
        File::open(&self.folder)?.sync_all()
    }

    /// The versions whose journals lie here, oldest first.
    pub fn versions(&self) -> io::Result<Vec<i64>> {
        let listed = match fs::read_dir(&self.folder) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other?,
        };
        let version = |name: &str| {
            let rest = name.strip_prefix(self.stem.as_str())?.strip_prefix('.')?;
            rest.strip_suffix(".journal")?.parse().ok()
        };
        let mut versions: Vec<i64> = listed
            .flatten()
            .filter_map(|entry| version(entry.file_name().to_str()?))
            .collect();
        versions.sort_unstable();
        Ok(versions)
    }

    /// The journal of a version, if it is (still) there.
    pub fn read(&self, version: i64) -> io::Result<Option<Vec<u8>>> {
        let file = match File::open(self.journal(version)) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other?,
        };
        let mut content = Vec::new();
        file.take(ROOM as u64).read_to_end(&mut content)?;
        Ok(Some(content))
    }

    /// The journal of a version is done with. One that stays behind is recognised as old by its version.
    pub fn remove(&self, version: i64) {
        let _ = fs::remove_file(self.journal(version));
    }

    /// The newest token that this machine knows of.
    pub fn newest(&self) -> Option<Newest> {
        let text = fs::read_to_string(self.path("newest")).ok()?;
        let (version, issued_at) = text.trim().split_once(' ')?;
        Some(Newest {
            version: version.parse().ok()?,
            issued_at: Ts::from_micros(issued_at.parse().ok()?),
        })
    }

    /// Notes a token if it is newer than the one that is noted. A note that cannot be written is only missed where a
    /// story is told later.
    pub fn note(&self, seen: Newest) {
        if self.newest().is_some_and(|n| n.issued_at >= seen.issued_at) {
            return;
        }
        let text = format!("{} {}\n", seen.version, seen.issued_at.micros());
        let beside = self.path(&format!("newest-{:08x}", fastrand::u32(..)));
        let written = self
            .make_folder()
            .and_then(|()| private(&beside)?.write_all(text.as_bytes()));
        if written
            .and_then(|()| fs::rename(&beside, self.path("newest")))
            .is_err()
        {
            let _ = fs::remove_file(beside);
        }
    }

    /// Forgets a credential that was removed.
    pub fn forget(&self) {
        for version in self.versions().unwrap_or_default() {
            self.remove(version);
        }
        for kind in ["newest", "tmp"] {
            let _ = fs::remove_file(self.path(kind));
        }
    }

    /// The journal's folder, for messages.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn write_whole(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        self.make_folder()?;
        let mut file = private(path)?;
        file.write_all(content)?;
        file.sync_all()
    }

    fn make_folder(&self) -> io::Result<()> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)
    }

    fn journal(&self, version: i64) -> PathBuf {
        self.path(&format!("{version}.journal"))
    }

    fn path(&self, kind: &str) -> PathBuf {
        self.folder.join(format!("{}.{kind}", self.stem))
    }
}

/// A file that only this user can read, empty.
fn private(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::domain::vendor::Vendor;

    fn connection(created_at: i64) -> Connection {
        Connection {
            name: "ion".into(),
            vendor: Vendor::Synnex,
            base_url: String::new(),
            settings: Default::default(),
            requests_per_minute: None,
            created_at: Ts::from_micros(created_at),
            last_sync_at: None,
            listed_at: None,
        }
    }

    #[test]
    fn what_is_written_is_private_and_found_again_by_the_same_credential_only() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("tokens");
        let of = |tenant: &str, made| TokenJournal::of(&folder, &tenant.into(), &connection(made));
        let journal = of("msp", 5);
        assert!(journal.versions().unwrap().is_empty());
        journal.check().unwrap();
        journal.write(10, b"sealed").unwrap();
        journal.write(9, b"older").unwrap();
        assert_eq!(of("msp", 5).versions().unwrap(), [9, 10]);
        assert_eq!(
            of("msp", 5).read(10).unwrap().as_deref(),
            Some(&b"sealed"[..])
        );
        assert!(of("msp", 6).versions().unwrap().is_empty(), "made anew");
        assert_eq!(of("other", 5).read(10).unwrap(), None);
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        for entry in fs::read_dir(&folder).unwrap().flatten() {
            assert_eq!(mode(&entry.path()), 0o600);
        }
        journal.remove(9);
        journal.remove(10);
        assert!(journal.versions().unwrap().is_empty());
    }

    #[test]
    fn the_newest_token_is_remembered() {
        let home = tempfile::tempdir().unwrap();
        let journal = TokenJournal::of(home.path(), &"msp".into(), &connection(5));
        let newest = |version| Newest {
            version,
            issued_at: Ts::from_micros(version * 10),
        };
        journal.note(newest(3));
        journal.note(newest(2));
        assert_eq!(journal.newest(), Some(newest(3)));
        journal.forget();
        assert_eq!(journal.newest(), None);
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_that_takes_no_file_is_found_out_before_a_token_is_spent() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("file");
        fs::write(&file, "in the way").unwrap();
        let journal = TokenJournal::of(&file, &"msp".into(), &connection(5));
        assert!(journal.check().is_err());
    }
}
