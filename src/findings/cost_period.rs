//! What a distributor's costs refer to, read from the rows themselves: a SKU under a monthly and an annual cycle costs
//! about twelve times as much a year if costs are per billing cycle, and about the same if they are per month.

use std::collections::BTreeMap;

use crate::domain::acceptance::{CostPair, CostReading};
use crate::domain::ids::Sku;
use crate::domain::money::{Currency, Money};
use crate::domain::subscription::{BillingCycle, CostPeriod, Subscription};

/// Annual over monthly, in hundredths, that means "per billing cycle". A commitment paid monthly costs a twentieth more,
/// none at all a fifth more, so that twelve months come to 10 and more.
const PER_CYCLE: std::ops::RangeInclusive<i128> = 1000..=1260;

/// The same for "per month".
const PER_MONTH: std::ops::RangeInclusive<i128> = 80..=130;

/// So many pairs are shown.
const MOST_EVIDENCE: usize = 20;

/// Costs of one SKU and currency by term.
#[derive(Default)]
struct Costs<'a> {
    product_name: &'a str,
    monthly: BTreeMap<&'a str, Vec<Money>>,
    annual: BTreeMap<&'a str, Vec<Money>>,
}

/// Reads the period from rows that were kept under `in_force`. Only what is paid for counts: ended rows may keep a cost
/// that means nothing, trials have none.
pub fn read<'a>(
    rows: impl IntoIterator<Item = &'a Subscription>,
    in_force: CostPeriod,
) -> CostReading {
    let mut by_sku: BTreeMap<(&Sku, &Currency), Costs<'_>> = BTreeMap::new();
    for row in rows.into_iter().filter(|row| row.status.is_billable()) {
        let (Some(cost), Some(currency)) = (as_it_came(row, in_force), &row.currency) else {
            continue;
        };
        let costs = by_sku.entry((&row.sku, currency)).or_default();
        costs.product_name = &row.product_name;
        let of_cycle = match row.billing_cycle {
            BillingCycle::Monthly => &mut costs.monthly,
            BillingCycle::Annual => &mut costs.annual,
            _ => continue,
        };
        of_cycle.entry(&row.term).or_default().push(cost);
    }
    let pairs: Vec<CostPair> = by_sku
        .into_iter()
        .flat_map(|((sku, currency), costs)| pairs(sku, currency, costs))
        .collect();
    let fit = |reading| pairs.iter().filter(|pair| pair.fits == reading).count() as u64;
    let (cycle, month, neither) = (
        fit(Some(CostPeriod::Cycle)),
        fit(Some(CostPeriod::Month)),
        fit(None),
    );
    let reading = match (cycle, month) {
        (cycle, month) if cycle > month + neither => Some(CostPeriod::Cycle),
        (cycle, month) if month > cycle + neither => Some(CostPeriod::Month),
        _ => None,
    };
    CostReading {
        in_force,
        reading,
        fit_cycle: cycle,
        fit_month: month,
        fit_neither: neither,
        evidence: pairs.into_iter().take(MOST_EVIDENCE).collect(),
        command: None,
    }
}

/// The unit cost on the wire: rows are kept per billing cycle, so that a reading "per month" has multiplied it.
fn as_it_came(row: &Subscription, in_force: CostPeriod) -> Option<Money> {
    let cost = row.unit_cost.filter(|cost| *cost > Money::ZERO)?;
    match in_force {
        CostPeriod::Cycle => Some(cost),
        CostPeriod::Month => Some(cost.divided_by(row.billing_cycle.months()?)),
    }
}

/// One pair for each term that both cycles have; where they share none, one over all terms.
fn pairs(sku: &Sku, currency: &Currency, costs: Costs<'_>) -> Vec<CostPair> {
    let Costs {
        product_name,
        monthly,
        annual,
    } = costs;
    let pair = |monthly_term: &str, annual_term: &str, monthly: &[Money], annual: &[Money]| {
        let (monthly_cost, annual_cost) = (median(monthly)?, median(annual)?);
        let (one, twelve) = (
            i128::from(monthly_cost.units()),
            i128::from(annual_cost.units()),
        );
        let hundredths = (twelve * 200 + one).checked_div(one * 2)?;
        Some(CostPair {
            sku: sku.clone(),
            product_name: product_name.to_owned(),
            monthly_term: monthly_term.to_owned(),
            annual_term: annual_term.to_owned(),
            currency: currency.clone(),
            monthly_cost,
            annual_cost,
            ratio: format!("{}.{:02}", hundredths / 100, hundredths % 100),
            fits: match hundredths {
                ratio if PER_CYCLE.contains(&ratio) => Some(CostPeriod::Cycle),
                ratio if PER_MONTH.contains(&ratio) => Some(CostPeriod::Month),
                _ => None,
            },
        })
    };
    let shared: Vec<CostPair> = monthly
        .iter()
        .filter_map(|(term, costs)| pair(term, term, costs, annual.get(term)?))
        .collect();
    if !shared.is_empty() {
        return shared;
    }
    let all = |of: &BTreeMap<&str, Vec<Money>>| -> (String, Vec<Money>) {
        let terms: Vec<&str> = of.keys().copied().filter(|term| !term.is_empty()).collect();
        (terms.join(", "), of.values().flatten().copied().collect())
    };
    let ((monthly_term, monthly), (annual_term, annual)) = (all(&monthly), all(&annual));
    pair(&monthly_term, &annual_term, &monthly, &annual)
        .into_iter()
        .collect()
}

fn median(costs: &[Money]) -> Option<Money> {
    let mut sorted = costs.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::ids::{SubscriptionId, VendorCustomerId};
    use crate::domain::subscription::SubscriptionStatus;

    /// A row as kept under a reading, of a cost as it came.
    fn row(
        sku: &str,
        cycle: BillingCycle,
        term: &str,
        came: &str,
        kept: CostPeriod,
    ) -> Subscription {
        let came: Money = came.parse().unwrap();
        Subscription {
            id: SubscriptionId::from("1"),
            vendor_customer_id: VendorCustomerId::from("1"),
            sku: Sku::from(sku),
            product_name: format!("Suite {sku}"),
            status: SubscriptionStatus::Active,
            status_raw: "active".to_owned(),
            seats: Some(3),
            unit_cost: Some(match kept {
                CostPeriod::Cycle => came,
                CostPeriod::Month => came.times(cycle.months().unwrap_or(1)),
            }),
            unit_price: None,
            currency: Currency::parse("USD"),
            billing_cycle: cycle,
            term: term.to_owned(),
            starts_on: None,
            renews_on: None,
            commitment: Default::default(),
            revision: String::new(),
        }
    }

    /// A tenant with one SKU under both cycles, at these costs as they came.
    fn reading(monthly: &str, annual: &str, kept: CostPeriod) -> CostReading {
        let rows = [
            row("A", BillingCycle::Monthly, "P1Y", monthly, kept),
            row("A", BillingCycle::Annual, "P1Y", annual, kept),
        ];
        read(&rows, kept)
    }

    #[test]
    fn twelve_times_is_a_cycle_and_once_is_a_month_whatever_is_in_force() {
        for kept in [CostPeriod::Cycle, CostPeriod::Month] {
            for (monthly, annual, expected) in [
                ("10.50", "120", Some(CostPeriod::Cycle)),
                ("12", "120", Some(CostPeriod::Cycle)),
                ("10", "126", Some(CostPeriod::Cycle)),
                ("10.50", "10", Some(CostPeriod::Month)),
                ("10", "8", Some(CostPeriod::Month)),
                ("10", "13", Some(CostPeriod::Month)),
                ("10", "50", None),
                ("10", "127", None),
                ("10", "7.90", None),
                ("0", "120", None),
            ] {
                let found = reading(monthly, annual, kept);
                assert_eq!(found.reading, expected, "{annual} / {monthly}: {found:?}");
                assert_eq!(found.differs(), expected.is_some_and(|e| e != kept));
            }
        }
        let found = reading("10.50", "120", CostPeriod::Month);
        let pair = &found.evidence[0];
        assert_eq!(
            (pair.ratio.as_str(), pair.monthly_cost),
            ("11.43", Money::from_cents(1_050))
        );
    }

    #[test]
    fn a_shared_term_goes_first_and_the_majority_decides() {
        let kept = CostPeriod::Cycle;
        let rows = [
            row("A", BillingCycle::Monthly, "P1M", "30", kept),
            row("A", BillingCycle::Monthly, "P1Y", "10.50", kept),
            row("A", BillingCycle::Annual, "P1Y", "120", kept),
            row("B", BillingCycle::Monthly, "P1M", "12", kept),
            row("B", BillingCycle::Annual, "P1Y", "120", kept),
            row("C", BillingCycle::Monthly, "P1Y", "12", kept),
            row("C", BillingCycle::Annual, "P1Y", "12", kept),
        ];
        let found = read(&rows, kept);
        assert_eq!(
            (found.fit_cycle, found.fit_month, found.fit_neither),
            (2, 1, 0)
        );
        assert_eq!(found.reading, Some(CostPeriod::Cycle));
        assert_eq!(found.evidence[0].monthly_term, "P1Y");
        assert_eq!(
            (
                &*found.evidence[1].monthly_term,
                &*found.evidence[1].annual_term
            ),
            ("P1M", "P1Y")
        );
        // One against one is no majority.
        assert_eq!(read(&rows[3..], kept).reading, None);
    }

    #[test]
    fn ended_rows_other_currencies_and_other_skus_make_no_pair() {
        let kept = CostPeriod::Cycle;
        let mut rows = [
            row("A", BillingCycle::Monthly, "P1Y", "10", kept),
            row("A", BillingCycle::Annual, "P1Y", "120", kept),
        ];
        rows[1].status = SubscriptionStatus::Cancelled;
        assert!(read(&rows, kept).evidence.is_empty());
        rows[1].status = SubscriptionStatus::Active;
        rows[1].currency = Currency::parse("CAD");
        assert!(read(&rows, kept).evidence.is_empty());
        rows[1].currency = Currency::parse("USD");
        rows[1].sku = Sku::from("B");
        assert_eq!(read(&rows, kept).reading, None);
    }

    proptest! {
        /// The verdict is the wire's, not the setting's: whatever reading the rows were kept under.
        #[test]
        fn the_setting_in_force_never_decides(monthly in 1i64..1_000_000, annual in 1i64..20_000_000) {
            let text = |cents| Money::from_cents(cents).to_string();
            let of = |kept| reading(&text(monthly), &text(annual), kept).reading;
            prop_assert_eq!(of(CostPeriod::Cycle), of(CostPeriod::Month));
        }
    }
}
