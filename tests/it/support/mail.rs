//! A mail server on loopback: real SMTP over TCP, with refusals on order; keeps what it got.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A mail that the server took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Got {
    /// The account that was logged in, as `user/password`.
    pub login: String,
    /// `MAIL FROM`.
    pub from: String,
    /// `RCPT TO`, those that were not refused.
    pub to: Vec<String>,
    /// Headers and body, without dot stuffing.
    pub data: String,
}

impl Got {
    /// A header's value, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let (head, _) = self.data.split_once("\r\n\r\n")?;
        let unfolded = head.replace("\r\n ", " ");
        let line = unfolded.split("\r\n").find(|l| {
            l.to_lowercase()
                .starts_with(&format!("{}:", name.to_lowercase()))
        })?;
        Some(line.split_once(':')?.1.trim().to_owned())
    }
}

/// What it answers to a command, instead of yes: the beginning of the command in capitals, and the line.
type Refusals = BTreeMap<String, String>;

#[derive(Default)]
struct Box {
    got: Vec<Got>,
    refusals: Refusals,
}

/// The server; it ends with the test.
pub struct MailServer {
    /// Where it listens.
    pub port: u16,
    state: Arc<Mutex<Box>>,
}

impl MailServer {
    /// Starts it on a free port.
    pub fn start() -> Self {
        Self::at(0)
    }

    /// Starts it on a port.
    pub fn at(port: u16) -> Self {
        Self::listen(port, Secrecy::None)
    }

    /// Starts it on a free port, with a certificate for `localhost` of the authority in [`AUTHORITY`].
    pub fn secret(secrecy: Secrecy) -> Self {
        Self::listen(0, secrecy)
    }

    fn listen(port: u16, secrecy: Secrecy) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let state: Arc<Mutex<Box>> = Arc::default();
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                thread::spawn(move || talk(stream, secrecy, &shared));
            }
        });
        Self { port, state }
    }

    /// A port on which nobody listens, for a server that comes later.
    pub fn free_port() -> u16 {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        listener.local_addr().expect("an address").port()
    }

    /// From now on a command that begins so gets this answer.
    pub fn refuse(&self, command: &str, answer: &str) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.refusals.insert(command.to_owned(), answer.to_owned());
    }

    /// Refuses nothing any more.
    pub fn accept(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.refusals.clear();
    }

    /// What it got so far.
    pub fn got(&self) -> Vec<Got> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.got.clone()
    }
}

/// The authority that has signed the server's certificate.
pub const AUTHORITY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/http/client/pem/ca.pem");

/// How the server keeps what is said secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// Not at all.
    None,
    /// After STARTTLS; it takes no letter before.
    StartTls,
    /// From the first byte.
    Tls,
}

trait Both: Read + Write {}
impl<T: Read + Write> Both for T {}

/// A connection, line by line.
struct Lines(BufReader<std::boxed::Box<dyn Both>>);

impl Lines {
    fn plain(stream: TcpStream) -> Self {
        Self(BufReader::new(std::boxed::Box::new(stream)))
    }

    fn secret(stream: TcpStream) -> Self {
        let pem = |file: &str| {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/http/client/pem");
            std::fs::read(format!("{folder}/{file}")).expect("a certificate")
        };
        let chain = vec![CertificateDer::from_pem_slice(&pem("good.pem")).expect("one")];
        let key = PrivateKeyDer::from_pem_slice(&pem("key.pem")).expect("its key");
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("they belong together");
        let talk = ServerConnection::new(Arc::new(config)).expect("a conversation");
        let stream = StreamOwned::new(talk, stream);
        Self(BufReader::new(std::boxed::Box::new(stream)))
    }

    fn say(&mut self, line: &str) -> Option<()> {
        let out = self.0.get_mut();
        out.write_all(format!("{line}\r\n").as_bytes()).ok()?;
        out.flush().ok()
    }

    fn next(&mut self) -> Option<String> {
        let mut line = String::new();
        let n = self.0.read_line(&mut line).ok()?;
        (n > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
    }
}

fn talk(stream: TcpStream, secrecy: Secrecy, state: &Mutex<Box>) -> Option<()> {
    let open = || state.lock().unwrap_or_else(PoisonError::into_inner);
    let _ = stream.set_read_timeout(Some(Duration::from_secs(30)));
    let again = stream.try_clone().ok()?;
    let mut waits = secrecy == Secrecy::StartTls;
    let mut lines = match secrecy {
        Secrecy::Tls => Lines::secret(stream),
        Secrecy::None | Secrecy::StartTls => Lines::plain(stream),
    };
    let (mut login, mut from, mut to) = (String::new(), String::new(), Vec::new());
    let greeting = open().refusals.get("CONNECT").cloned();
    lines.say(greeting.as_deref().unwrap_or("220 mail.test ESMTP"))?;
    loop {
        let line = lines.next()?;
        let command = line.to_uppercase();
        let refused = {
            let state = open();
            let found = state
                .refusals
                .iter()
                .find(|(k, _)| command.starts_with(k.as_str()));
            found.map(|(_, answer)| answer.clone())
        };
        if let Some(answer) = refused {
            lines.say(&answer)?;
        } else if command.starts_with("EHLO") && waits {
            lines.say("250-mail.test\r\n250 STARTTLS")?;
        } else if command == "STARTTLS" && waits {
            lines.say("220 go on")?;
            lines = Lines::secret(again.try_clone().ok()?);
            waits = false;
        } else if waits {
            lines.say("530 5.7.0 must issue a STARTTLS command first")?;
        } else if command.starts_with("EHLO") {
            lines.say("250-mail.test\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN")?;
        } else if let Some(coded) = line.strip_prefix("AUTH PLAIN ") {
            let plain = decode(coded);
            login = plain.trim_start_matches('\0').replace('\0', "/");
            lines.say("235 welcome")?;
        } else if command.starts_with("AUTH LOGIN") {
            lines.say("334 VXNlcm5hbWU6")?;
            let user = decode(&lines.next()?);
            lines.say("334 UGFzc3dvcmQ6")?;
            login = format!("{user}/{}", decode(&lines.next()?));
            lines.say("235 welcome")?;
        } else if command.starts_with("MAIL FROM:") {
            from = address(&line);
            lines.say("250 ok")?;
        } else if command.starts_with("RCPT TO:") {
            to.push(address(&line));
            lines.say("250 ok")?;
        } else if command == "DATA" {
            lines.say("354 go on")?;
            let mut data = String::new();
            loop {
                let line = lines.next()?;
                if line == "." {
                    break;
                }
                data.push_str(line.strip_prefix('.').unwrap_or(&line));
                data.push_str("\r\n");
            }
            let refused = open().refusals.get("CONTENT").cloned();
            if let Some(answer) = refused {
                lines.say(&answer)?;
                continue;
            }
            open().got.push(Got {
                login: login.clone(),
                from: from.clone(),
                to: std::mem::take(&mut to),
                data,
            });
            lines.say("250 taken")?;
        } else if command == "QUIT" {
            return lines.say("221 bye");
        } else {
            lines.say("502 what?")?;
        }
    }
}

fn address(line: &str) -> String {
    let inside = line
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or_else(String::new, |(address, _)| address.to_owned())
}

/// Base64 (RFC 4648).
pub fn decode(text: &str) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0u32, 0);
    for c in text.bytes() {
        let Some(digit) = DIGITS.iter().position(|d| *d == c) else {
            continue;
        };
        bits = bits << 6 | digit as u32;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Quoted-printable (RFC 2045, 6.7), so far as the tests need it.
pub fn readable(text: &str) -> String {
    let joined = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|h| std::str::from_utf8(h).ok());
        match hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(byte) if *first == b'=' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
