//! Opening PostgreSQL: its address, its tables, and whose rows a connection sees.
//!
//! The tables let a query see the rows of the tenant in `vectis.tenant` only. Each connection is told at its start. A
//! pooler that lends its connections for one transaction drops that; then each transaction is told.
//!
//! Where the network is cut, the server learns of it late or never: the transaction of a client that is gone keeps what it
//! locked, and the same client, back over a new connection, waits for itself. So the server is told to end a transaction
//! that says nothing, and a statement that waits for a lock longer than that: somebody is really at work there.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};

use super::backup::Migrated;
use super::db::{Db, Server};
use super::error::StoreError;
use super::migrations::POSTGRES;
use super::open::{APPLIED, BUSY, is_current, last, migration, no_table};
use crate::domain::ids::TenantId;

/// The server's settings for a transaction of ours, in milliseconds. Between two statements we reckon for a second at most.
const PATIENCE: [(&str, &str); 2] = [
    ("idle_in_transaction_session_timeout", "30000"),
    ("lock_timeout", "45000"),
];
/// Its settings for a connection of ours: it asks after a minute of silence whether we are still there, so that connections
/// of clients that are gone do not add up.
const ALIVE: [(&str, &str); 3] = [
    ("tcp_keepalives_idle", "60"),
    ("tcp_keepalives_interval", "10"),
    ("tcp_keepalives_count", "3"),
];

/// One listens, and several may wait for a lock while the screen reads; no more, since many programs share a server, and
/// since each connection has to plan each statement for itself.
const CONNECTIONS: u32 = 6;
/// A connection that was in use so short a time ago is taken for alive: to ask each time costs each statement of a burst
/// another way to the server and back. If it is not alive after all, the statement fails, and is tried again.
const TRUSTED: Duration = Duration::from_secs(1);

/// Connects and brings the tables up to date.
pub(super) async fn open(
    url: &str,
    tenant: &TenantId,
) -> Result<(Db, Option<Migrated>), StoreError> {
    let place = without_password(url);
    let options = options(url, &place)?;
    let told = options
        .clone()
        .options([("vectis.tenant", tenant.as_str())])
        .options(PATIENCE)
        .options(ALIVE);
    let opened = match connect(&told, tenant, &place).await {
        Ok((connection, true)) => Ok((connection, told, None)),
        Ok((_, false)) | Err(Refused::Options) => match connect(&options, tenant, &place).await {
            Ok((connection, _)) => Ok((connection, options, Some(begin(tenant).into()))),
            Err(refused) => Err(refused),
        },
        Err(refused) => Err(refused),
    };
    let (connection, options, begin) =
        opened.map_err(|refused| refused.error().while_opening(&place))?;
    let migrated = migrate(connection)
        .await
        .map_err(|e| e.while_opening(&place))?;
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .test_before_acquire(false)
        .before_acquire(|connection, told| {
            Box::pin(async move {
                if told.idle_for > TRUSTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .acquire_timeout(BUSY)
        .connect_lazy_with(options);
    Ok((Db::Postgres(Server { pool, begin }), migrated))
}

fn options(url: &str, place: &str) -> Result<PgConnectOptions, StoreError> {
    let mut options = PgConnectOptions::from_str(url).map_err(|e| StoreError::BadUrl {
        url: place.to_owned(),
        why: e.to_string(),
    })?;
    let host = options.get_host();
    let here = options.get_socket().is_some()
        || host.starts_with('/')
        || matches!(host, "localhost" | "127.0.0.1" | "::1" | "[::1]");
    if !here && !url.contains("sslmode") {
        options = options.ssl_mode(PgSslMode::VerifyFull);
    }
    // A statement of a thousand rows has no place in a log.
    Ok(options
        .application_name("vectis")
        .disable_statement_logging())
}

/// Why there is no connection.
enum Refused {
    /// A pooler takes no options at the start of a connection.
    Options,
    /// Anything else.
    Error(StoreError),
}

impl Refused {
    fn error(self) -> StoreError {
        match self {
            Refused::Options => {
                StoreError::Unreachable("the server takes no connection options".to_owned())
            }
            Refused::Error(error) => error,
        }
    }
}

/// A connection, and whether it knows its tenant. A pool tries again until its time is up when the server refuses; a
/// person should know at once.
async fn connect(
    options: &PgConnectOptions,
    tenant: &TenantId,
    place: &str,
) -> Result<(PgConnection, bool), Refused> {
    let connected = tokio::time::timeout(BUSY, PgConnection::connect_with(options)).await;
    let refused = |e: sqlx::Error| {
        // Protocol violation: what PgBouncer calls an unsupported startup parameter.
        match e.as_database_error().and_then(|e| e.code()).as_deref() {
            Some("08P01") => Refused::Options,
            _ => Refused::Error(e.into()),
        }
    };
    let mut connection = match connected {
        Ok(connection) => connection.map_err(refused)?,
        Err(_) => {
            let why = format!("{place} does not answer");
            return Err(Refused::Error(StoreError::Unreachable(why)));
        }
    };
    let known: Option<String> = sqlx::query_scalar("SELECT current_setting('vectis.tenant', true)")
        .fetch_one(&mut connection)
        .await
        .map_err(refused)?;
    Ok((connection, known.as_deref() == Some(tenant.as_str())))
}

/// Begins a transaction of the tenant, in one message.
fn begin(tenant: &TenantId) -> String {
    let quoted = tenant.as_str().replace('\'', "''");
    let patience = PATIENCE.map(|(name, value)| format!("; SET LOCAL {name} = {value}"));
    format!(
        "BEGIN; SET LOCAL vectis.tenant = '{quoted}'{}",
        patience.concat()
    )
}

/// Brings the tables up to date; what changed them is one transaction each, so an interrupted migration goes on.
async fn migrate(mut connection: PgConnection) -> Result<Option<Migrated>, StoreError> {
    let applied: Vec<i64> = sqlx::query_scalar(APPLIED)
        .fetch_all(&mut connection)
        .await
        .or_else(no_table)?;
    let current = is_current(&applied, &POSTGRES)?;
    if !current {
        POSTGRES
            .run_direct(None, &mut connection, false)
            .await
            .map_err(migration)?;
    }
    connection.close().await?;
    let from = applied.last().filter(|_| !current);
    Ok(from.map(|from| Migrated {
        from: *from,
        to: last(&POSTGRES),
        backup: None,
    }))
}

/// The address as it may be shown.
pub(super) fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return crate::domain::text::clean(url, 100);
    };
    let shown = match rest.rsplit_once('@') {
        Some((login, place)) => {
            let user = login.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}@{place}")
        }
        None => url.to_owned(),
    };
    // A password may also stand among the options.
    let shown = shown.split("password=").next().unwrap_or_default();
    crate::domain::text::clean(shown, 200)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenants_name_is_no_sql() {
        let begin = begin(&TenantId::from("o'; DROP TABLE x; --"));
        assert_eq!(
            begin,
            "BEGIN; SET LOCAL vectis.tenant = 'o''; DROP TABLE x; --'; \
             SET LOCAL idle_in_transaction_session_timeout = 30000; SET LOCAL lock_timeout = 45000"
        );
    }
}
