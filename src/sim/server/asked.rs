//! A request as it came.

use std::time::Duration;

/// A request as far as it matters.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// HTTP method.
    pub method: String,
    /// Path, without query.
    pub path: String,
    /// Query, as it came.
    pub query: String,
    /// All headers, in their order; names in lower case, values that are no text left out.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Asked {
    /// The first header of that name, written in lower case; empty if there is none.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }

    /// The access token; empty if there is none.
    pub fn bearer(&self) -> &str {
        let header = self.header("authorization");
        header.strip_prefix("Bearer ").unwrap_or_default()
    }

    /// The path's parts between its slashes.
    pub fn parts(&self) -> Vec<&str> {
        self.path.trim_start_matches('/').split('/').collect()
    }
}

/// What the server makes of a request before the service sees it.
#[derive(Debug, Clone)]
pub struct Call<K> {
    /// Which kind of path it is.
    pub kind: K,
    /// Its number, as vendors write such ids into their errors: 20 letters and digits.
    pub request: String,
    /// When it came, since the server's start.
    pub now: Duration,
}
