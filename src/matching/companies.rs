//! Customers to companies: candidates, evidence, probability, decision.

use std::collections::HashMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::alias::{Alias, Aliases, Remembered, Ruling, Told};
use super::card::Tables;
use super::decide::{Scored, decide, with_ruling};
use super::evidence::{Evidence, gather};
use super::index::{Index, Scratch};
use super::model::{Pair, probabilities};
use super::reasons::reasons;
use super::signals::{contexts, signals};
use super::{Match, Record, Settings, Suggestion};

/// At most this many candidates are kept for a person …
const MAX_SUGGESTIONS: usize = 10;
/// … and beyond the first few only those that are not absurd.
const ALWAYS_KEPT: usize = 5;
const ABSURD: f64 = 1e-4;

/// What a decision that agrees by name alone is worth at least: a suggestion in front of all others.
pub const REMEMBERED_NAME: f64 = 0.9;

/// Decides about every customer; the result has their order. Pure and deterministic, and the order of either list does
/// not matter. `aliases` are the accounts that people have decided about. `progress` hears how many customers are done,
/// from several threads. Memory is linear in the rows.
pub fn match_companies(
    customers: &[Record],
    companies: &[Record],
    aliases: &[Alias],
    settings: &Settings,
    progress: &(dyn Fn(usize) + Sync),
) -> Vec<Match> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    match_on_threads(customers, companies, aliases, settings, progress, threads)
}

/// As `match_companies`, on so many threads.
pub fn match_on_threads(
    customers: &[Record],
    companies: &[Record],
    aliases: &[Alias],
    settings: &Settings,
    progress: &(dyn Fn(usize) + Sync),
    threads: usize,
) -> Vec<Match> {
    let mut order: Vec<usize> = (0..companies.len()).collect();
    order.sort_by(|&a, &b| sort_key(&companies[a]).cmp(&sort_key(&companies[b])));
    let sorted: Vec<&Record> = order.iter().map(|&i| &companies[i]).collect();
    let tables = Tables::build(&customers.iter().collect::<Vec<_>>(), &sorted);
    let index = Index::build(&tables);
    let by_id: HashMap<&str, usize> = sorted
        .iter()
        .enumerate()
        .rev()
        .map(|(i, r)| (r.id.as_str(), i))
        .collect();
    let mut places = vec![0; order.len()];
    for (place, &company) in order.iter().enumerate() {
        places[company] = place;
    }
    let run = Run {
        tables: &tables,
        index: &index,
        customers,
        by_id: &by_id,
        aliases: Aliases::build(aliases),
        places: &places,
    };

    let done = AtomicUsize::new(0);
    let part = customers.len().div_ceil(threads.max(1)).max(1);
    let mut found: Vec<Found> = Vec::with_capacity(customers.len());
    std::thread::scope(|scope| {
        let starts = (0..customers.len()).step_by(part);
        let workers: Vec<_> = starts
            .map(|start| {
                let (run, done) = (&run, &done);
                let end = (start + part).min(customers.len());
                scope.spawn(move || {
                    let mut scratch = run.index.scratch(run.tables);
                    let each = |i| {
                        let candidates = run.candidates(i, &mut scratch);
                        progress(done.fetch_add(1, Ordering::Relaxed) + 1);
                        candidates
                    };
                    (start..end).map(each).collect::<Vec<_>>()
                })
            })
            .collect();
        for worker in workers {
            match worker.join() {
                Ok(part) => found.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });

    let claims = best_claims(&found, customers);
    let contested = |list: &[Scored], table: usize| {
        list.first().is_some_and(|f| {
            claims
                .get(&(table, f.company))
                .is_some_and(|&best| best > f.score + 1e-9)
        })
    };
    let finish = |(i, (list, told)): (usize, Found)| {
        let outcome = decide(&list, contested(&list, customers[i].table), settings);
        let said = told.map(|told| (&aliases[told.alias], told.how));
        let words = said.map_or("", |(alias, _)| alias.words.as_str());
        Match {
            outcome: said.map_or(outcome, |(alias, how)| {
                with_ruling(outcome, alias.ruling, how, list.first())
            }),
            suggestions: list
                .into_iter()
                .map(|c| Suggestion {
                    company: order[c.company],
                    score: c.score,
                    reasons: reasons(&c.evidence, &customers[i], sorted[c.company], words),
                })
                .collect(),
            told,
        }
    };
    found.into_iter().enumerate().map(finish).collect()
}

/// Puts the companies into an order that does not depend on how they came.
fn sort_key(record: &Record) -> [&str; 7] {
    let p = &record.profile;
    [
        &record.id, &p.name, &p.domain, &p.email, &p.phone, &p.address, &p.city,
    ]
}

/// The candidates of a customer, and what a person decided about it elsewhere.
type Found = (Vec<Scored>, Option<Told>);

/// The best claim that any customer of a table has to each company.
fn best_claims(found: &[Found], customers: &[Record]) -> HashMap<(usize, usize), f64> {
    let mut claims: HashMap<(usize, usize), f64> = HashMap::new();
    for ((list, _), customer) in found.iter().zip(customers) {
        if let Some(first) = list.first() {
            let best = claims.entry((customer.table, first.company)).or_default();
            *best = best.max(first.score);
        }
    }
    claims
}

struct Run<'a> {
    tables: &'a Tables,
    index: &'a Index,
    customers: &'a [Record],
    by_id: &'a HashMap<&'a str, usize>,
    aliases: Aliases<'a>,
    /// Where each company, as it came, stands now.
    places: &'a [usize],
}

impl Run<'_> {
    /// The candidates of one customer with their probabilities, best first.
    fn candidates(&self, customer: usize, scratch: &mut Scratch) -> Found {
        let card = &self.tables.customers[customer];
        let mut rows: Vec<usize> = self
            .index
            .candidates(self.tables, card, scratch)
            .into_iter()
            .map(|row| row as usize)
            .collect();
        let hint = self.customers[customer]
            .psa_id_hint
            .as_deref()
            .and_then(|id| self.by_id.get(id.trim()))
            .copied();
        let told = self.aliases.find(card);
        let remembered = told.and_then(|(alias, told)| match alias.ruling {
            Ruling::Company(company) => Some((self.places.get(company).copied()?, told.how)),
            Ruling::InNoPsa(_) | Ruling::Excluded => None,
        });
        for row in hint.into_iter().chain(remembered.map(|(row, _)| row)) {
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
        let evidence: Vec<Evidence> = rows
            .iter()
            .map(|&row| gather(self.tables, card, &self.tables.companies[row]))
            .collect();
        let contexts = contexts(&evidence);
        let pairs: Vec<Pair> = evidence
            .iter()
            .zip(&contexts)
            .map(|(e, context)| Pair {
                class: e.name_class() as usize,
                signals: signals(e, context),
            })
            .collect();
        let scores = probabilities(&pairs);
        let mut list: Vec<Scored> = rows
            .into_iter()
            .zip(evidence)
            .zip(contexts)
            .zip(&scores)
            .map(|(((company, evidence), context), &score)| Scored {
                company,
                score,
                evidence,
                context,
            })
            .collect();
        // A person's decision goes before the tenant's GUID, and that before an id that somebody typed.
        if let Some((row, how)) = remembered {
            for candidate in &mut list {
                candidate.evidence.remembered = Some(how).filter(|_| candidate.company == row);
                candidate.evidence.decisive = match how {
                    Remembered::Sure => candidate.company == row,
                    Remembered::Name => candidate.evidence.decisive,
                };
            }
        }
        if !list.iter().any(|c| c.evidence.decisive) {
            list.iter_mut()
                .filter(|c| Some(c.company) == hint)
                .for_each(|c| c.evidence.decisive = true);
        }
        for candidate in &mut list {
            let p = candidate.score;
            candidate.score = match candidate.evidence.remembered {
                _ if candidate.evidence.decisive => 1.0,
                Some(_) => p.max(REMEMBERED_NAME),
                None if remembered.is_some() => p.min(1.0 - REMEMBERED_NAME),
                None => p,
            };
        }
        list.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.company.cmp(&b.company)));
        list.truncate(MAX_SUGGESTIONS);
        let absurd = list.iter().skip(ALWAYS_KEPT).position(|c| c.score < ABSURD);
        list.truncate(absurd.map_or(MAX_SUGGESTIONS, |n| n + ALWAYS_KEPT));
        (list, told.map(|(_, told)| told))
    }
}
