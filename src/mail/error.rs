//! What can go wrong with a mail, and what to do about it.

use std::io;

use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::text::clean;

/// Longest answer of a server that is shown, in characters.
const MAX_ANSWER: usize = 300;

/// Where in the conversation it went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// The letter could not be written.
    Letter,
    /// The settings ask for what is not done.
    Settings,
    /// The connection, or the server's greeting.
    Connect,
    /// The change to TLS, or the server's certificate.
    Tls,
    /// The login.
    Login,
    /// The sender.
    Sender,
    /// One recipient.
    Recipient(String),
    /// The letter itself.
    Content,
}

/// Whether trying again may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasts {
    /// A person must mend it.
    UntilMended,
    /// It may pass by itself.
    AWhile,
}

/// A mail could not be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("mail could not be sent ({stage:?}): {seen}")]
pub struct MailError {
    /// Where.
    pub stage: Stage,
    /// Whether trying again may help.
    pub lasts: Lasts,
    /// What was seen: the server's answer, or the system's words.
    pub seen: String,
}

impl MailError {
    /// A failure on our own side, which lasts until somebody mends it.
    pub(super) fn own(stage: Stage, seen: impl AsRef<str>) -> Self {
        Self {
            stage,
            lasts: Lasts::UntilMended,
            seen: clean(seen.as_ref(), MAX_ANSWER),
        }
    }

    /// It took too long.
    pub(super) fn slow(stage: Stage, seconds: u64) -> Self {
        Self {
            stage,
            lasts: Lasts::AWhile,
            seen: format!("no answer within {seconds} s"),
        }
    }

    /// What the conversation gave: an answer 4xx passes, one 5xx lasts (RFC 5321, 4.2.1).
    pub(super) fn of(stage: Stage, error: &lettre::transport::smtp::Error) -> Self {
        let stage = match error.is_tls() || is_no_tls(error) {
            true => Stage::Tls,
            false => stage,
        };
        let lasts = match error.is_permanent() || error.is_client() {
            true => Lasts::UntilMended,
            false => Lasts::AWhile,
        };
        let mut seen = match error.status() {
            Some(code) => format!("the server answered {code}"),
            // The crate says this twice.
            None => error.to_string().replace("Connection error: ", ""),
        };
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            let words = cause.to_string();
            if !seen.contains(&words) {
                seen = format!("{seen}: {words}");
            }
            source = cause.source();
        }
        Self {
            stage,
            lasts,
            seen: clean(&seen, MAX_ANSWER),
        }
    }

    /// For people; `server` is `host:port`.
    pub fn problem(&self, server: &str) -> Problem {
        let passing = self.lasts == Lasts::AWhile;
        let (kind, title, cause, remedy) = match &self.stage {
            Stage::Letter => (
                ProblemKind::Unexpected,
                "The mail could not be written".to_owned(),
                "an address or the digest itself is unusual",
                "check mail.from and mail.to; the digest is in its file all the same",
            ),
            Stage::Settings => (
                ProblemKind::Configuration,
                "The mail server cannot be used as configured".to_owned(),
                "see the section mail of the configuration",
                "correct it; config.example.toml explains each key",
            ),
            Stage::Connect => (
                ProblemKind::Unreachable,
                format!("The mail server {server} does not answer"),
                "the name or the port is wrong, a firewall is between, the server is down, or it expects TLS from the first byte",
                "check mail.host, mail.port and mail.security",
            ),
            Stage::Tls => (
                ProblemKind::Unreachable,
                format!("No secure connection to the mail server {server}"),
                "it offers no STARTTLS, speaks another kind of TLS on this port, or its certificate is not valid for its name here",
                "check mail.security (\"starttls\" is mostly on port 587, \"tls\" on 465), that mail.host is the name in its certificate, and for an authority of your own network.ca_file",
            ),
            Stage::Login if passing => (
                ProblemKind::ServerFailure,
                format!("The mail server {server} could not check the login"),
                "it is busy, or counts too many attempts",
                "nothing: it is tried again",
            ),
            Stage::Login => (
                ProblemKind::CredentialsRejected,
                format!("The mail server {server} refused the login"),
                "user or password is wrong, the account may not send by SMTP, or it needs an app password",
                "check mail.user and the password (password_file, VECTIS_MAIL_PASSWORD or the credential vectis-mail-password)",
            ),
            Stage::Sender => (
                ProblemKind::ServerFailure,
                format!("The mail server {server} refused the sender"),
                "it wants a login first, or the account may not send from this address",
                "check mail.from and mail.user",
            ),
            Stage::Recipient(to) => (
                ProblemKind::ServerFailure,
                format!("The mail server {server} refused {}", clean(to, 80)),
                "the mailbox does not exist, is full or is not to be relayed to",
                "check mail.to; those whom it took have the digest",
            ),
            Stage::Content => (
                ProblemKind::ServerFailure,
                format!("The mail server {server} did not take the digest"),
                "it is busy, or refuses the content or its size",
                "see its answer; the digest is in its file all the same",
            ),
        };
        Problem::new(kind, title)
            .seen(self.seen.clone())
            .cause(cause)
            .remedy(remedy)
    }
}

/// True where the bytes that came were no TLS, or its certificate was not accepted: rustls reports both as invalid data.
fn is_no_tls(error: &lettre::transport::smtp::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if let Some(io) = cause.downcast_ref::<io::Error>() {
            return io.kind() == io::ErrorKind::InvalidData;
        }
        source = cause.source();
    }
    false
}
