//! Keeps the exchanges of one connection, one JSON document a line. A recording is a convenience: when it cannot be
//! written any more it ends, and the run goes on.

use std::io::Write;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::exchange::{self, Asked, Seen};
use super::standins::Standins;
use crate::domain::time::Ts;
use crate::http::exchange::Failure;
use crate::http::redact::is_secret_key;

/// Writes one connection's exchanges.
pub struct Recorder(Mutex<Writing>);

struct Writing {
    /// None once a line could not be written.
    out: Option<Box<dyn Write + Send>>,
    standins: Standins,
}

impl Recorder {
    pub(super) fn new(out: impl Write + Send + 'static) -> Self {
        Self(Mutex::new(Writing {
            out: Some(Box::new(out)),
            standins: Standins::default(),
        }))
    }

    /// Remembers secrets that are about to be sent.
    pub(in crate::http) fn learn<'a>(&self, secrets: impl IntoIterator<Item = &'a str>) {
        let writing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        secrets
            .into_iter()
            .for_each(|secret| writing.standins.learn(secret));
    }

    /// Keeps one attempt.
    ///
    /// # Errors
    /// The first time that it cannot be written: the recording has ended then.
    pub(in crate::http) fn keep(
        &self,
        at: Ts,
        asked: &Asked,
        seen: Option<&Seen>,
        result: Result<&Value, &Failure>,
    ) -> std::io::Result<()> {
        let mut writing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Writing { out, standins } = &mut *writing;
        let Some(file) = out else { return Ok(()) };
        if let (true, Ok(answer)) = (asked.is_token_call(), result) {
            learn_answer(answer, standins);
        }
        let mut written = exchange::write(file, at, asked, seen, result, standins);
        if let Ok(true) = written {
            written = file
                .write_all(b"\n")
                .and_then(|()| file.flush())
                .map(|()| true);
        }
        if written.is_err() {
            *out = None;
        }
        written.map(|_| ())
    }
}

/// The tokens that an answer brings are searched for in everything that follows.
fn learn_answer(answer: &Value, standins: &Standins) {
    for (key, value) in answer.as_object().into_iter().flatten() {
        if let (true, Some(secret)) = (is_secret_key(key), value.as_str()) {
            standins.learn(secret);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use url::Url;

    use super::*;

    /// A disk with room for so many bytes.
    struct Disk(usize);

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 = (self.0.checked_sub(bytes.len()))
                .ok_or_else(|| std::io::Error::from(std::io::ErrorKind::StorageFull))?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_full_disk_ends_the_recording_and_is_told_once() {
        let recorder = Recorder::new(Disk(300));
        let asked = Asked::of("GET", &Url::parse("https://h/x").unwrap());
        let told: Vec<bool> = (0..6)
            .map(|_| {
                recorder
                    .keep(Ts::default(), &asked, None, Ok(&json!({"a": 1})))
                    .is_err()
            })
            .collect();
        assert_eq!(told.iter().filter(|told| **told).count(), 1, "{told:?}");
        assert!(!told[0]);
    }
}
