//! Reads from the store what the screen shows, off the screen's task and off the bridge's.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::sync::mpsc::{Sender, UnboundedReceiver};

use super::lists::Lists;
use super::msg::{Background, ConnectionLine, LicensingLine, Msg, Source, SubscriptionLine};
use crate::domain::ids::{AccountKey, CustomerId, Subject, SubscriptionKey};
use crate::domain::party::PsaSystem;
use crate::domain::problem::Problem;
use crate::domain::product::ProductItem;
use crate::domain::time::Ts;
use crate::engine::connections::states;
use crate::engine::context::Context;
use crate::engine::duty;
use crate::engine::event::Topic;
use crate::engine::judge::licensing_of;
use crate::engine::products;
use crate::engine::psa::setup::owner;
use crate::engine::seats::{SeatsOf, weeks_of};
use crate::findings::LicensingRow;
use crate::store::psa::PsaSettings;

/// Decisions in view.
const DECISIONS: u32 = 50;
/// Decisions about one item in view.
const HISTORY: u32 = 3;
/// Changes are collected this long before anything is read again.
const SETTLE: Duration = Duration::from_millis(120);

/// What is to be read again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wanted {
    /// A group of tables.
    Topic(Topic),
    /// One customer's licensing table.
    Licensing(CustomerId),
    /// The seats of one customer's SKU by week.
    Seats(SeatsOf),
    /// What a customer buys, subscription by subscription.
    Subscriptions(CustomerId),
    /// What stands behind an account and the customer that it may be.
    Background(AccountKey, Option<CustomerId>),
}

/// Reads what was asked for, one thing after the other; what is asked several times meanwhile is read once.
pub(super) async fn read_what_is_wanted(
    ctx: Context,
    mut wishes: UnboundedReceiver<Wanted>,
    inbox: Sender<Msg>,
) {
    let mut lists = Lists::default();
    while let Some(first) = wishes.recv().await {
        let mut wanted = BTreeSet::from([first]);
        tokio::time::sleep(SETTLE).await;
        while let Ok(more) = wishes.try_recv() {
            wanted.insert(more);
        }
        for wanted in wanted {
            let messages = read(&ctx, &mut lists, &wanted).await;
            for msg in messages.unwrap_or_else(|problem| vec![Msg::Failed(problem)]) {
                if inbox.send(msg).await.is_err() {
                    return;
                }
            }
        }
    }
}

async fn read(ctx: &Context, lists: &mut Lists, wanted: &Wanted) -> Result<Vec<Msg>, Problem> {
    Ok(match wanted {
        Wanted::Topic(Topic::Connections) => vec![Msg::Connections(connection_lines(ctx).await?)],
        Wanted::Topic(Topic::Review) => {
            let mut decisions = ctx.store.decisions(DECISIONS).await?;
            decisions.reverse();
            vec![Msg::Decisions(decisions), lists.queue(ctx).await?]
        }
        Wanted::Topic(Topic::Findings) => vec![lists.notes(ctx).await?, lists.findings(ctx).await?],
        Wanted::Topic(Topic::Claims) => vec![Msg::Claims(ctx.store.claims_of_others().await?)],
        Wanted::Topic(Topic::Products) => {
            let mut items = products::list(ctx).await?;
            items.retain(ProductItem::waits);
            let products = ctx.store.psa_products().await?;
            vec![Msg::Skus { items, products }]
        }
        Wanted::Topic(Topic::Customers) => vec![lists.customers(ctx).await?],
        Wanted::Seats(of) => vec![Msg::Seats(of.clone(), weeks_of(ctx, of).await?)],
        Wanted::Background(key, candidate) => {
            let of_candidate = match candidate {
                Some(customer) => ctx.store.accounts_about(*customer).await?,
                None => Vec::new(),
            };
            let linked = of_candidate.into_iter();
            let linked = linked.filter(|a| a.customer_id == *candidate && a.key != *key);
            let subject = Subject::Account(key.clone());
            let background = Background {
                key: key.clone(),
                candidate: *candidate,
                linked: linked.map(|a| (a.vendor, a.profile.name)).collect(),
                history: ctx.store.decisions_about(&subject, HISTORY).await?,
            };
            vec![Msg::Background(background)]
        }
        Wanted::Subscriptions(customer) => {
            let rows = ctx.store.subscriptions_about(*customer).await?.into_iter();
            // What is on its accounts may have been given to a sister company.
            let own = rows.filter(|row| {
                row.gone_since.is_none() && row.customer_id.is_none_or(|owner| owner == *customer)
            });
            let lines = own.map(|row| SubscriptionLine {
                key: SubscriptionKey::new(row.connection, row.subscription.id),
                product_name: row.subscription.product_name,
                seats: row.subscription.seats,
                given: row.customer_id.is_some(),
            });
            vec![Msg::Subscriptions(*customer, lines.collect())]
        }
        Wanted::Licensing(customer) => {
            let rows = licensing_of(ctx, *customer).await?;
            let lines = rows.iter().map(licensing_line).collect();
            vec![Msg::Licensing(*customer, lines)]
        }
    })
}

async fn connection_lines(ctx: &Context) -> Result<Vec<ConnectionLine>, Problem> {
    let now = ctx.calendar.now();
    let daemon = duty::running(ctx).await?;
    let lines = states(ctx).await?.into_iter().map(|state| {
        let run = state.last_run.as_ref();
        ConnectionLine {
            name: state.connection.name.clone(),
            source: Source::Distributor(state.connection.vendor),
            state: if state.token_needs_attention {
                "needs a new token".to_owned()
            } else if state.token_cut_off.is_some() {
                state.token_words(now)
            } else {
                state.run_words().to_owned()
            },
            token_age_days: state.token_age_days(now),
            token_expires_at: state.token_expires_at,
            last_sync_at: state.connection.last_sync_at,
            next_sync_at: daemon
                .as_ref()
                .map(|d| d.next_sync_of(&state.connection.name)),
            customers: run.map_or(0, |r| r.customers),
            subscriptions: run.map_or(0, |r| r.subscriptions),
            problem: run
                .and_then(|r| r.problem.as_deref())
                .and_then(|json| serde_json::from_str(json).ok()),
        }
    });
    let psa = ctx.store.psa_settings().await?;
    let next = daemon.as_ref().map(|d| d.next_sync_at);
    let psa = psa.map(|psa| psa_line(psa, next));
    Ok(lines.chain(psa).collect())
}

/// The PSA as one more line: it is read with every sync.
fn psa_line(psa: PsaSettings, next_sync_at: Option<Ts>) -> ConnectionLine {
    let from_files = psa.system == PsaSystem::Csv;
    let state = match (&psa.failed, psa.last_sync_at) {
        _ if from_files => "from files",
        (Some(_), _) => "failed",
        (None, Some(_)) => "complete",
        (None, None) => "never read",
    };
    ConnectionLine {
        name: owner(psa.system),
        source: Source::Psa(psa.system),
        state: state.to_owned(),
        token_age_days: None,
        token_expires_at: None,
        last_sync_at: psa.last_sync_at,
        next_sync_at: next_sync_at.filter(|_| !from_files),
        customers: 0,
        subscriptions: 0,
        problem: psa.failed,
    }
}

fn licensing_line(row: &LicensingRow) -> LicensingLine {
    LicensingLine {
        vendor: row.vendor,
        sku: row.sku.clone(),
        product_name: row.product_name.clone(),
        seats: row.seats,
        contracted: row.contracted,
        unit_cost: row.unit_cost,
        unit_price: row.unit_price,
        currency: row.currency.clone(),
        stale: row.stale,
        stale_since: row.stale_since,
    }
}
