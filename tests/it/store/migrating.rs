//! Tables that an older version made: brought up to date whole, with a copy of the file as it was.

use std::os::unix::fs::PermissionsExt;

use sqlx::migrate::Migrator;

use crate::support::database::{Database, Engine, on};
use crate::support::program::Home;

/// Makes the tables as they were after a number of the migrations.
async fn as_of(db: &Database, first: i64) {
    let folder = tempfile::tempdir().unwrap();
    let engine = if db.url.starts_with("sqlite") {
        "sqlite"
    } else {
        "postgres"
    };
    let from = format!(
        "{}/src/store/migrations/{engine}",
        env!("CARGO_MANIFEST_DIR")
    );
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        if name[..4].parse::<i64>().unwrap() <= first {
            std::fs::copy(entry.path(), folder.path().join(name)).unwrap();
        }
    }
    let migrator = Migrator::new(folder.path()).await.unwrap();
    let note =
        "INSERT INTO documents (tenant, name, body) VALUES ('msp', 'unjudged', '{\"kept\":1}')
        ON CONFLICT DO NOTHING";
    if let Some(path) = db.url.strip_prefix("sqlite://") {
        std::fs::create_dir_all(std::path::Path::new(path).parent().unwrap()).unwrap();
        let options = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true);
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        migrator.run(&pool).await.unwrap();
        sqlx::query(note).execute(&pool).await.unwrap();
        pool.close().await;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    } else {
        let pool = sqlx::PgPool::connect(&db.url).await.unwrap();
        migrator.run(&pool).await.unwrap();
        if first < 11 {
            sqlx::query(note).execute(&pool).await.unwrap();
        }
        pool.close().await;
    }
}

#[test]
fn older_tables_are_brought_up_to_date_from_wherever_they_stopped() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        // After 2: an older version. After 10: a migration that was interrupted.
        for first in [2, 10] {
            on(engine, async move |db: Database| {
                as_of(&db, first).await;
                let store = db.open().await;
                let migrated = store.migrated().expect("it was migrated").clone();
                assert_eq!(
                    (migrated.from, migrated.to),
                    (first, store.schema_version().await.unwrap())
                );
                assert_eq!(
                    store.unjudged().await.unwrap().as_deref(),
                    Some("{\"kept\":1}")
                );
                match engine {
                    Engine::Postgres => assert_eq!(migrated.backup, None),
                    Engine::Sqlite => {
                        let backup = migrated.backup.expect("a backup");
                        assert_eq!(store.backups(), std::slice::from_ref(&backup));
                        let mode = std::fs::metadata(&backup).unwrap().permissions().mode();
                        assert_eq!(mode & 0o777, 0o600);
                        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&backup);
                        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
                        let schema: i64 =
                            sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
                                .fetch_one(&pool)
                                .await
                                .unwrap();
                        assert_eq!(schema, first);
                        pool.close().await;
                    }
                }
                store.close().await;
                let again = db.open().await;
                assert!(again.migrated().is_none());
                assert!(again.unjudged().await.unwrap().is_some());
            });
        }
    }
}

#[test]
fn the_doctor_says_what_the_database_is() {
    let home = Home::new();
    let found = |ran: crate::support::program::Ran| {
        let checks = ran.expect(0).json();
        let all = checks.as_array().expect("a list").clone();
        let database = all
            .into_iter()
            .find(|c| c["what"] == "database")
            .expect("a check");
        database["found"].as_str().expect("words").to_owned()
    };
    let lite = found(home.run(["doctor", "--json"]));
    assert!(
        lite.starts_with("SQLite 3.") && lite.contains("(current)") && lite.contains("alone"),
        "{lite}"
    );
    let server = Database::new(Engine::Postgres);
    let doctor = home
        .command(["doctor", "--json", "--database", &server.url])
        .output()
        .expect("it starts");
    let words = found(doctor.into());
    assert!(
        words.starts_with("PostgreSQL 1") && words.contains("MB, schema"),
        "{words}"
    );
}

#[test]
fn weeks_of_an_older_version_stay_and_new_ones_go_by_year() {
    on(Engine::Postgres, async |db: Database| {
        as_of(&db, 31).await;
        let pool = sqlx::PgPool::connect(&db.url).await.unwrap();
        let mut talk = pool.acquire().await.unwrap();
        let add = "INSERT INTO license_usage (tenant, connection, vendor_subscription_id, week_start, vendor, status, captured_at)
            SELECT $1, 'ion', 's', day::date, 'synnex', 'active', now() FROM unnest($2::text[]) AS day";
        for tenant in ["msp", "other"] {
            let whose = sqlx::query("SELECT set_config('vectis.tenant', $1, false)").bind(tenant);
            whose.execute(&mut *talk).await.unwrap();
            let weeks = vec!["2025-12-29", "2026-11-23", "2027-02-01"];
            let added = sqlx::query(add).bind(tenant).bind(weeks);
            added.execute(&mut *talk).await.unwrap();
        }
        db.open().await;
        let later = vec!["2028-01-03", "2029-01-01", "2090-01-02"];
        let added = sqlx::query(add).bind("other").bind(later);
        added.execute(&mut *talk).await.unwrap();
        let parts = "SELECT tableoid::regclass::text || ' ' || string_agg(week_start::text, ' ' ORDER BY week_start)
            FROM license_usage GROUP BY tableoid ORDER BY 1";
        let seen: Vec<String> = sqlx::query_scalar(parts)
            .fetch_all(&mut *talk)
            .await
            .unwrap();
        assert_eq!(
            seen,
            [
                "license_usage_2028 2028-01-03",
                "license_usage_2029 2029-01-01",
                "license_usage_after 2090-01-02",
                "license_usage_before 2025-12-29 2026-11-23 2027-02-01",
            ]
        );
        let reads = "EXPLAIN SELECT seats FROM license_usage WHERE tenant = 'other' AND week_start >= '2029-06-01'
            AND week_start < '2029-12-01'";
        let plan: Vec<String> = sqlx::query_scalar(reads)
            .fetch_all(&mut *talk)
            .await
            .unwrap();
        let plan = plan.join("\n");
        assert!(
            plan.contains("license_usage_2029") && !plan.contains("license_usage_before"),
            "{plan}"
        );
    });
}
