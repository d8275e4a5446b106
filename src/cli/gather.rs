//! Takes from the store what reports are made of.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use super::session::usage;
use crate::domain::finding::{FindingState, Unjudged};
use crate::domain::ids::{AccountKey, CustomerId};
use crate::domain::money::Money;
use crate::domain::party::PsaSystem;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::time::{Ts, Week};
use crate::engine::context::Context;
use crate::engine::judge::{evaluate_now, licensing_of, unjudged};
use crate::findings::LicensingRow;
use crate::report::chart::Series;
use crate::report::digest::{Digest, DigestInput, digest};
use crate::report::qbr::{Qbr, QbrInput, qbr};
use crate::report::usage::UsageExport;
use crate::report::words::Source;

/// The digest of a week: made now for the present or the last one, as it was kept for an older one.
pub(super) async fn digest_of(
    ctx: &Context,
    week: Week,
    profile: &str,
    minimum: Money,
) -> Result<Digest, Problem> {
    let this_week = ctx.calendar.now().week();
    if week > this_week {
        return Err(usage(
            format!("{} lies ahead", week.number()),
            format!("this is {}", this_week.number()),
            "ask for a week that has begun",
        ));
    }
    if week < this_week.plus(-1) {
        return kept(ctx, week).await?.ok_or_else(|| {
            usage(
                format!("No digest was kept for {}", week.number()),
                "a digest is made in its own week or the one after",
                "run `vectis digest` every week, or let `vectis daemon` do it",
            )
        });
    }
    let made = make(ctx, week, profile, minimum).await?;
    // What a week came to is known when it is over.
    if week < this_week
        && let Ok(json) = serde_json::to_string(&made)
    {
        ctx.store.keep_digest(week, &json).await?;
    }
    Ok(made)
}

/// The digest that goes out: made now and kept, whatever was made of the week before; where `made` says that it went out
/// to somebody already, the same again.
pub(super) async fn digest_to_send(
    ctx: &Context,
    week: Week,
    profile: &str,
    minimum: Money,
    made: Made,
) -> Result<Digest, Problem> {
    if made == Made::Before
        && let Some(digest) = kept(ctx, week).await?
    {
        return Ok(digest);
    }
    let digest = make(ctx, week, profile, minimum).await?;
    if let Ok(json) = serde_json::to_string(&digest) {
        ctx.store.replace_digest(week, &json).await?;
    }
    Ok(digest)
}

/// Whether a week's digest was made for sending already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Made {
    /// It is to be made.
    Never,
    /// By an attempt to send it.
    Before,
}

async fn kept(ctx: &Context, week: Week) -> Result<Option<Digest>, Problem> {
    let json = ctx.store.digest(week).await?;
    Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
}

async fn make(ctx: &Context, week: Week, profile: &str, minimum: Money) -> Result<Digest, Problem> {
    let before = kept(ctx, week.plus(-1)).await?;
    let since = before.as_ref().map_or(week.start(), |digest| digest.at);
    let outcome = evaluate_now(ctx).await?;
    Ok(digest(&DigestInput {
        profile,
        week,
        at: ctx.calendar.now(),
        calendar: ctx.calendar.source(),
        since,
        findings: &ctx.store.findings().await?,
        resolved: &ctx.store.findings_resolved_since(since).await?,
        set_aside: &ctx.store.findings_set_aside().await?,
        notes: &ctx.store.finding_notes().await?,
        opportunity_before: before.map(|digest| digest.opportunity),
        licensing: &outcome.licensing,
        seats_before: seats_before(ctx).await?,
        unjudged: &unjudged(&ctx.store).await?,
        sources: sources(ctx).await?,
        minimum,
    }))
}

/// Seats bought by all customers in the week before the one captured last; none if only one was captured.
async fn seats_before(ctx: &Context) -> Result<Option<i64>, Problem> {
    let mut weeks: BTreeMap<Week, i64> = BTreeMap::new();
    for row in named_usage(ctx, ctx.calendar.now().week().plus(-3)).await? {
        if row.customer_id.is_some() && row.status.is_billable() {
            *weeks.entry(row.week_start).or_default() += row.seats.unwrap_or(0);
        }
    }
    let last = weeks.keys().next_back().copied();
    Ok(last.and_then(|last| weeks.get(&last.plus(-1)).copied()))
}

/// The licensing section of one customer over some days.
pub(super) async fn qbr_of(
    ctx: &Context,
    customer: CustomerId,
    name: &str,
    (from, to): (Date, Date),
) -> Result<Qbr, Problem> {
    let licensing = licensing_of(ctx, customer).await?;
    let start = Week::of(from).start();
    let resolved = ctx.store.findings_resolved_since(start).await?;
    let mut findings = ctx.store.findings().await?;
    findings.retain(|row| row.state == FindingState::Open);
    findings.extend(resolved);
    findings.retain(|row| row.finding.customer_id == Some(customer));
    let accounts = owners(ctx).await?;
    let subscriptions = ctx.store.subscriptions().await?;
    let live: Vec<_> = subscriptions
        .iter()
        .filter(|row| row.gone_since.is_none())
        .filter(|row| {
            let key = AccountKey::new(
                row.connection.clone(),
                row.subscription.vendor_customer_id.clone(),
            );
            let account = accounts.get(&key).and_then(|(_, customer)| *customer);
            row.customer_id.or(account) == Some(customer)
        })
        .map(|row| (row.vendor, &row.subscription))
        .collect();
    Ok(qbr(&QbrInput {
        customer: name,
        from,
        to,
        at: ctx.calendar.now(),
        calendar: ctx.calendar.source(),
        series: series(ctx, customer, from, to).await?,
        findings: &findings,
        notes: &ctx.store.finding_notes().await?,
        subscriptions: &live,
        unjudged: &reasons(&licensing),
        licensing: &licensing,
        sources: sources(ctx).await?,
    }))
}

fn reasons(rows: &[LicensingRow]) -> Unjudged {
    let mut counts = Unjudged::new();
    for reason in rows.iter().filter_map(|row| row.unjudged) {
        *counts.entry(reason).or_default() += 1;
    }
    counts
}

/// Each product's seats over the weeks of some days; a week that was not captured stays empty.
async fn series(
    ctx: &Context,
    customer: CustomerId,
    from: Date,
    to: Date,
) -> Result<Vec<Series>, Problem> {
    let (first, last) = (Week::of(from), Week::of(to));
    let mut products: BTreeMap<String, BTreeMap<Week, i64>> = BTreeMap::new();
    for row in named_usage(ctx, first).await? {
        if row.customer_id == Some(customer) && row.status.is_billable() && row.week_start <= last {
            let weeks = products.entry(row.product_name).or_default();
            *weeks.entry(row.week_start).or_default() += row.seats.unwrap_or(0);
        }
    }
    let weeks = last.since(first).max(0);
    let series = products.into_iter().map(|(name, seats)| {
        let points = (0..=weeks).map(|n| {
            let week = first.plus(n);
            (week, seats.get(&week).copied())
        });
        Series {
            name,
            points: points.collect(),
        }
    });
    Ok(series.collect())
}

/// The captured weeks from one on, with the names that people know.
pub(super) async fn named_usage(ctx: &Context, since: Week) -> Result<Vec<UsageExport>, Problem> {
    let customers = ctx.store.customers().await?;
    let names: HashMap<CustomerId, String> = customers
        .into_iter()
        .map(|c| (c.id, c.profile.name))
        .collect();
    let accounts = owners(ctx).await?;
    let subscriptions: HashMap<_, _> = ctx
        .store
        .subscriptions()
        .await?
        .into_iter()
        .map(|s| ((s.connection.clone(), s.subscription.id.clone()), s))
        .collect();
    let mut rows = Vec::new();
    for (connection, id, usage) in ctx.store.usage_since(since).await? {
        let Some(row) = subscriptions.get(&(connection.clone(), id.clone())) else {
            continue;
        };
        let key = AccountKey::new(
            connection.clone(),
            row.subscription.vendor_customer_id.clone(),
        );
        let account = accounts.get(&key);
        let owner = account.and_then(|(_, customer)| *customer);
        let customer_id = row.customer_id.or(owner);
        let customer = customer_id
            .and_then(|id| names.get(&id).cloned())
            .or_else(|| account.map(|(name, _)| name.clone()));
        rows.push(UsageExport {
            connection,
            vendor: row.vendor,
            vendor_subscription_id: id,
            customer_id,
            customer: customer.unwrap_or_default(),
            sku: row.subscription.sku.clone(),
            product_name: row.subscription.product_name.clone(),
            week_start: usage.week,
            seats: usage.seats,
            unit_cost: usage.unit_cost,
            currency: usage.currency,
            status: usage.status,
        });
    }
    Ok(rows)
}

/// Each account's name and the customer that it is linked to.
pub(super) async fn owners(
    ctx: &Context,
) -> Result<HashMap<AccountKey, (String, Option<CustomerId>)>, Problem> {
    let accounts = ctx.store.accounts().await?.into_iter();
    Ok(accounts
        .map(|a| (a.key, (a.profile.name, a.customer_id)))
        .collect())
}

/// The one customer that a person means: by its id, `psa:` and its id in the PSA, its name, or a part of the name.
pub(super) async fn customer_of(
    ctx: &Context,
    wanted: &str,
) -> Result<(CustomerId, String), Problem> {
    let customers = ctx.store.customers().await?;
    let lower = wanted.trim().to_lowercase();
    let exact = customers.iter().find(|c| {
        let in_psa = (c.psa.as_ref()).is_some_and(|(_, id)| format!("psa:{id}") == wanted);
        c.id.to_string() == wanted || in_psa || c.profile.name.to_lowercase() == lower
    });
    let parts: Vec<_> = customers
        .iter()
        .filter(|c| c.profile.name.to_lowercase().contains(&lower))
        .collect();
    match (exact, parts.as_slice()) {
        (Some(found), _) | (None, &[found]) => Ok((found.id, found.profile.name.clone())),
        (None, several) => {
            let names = several.iter().take(5).map(|c| c.profile.name.as_str());
            let seen = match several.len() {
                0 => "no customer has that id, or that in its name".to_owned(),
                n => format!(
                    "{n} have it in their names: {}",
                    names.collect::<Vec<_>>().join(", ")
                ),
            };
            Err(Problem::new(
                ProblemKind::Usage,
                format!(
                    "'{}' is not one customer",
                    crate::domain::text::clean(wanted, 60)
                ),
            )
            .seen(seen)
            .remedy(
                "give the customer's id from `vectis export customers`, psa:ID, or its whole name",
            ))
        }
    }
}

/// How old each listing is that a report rests on.
async fn sources(ctx: &Context) -> Result<Vec<Source>, Problem> {
    let now = ctx.calendar.now();
    let stale = |read_at: Option<Ts>| {
        read_at.is_none_or(|at| now.seconds_since(at) > ctx.settings.stale_after_seconds)
    };
    let connections = ctx.store.connections().await?.into_iter();
    let mut sources: Vec<Source> = connections
        .map(|c| Source {
            name: format!("{} ({})", c.vendor.label(), c.name),
            read_at: c.listed_at,
            stale: stale(c.listed_at),
        })
        .collect();
    if let Some(psa) = ctx.store.psa_settings().await? {
        sources.push(Source {
            name: psa.system.label().to_owned(),
            read_at: psa.last_sync_at,
            stale: match psa.system {
                PsaSystem::Csv => psa.last_sync_at.is_none(),
                _ => stale(psa.last_sync_at),
            },
        });
    }
    Ok(sources)
}
