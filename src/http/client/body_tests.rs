//! Bodies of no use, slow ones and bombs.

use super::tests::{bench, read, shouting};
use super::*;
use crate::http::body::BodyError;
use crate::http::error::Waited;
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
    let (parts, _, _) = parts();
    let client = ApiClient::new(Origin::parse(&server.url()).unwrap(), None, parts).unwrap();
    let auth = Auth::none();
    let get = Get {
        path: "/x",
        query: &[],
        auth: &auth,
        class: Class::Bulk,
    };
    let error = client.get(get).await.unwrap_err();
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
