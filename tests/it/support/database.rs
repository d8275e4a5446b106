//! A fresh store for a test, on either engine.

use std::future::Future;

use vectis::domain::ids::TenantId;
use vectis::store::Store;

use super::postgres;

/// Which engine a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file in a temporary folder.
    Sqlite,
    /// A database of its own on the tests' server.
    Postgres,
}

/// An empty database; its folder goes with it.
pub struct Database {
    /// Its address.
    pub url: String,
    _folder: Option<tempfile::TempDir>,
}

impl Database {
    /// Makes one.
    pub fn new(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let path = folder.path().join("data").join("vectis.db");
                Self {
                    url: format!("sqlite://{}", path.display()),
                    _folder: Some(folder),
                }
            }
            Engine::Postgres => Self {
                url: postgres::fresh_database(),
                _folder: None,
            },
        }
    }

    /// Opens it for the tenant `msp`.
    pub async fn open(&self) -> Store {
        self.open_as("msp").await
    }

    /// Opens it for a tenant.
    pub async fn open_as(&self, tenant: &str) -> Store {
        Store::open(&self.url, TenantId::from(tenant))
            .await
            .expect("the database opens")
    }
}

/// Runs a test on a fresh database.
pub fn on<F: Future<Output = ()>>(engine: Engine, test: impl FnOnce(Database) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(test(Database::new(engine)));
}

/// Makes each test twice: once for SQLite, once for PostgreSQL.
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: Database) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            $(#[$meta])*
            async fn test($db: $crate::support::database::Database) $body

            #[test]
            fn sqlite() {
                $crate::support::database::on($crate::support::database::Engine::Sqlite, test);
            }

            #[test]
            fn postgres() {
                $crate::support::database::on($crate::support::database::Engine::Postgres, test);
            }
        }
    )*};
}
pub(crate) use on_both_engines;

/// Makes each test of the whole program twice: in a home with a SQLite database, and in one on PostgreSQL.
macro_rules! at_home_on_both_engines {
    ($($(#[$meta:meta])* fn $name:ident($home:ident: Home) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            $(#[$meta])*
            fn test($home: $crate::support::program::Home) $body

            #[test]
            fn sqlite() {
                test($crate::support::program::Home::new());
            }

            #[test]
            fn postgres() {
                use $crate::support::database::{Database, Engine};
                let database = Database::new(Engine::Postgres);
                test($crate::support::program::Home::on(&database.url));
            }
        }
    )*};
}
pub(crate) use at_home_on_both_engines;
