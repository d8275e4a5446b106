//! Secrets by owner and name: sealed before the store sees them, opened only to make a request.

use secrecy::SecretString;

use super::context::Context;
use crate::domain::ids::ConnectionName;
use crate::domain::problem::Problem;
use crate::secret::{Belongs, SealError, SecretName};

impl Context {
    /// Seals a connection's secret and keeps it.
    pub async fn put_secret(
        &self,
        owner: &ConnectionName,
        name: SecretName,
        secret: &SecretString,
    ) -> Result<(), Problem> {
        let sealed = self.seal(owner, name.tag(), secret)?;
        self.store
            .put_secret(owner.as_str(), name.tag(), &sealed)
            .await?;
        Ok(())
    }

    /// A connection's secret, if it has one.
    pub async fn secret(
        &self,
        owner: &ConnectionName,
        name: SecretName,
    ) -> Result<Option<SecretString>, Problem> {
        let sealed = self.store.secret(owner.as_str(), name.tag()).await?;
        Ok(match sealed {
            Some(sealed) => Some(self.open(owner, name.tag(), &sealed)?),
            None => None,
        })
    }

    /// Seals a value that belongs to an owner.
    pub(super) fn seal(
        &self,
        owner: &ConnectionName,
        name: &str,
        secret: &SecretString,
    ) -> Result<Vec<u8>, SealError> {
        self.sealer.seal(secret, self.belongs(owner, name))
    }

    /// Opens what [`Context::seal`] sealed.
    pub(super) fn open(
        &self,
        owner: &ConnectionName,
        name: &str,
        sealed: &[u8],
    ) -> Result<SecretString, SealError> {
        self.sealer.open(sealed, self.belongs(owner, name))
    }

    fn belongs<'a>(&'a self, owner: &'a ConnectionName, name: &'a str) -> Belongs<'a> {
        Belongs {
            tenant: self.store.tenant(),
            owner: owner.as_str(),
            name,
        }
    }
}
