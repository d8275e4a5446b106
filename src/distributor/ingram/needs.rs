//! What a person sets for an Ingram Micro connection.

use crate::distributor::needs::{Need, Needs, Of, Secret, Setting, is_word};
use crate::secret::SecretName;

/// A user, its password and a gateway key. No limit is documented.
pub const NEEDS: Needs = Needs {
    base_url: "https://api.cloud.im/marketplace",
    requests_per_minute: Some(120),
    credentials: "in the Cloud Marketplace control panel order the product \"Marketplace API\" at price 0; it gives the \
         subscription key and a user whose name ends in .api, to be activated and given a password",
    settings: &[
        Setting {
            key: "username",
            flag: "username",
            label: "user name",
            value: "NAME",
            need: Need::Required,
            of: Of::Credential,
            help: "the user made with the product \"Marketplace API\"; its name usually ends in .api",
            check: is_word,
        },
        Setting {
            key: "marketplace",
            flag: "marketplace",
            label: "marketplace",
            value: "us",
            need: Need::Required,
            of: Of::Account,
            help: "the marketplace's code of two letters: us, uk, au, nl, br, ca, …",
            check: |text| text.len() == 2 && text.bytes().all(|b| b.is_ascii_lowercase()),
        },
        Setting {
            key: "region",
            flag: "region",
            label: "region",
            value: "na",
            need: Need::Usual("na"),
            of: Of::Account,
            help: "the region in the API's address: na, eu, …",
            check: |text| text.len() <= 10 && text.bytes().all(|b| b.is_ascii_lowercase()),
        },
    ],
    secrets: &[
        Secret {
            name: SecretName::Password,
            need: Need::Required,
        },
        Secret {
            name: SecretName::SubscriptionKey,
            need: Need::Required,
        },
    ],
};
