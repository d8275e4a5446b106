//! What proves who we are: headers whose values are secret.

use reqwest::header::{HeaderName, HeaderValue, InvalidHeaderValue};
use secrecy::{ExposeSecret, SecretString};

/// Secret headers that go with a request, and only to the configured origin.
#[derive(Clone, Default)]
pub struct Auth(Vec<(&'static str, SecretString)>);

impl Auth {
    /// No proof: the token endpoints take theirs in the body.
    pub fn none() -> Self {
        Self::default()
    }

    /// `Authorization: Bearer …`.
    pub fn bearer(token: &SecretString) -> Self {
        let value = format!("Bearer {}", token.expose_secret());
        Self(vec![("authorization", value.into())])
    }

    /// Adds another secret header (a subscription key, an integration code). The name must be in lower case.
    #[must_use]
    pub fn and(mut self, name: &'static str, value: SecretString) -> Self {
        self.0.push((name, value));
        self
    }

    /// The values, so that they can be kept out of every text.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(_, value)| {
            let whole = value.expose_secret();
            whole.strip_prefix("Bearer ").unwrap_or(whole)
        })
    }

    /// The headers, marked so that no HTTP library logs them. Fails where a value holds a line break or the like.
    pub(super) fn headers(&self) -> Result<Vec<(HeaderName, HeaderValue)>, InvalidHeaderValue> {
        let pairs = self.0.iter().map(|(name, value)| {
            let mut header = HeaderValue::from_str(value.expose_secret())?;
            header.set_sensitive(true);
            Ok((HeaderName::from_static(name), header))
        });
        pairs.collect()
    }
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.0.iter().map(|(name, _)| *name).collect();
        f.debug_tuple("Auth").field(&names).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_hidden_and_line_breaks_are_refused() {
        let auth = Auth::bearer(&"s3cret".into()).and("x-key", "k3y".into());
        assert_eq!(format!("{auth:?}"), r#"Auth(["authorization", "x-key"])"#);
        assert_eq!(auth.secrets().collect::<Vec<_>>(), ["s3cret", "k3y"]);
        let headers = auth.headers().unwrap();
        assert!(headers.iter().all(|(_, v)| v.is_sensitive()));
        assert!(Auth::bearer(&"a\r\nx: y".into()).headers().is_err());
    }
}
