//! Behind a pooler that keeps nothing of what a connection was told: every transaction says whose it is.

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use vectis::domain::ids::TenantId;
use vectis::store::Store;

use crate::support::database::{Database, Engine, on};
use crate::support::rows::{account, subscription, synced};

/// What the pooler does with the options at the start of a connection.
#[derive(Debug, Clone, Copy)]
enum Options {
    /// Leaves them out (PgBouncer with `ignore_startup_parameters`).
    Ignored,
    /// Ends the connection (PgBouncer as it is installed).
    Refused,
}

/// Code of a request for TLS: https://www.postgresql.org/docs/current/protocol-message-formats.html
const TLS: u32 = 80_877_103;

async fn serve(mut client: TcpStream, socket: String, options: Options) -> std::io::Result<()> {
    let message = loop {
        let length = client.read_u32().await?;
        let mut message = vec![0; length as usize - 4];
        client.read_exact(&mut message).await?;
        if message[..4] != TLS.to_be_bytes() {
            break message;
        }
        client.write_all(b"N").await?;
    };
    let texts: Vec<&[u8]> = message[4..].split(|b| *b == 0).collect();
    let mut kept = message[..4].to_vec();
    for pair in texts.chunks(2).filter(|p| p.len() == 2 && !p[0].is_empty()) {
        if pair[0] != b"options" {
            for text in pair {
                kept.extend_from_slice(text);
                kept.push(0);
            }
        } else if matches!(options, Options::Refused) {
            let words = b"SFATAL\0C08P01\0Munsupported startup parameter: options\0\0";
            client.write_all(b"E").await?;
            client.write_u32(words.len() as u32 + 4).await?;
            return client.write_all(words).await;
        }
    }
    kept.push(0);
    let mut server = UnixStream::connect(socket).await?;
    server.write_u32(kept.len() as u32 + 4).await?;
    server.write_all(&kept).await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

/// The address of a pooler before a database.
async fn pooler(db: &Database, options: Options) -> String {
    let (name, place) = db
        .url
        .trim_start_matches("postgres:///")
        .split_once("?host=")
        .unwrap();
    let socket = format!("{}/.s.PGSQL.5432", place.split('&').next().unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let socket = socket.clone();
            tokio::spawn(async move {
                let _ = serve(client, socket, options).await;
            });
        }
    });
    format!("postgres://app@127.0.0.1:{port}/{name}")
}

#[test]
fn each_transaction_knows_its_tenant() {
    for options in [Options::Ignored, Options::Refused] {
        on(Engine::Postgres, async move |db: Database| {
            let url = pooler(&db, options).await;
            let ours = Store::open(&url, TenantId::from("o'msp")).await.unwrap();
            synced(&ours, &[account("a", "Contoso")], &[subscription("s", "a")]).await;
            assert_eq!(ours.subscriptions().await.unwrap().len(), 1, "{options:?}");
            let other = Store::open(&url, TenantId::from("another")).await.unwrap();
            assert!(other.subscriptions().await.unwrap().is_empty());
            // The same rows without the pooler.
            let direct = db.open_as("o'msp").await;
            assert_eq!(direct.subscriptions().await.unwrap().len(), 1);
            assert!(ours.tenant_is_told_each_time() && !direct.tenant_is_told_each_time());
        });
    }
}
