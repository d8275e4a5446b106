//! Licensing: what every customer has of every SKU, what it costs and what it brings, over all distributors.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::finding::UnjudgedReason;
use crate::domain::ids::{CustomerId, Sku};
use crate::domain::money::{Currency, Money};
use crate::domain::time::Ts;
use crate::domain::vendor::{Vendor, vendor_label};

use super::position::{Item, Owner, Position};
use super::purchase::{Purchase, Standing};

/// One customer's SKU. Prices are per seat and month; what is not known is empty, never 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LicensingRow {
    /// The customer's name.
    pub customer: String,
    /// Its id in the hub.
    pub customer_id: CustomerId,
    /// The label of the customer over all its SKUs: one distributor's name, or "Mixed".
    pub vendor_label: String,
    /// Where this SKU is bought.
    pub vendor: Vendor,
    /// The SKU.
    pub sku: Sku,
    /// What people call it.
    pub product_name: String,
    /// Seats bought, over all its subscriptions.
    pub seats: Option<i64>,
    /// Seats contracted. Where several SKUs are one product, what was bought first is taken as contracted first.
    pub contracted: Option<i64>,
    /// Seats bought above the contract.
    pub uncontracted: Option<i64>,
    /// Seats contracted above what is bought.
    pub over_contracted: Option<i64>,
    /// Seats bought that are too new to be expected in the PSA; they are no finding yet.
    pub in_grace: i64,
    /// Cost of a seat and month; the average where subscriptions differ.
    pub unit_cost: Option<Money>,
    /// What the customer is billed for a seat and month; the average where lines differ.
    pub unit_price: Option<Money>,
    /// What the customer is billed for its contracted seats a month: less than all of them times the price where some are
    /// part of a bundle, included in an agreement's price, or not billed.
    pub revenue: Option<Money>,
    /// Price less cost, of a seat and month; none where they are in two currencies.
    pub margin: Option<Money>,
    /// The margin's share of the price, in percent with one decimal.
    pub margin_percent: Option<String>,
    /// Of the cost, or where that is unknown of the price.
    pub currency: Option<Currency>,
    /// Of the price, where it is another one.
    pub price_currency: Option<Currency>,
    /// Why the row gives no findings, if it gives none.
    pub unjudged: Option<UnjudgedReason>,
    /// True if some of its seats are stale: not read by the last sync, or in a listing that is too old.
    pub stale: bool,
    /// When the oldest of them were read; none if they never were in a whole listing.
    pub stale_since: Option<Ts>,
}

impl LicensingRow {
    /// True if seats are bought above the contract.
    pub fn leaks_seats(&self) -> bool {
        self.uncontracted.is_some_and(|n| n > 0)
    }
}

/// The rows of all customers, by customer and SKU. `reasons` says of each position why it is unjudged.
pub(super) fn rows(
    positions: &[Position<'_>],
    reasons: &[Option<UnjudgedReason>],
) -> Vec<LicensingRow> {
    let mut vendors: BTreeMap<CustomerId, Vec<Vendor>> = BTreeMap::new();
    for position in positions {
        if let Owner::Customer(id) = position.owner {
            let its = vendors.entry(id).or_default();
            its.extend(position.billable().map(|p| p.account.vendor));
        }
    }
    let mut rows = Vec::new();
    for (position, reason) in positions.iter().zip(reasons) {
        let Owner::Customer(customer_id) = position.owner else {
            continue;
        };
        let of_customer = vendors.get(&customer_id).into_iter().flatten().copied();
        let label = vendor_label(of_customer);
        for (article, contracted) in articles(position) {
            rows.push(row(
                position,
                customer_id,
                label,
                article,
                contracted,
                *reason,
            ));
        }
    }
    rows.sort_by_cached_key(|r| {
        let name = r.customer.to_lowercase();
        (name, r.customer_id, r.vendor, r.sku.clone())
    });
    rows
}

/// The purchases of one SKU.
type Purchases<'p, 'a> = Vec<&'p Purchase<'a>>;

/// The purchases of each SKU with the seats contracted for it. What is contracted above all that is bought goes to the SKU
/// that was bought first.
fn articles<'p, 'a>(position: &'p Position<'a>) -> Vec<(Purchases<'p, 'a>, Option<i64>)> {
    let mut by_article: Vec<Purchases<'p, 'a>> = Vec::new();
    for purchase in &position.purchases {
        let same = |of: &&mut Purchases<'p, 'a>| of[0].article() == purchase.article();
        match by_article.iter_mut().find(same) {
            Some(of) => of.push(purchase),
            None => by_article.push(vec![purchase]),
        }
    }
    let known = match position.item {
        Item::Product(_) => position.contracted(),
        Item::Sku(..) => None,
    };
    let live = |of: &Purchases<'p, 'a>| of.iter().any(|p| p.standing != Standing::Ended);
    if by_article.iter().any(live) {
        by_article.retain(live);
    } else if position.active_lines().next().is_none() {
        return Vec::new();
    }
    let Some(contracted) = known else {
        return by_article.into_iter().map(|of| (of, None)).collect();
    };
    let allotted = position.allotted();
    let mut above = contracted - allotted.iter().map(|(_, n)| n).sum::<i64>();
    let mut out = Vec::new();
    for of in by_article {
        let article = of[0].article();
        let covered = allotted.iter().filter(|(p, _)| p.article() == article);
        let covered: i64 = covered.map(|(_, n)| n).sum();
        out.push((of, Some(covered + std::mem::take(&mut above))));
    }
    out
}

fn row(
    position: &Position<'_>,
    customer_id: CustomerId,
    label: &str,
    purchases: Purchases<'_, '_>,
    contracted: Option<i64>,
    unjudged: Option<UnjudgedReason>,
) -> LicensingRow {
    let (vendor, sku) = purchases[0].article();
    let seats = seats(&purchases);
    let above = |a: Option<i64>, b: Option<i64>| Some(a?.saturating_sub(b?).max(0));
    let new = purchases.iter().filter(|p| p.is_new);
    let cost = average(purchases.iter().filter(|p| p.is_billable()).map(|p| {
        let cost = p.cost().ok()?;
        Some((cost.currency, cost.money, p.seats()?))
    }));
    let prices = || {
        let prices = position.prices();
        prices.map(|(line, price)| Some((price.currency, price.money, line.seats?)))
    };
    let price = average(prices());
    let billed: Money = prices().flatten().map(|(_, m, n)| m.times(n)).sum();
    // Several SKUs that are one product share what it brings by their seats.
    let share = contracted.zip(position.contracted());
    let revenue = price.zip(share);
    let margin = match (cost, price) {
        (Some((of_cost, cost)), Some((of_price, price))) if of_cost == of_price => {
            Some((price - cost, price))
        }
        _ => None,
    };
    let stale = stale(&purchases);
    let currency = cost.map(|c| c.0).or(price.map(|p| p.0));
    LicensingRow {
        customer: position.name.to_owned(),
        customer_id,
        vendor_label: match label {
            "" => vendor.label().to_owned(),
            label => label.to_owned(),
        },
        vendor,
        sku: sku.clone(),
        product_name: purchases[0].sub().product_name.clone(),
        seats,
        contracted,
        uncontracted: above(seats, contracted),
        over_contracted: above(contracted, seats),
        in_grace: new.filter_map(|p| p.seats()).sum(),
        unit_cost: cost.map(|c| c.1),
        unit_price: price.map(|p| p.1),
        revenue: revenue.map(|(_, (own, all))| billed.scaled(own, all)),
        margin: margin.map(|(margin, _)| margin),
        margin_percent: margin.and_then(|(margin, price)| percent(margin, price)),
        currency: currency.cloned(),
        price_currency: price.map(|p| p.0).filter(|c| Some(*c) != currency).cloned(),
        unjudged,
        stale: stale.is_some(),
        stale_since: stale.flatten(),
    }
}

/// When the oldest of the purchases in a stale listing was read; what never was is the oldest. None where all are fresh.
fn stale(purchases: &Purchases<'_, '_>) -> Option<Option<Ts>> {
    let live = purchases.iter().filter(|p| p.standing != Standing::Ended);
    let listings = live.map(|p| p.account.listing);
    listings
        .filter(|listing| listing.is_stale())
        .map(|listing| listing.read_at())
        .min()
}

fn seats(purchases: &Purchases<'_, '_>) -> Option<i64> {
    let mut sum = 0i64;
    for purchase in purchases {
        if purchase.standing == Standing::Unclear {
            return None;
        }
        sum = sum.saturating_add(purchase.seats()?);
    }
    Some(sum)
}

/// The average of prices, each counted as often as its seats; none where one is unknown or the currencies differ.
fn average<'a>(
    parts: impl Iterator<Item = Option<(&'a Currency, Money, i64)>>,
) -> Option<(&'a Currency, Money)> {
    let parts: Vec<_> = parts.collect::<Option<_>>()?;
    let (currency, first, _) = *parts.first()?;
    if parts.iter().any(|(c, ..)| *c != currency) {
        return None;
    }
    if parts.iter().all(|(_, money, _)| *money == first) {
        return Some((currency, first));
    }
    let seats: i64 = parts.iter().map(|(.., n)| n).sum();
    let total: Money = parts.iter().map(|(_, money, n)| money.times(*n)).sum();
    (seats > 0).then(|| (currency, total.divided_by(seats)))
}

/// `25.2`; none of a price of nothing.
fn percent(margin: Money, price: Money) -> Option<String> {
    if price.units() <= 0 {
        return None;
    }
    let tenths = Money::from_units(margin.units()).scaled(1_000, price.units());
    let (sign, tenths) = match tenths.units() {
        n if n < 0 => ("-", n.unsigned_abs()),
        n => ("", n.unsigned_abs()),
    };
    Some(format!("{sign}{}.{}", tenths / 10, tenths % 10))
}

#[cfg(test)]
mod tests {
    use super::super::input::Listing;
    use super::super::sample::{Shop, days_ago};
    use super::*;

    #[test]
    fn a_row_says_seats_prices_and_margin() {
        let mut shop = Shop::new();
        shop.buys("A", 38, "17.95").bills("P", 35, "24");
        let rows = shop.evaluate().licensing;
        let json = serde_json::to_value(&rows).unwrap();
        let expected = serde_json::json!([{
            "customer": "Harbour Dental", "customer_id": 1, "vendor_label": "TD SYNNEX",
            "vendor": "synnex", "sku": "A", "product_name": "Product A",
            "seats": 38, "contracted": 35, "uncontracted": 3, "over_contracted": 0, "in_grace": 0,
            "unit_cost": "17.95", "unit_price": "24.00", "revenue": "840.00",
            // 24.00 − 17.95 = 6.05; 6.05 / 24.00 = 25.208… %
            "margin": "6.05", "margin_percent": "25.2",
            "currency": "USD", "price_currency": null, "unjudged": null,
            "stale": false, "stale_since": null,
        }]);
        assert_eq!(json, expected);
    }

    #[test]
    fn a_customer_of_two_distributors_is_mixed_and_contracts_fall_on_the_older() {
        let mut shop = Shop::new();
        shop.buys("A", 10, "9").bills("P", 12, "12");
        shop.buys_at(Vendor::Pax8, "B", 10, "8").linked("B", "P");
        shop.last_sub().starts_on = Some("2026-01-01T00:00:00Z".parse().unwrap());
        let rows = shop.evaluate().licensing;
        let seen: Vec<_> = rows
            .iter()
            .map(|r| {
                (
                    r.vendor_label.as_str(),
                    r.vendor,
                    r.contracted,
                    r.uncontracted,
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("Mixed", Vendor::Synnex, Some(10), Some(0)),
                ("Mixed", Vendor::Pax8, Some(2), Some(8)),
            ]
        );
    }

    #[test]
    fn what_is_billed_for_nothing_brings_nothing() {
        let mut shop = Shop::new();
        shop.buys("A", 40, "17.95")
            .bills("P", 33, "24")
            .bills("P", 5, "0");
        let row = &shop.evaluate().licensing[0];
        assert_eq!((row.contracted, row.uncontracted), (Some(38), Some(2)));
        assert_eq!(row.unit_price, Some("24".parse().unwrap()));
        assert_eq!(row.revenue, Some("792".parse().unwrap()));
    }

    #[test]
    fn skus_of_one_product_share_what_it_brings() {
        let mut shop = Shop::new();
        shop.buys("A", 10, "9").bills("P", 12, "12");
        shop.buys_at(Vendor::Pax8, "B", 10, "8").linked("B", "P");
        let rows = shop.evaluate().licensing;
        let revenue: Money = rows.iter().filter_map(|r| r.revenue).sum();
        assert_eq!(revenue, "144".parse().unwrap());
    }

    #[test]
    fn unknown_is_empty_and_says_why() {
        let mut shop = Shop::new();
        shop.buys("A", 10, "9").last_sub().unit_cost = None;
        let row = &shop.evaluate().licensing[0];
        assert_eq!(row.unit_cost, None);
        assert_eq!((row.contracted, row.uncontracted), (None, None));
        assert_eq!(row.unjudged, Some(UnjudgedReason::UnknownCost));
    }

    #[test]
    fn a_row_of_a_stale_listing_says_since_when() {
        let mut shop = Shop::new();
        shop.buys("A", 10, "9").bills("P", 12, "12");
        shop.buys_at(Vendor::Pax8, "B", 10, "8").linked("B", "P");
        let read_at = Some(days_ago(7));
        shop.account().listing = Listing::Stale { read_at };
        let told = |shop: &Shop| -> Vec<_> {
            let rows = shop.evaluate().licensing;
            rows.iter().map(|r| (r.stale, r.stale_since)).collect()
        };
        assert_eq!(told(&shop), [(false, None), (true, read_at)]);
        let reasons = shop.evaluate().licensing;
        assert!(
            reasons
                .iter()
                .all(|r| r.unjudged == Some(UnjudgedReason::StaleListing))
        );
        shop.account().listing = Listing::Stale { read_at: None };
        assert_eq!(told(&shop), [(false, None), (true, None)]);
        shop.last_bought().gone = true;
        assert_eq!(told(&shop), [(false, None)], "nothing of it goes on");
    }

    #[test]
    fn a_loss_is_a_negative_share() {
        assert_eq!(
            percent(Money::from_cents(-5), Money::from_cents(1_000)).unwrap(),
            "-0.5"
        );
        assert_eq!(percent(Money::ZERO, Money::ZERO), None);
    }
}
