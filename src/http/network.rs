//! The way to a service: additional certificate authorities and a proxy. Certificate checks cannot be switched off.

use reqwest::{Certificate, ClientBuilder, NoProxy, Proxy};
use rustls::crypto::ring::default_provider;
use url::Url;

/// What a person configured about the network; by default the system's trust store and its proxy settings
/// (`HTTPS_PROXY`, `NO_PROXY`).
#[derive(Debug, Clone, Default)]
pub struct Network {
    authorities: Vec<Certificate>,
    proxy: Option<Url>,
}

/// The configured network cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// The authorities cannot be read.
    #[error("it holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)")]
    NoCertificate,
    /// The proxy's address cannot be one.
    #[error("'{0}' is no proxy's address")]
    NotAProxy(String),
}

impl Network {
    /// Trusts these authorities (PEM, one or more) besides the system's, and goes through this proxy instead of the
    /// system's. `NO_PROXY` is honoured either way.
    ///
    /// # Errors
    /// When there is no certificate in the text, or the proxy's address is none.
    pub fn new(authorities: Option<&[u8]>, proxy: Option<&str>) -> Result<Self, NetworkError> {
        let authorities = match authorities {
            None => Vec::new(),
            Some(pem) => Certificate::from_pem_bundle(pem)
                .ok()
                .filter(|all| !all.is_empty())
                .ok_or(NetworkError::NoCertificate)?,
        };
        let not = |text: &str| NetworkError::NotAProxy(crate::domain::text::clean(text, 120));
        let proxy = proxy.map(|text| Url::parse(text).map_err(|_| not(text)));
        Ok(Self {
            authorities,
            proxy: proxy.transpose()?,
        })
    }

    /// A client's builder that goes this way. A service on this machine is asked directly.
    pub(super) fn builder(&self, is_loopback: bool) -> Result<ClientBuilder, reqwest::Error> {
        let mut builder = bare_client();
        if !self.authorities.is_empty() {
            builder = builder.tls_certs_merge(self.authorities.iter().cloned());
        }
        Ok(match &self.proxy {
            _ if is_loopback => builder.no_proxy(),
            None => builder,
            Some(proxy) => builder.proxy(Proxy::all(proxy.clone())?.no_proxy(NoProxy::from_env())),
        })
    }
}

/// A client's builder with nothing set but the cryptography, which reqwest takes from the process.
pub fn bare_client() -> ClientBuilder {
    // It is there already after the first time.
    let _ = default_provider().install_default();
    reqwest::Client::builder()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_authority_or_proxy_is_refused() {
        for odd in ["", "hello", "-----BEGIN CERTIFICATE-----\n"] {
            let refused = Network::new(Some(odd.as_bytes()), None);
            assert_eq!(refused.unwrap_err(), NetworkError::NoCertificate, "{odd}");
        }
        assert!(Network::new(None, Some("not an address")).is_err());
        assert!(Network::new(None, Some("http://proxy.example:3128")).is_ok());
    }
}
