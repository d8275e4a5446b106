//! Answers from one connection's part of a recording. Each request gets the next answer that was recorded for it;
//! between different requests the order does not matter.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use serde_json::{Value, json};

use super::exchange::{self, Asked, Exchange};
use super::lines::{self, Line};
use crate::http::body;
use crate::http::pacing::{Class, Pacer, PacerError, Slot, Used};

/// The most exchanges of one connection that are taken.
const MOST: usize = 100_000;

/// Answers one connection's requests.
pub struct Player(Mutex<Playing>);

#[derive(Default)]
struct Playing {
    file: Option<File>,
    /// Where the answers to each request lie: offset and length.
    left: BTreeMap<Asked, VecDeque<(u64, u64)>>,
    /// True until a run that had a token in hand has been given one.
    token_in_hand: bool,
    exchanges: u64,
    unreadable: u64,
}

/// What a recording says to a request.
pub(in crate::http) enum Taken {
    /// What was recorded.
    Recorded(Box<Exchange>),
    /// The recorded run did not ask for this: it began with a token that was still good.
    TokenInHand(Value),
    /// Nothing is left.
    Missing,
}

impl Player {
    /// Reads what is there; lines that are no exchanges are counted. A file that is not there holds nothing.
    pub(super) fn open(path: &Path) -> std::io::Result<Self> {
        let file = match std::fs::metadata(path) {
            // A pipe would be waited for.
            Ok(about) if !about.is_file() => return Err(std::io::ErrorKind::InvalidInput.into()),
            Ok(_) => File::open(path)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self(Mutex::default()));
            }
            Err(error) => return Err(error),
        };
        let mut playing = Playing {
            token_in_hand: true,
            ..Playing::default()
        };
        let mut reader = BufReader::new(&file);
        let mut offset = 0;
        let mut read_before = false;
        while let Some((line, length)) = lines::next(&mut reader)? {
            match line {
                Line::Whole(bytes) if bytes.trim_ascii().is_empty() => {}
                Line::Whole(bytes) if playing.exchanges < MOST as u64 => match parse(&bytes) {
                    Some(exchange) => {
                        let asks = exchange.asked.is_token_call() && !looks_at_token(&exchange);
                        playing.token_in_hand &= !asks || read_before;
                        read_before |= !exchange.asked.is_token_call();
                        playing.exchanges += 1;
                        let places = playing.left.entry(exchange.asked).or_default();
                        places.push_back((offset, length));
                    }
                    None => playing.unreadable += 1,
                },
                _ => playing.unreadable += 1,
            }
            offset += length;
        }
        playing.file = Some(file);
        Ok(Self(Mutex::new(playing)))
    }

    /// How many exchanges there are, and how many lines could not be read.
    pub fn counts(&self) -> (u64, u64) {
        let playing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (playing.exchanges, playing.unreadable)
    }

    pub(in crate::http) fn take(&self, asked: &Asked) -> Taken {
        let mut playing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.is_token_call() && std::mem::take(&mut playing.token_in_hand) {
            return Taken::TokenInHand(
                json!({"access_token": "token-in-hand", "token": "token-in-hand"}),
            );
        }
        let place = playing.left.get_mut(asked).and_then(VecDeque::pop_front);
        let exchange = place.and_then(|(offset, length)| {
            let file = playing.file.as_mut()?;
            file.seek(SeekFrom::Start(offset)).ok()?;
            let mut bytes = Vec::new();
            file.take(length).read_to_end(&mut bytes).ok()?;
            parse(&bytes)
        });
        match exchange {
            Some(exchange) => Taken::Recorded(Box::new(exchange)),
            None => Taken::Missing,
        }
    }
}

/// True for a token call that brought no token: it only asked how long the one in hand lives.
fn looks_at_token(exchange: &Exchange) -> bool {
    let brings = |answer: &Value| {
        ["access_token", "token"]
            .iter()
            .any(|key| answer.get(key).is_some())
    };
    exchange.result.as_ref().is_ok_and(|answer| !brings(answer))
}

/// A line is one level deeper than the body in it; the other bounds are those of a live answer.
fn parse(line: &[u8]) -> Option<Exchange> {
    let line = body::read_within(line, body::MAX_DEPTH + 1).ok()?;
    exchange::read(line.json)
}

/// A pacer for a replay: nobody is asked, so nobody has to wait.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unpaced;

#[async_trait]
impl Pacer for Unpaced {
    async fn acquire(&self, _: Class) -> Result<Slot, PacerError> {
        Ok(Slot(0))
    }

    async fn release(&self, _: Slot, _: Used) {}
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    fn player(text: &str) -> Player {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        std::fs::write(&path, text).unwrap();
        Player::open(&path).unwrap()
    }

    fn get(path: &str) -> Asked {
        Asked::of("GET", &Url::parse(&format!("https://h{path}")).unwrap())
    }

    fn body(taken: Taken) -> Value {
        match taken {
            Taken::Recorded(exchange) => exchange.result.unwrap(),
            Taken::TokenInHand(body) => body,
            Taken::Missing => Value::Null,
        }
    }

    #[test]
    fn each_request_gets_its_answers_in_their_order() {
        let player = player(concat!(
            "{\"method\":\"GET\",\"path\":\"/a\",\"status\":200,\"body\":1}\n",
            "garbage\n",
            "{\"method\":\"GET\",\"path\":\"/b\",\"status\":200,\"body\":2}\n\n",
            "{\"method\":\"GET\",\"path\":\"/a\",\"status\":200,\"body\":3}\n",
            "{\"method\":\"GET\",\"path\":\"/a\",\"sta"
        ));
        assert_eq!(player.counts(), (3, 2));
        let bodies = ["/b", "/a", "/a", "/a"].map(|path| body(player.take(&get(path))));
        assert_eq!(bodies, [json!(2), json!(1), json!(3), Value::Null]);
    }

    #[test]
    fn a_run_that_had_a_token_is_given_one_once() {
        let issue = Asked::of("POST", &Url::parse("https://h/oauth/token").unwrap());
        let with = player("{\"method\":\"GET\",\"path\":\"/a\",\"body\":1}");
        assert!(matches!(with.take(&issue), Taken::TokenInHand(_)));
        assert!(matches!(with.take(&issue), Taken::Missing));
        let without = player(
            "{\"method\":\"POST\",\"path\":\"/oauth/token\",\"query\":{},\"body\":{\"access_token\":\"secret-1\"}}",
        );
        assert_eq!(body(without.take(&issue))["access_token"], "secret-1");
        assert!(matches!(without.take(&issue), Taken::Missing));
    }

    #[test]
    fn bombs_are_passed_over() {
        let deep = format!(
            "{{\"method\":\"GET\",\"path\":\"/a\",\"body\":{}",
            "[".repeat(100_000)
        );
        assert_eq!(player(&deep).counts(), (0, 1));
        assert_eq!(player("").counts(), (0, 0));
        let missing = Player::open(Path::new("/nowhere/at/all")).unwrap();
        assert!(matches!(missing.take(&get("/a")), Taken::Missing));
    }
}
