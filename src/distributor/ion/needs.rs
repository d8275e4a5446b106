//! What a person sets for an Ion connection.

use crate::distributor::needs::{COST_PERIOD, Need, Needs, Of, Secret, Setting, is_word};
use crate::secret::SecretName;

/// An account and a refresh token. Client ID and secret alone belong to another API of the same firm (Digital Bridge).
pub const NEEDS: Needs = Needs {
    base_url: super::DEFAULT_BASE_URL,
    requests_per_minute: None,
    credentials: "in StreamOne Ion open Settings → Users → the integration user → OAuth credentials → Request New \
         Credentials; client ID and secret alone are not enough, and Ion does not ask for them",
    settings: &[
        Setting {
            key: "account_id",
            flag: "account-id",
            label: "account ID",
            value: "ID",
            need: Need::Required,
            of: Of::Account,
            help: "a number; it is shown in StreamOne Ion under Account Information",
            check: |text| text.bytes().all(|b| b.is_ascii_digit()),
        },
        Setting {
            key: "client_id",
            flag: "client-id",
            label: "client ID",
            value: "ID",
            need: Need::Optional,
            of: Of::Credential,
            help: "from the OAuth credentials panel; Ion does not ask for it",
            check: is_word,
        },
        Setting {
            key: "client_pair",
            flag: "client-pair",
            label: "client pair",
            value: "keep|send",
            need: Need::Usual("keep"),
            of: Of::Credential,
            help: "whether client ID and secret go along with a refresh, keep or send; no known client sends them",
            check: |text| matches!(text, "keep" | "send"),
        },
        COST_PERIOD,
    ],
    secrets: &[
        Secret {
            name: SecretName::RefreshToken,
            need: Need::Required,
        },
        Secret {
            name: SecretName::ClientSecret,
            need: Need::Optional,
        },
    ],
};
