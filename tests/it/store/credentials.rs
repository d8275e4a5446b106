//! Connections, sealed secrets, rotating tokens.

use vectis::domain::vendor::Vendor;
use vectis::store::connections::Connection;
use vectis::store::tokens::{RefreshedToken, TokenState};

use crate::support::database::on_both_engines;
use crate::support::rows::{account, ion, now, subscription, synced};

fn connection() -> Connection {
    Connection {
        name: ion(),
        vendor: Vendor::IngramMicro,
        base_url: "https://ion.example".to_owned(),
        settings: [("account_id".to_owned(), "40'0".to_owned())].into(),
        requests_per_minute: None,
        created_at: now(),
        last_sync_at: None,
        listed_at: None,
    }
}

on_both_engines! {
    async fn connections_are_kept_changed_and_removed(db: Database) {
        let store = db.open().await;
        store.put_connection(&connection()).await.unwrap();
        let changed = Connection { requests_per_minute: Some(20), created_at: now().plus_seconds(9), ..connection() };
        store.put_connection(&changed).await.unwrap();
        let kept = Connection { created_at: now(), ..changed };
        assert_eq!(store.connections().await.unwrap(), [kept]);

        store.put_secret("ion", "client_secret", b"sealed").await.unwrap();
        store.put_secret("psa", "private_key", b"other").await.unwrap();
        store.put_token(&ion(), b"token", now()).await.unwrap();
        synced(&store, &[account("a", "Contoso")], &[subscription("s", "a")]).await;
        assert!(store.remove_connection(&ion()).await.unwrap());
        assert!(!store.remove_connection(&ion()).await.unwrap());
        assert_eq!(store.connection(&ion()).await.unwrap(), None);
        assert!(store.token(&ion()).await.unwrap().is_none());
        assert_eq!(store.secret("ion", "client_secret").await.unwrap(), None);
        assert_eq!(store.secret("psa", "private_key").await.unwrap().as_deref(), Some(&b"other"[..]));
        assert_eq!(store.subscriptions().await.unwrap()[0].gone_since, Some(now()));
    }

    async fn secrets_are_replaced_and_forgotten(db: Database) {
        let store = db.open().await;
        store.put_secret("ion", "b", &[0, 255, 1]).await.unwrap();
        store.put_secret("ion", "a", b"").await.unwrap();
        store.put_secret("ion", "b", &[7; 4000]).await.unwrap();
        assert_eq!(store.secret("ion", "b").await.unwrap(), Some(vec![7; 4000]));
        assert_eq!(store.secret("ion", "a").await.unwrap(), Some(vec![]));
        assert_eq!(store.secret_names("ion").await.unwrap(), ["a", "b"]);
        store.remove_secrets("ion").await.unwrap();
        assert!(store.secret_names("ion").await.unwrap().is_empty());
    }

    async fn a_token_is_spent_once(db: Database) {
        let store = db.open().await;
        store.put_token(&ion(), b"first", now()).await.unwrap();
        assert!(store.begin_refresh(&ion(), 1, now(), "host").await.unwrap());
        let row = store.token(&ion()).await.unwrap().unwrap();
        assert_eq!((row.version, row.state, row.attempt_host.as_str()), (1, TokenState::Refreshing, "host"));
        let answer = RefreshedToken {
            current: Some(b"second".to_vec()),
            access: b"access".to_vec(),
            access_expires_at: Some(now().plus_seconds(7200)),
            expires_at: Some(now().plus_seconds(32 * 86_400)),
            now: now().plus_seconds(1),
        };
        assert!(store.commit_refresh(&ion(), 1, &answer).await.unwrap());
        assert!(!store.commit_refresh(&ion(), 1, &answer).await.unwrap(), "the row has moved on");
        assert!(!store.begin_refresh(&ion(), 1, now(), "host").await.unwrap());
        store.end_refresh(&ion(), 1, TokenState::NeedsAttention, None).await.unwrap();
        let row = store.token(&ion()).await.unwrap().unwrap();
        assert_eq!((row.version, row.state, row.attempt_at), (2, TokenState::Fresh, None));
        assert_eq!((row.current.as_slice(), row.previous.as_deref()), (&b"second"[..], Some(&b"first"[..])));
        assert_eq!((row.issued_at, row.access_expires_at), (answer.now, answer.access_expires_at));

        let same = RefreshedToken { current: None, expires_at: None, ..answer.clone() };
        assert!(store.commit_refresh(&ion(), 2, &same).await.unwrap());
        let row = store.token(&ion()).await.unwrap().unwrap();
        assert_eq!((row.version, row.expires_at, row.current.as_slice()), (2, answer.expires_at, &b"second"[..]));

        let attempt = Some((now(), "ana@here"));
        assert!(store.end_refresh(&ion(), 2, TokenState::NeedsAttention, attempt).await.unwrap());
        let row = store.token(&ion()).await.unwrap().unwrap();
        assert_eq!((row.state, row.attempt_at, row.attempt_host.as_str()), (TokenState::NeedsAttention, Some(now()), "ana@here"));

        store.put_token(&ion(), b"pasted", now()).await.unwrap();
        let row = store.token(&ion()).await.unwrap().unwrap();
        assert_eq!((row.version, row.access, row.expires_at, row.attempt_at), (3, None, None, None));
        assert_eq!(row.previous.as_deref(), Some(&b"second"[..]));
    }
}
