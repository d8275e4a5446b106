//! Takes a picture of the store, has it judged, and keeps what was found.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::blocking::blocking;
use super::context::Context;
use super::event::Topic;
use crate::domain::agreement::{AgreementLine, ProductLink};
use crate::domain::finding::{FindingKind, FindingRow, FindingState, Unjudged, unjudged_words};
use crate::domain::hub::CustomerLine;
use crate::domain::ids::{AccountKey, ConnectionName, CustomerId, Sku, SubscriptionId};
use crate::domain::log::Level;
use crate::domain::money::Totals;
use crate::domain::party::{Customer, PsaSystem};
use crate::domain::problem::Problem;
use crate::domain::subscription::UsageRow;
use crate::domain::time::Ts;
use crate::domain::vendor::Vendor;
use crate::findings::input::{Account, Bought, Contracted, Elsewhere, Input, Listing, Outcome};
use crate::findings::{LicensingRow, customer_lines, evaluate, names_decide};
use crate::store::links::AccountRow;
use crate::store::psa::PsaSettings;
use crate::store::subscriptions::{ListingRow, SubscriptionRow};
use crate::store::{Store, StoreError};

/// Weeks of usage that findings look at.
const WEEKS: i64 = 6;

/// One kind's open findings in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct KindTotal {
    /// How many are open.
    pub count: u64,
    /// Their monthly money by currency.
    pub monthly_amount: Totals,
}

/// The open findings in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct FindingTotals {
    /// How many are open.
    pub open: u64,
    /// By kind.
    pub by_kind: BTreeMap<FindingKind, KindTotal>,
}

impl FindingTotals {
    /// Counts the open rows.
    pub fn of(rows: &[FindingRow]) -> Self {
        let mut totals = FindingTotals::default();
        for row in rows.iter().filter(|r| r.state == FindingState::Open) {
            totals.open += 1;
            let kind = totals.by_kind.entry(row.finding.kind).or_default();
            kind.count += 1;
            kind.monthly_amount
                .add(&row.finding.currency, row.finding.monthly_amount);
        }
        totals
    }
}

/// Evaluates the present state without keeping anything.
pub async fn evaluate_now(ctx: &Context) -> Result<Outcome, Problem> {
    Ok(evaluate_all(ctx).await?.0)
}

/// As [`evaluate_now`], with the sums of each customer.
pub(super) async fn evaluate_all(ctx: &Context) -> Result<(Outcome, Vec<CustomerLine>), Problem> {
    let now = ctx.calendar.now();
    let (rows, terms) = tokio::try_join!(all(&ctx.store, now), terms(&ctx.store))?;
    let ctx = ctx.clone();
    blocking(move || {
        let (customers, accounts) = (rows.customers.clone(), rows.accounts.clone());
        let input = picture(&ctx, rows, terms, now);
        let outcome = evaluate(&input, &ctx.settings.rules);
        let lines = customer_lines(customers, owners(&accounts), &outcome.licensing);
        (outcome, lines)
    })
    .await
}

/// The customer of each account that has one.
fn owners(accounts: &[AccountRow]) -> impl Iterator<Item = CustomerId> {
    accounts.iter().filter_map(|account| account.customer_id)
}

/// One customer with its sums; none if there is no such customer.
pub(super) async fn line_of(
    ctx: &Context,
    customer: CustomerId,
) -> Result<Option<CustomerLine>, Problem> {
    let (rows, terms) = about(&ctx.store, customer).await?;
    let (customers, accounts) = (rows.customers.clone(), rows.accounts.clone());
    let input = picture(ctx, rows, terms, ctx.calendar.now());
    let licensing = evaluate(&input, &ctx.settings.rules).licensing;
    Ok(customer_lines(customers, owners(&accounts), &licensing).pop())
}

/// One customer's rows of [`evaluate_now`], without reading everybody's.
pub async fn licensing_of(
    ctx: &Context,
    customer: CustomerId,
) -> Result<Vec<LicensingRow>, Problem> {
    let (rows, terms) = about(&ctx.store, customer).await?;
    let input = picture(ctx, rows, terms, ctx.calendar.now());
    let mut rows = evaluate(&input, &ctx.settings.rules).licensing;
    rows.retain(|row| row.customer_id == customer);
    Ok(rows)
}

/// Evaluates and keeps: opens, updates and resolves findings.
pub async fn judge(ctx: &Context) -> Result<(), Problem> {
    let (outcome, hub) = evaluate_all(ctx).await?;
    let unjudged = serde_json::to_string(&outcome.unjudged).unwrap_or_default();
    let changes = ctx
        .store
        .save_findings(
            &outcome.findings,
            &outcome.unsure,
            &hub,
            &unjudged,
            ctx.calendar.now(),
        )
        .await?;
    let judged =
        unjudged_words(&outcome.unjudged).unwrap_or_else(|| "every row could be judged".to_owned());
    let aside = match changes.set_aside {
        0 => String::new(),
        n => format!(", {n} set aside"),
    };
    ctx.journal.log(
        Level::Info,
        None,
        format!(
            "findings: {} new, {} updated, {} resolved, {} reopened{aside}; {judged}",
            changes.opened, changes.updated, changes.resolved, changes.reopened
        ),
    );
    ctx.changed(&[Topic::Findings, Topic::Customers]);
    Ok(())
}

/// What the last evaluation could not judge.
pub async fn unjudged(store: &Store) -> Result<Unjudged, Problem> {
    let kept = store.unjudged().await?;
    Ok(kept
        .and_then(|json| serde_json::from_str(&json).ok())
        .unwrap_or_default())
}

/// The rows that the store holds of the world or of a part of it.
struct Rows {
    customers: Vec<Customer>,
    accounts: Vec<AccountRow>,
    subscriptions: Vec<SubscriptionRow>,
    usage: Vec<(ConnectionName, SubscriptionId, UsageRow)>,
    lines: Vec<(Option<CustomerId>, PsaSystem, AgreementLine)>,
    /// As [`Elsewhere::names`].
    names: BTreeMap<(Vendor, Sku), String>,
}

/// Everything that findings are made of.
async fn all(store: &Store, now: Ts) -> Result<Rows, StoreError> {
    let accounts = store.accounts().await?;
    // Before the first sync there is nothing to hold the contracts against, and a PSA may have 200,000 lines of them.
    let lines = match accounts.is_empty() {
        true => Vec::new(),
        false => store.agreement_lines().await?,
    };
    Ok(Rows {
        customers: store.customers().await?,
        accounts,
        subscriptions: store.subscriptions().await?,
        usage: store.usage_since(now.week().plus(-WEEKS)).await?,
        lines,
        names: BTreeMap::new(),
    })
}

/// All that one customer's licensing is made of; past weeks play no part in it. A person waits for it: the statements go to
/// the database side by side, and the dearest only where it tells something.
async fn about(store: &Store, customer: CustomerId) -> Result<(Rows, Terms), StoreError> {
    let (customers, accounts, subscriptions, lines, terms) = tokio::try_join!(
        store.customer(customer),
        store.accounts_about(customer),
        store.subscriptions_about(customer),
        store.agreement_lines_of(customer),
        terms(store),
    )?;
    let names = match names_decide(&terms.products) {
        true => store.linked_names().await?,
        false => BTreeMap::new(),
    };
    let rows = Rows {
        customers: customers.into_iter().collect(),
        accounts,
        subscriptions,
        usage: Vec::new(),
        lines,
        names,
    };
    Ok((rows, terms))
}

/// What tells how the rows are to be taken, whosever they are.
struct Terms {
    listings: Vec<ListingRow>,
    unread: HashMap<AccountKey, Option<Ts>>,
    psa: Option<PsaSettings>,
    products: Vec<ProductLink>,
}

async fn terms(store: &Store) -> Result<Terms, StoreError> {
    let (listings, unread, psa, products) = tokio::try_join!(
        store.listings(),
        store.unread_accounts(),
        store.psa_settings(),
        store.product_links(),
    )?;
    Ok(Terms {
        listings,
        unread,
        psa,
        products,
    })
}

/// The rows as findings want them, at one instant.
fn picture(ctx: &Context, rows: Rows, terms: Terms, now: Ts) -> Input {
    let first_seen = terms
        .listings
        .iter()
        .filter_map(|listing| Some((listing.connection.clone(), listing.first_seen_at?)));
    let elsewhere = Elsewhere {
        first_seen: first_seen.collect(),
        names: rows.names,
    };
    let listings = listings(ctx, terms.listings);
    let place: HashMap<_, usize> = rows
        .accounts
        .iter()
        .enumerate()
        .map(|(i, a)| (a.key.clone(), i))
        .collect();
    let mut usage: HashMap<(ConnectionName, SubscriptionId), Vec<UsageRow>> = HashMap::new();
    for (connection, id, row) in rows.usage {
        usage.entry((connection, id)).or_default().push(row);
    }
    let subscriptions = rows
        .subscriptions
        .into_iter()
        .filter_map(|row| {
            let key = AccountKey::new(
                row.connection.clone(),
                row.subscription.vendor_customer_id.clone(),
            );
            let weeks = usage.remove(&(row.connection, row.subscription.id.clone()));
            Some(Bought {
                account: *place.get(&key)?,
                subscription: row.subscription,
                customer: row.customer_id,
                gone: row.gone_since.is_some(),
                first_seen_at: row.first_seen_at,
                usage: weeks.unwrap_or_default(),
            })
        })
        .collect();
    let lines = rows
        .lines
        .into_iter()
        .filter_map(|(customer, system, line)| {
            Some(Contracted {
                customer: customer?,
                system,
                line,
            })
        })
        .collect();
    Input {
        as_of: now,
        customers: rows
            .customers
            .into_iter()
            .map(|c| (c.id, c.profile.name))
            .collect(),
        accounts: rows
            .accounts
            .into_iter()
            .map(|a| Account {
                listing: match (terms.unread.get(&a.key), listings.get(&a.key.connection)) {
                    (Some(read_at), _) => Listing::Stale { read_at: *read_at },
                    (None, Some(listing)) => *listing,
                    (None, None) => Listing::Stale { read_at: None },
                },
                key: a.key,
                vendor: a.vendor,
                name: a.profile.name,
                customer: a.customer_id,
                state: a.link_state,
            })
            .collect(),
        subscriptions,
        agreements: agreements(ctx, terms.psa),
        lines,
        products: terms.products,
        elsewhere,
    }
}

/// How far each connection's listing can be trusted.
fn listings(ctx: &Context, rows: Vec<ListingRow>) -> HashMap<ConnectionName, Listing> {
    let now = ctx.calendar.now();
    let listing = |row: ListingRow| {
        let listing = match row.read_at {
            Some(read_at) if now.seconds_since(read_at) <= ctx.settings.stale_after_seconds => {
                Listing::Complete { read_at }
            }
            read_at => Listing::Stale { read_at },
        };
        (row.connection, listing)
    };
    rows.into_iter().map(listing).collect()
}

/// How far the PSA's agreements can be trusted. Files are as fresh as the person who imports them says: they count
/// until the next import.
fn agreements(ctx: &Context, psa: Option<PsaSettings>) -> Listing {
    let Some(psa) = psa else {
        return Listing::Stale { read_at: None };
    };
    let age = psa
        .last_sync_at
        .map(|at| ctx.calendar.now().seconds_since(at));
    let is_old = psa.system != PsaSystem::Csv
        && age.is_some_and(|age| age > ctx.settings.stale_after_seconds);
    match psa.last_sync_at {
        Some(read_at) if !is_old => Listing::Complete { read_at },
        read_at => Listing::Stale { read_at },
    }
}
