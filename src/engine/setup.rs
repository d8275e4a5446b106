//! Connections as people set them up: checked, completed with the vendor's defaults, secrets sealed.

use std::collections::BTreeMap;

use secrecy::SecretString;

use super::connections::unknown_connection;
use super::context::Context;
use super::event::Topic;
use super::hub;
use super::tokens::StoreTokens;
use crate::distributor::needs::{Need, Of};
use crate::domain::ids::ConnectionName;
use crate::domain::log::Level;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::subscription::CostPeriod;
use crate::domain::text;
use crate::domain::vendor::Vendor;
use crate::http::origin::Origin;
use crate::http::problems::{not_a_base_url, usually_at};
use crate::secret::SecretName;
use crate::store::connections::{CREDENTIAL, Connection};

/// What each distributor needs of a person, for whoever asks for it: the form, the command line.
pub use crate::distributor::needs;

/// Longest connection name.
const MAX_NAME: usize = 40;
/// The setting that names Ion's account.
pub const ACCOUNT_ID: &str = "account_id";

/// What costs refer to: `cycle` or `month`; see [`CostPeriod`].
pub const COST_PERIOD: &str = needs::COST_PERIOD.key;

/// What a connection's costs refer to.
pub fn cost_period(connection: &Connection) -> CostPeriod {
    let set = connection.settings.get(COST_PERIOD);
    set.and_then(|tag| CostPeriod::from_tag(tag))
        .unwrap_or_default()
}

/// What a person gives to make or change a connection. What is left out keeps its value.
#[derive(Debug, Default)]
pub struct Draft {
    /// The distributor; needed for a new connection.
    pub vendor: Option<Vendor>,
    /// Where the API is, if not at the vendor's usual place.
    pub base_url: Option<String>,
    /// Non-secret settings; an empty value removes one.
    pub settings: BTreeMap<String, String>,
    /// The pace.
    pub requests_per_minute: Option<u32>,
    /// Secrets.
    pub secrets: Vec<(SecretName, SecretString)>,
}

/// Saves a connection: a new one, or changes to one that exists.
pub async fn save(
    ctx: &Context,
    name: &ConnectionName,
    draft: Draft,
) -> Result<Connection, Problem> {
    check_name(name)?;
    let all = ctx.store.connections().await?;
    let existing = all.iter().find(|c| c.name == *name).cloned();
    let mut connection = merged(ctx, name, existing.clone(), &draft)?;
    check_lender(&mut connection, &draft, &all)?;
    check_complete(ctx, &connection, &draft).await?;
    ctx.store.put_connection(&connection).await?;
    if let Some(old) = existing {
        apply_to_later_syncs(ctx, &old, &connection).await?;
    }
    // A credential goes to one host, so who borrows it follows it there.
    for borrower in borrowers(name, &all) {
        let base_url = connection.base_url.clone();
        let moved = Connection {
            base_url,
            ..borrower.clone()
        };
        ctx.store.put_connection(&moved).await?;
    }
    for (secret, value) in &draft.secrets {
        if *secret == SecretName::RefreshToken {
            let sealed = ctx.seal(name, SecretName::RefreshToken.tag(), value)?;
            ctx.store
                .put_token(name, &sealed, ctx.calendar.now())
                .await?;
        } else {
            ctx.put_secret(name, *secret, value).await?;
        }
    }
    ctx.changed(&[Topic::Connections]);
    Ok(connection)
}

/// Rows that were read under other settings stay as they are until the next sync, which must then read all of them: an
/// interrupted run that went on would mix two readings.
async fn apply_to_later_syncs(
    ctx: &Context,
    old: &Connection,
    new: &Connection,
) -> Result<(), Problem> {
    if old.settings == new.settings && old.base_url == new.base_url {
        return Ok(());
    }
    ctx.store.forbid_resume(&new.name).await?;
    let (before, after) = (cost_period(old), cost_period(new));
    if before != after {
        ctx.journal.log(
            Level::Warn,
            Some(&new.name),
            format!(
                "costs are read as those of {} from the next sync on, of {} until then; weeks that are captured keep theirs",
                after.label(),
                before.label()
            ),
        );
    }
    Ok(())
}

/// Removes a connection and its secrets. What was synced through it stays. One that lends its credential to others
/// cannot be removed before them.
pub async fn remove(ctx: &Context, name: &ConnectionName) -> Result<(), Problem> {
    let all = ctx.store.connections().await?;
    let borrowers: Vec<&str> = borrowers(name, &all).map(|c| c.name.as_str()).collect();
    if !borrowers.is_empty() {
        return Err(usage(
            format!("'{name}' lends its credential to {}", borrowers.join(", ")),
            "remove those first, or give each a credential of its own",
        ));
    }
    let Some(connection) = all.iter().find(|c| c.name == *name) else {
        return Err(unknown_connection(name, &all));
    };
    ctx.store.remove_connection(name).await?;
    ctx.store.remove_secrets(name.as_str()).await?;
    StoreTokens::new(ctx.clone(), connection).forget();
    ctx.changed(&[Topic::Connections]);
    hub::refresh(ctx).await
}

fn borrowers<'a>(
    name: &'a ConnectionName,
    all: &'a [Connection],
) -> impl Iterator<Item = &'a Connection> {
    all.iter()
        .filter(move |c| c.lender().as_ref() == Some(name))
}

fn merged(
    ctx: &Context,
    name: &ConnectionName,
    existing: Option<Connection>,
    draft: &Draft,
) -> Result<Connection, Problem> {
    let vendor = match (draft.vendor, &existing) {
        (Some(vendor), Some(old)) if vendor != old.vendor => {
            return Err(usage(
                format!("'{name}' is already a connection to {}", old.vendor.label()),
                "give the new one another name, or remove the old one first",
            ));
        }
        (Some(vendor), _) => vendor,
        (None, Some(old)) => old.vendor,
        (None, None) => {
            return Err(usage(
                format!("'{name}' is a new connection, so its distributor must be named"),
                "add --vendor synnex, pax8, sherweb or ingram_micro",
            ));
        }
    };
    let mut connection = existing.unwrap_or_else(|| Connection {
        name: name.clone(),
        vendor,
        base_url: needs::of(vendor).base_url.to_owned(),
        settings: BTreeMap::new(),
        requests_per_minute: None,
        created_at: ctx.calendar.now(),
        last_sync_at: None,
        listed_at: None,
    });
    if let Some(base_url) = &draft.base_url {
        match (needs::of(vendor).pasted)(base_url) {
            Some(pasted) => {
                connection.base_url = pasted.base_url.to_owned();
                let told = pasted.settings.into_iter();
                let told = told.map(|(key, value)| (key.to_owned(), value));
                connection.settings.extend(told);
            }
            None => connection.base_url = checked_base_url(vendor, base_url)?,
        }
    }
    for (key, value) in &draft.settings {
        let value = value.trim();
        if value.is_empty() {
            connection.settings.remove(key);
        } else {
            connection.settings.insert(key.clone(), value.to_owned());
        }
    }
    if draft.requests_per_minute.is_some() {
        connection.requests_per_minute = draft.requests_per_minute;
    }
    Ok(connection)
}

/// A base URL that credentials may be sent to; the usual one where nothing is given.
fn checked_base_url(vendor: Vendor, given: &str) -> Result<String, Problem> {
    let usual = needs::of(vendor).base_url;
    let bare = given.trim().trim_end_matches('/');
    if bare.is_empty() {
        return Ok(usual.to_owned());
    }
    Origin::parse(bare).map_err(|error| not_a_base_url(error, usually_at(usual)))?;
    Ok(bare.to_owned())
}

/// Connection names stand in keys, variables and file names.
fn check_name(name: &ConnectionName) -> Result<(), Problem> {
    let ok = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let n = name.as_str();
    if !n.is_empty() && n.len() <= MAX_NAME && n.chars().all(ok) {
        return Ok(());
    }
    Err(usage(
        format!(
            "'{}' cannot be a connection's name",
            text::clean(n, MAX_NAME)
        ),
        "use up to 40 letters, digits, '-', '_' and '.'",
    ))
}

/// A borrowed credential is another connection's own, of the same distributor, at the same place.
fn check_lender(
    connection: &mut Connection,
    draft: &Draft,
    all: &[Connection],
) -> Result<(), Problem> {
    let Some(lender) = connection.lender() else {
        return Ok(());
    };
    let name = &connection.name;
    let found = all.iter().find(|c| c.name == lender && c.name != *name);
    let lender = found.ok_or_else(|| unknown_connection(&lender, all))?;
    let refuse = |why: String, remedy: &str| Err(usage(why, remedy));
    if lender.vendor != connection.vendor {
        let why = format!(
            "'{}' is a connection to {}",
            lender.name,
            lender.vendor.label()
        );
        return refuse(why, "borrow from a connection to the same distributor");
    }
    if let Some(own) = lender.lender() {
        let why = format!("'{}' has no credential of its own", lender.name);
        return refuse(
            why,
            &format!("borrow from the connection that has it: --credential {own}"),
        );
    }
    if let Some(borrower) = borrowers(name, all).next() {
        let why = format!("'{name}' lends its own credential to {}", borrower.name);
        return refuse(why, "a connection cannot both lend and borrow");
    }
    if !draft.secrets.is_empty() {
        let why = format!("'{name}' uses the credential of '{}'", lender.name);
        return refuse(
            why,
            "paste the secret there, or end the borrowing with --credential ''",
        );
    }
    if draft.base_url.is_some() && connection.base_url != lender.base_url {
        let why = format!("'{}' is at {}", lender.name, lender.base_url);
        return refuse(
            why,
            "a credential is only sent to one host: leave --base-url away",
        );
    }
    connection.base_url.clone_from(&lender.base_url);
    Ok(())
}

/// Everything that the distributor declared is there and can be what it says. A borrowed credential is its lender's
/// business.
async fn check_complete(
    ctx: &Context,
    connection: &Connection,
    draft: &Draft,
) -> Result<(), Problem> {
    let needs = needs::of(connection.vendor);
    check_known(connection.vendor, draft)?;
    let borrows = connection.lender().is_some();
    for setting in needs.settings {
        let value = connection.settings.get(setting.key);
        match value {
            Some(value) if !(setting.check)(value) => {
                return Err(usage(
                    format!("'{}' is no {}", text::clean(value, 40), setting.label),
                    format!("give with --{}: {}", setting.flag, setting.help),
                ));
            }
            None if setting.need == Need::Required
                && !(borrows && setting.of == Of::Credential) =>
            {
                return Err(usage(
                    format!(
                        "The {} of {} is missing",
                        setting.label,
                        connection.vendor.label()
                    ),
                    format!("add --{}: {}", setting.flag, setting.help),
                ));
            }
            _ => {}
        }
    }
    if borrows {
        return Ok(());
    }
    for name in missing_secrets(ctx, connection).await? {
        if !draft.secrets.iter().any(|(given, _)| *given == name) {
            return Err(usage(
                format!(
                    "The {} of {} is missing",
                    name.label(),
                    connection.vendor.label()
                ),
                format!(
                    "{}; give it with {} FILE ('-' reads standard input)",
                    needs.credentials,
                    name.flag()
                ),
            ));
        }
    }
    Ok(())
}

/// What was given is something that the distributor has a use for.
fn check_known(vendor: Vendor, draft: &Draft) -> Result<(), Problem> {
    let needs = needs::of(vendor);
    let setting = draft.settings.iter().find(|(key, value)| {
        !value.trim().is_empty() && *key != CREDENTIAL && needs.setting(key).is_none()
    });
    let secret = draft
        .secrets
        .iter()
        .find(|(name, _)| needs.secret(*name).is_none());
    let flag = match (setting, secret) {
        (Some((key, _)), _) => format!("--{}", key.replace('_', "-")),
        (_, Some((name, _))) => name.flag(),
        (None, None) => return Ok(()),
    };
    Err(no_use(vendor, &flag))
}

/// A flag that is another distributor's.
pub fn no_use(vendor: Vendor, flag: &str) -> Problem {
    usage(
        format!(
            "{} has no use for {}",
            vendor.label(),
            text::clean(flag, 60)
        ),
        "leave it away; `vectis connection set --help` says what each distributor takes",
    )
}

/// The secrets that a connection with a credential of its own must have and has not.
pub async fn missing_secrets(
    ctx: &Context,
    connection: &Connection,
) -> Result<Vec<SecretName>, Problem> {
    let mut missing = Vec::new();
    let required = needs::of(connection.vendor).secrets.iter();
    for secret in required.filter(|secret| secret.need == Need::Required) {
        let is_there = match secret.name {
            SecretName::RefreshToken => ctx.store.token(&connection.name).await?.is_some(),
            name => ctx.secret(&connection.name, name).await?.is_some(),
        };
        if !is_there {
            missing.push(secret.name);
        }
    }
    Ok(missing)
}

/// The pace of a credential: what a person set, else the distributor's, else the configuration's.
pub fn requests_per_minute(ctx: &Context, credential: &Connection) -> u32 {
    let declared = needs::of(credential.vendor).requests_per_minute;
    let set = credential.requests_per_minute.or(declared);
    set.unwrap_or(ctx.settings.requests_per_minute)
}

fn usage(title: impl Into<String>, remedy: impl Into<String>) -> Problem {
    Problem::new(ProblemKind::Usage, title).remedy(remedy)
}
