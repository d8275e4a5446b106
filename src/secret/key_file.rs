//! Key files: read with care, made without a moment in which others could read them.

use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use chacha20poly1305::aead::Generate;
use chacha20poly1305::aead::Key as AeadKey;
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::encoding::key_to_text;
use super::key::{Key, KeyError};

/// Larger files hold no key.
const MAX_FILE: u64 = 1024;

/// How much is asked of a key file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// systemd guards it, by access lists that look like a mode for the group.
    Systemd,
    /// Others may not read it.
    Permissions,
    /// Others may not read it nor enter its folder, and it is no link.
    OnlyOurs,
}

/// Reads a key file.
pub(super) fn read(path: &Path, trust: Trust) -> Result<Key, KeyError> {
    let io = |e: io::Error| io_error(path, &e);
    if trust == Trust::OnlyOurs {
        let folder = path.parent().unwrap_or(Path::new("."));
        closed(folder, &folder.symlink_metadata().map_err(io)?, 0o700)?;
    }
    let seen = match trust {
        Trust::OnlyOurs => path.symlink_metadata(),
        _ => path.metadata(),
    }
    .map_err(io)?;
    if !seen.is_file() {
        return Err(KeyError::NotAFile {
            path: path.to_owned(),
        });
    }
    let file = File::open(path).map_err(io)?;
    let opened = file.metadata().map_err(io)?;
    if (seen.dev(), seen.ino()) != (opened.dev(), opened.ino()) {
        // Exchanged between looking and opening.
        return Err(KeyError::NotAFile {
            path: path.to_owned(),
        });
    }
    if trust != Trust::Systemd {
        closed(path, &opened, 0o600)?;
    }
    let mut content = Zeroizing::new(Vec::new());
    file.take(MAX_FILE).read_to_end(&mut content).map_err(io)?;
    Key::from_file(&content).ok_or_else(|| KeyError::NotAKey {
        place: path.display().to_string(),
    })
}

/// Makes a key file with a new key. If somebody else makes it at the same moment, theirs stays.
pub(super) fn make(path: &Path) -> Result<(), KeyError> {
    let io = |e: io::Error| io_error(path, &e);
    let folder = path.parent().unwrap_or(Path::new("."));
    if let Some(above) = folder.parent() {
        std::fs::create_dir_all(above).map_err(io)?;
    }
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => return Err(io(e)),
        _ => closed(folder, &folder.symlink_metadata().map_err(io)?, 0o700)?,
    }
    let key = AeadKey::<XChaCha20Poly1305>::try_generate().map_err(|_| KeyError::NoRandom)?;
    let key = Zeroizing::new(<[u8; 32]>::from(key));
    // Written beside and linked into place whole: the link fails if a file is there, so no key is ever replaced.
    let unique = XNonce::try_generate().map_err(|_| KeyError::NoRandom)?;
    let suffix: String = unique.iter().take(8).map(|b| format!("{b:02x}")).collect();
    let beside = folder.join(format!(".new-{suffix}"));
    let written = write_new(&beside, &key).and_then(|()| std::fs::hard_link(&beside, path));
    // What is left beside holds a key that nobody uses, or the same inode under a second name.
    let removed = std::fs::remove_file(&beside);
    match written {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(io(e)),
        Ok(()) => removed
            .and_then(|()| File::open(folder)?.sync_all())
            .map_err(io),
    }
}

fn write_new(path: &Path, key: &[u8; 32]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(key_to_text(key).as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

fn closed(path: &Path, seen: &Metadata, wanted: u32) -> Result<(), KeyError> {
    if seen.is_symlink() {
        return Err(KeyError::NotAFile {
            path: path.to_owned(),
        });
    }
    match exposed(seen) {
        None => Ok(()),
        Some(mode) => Err(KeyError::Exposed {
            path: path.to_owned(),
            mode,
            chmod: format!("chmod {wanted:o} '{}'", path.display()),
        }),
    }
}

/// The permissions, if they let others than the owner in.
pub(super) fn exposed(seen: &Metadata) -> Option<u32> {
    let mode = seen.mode() & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}

fn io_error(path: &Path, e: &io::Error) -> KeyError {
    KeyError::Io {
        path: path.to_owned(),
        cause: e.to_string(),
    }
}
