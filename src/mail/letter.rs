//! A letter: text and HTML in one message (RFC 2046, `multipart/alternative`). Nothing in it can become a header.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};

use super::error::{MailError, Stage};
use crate::domain::text::clean;
use crate::domain::time::Ts;

/// Longest subject, in characters.
const MAX_SUBJECT: usize = 200;

/// Whom a letter is from or to: `ana@example.com` or `Ana <ana@example.com>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(pub(super) Mailbox);

/// The text is no address.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is no mail address; write ana@example.com or Ana <ana@example.com>")]
pub struct NotAnAddress(String);

impl FromStr for Address {
    type Err = NotAnAddress;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mailbox = text.trim().parse::<Mailbox>().ok();
        mailbox
            .filter(|m| m.email.to_string().is_ascii())
            .map(Address)
            .ok_or_else(|| NotAnAddress(clean(text, 80)))
    }
}

impl Address {
    /// The address alone, without a name.
    pub fn email(&self) -> String {
        self.0.email.to_string()
    }

    /// What stands after the `@`.
    pub fn domain(&self) -> &str {
        self.0.email.domain()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What is sent.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The sender.
    pub from: Address,
    /// All recipients, as the header names them.
    pub to: Vec<Address>,
    /// Its subject.
    pub subject: String,
    /// For those who read text.
    pub text: String,
    /// For everybody else.
    pub html: String,
    /// Without the domain: the same letter sent again has the same, so that mailboxes can drop the second one.
    pub id: String,
    /// When it was written.
    pub at: Ts,
}

impl Letter {
    /// The message's identifier: `<id@domain of the sender>`.
    pub fn message_id(&self) -> String {
        format!("<{}@{}>", self.id, self.from.domain())
    }

    /// The message as it is sent.
    pub(super) fn message(&self) -> Result<Vec<u8>, MailError> {
        let micros = u64::try_from(self.at.micros()).unwrap_or(0);
        let mut builder = lettre::Message::builder()
            .from(self.from.0.clone())
            .date(SystemTime::UNIX_EPOCH + Duration::from_micros(micros))
            .message_id(Some(self.message_id()))
            .subject(clean(&self.subject, MAX_SUBJECT));
        for to in &self.to {
            builder = builder.to(to.0.clone());
        }
        // RFC 3834: nobody's absence note shall answer.
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        builder = builder.raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()));
        let both =
            MultiPart::alternative_plain_html(one_line_end(&self.text), one_line_end(&self.html));
        builder
            .multipart(both)
            .map(|message| message.formatted())
            .map_err(|error| MailError::own(Stage::Letter, error.to_string()))
    }
}

/// A carriage return of its own is no line end in SMTP (RFC 5321, 2.3.8), and servers differ in what they make of it.
fn one_line_end(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn letter(subject: &str, body: &str) -> Letter {
        Letter {
            from: "Vectis <vectis@msp.example>".parse().unwrap(),
            to: vec!["ana@msp.example".parse().unwrap()],
            subject: subject.to_owned(),
            text: body.to_owned(),
            html: format!("<p>{body}</p>"),
            id: "digest-2026-W47".to_owned(),
            at: "2026-11-23T07:00:00Z".parse().unwrap(),
        }
    }

    /// The header lines, unfolded.
    fn headers(letter: &Letter) -> Vec<String> {
        let message = String::from_utf8(letter.message().unwrap()).unwrap();
        let (head, _) = message.split_once("\r\n\r\n").unwrap();
        head.replace("\r\n ", " ")
            .split("\r\n")
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn the_headers_are_those_and_no_others() {
        let headers = headers(&letter("Money found, 2026-W47", "Hi"));
        let names: Vec<&str> = headers
            .iter()
            .filter_map(|h| Some(h.split_once(": ")?.0))
            .collect();
        assert_eq!(
            names,
            [
                "From",
                "Date",
                "Message-ID",
                "Subject",
                "To",
                "Auto-Submitted",
                "MIME-Version",
                "Content-Type",
            ]
        );
        assert!(headers.contains(&"Date: Mon, 23 Nov 2026 07:00:00 +0000".to_owned()));
        assert!(headers.contains(&"Message-ID: <digest-2026-W47@msp.example>".to_owned()));
    }

    #[test]
    fn an_address_is_one_address() {
        for good in ["ana@example.com", " Ana Ørsted <ana@example.com> "] {
            assert_eq!(good.parse::<Address>().unwrap().email(), "ana@example.com");
        }
        for bad in [
            "",
            "ana",
            "ana@",
            "a@b.c\r\nBcc: x@y.z",
            "ana@exämple.com\0",
            "a@b.c, d@e.f",
        ] {
            assert!(bad.parse::<Address>().is_err(), "{bad:?}");
        }
    }

    proptest! {
        /// Whatever stands in subject and body: the same headers, ASCII lines of bearable length, no bare line ends.
        #[test]
        fn no_text_becomes_a_header(subject in "(\\PC|[\r\n\t\u{85}\u{2028}]|\r\nBcc: x@y.z){0,60}", body in "(.|\r|\n){0,300}") {
            let written = letter(&subject, &body);
            prop_assert_eq!(headers(&written).len(), 8);
            let message = written.message().unwrap();
            prop_assert!(message.is_ascii());
            let text = String::from_utf8(message).unwrap();
            for line in text.split("\r\n") {
                prop_assert!(line.len() <= 998 && !line.contains(['\r', '\n']), "{:?}", line);
            }
        }
    }
}
