//! Links accounts to customers, and has SKUs linked to products: what no person has decided is matched again.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::attention;
use super::blocking::blocking;
use super::context::Context;
use super::event::Topic;
use super::products;
use crate::domain::ids::{AccountKey, ConnectionName, CustomerId, PsaId};
use crate::domain::log::Level;
use crate::domain::party::{Candidate, LinkState, PsaCompany};
use crate::domain::problem::Problem;
use crate::matching::{
    Alias, Match, Outcome, REMEMBERED_NAME, Record, Remembered, Ruling, match_companies,
};
use crate::store::links::{AccountRow, LinkWrite};
use crate::store::standing::Stands;

/// What became of the accounts that no person has decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MatchCounts {
    /// Linked without a person.
    pub auto: u64,
    /// Wait for a person.
    pub review: u64,
    /// Seem to have no counterpart; they wait in the queue too, with that suggestion.
    pub none: u64,
}

/// Whether the outcome is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Written to the store.
    Write,
    /// Only counted.
    DryRun,
}

/// Matches everything that no person has decided.
pub async fn link(ctx: &Context, keep: Keep) -> Result<MatchCounts, Problem> {
    let (decided, accounts): (Vec<AccountRow>, Vec<AccountRow>) = ctx
        .store
        .accounts()
        .await?
        .into_iter()
        .partition(|a| a.link_state.is_decided_by_a_person());
    let companies = ctx.store.companies().await?;
    let stands = ctx.store.standing_decisions().await?;
    let aliases = aliases(&decided, &companies, &stands);
    let settings = ctx.settings.matching;
    let (accounts, companies, aliases, matches) = blocking(move || {
        let tables = tables(&accounts);
        let record = |a: &AccountRow| account_record(a, &tables);
        let customers: Vec<Record> = accounts.iter().map(record).collect();
        let hub: Vec<Record> = companies.iter().map(|(_, c)| company_record(c)).collect();
        let matches = match_companies(&customers, &hub, &aliases, &settings, &|_| {});
        (accounts, companies, aliases, matches)
    })
    .await?;
    let counts = count(&matches);
    if keep == Keep::Write {
        let links: Vec<LinkWrite> = accounts
            .iter()
            .zip(&matches)
            .map(|(account, found)| link_write(account, found, &companies, &aliases))
            .collect();
        ctx.store.save_links(&links).await?;
        attention::look(ctx, &stands).await?;
        products::link(ctx).await?;
        ctx.changed(&[Topic::Review, Topic::Customers, Topic::Products]);
    }
    ctx.journal.log(
        Level::Info,
        None,
        format!(
            "matched: {} linked, {} to review, {} without a counterpart",
            counts.auto, counts.review, counts.none
        ),
    );
    Ok(counts)
}

/// The accounts that people have decided about: they stand for what is plainly the same customer elsewhere. An undo takes
/// the alias with it, since it lives by the account's state alone.
fn aliases(
    decided: &[AccountRow],
    companies: &[(CustomerId, PsaCompany)],
    stands: &HashMap<AccountKey, Stands>,
) -> Vec<Alias> {
    let places: BTreeMap<CustomerId, usize> = companies
        .iter()
        .enumerate()
        .map(|(place, (id, _))| (*id, place))
        .collect();
    let alias = |account: &AccountRow| {
        let key = &account.key;
        let stands = stands.get(key);
        let who = stands.map_or("somebody", |s| s.actor.as_str());
        let day = stands.map_or_else(String::new, |s| format!(" on {}", s.at.date()));
        let place = account.customer_id.and_then(|id| places.get(&id));
        let (ruling, words) = match (account.link_state, account.customer_id, place) {
            (LinkState::Excluded, ..) => {
                let reason = stands.map_or("", |s| s.reason.as_str());
                let words = format!("{who} excluded {key}{day}: {reason}");
                (Ruling::Excluded, words)
            }
            (_, Some(_), Some(place)) => {
                let words = format!("{who} linked {key} to it{day}");
                (Ruling::Company(*place), words)
            }
            (_, Some(id), None) => {
                let words = format!("{who} said{day} that it is in no PSA ({key})");
                (Ruling::InNoPsa(id), words)
            }
            (_, None, _) => return None,
        };
        Some(Alias {
            profile: account.profile.clone(),
            ruling,
            words,
        })
    };
    decided.iter().filter_map(alias).collect()
}

/// The connections, numbered: accounts of one compete for a company, those of several do not.
fn tables(accounts: &[AccountRow]) -> HashMap<ConnectionName, usize> {
    let mut tables = HashMap::new();
    for account in accounts {
        let next = tables.len();
        tables.entry(account.key.connection.clone()).or_insert(next);
    }
    tables
}

fn account_record(account: &AccountRow, tables: &HashMap<ConnectionName, usize>) -> Record {
    Record {
        id: account.key.to_string(),
        profile: account.profile.clone(),
        other_ms_tenants: Vec::new(),
        active: true,
        psa_id_hint: account.psa_id_hint.as_ref().map(ToString::to_string),
        table: tables.get(&account.key.connection).copied().unwrap_or(0),
    }
}

fn company_record(company: &PsaCompany) -> Record {
    Record {
        id: company.id.to_string(),
        profile: company.profile.clone(),
        other_ms_tenants: company.other_ms_tenants.clone(),
        active: company.active,
        psa_id_hint: None,
        table: 0,
    }
}

fn link_write(
    account: &AccountRow,
    found: &Match,
    companies: &[(CustomerId, PsaCompany)],
    aliases: &[Alias],
) -> LinkWrite {
    let mut candidates: Vec<Candidate> = found
        .suggestions
        .iter()
        .filter_map(|s| {
            let (customer_id, company) = companies.get(s.company)?;
            Some(Candidate {
                customer_id: *customer_id,
                psa_id: company.id.clone(),
                name: company.profile.name.clone(),
                score: s.score,
                reasons: s.reasons.clone(),
            })
        })
        .collect();
    let told = found
        .told
        .and_then(|told| Some((aliases.get(told.alias)?, told.how)));
    let mut note = String::new();
    if let Some((alias, how)) = told
        && (found.outcome == Outcome::Review || how == Remembered::Sure)
    {
        let words = how.words(&alias.words);
        match alias.ruling {
            Ruling::Company(_) => {}
            Ruling::InNoPsa(id) => candidates.insert(0, in_no_psa(id, alias, how, words)),
            Ruling::Excluded => note = words,
        }
    }
    let best = candidates.first();
    let linked = (found.outcome == Outcome::Auto)
        .then(|| best.map(|c| c.customer_id))
        .flatten();
    LinkWrite {
        key: account.key.clone(),
        state: if linked.is_some() {
            LinkState::Auto
        } else {
            LinkState::Pending
        },
        customer_id: linked,
        score: best.map(|c| c.score),
        candidates,
        note,
    }
}

/// A customer that only the hub knows, in front of what the PSA offers.
fn in_no_psa(id: CustomerId, alias: &Alias, how: Remembered, words: String) -> Candidate {
    Candidate {
        customer_id: id,
        psa_id: PsaId::new(""),
        name: alias.profile.name.clone(),
        score: match how {
            Remembered::Sure => 1.0,
            Remembered::Name => REMEMBERED_NAME,
        },
        reasons: vec![format!("+ {words}")],
    }
}

fn count(matches: &[Match]) -> MatchCounts {
    let mut counts = MatchCounts::default();
    for found in matches {
        match found.outcome {
            Outcome::Auto => counts.auto += 1,
            Outcome::Review => counts.review += 1,
            Outcome::None => counts.none += 1,
        }
    }
    counts
}
