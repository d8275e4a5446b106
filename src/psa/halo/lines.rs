//! The lines of recurring invoices: the seats. A heading is no line, a charge that falls due once is no contract, and
//! what was switched off bills nothing.
//!
//! Halo can compute a quantity by itself, from licences, subscriptions, users or assets that it knows of. Such a line
//! follows what is bought, so that its seats cannot leak; it is compared like any other, and says so.

use jiff::civil::Date;
use serde_json::Value;

use super::invoices::Invoice;
use super::items::{Item, Items};
use super::periods::{Periods, is_over};
use crate::domain::agreement::AgreementLine;
use crate::domain::money::{Currency, Money};
use crate::domain::subscription::Quarantined;
use crate::http::json::read;
use crate::psa::record::{Read, Record};

/// The listing's name in quarantine.
const LISTING: &str = "lines of recurring invoices";

/// What Halo computes quantities from, by the fields that say so.
const SOURCES: [(&str, &str); 4] = [
    ("quantity_licences", "licences"),
    ("quantity_subscriptions", "subscriptions"),
    ("quantity_users", "users"),
    ("quantity_assets", "assets"),
];

/// A line that recurs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub id: i64,
    /// The item that it sells.
    item: Option<i64>,
    code: String,
    sku: String,
    name: String,
    seats: Option<i64>,
    quantity_text: String,
    unit_price: Option<Money>,
    unit_cost: Option<Money>,
    starts_on: Option<Date>,
    ends_on: Option<Date>,
    /// What Halo computes the quantity from.
    computed: Option<&'static str>,
    /// True if it names a period of its own, which no document explains.
    pub own_period: bool,
}

/// What an invoice's lines came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Lines {
    pub lines: Vec<Line>,
    /// Rows that cannot be used.
    pub quarantined: Vec<Quarantined>,
    /// Lines that were switched off.
    pub inactive: u64,
    /// Charges that fall due once.
    pub once: u64,
}

/// Reads the lines of an invoice.
pub(super) fn lines(rows: &Value, today: Date) -> Lines {
    let mut all = Lines::default();
    for row in read::list_or_one(rows) {
        let r = match Record::of(LISTING, row) {
            Ok(r) => r,
            Err(row) => {
                all.quarantined.push(row);
                continue;
            }
        };
        let is = |key: &str| r.row.flag(key) == Some(true);
        if is("isgroupdesc") {
            continue;
        }
        if is("onetimecharge") {
            all.once += 1;
            continue;
        }
        // One that ended by its date tells more than one that is merely off.
        if is("isinactive") && !is_over(r.day("enddate"), today) {
            all.inactive += 1;
            continue;
        }
        match line(&r) {
            Ok(line) => all.lines.push(line),
            Err(row) => all.quarantined.push(row),
        }
    }
    all
}

fn line(r: &Record<'_>) -> Read<Line> {
    let id = r.number("id")?;
    let name = r
        .row
        .first_text(&["item_shortdescription", "item_longdescription"]);
    let code = r
        .row
        .first_text(&["item_code", "item_internal_reference", "productnumber"]);
    let item = r.row.int("_itemid").ok().flatten().filter(|id| *id > 0);
    if code.is_empty() && name.is_empty() && item.is_none() {
        return Err(r.refuse("the line names no product"));
    }
    let (seats, quantity_text) = r.quantity("qty_order");
    let own = r.row.int("billingperiod").ok().flatten();
    Ok(Line {
        id,
        item,
        name,
        sku: sku(r),
        seats,
        quantity_text,
        unit_price: discounted(r),
        unit_cost: r.money("unit_cost"),
        starts_on: r.day("startdate"),
        ends_on: r.day("enddate"),
        computed: computed(r),
        own_period: own.is_some_and(|period| period > 0),
        code,
    })
}

/// The part number: the line's own, or that of the item that comes with it.
fn sku(r: &Record<'_>) -> String {
    let own = r.row.text("item_external_reference");
    let item = r.row.get("linked_item");
    let of_item = |key: &str| item.and_then(|item| item.get(key)).map(read::text);
    [
        Some(own),
        of_item("supplier_part_code"),
        of_item("externalreference"),
    ]
    .into_iter()
    .flatten()
    .find(|text| !text.is_empty())
    .unwrap_or_default()
}

/// The price of a unit after the line's discount; a discount that cannot be read leaves it unknown.
fn discounted(r: &Record<'_>) -> Option<Money> {
    let price = r.money("unit_price")?;
    let whole = Money::from_cents(10_000);
    match r.row.money("discount_perc") {
        Ok(None) => Some(price),
        Ok(Some(percent)) => {
            let rest = whole - percent.money;
            Some(price.scaled(rest.units(), whole.units()))
        }
        Err(_) => None,
    }
}

/// What Halo computes the quantity from; none where a person types it.
fn computed(r: &Record<'_>) -> Option<&'static str> {
    let lists = |key: &str| r.row.list_or_one(key).is_some_and(|list| !list.is_empty());
    let is = |key: &str| r.row.flag(key) == Some(true);
    let listed = SOURCES.iter().find(|(key, _)| lists(key));
    let kind = r.row.int("recurring_invoice_quantity_type").ok().flatten();
    match listed {
        Some((_, source)) => Some(source),
        None if is("calculate_price_from_users") => Some("users"),
        None if is("calculate_price_from_assets") => Some("assets"),
        None if is("_is_calculated_line") || kind.is_some_and(|kind| kind > 0) => {
            Some("what it knows")
        }
        None => None,
    }
}

impl Line {
    /// True if nobody types its quantity.
    pub fn is_computed(&self) -> bool {
        self.computed.is_some()
    }

    /// The item that tells what the line itself does not: its part number, or what it sells at all.
    pub fn wants(&self) -> Option<i64> {
        let lacks = self.sku.is_empty() || self.name.is_empty();
        self.item.filter(|_| lacks)
    }

    /// Code, part number and name: the line's own, then its item's.
    fn product(&self, items: &Items) -> [String; 3] {
        let none = Item::default();
        let item = self.item.and_then(|id| items.get(&id)).unwrap_or(&none);
        let first = |texts: &[&str]| {
            let found = texts.iter().find(|text| !text.is_empty());
            found.copied().unwrap_or_default().to_owned()
        };
        let unnamed = format!("item {}", self.item.unwrap_or_default());
        let (own, name) = (self.code.as_str(), self.name.as_str());
        [
            // A line without a code has always been known by its name: the item's comes after it.
            first(&[own, name, &item.code, &item.name, &unnamed]),
            first(&[&self.sku, &item.part_number]),
            first(&[name, &item.name, own, &item.code, &unnamed]),
        ]
    }

    /// The line of an agreement.
    pub fn of(
        &self,
        invoice: &Invoice,
        periods: &Periods,
        items: &Items,
        currency: Option<&Currency>,
    ) -> AgreementLine {
        let [product_code, vendor_sku, product_name] = self.product(items);
        AgreementLine {
            line_id: self.id.to_string(),
            company: invoice.client.clone(),
            agreement: invoice.name.clone(),
            product_code,
            vendor_sku,
            product_name,
            seats: self.seats,
            quantity_text: match self.computed {
                Some(source) => {
                    format!("{} (computed by HaloPSA from {source})", self.quantity_text)
                }
                None => self.quantity_text.clone(),
            },
            unit_price: self.unit_price,
            unit_cost: self.unit_cost,
            currency: invoice.currency.as_ref().or(currency).cloned(),
            billing_cycle: periods.cycle(&invoice.period),
            starts_on: [self.starts_on, invoice.starts_on]
                .into_iter()
                .flatten()
                .max(),
            ends_on: [self.ends_on, invoice.ends_on].into_iter().flatten().min(),
            active: true,
        }
    }
}

#[cfg(test)]
mod tests;
