//! `vectis subscription`: whose single subscriptions are, where one account is shared by sister companies.

use std::collections::HashMap;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::Done;
use super::gather::{customer_of, owners};
use super::session::{Session, usage};
use crate::domain::ids::{AccountKey, CustomerId, SubscriptionKey};
use crate::domain::party::Decision;
use crate::domain::problem::Problem;
use crate::domain::text::{clean, nearest};
use crate::engine::context::Context;
use crate::engine::decisions::{give, undo_subscription};
use crate::report::sheet::{Cell, Sheet};
use crate::report::table::table;
use crate::store::subscription_decisions::Giver;
use crate::store::subscriptions::SubscriptionRow;

#[derive(Debug, Args)]
pub(crate) struct SubscriptionArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Show subscriptions, and whose they are
    #[command(
        after_help = "Example: vectis subscription list 'Harbour Dental'\n         vectis subscription list --given"
    )]
    List {
        /// Only what is this customer's, or on its accounts: its id, psa:ID, or its name
        customer: Option<String>,
        /// Only what a person gave to another customer than its account's
        #[arg(long)]
        given: bool,
    },
    /// Give one subscription to another customer than its account's: sister companies that share an account
    #[command(
        after_help = "Example: vectis subscription give synnex/8f14e45f 17\n         vectis subscription give synnex/8f14e45f psa:1042"
    )]
    Give {
        /// The subscription's id, as listed
        id: String,
        /// The customer's id, psa:ID, or its name
        customer: String,
    },
    /// Take back a decision: your newest about a subscription that still stands where none is named
    #[command(after_help = "Example: vectis subscription undo")]
    Undo {
        /// The decision's number
        decision: Option<i64>,
    },
}

/// A subscription with whose it is.
struct Owned {
    key: SubscriptionKey,
    row: SubscriptionRow,
    /// What the distributor calls its account.
    account: String,
    /// The customer that its account is linked to.
    of_account: Option<CustomerId>,
    /// The customer that it counts for, with the name.
    customer: Option<(CustomerId, String)>,
    giver: Option<Giver>,
}

pub(super) async fn run(args: SubscriptionArgs, session: Session) -> Result<Done, Problem> {
    let ctx = session.context().await?;
    match args.verb {
        Verb::List { customer, given } => {
            let of = match &customer {
                Some(wanted) => Some(customer_of(&ctx, wanted).await?.0),
                None => None,
            };
            list(&ctx, &session, of, given).await?;
        }
        Verb::Give { id, customer } => {
            let owned = one(&ctx, &id).await?;
            let (to, name) = customer_of(&ctx, &customer).await?;
            if owned.giver.is_none() && owned.of_account == Some(to) {
                return Err(usage(
                    format!("'{}' is {name}'s already", owned.key),
                    format!("its account, {}, is linked to that customer", owned.account),
                    "give it to a sister company, or see `vectis subscription list`",
                ));
            }
            told(&session, &give(&ctx, &owned.key, to).await?);
        }
        Verb::Undo { decision } => told(&session, &undo_subscription(&ctx, decision).await?),
    }
    ctx.journal.flush().await;
    Ok(Done::Well)
}

async fn list(
    ctx: &Context,
    session: &Session,
    of: Option<CustomerId>,
    given: bool,
) -> Result<(), Problem> {
    let mut owned = all(ctx).await?;
    owned.retain(|o| !given || o.giver.is_some());
    owned.retain(|o| of.is_none() || o.of_account == of || o.customer_id() == of);
    let rows: Vec<Value> = owned.iter().map(Owned::json).collect();
    session.output.result(&rows, || {
        if owned.is_empty() {
            return match given {
                true => "no subscription is given to another customer than its account's\n",
                false => "no subscriptions\n",
            }
            .to_owned();
        }
        let columns = [
            "id", "customer", "account", "product", "seats", "status", "given by",
        ];
        let sheet = Sheet::of(&columns, &owned, |o| {
            let sub = &o.row.subscription;
            vec![
                Cell::text(o.key.to_string()),
                Cell::maybe(o.customer.as_ref().map(|(_, name)| name)),
                Cell::text(&o.account),
                Cell::text(&sub.product_name),
                Cell::number(sub.seats),
                Cell::text(match o.row.gone_since {
                    Some(_) => "gone",
                    None => sub.status.tag(),
                }),
                Cell::maybe(o.giver.as_ref().map(Giver::words)),
            ]
        });
        table(&sheet)
    });
    Ok(())
}

fn told(session: &Session, decision: &Decision) {
    session.output.result(decision, || {
        format!("{} (decision {})", decision.words, decision.id)
    });
}

/// The subscription that was meant.
async fn one(ctx: &Context, id: &str) -> Result<Owned, Problem> {
    let mut owned = all(ctx).await?;
    if let Some(place) = owned.iter().position(|o| o.key.to_string() == id) {
        return Ok(owned.swap_remove(place));
    }
    let known: Vec<String> = owned.iter().map(|o| o.key.to_string()).collect();
    let seen = match nearest(id, known.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean {}?", clean(&meant, 80)),
        None => {
            "ids look like synnex/8f14e45f: the connection, then the distributor's id".to_owned()
        }
    };
    Err(usage(
        format!("there is no subscription '{}'", clean(id, 80)),
        seen,
        "see `vectis subscription list`",
    ))
}

/// Every subscription whose account is known, by customer; those of nobody first.
async fn all(ctx: &Context) -> Result<Vec<Owned>, Problem> {
    let accounts = owners(ctx).await?;
    let customers = ctx.store.customers().await?.into_iter();
    let names: HashMap<CustomerId, String> = customers.map(|c| (c.id, c.profile.name)).collect();
    let mut givers = ctx.store.givers().await?;
    let mut owned = Vec::new();
    for row in ctx.store.subscriptions().await? {
        let sub = &row.subscription;
        let account = AccountKey::new(row.connection.clone(), sub.vendor_customer_id.clone());
        let Some((account, of_account)) = accounts.get(&account).cloned() else {
            continue;
        };
        let customer = row.customer_id.or(of_account);
        let key = SubscriptionKey::new(row.connection.clone(), sub.id.clone());
        owned.push(Owned {
            account,
            of_account,
            customer: customer.map(|id| (id, names.get(&id).cloned().unwrap_or_default())),
            giver: givers.remove(&key).filter(|_| row.customer_id.is_some()),
            key,
            row,
        });
    }
    owned.sort_by(|a, b| a.order().cmp(&b.order()));
    Ok(owned)
}

impl Owned {
    fn customer_id(&self) -> Option<CustomerId> {
        self.customer.as_ref().map(|(id, _)| *id)
    }

    fn order(&self) -> impl Ord {
        let name = self.customer.as_ref().map(|(_, name)| name.as_str());
        (name, &self.account, &self.key)
    }

    fn json(&self) -> Value {
        let sub = &self.row.subscription;
        let given = self.giver.as_ref().map(|giver| {
            json!({
                "by": giver.actor,
                "at": giver.at,
                "decision": giver.decision,
                "from_customer_id": self.of_account,
            })
        });
        json!({
            "id": self.key.to_string(),
            "connection": self.key.connection,
            "vendor": self.row.vendor,
            "vendor_subscription_id": self.key.vendor_subscription_id,
            "vendor_customer_id": sub.vendor_customer_id,
            "account": self.account,
            "customer_id": self.customer_id(),
            "customer": self.customer.as_ref().map(|(_, name)| name),
            "given": given,
            "sku": sub.sku,
            "product_name": sub.product_name,
            "status": sub.status,
            "seats": sub.seats,
            "unit_cost": sub.unit_cost,
            "currency": sub.currency,
            "billing_cycle": sub.billing_cycle,
            "gone_since": self.row.gone_since,
        })
    }
}
