//! What the store has of a form already.

use secrecy::{ExposeSecret, SecretString};

use super::super::super::msg::{NewConnection, Source};
use crate::domain::ids::ConnectionName;
use crate::secret::SecretName;

/// The secrets of a connection.
pub struct Kept {
    /// The connection.
    pub name: ConnectionName,
    source: Source,
    secrets: Vec<(SecretName, SecretString)>,
}

impl Kept {
    /// Those that a connection is given.
    pub fn of(new: &NewConnection) -> Self {
        Self {
            name: new.name.clone(),
            source: new.source,
            secrets: new.secrets.clone(),
        }
    }

    /// Takes a refresh token out of a connection that is among these; what works more than once may be stored again.
    pub fn leave_out(&self, new: &mut NewConnection) {
        if self.name != new.name || self.source != new.source {
            return;
        }
        new.secrets.retain(|(name, value)| {
            let same = |(n, v): &&(SecretName, SecretString)| {
                n == name && v.expose_secret() == value.expose_secret()
            };
            *name != SecretName::RefreshToken || !self.secrets.iter().any(|kept| same(&kept))
        });
    }
}

/// Whether what was typed is in the store by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// It is.
    Yes,
    /// It was refused.
    No,
}
