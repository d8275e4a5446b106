//! The sentences that findings share, so that the same thing is always said in the same words.

use crate::domain::finding::{Finding, FindingKind};
use crate::domain::ids::Sku;
use crate::domain::money::Money;
use crate::domain::subscription::BillingCycle;
use crate::domain::time::Ts;
use crate::domain::vendor::Vendor;

use super::commitment;
use super::context::Context;
use super::fingerprint::fingerprint;
use super::lines::{ContractLine, LineState};
use super::monthly::Amount;
use super::position::{Owner, Position};
use super::purchase::Purchase;

/// More rows than this are summed up in a last one.
const MOST_ROWS: usize = 12;

/// `2026-11-24 06:00`.
pub(super) fn minute(at: Ts) -> String {
    format!("{} {}", at.date(), at.clock().get(..5).unwrap_or(""))
}

/// `1 seat`, `3 seats`.
pub(super) fn seats(n: i64) -> String {
    match n {
        1 => "1 seat".to_owned(),
        n => format!("{n} seats"),
    }
}

/// `+3 seats`, `-1 seat`.
pub(super) fn signed_seats(n: i64) -> String {
    let words = seats(n.abs());
    if n < 0 {
        format!("-{words}")
    } else {
        format!("+{words}")
    }
}

/// `24.00 USD`.
pub(super) fn price(amount: Amount<'_>) -> String {
    format!("{} {}", amount.money, amount.currency)
}

/// `3 × 24.00 USD = 72.00 USD a month`.
pub(super) fn product(count: i64, each: Amount<'_>) -> String {
    let total = Amount {
        money: each.money.times(count),
        ..each
    };
    format!("{count} × {} = {} a month", price(each), price(total))
}

/// The rows, or the first of them and how many more there are.
fn bounded(mut rows: Vec<String>) -> Vec<String> {
    if rows.len() > MOST_ROWS {
        let more = rows.len() - (MOST_ROWS - 1);
        rows.truncate(MOST_ROWS - 1);
        rows.push(format!("… and {more} more rows like these"));
    }
    rows
}

/// What was bought: `38 seats bought: Business Premium (TD SYNNEX, read 2026-11-24 06:00)`.
pub(super) fn bought<'a>(purchases: impl Iterator<Item = &'a Purchase<'a>>) -> Vec<String> {
    bounded(purchases.map(bought_row).collect())
}

fn bought_row(purchase: &Purchase<'_>) -> String {
    let sub = purchase.sub();
    let each = purchase
        .cost()
        .map_or(String::new(), |cost| format!(" at {} a month", price(cost)));
    let each = each + &brought(sub.unit_cost, sub.billing_cycle, 1);
    let new = if purchase.is_new {
        ", too new to count"
    } else {
        ""
    };
    format!(
        "{} bought: {} {}{each} ({}){new}{}{}",
        seats(purchase.seats().unwrap_or(0)),
        sub.product_name,
        sub.sku,
        source(purchase),
        given(purchase),
        scheduled(purchase)
    )
}

/// How the price of a cycle, of a unit of so many seats, came to a seat and month: ` (60.00 / 12 months / 5 seats)`.
/// Nothing where it was that already, or where it is not known.
fn brought(price: Option<Money>, cycle: BillingCycle, seats: i64) -> String {
    let (Some(price), Some(months)) = (price, cycle.months()) else {
        return String::new();
    };
    let parts = [(months, "months"), (seats, "seats")];
    let parts = parts.iter().filter(|(n, _)| *n > 1);
    let parts: Vec<String> = parts.map(|(n, of)| format!(" / {n} {of}")).collect();
    match parts.is_empty() {
        true => String::new(),
        false => format!(" ({price}{})", parts.concat()),
    }
}

/// That a person gave it to this customer: `, given from the account Contoso group`.
fn given(purchase: &Purchase<'_>) -> String {
    match purchase.bought.customer {
        Some(_) => format!(", given from the account {}", purchase.account.name),
        None => String::new(),
    }
}

/// A change of seats that is already ordered: `, 40 seats from 2027-02-01`.
fn scheduled(purchase: &Purchase<'_>) -> String {
    match purchase.sub().commitment.scheduled {
        Some(change) => format!(", {} from {}", seats(change.seats), change.on),
        None => String::new(),
    }
}

/// What has ended: `cancelled: Business Premium (TD SYNNEX, read 2026-11-24 06:00)`.
pub(super) fn ended<'a>(purchases: impl Iterator<Item = &'a Purchase<'a>>) -> Vec<String> {
    let row = |purchase: &Purchase<'_>| {
        let sub = purchase.sub();
        let how = match purchase.bought.gone {
            true => "no longer listed",
            false => sub.status.tag(),
        };
        format!(
            "{how}: {} {} ({})",
            sub.product_name,
            sub.sku,
            source(purchase)
        )
    };
    bounded(purchases.map(row).collect())
}

/// Where and when a row was read: `TD SYNNEX, read 2026-11-24 06:00`.
fn source(purchase: &Purchase<'_>) -> String {
    let vendor = purchase.account.vendor.label();
    match purchase.account.listing.read_at() {
        Some(at) => format!("{vendor}, read {}", minute(at)),
        None => vendor.to_owned(),
    }
}

/// What the contract says: `35 seats contracted: Managed services line 9001 at 24.00 USD`, ended and coming lines too.
pub(super) fn contracted(context: &Context<'_>, position: &Position<'_>) -> Vec<String> {
    let mut rows = bounded(position.lines.iter().map(line_row).collect());
    if position.lines.is_empty() {
        rows.push("0 seats contracted: no agreement line of this product".to_owned());
    }
    if let Some(at) = context.input.agreements.read_at() {
        rows.push(format!("agreements read {}", minute(at)));
    }
    rows
}

fn line_row(line: &ContractLine<'_>) -> String {
    let count = seats(line.seats.unwrap_or(0));
    let each = match line.price {
        super::monthly::Price::PerSeat(amount) => {
            let (line, seats) = (line.line, line.seats_per_unit);
            let brought = brought(line.unit_price, line.billing_cycle, seats);
            format!(" at {} a month{brought}", price(amount))
        }
        super::monthly::Price::Bundled => ", without a price of its own".to_owned(),
        super::monthly::Price::Unknown(_) => String::new(),
    };
    let each = match line.line.quantity_remark() {
        Some(words) => format!("{each}, {words}"),
        None => each,
    };
    let place = line.place();
    let date = |d: Option<jiff::civil::Date>| d.map_or(String::new(), |d| d.to_string());
    match line.state {
        LineState::Active => format!("{count} contracted: {place}{each}"),
        LineState::Upcoming => {
            let from = date(line.line.starts_on);
            format!("not contracted yet: {place} with {count} begins {from}{each}")
        }
        LineState::Ended => {
            let last = date(line.line.ends_on);
            format!("no longer contracted: {place} with {count} ended {last}{each}")
        }
        LineState::Lapsed => format!("lapsed without an end date: {place} with {count}{each}"),
    }
}

/// Until when the newest commitment among the purchases hinders a decrease, as the end of a sentence; empty where none
/// does.
pub(super) fn hindrance<'a>(
    context: &Context<'_>,
    purchases: impl Iterator<Item = &'a Purchase<'a>>,
) -> String {
    let until = purchases.filter_map(|p| commitment::until(p.sub(), context.input.as_of));
    match until.max() {
        Some(day) => format!(" The commitment cannot be decreased before {day}."),
        None => String::new(),
    }
}

/// The distributors' names, each once: `TD SYNNEX and Pax8`.
pub(super) fn vendors<'a>(purchases: impl Iterator<Item = &'a Purchase<'a>>) -> String {
    let mut names: Vec<&str> = Vec::new();
    for purchase in purchases {
        let label = purchase.account.vendor.label();
        if !names.contains(&label) {
            names.push(label);
        }
    }
    names.join(" and ")
}

/// The one distributor and the one SKU of the purchases; none where there are several.
pub(super) fn single<'a>(
    purchases: impl Iterator<Item = &'a Purchase<'a>> + Clone,
) -> (Option<Vendor>, Option<Sku>) {
    let first = purchases.clone().next().map(Purchase::article);
    let Some((vendor, sku)) = first else {
        return (None, None);
    };
    let one_vendor = purchases.clone().all(|p| p.article().0 == vendor);
    let one_sku = purchases.clone().all(|p| p.article() == (vendor, sku));
    (one_vendor.then_some(vendor), one_sku.then(|| sku.clone()))
}

/// The parts of a finding that its kind decides.
pub(super) struct Draft<'a> {
    pub kind: FindingKind,
    pub about: (Option<Vendor>, Option<Sku>),
    /// The product in the fingerprint.
    pub product: String,
    pub amount: Amount<'a>,
    pub evidence: Vec<String>,
    pub action: String,
}

impl Draft<'_> {
    /// The finding about a position.
    pub fn finding(self, position: &Position<'_>) -> Finding {
        let customer_id = match position.owner {
            Owner::Customer(id) => Some(id),
            Owner::Account(_) => None,
        };
        let owner = customer_id.map_or(String::new(), |id| id.to_string());
        Finding {
            fingerprint: fingerprint(self.kind, &owner, &self.product),
            kind: self.kind,
            vendor: self.about.0,
            customer_id,
            customer: position.name.to_owned(),
            product_name: position.product_name(self.about.1.as_ref()).to_owned(),
            sku: self.about.1,
            monthly_amount: self.amount.money,
            currency: self.amount.currency.clone(),
            evidence: self.evidence,
            action: self.action,
        }
    }
}

/// An amount of the same currency.
pub(super) fn of<'a>(like: Amount<'a>, money: Money) -> Amount<'a> {
    Amount { money, ..like }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::CustomerId;
    use crate::domain::party::PsaSystem;
    use crate::findings::input::Contracted;

    #[test]
    fn long_lists_end_in_a_count() {
        let rows = bounded((0..20).map(|n| n.to_string()).collect());
        assert_eq!(rows.len(), MOST_ROWS);
        assert_eq!(rows[11], "… and 9 more rows like these");
    }

    #[test]
    fn a_quantity_that_the_psa_computes_says_so() {
        let mut line = super::super::sample::line("9001", "P", 38, Some("24"));
        line.quantity_text = "38 (computed by HaloPSA from licences)".to_owned();
        let contracted = Contracted {
            customer: CustomerId(1),
            system: PsaSystem::Halo,
            line,
        };
        let today = "2026-11-24".parse().unwrap();
        let line = ContractLine::new(&contracted, 1, false, today).unwrap();
        let row = line_row(&line);
        assert!(
            row.starts_with("38 seats contracted: Managed services line 9001"),
            "{row}"
        );
        assert!(
            row.ends_with(", computed by HaloPSA from licences"),
            "{row}"
        );
    }

    #[test]
    fn a_price_of_a_longer_cycle_shows_its_division() {
        let sixty = Some(Money::from_cents(6_000));
        let annual = BillingCycle::Annual;
        assert_eq!(brought(sixty, annual, 1), " (60.00 / 12 months)");
        assert_eq!(brought(sixty, annual, 5), " (60.00 / 12 months / 5 seats)");
        let monthly = BillingCycle::Monthly;
        assert_eq!(brought(sixty, monthly, 5), " (60.00 / 5 seats)");
        assert_eq!(brought(sixty, monthly, 1), "");
        assert_eq!(brought(sixty, BillingCycle::Usage, 1), "");
    }

    #[test]
    fn counts_read_like_speech() {
        assert_eq!(signed_seats(-1), "-1 seat");
        assert_eq!(signed_seats(3), "+3 seats");
        let at: Ts = "2026-11-24T06:00:59Z".parse().unwrap();
        assert_eq!(minute(at), "2026-11-24 06:00");
    }
}
