//! The database's address, which may hold a password: it is shown only without.

use std::fmt;
use std::path::Path;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// Which engine an address names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseEngine {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

/// `sqlite:…` or `postgres://…`; empty until [`load`](super::load) fills it in. `Debug` and `Display` leave out the
/// password.
#[derive(Clone, Default)]
pub struct DatabaseUrl(SecretString);

impl DatabaseUrl {
    /// Takes a SQLite or PostgreSQL address; anything else is none.
    pub fn parse(text: &str) -> Option<Self> {
        let url = DatabaseUrl(SecretString::from(text.trim()));
        url.engine().map(|_| url)
    }

    /// The file at this path; characters that mean something in an address are escaped.
    pub fn of_file(path: &Path) -> Self {
        let mut text = String::from("sqlite://");
        for c in path.to_string_lossy().chars() {
            match c {
                '%' => text.push_str("%25"),
                '?' => text.push_str("%3F"),
                '#' => text.push_str("%23"),
                c => text.push(c),
            }
        }
        DatabaseUrl(SecretString::from(text))
    }

    /// The whole address, for opening the database only.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Which engine it names; none while it is empty.
    pub fn engine(&self) -> Option<DatabaseEngine> {
        match self.expose().split_once(':')?.0 {
            "sqlite" => Some(DatabaseEngine::Sqlite),
            "postgres" | "postgresql" => Some(DatabaseEngine::Postgres),
            _ => None,
        }
    }

    /// True while nothing is set.
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }

    /// True if a password is part of it, in either of the places where one can stand.
    pub fn holds_password(&self) -> bool {
        self.engine() == Some(DatabaseEngine::Postgres)
            && Url::parse(self.expose()).is_ok_and(|url| {
                url.password().is_some() || url.query_pairs().any(|(key, _)| is_password(&key))
            })
    }
}

/// A proxy's address without a login: `http://proxy:3128`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyUrl(Url);

impl ProxyUrl {
    /// Takes an address of scheme, host and port; with anything else it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text.trim()).ok()?;
        let is_plain = matches!(url.scheme(), "http" | "https")
            && url.host().is_some()
            && url.username().is_empty()
            && url.password().is_none()
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none();
        is_plain.then_some(Self(url))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

fn is_password(key: &str) -> bool {
    matches!(key, "password" | "sslpassword")
}

/// Without the password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.engine() != Some(DatabaseEngine::Postgres) {
            return f.write_str(self.expose());
        }
        // What cannot be taken apart is not shown at all: a password might stand anywhere in it.
        let Ok(url) = Url::parse(self.expose()) else {
            return f.write_str("postgres://…");
        };
        f.write_str("postgres://")?;
        if !url.username().is_empty() {
            write!(f, "{}@", url.username())?;
        }
        f.write_str(url.host_str().unwrap_or_default())?;
        if let Some(port) = url.port() {
            write!(f, ":{port}")?;
        }
        f.write_str(url.path())
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl PartialEq for DatabaseUrl {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_never_shown() {
        for text in [
            "postgres://ann:hunter2@db:5433/vectis",
            "postgresql://db/vectis?user=ann&password=hunter2",
            "postgres://ann:hunter2@[bad/vectis",
        ] {
            let url = DatabaseUrl::parse(text).unwrap();
            assert!(!format!("{url} {url:?}").contains("hunter2"), "{text}");
            assert_eq!(url.expose(), text);
        }
        let url = DatabaseUrl::parse("postgres://ann:hunter2@db:5433/vectis").unwrap();
        assert_eq!(url.to_string(), "postgres://ann@db:5433/vectis");
        assert!(url.holds_password());
        assert!(
            !DatabaseUrl::parse("postgres://ann@db/vectis")
                .unwrap()
                .holds_password()
        );
    }

    #[test]
    fn only_the_two_engines_are_taken() {
        for bad in ["", "mysql://x", "/var/lib/vectis.db", "sqlite", "Postgres"] {
            assert!(DatabaseUrl::parse(bad).is_none(), "{bad}");
        }
        assert_eq!(
            DatabaseUrl::of_file(Path::new("/a b/50%?.db")).expose(),
            "sqlite:///a b/50%25%3F.db"
        );
    }
}
