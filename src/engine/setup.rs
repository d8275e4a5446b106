//! Connections as people set them up: checked, completed with the vendor's defaults, secrets sealed.

use std::collections::BTreeMap;

use secrecy::SecretString;

use super::connections::unknown_connection;
use super::context::Context;
use super::event::Topic;
use super::hub;
use super::tokens::StoreTokens;
use crate::domain::ids::ConnectionName;
use crate::domain::log::Level;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::subscription::CostPeriod;
use crate::domain::text;
use crate::domain::vendor::Vendor;
use crate::secret::SecretName;
use crate::store::connections::Connection;

/// Longest connection name.
const MAX_NAME: usize = 40;
/// Names of settings that every vendor's connection may hold; the values are no secrets.
pub const ACCOUNT_ID: &str = "account_id";
/// OAuth client ID.
pub const CLIENT_ID: &str = "client_id";

/// What costs refer to: `cycle` or `month`; see [`CostPeriod`].
pub const COST_PERIOD: &str = "cost_period";

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
    check_supported(connection.vendor)?;
    check_lender(&mut connection, &draft, &all)?;
    if connection.vendor == Vendor::Synnex {
        check_ion(ctx, &connection, &draft).await?;
    }
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

/// Removes a connection and its secrets. What was synced through it stays.
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

/// Where a vendor's API usually is.
pub fn default_base_url(vendor: Vendor) -> &'static str {
    match vendor {
        Vendor::Synnex => "https://ion.tdsynnex.com",
        Vendor::Pax8 => "https://api.pax8.com",
        Vendor::Sherweb => "https://api.sherweb.com",
        Vendor::IngramMicro => "https://api.cloud.im",
    }
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
                "add --vendor synnex",
            ));
        }
    };
    let mut connection = existing.unwrap_or_else(|| Connection {
        name: name.clone(),
        vendor,
        base_url: default_base_url(vendor).to_owned(),
        settings: BTreeMap::new(),
        requests_per_minute: None,
        created_at: ctx.calendar.now(),
        last_sync_at: None,
        listed_at: None,
    });
    if let Some(base_url) = &draft.base_url {
        connection.base_url = base_url.trim().trim_end_matches('/').to_owned();
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

fn check_supported(vendor: Vendor) -> Result<(), Problem> {
    if vendor == Vendor::Synnex {
        return Ok(());
    }
    Err(usage(
        format!(
            "{} cannot be connected with this version yet",
            vendor.label()
        ),
        "this version connects TD SYNNEX StreamOne Ion (--vendor synnex)",
    ))
}

/// Ion needs an account and a refresh token. Client ID and secret alone belong to another API of the same firm
/// (`facts`: Digital Bridge), so who has only these is told where the token is.
async fn check_ion(ctx: &Context, connection: &Connection, draft: &Draft) -> Result<(), Problem> {
    let account = connection.settings.get(ACCOUNT_ID).map(String::as_str);
    match account {
        None => {
            return Err(usage(
                "The StreamOne Ion account ID is missing",
                "add --account-id; it is shown in StreamOne Ion under Account Information",
            ));
        }
        Some(id) if !id.bytes().all(|b| b.is_ascii_digit()) => {
            return Err(usage(
                format!("'{}' is no StreamOne Ion account ID", text::clean(id, 40)),
                "the account ID is a number; it is shown in StreamOne Ion under Account Information",
            ));
        }
        Some(_) => {}
    }
    if let Some(period) = connection.settings.get(COST_PERIOD)
        && CostPeriod::from_tag(period).is_none()
    {
        return Err(usage(
            format!("'{}' is no period of costs", text::clean(period, 40)),
            "give cycle or month; `vectis onboard` says which of them fits",
        ));
    }
    let given = draft
        .secrets
        .iter()
        .any(|(name, _)| *name == SecretName::RefreshToken);
    if given || connection.lender().is_some() || ctx.store.token(&connection.name).await?.is_some()
    {
        return Ok(());
    }
    Err(usage(
        "The refresh token is missing",
        "in StreamOne Ion open Settings → Users → the integration user → OAuth credentials → Request New Credentials, \
         and give the refresh token shown there with --refresh-token-file FILE ('-' reads standard input). Client ID and \
         secret alone are not enough, and Ion does not ask for them",
    ))
}

fn usage(title: impl Into<String>, remedy: impl Into<String>) -> Problem {
    Problem::new(ProblemKind::Usage, title).remedy(remedy)
}
