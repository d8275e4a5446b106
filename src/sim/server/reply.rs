//! An answer before it is sent, and the ways of sending it badly.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use futures_util::stream;
use serde_json::Value;

use super::socket::Cut;

/// How the body goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// As it should.
    Whole,
    /// The length is announced, half is sent, the connection breaks.
    Broken,
    /// In pieces over that time.
    Slow(Duration),
    /// After the body, that many more bytes of white space.
    Huge(u64),
    /// Nothing is sent: the connection is reset.
    Reset,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// As sent.
    pub content_type: &'static str,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// As sent.
    pub body: Vec<u8>,
    /// How it goes out.
    pub delivery: Delivery,
}

impl Reply {
    /// A JSON document.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json", body.to_string().into_bytes())
    }

    /// A page as proxies and sign-in portals send it.
    pub fn html(status: u16) -> Self {
        let page = format!(
            "<!DOCTYPE html>\n<html><head><title>{status} Gateway</title></head>\n<body><center><h1>{status} Gateway</h1></center><hr><center>edge</center></body></html>\n"
        );
        Self::new(status, "text/html; charset=utf-8", page.into_bytes())
    }

    /// Any body.
    pub fn new(status: u16, content_type: &'static str, body: Vec<u8>) -> Self {
        Self {
            status,
            content_type,
            headers: Vec::new(),
            body,
            delivery: Delivery::Whole,
        }
    }

    /// Another way of sending it.
    pub fn sent(self, delivery: Delivery) -> Self {
        Self { delivery, ..self }
    }

    /// With one more header.
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With its JSON changed; an answer that is no JSON stays as it is.
    pub fn edited(mut self, edit: impl FnOnce(&mut Value)) -> Self {
        if let Ok(mut body) = serde_json::from_slice(&self.body) {
            edit(&mut body);
            self.body = body.to_string().into_bytes();
        }
        self
    }

    /// As a response on this connection.
    pub fn into_response(self, cut: &Cut) -> Response {
        let length = self.body.len();
        let mut announced = None;
        let body = match self.delivery {
            Delivery::Whole => Body::from(self.body),
            Delivery::Reset => {
                cut.cut();
                Body::empty()
            }
            Delivery::Broken => {
                announced = Some(length.max(2));
                broken(Bytes::from(self.body).slice(..length / 2))
            }
            Delivery::Slow(over) => slow(self.body, over),
            Delivery::Huge(bytes) => huge(self.body, bytes),
        };
        let mut response = Response::new(body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(self.content_type),
        );
        if let Some(length) = announced {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        response
    }
}

/// The half that there is, then an error, a moment later so that the half is on its way.
fn broken(half: Bytes) -> Body {
    let reset = || std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    Body::from_stream(stream::unfold(Some(half), move |rest| async move {
        match rest {
            Some(half) if !half.is_empty() => Some((Ok(half), Some(Bytes::new()))),
            Some(_) => {
                tokio::time::sleep(Duration::from_millis(20)).await;
                Some((Err(reset()), None))
            }
            None => None,
        }
    }))
}

/// Ten pieces with pauses between them.
fn slow(body: Vec<u8>, over: Duration) -> Body {
    let pieces: Vec<Bytes> = body
        .chunks(body.len().div_ceil(10).max(1))
        .map(Bytes::copy_from_slice)
        .collect();
    Body::from_stream(stream::unfold(
        pieces.into_iter(),
        move |mut rest| async move {
            let piece = rest.next()?;
            tokio::time::sleep(over / 10).await;
            Some((Ok::<_, std::io::Error>(piece), rest))
        },
    ))
}

fn huge(body: Vec<u8>, bytes: u64) -> Body {
    const PIECE: u64 = 64 * 1024;
    let blank = Bytes::from(vec![b' '; 64 * 1024]);
    let first = stream::iter([Ok::<_, std::io::Error>(Bytes::from(body))]);
    let rest = stream::iter((0..bytes.div_ceil(PIECE)).map(move |_| Ok(blank.clone())));
    Body::from_stream(futures_util::StreamExt::chain(first, rest))
}
