//! Opening: addresses, permissions, schema, and the words when it fails.

use std::os::unix::fs::PermissionsExt;
use std::time::Instant;

use vectis::domain::ids::TenantId;
use vectis::domain::problem::{Problem, ProblemKind};
use vectis::store::{EngineKind, Store, StoreError};

use crate::support::database::{Database, Engine, on, on_both_engines};

async fn refused(url: &str) -> StoreError {
    Store::open(url, TenantId::from("msp"))
        .await
        .expect_err("it must not open")
}

on_both_engines! {
    async fn opening_again_is_quick_and_changes_nothing(db: Database) {
        let store = db.open().await;
        assert_eq!(store.tenant().as_str(), "msp");
        assert!(!store.engine_version().await.unwrap().is_empty());
        assert!(store.size_bytes().await.unwrap() > 10_000);
        let schema = store.schema_version().await.unwrap();
        assert!(schema >= 1);
        store.close().await;
        let mut best = u128::MAX;
        for _ in 0..5 {
            let began = Instant::now();
            let again = db.open().await;
            best = best.min(began.elapsed().as_millis());
            assert_eq!(again.schema_version().await.unwrap(), schema);
            again.close().await;
        }
        // Unloaded and optimised it is a tenth of this; the bound catches migrations that run each time.
        assert!(best < 250, "opening took {best} ms");
    }

    async fn many_may_open_a_new_database_at_once(db: Database) {
        let url = db.url.clone();
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let url = url.clone();
            tasks.spawn(async move { Store::open(&url, TenantId::from("msp")).await.map(|s| s.engine()) });
        }
        for opened in tasks.join_all().await {
            opened.unwrap();
        }
    }
}

#[test]
fn the_file_is_the_owners_alone() {
    on(Engine::Sqlite, async |db: Database| {
        let store = db.open().await;
        assert_eq!(store.engine(), EngineKind::Sqlite);
        let path = std::path::PathBuf::from(db.url.trim_start_matches("sqlite://"));
        let mode = |p: &std::path::Path| std::fs::metadata(p).unwrap().permissions().mode() & 0o777;
        let folder = path.parent().unwrap();
        assert_eq!(mode(folder), 0o700);
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap().path();
            assert_eq!(mode(&entry), 0o600, "{}", entry.display());
        }
        store.close().await;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let problem = Problem::from(refused(&db.url).await);
        assert_eq!(problem.kind, ProblemKind::Configuration);
        assert!(problem.remedy.contains("chmod 600"));
    });
}

#[test]
fn failures_have_their_own_words() {
    on(Engine::Sqlite, async |db: Database| {
        for url in [
            "mysql://x",
            "sqlite::memory:",
            "sqlite://",
            "postgres://host:notaport/x",
            "sqlite:///tmp/x.db?mode=ro",
        ] {
            assert!(
                matches!(refused(url).await, StoreError::BadUrl { .. }),
                "{url}"
            );
        }
        let secret = refused("mysql://user:hunter2@host/x").await.to_string();
        assert!(!secret.contains("hunter2"), "{secret}");
        let gone = refused("postgres://user:hunter2@127.0.0.1:1/x").await;
        assert!(matches!(&gone, StoreError::Unreachable(_)), "{gone:?}");
        assert!(!gone.to_string().contains("hunter2"), "{gone}");
        assert!(matches!(
            refused("sqlite:///proc/nowhere/x.db").await,
            StoreError::CannotOpen { .. }
        ));

        let path = std::path::PathBuf::from(db.url.trim_start_matches("sqlite://"));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(
            &path,
            "this is no database at all, only some text that is long enough",
        )
        .unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        let corrupt = refused(&db.url).await;
        assert!(matches!(corrupt, StoreError::Corrupt(_)), "{corrupt:?}");
        assert_eq!(Problem::from(corrupt).kind, ProblemKind::Database);
    });
}

/// Pretends that a later version of the program has been here.
async fn age(db: &Database) {
    let later =
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
        VALUES (9999, 'later', TRUE, '', 0)";
    if let Some(path) = db.url.strip_prefix("sqlite://") {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        sqlx::query(later).execute(&pool).await.unwrap();
        pool.close().await;
    } else {
        let pool = sqlx::PgPool::connect(&db.url).await.unwrap();
        sqlx::query(later).execute(&pool).await.unwrap();
        pool.close().await;
    }
}

on_both_engines! {
    async fn a_newer_schema_is_refused(db: Database) {
        db.open().await.close().await;
        age(&db).await;
        let error = refused(&db.url).await;
        assert!(matches!(error, StoreError::NewerSchema { found: 9999, .. }), "{error:?}");
    }
}

#[test]
fn a_cut_connection_is_made_anew() {
    on(Engine::Postgres, async |db: Database| {
        let store = db.open().await;
        store.put_secret("ion", "s", b"x").await.unwrap();
        let pool = sqlx::PgPool::connect(&db.url).await.unwrap();
        let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let cut: i64 = sqlx::query_scalar(cut).fetch_one(&pool).await.unwrap();
        assert!(cut >= 1);
        assert!(store.secret("ion", "s").await.unwrap().is_some());
        store.put_secret("ion", "t", b"y").await.unwrap();
        drop(pool);
        let missing = format!("{}x", db.url.replace("?host", "_missing?host"));
        assert!(matches!(
            refused(&missing).await,
            StoreError::CannotOpen { .. } | StoreError::AuthenticationFailed(_)
        ));
    });
}
