//! The origin rule, in one place: secrets go to the configured scheme, host and port, and nowhere else.

use std::net::IpAddr;

use url::{Host, Url};

/// The base of an API as a person configured it: scheme, host, port and path prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(Url);

/// Why an address is not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// It cannot be read as a URL with a host.
    #[error("'{0}' is not a web address; write it like https://ion.tdsynnex.com")]
    NotAUrl(String),
    /// It is not encrypted and not on this machine.
    #[error("'{0}' is not https; plain http is only for a simulator on this machine")]
    NotHttps(String),
    /// It carries a user, a query or a fragment.
    #[error("the address must not hold a user name, a query or a fragment")]
    Extras,
    /// It points somewhere else than the configured base.
    #[error(
        "the address leads to {0}, which is not the configured service; no credential is sent there"
    )]
    Foreign(String),
    /// The path would leave the base (`..`, `//`, control characters).
    #[error("'{0}' is not a path of this service")]
    BadPath(String),
}

impl Origin {
    /// Reads a configured base: https, or http on loopback; no user name, query or fragment.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let shown = || crate::domain::text::clean(text, 120);
        let mut url = Url::parse(text.trim()).map_err(|_| OriginError::NotAUrl(shown()))?;
        if url.host().is_none() || !matches!(url.scheme(), "http" | "https") {
            return Err(OriginError::NotAUrl(shown()));
        }
        if has_extras(&url) || url.query().is_some() || url.fragment().is_some() {
            return Err(OriginError::Extras);
        }
        if !is_private(&url) {
            return Err(OriginError::NotHttps(shown()));
        }
        let prefix = url.path().trim_end_matches('/').to_owned();
        url.set_path(&prefix);
        Ok(Self(url))
    }

    /// True for a service on this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    /// Host and, where it is not the usual one, port.
    pub fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        match self.0.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// The path before every other; empty for most services.
    pub fn path(&self) -> &str {
        self.0.path().trim_end_matches('/')
    }

    /// The address of a path below the base. Every segment must be plain: an id from data cannot climb out.
    pub fn url(&self, path: &str, query: &[(&str, String)]) -> Result<Url, OriginError> {
        let bad = || OriginError::BadPath(crate::domain::text::clean(path, 120));
        let segments = path.strip_prefix('/').ok_or_else(bad)?.split('/');
        let mut url = self.0.clone();
        {
            let mut out = url.path_segments_mut().map_err(|()| bad())?;
            out.pop_if_empty();
            for segment in segments {
                if matches!(segment, "" | "." | "..") || segment.chars().any(char::is_control) {
                    return Err(bad());
                }
                out.push(segment);
            }
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    /// Reads a link that came in an answer (relative or absolute) and takes it only if it stays under the base.
    pub fn link(&self, text: &str) -> Result<Url, OriginError> {
        let shown = || crate::domain::text::clean(text, 120);
        let url = (self.0.join(text)).map_err(|_| OriginError::NotAUrl(shown()))?;
        if self.holds(&url) {
            Ok(url)
        } else {
            Err(OriginError::Foreign(self.describe(&url)))
        }
    }

    /// True if the parsed address has the configured scheme, host and port, no user name, and a path under the prefix.
    pub fn holds(&self, url: &Url) -> bool {
        let prefix = self.0.path().trim_end_matches('/');
        let below = url.path().strip_prefix(prefix);
        url.scheme() == self.0.scheme()
            && url.host() == self.0.host()
            && url.port_or_known_default() == self.0.port_or_known_default()
            && !has_extras(url)
            && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    fn describe(&self, url: &Url) -> String {
        let host = url.host_str().unwrap_or("another place");
        crate::domain::text::clean(&format!("{}://{host}{}", url.scheme(), url.path()), 120)
    }
}

/// True if nobody on the way can read along: https, or this machine.
pub(super) fn is_private(url: &Url) -> bool {
    url.scheme() == "https" || is_loopback(url)
}

fn has_extras(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_https_or_loopback_is_a_base() {
        for good in [
            "https://ion.tdsynnex.com",
            "https://ion.tdsynnex.com:8443/base/",
            "http://127.0.0.1:9000",
            "http://localhost:1",
            "http://[::1]:2",
        ] {
            assert!(Origin::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "http://ion.tdsynnex.com",
            "ftp://x",
            "ion.tdsynnex.com",
            "https://u:p@ion.tdsynnex.com",
            "https://ion.tdsynnex.com/?a=1",
            "http://127.0.0.1.evil.example",
            "",
        ] {
            assert!(Origin::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn ids_cannot_climb_out() {
        let base = Origin::parse("https://a.example/api").unwrap();
        let url = base.url("/accounts/1/x", &[("q", "a&b=c".into())]).unwrap();
        assert_eq!(
            url.as_str(),
            "https://a.example/api/accounts/1/x?q=a%26b%3Dc"
        );
        for bad in [
            "/accounts/../admin",
            "accounts",
            "//evil.example/x",
            "/a//b",
            "/a/\n",
        ] {
            assert!(base.url(bad, &[]).is_err(), "{bad}");
        }
        let odd = base.url("/a?b/c#d", &[]).unwrap();
        assert_eq!(odd.path(), "/api/a%3Fb/c%23d");
    }

    #[test]
    fn links_elsewhere_are_refused() {
        let base = Origin::parse("https://a.example/api").unwrap();
        for good in ["https://a.example:443/api/x?p=2", "/api/x", "?p=2"] {
            assert!(base.link(good).is_ok(), "{good}");
        }
        for bad in [
            "http://a.example/api/x",
            "https://a.example:444/api/x",
            "https://a.example.evil.example/api/x",
            "https://a.example@evil.example/api/x",
            "https://me@a.example/api/x",
            "//evil.example/api/x",
            "/apix",
            "/other",
            "https://a.example/api/../other",
            "javascript:alert(1)",
        ] {
            assert!(base.link(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_link_leaves_the_origin(text in ".{0,80}") {
            let base = Origin::parse("https://a.example/api").unwrap();
            if let Ok(url) = base.link(&text) {
                prop_assert_eq!(url.origin(), Url::parse("https://a.example").unwrap().origin());
                prop_assert!(url.path() == "/api" || url.path().starts_with("/api/"));
            }
        }
    }
}
