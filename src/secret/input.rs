//! How a secret comes in: from a file or standard input, the environment, or a prompt without echo; never an argument.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::key_file::exposed;
use super::name::SecretName;
use super::prompt::{ask, terminal};
use crate::domain::ids::ConnectionName;
use crate::domain::problem::{Problem, ProblemKind};

/// The longest secret, in bytes.
pub(super) const MAX_SECRET: usize = 64 * 1024;

/// Whether a person may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// On the terminal, if there is one.
    Allowed,
    /// Scripts are not asked.
    Never,
}

/// No secret, or none that can be used.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The file or the terminal cannot be read.
    #[error("{place} cannot be read: {cause}")]
    Io {
        /// What.
        place: String,
        /// What the system says.
        cause: String,
    },
    /// A file that stays where it is, and that others may read.
    #[error("{place} can be read by others (mode {mode:o})")]
    Exposed {
        /// Which.
        place: String,
        /// Its permissions.
        mode: u32,
    },
    /// Nothing but white space.
    #[error("{0} is empty")]
    Empty(String),
    /// More than 64 KiB.
    #[error("{0} is longer than 64 KiB")]
    TooLong(String),
    /// Control characters or line breaks inside, or no UTF-8: it is more than the secret, or another file.
    #[error("{0} holds line breaks, control characters or bytes that are no text")]
    NotOneLine(String),
    /// Neither file nor variable, and nobody to ask.
    #[error("no {label} was given")]
    Missing {
        /// What people call it.
        label: String,
        /// The flag.
        flag: String,
        /// The variable.
        variable: String,
    },
    /// Ctrl-C at the prompt.
    #[error("interrupted at the prompt")]
    Interrupted,
}

impl From<InputError> for Problem {
    fn from(e: InputError) -> Self {
        let kind = match e {
            InputError::Interrupted => ProblemKind::Interrupted,
            _ => ProblemKind::Usage,
        };
        let problem = Problem::new(kind, "The secret cannot be taken").seen(e.to_string());
        match e {
            InputError::Io { .. } => problem
                .cause("the path is wrong, or the file belongs to somebody else")
                .remedy("correct the path or the permissions; '-' reads standard input"),
            InputError::Exposed { place, .. } => problem
                .cause("the secret lies in it for good, and its permissions let others read it")
                .remedy(format!("chmod 600 '{place}'")),
            InputError::Empty(_) => problem
                .cause("nothing was pasted or written")
                .remedy("give it again"),
            InputError::TooLong(_) | InputError::NotOneLine(_) => problem
                .cause("something else than the one secret was given")
                .remedy("give the secret alone, in one line"),
            InputError::Missing { flag, variable, .. } => problem
                .cause("secrets are not taken as arguments, and there is no terminal to ask on")
                .remedy(format!("use {flag} FILE (or '-'), or set {variable}")),
            InputError::Interrupted => problem.cause("Ctrl-C").remedy("nothing was changed"),
        }
    }
}

/// The secret from the first of: the file of its flag (`-` is standard input), its variable, a prompt.
///
/// # Errors
/// [`InputError`]; a place that was named and is no use is an error, the next is not tried instead.
pub fn obtain(
    name: SecretName,
    owner: &ConnectionName,
    file: Option<&Path>,
    variables: &BTreeMap<String, String>,
    asking: Asking,
) -> Result<SecretString, InputError> {
    let variable = name.variable(owner);
    if let Some(path) = file {
        return from_file(path, &mut io::stdin().lock());
    }
    if let Some(text) = variables.get(&variable).filter(|text| !text.is_empty()) {
        return checked(text.as_bytes(), &variable);
    }
    match (asking, terminal()) {
        (Asking::Allowed, Ok(tty)) => ask(tty, &format!("{} of {owner}", name.label())),
        _ => Err(InputError::Missing {
            label: name.label(),
            flag: name.flag(),
            variable,
        }),
    }
}

/// The secret of a file that stays where it is and is read each time: refused where others may read it, as a key file is.
///
/// # Errors
/// As [`obtain`], and [`InputError::Exposed`].
pub fn from_kept_file(path: &Path) -> Result<SecretString, InputError> {
    let place = path.display().to_string();
    let mut file = File::open(path).map_err(|e| io_error(&place, &e))?;
    let seen = file.metadata().map_err(|e| io_error(&place, &e))?;
    match exposed(&seen) {
        Some(mode) => Err(InputError::Exposed { place, mode }),
        None => bounded(&mut file, &place),
    }
}

fn from_file(path: &Path, stdin: &mut dyn Read) -> Result<SecretString, InputError> {
    if path == Path::new("-") {
        return bounded(stdin, "standard input");
    }
    let place = path.display().to_string();
    let mut file = File::open(path).map_err(|e| io_error(&place, &e))?;
    bounded(&mut file, &place)
}

fn bounded(from: &mut dyn Read, place: &str) -> Result<SecretString, InputError> {
    // Never grown, so that no copy is left behind.
    let mut content = Zeroizing::new(Vec::with_capacity(MAX_SECRET + 1));
    from.take(MAX_SECRET as u64 + 1)
        .read_to_end(&mut content)
        .map_err(|e| io_error(place, &e))?;
    checked(&content, place)
}

pub(super) fn checked(content: &[u8], place: &str) -> Result<SecretString, InputError> {
    if content.len() > MAX_SECRET {
        return Err(InputError::TooLong(place.to_owned()));
    }
    let text =
        std::str::from_utf8(content).map_err(|_| InputError::NotOneLine(place.to_owned()))?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(InputError::Empty(place.to_owned()));
    }
    if text.chars().any(char::is_control) {
        return Err(InputError::NotOneLine(place.to_owned()));
    }
    Ok(SecretString::from(text))
}

pub(super) fn io_error(place: &str, e: &io::Error) -> InputError {
    InputError::Io {
        place: place.to_owned(),
        cause: e.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn from_stdin(content: &[u8]) -> Result<String, InputError> {
        from_file(Path::new("-"), &mut &*content).map(|s| s.expose_secret().to_owned())
    }

    #[test]
    fn a_file_gives_its_one_line() {
        assert_eq!(from_stdin(b"  s3cret\r\n").unwrap(), "s3cret");
        assert_eq!(from_stdin("\u{feff}s3cret\n".as_bytes()).unwrap(), "s3cret");
        assert_eq!(from_stdin(&[b'x'; MAX_SECRET]).unwrap().len(), MAX_SECRET);
        assert!(matches!(
            from_stdin(&[b'x'; MAX_SECRET + 1]),
            Err(InputError::TooLong(_))
        ));
        assert!(matches!(from_stdin(b" \n "), Err(InputError::Empty(_))));
        for bad in [&b"a\nb"[..], b"a\x1b[2Jb", b"a\0b", b"\xff\xfe"] {
            assert!(
                matches!(from_stdin(bad), Err(InputError::NotOneLine(_))),
                "{bad:?}"
            );
        }
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("t");
        std::fs::write(&path, "tok\n").unwrap();
        assert_eq!(
            from_file(&path, &mut io::empty()).unwrap().expose_secret(),
            "tok"
        );
        assert!(matches!(
            from_file(&dir.path().join("no"), &mut io::empty()),
            Err(InputError::Io { .. })
        ));
    }

    #[test]
    fn a_kept_file_is_the_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("password");
        std::fs::write(&path, "s3cret\n").unwrap();
        for (mode, taken) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let secret = from_kept_file(&path);
            assert_eq!(secret.is_ok(), taken, "{mode:o}");
            if let Err(error) = secret {
                let remedy = Problem::from(error).remedy;
                assert_eq!(remedy, format!("chmod 600 '{}'", path.display()));
            }
        }
    }

    #[test]
    fn the_variable_follows_the_file_and_nobody_is_asked_in_scripts() {
        let owner = ConnectionName::from("ion");
        let variables = BTreeMap::from([("VECTIS_ION_REFRESH_TOKEN".to_owned(), "r1".to_owned())]);
        let take = |name| obtain(name, &owner, None, &variables, Asking::Never);
        assert_eq!(
            take(SecretName::RefreshToken).unwrap().expose_secret(),
            "r1"
        );
        let problem = Problem::from(take(SecretName::ClientSecret).unwrap_err());
        assert_eq!(problem.kind.exit_code(), 2);
        assert_eq!(
            problem.remedy,
            "use --client-secret-file FILE (or '-'), or set VECTIS_ION_CLIENT_SECRET"
        );
    }
}
