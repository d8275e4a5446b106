//! What a person sets for a Sherweb connection.

use crate::distributor::needs::{Need, Needs, Of, Secret, Setting, is_word};
use crate::secret::SecretName;

/// A client, its secret and a gateway key. No limit is documented.
pub const NEEDS: Needs = Needs {
    base_url: "https://api.sherweb.com",
    requests_per_minute: Some(120),
    credentials: "in cumulus.sherweb.com open Security → APIs: client ID, client secret (shown once) and subscription key",
    settings: &[
        Setting {
            key: "client_id",
            flag: "client-id",
            label: "client ID",
            value: "ID",
            need: Need::Required,
            of: Of::Credential,
            help: "from cumulus.sherweb.com, Security → APIs",
            check: is_word,
        },
        Setting {
            key: "scope",
            flag: "scope",
            label: "scope",
            value: "TEXT",
            need: Need::Usual("service-provider distributor"),
            of: Of::Credential,
            help: "what the token is for: service-provider, distributor, or both with a space between",
            check: |text| {
                let mut words = text.split(' ');
                words.all(|word| matches!(word, "service-provider" | "distributor"))
            },
        },
        Setting {
            key: "fees",
            flag: "fees",
            label: "fees",
            value: "cost|price|unknown",
            need: Need::Usual("unknown"),
            of: Of::Account,
            help: "what Sherweb's fees are taken for: cost, price or unknown",
            check: |text| matches!(text, "cost" | "price" | "unknown"),
        },
    ],
    secrets: &[
        Secret {
            name: SecretName::ClientSecret,
            need: Need::Required,
        },
        Secret {
            name: SecretName::SubscriptionKey,
            need: Need::Required,
        },
    ],
};
