//! A subscription of Pax8, mapped tolerantly. No member is certain: the vendor's own examples lack `partnerCost`,
//! `vendorSkuId`, `commitmentTerm`, `endDate` and `updatedDate` (OAS), so absent is normal, and a cost then unknown.

use serde_json::Value;

use super::products::{Product, Products};
use crate::distributor::quarantine::quarantined;
use crate::distributor::{Stream, fields};
use crate::domain::commitment::Commitment;
use crate::domain::ids::{Sku, SubscriptionId, VendorCustomerId};
use crate::domain::money::Money;
use crate::domain::subscription::{CostPeriod, Quarantined, Subscription, SubscriptionStatus};
use crate::http::json::row::{Reason, Row};
use crate::http::json::shape::{Kind, Shape, always, often};
use crate::http::json::surprises::Surprises;

const SHAPE: Shape = Shape {
    path: "subscriptions",
    fields: &[
        always("id", Kind::Text),
        always("companyId", Kind::Text),
        always("productId", Kind::Text),
        always("quantity", Kind::Number),
        always("status", Kind::Text),
        always("billingTerm", Kind::Text),
        often("parentSubscriptionId", Kind::Text),
        often("productName", Kind::Text),
        often("vendorSubscriptionId", Kind::Text),
        often("vendorSkuId", Kind::Text),
        often("startDate", Kind::Text),
        often("endDate", Kind::Text),
        often("createdDate", Kind::Text),
        often("updatedDate", Kind::Text),
        often("billingStart", Kind::Text),
        often("price", Kind::Number),
        often("partnerCost", Kind::Number),
        often("currencyCode", Kind::Text),
        often("commitmentTerm", Kind::Object),
    ],
};

const TERM_SHAPE: Shape = Shape {
    path: "subscriptions.commitmentTerm",
    fields: &[
        often("id", Kind::Text),
        often("term", Kind::Text),
        often("endDate", Kind::Text),
    ],
};

/// Fields whose words are told in the acceptance report.
const WATCHED: [&str; 3] = ["status", "billingTerm", "currencyCode"];

/// The product of a row; empty if it names none.
pub(super) fn product_id(value: &Value) -> String {
    let id = value.get("productId").map(crate::http::json::read::text);
    id.unwrap_or_default()
}

/// Maps one row, or puts it aside with the reason.
pub(super) fn map(
    value: &Value,
    period: CostPeriod,
    products: &Products,
    surprises: &Surprises,
) -> Result<Subscription, Quarantined> {
    let aside = |reason: &str| quarantined(Stream::Subscriptions, value, &["id"], reason);
    let row = Row::of(value, &SHAPE, surprises).ok_or_else(|| aside("the row is no object"))?;
    for key in WATCHED {
        let path = format!("{}.{key}", SHAPE.path);
        surprises.seen.count(&path, &row.text(key));
    }
    let id = product_id(value);
    let read = read(&row, period, products.get(&id), surprises);
    let mut subscription = read.map_err(|reason| aside(&reason))?;
    subscription.revision = products.mark(&id);
    Ok(subscription)
}

fn read(
    row: &Row<'_>,
    period: CostPeriod,
    product: Product,
    surprises: &Surprises,
) -> Result<Subscription, Reason> {
    let billing = row.text("billingTerm");
    let cycle = fields::cycle(&billing, "subscriptions.billingTerm", surprises);
    let status_raw = row.text("status");
    let term = row.child("commitmentTerm", &TERM_SHAPE, surprises);
    let ends_at = term.and_then(|term| term.time("endDate"));
    let unit = |key| -> Result<Option<Money>, Reason> {
        let amount = fields::money(row, key, SHAPE.path, surprises)?;
        Ok(amount.map(|amount| period.per_cycle(amount, cycle)))
    };
    let duration = |term: Row<'_>| {
        fields::term(
            &term.text("term"),
            "subscriptions.commitmentTerm.term",
            surprises,
        )
    };
    let sku = first([
        &product.sku,
        &product.vendor_sku,
        &row.text("vendorSkuId"),
        &row.text("productId"),
    ]);
    Ok(Subscription {
        id: SubscriptionId::new(row.id("id")?),
        vendor_customer_id: VendorCustomerId::new(row.id("companyId")?),
        product_name: first([&row.text("productName"), &product.name, &sku, ""]),
        sku: Sku::new(sku),
        status: status(&status_raw, &billing, surprises),
        status_raw,
        seats: fields::seats(row, "quantity")?,
        unit_cost: unit("partnerCost")?,
        unit_price: unit("price")?,
        currency: fields::currency(
            &row.text("currencyCode"),
            "subscriptions.currencyCode",
            surprises,
        ),
        billing_cycle: cycle,
        term: term.map(duration).unwrap_or_default(),
        starts_on: ["startDate", "billingStart", "createdDate"]
            .iter()
            .find_map(|key| row.time(key)),
        renews_on: ends_at.or_else(|| row.time("endDate")),
        commitment: Commitment {
            ends_on: ends_at.map(|at| at.date()),
            ..Commitment::default()
        },
        revision: String::new(),
    })
}

fn first(texts: [&str; 4]) -> String {
    let found = texts.into_iter().find(|text| !text.is_empty());
    found.unwrap_or_default().to_owned()
}

/// A trial is told by the status or by the billing term.
fn status(word: &str, billing: &str, surprises: &Surprises) -> SubscriptionStatus {
    match fields::status(word, "subscriptions.status", surprises) {
        SubscriptionStatus::Active if billing.eq_ignore_ascii_case("trial") => {
            SubscriptionStatus::Trial
        }
        status => status,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::domain::subscription::BillingCycle;

    fn documented() -> Value {
        json!({"id":"aaaa1111-0000-4000-8000-000000000001","parentSubscriptionId":null,"companyId":"11111111-2222-4333-8444-555555555555","productId":"bbbb2222-0000-4000-8000-000000000009","productName":"Microsoft 365 Business Premium [New Commerce Experience]","vendorSubscriptionId":"cccc3333-0000-4000-8000-000000000003","quantity":42,"startDate":"2026-02-01T00:00:00.000Z","endDate":"2027-01-31T00:00:00.000Z","createdDate":"2026-02-01T10:11:12.000Z","updatedDate":"2026-09-01T10:11:12.000Z","billingStart":"2026-02-01","status":"Active","price":22.00,"partnerCost":17.95,"currencyCode":"USD","billingTerm":"Monthly","commitmentTerm":{"id":"dddd4444-0000-4000-8000-000000000004","term":"1-Year","endDate":"2027-01-31"}})
    }

    fn taken(change: impl FnOnce(&mut Value)) -> Result<Subscription, Quarantined> {
        let mut row = documented();
        change(&mut row);
        map(
            &row,
            CostPeriod::Cycle,
            &Products::default(),
            &Surprises::default(),
        )
    }

    #[test]
    fn the_documented_subscription_is_read() {
        let surprises = Surprises::default();
        let row = map(
            &documented(),
            CostPeriod::Cycle,
            &Products::default(),
            &surprises,
        )
        .unwrap();
        assert_eq!(
            (row.seats, row.status),
            (Some(42), SubscriptionStatus::Active)
        );
        let amounts = [row.unit_cost, row.unit_price].map(|m| m.unwrap().to_string());
        assert_eq!(amounts, ["17.95", "22.00"]);
        assert_eq!(
            (row.billing_cycle, row.term.as_str()),
            (BillingCycle::Monthly, "P1Y")
        );
        assert_eq!(row.commitment.ends_on.unwrap().to_string(), "2027-01-31");
        assert_eq!(row.renews_on.unwrap().to_string(), "2027-01-31T00:00:00Z");
        assert_eq!(row.sku.as_str(), "bbbb2222-0000-4000-8000-000000000009");
        assert_eq!(surprises.list(), []);
    }

    #[test]
    fn null_is_unknown_for_every_member_but_the_two_ids() {
        let keys: Vec<String> = documented().as_object().unwrap().keys().cloned().collect();
        for key in keys {
            let row = taken(|row| row[&key] = Value::Null);
            let needed = matches!(key.as_str(), "id" | "companyId");
            assert_eq!(row.is_err(), needed, "{key}");
            if let Ok(row) = row {
                assert_eq!(row.unit_cost.is_none(), key == "partnerCost", "{key}");
            }
        }
        let bare = json!({"id": "a", "companyId": "b"});
        let row = map(
            &bare,
            CostPeriod::Cycle,
            &Products::default(),
            &Surprises::default(),
        )
        .unwrap();
        assert_eq!(
            (row.seats, row.unit_cost, row.status),
            (None, None, SubscriptionStatus::Unknown)
        );
    }

    #[test]
    fn states_say_what_is_billed() {
        use SubscriptionStatus as S;
        for (word, expected) in [
            ("Active", S::Active),
            ("Activated", S::Active),
            ("PendingCancel", S::Active),
            ("Cancelled", S::Cancelled),
            ("Trial", S::Trial),
            ("PendingManual", S::Pending),
            ("PendingAutomated", S::Pending),
            ("WaitingForDetails", S::Pending),
            ("PendingActivation", S::Pending),
            ("Converted", S::Unknown),
            ("Hibernating", S::Unknown),
        ] {
            assert_eq!(
                taken(|row| row["status"] = word.into()).unwrap().status,
                expected,
                "{word}"
            );
        }
        let on_trial = taken(|row| row["billingTerm"] = "Trial".into()).unwrap();
        assert_eq!(
            (on_trial.status, on_trial.billing_cycle),
            (S::Trial, BillingCycle::Unknown)
        );
    }

    #[test]
    fn terms_and_cycles_are_read() {
        use BillingCycle as C;
        for (word, expected) in [
            ("Annual", C::Annual),
            ("2-Year", C::Biennial),
            ("3-Year", C::Triennial),
            ("One-Time", C::OneTime),
            ("Activation", C::Unknown),
        ] {
            let row = taken(|row| row["billingTerm"] = word.into()).unwrap();
            assert_eq!(row.billing_cycle, expected, "{word}");
        }
        let three = taken(|row| row["commitmentTerm"]["term"] = "3-Year".into()).unwrap();
        assert_eq!(three.term, "P3Y");
    }

    #[test]
    fn times_come_in_four_forms() {
        for (text, expected) in [
            ("2021-01-01T08:30:00Z", "2021-01-01T08:30:00Z"),
            ("2020-12-01T13:20:13.153-0700", "2020-12-01T20:20:13Z"),
            ("2020-12-03", "2020-12-03T00:00:00Z"),
            ("2026-02-01T00:00:00.000Z", "2026-02-01T00:00:00Z"),
        ] {
            let row = taken(|row| row["startDate"] = text.into()).unwrap();
            assert_eq!(row.starts_on.unwrap().to_string(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_put_aside_and_zero_is_not_unknown() {
        for bad in [json!("many"), json!(-4), json!(2.5), json!(1e12)] {
            assert!(taken(|row| row["quantity"] = bad.clone()).is_err(), "{bad}");
        }
        let free = taken(|row| row["partnerCost"] = json!(0)).unwrap();
        assert_eq!(free.unit_cost, Some(Money::ZERO));
    }

    proptest! {
        #[test]
        fn any_row_is_taken_or_put_aside(value in crate::http::testing::any_json(), key in 0..18usize) {
            let mut row = documented();
            let name = row.as_object().unwrap().keys().nth(key).unwrap().clone();
            row[&name] = value.clone();
            for row in [row, value] {
                let _ = map(&row, CostPeriod::Month, &Products::default(), &Surprises::default());
            }
        }
    }
}
