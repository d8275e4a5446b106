//! The Monday digest: what is open, what changed since last week, where it is worst, and what could not be judged.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::finding::{FindingKind, FindingRow, FindingState, Unjudged};
use crate::domain::ids::CustomerId;
use crate::domain::money::{Currency, Money, Totals};
use crate::domain::time::{Ts, Week};
use crate::findings::LicensingRow;

use super::findings::Notes;
use super::words::{CalendarSource, Item, Source, StaleRows};

/// So many customers are named.
const TOP_CUSTOMERS: usize = 5;

/// What a digest is made of.
#[derive(Debug, Clone)]
pub struct DigestInput<'a> {
    /// The MSP's profile; empty where it has only one.
    pub profile: &'a str,
    /// The week that it reports.
    pub week: Week,
    /// When it is written.
    pub at: Ts,
    /// What `at` is by.
    pub calendar: CalendarSource,
    /// The end of the digest before: what first appeared since is new.
    pub since: Ts,
    /// All findings; only the open ones are reported.
    pub findings: &'a [FindingRow],
    /// What was resolved since, by hand or by itself.
    pub resolved: &'a [FindingRow],
    /// What left the list only because it cannot be judged now.
    pub set_aside: &'a [FindingRow],
    /// What people wrote about them.
    pub notes: &'a Notes,
    /// The opportunity of the digest before, where there was one.
    pub opportunity_before: Option<Totals>,
    /// The rows of all customers.
    pub licensing: &'a [LicensingRow],
    /// Seats bought by all customers a week before, where that was captured.
    pub seats_before: Option<i64>,
    /// What could not be judged.
    pub unjudged: &'a Unjudged,
    /// What it rests on.
    pub sources: Vec<Source>,
    /// Less a month is kept, but not named here.
    pub minimum: Money,
}

/// The digest, as JSON gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// The MSP's profile; empty where it has only one.
    pub profile: String,
    /// `2026-W47`.
    pub week: String,
    /// When it was written.
    pub at: Ts,
    /// What that is by.
    pub calendar: CalendarSource,
    /// The open rows of the kinds that make the opportunity, by currency.
    pub opportunity: Totals,
    /// How much that changed since the digest before.
    pub net_change: Totals,
    /// The open rows that are new, of the kinds that make the opportunity.
    pub new: Vec<Item>,
    /// What was resolved of these kinds.
    pub resolved: Vec<Item>,
    /// What of these kinds cannot be judged now: neither open nor put right.
    #[serde(default)]
    pub set_aside: SetAside,
    /// The customers with the largest open opportunity, in each currency.
    pub top_customers: Vec<TopCustomer>,
    /// Seats bought by all customers.
    pub seats: i64,
    /// How that changed in a week.
    pub seat_growth: Option<i64>,
    /// Seats billed above what is bought; no part of the opportunity.
    pub over_contracted: i64,
    /// Open drift, the largest first.
    pub drift: Vec<Item>,
    /// Counts and sums of every kind.
    pub kinds: Vec<KindTotal>,
    /// What could not be judged, by reason.
    pub unjudged: Unjudged,
    /// What it rests on.
    pub sources: Vec<Source>,
    /// What of it is stale.
    #[serde(default)]
    pub stale: StaleRows,
}

/// Findings that are neither open nor put right, since they cannot be judged now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    /// How many.
    pub count: usize,
    /// How much a month when they were judged last, by currency.
    pub monthly_amount: Totals,
}

/// A customer's open opportunity in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopCustomer {
    /// Their name.
    pub customer: String,
    /// Their id.
    pub customer_id: Option<CustomerId>,
    /// How much a month.
    pub monthly_amount: Money,
    /// Of the amount.
    pub currency: Currency,
    /// Over how many findings.
    pub findings: usize,
}

/// The open findings of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindTotal {
    /// Which.
    pub kind: FindingKind,
    /// True if it is part of the opportunity.
    pub in_opportunity: bool,
    /// How many.
    pub count: usize,
    /// How much a month, by currency; signed for drift and moved costs.
    pub monthly_amount: Totals,
}

/// The digest of a week.
pub fn digest(input: &DigestInput<'_>) -> Digest {
    let open: Vec<&FindingRow> = input
        .findings
        .iter()
        .filter(|row| row.state == FindingState::Open)
        .collect();
    let counts = |row: &&&FindingRow| row.finding.kind.is_opportunity();
    let new: Vec<&FindingRow> = open
        .iter()
        .filter(counts)
        .filter(|row| row.first_seen_at >= input.since)
        .copied()
        .collect();
    let resolved: Vec<&FindingRow> = input.resolved.iter().collect();
    let resolved: Vec<&FindingRow> = resolved.iter().filter(counts).copied().collect();
    let opportunity = sum(open.iter().filter(counts).copied());
    let net_change = match &input.opportunity_before {
        Some(before) => difference(&opportunity, before),
        None => {
            // What came and went in between was no part of the opportunity then, and is none now.
            let stood = resolved
                .iter()
                .filter(|row| row.first_seen_at < input.since);
            difference(&sum(new.iter().copied()), &sum(stood.copied()))
        }
    };
    let added = |of: fn(&LicensingRow) -> Option<i64>| {
        let known = input.licensing.iter().filter_map(of);
        known.fold(0, i64::saturating_add)
    };
    let seats = added(|row| row.seats);
    let set_aside: Vec<&FindingRow> = input.set_aside.iter().collect();
    let set_aside: Vec<&FindingRow> = set_aside.iter().filter(counts).copied().collect();
    let items = |rows| items(rows, input.notes);
    let of_kind = |kind| open.iter().filter(move |row| row.finding.kind == kind);
    Digest {
        profile: input.profile.to_owned(),
        week: input.week.number(),
        at: input.at,
        calendar: input.calendar,
        net_change,
        new: items(new),
        resolved: items(resolved),
        set_aside: SetAside {
            count: set_aside.len(),
            monthly_amount: sum(set_aside.iter().copied()),
        },
        top_customers: top_customers(open.iter().filter(counts).copied(), input.minimum),
        seats,
        seat_growth: input.seats_before.map(|before| seats - before),
        over_contracted: added(|row| row.over_contracted),
        drift: items(of_kind(FindingKind::SeatDrift).copied().collect()),
        kinds: FindingKind::ALL
            .into_iter()
            .map(|kind| KindTotal {
                kind,
                in_opportunity: kind.is_opportunity(),
                count: of_kind(kind).count(),
                monthly_amount: sum(of_kind(kind).copied()),
            })
            .collect(),
        unjudged: input.unjudged.clone(),
        sources: input.sources.clone(),
        stale: StaleRows::among(input.licensing),
        opportunity,
    }
}

fn items(rows: Vec<&FindingRow>, notes: &Notes) -> Vec<Item> {
    let mut items: Vec<Item> = rows.into_iter().map(|r| Item::new(r, notes)).collect();
    items.sort_by(|a, b| {
        let largest = b.monthly_amount.abs().cmp(&a.monthly_amount.abs());
        a.currency
            .cmp(&b.currency)
            .then(largest)
            .then_with(|| a.fingerprint.cmp(&b.fingerprint))
    });
    items
}

fn top_customers<'a>(rows: impl Iterator<Item = &'a FindingRow>, least: Money) -> Vec<TopCustomer> {
    let mut sums: BTreeMap<(&Currency, Option<CustomerId>, &str), (Money, usize)> = BTreeMap::new();
    for row in rows {
        let finding = &row.finding;
        let key = (
            &finding.currency,
            finding.customer_id,
            finding.customer.as_str(),
        );
        let (sum, count) = sums.entry(key).or_default();
        *sum = *sum + finding.monthly_amount;
        *count += 1;
    }
    let mut all: Vec<TopCustomer> = sums
        .into_iter()
        .filter(|(_, (sum, _))| *sum >= least)
        .map(
            |((currency, customer_id, name), (sum, findings))| TopCustomer {
                customer: name.to_owned(),
                customer_id,
                monthly_amount: sum,
                currency: currency.clone(),
                findings,
            },
        )
        .collect();
    all.sort_by(|a, b| {
        let largest = b.monthly_amount.cmp(&a.monthly_amount);
        a.currency.cmp(&b.currency).then(largest)
    });
    let mut taken: BTreeMap<Currency, usize> = BTreeMap::new();
    all.retain(|row| {
        let n = taken.entry(row.currency.clone()).or_default();
        *n += 1;
        *n <= TOP_CUSTOMERS
    });
    all
}

fn sum<'a>(rows: impl Iterator<Item = &'a FindingRow>) -> Totals {
    rows.map(|row| (&row.finding.currency, row.finding.monthly_amount))
        .collect()
}

/// What `now` has more than `before`, in each currency of either.
fn difference(now: &Totals, before: &Totals) -> Totals {
    let mut out = Totals::default();
    let parts = now.iter().chain(before.iter().map(|(c, m)| (c, -m)));
    for (code, money) in parts {
        if let Some(currency) = Currency::parse(code) {
            out.add(&currency, money);
        }
    }
    out
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::sample::{last_week, notes, resolved, rows, set_aside};
    use super::*;
    use crate::findings::example::msp;
    use crate::findings::sample::{now, week};

    pub(in super::super) fn example(before: Option<Totals>, calendar: CalendarSource) -> Digest {
        of(before, calendar, &resolved())
    }

    fn of(before: Option<Totals>, calendar: CalendarSource, resolved: &[FindingRow]) -> Digest {
        let outcome = msp().evaluate();
        digest(&DigestInput {
            profile: "Example MSP",
            week: week(-1),
            at: now(),
            calendar,
            since: last_week(),
            findings: &rows(),
            resolved,
            set_aside: &set_aside(),
            notes: &notes(),
            opportunity_before: before,
            licensing: &outcome.licensing,
            seats_before: Some(190),
            unjudged: &outcome.unjudged,
            sources: vec![Source {
                name: "TD SYNNEX (main)".to_owned(),
                read_at: Some("2026-11-24T06:00:00Z".parse().unwrap()),
                stale: false,
            }],
            minimum: Money::from_cents(100),
        })
    }

    #[test]
    fn the_example_adds_up() {
        let digest = example(None, CalendarSource::Machine);
        // 72.00 + 30.00 + 7.50 + 26.6666666 + 120.00
        assert_eq!(digest.opportunity.get("USD").to_string(), "256.1666666");
        // 2 × 30.00
        assert_eq!(digest.opportunity.get("EUR").to_string(), "60.00");
        // New: 26.6666666 of Oak Law; resolved: 45.00.
        assert_eq!(digest.net_change.get("USD").to_string(), "-18.3333334");
        // Of the two, the drift is no opportunity.
        assert_eq!(digest.set_aside.count, 1);
        assert_eq!(
            digest.set_aside.monthly_amount.get("USD").to_string(),
            "12.50"
        );
        let top: Vec<_> = digest
            .top_customers
            .iter()
            .map(|c| c.customer.as_str())
            .collect();
        assert_eq!(
            top,
            [
                "Fern School", // in EUR
                "Mill Bakery",
                "Harbour Dental",
                "Abbey Care",
                "Oak Law"
            ]
        );
        // 194 − 190; Mill Bakery's 10 and Cove Hotel's 2
        assert_eq!((digest.seats, digest.seat_growth), (194, Some(4)));
        assert_eq!(digest.over_contracted, 12);
        assert_eq!(digest.drift.len(), 1);
    }

    #[test]
    fn what_came_and_went_since_changes_nothing() {
        let mut passed = resolved();
        for row in &mut passed {
            row.first_seen_at = now();
        }
        let digest = of(None, CalendarSource::Machine, &passed);
        assert_eq!(digest.resolved.len(), 1);
        assert_eq!(digest.net_change.get("USD").to_string(), "26.6666666");
    }

    #[test]
    fn a_known_total_of_last_week_decides_the_net_change() {
        let mut before = Totals::default();
        before.add(&Currency::parse("USD").unwrap(), Money::from_cents(20_000));
        before.add(&Currency::parse("EUR").unwrap(), Money::from_cents(500));
        let digest = example(Some(before), CalendarSource::Machine);
        assert_eq!(digest.net_change.get("USD").to_string(), "56.1666666");
        assert_eq!(digest.net_change.get("EUR").to_string(), "55.00");
    }

    #[test]
    fn json_has_decimal_strings() {
        let json = serde_json::to_value(example(None, CalendarSource::Machine)).unwrap();
        assert_eq!(json["opportunity"]["USD"], "256.1666666");
        assert_eq!(json["week"], "2026-W47");
        assert_eq!(json["unjudged"]["unknown_cost"], 1);
        // 120.00 + 7.50
        assert_eq!(json["top_customers"][1]["monthly_amount"], "127.50");
        assert_eq!(json["kinds"][0]["kind"], "uncontracted_seats");
        assert_eq!(json["new"][0]["note"], "2026-11-24 ana@host: asked them");
        let mut again: Digest = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(again, example(None, CalendarSource::Machine));

        // One that an older version kept had no notes, and did not know what was set aside.
        let mut old = json;
        old["new"][0].as_object_mut().unwrap().remove("note");
        old.as_object_mut().unwrap().remove("set_aside");
        again.new[0].note.clear();
        again.set_aside = SetAside::default();
        assert_eq!(serde_json::from_value::<Digest>(old).unwrap(), again);
    }
}
