//! Reports: the list, one report's columns, and its data as CSV inside JSON, by POST.

use serde_json::{Value, json};

use super::super::licence::Subscription;
use super::super::server::Reply;
use super::super::world::World;
use super::errors;

/// The reports that there are: number and name.
const REPORTS: [(&str, &str); 2] = [
    ("49000", "Subscription billing"),
    ("49001", "Licence usage"),
];

/// The columns of a billing report; the currency stands in the heading.
const COLUMNS: [&str; 6] = [
    "Customer Name",
    "Subscription Id",
    "Product Name",
    "Usage Quantity",
    "Seller Cost (USD)",
    "Customer Cost (USD)",
];

/// `GET …/reports`.
pub(super) fn list(world: &World) -> Reply {
    let rows: Vec<Value> = REPORTS
        .iter()
        .map(|(id, name)| report(world, id, name))
        .collect();
    Reply::json(200, &json!({ "reports": rows }))
}

/// `GET …/reports/{id}`.
pub(super) fn one(world: &World, id: &str, request: &str) -> Reply {
    let Some((id, name)) = REPORTS.iter().find(|(known, _)| *known == id) else {
        return missing(world, id, request);
    };
    let mut row = report(world, id, name);
    row["specs"] = json!({
        "allColumns": COLUMNS, "selectedColumns": COLUMNS, "columnFilters": [],
        "dateRangeOption": {"selectedRange": {"relativeDateRange": "MONTH_TO_DATE"}},
        "currencyOption": "USD", "conversionRates": [],
    });
    Reply::json(200, &row)
}

/// `POST …/reports/{id}/reportDataCsv`. The body is not looked at.
pub(super) fn data(world: &World, id: &str, request: &str) -> Reply {
    if !REPORTS.iter().any(|(known, _)| *known == id) {
        return missing(world, id, request);
    }
    let billed = |s: &&Subscription| s.status.is_billed() && s.currency == "USD";
    let rows: Vec<String> = (world.subscriptions.iter())
        .filter(billed)
        .map(|s| {
            let owner = world.customer(s.customer);
            let owner = owner.map_or("", |c| c.organisation.as_str());
            format!(
                "\"{}\",{},\"{}\",{},{},{}",
                owner.replace('"', "\"\""),
                s.id,
                s.product.name,
                s.seats,
                s.cost.times(s.seats),
                s.price.times(s.seats)
            )
        })
        .collect();
    let text = format!("{}\n{}\n", COLUMNS.join(","), rows.join("\n"));
    Reply::json(
        200,
        &json!({"results": text, "resultCount": rows.len().to_string()}),
    )
}

fn missing(world: &World, id: &str, request: &str) -> Reply {
    errors::not_found(
        &format!("accounts/{}/reports/{id}", world.account_id),
        request,
    )
}

fn report(world: &World, id: &str, name: &str) -> Value {
    json!({
        "reportId": id, "displayName": name, "category": "BILLING_REPORTS",
        "reportModule": "REPORTS_REPORTS_MODULE", "reportTemplateId": "12", "createdBy": "5432",
        "createTime": world.now().to_string(), "providerIds": ["30"],
    })
}
