//! Customers to companies: candidates, evidence, probability, decision.

use super::card::Tables;
use super::compare::{Level, compare_names};
use super::contact::{PhoneMatch, compare_phones};
use super::index::Index;
use super::{Match, Outcome, Record, Settings, Suggestion};

/// At most this many candidates are kept for a person.
const MAX_SUGGESTIONS: usize = 10;

/// Decides about every customer. Pure and deterministic; the order of either list does not matter. `progress` hears how
/// many customers are done. Memory is linear in the rows.
pub fn match_companies(
    customers: &[Record],
    companies: &[Record],
    settings: &Settings,
    progress: &(dyn Fn(usize) + Sync),
) -> Vec<Match> {
    let by_id = |list: &[Record]| {
        let mut order: Vec<usize> = (0..list.len()).collect();
        order.sort_by(|&a, &b| list[a].id.cmp(&list[b].id));
        order
    };
    let company_order = by_id(companies);
    let customer_refs: Vec<&Record> = customers.iter().collect();
    let company_refs: Vec<&Record> = company_order.iter().map(|&i| &companies[i]).collect();
    let tables = Tables::build(&customer_refs, &company_refs);
    let index = Index::build(&tables);
    let mut scratch = index.scratch(&tables);
    let mut out = Vec::with_capacity(customers.len());
    for (done, customer) in tables.customers.iter().enumerate() {
        let mut suggestions: Vec<Suggestion> = Vec::new();
        for row in index.candidates(&tables, customer, &mut scratch) {
            let company = &tables.companies[row as usize];
            let name = compare_names(&tables, customer, company);
            let domain = customer
                .contact
                .domains
                .iter()
                .any(|d| company.contact.domains.contains(d));
            let phone = compare_phones(
                customer.contact.phone.as_deref(),
                company.contact.phone.as_deref(),
            ) == PhoneMatch::Same;
            let score = match (name.level, domain || phone) {
                (Level::Same | Level::Respaced, true) => 0.999,
                (Level::Same | Level::Respaced, false) => 0.8,
                (Level::Reordered | Level::Misspelt, _) => 0.6,
                (_, true) => 0.5,
                (Level::Within | Level::Cut | Level::Initials, false) => 0.3,
                _ => 0.001,
            };
            suggestions.push(Suggestion {
                company: company_order[row as usize],
                score,
                reasons: Vec::new(),
            });
        }
        suggestions.sort_by(|a, b| {
            b.score
                .total_cmp(&a.score)
                .then_with(|| companies[a.company].id.cmp(&companies[b.company].id))
        });
        suggestions.truncate(MAX_SUGGESTIONS);
        let first = suggestions.first().map_or(0.0, |s| s.score);
        let second = suggestions.get(1).map_or(0.0, |s| s.score);
        let outcome = if first >= settings.auto_threshold && second <= settings.runner_up_limit {
            Outcome::Auto
        } else if first < settings.none_threshold {
            Outcome::None
        } else {
            Outcome::Review
        };
        out.push(Match {
            outcome,
            suggestions,
        });
        progress(done + 1);
    }
    out
}
