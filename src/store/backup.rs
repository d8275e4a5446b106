//! A copy of a SQLite file before its tables are changed, kept beside it.

use std::path::{Path, PathBuf};

use sqlx::{AssertSqlSafe, SqlitePool};

use super::StoreError;

/// What opening changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// The last migration that the tables had had.
    pub from: i64,
    /// The last that they have now.
    pub to: i64,
    /// Where the file as it was before lies; none on a server.
    pub backup: Option<PathBuf>,
}

/// Copies the file as it is: `vectis.db.schema-2.backup`. One of the same version is replaced once the new one is whole.
pub(super) async fn backup(
    pool: &SqlitePool,
    file: &Path,
    schema: i64,
) -> Result<PathBuf, StoreError> {
    let beside = |end: String| {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    let whole = beside(format!(".schema-{schema}.backup"));
    let part = beside(format!(".{}.part", std::process::id()));
    let failed = |e: std::io::Error| StoreError::file(&part, &e);
    let _ = std::fs::remove_file(&part);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&part).map_err(failed)?;
    let quoted = part.display().to_string().replace('\'', "''");
    let copied = sqlx::query(AssertSqlSafe(format!("VACUUM INTO '{quoted}'")))
        .execute(pool)
        .await;
    let kept = match copied {
        Ok(_) => std::fs::rename(&part, &whole).map_err(failed),
        Err(error) => Err(error.into()),
    };
    if kept.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    kept.map(|()| whole)
}

/// The backups beside a file.
pub(super) fn backups(file: &Path) -> Vec<PathBuf> {
    let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else {
        return Vec::new();
    };
    let start = format!("{}.schema-", name.to_string_lossy());
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
            name.is_some_and(|n| n.starts_with(&start) && n.ends_with(".backup"))
        })
        .collect();
    found.sort();
    found
}
