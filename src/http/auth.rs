//! What proves who we are: headers whose values are secret.

use reqwest::header::{HeaderName, HeaderValue, InvalidHeaderValue};
use secrecy::{ExposeSecret, SecretString};

use super::redact;

/// Secret headers that go with a request, and only to the configured origin.
#[derive(Clone, Default)]
pub struct Auth {
    headers: Vec<(&'static str, SecretString)>,
    /// What a header holds in another form, and must not be shown either.
    within: Vec<SecretString>,
}

impl Auth {
    /// No proof: the token endpoints take theirs in the body.
    pub fn none() -> Self {
        Self::default()
    }

    /// `Authorization: Bearer …`.
    pub fn bearer(token: &SecretString) -> Self {
        let value = format!("Bearer {}", token.expose_secret());
        Self::none().and("authorization", value.into())
    }

    /// `Authorization: Basic …` (RFC 7617).
    pub fn basic(user: &str, password: &SecretString) -> Self {
        let pair = format!("{user}:{}", password.expose_secret());
        let value = format!("Basic {}", redact::base64_padded(pair.as_bytes()));
        Self {
            headers: vec![("authorization", value.into())],
            within: vec![password.clone()],
        }
    }

    /// Adds another secret header (a subscription key, an integration code). The name must be in lower case.
    #[must_use]
    pub fn and(mut self, name: &'static str, value: SecretString) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Adds all headers of another proof.
    #[must_use]
    pub fn with(mut self, other: &Auth) -> Self {
        self.headers.extend_from_slice(&other.headers);
        self.within.extend_from_slice(&other.within);
        self
    }

    /// The values, so that they can be kept out of every text.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        let sent = self.headers.iter().map(|(_, value)| {
            let whole = value.expose_secret();
            let scheme = ["Bearer ", "Basic "];
            let bare = scheme.iter().find_map(|word| whole.strip_prefix(word));
            bare.unwrap_or(whole)
        });
        sent.chain(self.within.iter().map(|value| value.expose_secret()))
    }

    /// The headers, marked so that no HTTP library logs them. Fails where a value holds a line break or the like.
    pub(super) fn headers(&self) -> Result<Vec<(HeaderName, HeaderValue)>, InvalidHeaderValue> {
        let pairs = self.headers.iter().map(|(name, value)| {
            let mut header = HeaderValue::from_str(value.expose_secret())?;
            header.set_sensitive(true);
            Ok((HeaderName::from_static(name), header))
        });
        pairs.collect()
    }
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| *name).collect();
        f.debug_tuple("Auth").field(&names).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_sent_encoded_and_hidden_in_both_forms() {
        // RFC 7617, section 2
        let auth = Auth::basic("Aladdin", &"open sesame".into());
        let header = &auth.headers().unwrap()[0].1;
        assert_eq!(header, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        let secrets: Vec<_> = auth.secrets().collect();
        assert_eq!(secrets, ["QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "open sesame"]);
        let both = Auth::bearer(&"t0ken".into()).with(&Auth::none().and("x-key", "k3y".into()));
        assert_eq!(both.headers().unwrap().len(), 2);
    }

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
