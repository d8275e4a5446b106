//! How a secret comes in: from a file or standard input, the environment, or a prompt without echo; never an argument.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crossterm::terminal;
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::name::SecretName;
use crate::domain::ids::ConnectionName;
use crate::domain::problem::{Problem, ProblemKind};

/// The longest secret, in bytes.
const MAX_SECRET: usize = 64 * 1024;

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

/// Asks on the terminal, without echo.
///
/// # Errors
/// [`InputError::Io`] without a terminal, [`InputError::Interrupted`] on Ctrl-C, and what is no secret.
pub fn prompt(label: &str) -> Result<SecretString, InputError> {
    ask(terminal().map_err(|e| io_error(TERMINAL, &e))?, label)
}

/// Takes back what a prompt changed; for signal handlers, since a prompt that ends puts things right itself.
pub fn restore_terminal() {
    if terminal::is_raw_mode_enabled().unwrap_or(false) {
        // Nothing better can be done while the process ends.
        terminal::disable_raw_mode().unwrap_or_default();
    }
}

const TERMINAL: &str = "the terminal";

fn terminal() -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open("/dev/tty")
}

fn from_file(path: &Path, stdin: &mut dyn Read) -> Result<SecretString, InputError> {
    if path == Path::new("-") {
        return bounded(stdin, "standard input");
    }
    let place = PathBuf::from(path).display().to_string();
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

fn checked(content: &[u8], place: &str) -> Result<SecretString, InputError> {
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

struct RawMode;

impl Drop for RawMode {
    fn drop(&mut self) {
        restore_terminal();
    }
}

fn ask(mut tty: File, label: &str) -> Result<SecretString, InputError> {
    let io = |e: io::Error| io_error(TERMINAL, &e);
    write!(tty, "{label} (not shown): ")
        .and_then(|()| tty.flush())
        .map_err(io)?;
    terminal::enable_raw_mode().map_err(io)?;
    let raw = RawMode;
    let line = typed_line(&mut tty);
    drop(raw);
    writeln!(tty).map_err(io)?;
    checked(&line?, "what was typed")
}

/// One line as typed or pasted in raw mode: Backspace, Ctrl-U, Ctrl-C and the marks of a bracketed paste are understood.
fn typed_line(from: &mut dyn Read) -> Result<Zeroizing<Vec<u8>>, InputError> {
    let mut line = Zeroizing::new(Vec::with_capacity(MAX_SECRET + 1));
    let mut byte = [0u8];
    // One byte at a time: what is typed after the line belongs to the shell.
    while from.read(&mut byte).map_err(|e| io_error(TERMINAL, &e))? == 1 {
        match byte[0] {
            b'\r' | b'\n' | 0x04 => break,
            0x03 => return Err(InputError::Interrupted),
            0x15 => line.clear(),
            0x08 | 0x7f => rub_out(&mut line),
            // Beyond the bound only the fact is kept.
            b if line.len() <= MAX_SECRET => line.push(b),
            _ => {}
        }
        for mark in [b"\x1b[200~", b"\x1b[201~"] {
            if let Some(before) = line.strip_suffix(mark) {
                let kept = before.len();
                line.truncate(kept);
            }
        }
    }
    Ok(line)
}

/// Takes away the last character, which may be several bytes.
fn rub_out(line: &mut Vec<u8>) {
    while line.pop().is_some_and(|b| b & 0xc0 == 0x80) {}
}

fn io_error(place: &str, e: &io::Error) -> InputError {
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

    #[test]
    fn typing_can_be_corrected_and_broken_off() {
        let typed = |keys: &[u8]| typed_line(&mut &*keys).map(|line| line.to_vec());
        assert_eq!(typed(b"abc\x7fd\rrest").unwrap(), b"abd");
        assert_eq!(typed("aé\u{7f}b\n".as_bytes()).unwrap(), b"ab");
        assert_eq!(typed(b"wrong\x15right\r").unwrap(), b"right");
        assert_eq!(typed(b"\x1b[200~pasted\x1b[201~\r").unwrap(), b"pasted");
        assert!(matches!(typed(b"ab\x03"), Err(InputError::Interrupted)));
        assert_eq!(Problem::from(InputError::Interrupted).kind.exit_code(), 130);
    }
}
