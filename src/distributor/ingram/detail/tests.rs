use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const TENANT: &str = "9a9a9a9a-1111-4222-8333-444455556666";

fn detail() -> Value {
    json!({"id": "2000456", "name": "Microsoft 365 Business Premium (NCE, P1Y, monthly)", "customerId": "1000123",
        "status": "active", "renewalStatus": true, "creationDate": "2026-02-01", "renewalDate": "2027-02-01",
        "lastModifiedDate": "2026-10-15", "expirationDate": "2027-02-01", "billingModel": "prepaid",
        "billingPeriod": {"type": "month", "duration": 1}, "subscriptionPeriod": {"type": "year", "duration": 1},
        "products": [product("MST-1")], "totalPrice": {"amount": "924.00", "currency": "USD"},
        "fulfillmentParameters": [{"name": "other", "value": 5}, {"name": "ms_customer_id", "value": TENANT}]})
}

fn product(id: &str) -> Value {
    json!({"id": id, "mpn": "CFQ7TTC0LCHC:0002", "name": "Microsoft 365 Business Premium", "vendor": "Microsoft",
        "serviceName": "Microsoft NCE", "quantity": 42, "unitPrice": {"amount": "22.00", "currency": "USD"},
        "unitCost": {"amount": "17.95", "currency": "USD"},
        "extendedPrice": {"amount": "924.00", "currency": "USD"}})
}

fn with(mut row: Value, key: &str, value: Value) -> Value {
    row[key] = value;
    row
}

fn read_it(json: &Value) -> Detailed {
    read(json, &listed(), &Surprises::default())
}

fn listed() -> Listed {
    Listed {
        id: "2000456".to_owned(),
        customer: "1000123".into(),
        mark: "1|x".to_owned(),
    }
}

#[test]
fn the_documented_detail_is_read() {
    let surprises = Surprises::default();
    let detailed = read(&detail(), &listed(), &surprises);
    let sub = &detailed.rows[0];
    assert_eq!(
        (sub.id.as_str(), sub.vendor_customer_id.as_str()),
        ("2000456", "1000123")
    );
    assert_eq!(
        (sub.sku.as_str(), sub.seats),
        ("CFQ7TTC0LCHC:0002", Some(42))
    );
    assert_eq!(sub.product_name, "Microsoft 365 Business Premium");
    assert_eq!(sub.unit_cost, "17.95".parse().ok());
    assert_eq!(sub.unit_price, "22".parse().ok());
    assert_eq!(sub.currency, Currency::parse("USD"));
    assert_eq!(
        (sub.billing_cycle, sub.term.as_str()),
        (BillingCycle::Monthly, "P1Y")
    );
    assert_eq!(sub.status, SubscriptionStatus::Active);
    assert_eq!(sub.renews_on.unwrap().to_string(), "2027-02-01T00:00:00Z");
    assert_eq!(sub.revision, "1|x");
    assert_eq!(detailed.ms_tenant_id.as_deref(), Some(TENANT));
    assert!(!detailed.is_bare && detailed.quarantined.is_empty());
    assert_eq!(surprises.list(), []);
}

#[test]
fn several_products_are_rows_of_their_own() {
    let nameless = with(product("x"), "id", Value::Null);
    let bad = with(product("MST-3"), "quantity", json!(1.5));
    let detailed = read_it(&with(
        detail(),
        "products",
        json!([product("MST-1"), nameless, bad, 7]),
    ));
    let ids: Vec<_> = detailed.rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids, ["2000456/MST-1", "2000456/CFQ7TTC0LCHC:0002"]);
    let aside: Vec<_> = detailed
        .quarantined
        .iter()
        .map(|q| (q.source_id.as_str(), q.reason.as_str()))
        .collect();
    assert_eq!(
        aside,
        [
            ("2000456/MST-3", "quantity 1.5 is no whole number"),
            ("2000456/", "the product is no object")
        ]
    );
}

#[test]
fn without_products_seats_are_unknown_and_never_none() {
    for products in [Value::Null, json!([])] {
        let detailed = read_it(&with(detail(), "products", products));
        assert!(detailed.is_bare);
        let sub = &detailed.rows[0];
        assert_eq!(
            (sub.seats, sub.unit_cost, sub.id.as_str()),
            (None, None, "2000456")
        );
        assert!(sub.product_name.contains("(NCE, P1Y, monthly)"));
    }
}

#[test]
fn whole_quantities_count_however_they_are_written() {
    let parsed: Value = serde_json::from_str("10.0").unwrap();
    for quantity in [parsed, json!("10"), json!(10)] {
        let products = json!([with(product("MST-1"), "quantity", quantity.clone())]);
        let detailed = read_it(&with(detail(), "products", products));
        assert_eq!(detailed.rows[0].seats, Some(10), "{quantity}");
    }
    let unknown = json!([with(product("MST-1"), "quantity", Value::Null)]);
    assert_eq!(
        read_it(&with(detail(), "products", unknown)).rows[0].seats,
        None
    );
}

#[test]
fn a_cost_that_is_not_told_is_unknown() {
    let products = json!([with(product("MST-1"), "unitCost", Value::Null)]);
    let sub = &read_it(&with(detail(), "products", products)).rows[0];
    assert_eq!((sub.unit_cost, sub.unit_price), (None, "22".parse().ok()));
    let euro = json!({"amount": "17.95", "currency": "EUR"});
    let products = json!([with(product("MST-1"), "unitCost", euro)]);
    let detailed = read_it(&with(detail(), "products", products));
    assert_eq!(
        detailed.quarantined[0].reason,
        "two currencies in one row: EUR and USD"
    );
}

#[test]
fn what_is_on_hold_is_not_judged_and_what_is_over_is_over() {
    use SubscriptionStatus as S;
    for (word, status) in [
        ("active", S::Active),
        ("pending", S::Pending),
        ("hold", S::Unknown),
        ("terminated", S::Cancelled),
        ("Removed", S::Cancelled),
        ("dormant", S::Unknown),
    ] {
        let sub = &read_it(&with(detail(), "status", json!(word))).rows[0];
        assert_eq!((sub.status, sub.status_raw.as_str()), (status, word));
    }
}

#[test]
fn periods_become_cycles_and_terms() {
    for (period, cycle, term) in [
        (
            json!({"type": "month", "duration": 3}),
            BillingCycle::Quarterly,
            "P3M",
        ),
        (
            json!({"type": "YEAR", "duration": "3"}),
            BillingCycle::Triennial,
            "P3Y",
        ),
        (
            json!({"type": "day", "duration": 30}),
            BillingCycle::Unknown,
            "P30D",
        ),
        (
            json!({"type": "moon", "duration": 1}),
            BillingCycle::Unknown,
            "",
        ),
        (json!("monthly"), BillingCycle::Unknown, ""),
        (Value::Null, BillingCycle::Unknown, ""),
    ] {
        let json = with(
            with(detail(), "billingPeriod", period.clone()),
            "subscriptionPeriod",
            period.clone(),
        );
        let sub = &read_it(&json).rows[0];
        assert_eq!(
            (sub.billing_cycle, sub.term.as_str()),
            (cycle, term),
            "{period}"
        );
    }
}

proptest! {
    #[test]
    fn any_detail_is_read(value in crate::http::testing::any_json(), key in 0usize..6) {
        let keys = ["products", "status", "billingPeriod", "fulfillmentParameters", "name", "renewalDate"];
        let _ = read_it(&value);
        let _ = read_it(&with(detail(), keys[key], value.clone()));
        let odd = json!([with(product("a"), "unitPrice", value.clone()), with(product("b"), "quantity", value)]);
        let _ = read_it(&with(detail(), "products", odd));
    }
}
