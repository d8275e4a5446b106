//! The lines of recurring invoices: the seats. A heading is no line, a charge that falls due once is no contract, and
//! what was switched off bills nothing.
//!
//! Halo can compute a quantity by itself, from licences, subscriptions, users or assets that it knows of. Such a line
//! follows what is bought, so that its seats cannot leak; it is compared like any other, and says so.

use jiff::civil::Date;
use serde_json::Value;

use super::invoices::Invoice;
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
    let code = match code.as_str() {
        "" => name.clone(),
        _ => code,
    };
    if code.is_empty() {
        return Err(r.refuse("the line names no product"));
    }
    let (seats, quantity_text) = r.quantity("qty_order");
    let own = r.row.int("billingperiod").ok().flatten();
    Ok(Line {
        id,
        name: match name.as_str() {
            "" => code.clone(),
            _ => name,
        },
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

    /// The line of an agreement.
    pub fn of(
        &self,
        invoice: &Invoice,
        periods: &Periods,
        currency: Option<&Currency>,
    ) -> AgreementLine {
        AgreementLine {
            line_id: self.id.to_string(),
            company: invoice.client.clone(),
            agreement: invoice.name.clone(),
            product_code: self.code.clone(),
            vendor_sku: self.sku.clone(),
            product_name: self.name.clone(),
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
mod tests {
    use serde_json::json;

    use super::super::periods::Period;
    use super::*;
    use crate::domain::ids::PsaId;
    use crate::domain::subscription::BillingCycle;

    fn today() -> Date {
        "2026-11-24".parse().unwrap()
    }

    fn row(changes: Value) -> Value {
        let mut row = json!({"id": 9001, "item_code": "O365-BP", "item_shortdescription": "Microsoft 365 Business Premium",
            "item_external_reference": "CFQ7TTC0LCHC:0002", "qty_order": 38.0, "unit_price": 24.00, "unit_cost": 17.95,
            "net_amount": 912.00, "isinactive": false, "onetimecharge": false, "_itemid": 55});
        let members = row.as_object_mut().unwrap();
        members.extend(changes.as_object().unwrap().clone());
        row
    }

    fn read_all(rows: Vec<Value>) -> Lines {
        lines(&Value::from(rows), today())
    }

    fn agreement_line(changes: Value) -> AgreementLine {
        let invoice = Invoice {
            id: -301,
            client: PsaId::new("12"),
            name: "Monthly services".to_owned(),
            currency: Currency::parse("USD"),
            period: Period::monthly(),
            starts_on: Some("2025-01-01".parse().unwrap()),
            ends_on: None,
            disabled: false,
            for_another: false,
            lines: None,
        };
        let read = read_all(vec![row(changes)]);
        let [line] = read.lines.as_slice() else {
            panic!("{read:?}")
        };
        line.of(&invoice, &Periods::default(), None)
    }

    #[test]
    fn a_documented_row_becomes_a_line() {
        let line = agreement_line(json!({}));
        assert_eq!(
            (
                line.line_id.as_str(),
                line.company.as_str(),
                line.agreement.as_str()
            ),
            ("9001", "12", "Monthly services")
        );
        assert_eq!(
            (
                line.product_code.as_str(),
                line.vendor_sku.as_str(),
                line.product_name.as_str()
            ),
            (
                "O365-BP",
                "CFQ7TTC0LCHC:0002",
                "Microsoft 365 Business Premium"
            )
        );
        assert_eq!((line.seats, line.quantity_text.as_str()), (Some(38), "38"));
        assert_eq!(
            (line.unit_price, line.unit_cost),
            (
                Some(Money::from_cents(2_400)),
                Some(Money::from_cents(1_795))
            )
        );
        assert_eq!(line.billing_cycle, BillingCycle::Monthly);
        assert_eq!(line.starts_on, Some("2025-01-01".parse().unwrap()));
        assert!(line.is_active_on(today()));
    }

    #[test]
    fn only_what_recurs_and_is_on_counts() {
        let read = read_all(vec![
            row(json!({"id": 1})),
            row(json!({"id": 2, "isgroupdesc": true, "item_code": ""})),
            row(json!({"id": 3, "onetimecharge": true})),
            row(json!({"id": 4, "isinactive": true, "enddate": "1900-01-01T00:00:00"})),
            row(json!({"id": 5, "isinactive": true, "enddate": "2026-11-01T00:00:00"})),
            json!({"id": 6, "qty_order": 2}),
            json!("no object"),
        ]);
        let ids: Vec<i64> = read.lines.iter().map(|line| line.id).collect();
        assert_eq!(ids, [1, 5]);
        assert_eq!(
            (read.inactive, read.once, read.quarantined.len()),
            (1, 1, 2)
        );
        assert_eq!(read.quarantined[0].reason, "the line names no product");
    }

    #[test]
    fn a_discount_is_taken_off_and_an_unreadable_one_is_unknown() {
        let price = |changes| agreement_line(changes).unit_price;
        assert_eq!(
            price(json!({"discount_perc": 12.5})),
            Some(Money::from_cents(2_100))
        );
        assert_eq!(
            price(json!({"discount_perc": 0})),
            Some(Money::from_cents(2_400))
        );
        assert_eq!(price(json!({"discount_perc": 100})), Some(Money::ZERO));
        assert_eq!(price(json!({"discount_perc": "much"})), None);
        assert_eq!(price(json!({"unit_price": null})), None);
    }

    #[test]
    fn a_quantity_that_halo_computes_says_so() {
        for (changes, source) in [
            (
                json!({"quantity_licences": [{"id": 1, "licence_id": 5}]}),
                "licences",
            ),
            (
                json!({"quantity_licences": [], "quantity_users": [{"id": 1}]}),
                "users",
            ),
            (json!({"calculate_price_from_assets": true}), "assets"),
            (
                json!({"recurring_invoice_quantity_type": 2}),
                "what it knows",
            ),
        ] {
            let line = agreement_line(changes);
            assert_eq!(line.seats, Some(38));
            assert_eq!(
                line.quantity_text,
                format!("38 (computed by HaloPSA from {source})")
            );
        }
        let typed = json!({"quantity_licences": [], "recurring_invoice_quantity_type": 0});
        assert_eq!(agreement_line(typed).quantity_text, "38");
        let half = agreement_line(json!({"qty_order": 2.5}));
        assert_eq!((half.seats, half.quantity_text.as_str()), (None, "2.5"));
    }

    #[test]
    fn names_stand_in_for_codes_and_items_for_part_numbers() {
        let line = agreement_line(json!({"item_code": "", "item_external_reference": null,
            "linked_item": {"id": 55, "supplier_part_code": "CFQ7TTC0LH18"}}));
        assert_eq!(
            (line.product_code.as_str(), line.vendor_sku.as_str()),
            ("Microsoft 365 Business Premium", "CFQ7TTC0LH18")
        );
    }
}
