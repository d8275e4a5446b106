//! The secrets there are, with their flags and variables.

use crate::domain::ids::ConnectionName;

/// A secret of a distributor connection or of the PSA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretName {
    /// OAuth client secret.
    ClientSecret,
    /// Ion's refresh token; works once.
    RefreshToken,
    /// An access token that is still good.
    AccessToken,
    /// Sherweb's gateway key.
    SubscriptionKey,
    /// Ingram's password.
    Password,
    /// ConnectWise's private key.
    PrivateKey,
    /// Autotask's API user's secret.
    Secret,
    /// Autotask's integration code.
    IntegrationCode,
}

impl SecretName {
    /// Every one.
    pub const ALL: [SecretName; 8] = [
        SecretName::ClientSecret,
        SecretName::RefreshToken,
        SecretName::AccessToken,
        SecretName::SubscriptionKey,
        SecretName::Password,
        SecretName::PrivateKey,
        SecretName::Secret,
        SecretName::IntegrationCode,
    ];

    /// The tag kept in tables.
    pub fn tag(self) -> &'static str {
        match self {
            SecretName::ClientSecret => "client_secret",
            SecretName::RefreshToken => "refresh_token",
            SecretName::AccessToken => "access_token",
            SecretName::SubscriptionKey => "subscription_key",
            SecretName::Password => "password",
            SecretName::PrivateKey => "private_key",
            SecretName::Secret => "secret",
            SecretName::IntegrationCode => "integration_code",
        }
    }

    /// What people read: `client secret`.
    pub fn label(self) -> String {
        self.tag().replace('_', " ")
    }

    /// The flag that names its file, without the dashes: `client-secret-file`.
    pub fn file_flag(self) -> &'static str {
        match self {
            SecretName::ClientSecret => "client-secret-file",
            SecretName::RefreshToken => "refresh-token-file",
            SecretName::AccessToken => "access-token-file",
            SecretName::SubscriptionKey => "subscription-key-file",
            SecretName::Password => "password-file",
            SecretName::PrivateKey => "private-key-file",
            SecretName::Secret => "secret-file",
            SecretName::IntegrationCode => "integration-code-file",
        }
    }

    /// The same as it is typed: `--client-secret-file`.
    pub fn flag(self) -> String {
        format!("--{}", self.file_flag())
    }

    /// The variable that holds it: `VECTIS_MY_ION_CLIENT_SECRET` for a connection `my-ion`. What is no letter or digit
    /// becomes `_`.
    pub fn variable(self, owner: &ConnectionName) -> String {
        let owner: String = owner
            .as_str()
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_uppercase()
                } else {
                    '_'
                }
            })
            .collect();
        format!("VECTIS_{owner}_{}", self.tag().to_ascii_uppercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Folders, Overrides, load};

    #[test]
    fn names_follow_the_connection() {
        let owner = ConnectionName::from("my-ion 2");
        assert_eq!(
            SecretName::ClientSecret.variable(&owner),
            "VECTIS_MY_ION_2_CLIENT_SECRET"
        );
        assert_eq!(
            SecretName::SubscriptionKey.flag(),
            "--subscription-key-file"
        );
        assert_eq!(SecretName::IntegrationCode.label(), "integration code");
    }

    #[test]
    fn no_secret_is_taken_for_a_setting() {
        let home = tempfile::tempdir().unwrap();
        let owner = ConnectionName::from("my--ion");
        for name in SecretName::ALL {
            assert_eq!(
                name.flag(),
                format!("--{}-file", name.tag().replace('_', "-"))
            );
            let env = [(name.variable(&owner), "x".to_owned())]
                .into_iter()
                .collect();
            load(&Overrides::default(), &env, &Folders::all_in(home.path())).unwrap();
        }
    }
}
