//! Both engines have the same tables and columns, and BI tools can read the views.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, PgPool, Row, SqlitePool};
use vectis::domain::ids::SubscriptionKey;
use vectis::domain::party::{PsaSystem, Verdict};
use vectis::store::decisions::Decided;

use crate::support::database::{Database, Engine, on};
use crate::support::rows::{account, company, finding, ion, key, now, subscription, synced};

/// `table.column`, with a mark where it may be empty.
type Columns = BTreeSet<String>;

async fn sqlite_pool(db: &Database) -> SqlitePool {
    let path = db.url.trim_start_matches("sqlite://");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    SqlitePool::connect_with(options).await.unwrap()
}

/// Connections that see one tenant's rows.
async fn postgres_pool(db: &Database, tenant: &str) -> PgPool {
    let options: sqlx::postgres::PgConnectOptions = db.url.parse().unwrap();
    let options = options.options([("vectis.tenant", tenant)]);
    PgPool::connect_with(options).await.unwrap()
}

async fn of_sqlite(db: &Database) -> Columns {
    let sql = "SELECT m.name || '.' || c.name || CASE WHEN m.type = 'table' AND c.\"notnull\" = 0 AND c.pk = 0
            THEN ' or nothing' ELSE '' END
        FROM sqlite_master m JOIN pragma_table_info(m.name) c
        WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\'";
    let rows = sqlx::query(sql)
        .fetch_all(&sqlite_pool(db).await)
        .await
        .unwrap();
    rows.iter().map(|r| r.get(0)).collect()
}

async fn of_postgres(db: &Database) -> Columns {
    let sql = "SELECT c.table_name || '.' || c.column_name || CASE WHEN t.table_type = 'BASE TABLE' AND c.is_nullable = 'YES'
            THEN ' or nothing' ELSE '' END
        FROM information_schema.columns c JOIN information_schema.tables t
            ON t.table_schema = c.table_schema AND t.table_name = c.table_name
        WHERE c.table_schema = 'public' AND c.table_name NOT LIKE '\\_sqlx%'
            AND c.table_name NOT IN (SELECT relname FROM pg_inherits JOIN pg_class p ON p.oid = inhrelid)";
    let pool = PgPool::connect(&db.url).await.unwrap();
    let rows = sqlx::query(sql).fetch_all(&pool).await.unwrap();
    rows.iter().map(|r| r.get(0)).collect()
}

#[test]
fn both_engines_have_the_same_columns() {
    on(Engine::Sqlite, async |lite: Database| {
        let server = Database::new(Engine::Postgres);
        lite.open().await;
        server.open().await;
        let (a, b) = (of_sqlite(&lite).await, of_postgres(&server).await);
        assert!(a.len() > 150, "{}", a.len());
        let only_one: Vec<_> = a.symmetric_difference(&b).collect();
        assert!(only_one.is_empty(), "only on one engine: {only_one:?}");
        let unkeyed: Vec<_> = a
            .iter()
            .filter_map(|c| c.split_once('.'))
            .map(|(table, _)| table)
            .filter(|t| !a.contains(&format!("{t}.tenant")))
            .collect();
        assert!(unkeyed.is_empty(), "without a tenant: {unkeyed:?}");
    });
}

const VIEWS: [&str; 5] = [
    "bi_customers",
    "bi_subscriptions",
    "bi_usage",
    "bi_licensing",
    "bi_findings",
];

const COST: &str = "SELECT vendor_label || ' ' || customer_name || ' ' || seats || ' '
    || CAST(unit_cost AS real) FROM bi_licensing";

/// The one text that a query gives.
async fn scalar(db: &Database, engine: Engine, sql: &str) -> String {
    let sql = AssertSqlSafe(sql.to_owned());
    match engine {
        Engine::Sqlite => {
            let pool = sqlite_pool(db).await;
            sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap()
        }
        Engine::Postgres => {
            let pool = postgres_pool(db, "msp").await;
            sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap()
        }
    }
}

#[test]
fn people_can_read_the_views() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        on(engine, async |db: Database| {
            let store = db.open().await;
            store
                .replace_psa(PsaSystem::Csv, &[company("1", "Contoso Ltd")], &[], now())
                .await
                .unwrap();
            let run = synced(
                &store,
                &[account("a", "Contoso")],
                &[subscription("s", "a")],
            )
            .await;
            store.snapshot_week(&run, now()).await.unwrap();
            store
                .save_findings(&[finding("f", 2450)], &[].into(), &[], "{}", now())
                .await
                .unwrap();
            let customer_id = store.companies().await.unwrap()[0].0;
            store
                .decide(&key("a"), &Verdict::Confirm { customer_id }, "ann", now())
                .await
                .unwrap();
            for view in VIEWS {
                let sql = format!("SELECT CAST(count(*) AS text) FROM {view}");
                assert_eq!(scalar(&db, engine, &sql).await, "1", "{view}");
            }
            let words = scalar(&db, engine, COST).await;
            assert_eq!(words.trim_end_matches(".0"), "TD SYNNEX Contoso Ltd 10 12");

            // What a person gives to a sister company is the sister's in every view.
            let sisters = [company("1", "Contoso Ltd"), company("2", "Fabrikam")];
            let psa = store.replace_psa(PsaSystem::Csv, &sisters, &[], now());
            psa.await.unwrap();
            let sister = store.companies().await.unwrap()[1].0;
            let given = SubscriptionKey::new(ion(), "s");
            let gave = store.give_subscription(&given, sister, "ann", now()).await;
            assert!(matches!(gave, Ok(Decided::Done(_))), "{gave:?}");
            let words = scalar(&db, engine, COST).await;
            assert_eq!(words.trim_end_matches(".0"), "TD SYNNEX Fabrikam 10 12");
            for view in ["bi_subscriptions", "bi_usage"] {
                let sql = format!("SELECT customer_name FROM {view}");
                assert_eq!(scalar(&db, engine, &sql).await, "Fabrikam", "{view}");
            }
        });
    }
}

#[test]
fn no_query_goes_without_its_tenant() {
    on(Engine::Postgres, async |db: Database| {
        let store = db.open().await;
        let run = synced(
            &store,
            &[account("a", "Contoso")],
            &[subscription("s", "a")],
        )
        .await;
        store.snapshot_week(&run, now()).await.unwrap();
        let tables =
            "SELECT c.relname::text, c.relrowsecurity AND c.relforcerowsecurity FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant'
            WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY 1";
        let (nobody, another) = (
            PgPool::connect(&db.url).await.unwrap(),
            postgres_pool(&db, "another").await,
        );
        let mut seen = 0;
        for row in sqlx::query(tables).fetch_all(&nobody).await.unwrap() {
            let (table, forced): (String, bool) = (row.get(0), row.get(1));
            assert!(
                forced,
                "{table} needs row-level security, see 0011_row_security.sql"
            );
            if table == "tenants" {
                continue;
            }
            for stranger in [&nobody, &another] {
                let count = AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
                let count: i64 = sqlx::query_scalar(count).fetch_one(stranger).await.unwrap();
                assert_eq!(count, 0, "{table} is seen without its tenant");
            }
            seen += 1;
        }
        assert!(seen > 20);
        let intruder = "INSERT INTO notes (tenant, subject, at, actor, text) VALUES ('msp', 's', now(), 'x', 'x')";
        assert!(sqlx::query(intruder).execute(&another).await.is_err());
        let whole = "UPDATE license_subscriptions SET seats = 0";
        let changed = sqlx::query(whole).execute(&another).await.unwrap();
        assert_eq!(changed.rows_affected(), 0);
        assert_eq!(
            store.subscriptions().await.unwrap()[0].subscription.seats,
            Some(10)
        );
    });
}
