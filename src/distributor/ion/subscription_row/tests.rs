use proptest::prelude::*;
use serde_json::json;

use super::*;

fn sample() -> Value {
    json!({"id":"2200417","customerId":"400123","resellerId":"10505","isvId":"15700","cloudProviderId":"30",
        "subscriptionId":"5d0c1a34-0000-4000-8000-000000000001","subscriptionName":"renamed by a user",
        "resourceType":"AZURE::Subscription","subscriptionProductId":"NL","subscriptionSkuId":"CFQ7SIM0LH18",
        "subscriptionOfferId":"NL,CFQ7SIM0LH18,0001","subscriptionTotalLicenses":"10","unitType":"Licenses",
        "subscriptionStatus":"active","subscriptionStartDate":"2026-01-03T16:29:10.491Z",
        "subscriptionEndDate":"2027-01-03T16:29:10.491Z","subscriptionBillingType":"license",
        "subscriptionBillingCycle":"monthly","subscriptionBillingTerm":"P1Y",
        "ccpProductInfo":{"skuDisplayName":"Sim 365 Business Basic"},"isTrial":false,"autoRenew":true,
        "customerName":"Harbor Dental LLC","currency":"USD","renewalDate":"2027-01-03T16:29:10Z",
        "mfgPartNumber":"CFQ7SIM0LH18:0001:P1Y:M"})
}

/// The sample with members changed; null takes one away.
fn with(changes: &[(&str, &str)]) -> Value {
    let mut row = sample();
    // Amounts in their own text, with the residue of binary arithmetic.
    let amounts = [
        ("cost", "4.8123457"),
        ("price", "5.2935803"),
        ("total", "52.935803000000001"),
    ];
    for (key, text) in amounts.iter().chain(changes) {
        row[*key] = serde_json::from_str(text).unwrap();
    }
    row
}

fn mapped(changes: &[(&str, &str)]) -> Subscription {
    map(&with(changes), CostPeriod::Cycle, &Surprises::default()).unwrap()
}

fn reason(changes: &[(&str, &str)]) -> String {
    let aside = map(&with(changes), CostPeriod::Cycle, &Surprises::default()).unwrap_err();
    assert_eq!(aside.stream, "subscriptions");
    aside.reason
}

#[test]
fn the_documented_row_is_read_whole() {
    let surprises = Surprises::default();
    let row = map(&with(&[]), CostPeriod::Cycle, &surprises).unwrap();
    assert_eq!(
        (row.id.as_str(), row.vendor_customer_id.as_str()),
        ("2200417", "400123")
    );
    assert_eq!(
        (row.sku.as_str(), row.product_name.as_str()),
        ("CFQ7SIM0LH18:0001", "Sim 365 Business Basic")
    );
    assert_eq!(
        (row.status, row.seats),
        (SubscriptionStatus::Active, Some(10))
    );
    assert_eq!(row.unit_cost.unwrap().to_string(), "4.8123457");
    assert_eq!(row.unit_price.unwrap().to_string(), "5.2935803");
    assert_eq!(
        (row.billing_cycle, row.term.as_str()),
        (BillingCycle::Monthly, "P1Y")
    );
    assert_eq!(row.renews_on.unwrap().to_string(), "2027-01-03T16:29:10Z");
    assert_eq!(surprises.list(), [], "the documented row holds no surprise");
}

#[test]
fn seats_come_in_any_exact_form_or_the_row_is_put_aside() {
    for (text, seats) in [
        ("10", Some(10)),
        ("\"10\"", Some(10)),
        ("\"0\"", Some(0)),
        ("null", None),
        ("\"\"", None),
    ] {
        assert_eq!(
            mapped(&[("subscriptionTotalLicenses", text)]).seats,
            seats,
            "{text}"
        );
    }
    for (text, why) in [
        ("-1", "is negative"),
        ("\"2.5\"", "is no whole number"),
        ("\"many\"", "is no whole number"),
        ("99999999999", "more than anybody buys"),
        ("{}", "is no whole number"),
    ] {
        let reason = reason(&[("subscriptionTotalLicenses", text)]);
        assert!(
            reason.starts_with("subscriptionTotalLicenses") && reason.contains(why),
            "{reason}"
        );
    }
}

#[test]
fn ids_are_needed_and_money_is_exact() {
    assert_eq!(reason(&[("id", "null")]), "id is missing");
    assert_eq!(
        reason(&[("customerId", "\"  \"")]),
        "customerId '' is no id"
    );
    assert_eq!(mapped(&[("id", "2200417")]).id.as_str(), "2200417");
    assert_eq!(reason(&[("cost", "\"NaN\"")]), "cost 'NaN' is no amount");
    assert_eq!(
        reason(&[("billingCurrency", "\"EUR\"")]),
        "two currencies in one row: USD and EUR"
    );
    assert_eq!(mapped(&[("cost", "null")]).unit_cost, None);
    assert_eq!(mapped(&[("cost", "0")]).unit_cost, Some(Money::ZERO));
    assert!(mapped(&[("cost", "-1.5")]).unit_cost.unwrap().is_negative());
}

#[test]
fn one_product_has_one_sku_whatever_its_term() {
    let monthly = mapped(&[("mfgPartNumber", "\"CFQ7SIM0LH18:0001:P1M:M\"")]);
    let without_part = mapped(&[("mfgPartNumber", "null")]);
    assert_eq!(monthly.sku, mapped(&[]).sku);
    assert_eq!(without_part.sku, mapped(&[]).sku);
    let bare = [("mfgPartNumber", "null"), ("subscriptionOfferId", "null")];
    assert_eq!(mapped(&bare).sku.as_str(), "CFQ7SIM0LH18");
    let legacy = [
        ("subscriptionSkuId", "\"0002\""),
        ("subscriptionProductId", "\"DZH318Z0BPS6\""),
    ];
    assert_eq!(
        mapped(&[bare, legacy].concat()).sku.as_str(),
        "DZH318Z0BPS6:0002"
    );
}

#[test]
fn usage_one_time_and_trial_are_told_apart() {
    let usage = mapped(&[
        ("subscriptionBillingType", "\"usage\""),
        ("subscriptionTotalLicenses", "\"1\""),
    ]);
    assert_eq!(
        (usage.billing_cycle, usage.seats),
        (BillingCycle::Usage, None)
    );
    let perpetual = mapped(&[("subscriptionBillingCycle", "\"one_time\"")]);
    assert_eq!(
        (perpetual.billing_cycle, perpetual.seats),
        (BillingCycle::OneTime, Some(10))
    );
    assert_eq!(
        mapped(&[("isTrial", "true")]).status,
        SubscriptionStatus::Trial
    );
    assert_eq!(
        mapped(&[("isTrial", "true"), ("subscriptionStatus", "\"DELETED\"")]).status,
        SubscriptionStatus::Cancelled
    );
    assert_eq!(
        mapped(&[("subscriptionBillingCycle", "null")]).billing_cycle,
        BillingCycle::Monthly,
        "from the part number"
    );
}

#[test]
fn a_monthly_amount_is_brought_to_its_cycle() {
    let annual = with(&[("subscriptionBillingCycle", "\"annual\""), ("cost", "10")]);
    let cost = |period| {
        map(&annual, period, &Surprises::default())
            .unwrap()
            .unit_cost
            .unwrap()
    };
    assert_eq!(cost(CostPeriod::Cycle), Money::from_cents(1_000));
    assert_eq!(cost(CostPeriod::Month), Money::from_cents(12_000));
}

#[test]
fn what_differs_from_the_documents_is_counted() {
    let surprises = Surprises::default();
    let odd = with(&[
        ("subscriptionStatus", "\"hibernating\""),
        ("subscriptionTotalLicenses", "10"),
        ("brandNew", "1"),
        ("total", "99"),
        ("currency", "\"dollars\""),
    ]);
    let row = map(&odd, CostPeriod::Cycle, &surprises).unwrap();
    assert_eq!(
        (row.status, row.status_raw.as_str()),
        (SubscriptionStatus::Unknown, "hibernating")
    );
    assert_eq!(row.currency, None);
    let seen: Vec<_> = surprises
        .list()
        .into_iter()
        .map(|s| (s.path, s.odd))
        .collect();
    assert_eq!(
        seen,
        [
            ("subscriptions.brandNew".to_owned(), Odd::UnknownField),
            (
                "subscriptions.currency = dollars".to_owned(),
                Odd::UnknownValue
            ),
            (
                "subscriptions.subscriptionStatus = hibernating".to_owned(),
                Odd::UnknownValue
            ),
            (
                "subscriptions.subscriptionTotalLicenses".to_owned(),
                Odd::TypeChanged
            ),
            (
                "subscriptions.total is not price × seats".to_owned(),
                Odd::Contradiction
            ),
        ]
    );
}

#[test]
fn hostile_texts_are_cleaned_and_bounded() {
    let name = format!(
        "{{\"skuDisplayName\": \"\\u001b[2J{}\"}}",
        "n".repeat(10_000)
    );
    let row = mapped(&[
        ("ccpProductInfo", &name),
        ("subscriptionStatus", "\"act\\u202eive\""),
    ]);
    assert!(row.product_name.starts_with("[2Jn") && row.product_name.chars().count() == 400);
    assert_eq!(row.status, SubscriptionStatus::Active);
}

proptest! {
    #[test]
    fn any_value_maps_or_is_put_aside(value in crate::http::testing::any_json()) {
        let _ = map(&value, CostPeriod::Month, &Surprises::default());
    }

    #[test]
    fn any_value_in_any_field_maps_or_is_put_aside(
        value in crate::http::testing::any_json(),
        at in 0..SHAPE.fields.len(),
    ) {
        let mut row = with(&[]);
        row[SHAPE.fields[at].key] = value;
        match map(&row, CostPeriod::Cycle, &Surprises::default()) {
            Ok(mapped) => {
                prop_assert!(crate::domain::text::is_clean(&mapped.product_name));
                prop_assert!(mapped.seats.is_none_or(|seats| (0..=fields::MOST_SEATS).contains(&seats)));
            }
            Err(aside) => prop_assert!(!aside.reason.is_empty() && aside.payload.chars().count() <= 4_000),
        }
    }
}
