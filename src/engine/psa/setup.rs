//! The PSA as people set it up: checked, completed with the system's usual places, secrets sealed.

use std::collections::BTreeMap;

use secrecy::SecretString;

use crate::domain::company_choice::CompanyChoice;
use crate::domain::ids::ConnectionName;
use crate::domain::party::PsaSystem;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::text::clean;
use crate::engine::context::Context;
use crate::engine::event::Topic;
use crate::psa::{autotask, connectwise, halo};
use crate::secret::SecretName;
use crate::store::psa::PsaSettings;

/// Where the API is.
pub const BASE_URL: &str = "base_url";
/// ConnectWise's cloud region.
pub const REGION: &str = "region";
/// ConnectWise's company ID.
pub const COMPANY: &str = "company";
/// ConnectWise's public key.
pub const PUBLIC_KEY: &str = "public_key";
/// The integration's client ID.
pub const CLIENT_ID: &str = "client_id";
/// Autotask's zone, where it is not to be asked for.
pub const ZONE_URL: &str = "zone_url";
/// Autotask's API user.
pub const USERNAME: &str = "username";
/// The types of companies that are active.
pub const COMPANY_TYPES: &str = "company_types";
/// Their statuses.
pub const COMPANY_STATUSES: &str = "company_statuses";
/// HaloPSA's tenant, where the token call must name one.
pub const TENANT: &str = "tenant";

/// A setting that is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its key, and its flag with dashes.
    pub key: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// Whether nothing goes without it.
    pub needed: bool,
    /// Where it is found, in words.
    pub found: &'static str,
}

/// What a system needs to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// What is no secret.
    pub settings: &'static [Setting],
    /// All of these.
    pub secrets: &'static [SecretName],
    /// Requests a minute where a person sets nothing.
    pub requests_per_minute: u32,
}

/// A setting that is no secret.
pub(super) const fn setting(
    key: &'static str,
    label: &'static str,
    needed: bool,
    found: &'static str,
) -> Setting {
    Setting {
        key,
        label,
        needed,
        found,
    }
}

const TYPES: Setting = setting(
    COMPANY_TYPES,
    "company types",
    false,
    "with commas; companies of other types are kept, inactive; empty: every type",
);

const STATUSES: Setting = setting(
    COMPANY_STATUSES,
    "company statuses",
    false,
    "with commas, such as Active, Inactive; empty: what the PSA calls active",
);

/// ConnectWise publishes no limit; what integrators report lies between 16 and 2,400 a minute, so 429s are the guide.
const CONNECTWISE: Needs = Needs {
    settings: &[
        setting(
            BASE_URL,
            "base URL",
            false,
            "the address of your own server",
        ),
        setting(REGION, "region", false, "na, eu or au"),
        setting(
            COMPANY,
            "company ID",
            true,
            "it is what you type as company at sign-in",
        ),
        setting(
            PUBLIC_KEY,
            "public key",
            true,
            "System → Members → API Members → API Keys",
        ),
        setting(
            CLIENT_ID,
            "client ID",
            true,
            "developer.connectwise.com → Client IDs",
        ),
        TYPES,
        STATUSES,
    ],
    secrets: &[SecretName::PrivateKey],
    requests_per_minute: 120,
};

/// Autotask allows 10,000 requests an hour for the whole account, all its integrations together.
const AUTOTASK: Needs = Needs {
    settings: &[
        setting(
            BASE_URL,
            "base URL",
            false,
            "where the zone is asked for; Autotask's own where nothing is said",
        ),
        setting(
            ZONE_URL,
            "zone URL",
            false,
            "the zone's address; found by itself where nothing is said",
        ),
        setting(
            USERNAME,
            "user name",
            true,
            "Admin → Resources (Users) → the API user",
        ),
        TYPES,
        STATUSES,
    ],
    secrets: &[SecretName::Secret, SecretName::IntegrationCode],
    requests_per_minute: 120,
};

/// HaloPSA publishes no limit; 300 requests in 5 minutes were seen on a hosted instance.
const HALO: Needs = Needs {
    settings: &[
        setting(
            BASE_URL,
            "base URL",
            true,
            "the address of your HaloPSA, https://yourname.halopsa.com or your own domain",
        ),
        setting(
            CLIENT_ID,
            "client ID",
            true,
            "Configuration → Integrations → HaloPSA API → View Applications",
        ),
        setting(
            TENANT,
            "tenant",
            false,
            "Configuration → Integrations → HaloPSA API, where it shows one",
        ),
        TYPES,
        STATUSES,
    ],
    secrets: &[SecretName::ClientSecret],
    requests_per_minute: 60,
};

/// What a system needs; none for files.
pub fn needs(system: PsaSystem) -> Option<Needs> {
    match system {
        PsaSystem::Connectwise => Some(CONNECTWISE),
        PsaSystem::Autotask => Some(AUTOTASK),
        PsaSystem::Halo => Some(HALO),
        PsaSystem::Csv => None,
    }
}

/// The name under which a system's secrets, budget and log entries are kept: none that a connection can have.
pub fn owner(system: PsaSystem) -> ConnectionName {
    ConnectionName::new(format!("psa:{}", system.tag()))
}

/// The system whose name this is; none for a connection's.
pub fn named(owner: &ConnectionName) -> Option<PsaSystem> {
    PsaSystem::from_tag(owner.as_str().strip_prefix("psa:")?)
}

/// Which companies are active: what the PSA was set up with goes before the configuration.
pub fn company_choice(ctx: &Context, psa: &PsaSettings) -> CompanyChoice {
    let of = |key: &str| psa.settings.get(key).map_or("", String::as_str);
    CompanyChoice::of(of(COMPANY_TYPES), of(COMPANY_STATUSES)).or(&ctx.company_choice)
}

/// What a person gives to set the PSA up or to change it. What is left out keeps its value.
#[derive(Debug, Default)]
pub struct PsaDraft {
    /// What is no secret; an empty value removes one.
    pub settings: BTreeMap<String, String>,
    /// The pace.
    pub requests_per_minute: Option<u32>,
    /// Secrets.
    pub secrets: Vec<(SecretName, SecretString)>,
}

/// Keeps where the PSA is. Another system than before begins anew; what was read of the old one stays until the new one
/// is read.
///
/// # Errors
/// What is missing or cannot be used, with where to find it.
pub async fn save(
    ctx: &Context,
    system: PsaSystem,
    draft: PsaDraft,
) -> Result<PsaSettings, Problem> {
    let needs = needs(system).ok_or_else(files_need_none)?;
    let old = ctx.store.psa_settings().await?;
    let mut psa = old
        .filter(|old| old.system == system)
        .unwrap_or_else(|| PsaSettings::new(system));
    for (key, value) in &draft.settings {
        let Some(setting) = needs.settings.iter().find(|s| s.key == key) else {
            return Err(usage(
                format!("{} has no {}", system.label(), key.replace('_', " ")),
                format!("leave --{} away", key.replace('_', "-")),
            ));
        };
        match value.trim() {
            "" => psa.settings.remove(setting.key),
            value => psa
                .settings
                .insert(setting.key.to_owned(), clean(value, 400)),
        };
    }
    if draft.requests_per_minute.is_some() {
        psa.requests_per_minute = draft.requests_per_minute;
    }
    place(&mut psa, &draft)?;
    for setting in needs.settings.iter().filter(|s| s.needed) {
        if !psa.settings.contains_key(setting.key) {
            return Err(usage(
                format!("The {} of {} is missing", setting.label, system.label()),
                format!("add --{}: {}", setting.key.replace('_', "-"), setting.found),
            ));
        }
    }
    let owner = owner(system);
    for secret in needs.secrets {
        let given = draft.secrets.iter().any(|(name, _)| name == secret);
        if !given && ctx.secret(&owner, *secret).await?.is_none() {
            return Err(usage(
                format!("The {} of {} is missing", secret.label(), system.label()),
                format!(
                    "give it with {} FILE ('-' reads standard input)",
                    secret.flag()
                ),
            ));
        }
    }
    psa.failed = None;
    for (secret, value) in &draft.secrets {
        ctx.put_secret(&owner, *secret, value).await?;
    }
    ctx.store.put_psa_settings(&psa).await?;
    ctx.changed(&[Topic::Connections]);
    Ok(psa)
}

/// Forgets where the PSA is, and its secrets. Companies and agreements that were read stay.
///
/// # Errors
/// If there is nothing to forget, or the database cannot be written.
pub async fn remove(ctx: &Context) -> Result<PsaSystem, Problem> {
    let psa = configured(ctx).await?;
    ctx.store.remove_psa_settings().await?;
    ctx.store.remove_secrets(owner(psa.system).as_str()).await?;
    ctx.changed(&[Topic::Connections]);
    Ok(psa.system)
}

/// The PSA that is read by API.
///
/// # Errors
/// If none is set up.
pub async fn configured(ctx: &Context) -> Result<PsaSettings, Problem> {
    let psa = ctx.store.psa_settings().await?;
    psa.filter(|psa| psa.system != PsaSystem::Csv).ok_or_else(|| {
        Problem::new(ProblemKind::Usage, "No PSA is set up")
            .seen("companies and agreements come from files, if at all")
            .remedy("set one up with `vectis psa set SYSTEM …` (connectwise, autotask, halo), or go on with `vectis psa import`")
    })
}

/// A region is only another way to name the base URL; the one given last counts.
fn place(psa: &mut PsaSettings, draft: &PsaDraft) -> Result<(), Problem> {
    if psa.system == PsaSystem::Autotask {
        for (key, path) in [(BASE_URL, "/atservicesrest"), (ZONE_URL, "/ATServicesRest")] {
            if let Some(url) = psa.settings.get_mut(key) {
                *url = autotask::completed(url, path);
            }
        }
    }
    if psa.system == PsaSystem::Halo
        && let Some(url) = psa.settings.get_mut(BASE_URL)
    {
        *url = halo::completed(url);
    }
    if psa.system != PsaSystem::Connectwise {
        return Ok(());
    }
    let given = |key: &str| draft.settings.get(key).filter(|v| !v.trim().is_empty());
    let base = match (given(BASE_URL), given(REGION)) {
        (Some(base), _) => Some(connectwise::completed(base)),
        (None, Some(region)) => Some(connectwise::base_url(region).ok_or_else(|| {
            usage(
                format!("'{}' is no region of ConnectWise", clean(region, 40)),
                format!("give one of {}", connectwise::REGIONS.join(", ")),
            )
        })?),
        (None, None) => None,
    };
    if let Some(base) = base {
        psa.settings.insert(BASE_URL.to_owned(), base);
    }
    if !psa.settings.contains_key(BASE_URL) {
        return Err(usage(
            "Where ConnectWise PSA is was not said",
            "add --region na, eu or au for the cloud, or --base-url for your own server",
        ));
    }
    psa.settings.remove(REGION);
    Ok(())
}

/// Files are imported, not set up.
pub(super) fn files_need_none() -> Problem {
    usage(
        "Files need no setting up",
        "bring them in with `vectis psa import --companies FILE --agreements FILE`",
    )
}

fn usage(title: impl Into<String>, remedy: impl Into<String>) -> Problem {
    Problem::new(ProblemKind::Usage, title).remedy(remedy)
}
