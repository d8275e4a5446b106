//! Asks a distributor what its listing lacks of an account that waits for a person: its Microsoft tenant and domain.
//!
//! It costs a request for each account, so no sync does it: a person asks, for one item or for the whole queue.

use std::collections::BTreeMap;

use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::connect::connector;
use super::connections::unknown_connection;
use super::context::Context;
use super::judge::judge;
use super::linking::{Keep, link};
use crate::distributor::{Distributor, Evidence};
use crate::domain::ids::{AccountKey, ConnectionName};
use crate::domain::log::Level;
use crate::domain::party::ReviewItem;
use crate::domain::problem::{Problem, ProblemKind};
use crate::http::pacing::Class;

/// What a distributor told of one account.
#[derive(Debug, Clone, Serialize)]
pub struct Told {
    /// Which account.
    #[serde(serialize_with = "as_text")]
    pub id: AccountKey,
    /// Its name.
    pub name: String,
    /// Empty where the distributor knows nothing more.
    #[serde(flatten)]
    pub evidence: Evidence,
    /// The same for people.
    pub words: String,
}

fn as_text<S: serde::Serializer>(key: &AccountKey, out: S) -> Result<S::Ok, S::Error> {
    out.collect_str(key)
}

/// Asks for one item, ahead of bulk work, since a person looks at it; then matches again.
pub async fn ask_one(
    ctx: &Context,
    key: &AccountKey,
    cancel: &CancellationToken,
) -> Result<Told, Problem> {
    let Some(item) = ctx.store.review_item(key).await? else {
        return Err(Problem::new(
            ProblemKind::Usage,
            format!("'{key}' does not wait for a decision"),
        )
        .seen("it is decided, linked by itself, or not known")
        .remedy("see `vectis review list`"));
    };
    let distributor = distributor(ctx, &key.connection, cancel).await?;
    let told = ask(ctx, distributor.as_ref(), &item, Class::Interactive).await?;
    match_again(ctx).await?;
    Ok(told)
}

/// Asks for every item that waits and whose tenant or domain is unknown, then matches again. What was told before a
/// failure is kept.
pub async fn ask_all(ctx: &Context, cancel: &CancellationToken) -> Result<Vec<Told>, Problem> {
    let mut by_connection: BTreeMap<ConnectionName, Vec<ReviewItem>> = BTreeMap::new();
    for item in ctx.store.review_queue(u32::MAX).await? {
        if item.profile.ms_tenant_id.is_empty() || item.profile.domain.is_empty() {
            let connection = item.key.connection.clone();
            by_connection.entry(connection).or_default().push(item);
        }
    }
    let mut told = Vec::new();
    let mut stopped = Ok(());
    'all: for (name, items) in by_connection {
        let distributor = distributor(ctx, &name, cancel).await?;
        for item in items {
            match ask(ctx, distributor.as_ref(), &item, Class::Bulk).await {
                Ok(one) => told.push(one),
                Err(problem) => {
                    stopped = Err(problem);
                    break 'all;
                }
            }
        }
    }
    if !told.is_empty() {
        match_again(ctx).await?;
    }
    stopped.map(|()| told)
}

async fn distributor(
    ctx: &Context,
    name: &ConnectionName,
    cancel: &CancellationToken,
) -> Result<std::sync::Arc<dyn Distributor>, Problem> {
    let Some(connection) = ctx.store.connection(name).await? else {
        return Err(unknown_connection(name, &ctx.store.connections().await?));
    };
    Ok(connector(ctx, &connection, cancel.clone())
        .await?
        .distributor)
}

async fn ask(
    ctx: &Context,
    distributor: &dyn Distributor,
    item: &ReviewItem,
    class: Class,
) -> Result<Told, Problem> {
    let id = &item.key.vendor_customer_id;
    let evidence = distributor.evidence(id, class).await?;
    ctx.store
        .save_evidence(&item.key, &evidence.ms_tenant_id, &evidence.domain)
        .await?;
    let name = item.profile.name.clone();
    let words = words(&name, distributor.vendor().label(), &evidence);
    ctx.journal
        .log(Level::Info, Some(&item.key.connection), &words);
    Ok(Told {
        id: item.key.clone(),
        name,
        evidence,
        words,
    })
}

async fn match_again(ctx: &Context) -> Result<(), Problem> {
    link(ctx, Keep::Write).await?;
    judge(ctx).await
}

fn words(name: &str, vendor: &str, evidence: &Evidence) -> String {
    let tenant = Some(&evidence.ms_tenant_id).filter(|t| !t.is_empty());
    let domain = Some(&evidence.domain).filter(|d| !d.is_empty());
    match (tenant, domain) {
        (Some(tenant), Some(domain)) => {
            format!("{name}: Microsoft tenant {tenant}, domain {domain}")
        }
        (Some(tenant), None) => format!("{name}: Microsoft tenant {tenant}"),
        (None, Some(domain)) => format!("{name}: domain {domain}"),
        (None, None) => format!("{vendor} knows no Microsoft tenant or domain of {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_is_said_and_so_is_nothing() {
        let told = |ms_tenant_id: &str, domain: &str| {
            let evidence = Evidence {
                ms_tenant_id: ms_tenant_id.to_owned(),
                domain: domain.to_owned(),
            };
            words("Harbor Dental", "TD SYNNEX", &evidence)
        };
        assert_eq!(told("", "h.example"), "Harbor Dental: domain h.example");
        assert!(told("5d0c", "h.example").contains("tenant 5d0c, domain h.example"));
        assert!(told("", "").starts_with("TD SYNNEX knows no"));
    }
}
