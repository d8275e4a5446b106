//! Sealing: XChaCha20-Poly1305 with a random 24-byte nonce, bound to what the secret belongs to.

use std::fmt;

use chacha20poly1305::aead::{Aead, Generate, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::key::Key;
use crate::domain::ids::TenantId;
use crate::domain::problem::{Problem, ProblemKind};

/// The shape of a sealed value: this byte, the nonce, the ciphertext with its tag.
const VERSION: u8 = 1;
const NONCE: usize = 24;

/// What is sealed as the check value.
const CHECK: &str = "vectis key check";

/// What a secret belongs to. A sealed value moved to another row does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Belongs<'a> {
    /// The MSP.
    pub tenant: &'a TenantId,
    /// The connection or PSA.
    pub owner: &'a str,
    /// Which of its secrets.
    pub name: &'a str,
}

impl Belongs<'_> {
    /// Each part with its length before it, so that no two owners give the same bytes.
    fn bytes(&self) -> Vec<u8> {
        let mut out = vec![VERSION];
        for part in [self.tenant.as_str(), self.owner, self.name] {
            out.extend_from_slice(&(part.len() as u64).to_be_bytes());
            out.extend_from_slice(part.as_bytes());
        }
        out
    }
}

/// A secret cannot be sealed or opened.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SealError {
    /// The system gives no random numbers, or the text is too long.
    #[error("the secret cannot be sealed")]
    CannotSeal,
    /// Too short, or of a version that we do not know.
    #[error("the sealed secret is damaged or from a newer version")]
    Damaged,
    /// Another key sealed it, or it was moved or changed.
    #[error("the key does not open the sealed secret")]
    WrongKey,
}

impl From<SealError> for Problem {
    fn from(e: SealError) -> Self {
        let problem = Problem::new(
            ProblemKind::Configuration,
            "A stored credential cannot be used",
        )
        .seen(e.to_string());
        match e {
            SealError::CannotSeal => problem
                .cause("the system gives no random numbers")
                .remedy("try again; if it stays, check the machine"),
            SealError::Damaged => problem
                .cause("the database was written by a newer version, or changed by hand")
                .remedy("update vectis, or set the credential again"),
            SealError::WrongKey => problem
                .cause("this machine or user has another key than the one that sealed it, or the row was changed")
                .remedy("use the key file of the machine where it was set (secret.key_file), or set the credential again"),
        }
    }
}

/// Seals and opens secrets with one key.
pub struct Sealer(XChaCha20Poly1305);

impl Sealer {
    /// With this key.
    pub fn new(key: &Key) -> Self {
        Sealer(XChaCha20Poly1305::new(&(*key.bytes()).into()))
    }

    /// The sealed bytes, 41 longer than the secret.
    ///
    /// # Errors
    /// [`SealError::CannotSeal`].
    pub fn seal(&self, secret: &SecretString, belongs: Belongs<'_>) -> Result<Vec<u8>, SealError> {
        let nonce = XNonce::try_generate().map_err(|_| SealError::CannotSeal)?;
        let aad = belongs.bytes();
        let msg = secret.expose_secret().as_bytes();
        let sealed = self
            .0
            .encrypt(&nonce, Payload { msg, aad: &aad })
            .map_err(|_| SealError::CannotSeal)?;
        let mut out = Vec::with_capacity(1 + NONCE + sealed.len());
        out.push(VERSION);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// The secret again.
    ///
    /// # Errors
    /// [`SealError::WrongKey`] for another key, owner or content; [`SealError::Damaged`] for what was never sealed.
    pub fn open(&self, sealed: &[u8], belongs: Belongs<'_>) -> Result<SecretString, SealError> {
        let rest = sealed.strip_prefix(&[VERSION]).ok_or(SealError::Damaged)?;
        let (nonce, msg) = rest
            .split_first_chunk::<NONCE>()
            .ok_or(SealError::Damaged)?;
        let aad = belongs.bytes();
        let plain = self
            .0
            .decrypt(&XNonce::from(*nonce), Payload { msg, aad: &aad })
            .map(Zeroizing::new)
            .map_err(|_| SealError::WrongKey)?;
        let text = std::str::from_utf8(&plain).map_err(|_| SealError::Damaged)?;
        Ok(SecretString::from(text))
    }

    /// A value to keep beside the secrets: whether it opens tells a wrong key before anything is written.
    ///
    /// # Errors
    /// [`SealError::CannotSeal`].
    pub fn check_value(&self, tenant: &TenantId) -> Result<Vec<u8>, SealError> {
        self.seal(&SecretString::from(CHECK), check_belongs(tenant))
    }

    /// Proves the key on a check value.
    ///
    /// # Errors
    /// [`SealError::WrongKey`] or [`SealError::Damaged`].
    pub fn check(&self, value: &[u8], tenant: &TenantId) -> Result<(), SealError> {
        self.open(value, check_belongs(tenant)).map(drop)
    }
}

fn check_belongs(tenant: &TenantId) -> Belongs<'_> {
    Belongs {
        tenant,
        owner: "",
        name: "check",
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sealer(byte: u8) -> Sealer {
        Sealer::new(&Key::from_bytes([byte; 32]))
    }

    #[test]
    fn only_the_same_key_and_owner_open_it() {
        let (a, b) = (TenantId::from("a"), TenantId::from("b"));
        let mine = Belongs {
            tenant: &a,
            owner: "ion",
            name: "refresh_token",
        };
        let secret = SecretString::from("s3cret");
        let sealed = sealer(1).seal(&secret, mine).unwrap();
        assert_eq!(sealed.len(), "s3cret".len() + 41);
        assert!(!sealed.windows(6).any(|w| w == b"s3cret"));
        assert_eq!(
            sealer(1).open(&sealed, mine).unwrap().expose_secret(),
            "s3cret"
        );
        assert_ne!(
            sealed,
            sealer(1).seal(&secret, mine).unwrap(),
            "the nonce is new each time"
        );

        let wrong = |sealer: Sealer, belongs| sealer.open(&sealed, belongs).unwrap_err();
        assert_eq!(wrong(sealer(2), mine), SealError::WrongKey);
        for other in [
            Belongs { tenant: &b, ..mine },
            Belongs {
                owner: "pax8",
                ..mine
            },
            Belongs {
                name: "client_secret",
                ..mine
            },
            Belongs {
                owner: "ionrefresh",
                name: "_token",
                ..mine
            },
        ] {
            assert_eq!(wrong(sealer(1), other), SealError::WrongKey);
        }
    }

    #[test]
    fn the_check_value_tells_a_wrong_key() {
        let tenant = TenantId::from("default");
        let value = sealer(1).check_value(&tenant).unwrap();
        assert_eq!(sealer(1).check(&value, &tenant), Ok(()));
        assert_eq!(sealer(2).check(&value, &tenant), Err(SealError::WrongKey));
        assert_eq!(
            sealer(1).check(&value, &TenantId::from("x")),
            Err(SealError::WrongKey)
        );
    }

    proptest! {
        #[test]
        fn any_change_is_noticed(secret in "\\PC{0,40}", at: prop::sample::Index, flip in 1u8..) {
            let tenant = TenantId::from("t");
            let belongs = Belongs { tenant: &tenant, owner: "o", name: "n" };
            let mut sealed = sealer(1).seal(&SecretString::from(secret.as_str()), belongs).unwrap();
            let opened = sealer(1).open(&sealed, belongs).unwrap();
            prop_assert_eq!(opened.expose_secret(), secret.as_str());
            let at = at.index(sealed.len());
            sealed[at] ^= flip;
            prop_assert!(sealer(1).open(&sealed, belongs).is_err());
            prop_assert!(sealer(1).open(&sealed[..at], belongs).is_err());
        }
    }
}
