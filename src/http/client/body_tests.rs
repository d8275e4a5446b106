//! Bodies of no use, slow ones and bombs.

use std::time::Duration;

use super::tests::{bench, read, shouting};
use super::*;
use crate::http::body::BodyError;
use crate::http::error::Waited;
use crate::http::pacing::Used;
use crate::http::testing::{Reply, Server, parts};

/// A reply, and whether it was recognised.
type Case = (Reply, fn(&ErrorKind) -> bool);

#[tokio::test]
async fn bodies_of_no_use_are_named() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"a\":".to_vec();
    let cases: [Case; 7] = [
        (Reply::Raw(200, vec![], b"<html>".to_vec()), |k| {
            matches!(k, ErrorKind::Body(200, BodyError::Html))
        }),
        (Reply::Raw(200, vec![], Vec::new()), |k| {
            matches!(k, ErrorKind::Body(200, BodyError::Empty))
        }),
        (Reply::Raw(200, vec![], b"{} x".to_vec()), |k| {
            matches!(k, ErrorKind::Body(200, BodyError::Trailing))
        }),
        (Reply::Bytes(cut), |k| matches!(k, ErrorKind::Cut(_))),
        (Reply::Bytes(Vec::new()), |k| matches!(k, ErrorKind::Cut(_))),
        (Reply::Silence, |k| {
            matches!(k, ErrorKind::Timeout(Waited::Headers, _))
        }),
        (Reply::Bytes(b"garbage\r\n\r\n".to_vec()), |k| {
            matches!(k, ErrorKind::Cut(_))
        }),
    ];
    for (reply, expected) in cases {
        let server = Server::script([reply]).await;
        let bench = bench(&server.url());
        let error = read(&bench).await.unwrap_err();
        assert!(expected(&error.kind), "{error}");
        assert_eq!(error.tries, 5);
        assert!(
            bench
                .pacer
                .fates()
                .iter()
                .all(|fate| matches!(fate, Used::Answered | Used::Lost))
        );
    }
    let deep = "[".repeat(10_000).into_bytes();
    let server = Server::script([Reply::Raw(200, vec![], deep)]).await;
    let error = read(&bench(&server.url())).await.unwrap_err();
    assert_eq!(
        (error.kind, error.tries),
        (ErrorKind::Body(200, BodyError::TooDeep), 1)
    );
}

#[tokio::test]
async fn a_slow_body_runs_into_its_limits() {
    let base = shouting(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{\"a\"").await;
    let error = read(&bench(&base)).await.unwrap_err();
    assert!(
        matches!(error.kind, ErrorKind::Timeout(Waited::Idle, _)),
        "{error}"
    );
}

/// A server that goes on sending the same piece until nobody listens, pausing in between.
async fn endless(head: &'static str, piece: Vec<u8>, pause: Duration) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let piece = piece.clone();
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4096]).await;
                let mut sent = stream.write_all(head.as_bytes()).await;
                while sent.is_ok() {
                    sent = stream.write_all(&piece).await;
                    tokio::time::sleep(pause).await;
                }
            });
        }
    });
    base
}

#[tokio::test]
async fn a_body_that_drips_runs_into_the_limit_of_the_whole() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n";
    let base = endless(head, b" ".to_vec(), Duration::from_millis(50)).await;
    let limits = Limits {
        whole: Duration::from_millis(400),
        ..Limits::default()
    };
    let error = within(&base, limits).await.unwrap_err();
    assert!(
        matches!(error.kind, ErrorKind::Timeout(Waited::Whole, _)),
        "{error}"
    );
}

#[tokio::test]
async fn a_body_without_end_and_a_huge_text_stop_at_the_limit() {
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunk = [b"10000\r\n".to_vec(), vec![b' '; 0x10000], b"\r\n".to_vec()].concat();
    let text = "HTTP/1.1 200 OK\r\ncontent-length: 104857600\r\n\r\n{\"a\":\"";
    for (head, piece) in [(head, chunk), (text, vec![b'x'; 0x10000])] {
        let base = endless(head, piece, Duration::ZERO).await;
        let error = whole(&base).await.unwrap_err();
        assert_eq!(
            (error.kind, error.tries),
            (ErrorKind::Body(200, BodyError::TooLarge), 1)
        );
    }
}

#[tokio::test]
async fn large_headers_are_refused_and_huge_ones_are_not_collected() {
    let answer = |size: usize| {
        let head = vec![("x-filler", "y".repeat(size))];
        Reply::Raw(200, head, b"{}".to_vec())
    };
    let server = Server::script([answer(60 * 1024)]).await;
    assert!(whole(&server.url()).await.is_ok());
    for size in [70 * 1024, 1024 * 1024] {
        let server = Server::script([answer(size)]).await;
        let error = whole(&server.url()).await.unwrap_err();
        assert_eq!(
            (error.kind, error.tries),
            (ErrorKind::Body(200, BodyError::HeadTooLarge), 1),
            "{size}"
        );
    }
    let head = "HTTP/1.1 200 OK\r\nx-endless: ";
    let base = endless(head, vec![b'y'; 0x10000], Duration::ZERO).await;
    let error = whole(&base).await.unwrap_err();
    assert!(
        matches!(error.kind, ErrorKind::Body(_, BodyError::HeadTooLarge)),
        "{error}"
    );
}

#[tokio::test]
async fn a_key_that_comes_twice_and_a_clock_that_is_off_are_told() {
    let date = vec![("date", "Tue, 24 Nov 2015 12:00:00 GMT".to_owned())];
    let body = br#"{"items":[{"id":1,"id":2}]}"#.to_vec();
    let server = Server::script([Reply::Raw(200, date, body)]).await;
    let bench = bench(&server.url());
    for _ in 0..3 {
        assert_eq!(read(&bench).await.unwrap().json["items"][0]["id"], 2);
    }
    let remarks = bench.notes.all().into_iter().filter_map(|note| match note {
        Note::Remark(words) => Some(words),
        _ => None,
    });
    let remarks: Vec<_> = remarks.collect();
    assert_eq!(remarks.len(), 2, "{remarks:?}");
    assert!(remarks[0].contains("behind") && remarks[1].contains("'id' came twice"));
    let counts: Vec<_> = bench
        .client
        .surprises()
        .iter()
        .map(|odd| odd.count)
        .collect();
    assert_eq!(counts, [1, 3], "the clock once, the key each time");
}

/// A read with the usual limits.
async fn whole(base: &str) -> Result<Answer, ApiError> {
    within(base, Limits::default()).await
}

async fn within(base: &str, limits: Limits) -> Result<Answer, ApiError> {
    let (parts, _, _) = parts();
    let origin = Origin::parse(base).unwrap();
    let client = ApiClient::with_limits(origin, None, parts, limits).unwrap();
    let auth = Auth::none();
    let get = Get {
        path: "/x",
        query: &[],
        auth: &auth,
        class: Class::Bulk,
    };
    client.get(get).await
}

#[tokio::test]
async fn a_gzip_bomb_stops_at_the_limit() {
    let bomb = gzip_of_spaces(80 * 1024 * 1024);
    assert!(bomb.len() < 600_000);
    let server = Server::script([Reply::Raw(
        200,
        vec![("content-encoding", "gzip".into())],
        bomb,
    )])
    .await;
    let error = whole(&server.url()).await.unwrap_err();
    assert_eq!(
        (error.kind, error.tries),
        (ErrorKind::Body(200, BodyError::TooLarge), 1)
    );
}

/// A gzip stream of that many spaces: one literal, then copies of 258 bytes in the fixed code, 13 bits each.
fn gzip_of_spaces(length: usize) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let (mut hold, mut held) = (0u64, 0u32);
    let mut put = |bits: u64, count: u32, out: &mut Vec<u8>| {
        hold |= bits << held;
        held += count;
        while held >= 8 {
            out.push(hold as u8);
            hold >>= 8;
            held -= 8;
        }
    };
    let reversed =
        |code: u64, count: u32| (0..count).fold(0, |acc, bit| acc << 1 | (code >> bit & 1));
    put(0b011, 3, &mut out);
    put(reversed(0x30 + u64::from(b' '), 8), 8, &mut out);
    for _ in 0..length / 258 {
        put(reversed(0b1100_0101, 8), 8, &mut out);
        put(0, 5, &mut out);
    }
    put(0, 16, &mut out);
    out
}
