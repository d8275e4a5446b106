//! The licensing section of a quarterly business review, for one customer: what it has, what that costs and brings, how it
//! went, what was put right and what is still open, and what renews.

use jiff::civil::Date;
use serde::Serialize;

use crate::domain::finding::{FindingRow, FindingState, Unjudged};
use crate::domain::money::Totals;
use crate::domain::subscription::Subscription;
use crate::domain::time::Ts;
use crate::domain::vendor::Vendor;
use crate::findings::LicensingRow;
use crate::findings::commitment;

use super::chart::{Chart, Series};
use super::findings::Notes;
use super::words::{CalendarSource, Item, Source, StaleRows};

/// What a section is made of.
#[derive(Debug, Clone)]
pub struct QbrInput<'a> {
    /// The customer's name.
    pub customer: &'a str,
    /// The first day of the quarter.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// When it is written.
    pub at: Ts,
    /// What `at` is by.
    pub calendar: CalendarSource,
    /// The customer's rows.
    pub licensing: &'a [LicensingRow],
    /// The seats of its products over the quarter.
    pub series: Vec<Series>,
    /// The customer's findings; what was resolved before the quarter is to be left out.
    pub findings: &'a [FindingRow],
    /// What people wrote about them.
    pub notes: &'a Notes,
    /// The customer's live subscriptions.
    pub subscriptions: &'a [(Vendor, &'a Subscription)],
    /// What could not be judged of this customer.
    pub unjudged: &'a Unjudged,
    /// What it rests on.
    pub sources: Vec<Source>,
}

/// The section, as JSON gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Qbr {
    /// The customer's name.
    pub customer: String,
    /// "TD SYNNEX", "Pax8", "Sherweb", "Ingram Micro" or "Mixed".
    pub vendor_label: String,
    /// The first day of the quarter.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// When it was written.
    pub at: Ts,
    /// What that is by.
    pub calendar: CalendarSource,
    /// The customer's rows.
    pub licensing: Vec<LicensingRow>,
    /// What the seats cost a month, over the rows whose cost is known.
    pub cost: Totals,
    /// What the contracted seats bring a month, over the rows whose price is known.
    pub revenue: Totals,
    /// Revenue less cost, over the rows where both are known in one currency.
    pub margin: Totals,
    /// How many rows are in no sum, since their seats, cost or price is not known.
    pub rows_without_margin: usize,
    /// The course of the seats.
    pub chart: Chart,
    /// What is open, of all kinds.
    pub open: Vec<Item>,
    /// What is open, of the kinds that make the opportunity.
    pub open_amount: Totals,
    /// What was resolved in the quarter.
    pub resolved: Vec<Item>,
    /// … of the kinds that make the opportunity.
    pub resolved_amount: Totals,
    /// What renews, the next first.
    pub renewals: Vec<Renewal>,
    /// What could not be judged, by reason.
    pub unjudged: Unjudged,
    /// What it rests on.
    pub sources: Vec<Source>,
    /// What of it is stale.
    pub stale: StaleRows,
}

/// A subscription that renews.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Renewal {
    /// On which day.
    pub on: Date,
    /// At which distributor.
    pub vendor: Vendor,
    /// What.
    pub product_name: String,
    /// How many seats.
    pub seats: Option<i64>,
    /// True if seats cannot be taken back before that day.
    pub committed: bool,
}

/// The section of a customer.
pub fn qbr(input: &QbrInput<'_>) -> Qbr {
    let (mut cost, mut revenue, mut margin) = Default::default();
    let mut rows_without_margin = 0;
    for row in input.licensing {
        if !add_row(row, &mut cost, &mut revenue, &mut margin) {
            rows_without_margin += 1;
        }
    }
    let of_state = |state| {
        let rows = input.findings.iter().filter(move |row| row.state == state);
        rows.collect::<Vec<_>>()
    };
    let (open, resolved) = (
        of_state(FindingState::Open),
        of_state(FindingState::Resolved),
    );
    let items = |rows: Vec<&FindingRow>| {
        let rows = rows.into_iter();
        rows.map(|row| Item::new(row, input.notes)).collect()
    };
    let label = input.licensing.first().map(|row| row.vendor_label.clone());
    Qbr {
        customer: input.customer.to_owned(),
        vendor_label: label.unwrap_or_default(),
        from: input.from,
        to: input.to,
        at: input.at,
        calendar: input.calendar,
        licensing: input.licensing.to_vec(),
        cost,
        revenue,
        margin,
        rows_without_margin,
        chart: Chart::new(input.series.clone()),
        open_amount: opportunity(&open),
        open: items(open),
        resolved_amount: opportunity(&resolved),
        resolved: items(resolved),
        renewals: renewals(input),
        unjudged: input.unjudged.clone(),
        sources: input.sources.clone(),
        stale: StaleRows::among(input.licensing),
    }
}

/// Adds what is known of a row; true if its margin is.
fn add_row(
    row: &LicensingRow,
    cost: &mut Totals,
    revenue: &mut Totals,
    margin: &mut Totals,
) -> bool {
    let Some(currency) = &row.currency else {
        return false;
    };
    let paid = row.unit_cost.zip(row.seats).map(|(m, n)| m.times(n));
    let price_currency = row.price_currency.as_ref().unwrap_or(currency);
    if let Some(paid) = paid {
        cost.add(currency, paid);
    }
    if let Some(billed) = row.revenue {
        revenue.add(price_currency, billed);
    }
    match (paid, row.revenue) {
        (Some(paid), Some(billed)) if currency == price_currency => {
            margin.add(currency, billed - paid);
            true
        }
        _ => false,
    }
}

fn opportunity(rows: &[&FindingRow]) -> Totals {
    rows.iter()
        .filter(|row| row.finding.kind.is_opportunity())
        .map(|row| (&row.finding.currency, row.finding.monthly_amount))
        .collect()
}

fn renewals(input: &QbrInput<'_>) -> Vec<Renewal> {
    let mut out: Vec<Renewal> = input
        .subscriptions
        .iter()
        .filter(|(_, sub)| sub.status.is_billable() && sub.seats != Some(0))
        .filter_map(|(vendor, sub)| {
            Some(Renewal {
                on: commitment::next_renewal(sub, input.at)?,
                vendor: *vendor,
                product_name: sub.product_name.clone(),
                seats: sub.seats,
                committed: commitment::until(sub, input.at).is_some(),
            })
        })
        .collect();
    out.sort_by(|a, b| {
        a.on.cmp(&b.on)
            .then_with(|| a.product_name.cmp(&b.product_name))
    });
    out
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::sample::{notes, rows};
    use super::*;
    use crate::domain::ids::CustomerId;
    use crate::domain::money::Money;
    use crate::findings::example::msp;
    use crate::findings::sample::{now, week};

    /// Abbey Care of the worked example.
    pub(in super::super) fn abbey() -> Qbr {
        let shop = msp();
        let customer = Some(CustomerId(7));
        let mut licensing = shop.evaluate().licensing;
        licensing.retain(|row| Some(row.customer_id) == customer);
        let mut findings = rows();
        findings.retain(|row| row.finding.customer_id == customer);
        findings[1].state = FindingState::Resolved;
        let mut bought = shop.input.subscriptions.iter();
        let bought = bought
            .find(|b| b.subscription.sku.as_str() == "DEF")
            .unwrap();
        let points = bought.usage.iter().map(|row| (row.week, row.seats));
        qbr(&QbrInput {
            customer: "Abbey Care",
            from: "2026-10-01".parse().unwrap(),
            to: "2026-12-31".parse().unwrap(),
            at: now(),
            calendar: CalendarSource::Machine,
            licensing: &licensing,
            series: vec![Series {
                name: bought.subscription.product_name.clone(),
                points: points.collect(),
            }],
            findings: &findings,
            notes: &notes(),
            subscriptions: &[(Vendor::Pax8, &bought.subscription)],
            unjudged: &Unjudged::new(),
            sources: Vec::new(),
        })
    }

    #[test]
    fn sums_are_by_hand() {
        let qbr = abbey();
        // 12 × 10.00 = 120.00; 10 × 15.00 = 150.00
        assert_eq!(qbr.cost.get("USD"), Money::from_cents(12_000));
        assert_eq!(qbr.revenue.get("USD"), Money::from_cents(15_000));
        assert_eq!(qbr.margin.get("USD"), Money::from_cents(3_000));
        assert_eq!(qbr.rows_without_margin, 0);
        // 2 × 15.00, and the renewal is no opportunity.
        assert_eq!(qbr.open_amount.get("USD"), Money::from_cents(3_000));
        assert!(qbr.resolved_amount.is_empty());
        assert_eq!(qbr.renewals[0].on.to_string(), "2026-12-10");
        assert!(qbr.renewals[0].committed);
        assert_eq!(qbr.chart.series[0].points[0], (week(-7), Some(12)));
    }

    /// A customer without anything.
    pub(in super::super) fn nothing() -> Qbr {
        qbr(&QbrInput {
            customer: "New",
            from: "2026-10-01".parse().unwrap(),
            to: "2026-12-31".parse().unwrap(),
            at: now(),
            calendar: CalendarSource::Machine,
            licensing: &[],
            series: Vec::new(),
            findings: &[],
            notes: &Notes::new(),
            subscriptions: &[],
            unjudged: &Unjudged::new(),
            sources: Vec::new(),
        })
    }
}
