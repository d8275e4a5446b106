//! Certificates and proxies, good and bad, each in words of its own.

use std::sync::{Arc, Mutex};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::*;
use crate::domain::problem::Problem;
use crate::http::network::Network;
use crate::http::testing::{Reply, Server, parts};

/// An authority that no system knows. It signed the two below, for `localhost` and `ion.example`.
const AUTHORITY: &[u8] = include_bytes!("pem/ca.pem");
/// Good until 2120.
const GOOD: &[u8] = include_bytes!("pem/good.pem");
/// Ended in 2021.
const EXPIRED: &[u8] = include_bytes!("pem/expired.pem");
/// The key of both.
const KEY: &[u8] = include_bytes!("pem/key.pem");

/// A TLS server on loopback that answers `{"a":1}`; its port.
async fn tls_server(certificate: &[u8]) -> u16 {
    let chain = vec![CertificateDer::from_pem_slice(certificate).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    return;
                };
                let _ = stream.read(&mut [0; 4096]).await;
                let answer = "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{\"a\":1}";
                let _ = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    port
}

/// A proxy that says this to CONNECT, then leads to a port; what it was asked.
async fn proxy(says: &'static str, to: u16) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = vec![0; 4096];
            let length = stream.read(&mut head).await.unwrap_or(0);
            let head = String::from_utf8_lossy(&head[..length]).into_owned();
            log.lock().unwrap().push(head);
            let _ = stream.write_all(says.as_bytes()).await;
            if let Ok(mut target) = TcpStream::connect(("127.0.0.1", to)).await {
                tokio::spawn(async move {
                    let _ = copy_bidirectional(&mut stream, &mut target).await;
                });
            }
        }
    });
    (url, asked)
}

async fn read(base: &str, network: Network) -> Result<Answer, ApiError> {
    let (mut parts, _, _) = parts();
    parts.network = network;
    let client = ApiClient::new(Origin::parse(base).unwrap(), None, parts).unwrap();
    let auth = Auth::bearer(&"s3cret-access".into());
    let get = Get {
        path: "/x",
        query: &[],
        auth: &auth,
        class: Class::Bulk,
    };
    client.get(get).await
}

fn trusting(proxy: Option<&str>) -> Network {
    Network::new(Some(AUTHORITY), proxy).unwrap()
}

fn problem(result: Result<Answer, ApiError>) -> Problem {
    result.unwrap_err().to_problem("TD SYNNEX")
}

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted_only_where_it_was_named() {
    let port = tls_server(GOOD).await;
    let base = format!("https://localhost:{port}");
    let unknown = problem(read(&base, Network::default()).await);
    assert!(
        unknown
            .cause
            .contains("authority that this machine does not know"),
        "{unknown}"
    );
    assert!(unknown.remedy.contains("network.ca_file"), "{unknown}");
    assert_eq!(unknown.kind.exit_code(), 8);
    assert_eq!(
        read(&base, trusting(None)).await.unwrap().json,
        json!({"a": 1})
    );
}

#[tokio::test]
async fn an_expired_certificate_and_one_for_another_host_have_their_own_words() {
    let expired = tls_server(EXPIRED).await;
    let said = problem(read(&format!("https://localhost:{expired}"), trusting(None)).await);
    assert!(said.cause.contains("has expired"), "{said}");
    assert!(said.remedy.contains("clock"), "{said}");
    let good = tls_server(GOOD).await;
    let said = problem(read(&format!("https://127.0.0.1:{good}"), trusting(None)).await);
    assert!(said.cause.contains("for another host"), "{said}");
}

#[tokio::test]
async fn a_proxy_leads_to_the_service_and_sees_no_secret() {
    let port = tls_server(GOOD).await;
    let (url, asked) = proxy("HTTP/1.1 200 OK\r\n\r\n", port).await;
    let answer = read("https://ion.example", trusting(Some(&url))).await;
    assert_eq!(answer.unwrap().json, json!({"a": 1}));
    let asked = asked.lock().unwrap().clone();
    assert!(
        asked[0].starts_with("CONNECT ion.example:443 "),
        "{asked:?}"
    );
    assert!(!asked[0].contains("s3cret"), "{asked:?}");
}

#[tokio::test]
async fn a_service_on_this_machine_is_asked_directly() {
    let server = Server::script([Reply::ok(json!({"a": 1}))]).await;
    let (url, asked) = proxy("HTTP/1.1 403 Forbidden\r\n\r\n", 1).await;
    read(&server.url(), trusting(Some(&url))).await.unwrap();
    assert!(asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_proxy_that_refuses_or_is_not_there_has_its_own_words() {
    let refusals = [
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n",
            "wants a login",
        ),
        (
            "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n",
            "does not let",
        ),
        ("gibberish\r\n\r\n", "does not let"),
    ];
    for (says, words) in refusals {
        let (url, _) = proxy(says, 1).await;
        let result = read("https://ion.example", trusting(Some(&url))).await;
        let error = result.unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Proxy(_)), "{error:?}");
        assert_eq!(error.tries, 1);
        let said = error.to_problem("TD SYNNEX");
        assert!(said.cause.contains(words), "{said}");
    }
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let said = problem(read("https://ion.example", trusting(Some(&url))).await);
    assert!(
        said.cause.contains("proxy itself cannot be reached"),
        "{said}"
    );
}
