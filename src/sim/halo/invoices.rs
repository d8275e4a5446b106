//! Recurring invoices: the world's agreements. Quantities are decimals, prices may be before a discount, some quantities
//! are computed by the product itself; headings, charges that fall due once and lines that are off stand between them.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::super::books::{self, Agreement};
use super::super::licence::{Cycle, Line};
use super::super::wire::amount;
use super::super::world::World;
use super::rows::decimal;

/// How "never" is written.
const NEVER: &str = "1900-01-01T00:00:00";
/// What a line's number is that the world does not have.
const EXTRA: u32 = 700_000;

/// Whether lines come along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// They do.
    Lines,
    /// Only what stands above them.
    Header,
}

fn day(date: Date) -> Value {
    format!("{date}T00:00:00").into()
}

/// All recurring invoices; one client in twenty has one that was switched off.
pub(super) fn invoices(world: &World, detail: Detail) -> Vec<Value> {
    let items = books::catalogue(world);
    let mut rows = Vec::new();
    for (agreement, lines) in books::agreements(world) {
        let own = lines.iter().map(|line| {
            let item = items.get(&books::identifier(line));
            (*line, item.map(|item| item.id))
        });
        let own: Vec<(&Line, Option<usize>)> = own.collect();
        let row = invoice(world, &agreement, &own, detail);
        if agreement.company.is_multiple_of(20) && agreement.parent.is_none() {
            let mut off = row.clone();
            off["id"] = json!(-i64::from(agreement.id) - i64::from(EXTRA));
            off["disabled"] = true.into();
            for line in off["lines"].as_array_mut().into_iter().flatten() {
                line["id"] = json!(line["id"].as_i64().unwrap_or(0) + i64::from(EXTRA));
            }
            rows.push(off);
        }
        rows.push(row);
    }
    rows
}

fn invoice(
    world: &World,
    a: &Agreement,
    lines: &[(&Line, Option<usize>)],
    detail: Detail,
) -> Value {
    let client = world.companies.iter().find(|c| c.id == a.company);
    let start = lines.iter().map(|(l, _)| l.start).min();
    let (last, next) = created(world.now().date(), a);
    let amounts = lines.iter().map(|(l, _)| l.unit_price.times(l.quantity));
    let total = amounts.sum();
    let mut row = json!({
        "id": -i64::from(a.id),
        "client_id": a.company,
        "client_name": client.map(|c| c.name.as_str()),
        "name": a.name,
        "reference": "",
        "disabled": false,
        "startdate": start.map(day),
        "enddate": NEVER,
        "lastcreated": last,
        "nextcreationdate": next,
        // Numbers that no document explains.
        "period": match a.cycle {
            Cycle::Annual => 5,
            Cycle::Monthly | Cycle::OneTime => 3,
        },
        "period_type": 0,
        "schedule_id": a.id,
        "total": amount(total),
        "currency_code": 1,
        "currency_code_name": a.currency,
        "contract_id": 0,
        "original_client_id": a.company,
        "contains_calculated_quantity": lines.iter().any(|(l, _)| is_computed(l)),
    });
    if detail == Detail::Lines {
        let heading = json!({"id": EXTRA * 2 + a.id, "isgroupdesc": true, "group_id": 1, "item_code": "",
            "item_shortdescription": a.name, "qty_order": 0.0, "unit_price": 0.0});
        let own = lines.iter().map(|(l, item)| line(a, l, *item));
        let all: Vec<Value> = std::iter::once(heading)
            .chain(own)
            .chain(extra(a))
            .collect();
        row["lines"] = all.into();
    }
    row
}

/// When the last invoice was made from it and when the next will be; some were never made from yet.
fn created(today: Date, a: &Agreement) -> (Value, Value) {
    let first = today.first_of_month();
    let months = |n: i32| jiff::Span::new().months(n);
    match a.cycle {
        Cycle::Annual => (day(first), day(first.saturating_add(months(12)))),
        Cycle::Monthly | Cycle::OneTime if a.id.is_multiple_of(11) => {
            (NEVER.into(), day(first.saturating_add(months(1))))
        }
        Cycle::Monthly | Cycle::OneTime => (day(first), day(first.saturating_add(months(1)))),
    }
}

fn is_computed(l: &Line) -> bool {
    l.id.is_multiple_of(9)
}

fn line(a: &Agreement, l: &Line, item: Option<usize>) -> Value {
    let quantity_licences = match is_computed(l) {
        true => {
            json!([{"id": l.id, "invoice_line_id": l.id, "licence_id": 4, "licence_name": l.product_name,
            "assigned_licences": true, "qty_free": 0, "minimum_qty": 0}])
        }
        false => json!([]),
    };
    // What is not billed costs nothing; some prices are before a discount.
    let (price, discount) = match (l.billable, l.id % 13) {
        (false, _) => (l.unit_price, 100.0),
        (true, 0) => (l.unit_price.times(2), 50.0),
        (true, _) => (l.unit_price, 0.0),
    };
    json!({
        "id": l.id,
        "ihid": -i64::from(a.id),
        "item_code": l.product_code,
        "item_shortdescription": l.product_name,
        "item_longdescription": "",
        "item_internal_reference": "",
        "item_external_reference": l.vendor_sku,
        "_itemid": item,
        "qty_order": decimal(l.quantity),
        "unit_price": amount(price),
        "unit_cost": l.unit_cost.map_or(Value::Null, amount),
        "net_amount": amount(l.unit_price.times(l.quantity)),
        "discount_perc": discount,
        "tax_rate": 0.0,
        "isinactive": !l.active && l.end.is_none(),
        "onetimecharge": l.cycle == Cycle::OneTime,
        "isgroupdesc": false,
        "is_bundled_line": false,
        "autorenew": true,
        "startdate": day(l.start),
        "enddate": l.end.map_or_else(|| NEVER.into(), day),
        "billingperiod": 0,
        "recurring_invoice_quantity_type": i32::from(is_computed(l)),
        "recurring_invoice_price_type": 0,
        "quantity_licences": quantity_licences,
        "quantity_subscriptions": [],
        "quantity_users": [],
        "quantity_assets": [],
    })
}

/// A line that is off and a charge that falls due once, on some.
fn extra(a: &Agreement) -> Vec<Value> {
    if !a.id.is_multiple_of(7) {
        return Vec::new();
    }
    let row = |id: u32, code: &str, off: bool| {
        json!({"id": id, "item_code": code, "item_shortdescription": code, "qty_order": 1.0, "unit_price": 150.0,
            "isinactive": off, "onetimecharge": !off, "isgroupdesc": false, "startdate": NEVER, "enddate": NEVER})
    };
    vec![
        row(EXTRA * 3 + a.id, "Old antivirus", true),
        row(EXTRA * 4 + a.id, "Onboarding", false),
    ]
}
