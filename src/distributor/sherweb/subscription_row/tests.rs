use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const SKU: &str = "NCE-M365-BP-P1Y-M";

fn details() -> Value {
    json!({"id": "7a7a7a7a-1111-4222-8333-000000000001", "productName": "Microsoft 365 Business Premium (NCE)",
        "description": "Annual commitment, monthly billing", "sku": SKU, "quantity": 42,
        "renewalSettingsConfigurable": true, "purchaseDate": "2026-02-01T00:00:00.0000000Z",
        "commitmentTerm": {"type": "Annual", "termEndDate": "2027-01-31",
            "renewalConfiguration": {"renewalDate": "2027-02-01", "scheduledQuantity": 40},
            "committedMinimalQuantities": [{"committedUntil": "2026-02-08", "quantity": 0}]}})
}

fn pricing() -> Value {
    json!({"id": "7a7a7a7a-1111-4222-8333-000000000001", "billingCycle": "monthly",
        "fees": {"recurringFee": 22.0, "setupFee": 0, "currency": "Usd"}, "commitmentTerm": null})
}

fn with(mut row: Value, key: &str, value: Value) -> Value {
    row[key] = value;
    row
}

fn without(mut row: Value, key: &str) -> Value {
    row.as_object_mut().unwrap().remove(key);
    row
}

/// What the charges say that a unit costs.
fn billed(net: &str, currency: &str) -> Costs {
    let json = json!({"charges": [{"sku": SKU, "chargeType": "Recurring", "billingCycleType": "Monthly",
        "quantity": 42, "netPrice": net, "currency": currency,
        "tags": [{"name": "CustomerName", "value": "Harbour"}]}]});
    Costs::read(&json, &Surprises::default()).unwrap()
}

struct Desk {
    costs: Costs,
    fees: Fees,
    suspended: bool,
    surprises: Surprises,
    notes: Vec<String>,
}

fn desk() -> Desk {
    Desk {
        costs: Costs::default(),
        fees: Fees::Unknown,
        suspended: false,
        surprises: Surprises::default(),
        notes: Vec::new(),
    }
}

impl Desk {
    fn read(&mut self, details: &Value, pricing: Option<&Value>) -> Result<Subscription, String> {
        let holder = Holder {
            name: "Harbour".to_owned(),
            suspended: self.suspended,
        };
        let reading = Reading {
            customer: &"c-1".into(),
            holder: &holder,
            costs: &self.costs,
            fees: self.fees,
            now: "2026-11-24T12:00:00Z".parse().unwrap(),
            surprises: &self.surprises,
        };
        let row = Row::of(details, &DETAILS_SHAPE, &self.surprises).ok_or("no object")?;
        let pricing = pricing.and_then(|p| Row::of(p, &PRICING_SHAPE, &self.surprises));
        reading
            .map(details, row, pricing, &mut self.notes)
            .map_err(|aside| aside.reason)
    }
}

/// The documented pair.
fn read(desk: &mut Desk) -> Subscription {
    desk.read(&details(), Some(&pricing())).unwrap()
}

fn amounts(sub: &Subscription) -> (String, String, String) {
    let text = |money: Option<Money>| money.map(|m| m.to_string()).unwrap_or_default();
    let currency = sub.currency.as_ref().map(|c| c.as_str().to_owned());
    (
        text(sub.unit_cost),
        text(sub.unit_price),
        currency.unwrap_or_default(),
    )
}

#[test]
fn the_documented_pair_is_joined() {
    let mut desk = desk();
    let sub = read(&mut desk);
    assert_eq!(sub.id.as_str(), "7a7a7a7a-1111-4222-8333-000000000001");
    assert_eq!(sub.vendor_customer_id.as_str(), "c-1");
    assert_eq!((sub.sku.as_str(), sub.seats), (SKU, Some(42)));
    assert_eq!(sub.product_name, "Microsoft 365 Business Premium (NCE)");
    assert_eq!(sub.status, SubscriptionStatus::Active);
    assert_eq!(sub.billing_cycle, BillingCycle::Monthly);
    assert_eq!(sub.term, "P1Y");
    assert_eq!(sub.starts_on.unwrap().to_string(), "2026-02-01T00:00:00Z");
    assert_eq!(sub.renews_on.unwrap().to_string(), "2027-02-01T00:00:00Z");
    assert_eq!(sub.commitment.scheduled.unwrap().seats, 40);
    assert_eq!(sub.commitment.grace, None, "it is over");
    assert_eq!(
        amounts(&sub),
        (String::new(), String::new(), String::new()),
        "nobody said what fees are"
    );
    assert_eq!(desk.surprises.list(), []);
}

#[test]
fn fees_are_what_the_setting_says() {
    let mut cost = desk();
    cost.fees = Fees::Cost;
    assert_eq!(
        amounts(&read(&mut cost)),
        ("22.00".into(), "".into(), "USD".into())
    );
    let mut price = desk();
    price.fees = Fees::Price;
    assert_eq!(
        amounts(&read(&mut price)),
        ("".into(), "22.00".into(), "USD".into())
    );
    let undefined = with(
        pricing(),
        "fees",
        json!({"recurringFee": 22, "setupFee": 0, "currency": "Undefined"}),
    );
    let sub = cost.read(&details(), Some(&undefined)).unwrap();
    assert_eq!(
        amounts(&sub),
        ("22.00".into(), "".into(), "".into()),
        "never USD"
    );
}

#[test]
fn what_is_billed_is_the_cost_whatever_the_fees_are() {
    for fees in [Fees::Unknown, Fees::Cost] {
        let mut desk = desk();
        desk.costs = billed("17.55", "USD");
        desk.fees = fees;
        assert_eq!(
            amounts(&read(&mut desk)),
            ("17.55".into(), "".into(), "USD".into())
        );
        assert_eq!(desk.notes.len(), usize::from(fees == Fees::Cost));
    }
    let mut price = desk();
    (price.costs, price.fees) = (billed("17.55", "USD"), Fees::Price);
    assert_eq!(
        amounts(&read(&mut price)),
        ("17.55".into(), "22.00".into(), "USD".into())
    );
    assert_eq!(price.notes, Vec::<String>::new());
    let mut euro = desk();
    (euro.costs, euro.fees) = (billed("17.55", "EUR"), Fees::Price);
    assert_eq!(
        amounts(&read(&mut euro)),
        ("17.55".into(), "".into(), "EUR".into())
    );
}

#[test]
fn a_charge_tells_what_the_fees_are() {
    for (net, told) in [
        ("22", "what Sherweb bills us for a unit"),
        ("17.55", "something else"),
    ] {
        let mut desk = desk();
        (desk.costs, desk.fees) = (billed(net, "USD"), Fees::Price);
        read(&mut desk);
        read(&mut desk);
        let seen = desk.surprises.seen.list();
        let found = seen.iter().find(|s| s.path.contains("beside the payable"));
        assert_eq!(found.map(|s| (s.value.as_str(), s.count)), Some((told, 2)));
        assert_eq!(desk.notes.len(), usize::from(net == "22"), "said once");
    }
}

#[test]
fn what_is_missing_is_unknown_and_no_reason_to_drop_a_row() {
    let mut desk = desk();
    let bare = desk.read(&json!({"id": "s-1"}), None).unwrap();
    assert_eq!(
        (bare.seats, bare.billing_cycle),
        (None, BillingCycle::Unknown)
    );
    assert_eq!((bare.sku.as_str(), bare.term.as_str()), ("", ""));
    assert!(bare.commitment.is_empty());
    let no_fees = with(pricing(), "fees", Value::Null);
    desk.fees = Fees::Cost;
    let sub = desk.read(&details(), Some(&no_fees)).unwrap();
    assert_eq!(sub.unit_cost, None);
    let named = with(details(), "productName", Value::Null);
    let sub = desk.read(&named, None).unwrap();
    assert_eq!(sub.product_name, "Annual commitment, monthly billing");
}

#[test]
fn the_term_of_the_pricing_serves_where_the_details_have_none() {
    let details_json = without(details(), "commitmentTerm");
    let pricing_json = with(
        pricing(),
        "commitmentTerm",
        details()["commitmentTerm"].clone(),
    );
    let sub = desk().read(&details_json, Some(&pricing_json)).unwrap();
    assert_eq!(sub.term, "P1Y");
}

#[test]
fn words_in_any_case_are_read_and_new_ones_are_told() {
    for (word, cycle, told) in [
        ("Yearly", BillingCycle::Annual, 0),
        ("none", BillingCycle::Unknown, 0),
        ("Weekly", BillingCycle::Unknown, 0),
        ("unknown", BillingCycle::Unknown, 0),
        ("fortnightly", BillingCycle::Unknown, 1),
    ] {
        let mut desk = desk();
        let pricing = with(pricing(), "billingCycle", json!(word));
        let sub = desk.read(&details(), Some(&pricing)).unwrap();
        assert_eq!(sub.billing_cycle, cycle, "{word}");
        assert_eq!(desk.surprises.list().len(), told, "{word}");
    }
}

#[test]
fn a_suspended_customer_still_has_what_it_bought() {
    let mut suspended = desk();
    suspended.suspended = true;
    let sub = read(&mut suspended);
    assert_eq!(sub.status, SubscriptionStatus::Suspended);
    assert!(sub.status.is_billable());
    let mut told = desk();
    let cancelled = with(details(), "status", json!("Cancelled"));
    let sub = told.read(&cancelled, None).unwrap();
    assert_eq!(sub.status, SubscriptionStatus::Cancelled);
}

#[test]
fn a_row_of_no_use_says_why() {
    for (row, reason) in [
        (without(details(), "id"), "id is missing"),
        (
            with(details(), "quantity", json!(-1)),
            "quantity -1 is negative",
        ),
        (
            with(details(), "quantity", json!(4.5)),
            "quantity 4.5 is no whole number",
        ),
        (
            with(details(), "quantity", json!(99_999_999)),
            "quantity 99999999 is more than anybody buys",
        ),
    ] {
        assert_eq!(desk().read(&row, None).unwrap_err(), reason);
    }
    let odd = with(pricing(), "fees", json!({"recurringFee": "many"}));
    assert_eq!(
        desk().read(&details(), Some(&odd)).unwrap_err(),
        "recurringFee 'many' is no amount"
    );
}

proptest! {
    #[test]
    fn any_row_is_read(value in crate::http::testing::any_json(), key in 0usize..8) {
        let keys = ["id", "sku", "quantity", "commitmentTerm", "purchaseDate", "fees", "billingCycle", "status"];
        let mut desk = desk();
        desk.fees = Fees::Cost;
        let _ = desk.read(&value, Some(&value));
        let odd = with(details(), keys[key], value.clone());
        let _ = desk.read(&odd, Some(&with(pricing(), keys[key], value)));
    }
}
