//! `vectis review`: the review queue for scripts.

use std::collections::HashMap;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::session::{Session, usage};
use super::{Done, signals};
use crate::domain::ids::{AccountKey, CustomerId, PsaId};
use crate::domain::money::Totals;
use crate::domain::party::{ReviewItem, Verdict};
use crate::domain::problem::Problem;
use crate::engine::context::Context;
use crate::engine::decisions::{decide, is_about_subscription, undo};
use crate::engine::evidence::{ask_all, ask_one};
use crate::engine::judge::judge;
use crate::report::sheet::{Cell, Sheet};
use crate::report::table::table;
use crate::store::links::AccountRow;

/// The queue is listed whole, but not without end.
const MOST: u32 = 100_000;

type Claims = HashMap<AccountKey, String>;

#[derive(Debug, Args)]
pub(crate) struct ReviewArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Show what waits for a decision, the most money first, and which links need a look
    #[command(
        after_help = "Example: vectis review list --json\n         vectis review list --changed"
    )]
    List {
        /// Only links that stand, but on other evidence than they were made on
        #[arg(long)]
        changed: bool,
    },
    /// Show one item with its candidates and their reasons
    #[command(after_help = "Example: vectis review show synnex/400123")]
    Show {
        /// The item's id, as listed
        id: String,
    },
    /// It is this customer
    #[command(
        after_help = "Example: vectis review confirm synnex/400123 17\n         vectis review confirm synnex/400123 psa:1042"
    )]
    Confirm {
        /// The item's id, as listed
        id: String,
        /// The customer's id, or psa:ID
        customer: String,
    },
    /// The PSA does not hold it
    #[command(after_help = "Example: vectis review none synnex/400123")]
    None {
        /// The item's id, as listed
        id: String,
    },
    /// It is no customer to bill
    #[command(after_help = "Example: vectis review exclude synnex/400123 'internal use'")]
    Exclude {
        /// The item's id, as listed
        id: String,
        /// Why: internal use, not for resale, test, not ours
        reason: String,
    },
    /// Ask the distributor for an account's Microsoft tenant and domain, then match again; one request each
    #[command(
        after_help = "Example: vectis review evidence synnex/400123\n         vectis review evidence --all"
    )]
    Evidence {
        /// The item's id, as listed
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<String>,
        /// Every item that waits and whose tenant or domain is not known yet
        #[arg(long)]
        all: bool,
    },
    /// Take back a decision: the newest that still stands where none is named
    #[command(after_help = "Example: vectis review undo")]
    Undo {
        /// The decision's number
        decision: Option<i64>,
    },
}

pub(super) async fn run(args: ReviewArgs, session: Session) -> Result<Done, Problem> {
    let ctx = session.context().await?;
    match args.verb {
        Verb::List { changed: true } => changed(&ctx, &session).await?,
        Verb::List { changed: false } => list(&ctx, &session).await?,
        Verb::Show { id } => show(&ctx, &session, &id).await?,
        Verb::Confirm { id, customer } => {
            let customer_id = customer_id(&ctx, &customer).await?;
            decided(&ctx, &session, &id, Verdict::Confirm { customer_id }).await?;
        }
        Verb::None { id } => decided(&ctx, &session, &id, Verdict::NoCounterpart).await?,
        Verb::Exclude { id, reason } => {
            decided(&ctx, &session, &id, Verdict::Exclude { reason }).await?
        }
        Verb::Evidence { id, .. } => evidence(&ctx, &session, id.as_deref()).await?,
        Verb::Undo { decision } => {
            let decision = undo(&ctx, decision).await?;
            if !is_about_subscription(&decision) {
                judge(&ctx).await?;
            }
            session.output.result(&decision, || decision.words.clone());
        }
    }
    ctx.journal.flush().await;
    Ok(Done::Well)
}

async fn list(ctx: &Context, session: &Session) -> Result<(), Problem> {
    let items = ctx.store.review_queue(MOST).await?;
    let claims = claims(ctx).await?;
    let links = changed_links(ctx).await?;
    let rows: Vec<Value> = items.iter().map(|i| item_json(i, &claims)).collect();
    session.output.result(&rows, || {
        if items.is_empty() {
            return format!("nothing waits for a decision\n{}", changed_text(&links));
        }
        let columns = [
            "id",
            "name",
            "a month",
            "best candidate",
            "customer",
            "score",
            "looked at by",
        ];
        let sheet = Sheet::of(&columns, &items, |item| {
            let best = item.candidates.first().map(|(c, _)| c);
            vec![
                Cell::text(item.key.to_string()),
                Cell::text(&item.profile.name),
                Cell::text(cost(item).shown()),
                Cell::text(best.map_or("none", |c| c.name.as_str())),
                Cell::number(best.map(|c| c.customer_id)),
                Cell::number(best.map(|c| format!("{:.3}", c.score))),
                Cell::text(claims.get(&item.key).map_or("", String::as_str)),
            ]
        });
        format!(
            "{}\n{} to review\n{}",
            table(&sheet),
            items.len(),
            changed_text(&links)
        )
    });
    Ok(())
}

async fn changed(ctx: &Context, session: &Session) -> Result<(), Problem> {
    let links = changed_links(ctx).await?;
    let rows: Vec<Value> = links.iter().map(changed_json).collect();
    session.output.result(&rows, || match links.is_empty() {
        true => "every link stands on what it was made on".to_owned(),
        false => changed_text(&links),
    });
    Ok(())
}

/// Links that stand, but whose evidence is no longer what it was.
async fn changed_links(ctx: &Context) -> Result<Vec<AccountRow>, Problem> {
    let mut links = ctx.store.accounts().await?;
    links.retain(|a| !a.attention.is_empty());
    Ok(links)
}

fn changed_json(link: &AccountRow) -> Value {
    json!({
        "id": link.key.to_string(),
        "vendor": link.vendor,
        "vendor_customer_id": link.key.vendor_customer_id,
        "name": link.profile.name,
        "link_state": link.link_state,
        "customer_id": link.customer_id,
        "changed": link.attention,
    })
}

/// Nothing where there are none.
fn changed_text(links: &[AccountRow]) -> String {
    if links.is_empty() {
        return String::new();
    }
    let mut text = format!("\nchanged since they were linked: {}\n", links.len());
    for link in links {
        let (key, name) = (&link.key, &link.profile.name);
        text.push_str(&format!("  {key}  {name}: {}\n", link.attention));
    }
    text
}

async fn show(ctx: &Context, session: &Session, id: &str) -> Result<(), Problem> {
    let key = key(id)?;
    let Some(item) = ctx.store.review_item(&key).await? else {
        let links = changed_links(ctx).await?;
        if let Some(link) = links.into_iter().find(|a| a.key == key) {
            let text = || changed_text(std::slice::from_ref(&link));
            session.output.result(&changed_json(&link), text);
            return Ok(());
        }
        return Err(usage(
            format!("'{key}' does not wait for a decision"),
            "it is decided, linked by itself, or not known",
            "see `vectis review list`",
        ));
    };
    let claims = claims(ctx).await?;
    let json = item_json(&item, &claims);
    session.output.result(&json, || text(&item, &claims));
    Ok(())
}

async fn decided(
    ctx: &Context,
    session: &Session,
    id: &str,
    verdict: Verdict,
) -> Result<(), Problem> {
    let decision = decide(ctx, &key(id)?, &verdict).await?;
    judge(ctx).await?;
    session.output.result(&decision, || {
        format!("{} (decision {})", decision.words, decision.id)
    });
    Ok(())
}

/// About one item, or about all without an id.
async fn evidence(ctx: &Context, session: &Session, id: Option<&str>) -> Result<(), Problem> {
    let cancel = CancellationToken::new();
    signals::cancel_but_finish(cancel.clone(), session.tasks.clone());
    let before = ctx.store.review_count().await?;
    let told = match id {
        Some(id) => vec![ask_one(ctx, &key(id)?, &cancel).await?],
        None => ask_all(ctx, &cancel).await?,
    };
    let after = ctx.store.review_count().await?;
    session.output.result(&told, || {
        let lines: Vec<&str> = told.iter().map(|t| t.words.as_str()).collect();
        let asked = format!("{} asked; {after} of {before} wait now", told.len());
        [lines, vec![&asked]].concat().join("\n")
    });
    Ok(())
}

fn key(id: &str) -> Result<AccountKey, Problem> {
    AccountKey::parse(id).ok_or_else(|| {
        usage(
            format!("'{}' is no review item", crate::domain::text::clean(id, 60)),
            "ids look like synnex/400123",
            "see `vectis review list`",
        )
    })
}

/// A customer's number in our hub, or `psa:` and its id in the PSA.
async fn customer_id(ctx: &Context, text: &str) -> Result<CustomerId, Problem> {
    let customers = ctx.store.customers().await?;
    let found = match text.strip_prefix("psa:") {
        Some(psa) => {
            let wanted = PsaId::new(psa);
            customers
                .iter()
                .find(|c| c.psa.as_ref().is_some_and(|(_, id)| *id == wanted))
        }
        None => text
            .parse()
            .ok()
            .and_then(|id| customers.iter().find(|c| c.id == CustomerId(id))),
    };
    found.map(|c| c.id).ok_or_else(|| {
        usage(
            format!("there is no customer '{}'", crate::domain::text::clean(text, 60)),
            "neither a customer_id nor psa:ID of the hub",
            "take the customer_id of a candidate in `vectis review show ID`, or see `vectis export customers`",
        )
    })
}

fn cost(item: &ReviewItem) -> Totals {
    item.monthly_cost.iter().map(|(c, m)| (c, *m)).collect()
}

/// Who looks at which item in a console just now.
async fn claims(ctx: &Context) -> Result<Claims, Problem> {
    let claims = ctx.store.claims_of_others().await?;
    Ok(claims.into_iter().map(|c| (c.key, c.actor)).collect())
}

fn item_json(item: &ReviewItem, claims: &Claims) -> Value {
    let candidates: Vec<Value> = item
        .candidates
        .iter()
        .map(|(c, profile)| {
            json!({ "psa_id": c.psa_id, "customer_id": c.customer_id, "name": c.name, "score": c.score, "reasons": c.reasons, "profile": profile })
        })
        .collect();
    json!({
        "id": item.key.to_string(),
        "vendor": item.vendor,
        "vendor_customer_id": item.key.vendor_customer_id,
        "name": item.profile.name,
        "monthly_cost": cost(item),
        "seats": item.seats,
        "profile": item.profile,
        "candidates": candidates,
        "claimed_by": claims.get(&item.key),
        "note": item.note,
    })
}

fn in_psa(id: &PsaId) -> String {
    match id.as_str() {
        "" => "in no PSA".to_owned(),
        id => format!("PSA {id}"),
    }
}

fn text(item: &ReviewItem, claims: &Claims) -> String {
    let mut text = format!(
        "{}  {}\n  {} seats, {} a month\n",
        item.key,
        item.profile.name,
        item.seats,
        cost(item).shown()
    );
    if let Some(who) = claims.get(&item.key) {
        text.push_str(&format!("  {who} looks at it just now\n"));
    }
    if !item.note.is_empty() {
        text.push_str(&format!("  {}\n", item.note));
    }
    if item.candidates.is_empty() {
        text.push_str("  no candidate in the PSA\n");
    }
    for (n, (candidate, profile)) in item.candidates.iter().enumerate() {
        text.push_str(&format!(
            "\n  {}. {} (customer {}, {}), {:.1} %  {} {}\n",
            n + 1,
            candidate.name,
            candidate.customer_id,
            in_psa(&candidate.psa_id),
            candidate.score * 100.0,
            profile.domain,
            profile.city
        ));
        for reason in &candidate.reasons {
            text.push_str(&format!("     {reason}\n"));
        }
    }
    text
}
