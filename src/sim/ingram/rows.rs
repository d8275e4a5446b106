//! Customers, products, orders and reports as the vendor writes them.

use serde_json::{Value, json};

use super::super::catalogue::{PRODUCTS, Product};
use super::super::dice::Dice;
use super::super::hostility::{Hostility, hostile_text};
use super::super::licence::{Status, Subscription};
use super::super::party::Customer;
use super::super::wire::cents;
use super::super::world::{DAY, World};
use super::subscriptions;
use crate::domain::money::Money;
use crate::domain::time::Ts;
use crate::domain::vendor::Vendor;

/// A customer's id: digits, as text.
pub(super) fn customer_id(number: u64) -> String {
    (1_000_000 + number).to_string()
}

/// The customer of an id.
pub(in super::super) fn find<'a>(world: &'a World, id: &str) -> Option<&'a Customer> {
    let all = world.customers_at(Vendor::IngramMicro);
    all.iter().find(|c| customer_id(c.id) == id)
}

/// An amount as text with two decimals, and its currency.
pub(super) fn money(amount: Money, currency: &str) -> Value {
    let hundredths = cents(amount).units() / 1_000_000;
    let sign = if hundredths < 0 { "-" } else { "" };
    let hundredths = hundredths.abs();
    let text = format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100);
    json!({"amount": text, "currency": currency})
}

/// A plain date.
pub(super) fn date(at: Ts) -> Value {
    at.date().to_string().into()
}

/// A customer of the list: address and contacts are certain only by id.
pub(super) fn customer(world: &World, c: &Customer, hostility: Hostility) -> Value {
    let row = match c.id % 3 {
        0 => brief(world, c),
        _ => full(world, c),
    };
    spoil(c, row, hostility)
}

/// A customer by id.
pub(super) fn customer_details(world: &World, c: &Customer, hostility: Hostility) -> Value {
    let mut row = full(world, c);
    row["taxRegId"] = "00-0000000".into();
    spoil(c, row, hostility)
}

fn brief(world: &World, c: &Customer) -> Value {
    let status = match (c.active, c.id % 5) {
        (true, _) => "active",
        (false, 0) => "creditHold",
        (false, _) => "adminHold",
    };
    json!({
        "id": customer_id(c.id), "externalId": external_id(world, c), "name": c.organisation, "status": status,
    })
}

/// The PSA's id, which the partner wrote into one customer in five; empty for the others.
fn external_id(world: &World, c: &Customer) -> String {
    let mut dice = Dice::new(world.seed, "ingram external id", c.id);
    let company = world.company_at(Vendor::IngramMicro, c.id);
    let kept = company.filter(|_| dice.chance(20));
    kept.map_or_else(String::new, |id| id.to_string())
}

fn full(world: &World, c: &Customer) -> Value {
    let mut row = brief(world, c);
    let (first, last) = c.contact.split_once(' ').unwrap_or((&c.contact, "-"));
    let email = c
        .email
        .clone()
        .unwrap_or_else(|| format!("admin@{}", c.tenant_domain));
    let mut address = json!({
        "streetAddress": c.street, "postalCode": c.zip, "city": c.city, "state": c.state, "countryCode": c.country,
    });
    if let Some(suite) = &c.suite {
        address["addressExtension"] = suite.as_str().into();
    }
    row["address"] = address;
    row["language"] = if c.country == "DE" { "de_DE" } else { "en_US" }.into();
    row["contactPersons"] = json!([{
        "type": "admin", "firstName": first, "lastName": last, "email": email, "phoneNumber": phone(c),
    }]);
    row
}

/// Country, area, number and extension with `#` between them; the area is often empty.
fn phone(c: &Customer) -> String {
    let typed = c.phone.as_deref().unwrap_or("5550100");
    let number = typed.split('x').next().unwrap_or_default();
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    match (digits.len(), digits.strip_prefix('1')) {
        (11, Some(rest)) => format!("1#{}#{}#", &rest[..3], &rest[3..]),
        (10, None) => format!("1#{}#{}#", &digits[..3], &digits[3..]),
        _ => format!("1##{digits}#"),
    }
}

/// Chaos: hostile names, rows without an id, nulls for whatever may lack.
fn spoil(c: &Customer, mut row: Value, hostility: Hostility) -> Value {
    let Some(mut dice) = hostility.dice("ingram customer", c.id) else {
        return row;
    };
    if dice.chance(6) {
        row["name"] = hostile_text(&c.organisation, &mut dice).into();
    }
    if dice.chance(5) {
        for optional in ["address", "contactPersons", "language", "externalId"] {
            row[optional] = Value::Null;
        }
    }
    if let Some(members) = row.as_object_mut().filter(|_| dice.below(150) == 0) {
        members.remove("id");
    }
    row
}

/// The catalogue: one MPN under two terms.
pub(super) fn products(mpn: Option<&str>) -> Vec<Value> {
    let terms = [("P1M", "month"), ("P1Y", "year")];
    (PRODUCTS.iter().enumerate())
        .filter(|(_, p)| mpn.is_none_or(|wanted| wanted == p.part()))
        .flat_map(|(at, p)| terms.map(|(term, period)| product(p, at, term, period)))
        .collect()
}

fn product(p: &Product, at: usize, term: &str, period: &str) -> Value {
    let price = |text: &str, kind: &str| {
        let mut row = money(text.parse().unwrap_or_default(), "USD");
        row["type"] = kind.into();
        row
    };
    json!({
        "id": format!("MST-{at}-{term}"), "mpn": p.part(), "name": format!("{} (NCE, {term})", p.name),
        "serviceName": "Microsoft NCE", "minimumQuantity": "1", "maximumQuantity": "300",
        "prices": [price(p.list, "recurring")], "costs": [price(p.cost, "recurring")],
        "billingPeriod": {"type": "month", "duration": 1}, "subscriptionPeriod": {"type": period, "duration": 1},
        "dependsOn": [],
    })
}

/// One order for each subscription, newest first.
pub(super) fn orders(world: &World) -> Vec<Value> {
    subscriptions::newest_first(world)
        .into_iter()
        .map(order)
        .collect()
}

fn order(s: &Subscription) -> Value {
    // In the vendor's example a time with a space and no zone.
    let at = s.purchased.to_string().replace('T', " ");
    json!({
        "id": format!("ORD{}", s.id), "type": "sales", "customerId": customer_id(s.customer),
        "creationDate": at.trim_end_matches('Z'),
        "status": if s.status == Status::Pending { "processing" } else { "completed" },
    })
}

/// Reports that can be downloaded: what is really billed.
pub(super) fn reports(world: &World) -> Vec<Value> {
    let time = |days: i64| format!("{}T00:00:00Z", world.now().plus_seconds(days * DAY).date());
    vec![json!({
        "id": "1", "name": "Rated data", "status": "completed", "type": "monthly", "format": "csv",
        "creationDate": time(-3), "startDate": time(-33), "endDate": time(-3),
        "downloadUrl": "https://reports.example/1.csv",
    })]
}
