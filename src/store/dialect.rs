//! All SQL that differs between the engines.

use super::open::EngineKind;

impl EngineKind {
    /// The database's own clock in milliseconds since 1970: for leases and pacing, which several machines share.
    pub(super) fn clock_ms(self) -> &'static str {
        match self {
            EngineKind::Sqlite => "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
            EngineKind::Postgres => "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)",
        }
    }

    /// Ends a `SELECT` whose rows this transaction will change. SQLite's `BEGIN IMMEDIATE` has already locked all.
    pub(super) fn for_update(self) -> &'static str {
        match self {
            EngineKind::Sqlite => "",
            EngineKind::Postgres => " FOR UPDATE",
        }
    }

    /// Follows a text in `ORDER BY`: by its bytes, whatever the database's language. SQLite knows no other order.
    pub(super) fn by_bytes(self) -> &'static str {
        match self {
            EngineKind::Sqlite => "",
            EngineKind::Postgres => " COLLATE \"C\"",
        }
    }

    /// Tells the processes that listen on a channel (`$1`) a text (`$2`), once the transaction has ended; none where they
    /// have to look for themselves.
    pub(super) fn notify(self) -> Option<&'static str> {
        match self {
            EngineKind::Sqlite => None,
            EngineKind::Postgres => Some("SELECT pg_notify($1, $2)"),
        }
    }

    /// The statement that tells the engine's version.
    pub(super) fn version(self) -> &'static str {
        match self {
            EngineKind::Sqlite => "SELECT sqlite_version()",
            EngineKind::Postgres => "SELECT current_setting('server_version')",
        }
    }

    /// The statement that tells whether row-level security does not hold for this role.
    pub(super) fn sees_all(self) -> Option<&'static str> {
        match self {
            EngineKind::Sqlite => None,
            EngineKind::Postgres => {
                Some("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
            }
        }
    }

    /// The statement that tells how many bytes the database takes.
    pub(super) fn size(self) -> &'static str {
        match self {
            EngineKind::Sqlite => {
                "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
            }
            EngineKind::Postgres => "SELECT pg_database_size(current_database())",
        }
    }
}
