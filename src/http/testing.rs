//! For tests of this crate: a scripted server that writes down what it was asked, a pacer without limits, an observer
//! that remembers, and any JSON value.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use proptest::prelude::*;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::grant::{Access, GrantStore, GrantStoreError};
use super::network::Network;
use super::observe::{Note, Observer};
use super::pacing::{Class, Pacer, PacerError, Slot, Used};
use super::recording::Tape;
use super::request::Parts;
use super::tempo::Tempo;

/// A request as the server saw it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Asked {
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }

    /// A value of the query or, for a POST, of the form.
    pub fn field(&self, name: &str) -> Option<String> {
        let pairs = if self.method == "POST" {
            &self.body
        } else {
            self.target.split_once('?')?.1
        };
        url::form_urlencoded::parse(pairs.as_bytes())
            .find(|(k, _)| k == name)
            .map(|(_, v)| v.into_owned())
    }

    pub fn number(&self, name: &str) -> Option<usize> {
        self.field(name)?.parse().ok()
    }
}

/// What the server does.
#[derive(Clone)]
pub(crate) enum Reply {
    /// A JSON body.
    Json(u16, Value),
    /// Headers and body as they are.
    Raw(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// These bytes on the wire, then the end of the connection.
    Bytes(Vec<u8>),
    /// Nothing, for ever.
    Silence,
}

impl Reply {
    pub fn ok(value: Value) -> Self {
        Reply::Json(200, value)
    }
}

type Handler = Arc<dyn Fn(&Asked) -> Reply + Send + Sync>;

/// A server on loopback that answers by a function and keeps what it was asked.
pub(crate) struct Server {
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    pub async fn start(handler: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, handler): (_, Handler) = (asked.clone(), Arc::new(handler));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, handler.clone(), log.clone()));
            }
        });
        Self {
            address,
            asked,
            task,
        }
    }

    /// Answers with these, in order, and the last one for ever.
    pub async fn script(replies: impl IntoIterator<Item = Reply>) -> Self {
        let queue = Mutex::new(replies.into_iter().collect::<VecDeque<_>>());
        Self::start(move |_| {
            let mut queue = queue.lock().unwrap();
            if queue.len() > 1 {
                queue.pop_front().unwrap()
            } else {
                queue[0].clone()
            }
        })
        .await
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub fn count(&self, path: &str) -> usize {
        self.asked()
            .iter()
            .filter(|asked| asked.path().ends_with(path))
            .count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, handler: Handler, log: Arc<Mutex<Vec<Asked>>>) {
    while let Some(asked) = read_request(&mut stream).await {
        let reply = handler(&asked);
        log.lock().unwrap().push(asked);
        let wire = match reply {
            Reply::Json(status, value) => {
                let json = vec![("content-type", "application/json".to_owned())];
                framed(status, &json, value.to_string().as_bytes())
            }
            Reply::Raw(status, headers, body) => framed(status, &headers, &body),
            Reply::Bytes(bytes) => {
                let _ = stream.write_all(&bytes).await;
                return;
            }
            Reply::Silence => {
                let _ = stream.read(&mut [0u8; 1]).await;
                return;
            }
        };
        if stream.write_all(&wire).await.is_err() {
            return;
        }
    }
}

fn framed(status: u16, headers: &[(&'static str, String)], body: &[u8]) -> Vec<u8> {
    let mut wire = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        wire += &format!("{name}: {value}\r\n");
    }
    wire += "\r\n";
    [wire.as_bytes(), body].concat()
}

async fn read_request(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let mut asked = Asked {
        method: first.next()?.to_owned(),
        target: first.next()?.to_owned(),
        ..Asked::default()
    };
    asked.headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length: usize = asked
        .header("content-length")
        .map_or(0, |n| n.parse().unwrap());
    while bytes.len() < end + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    asked.body = String::from_utf8_lossy(&bytes[end..end + length]).into_owned();
    Some(asked)
}

/// Grants at once; gives up after so many 429s in a row.
pub(crate) struct FreePacer {
    pub used: Mutex<Vec<(Class, Option<Used>)>>,
    patience: usize,
}

impl FreePacer {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            used: Mutex::default(),
            patience: 3,
        })
    }

    /// What became of each slot, in the order of granting.
    pub fn fates(&self) -> Vec<Used> {
        self.used
            .lock()
            .unwrap()
            .iter()
            .map(|(_, used)| used.unwrap())
            .collect()
    }
}

#[async_trait]
impl Pacer for FreePacer {
    async fn acquire(&self, class: Class) -> Result<Slot, PacerError> {
        let mut used = self.used.lock().unwrap();
        let limited = used
            .iter()
            .rev()
            .take_while(|(_, u)| matches!(u, Some(Used::RateLimited(_))))
            .count();
        if limited > self.patience {
            return Err(PacerError::OutOfPatience(1800));
        }
        used.push((class, None));
        Ok(Slot(used.len() as i64 - 1))
    }

    async fn release(&self, slot: Slot, used: Used) {
        let mut all = self.used.lock().unwrap();
        let entry = &mut all[slot.0 as usize];
        assert_eq!(entry.1, None, "a slot is handed back once");
        entry.1 = Some(used);
    }
}

/// Keeps a token for every "process" that holds it.
#[derive(Default)]
pub(crate) struct MemoryGrants(Mutex<Option<Access>>);

#[async_trait]
impl GrantStore for MemoryGrants {
    async fn load(&self) -> Result<Option<Access>, GrantStoreError> {
        Ok(self.0.lock().unwrap().clone())
    }

    async fn save(&self, access: &Access) -> Result<(), GrantStoreError> {
        *self.0.lock().unwrap() = Some(access.clone());
        Ok(())
    }
}

/// Remembers every note.
#[derive(Default)]
pub(crate) struct Notes(Mutex<Vec<Note>>);

impl Observer for Notes {
    fn note(&self, note: &Note) {
        self.0.lock().unwrap().push(note.clone());
    }
}

impl Notes {
    pub fn all(&self) -> Vec<Note> {
        self.0.lock().unwrap().clone()
    }
}

/// Parts that wait for nothing, with their pacer and their notes.
pub(crate) fn parts() -> (Parts, Arc<FreePacer>, Arc<Notes>) {
    let (pacer, notes) = (FreePacer::new(), Arc::new(Notes::default()));
    let parts = Parts {
        pacer: pacer.clone(),
        observer: notes.clone(),
        network: Network::default(),
        tape: Tape::Off,
        tempo: Tempo::scaled(0.0),
        cancel: CancellationToken::new(),
        tasks: TaskTracker::new(),
    };
    (parts, pacer, notes)
}

/// Any JSON value, with hostile texts and extreme numbers.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        "-?[1-9][0-9]{0,40}(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,5})?",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number.prop_map(|text| serde_json::from_str(&text).unwrap_or(Value::Null)),
        ".{0,20}".prop_map(Value::from),
        "-?[0-9]{0,25}[.,]?[0-9]{0,25}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::hash_map(".{0,8}", inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}
