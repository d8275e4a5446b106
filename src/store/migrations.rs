//! The steps that bring a database's tables up to date: the same numbers on both engines, each engine's own SQL.
//!
//! Named here one by one rather than by sqlx's macro, which would build both database drivers a second time for the
//! compiler.

use std::sync::LazyLock;

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// The steps on SQLite.
pub(super) static SQLITE: LazyLock<Migrator> =
    LazyLock::new(|| migrator(STEPS, |step| step.sqlite));

/// The steps on PostgreSQL.
pub(super) static POSTGRES: LazyLock<Migrator> =
    LazyLock::new(|| migrator(STEPS, |step| step.postgres));

/// A step: never changed once released, since a database remembers what it was given.
struct Step {
    version: i64,
    file: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! steps {
    ($($version:literal $file:literal)*) => {
        &[$(Step {
            version: $version,
            file: $file,
            sqlite: include_str!(concat!("migrations/sqlite/", $file, ".sql")),
            postgres: include_str!(concat!("migrations/postgres/", $file, ".sql")),
        }),*]
    };
}

const STEPS: &[Step] = steps! {
    1 "0001_tables"
    2 "0002_views"
    3 "0003_pacing"
    10 "0010_together"
    11 "0011_row_security"
    12 "0012_evidence"
    13 "0013_one_customer"
    14 "0014_changes"
    20 "0020_details"
    21 "0021_products"
    24 "0024_batches"
    25 "0025_run_scope"
    30 "0030_several_tenants"
    31 "0031_changed_lines"
    32 "0032_usage_by_year"
};

fn migrator(steps: &[Step], sql: fn(&Step) -> &'static str) -> Migrator {
    let migration = |step: &Step| {
        let name = step
            .file
            .split_once('_')
            .map_or(step.file, |(_, name)| name);
        let name = name.replace('_', " ").into();
        Migration::new(
            step.version,
            name,
            MigrationType::Simple,
            sql(step).into_sql_str(),
            false,
        )
    };
    Migrator::with_migrations(steps.iter().map(migration).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_file_is_a_step_and_every_step_comes_after_the_one_before() {
        let named: BTreeSet<String> = STEPS
            .iter()
            .map(|step| format!("{}.sql", step.file))
            .collect();
        for engine in ["sqlite", "postgres"] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("src/store/migrations")
                .join(engine);
            let files = std::fs::read_dir(folder).unwrap();
            let files: BTreeSet<String> = files
                .map(|file| file.unwrap().file_name().into_string().unwrap())
                .collect();
            assert_eq!(files, named, "{engine}");
        }
        let numbered = |step: &Step| step.file.starts_with(&format!("{:04}_", step.version));
        assert!(STEPS.iter().all(numbered));
        assert!(STEPS.is_sorted_by_key(|step| step.version));
    }
}
