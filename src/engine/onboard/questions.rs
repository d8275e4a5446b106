//! What no document of a vendor settles, answered by what a run has seen, or said to be untold by it.

use super::rows::RowFacts;
use super::traffic_words::{compression, content_types, rate_limit, too_many};
use crate::distributor::questions::{self, Question};
use crate::domain::acceptance::{
    Acceptance, Answer, CostReading, ListingRead, RowOrder, ValueSeen,
};

/// Values of one field that are told in a sentence.
const MOST_TOLD: usize = 12;

/// The open questions of the report's vendor, in its order.
pub(super) fn answers(report: &Acceptance, rows: &RowFacts) -> Vec<Answer> {
    let mut named = named(report, rows);
    let asked = questions::of(report.vendor).iter();
    let answers = asked.filter_map(|asked| match *asked {
        Question::Named(id) => {
            let place = named.iter().position(|answer| answer.id == id)?;
            Some(named.swap_remove(place))
        }
        Question::Values {
            id,
            question,
            path,
            because,
        } => {
            let answer = told(&report.values, path);
            let because = if answer.is_some() { "" } else { because };
            Some(Answer {
                id,
                question,
                answer,
                because,
            })
        }
        Question::Untold {
            id,
            question,
            because,
        } => Some(Answer {
            id,
            question,
            answer: None,
            because,
        }),
    });
    answers.collect()
}

/// What is answered by name.
fn named(report: &Acceptance, rows: &RowFacts) -> Vec<Answer> {
    let (traffic, values) = (&report.traffic, &report.values);
    let read = !report.listings.is_empty();
    let asked = |told: Option<String>| told.filter(|_| read);
    let open = |id, question, answer: Option<String>, because| Answer {
        id,
        question,
        because: if answer.is_some() { "" } else { because },
        answer,
    };
    let no_rows = "no row was read";
    vec![
        open(
            "rate_limit",
            "How large is the rate limit, and how is it told?",
            rate_limit(traffic),
            "no request was answered",
        ),
        open(
            "too_many_body",
            "What comes with a 429?",
            too_many(traffic),
            "no 429 came",
        ),
        open(
            "token_calls_counted",
            "Do token calls count against the limit?",
            None,
            "it would take a run that goes over the limit on purpose",
        ),
        open(
            "unauthorized_body",
            "What does a 401 look like?",
            content_types(traffic, |status| status == 401),
            "no 401 came",
        ),
        open(
            "edge_errors",
            "What do failures of the vendor's edge look like?",
            content_types(traffic, |status| status >= 500),
            "no 5xx came",
        ),
        open(
            "compression",
            "Are answers compressed?",
            compression(traffic),
            "all answers came in pieces, which hides it",
        ),
        open(
            "page_size",
            "How large a page is honoured?",
            each(&report.listings, page_size),
            "no page was read",
        ),
        open(
            "row_order",
            "In which order do rows come?",
            each(&report.listings, row_order),
            "no page was read",
        ),
        open(
            "paging_stable",
            "Is paging stable while rows change?",
            each(&report.listings, stability),
            "no page was read",
        ),
        open(
            "statuses",
            "Does an unfiltered list hold ended subscriptions?",
            asked(Some(statuses(rows, values))).filter(|_| !rows.subscriptions.is_empty()),
            no_rows,
        ),
        open(
            "ended_kept",
            "How long do ended subscriptions stay in the list?",
            None,
            "one run sees one day; compare the reports of several weeks",
        ),
        open(
            "sub_resellers",
            "Do customers of other resellers appear?",
            resellers(values),
            no_rows,
        ),
        open(
            "cost_period",
            "Which period do costs refer to?",
            costs(&report.cost_period),
            "no SKU is paid for under both a monthly and an annual cycle",
        ),
        open(
            "tax",
            "Are amounts before or after tax?",
            None,
            "compare one cost with an invoice",
        ),
        open(
            "renewal_dates",
            "Are renewal dates rolled forward?",
            asked((rows.active > 0).then(|| renewals(rows))),
            "no subscription is paid for",
        ),
        open(
            "rows_per_sku",
            "Does a customer have several rows of one SKU?",
            asked((rows.active > 0).then(|| {
                format!("{} pairs of customer and SKU have more than one row that is paid for", rows.shared_skus)
            })),
            "no subscription is paid for",
        ),
        open(
            "orphans",
            "Do subscriptions come whose customer is missing from the list?",
            asked((!rows.subscriptions.is_empty()).then(|| orphans(rows))),
            no_rows,
        ),
        open(
            "cycles",
            "Which billing cycles and terms are there?",
            joined([
                told(values, "subscriptions.subscriptionBillingCycle").map(|w| format!("cycles: {w}")),
                told(values, "subscriptions.subscriptionBillingTerm").map(|w| format!("terms: {w}")),
            ]),
            no_rows,
        ),
        open(
            "currencies",
            "Which currencies are there?",
            asked((!rows.currencies.is_empty()).then(|| {
                counted(rows.currencies.iter().map(|(word, n)| (word.as_str(), *n)))
            })),
            no_rows,
        ),
        open(
            "judgeable",
            "Which paid rows cannot be judged for want of a number?",
            asked((rows.active > 0).then(|| {
                format!(
                    "of {} paid for: {} without a recurring cycle, {} without seats, {} without a cost",
                    rows.active,
                    rows.active_without_cycle,
                    rows.active_without_seats,
                    rows.active_without_cost
                )
            })),
            "no subscription is paid for",
        ),
    ]
}

fn page_size(listing: &ListingRead) -> String {
    let ListingRead {
        asked,
        largest_page,
        received,
        ..
    } = listing;
    if listing.is_capped() {
        format!("asked for {asked}, the server gives {largest_page}")
    } else if largest_page >= asked && *asked > 0 {
        format!("{asked} are honoured")
    } else {
        format!("asked for {asked}, all {received} came on one page: at least so many are honoured")
    }
}

fn row_order(listing: &ListingRead) -> String {
    match listing.order {
        RowOrder::Ascending => "by id, ascending",
        RowOrder::Descending => "by id, descending",
        RowOrder::None => "not by id",
        RowOrder::Unknown => "too few rows to tell",
    }
    .to_owned()
}

fn stability(listing: &ListingRead) -> String {
    let repeats = listing.received.saturating_sub(listing.distinct);
    match (listing.rereads, repeats) {
        (0, 0) => "no row was missing or came twice".to_owned(),
        (again, twice) => format!("begun again {again} ×, {twice} rows came twice"),
    }
}

fn statuses(rows: &RowFacts, values: &[ValueSeen]) -> String {
    let fields = ["subscriptions.subscriptionStatus", "subscriptions.status"];
    let words = fields
        .iter()
        .find_map(|path| told(values, path))
        .unwrap_or_default();
    match (rows.ended, rows.ended_with_cost) {
        (0, _) => format!("only rows that go on came ({words}): it may leave ended ones out"),
        (ended, with_cost) => format!(
            "yes: {ended} ended rows came, {with_cost} of them with a cost left over ({words})"
        ),
    }
}

fn resellers(values: &[ValueSeen]) -> Option<String> {
    let of = |path| told(values, path);
    let several = |path| values.iter().filter(|v| v.path == path).count() > 1;
    let (ids, accounts) = ("subscriptions.resellerId", "customers.name (account)");
    let seen = joined([
        of(ids).map(|w| format!("reseller ids of subscriptions: {w}")),
        of(accounts).map(|w| format!("accounts of customers: {w}")),
    ])?;
    Some(match several(ids) || several(accounts) {
        true => format!("yes, or there are several accounts: {seen}"),
        false => format!("not in this account: {seen}"),
    })
}

fn costs(reading: &CostReading) -> Option<String> {
    let fits = |word, n| (n > 0).then(|| format!("{n} fit {word}"));
    let counts = joined([
        fits("a billing cycle", reading.fit_cycle),
        fits("a month", reading.fit_month),
        fits("neither", reading.fit_neither),
    ])?;
    Some(match reading.reading {
        Some(period) => format!("{}: of the SKUs billed both ways, {counts}", period.label()),
        None => format!("not clear: of the SKUs billed both ways, {counts}"),
    })
}

fn renewals(rows: &RowFacts) -> String {
    match rows.active_past_renewal {
        0 => format!(
            "yes: none of {} rows that are paid for has a past date",
            rows.active
        ),
        past => format!(
            "not always: {past} of {} rows that are paid for have a past date; vectis rolls it by the term",
            rows.active
        ),
    }
}

fn orphans(rows: &RowFacts) -> String {
    match &rows.orphan {
        None => "no".to_owned(),
        Some((subscription, customer)) => format!(
            "yes: {} of {}, such as {subscription} of customer {customer}; their customers wait for review by their id",
            rows.orphans,
            rows.subscriptions.len()
        ),
    }
}

/// `customers: …; subscriptions: …`.
fn each(listings: &[ListingRead], say: impl Fn(&ListingRead) -> String) -> Option<String> {
    let words: Vec<String> = (listings.iter())
        .map(|l| format!("{}: {}", l.stream, say(l)))
        .collect();
    (!words.is_empty()).then(|| words.join("; "))
}

fn joined<const N: usize>(parts: [Option<String>; N]) -> Option<String> {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// The values of a field, the most frequent first.
fn told(values: &[ValueSeen], path: &str) -> Option<String> {
    let found = values.iter().filter(|v| v.path == path);
    let words = counted(found.map(|v| (v.value.as_str(), v.count)));
    (!words.is_empty()).then_some(words)
}

/// `active (450), deleted (12)`.
fn counted<'a>(words: impl Iterator<Item = (&'a str, u64)>) -> String {
    let mut words: Vec<(&str, u64)> = words.collect();
    words.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let more = words.len().saturating_sub(MOST_TOLD);
    let mut told: Vec<String> = (words.iter().take(MOST_TOLD))
        .map(|(word, n)| format!("{} ({n})", if word.is_empty() { "none" } else { word }))
        .collect();
    if more > 0 {
        told.push(format!("{more} more"));
    }
    told.join(", ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::acceptance::sample;
    use crate::domain::vendor::Vendor;

    #[test]
    fn every_question_that_is_asked_by_name_is_known() {
        let report = sample::clean();
        let known: BTreeSet<_> = named(&report, &RowFacts::default())
            .iter()
            .map(|a| a.id)
            .collect();
        for vendor in Vendor::ALL {
            let asked = questions::of(vendor);
            for question in asked {
                let is_known = !matches!(question, Question::Named(id) if !known.contains(id));
                assert!(is_known, "{vendor}: {question:?}");
            }
            let once: BTreeSet<_> = asked.iter().map(Question::id).collect();
            assert_eq!(once.len(), asked.len(), "{vendor}");
        }
    }
}
