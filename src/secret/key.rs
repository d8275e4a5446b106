//! The key that seals, and where it is looked for.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::encoding::key_from_text;
use super::key_file::{self, Trust};
use crate::domain::problem::{Problem, ProblemKind};

/// 32 bytes, wiped when dropped, never shown.
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// These bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Key(Zeroizing::new(bytes))
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What a key file holds: the bytes themselves, or hex, or base64.
    pub(super) fn from_file(content: &[u8]) -> Option<Self> {
        if let Ok(bytes) = <[u8; 32]>::try_from(content) {
            return Some(Key::from_bytes(bytes));
        }
        key_from_text(std::str::from_utf8(content).ok()?).map(Key)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// Where a key may be; the first found wins, in the order of the fields.
#[derive(Debug, Clone)]
pub struct KeyPlaces {
    /// `$CREDENTIALS_DIRECTORY/vectis-key`, as systemd hands it to a service
    /// (<https://systemd.io/CREDENTIALS/>, read 2026-11).
    pub systemd: Option<PathBuf>,
    /// `secret.key_file` of the configuration.
    pub configured: Option<PathBuf>,
    /// Our own file; made if none of the places has a key.
    pub own: PathBuf,
    /// `VECTIS_KEY`: the last resort, since every child process inherits it.
    pub environment: Option<Zeroizing<String>>,
}

impl KeyPlaces {
    /// From the environment's variables, the configuration's key file and the place of our own.
    pub fn new(
        variables: &BTreeMap<String, String>,
        configured: Option<&Path>,
        own: &Path,
    ) -> Self {
        let set = |name: &str| variables.get(name).filter(|v| !v.is_empty());
        Self {
            systemd: set("CREDENTIALS_DIRECTORY")
                .map(|folder| Path::new(folder).join("vectis-key"))
                .filter(|file| file.exists()),
            configured: configured.map(Path::to_owned),
            own: own.to_owned(),
            environment: set("VECTIS_KEY").map(|text| Zeroizing::new(text.clone())),
        }
    }
}

/// Where the key was found, for `vectis doctor`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// A systemd credential.
    Systemd(PathBuf),
    /// The file that the configuration names.
    Configured(PathBuf),
    /// Our own file.
    Own(PathBuf),
    /// Our own file, made just now.
    Made(PathBuf),
    /// `VECTIS_KEY`.
    Environment,
}

/// There is no key to be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file or its folder cannot be read or made.
    #[error("the key file {} cannot be read or made: {cause}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system says.
        cause: String,
    },
    /// Others may read it.
    #[error("{} can be read by others (mode {mode:03o})", path.display())]
    Exposed {
        /// The file or folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
        /// What to run.
        chmod: String,
    },
    /// Our own file or its folder is a symbolic link, or no file.
    #[error("{} is a symbolic link or no regular file", path.display())]
    NotAFile {
        /// Which.
        path: PathBuf,
    },
    /// Not 32 bytes.
    #[error("{place} holds no key of 32 bytes in hex or base64")]
    NotAKey {
        /// The file, or the variable.
        place: String,
    },
    /// The system gives no random numbers.
    #[error("the system gives no random numbers to make a key from")]
    NoRandom,
}

impl From<KeyError> for Problem {
    fn from(e: KeyError) -> Self {
        let problem = Problem::new(
            ProblemKind::Configuration,
            "There is no key for stored credentials",
        )
        .seen(e.to_string());
        match e {
            KeyError::Io { .. } => problem
                .cause("the path is wrong, the disk is full, or the folder belongs to somebody else")
                .remedy("correct secret.key_file, or the folder's owner and permissions"),
            KeyError::Exposed { chmod, .. } => problem
                .cause("anybody who can read it can open every stored credential")
                .remedy(format!("run: {chmod}")),
            KeyError::NotAFile { path } => problem
                .cause("somebody put something else in its place")
                .remedy(format!("look at {} and remove it, or name the real file in secret.key_file", path.display())),
            KeyError::NotAKey { .. } => problem
                .cause("the file was cut or is another file")
                .remedy("put back the key from the machine that made it; a new key cannot open what the old one sealed"),
            KeyError::NoRandom => problem.cause("the machine's random source is not there").remedy("try again"),
        }
    }
}

/// The first key found; makes our own file if there is none.
///
/// # Errors
/// For a place that has a key which cannot be used: a later place is not tried instead.
pub fn find_key(places: &KeyPlaces) -> Result<(Key, KeySource), KeyError> {
    if let Some(path) = &places.systemd {
        return Ok((
            key_file::read(path, Trust::Systemd)?,
            KeySource::Systemd(path.clone()),
        ));
    }
    if let Some(path) = &places.configured {
        return Ok((
            key_file::read(path, Trust::Permissions)?,
            KeySource::Configured(path.clone()),
        ));
    }
    let own = &places.own;
    // A dangling link counts as there, so that it is refused rather than written through.
    if own.symlink_metadata().is_ok() {
        return Ok((
            key_file::read(own, Trust::OnlyOurs)?,
            KeySource::Own(own.clone()),
        ));
    }
    if let Some(text) = &places.environment {
        let key = key_from_text(text)
            .map(Key)
            .ok_or_else(|| KeyError::NotAKey {
                place: "VECTIS_KEY".to_owned(),
            })?;
        return Ok((key, KeySource::Environment));
    }
    key_file::make(own)?;
    Ok((
        key_file::read(own, Trust::OnlyOurs)?,
        KeySource::Made(own.clone()),
    ))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    struct Place(tempfile::TempDir);

    impl Place {
        fn new() -> Self {
            Place(tempfile::tempdir().unwrap())
        }

        fn file(&self, name: &str, content: &str, mode: u32) -> PathBuf {
            let path = self.0.path().join(name);
            std::fs::write(&path, content).unwrap();
            std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
            path
        }

        fn places(&self, variables: &[(&str, &str)], configured: Option<&Path>) -> KeyPlaces {
            let variables = variables
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect();
            KeyPlaces::new(
                &variables,
                configured,
                &self.0.path().join("key/vectis.key"),
            )
        }
    }

    #[test]
    fn the_first_place_wins() {
        let at = Place::new();
        let credentials = at.file("vectis-key", &"1".repeat(64), 0o440);
        let configured = at.file("mine", &"2".repeat(64), 0o600);
        let folder = at.0.path().to_str().unwrap().to_owned();
        let env = [("VECTIS_KEY", "3".repeat(64))];
        let env: Vec<_> = env.iter().map(|(k, v)| (*k, v.as_str())).collect();

        let all: Vec<_> = env
            .iter()
            .copied()
            .chain([("CREDENTIALS_DIRECTORY", folder.as_str())])
            .collect();
        let (key, source) = find_key(&at.places(&all, Some(&configured))).unwrap();
        assert_eq!(
            (key.bytes()[0], source),
            (0x11, KeySource::Systemd(credentials))
        );
        let (key, _) = find_key(&at.places(&env, Some(&configured))).unwrap();
        assert_eq!(key.bytes()[0], 0x22);
        let (key, source) = find_key(&at.places(&env, None)).unwrap();
        assert_eq!((key.bytes()[0], source), (0x33, KeySource::Environment));
        assert!(
            !at.0.path().join("key").exists(),
            "no file is made beside the variable"
        );
    }

    #[test]
    fn our_own_is_made_once_and_closed_to_others() {
        let at = Place::new();
        let places = at.places(&[], None);
        let (first, source) = find_key(&places).unwrap();
        assert_eq!(source, KeySource::Made(places.own.clone()));
        let (second, source) = find_key(&places).unwrap();
        assert_eq!(
            (first.bytes(), source),
            (second.bytes(), KeySource::Own(places.own.clone()))
        );
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&places.own), 0o600);
        assert_eq!(mode(places.own.parent().unwrap()), 0o700);
        assert_eq!(
            std::fs::read_dir(places.own.parent().unwrap())
                .unwrap()
                .count(),
            1
        );
    }

    #[test]
    fn what_others_can_read_is_refused_with_the_chmod() {
        let at = Place::new();
        let open = at.file("open", &"2".repeat(64), 0o644);
        let problem = Problem::from(find_key(&at.places(&[], Some(&open))).unwrap_err());
        assert_eq!(
            problem.remedy,
            format!("run: chmod 600 '{}'", open.display())
        );
        assert_eq!(problem.kind.exit_code(), 3);

        let places = at.places(&[], None);
        find_key(&places).unwrap();
        let folder = places.own.parent().unwrap();
        std::fs::set_permissions(folder, PermissionsExt::from_mode(0o755)).unwrap();
        let problem = Problem::from(find_key(&places).unwrap_err());
        assert!(problem.remedy.contains("chmod 700"), "{problem}");
    }

    #[test]
    fn links_and_nonsense_are_refused() {
        let at = Place::new();
        let places = at.places(&[], None);
        find_key(&places).unwrap();
        let target = at.0.path().join("elsewhere");
        std::fs::rename(&places.own, &target).unwrap();
        std::os::unix::fs::symlink(&target, &places.own).unwrap();
        assert!(matches!(find_key(&places), Err(KeyError::NotAFile { .. })));
        std::fs::remove_file(&target).unwrap();
        assert!(
            matches!(find_key(&places), Err(KeyError::NotAFile { .. })),
            "dangling"
        );

        for content in ["", "short", &"z".repeat(64), &"1".repeat(100_000)] {
            let file = at.file("bad", content, 0o600);
            let e = find_key(&at.places(&[], Some(&file))).unwrap_err();
            assert!(matches!(e, KeyError::NotAKey { .. }), "{e}");
        }
        let e = find_key(&Place::new().places(&[("VECTIS_KEY", "hunter2")], None)).unwrap_err();
        assert_eq!(
            e.to_string(),
            "VECTIS_KEY holds no key of 32 bytes in hex or base64"
        );
        assert!(matches!(
            find_key(&at.places(&[], Some(Path::new("/nowhere/k")))),
            Err(KeyError::Io { .. })
        ));
    }

    #[test]
    fn two_that_make_it_at_once_agree() {
        let at = Place::new();
        let places = at.places(&[], None);
        let keys: Vec<[u8; 32]> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| *find_key(&places).unwrap().0.bytes()))
                .collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|k| *k == keys[0]));
    }
}
