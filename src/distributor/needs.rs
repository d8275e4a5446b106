//! What a person sets for a connection: declared once by each distributor, read by the command line, the console's
//! form, the checks before saving, the doctor and a replay. None of them knows a vendor.

use std::collections::BTreeMap;

use secrecy::SecretString;

use super::{ingram, ion, pax8, sherweb};
use crate::domain::subscription::CostPeriod;
use crate::domain::vendor::Vendor;
use crate::secret::SecretName;

/// What a connection to one distributor needs.
#[derive(Debug)]
pub struct Needs {
    /// Where its API usually is.
    pub base_url: &'static str,
    /// What another address stands for that people paste in its place (of a portal); none for the API's own.
    pub pasted: fn(&str) -> Option<Pasted>,
    /// Requests in any 60 seconds that are safe for everybody; none where the configuration says it
    /// (`pacing.requests_per_minute`).
    pub requests_per_minute: Option<u32>,
    /// Where a person finds the credentials and whose they are: half a sentence after "the … is missing:".
    pub credentials: &'static str,
    /// What is no secret. The first one is what lists show as the account.
    pub settings: &'static [Setting],
    /// What is one.
    pub secrets: &'static [Secret],
}

/// What a pasted address stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pasted {
    /// The API's address.
    pub base_url: &'static str,
    /// Settings that it tells, by key.
    pub settings: Vec<(&'static str, String)>,
}

/// A value that a person sets and that is no secret.
#[derive(Debug)]
pub struct Setting {
    /// Its key in the table of connections: `account_id`.
    pub key: &'static str,
    /// Its flag, without the dashes: `account-id`.
    pub flag: &'static str,
    /// What people call it: `account ID`.
    pub label: &'static str,
    /// What stands for the value in a command's help: `ID`, `cycle|month`.
    pub value: &'static str,
    /// Whether it must be there.
    pub need: Need,
    /// Whether it belongs to the credential or to the account that is read with it.
    pub of: Of,
    /// What it is and where it is found, half a sentence.
    pub help: &'static str,
    /// Whether a text can be one; what a good one is like is said by `help`.
    pub check: fn(&str) -> bool,
}

/// Whether a value must be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It must.
    Required,
    /// It may.
    Optional,
    /// A usual value serves nearly everybody, so the console's form does not ask for it. Empty where it follows from
    /// something else.
    Usual(&'static str),
}

/// What a setting belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// To the account: which addresses are read and how rows are understood. Kept in recordings; never borrowed.
    Account,
    /// To the credential: a connection that borrows one takes this from its lender.
    Credential,
}

/// A secret that a connection needs or may have.
#[derive(Debug)]
pub struct Secret {
    /// Which.
    pub name: SecretName,
    /// [`Need::Required`] or [`Need::Optional`].
    pub need: Need,
}

/// The key of the setting that says where tokens are had, at distributors where that is not always the same place.
pub const TOKEN_URL: &str = "token_url";

/// What costs refer to, where the documents of a distributor leave it open.
pub const COST_PERIOD: Setting = Setting {
    key: "cost_period",
    flag: "cost-period",
    label: "cost period",
    value: "cycle|month",
    need: Need::Usual("cycle"),
    of: Of::Account,
    help: "what costs refer to, one billing cycle or one month; `vectis onboard` says which fits",
    check: |text| CostPeriod::from_tag(text).is_some(),
};

/// What a distributor needs.
pub fn of(vendor: Vendor) -> &'static Needs {
    match vendor {
        Vendor::Synnex => &ion::NEEDS,
        Vendor::Pax8 => &pax8::NEEDS,
        Vendor::Sherweb => &sherweb::NEEDS,
        Vendor::IngramMicro => &ingram::NEEDS,
    }
}

impl Needs {
    /// The setting of a key.
    pub fn setting(&self, key: &str) -> Option<&'static Setting> {
        self.settings.iter().find(|setting| setting.key == key)
    }

    /// The secret of a name.
    pub fn secret(&self, name: SecretName) -> Option<&'static Secret> {
        self.secrets.iter().find(|secret| secret.name == name)
    }
}

/// True for a word without spaces or slashes: a client ID, a user name.
pub fn is_word(text: &str) -> bool {
    (1..=200).contains(&text.len()) && text.chars().all(|c| c.is_ascii_graphic() && c != '/')
}

/// What was set, with the usual values where nothing was: what a connector is made of.
#[derive(Debug, Default)]
pub struct Given {
    /// Where the API is.
    pub base_url: String,
    /// The settings by key; none is empty.
    pub settings: BTreeMap<&'static str, String>,
    /// The secrets that are there; of Ion's tokens only the keeper knows.
    pub secrets: BTreeMap<SecretName, SecretString>,
}

impl Given {
    /// Takes a value for each declared setting, or its usual one.
    pub fn new(
        needs: &Needs,
        base_url: String,
        found: impl Fn(&Setting) -> Option<String>,
        secrets: BTreeMap<SecretName, SecretString>,
    ) -> Self {
        let value = |setting: &Setting| match (found(setting), setting.need) {
            (Some(value), _) => Some(value),
            (None, Need::Usual(usual)) => Some(usual.to_owned()),
            (None, Need::Required | Need::Optional) => None,
        };
        let settings = needs.settings.iter().filter_map(|setting| {
            let value = value(setting).filter(|value| !value.is_empty())?;
            Some((setting.key, value))
        });
        Self {
            base_url,
            settings: settings.collect(),
            secrets,
        }
    }

    /// A setting; empty if it was not given.
    pub fn text(&self, key: &str) -> &str {
        self.settings.get(key).map_or("", String::as_str)
    }

    /// A secret; none if it was not given.
    pub fn secret(&self, name: SecretName) -> Option<SecretString> {
        self.secrets.get(&name).cloned()
    }

    /// What costs refer to.
    pub fn cost_period(&self) -> CostPeriod {
        CostPeriod::from_tag(self.text(COST_PERIOD.key)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_declaration_is_sound() {
        for vendor in Vendor::ALL {
            let needs = of(vendor);
            assert!(crate::http::origin::Origin::parse(needs.base_url).is_ok());
            for setting in needs.settings {
                assert_eq!(setting.flag, setting.key.replace('_', "-"), "{vendor}");
                if let Need::Usual(usual) = setting.need {
                    assert!(
                        usual.is_empty() || (setting.check)(usual),
                        "{}",
                        setting.key
                    );
                }
                // A replay has stand-ins for what a recording does not keep.
                let stand_in = setting.of == Of::Credential && setting.need == Need::Required;
                assert!(!stand_in || (setting.check)("replayed"), "{}", setting.key);
            }
        }
    }

    #[test]
    fn usual_values_stand_in_and_empty_ones_do_not() {
        let found = |setting: &Setting| (setting.key == "client_id").then(|| "abc".to_owned());
        let given = Given::new(of(Vendor::Pax8), "https://x".into(), found, BTreeMap::new());
        assert_eq!(given.text("client_id"), "abc");
        assert_eq!(given.text("audience"), "https://api.pax8.com");
        assert!(!given.settings.contains_key("token_url"));
        assert_eq!(given.cost_period(), CostPeriod::Cycle);
    }
}
