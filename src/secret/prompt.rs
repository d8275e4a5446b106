//! A prompt on the terminal, without echo.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};

use crossterm::terminal;
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::input::{InputError, MAX_SECRET, checked, io_error};

const TERMINAL: &str = "the terminal";

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

/// The terminal, if the process has one.
pub(super) fn terminal() -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open("/dev/tty")
}

struct RawMode;

impl Drop for RawMode {
    fn drop(&mut self) {
        restore_terminal();
    }
}

/// Asks on a terminal that was opened.
pub(super) fn ask(mut tty: File, label: &str) -> Result<SecretString, InputError> {
    let io = |e: io::Error| io_error(TERMINAL, &e);
    // Echo goes before the words come: whoever types at once is not shown either.
    terminal::enable_raw_mode().map_err(io)?;
    let raw = RawMode;
    write!(tty, "{label} (not shown): ")
        .and_then(|()| tty.flush())
        .map_err(io)?;
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
    loop {
        match from.read_exact(&mut byte) {
            Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => break,
            read => read.map_err(|e| io_error(TERMINAL, &e))?,
        }
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

#[cfg(test)]
mod tests {
    use portable_pty::{CommandBuilder, PtySize, native_pty_system};
    use secrecy::ExposeSecret;

    use super::*;
    use crate::domain::problem::Problem;

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

    const CHILD: &str = "VECTIS_TEST_PROMPTS";

    /// Not a test by itself: what the next one runs in a terminal.
    #[test]
    fn the_child_that_asks() {
        if std::env::var_os(CHILD).is_some() {
            let secret = prompt("client secret").unwrap();
            let raw = terminal::is_raw_mode_enabled().unwrap();
            println!("taken {} raw {raw}", secret.expose_secret().len());
        }
    }

    #[test]
    fn what_is_typed_is_not_shown_and_the_terminal_comes_back() {
        let pty = native_pty_system().openpty(PtySize::default()).unwrap();
        let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
        command.args([
            "--exact",
            "secret::prompt::tests::the_child_that_asks",
            "--nocapture",
        ]);
        command.env(CHILD, "1");
        let mut child = pty.slave.spawn_command(command).unwrap();
        drop(pty.slave);
        let (mut screen, mut keys) = (
            pty.master.try_clone_reader().unwrap(),
            pty.master.take_writer().unwrap(),
        );
        let (mut seen, mut buffer) = (String::new(), [0u8; 1024]);
        while let Ok(n @ 1..) = screen.read(&mut buffer) {
            let had = seen.contains("(not shown): ");
            seen.push_str(&String::from_utf8_lossy(&buffer[..n]));
            if !had && seen.contains("(not shown): ") {
                keys.write_all("hunter2é\r".as_bytes()).unwrap();
            }
        }
        assert!(child.wait().unwrap().success(), "{seen}");
        assert!(seen.contains("client secret (not shown): "), "{seen}");
        assert!(seen.contains("taken 9 raw false"), "{seen}");
        assert!(!seen.contains("hunter2"), "{seen}");
    }
}
