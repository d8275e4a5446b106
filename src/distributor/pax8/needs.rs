//! What a person sets for a Pax8 connection.

use crate::distributor::needs::{
    COST_PERIOD, Need, Needs, Of, Secret, Setting, TOKEN_URL, is_word,
};
use crate::secret::SecretName;

/// Client credentials, which Pax8 gives for the partner's own internal use (devx.pax8.com). 1,000 calls a minute are
/// documented; a little less leaves room for whoever else uses them.
pub const NEEDS: Needs = Needs {
    base_url: "https://api.pax8.com",
    pasted: |_| None,
    requests_per_minute: Some(900),
    credentials: "in the Pax8 portal a partner administrator makes them under Settings → Integrations → API credentials; \
         they are your own company's, for internal use, and the secret is shown once",
    settings: &[
        Setting {
            key: "client_id",
            flag: "client-id",
            label: "client ID",
            value: "ID",
            need: Need::Required,
            of: Of::Credential,
            help: "from the Pax8 portal, Settings → Integrations → API credentials",
            check: is_word,
        },
        Setting {
            key: "audience",
            flag: "audience",
            label: "audience",
            value: "TEXT",
            need: Need::Usual("https://api.pax8.com"),
            of: Of::Credential,
            help: "what the token is for, normally https://api.pax8.com",
            check: |text| text.len() <= 200 && text.chars().all(|c| c.is_ascii_graphic()),
        },
        Setting {
            key: TOKEN_URL,
            flag: "token-url",
            label: "token URL",
            value: "URL",
            need: Need::Usual(""),
            of: Of::Credential,
            help: "an https address for tokens, normally /v1/token at the base URL",
            check: |text| crate::http::origin::Origin::parse(text).is_ok(),
        },
        COST_PERIOD,
    ],
    secrets: &[Secret {
        name: SecretName::ClientSecret,
        need: Need::Required,
    }],
};
