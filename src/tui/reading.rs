//! Reads from the store what the screen shows, off the screen's task and off the bridge's.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use tokio::sync::mpsc::{Sender, UnboundedReceiver};

use super::msg::{ConnectionLine, CustomerLine, LicensingLine, Msg};
use crate::domain::ids::CustomerId;
use crate::domain::money::Totals;
use crate::domain::problem::Problem;
use crate::engine::connections::states;
use crate::engine::context::Context;
use crate::engine::duty;
use crate::engine::event::Topic;
use crate::engine::judge::{evaluate_now, licensing_of, unjudged};
use crate::findings::LicensingRow;

/// Review items read at once.
const QUEUE: u32 = 1_000;
/// Decisions in view.
const DECISIONS: u32 = 50;
/// Changes are collected this long before anything is read again.
const SETTLE: Duration = Duration::from_millis(120);

/// What is to be read again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wanted {
    /// A group of tables.
    Topic(Topic),
    /// One customer's licensing table.
    Licensing(CustomerId),
}

/// Reads what was asked for, one thing after the other; what is asked several times meanwhile is read once.
pub(super) async fn read_what_is_wanted(
    ctx: Context,
    mut wishes: UnboundedReceiver<Wanted>,
    inbox: Sender<Msg>,
) {
    while let Some(first) = wishes.recv().await {
        let mut wanted = BTreeSet::from([first]);
        tokio::time::sleep(SETTLE).await;
        while let Ok(more) = wishes.try_recv() {
            wanted.insert(more);
        }
        for wanted in wanted {
            let messages = read(&ctx, &wanted).await;
            for msg in messages.unwrap_or_else(|problem| vec![Msg::Failed(problem)]) {
                if inbox.send(msg).await.is_err() {
                    return;
                }
            }
        }
    }
}

async fn read(ctx: &Context, wanted: &Wanted) -> Result<Vec<Msg>, Problem> {
    Ok(match wanted {
        Wanted::Topic(Topic::Connections) => vec![Msg::Connections(connection_lines(ctx).await?)],
        Wanted::Topic(Topic::Review) => {
            let mut decisions = ctx.store.decisions(DECISIONS).await?;
            decisions.reverse();
            vec![
                Msg::Decisions(decisions),
                Msg::Queue {
                    items: ctx.store.review_queue(QUEUE).await?,
                    total: ctx.store.review_count().await?,
                },
            ]
        }
        Wanted::Topic(Topic::Findings) => {
            vec![
                Msg::Notes(ctx.store.finding_notes().await?),
                Msg::Findings {
                    rows: ctx.store.findings().await?,
                    unjudged: unjudged(&ctx.store).await?,
                },
            ]
        }
        Wanted::Topic(Topic::Claims) => vec![Msg::Claims(ctx.store.claims_of_others().await?)],
        Wanted::Topic(Topic::Customers) => vec![Msg::Customers(customer_lines(ctx).await?)],
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
            vendor: state.connection.vendor,
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
    Ok(lines.collect())
}

/// The hub with each customer's sums, from one evaluation.
async fn customer_lines(ctx: &Context) -> Result<Vec<CustomerLine>, Problem> {
    let licensing = evaluate_now(ctx).await?.licensing;
    let mut sums: HashMap<CustomerId, Sums> = HashMap::new();
    for row in &licensing {
        sums.entry(row.customer_id).or_default().add(row);
    }
    let mut accounts: BTreeMap<CustomerId, u64> = BTreeMap::new();
    for account in ctx.store.accounts().await? {
        if let Some(customer) = account.customer_id {
            *accounts.entry(customer).or_default() += 1;
        }
    }
    let lines = ctx.store.customers().await?.into_iter().map(|customer| {
        let sum = sums.remove(&customer.id).unwrap_or_default();
        CustomerLine {
            vendor_label: sum.label,
            accounts: accounts.get(&customer.id).copied().unwrap_or(0),
            subscriptions: sum.rows,
            seats: sum.seats,
            contracted: sum.contracted,
            uncontracted: sum.uncontracted,
            monthly_cost: sum.cost,
            monthly_revenue: sum.revenue,
            customer,
        }
    });
    Ok(lines.collect())
}

#[derive(Debug, Default)]
struct Sums {
    label: String,
    rows: u64,
    seats: i64,
    contracted: i64,
    uncontracted: i64,
    cost: Totals,
    revenue: Totals,
}

impl Sums {
    fn add(&mut self, row: &LicensingRow) {
        self.label.clone_from(&row.vendor_label);
        self.rows += 1;
        self.seats += row.seats.unwrap_or(0);
        self.contracted += row.contracted.unwrap_or(0);
        self.uncontracted += row.uncontracted.unwrap_or(0);
        if let (Some(cost), Some(currency)) = (row.unit_cost, &row.currency) {
            self.cost.add(currency, cost.times(row.seats.unwrap_or(0)));
        }
        if let (Some(price), Some(currency)) = (
            row.unit_price,
            row.price_currency.as_ref().or(row.currency.as_ref()),
        ) {
            self.revenue
                .add(currency, price.times(row.contracted.unwrap_or(0)));
        }
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
    }
}
