//! Sockets for tests: a tap that writes down what passes, a server that answers by a function, a place where nobody
//! should come.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request as it went over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET`.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Header lines, as they came.
    pub headers: Vec<String>,
}

impl Request {
    /// The path alone.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The names in the query.
    pub fn keys(&self) -> Vec<&str> {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        pairs
            .map(|pair| pair.split('=').next().unwrap_or_default())
            .collect()
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// Takes the first request off the bytes of a connection; its length.
    fn parse(bytes: &[u8]) -> Option<(Self, usize)> {
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n")? + 4;
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.lines();
        let mut first = lines.next()?.split(' ').map(str::to_owned);
        let request = Self {
            method: first.next()?,
            target: first.next()?,
            headers: lines.map(str::to_owned).collect(),
        };
        let body = request
            .header("content-length")
            .map_or(0, |n| n.parse().expect("a length"));
        (bytes.len() >= end + body).then_some((request, end + body))
    }
}

type Seen<T> = Arc<Mutex<Vec<T>>>;

/// Stands between the program and a server and writes down every request.
pub struct Tap {
    address: SocketAddr,
    connections: Seen<Seen<u8>>,
}

impl Tap {
    /// Before the server at this base URL.
    pub fn before(base: &str) -> Self {
        let target = base.trim_start_matches("http://").to_owned();
        let connections: Seen<Seen<u8>> = Arc::default();
        let seen = connections.clone();
        let address = listen(move |client| {
            let Ok(server) = TcpStream::connect(&target) else {
                return;
            };
            let bytes: Seen<u8> = Arc::default();
            seen.lock().expect("not poisoned").push(bytes.clone());
            let (from, to) = (twin(&client), twin(&server));
            thread::spawn(move || {
                pass(from, to, |part| {
                    bytes.lock().expect("not poisoned").extend(part)
                })
            });
            pass(server, client, |_| {});
        });
        Self {
            address,
            connections,
        }
    }

    /// Its own base URL.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every request that passed.
    pub fn requests(&self) -> Vec<Request> {
        let mut all = Vec::new();
        for bytes in self.connections.lock().expect("not poisoned").iter() {
            let bytes = bytes.lock().expect("not poisoned");
            let mut rest = bytes.as_slice();
            while let Some((request, length)) = Request::parse(rest) {
                all.push(request);
                rest = &rest[length..];
            }
        }
        all
    }
}

/// A server that closes each connection after one answer; what it was asked.
pub fn server(
    answer: impl Fn(&Request) -> String + Send + Sync + 'static,
) -> (String, Seen<Request>) {
    let asked: Seen<Request> = Arc::default();
    let log = asked.clone();
    let address = listen(move |mut stream| {
        let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
        let request = loop {
            if let Some((request, _)) = Request::parse(&bytes) {
                break request;
            }
            match stream.read(&mut part) {
                Ok(length) if length > 0 => bytes.extend_from_slice(&part[..length]),
                _ => return,
            }
        };
        let _ = stream.write_all(answer(&request).as_bytes());
        log.lock().expect("not poisoned").push(request);
    });
    (format!("http://{address}"), asked)
}

/// An answer on the wire.
pub fn answer(status: &str, header: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\n{header}connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Serves each connection in a thread of its own; the address.
pub fn listen(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let serve = Arc::new(serve);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = serve.clone();
            thread::spawn(move || serve(stream));
        }
    });
    address
}

/// The same connection once more.
pub fn twin(stream: &TcpStream) -> TcpStream {
    stream.try_clone().expect("a socket")
}

fn pass(mut from: TcpStream, mut to: TcpStream, seen: impl Fn(&[u8])) {
    let mut part = [0; 16 * 1024];
    while let Ok(length) = from.read(&mut part) {
        seen(&part[..length]);
        if length == 0 || to.write_all(&part[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
