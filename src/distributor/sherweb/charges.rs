//! What Sherweb bills the MSP: `GET /distributor/v1/billing/payable-charges`, all customers in one answer. The only sure
//! source of cost (vendor's Distributor document).
//!
//! A charge names no subscription, so cost is joined by customer, SKU and cycle. Which tag holds the customer is not
//! documented: a tag's value is compared with the customers' names and ids. Where one such join meets two prices, the
//! cost is unknown.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde_json::Value;

use super::customers::folded;
use crate::domain::ids::{Sku, VendorCustomerId};
use crate::domain::money::{Currency, Money};
use crate::domain::subscription::BillingCycle;
use crate::http::json::row::Row;
use crate::http::json::shape::{Kind, Shape, always, often};
use crate::http::json::surprises::{Odd, Surprises};

const ANSWER_SHAPE: Shape = Shape {
    path: "payable charges answer",
    fields: &[
        often("periodFrom", Kind::Text),
        often("periodTo", Kind::Text),
        often("charges", Kind::List),
    ],
};

const SHAPE: Shape = Shape {
    path: "payable charges",
    fields: &[
        always("chargeType", Kind::Text),
        always("billingCycleType", Kind::Text),
        always("quantity", Kind::Number),
        always("netPrice", Kind::Number),
        often("listPrice", Kind::Number),
        often("netPriceProrated", Kind::Number),
        often("subTotal", Kind::Number),
        often("productId", Kind::Text),
        often("productName", Kind::Text),
        often("sku", Kind::Text),
        often("chargeId", Kind::Text),
        often("chargeName", Kind::Text),
        often("periodFrom", Kind::Text),
        often("periodTo", Kind::Text),
        often("currency", Kind::Text),
        often("isBilled", Kind::Flag),
        often("isProratable", Kind::Flag),
        often("deductions", Kind::List),
        often("fees", Kind::List),
        often("invoice", Kind::Object),
        often("taxes", Kind::List),
        often("tags", Kind::List),
    ],
};

const TAG_SHAPE: Shape = Shape {
    path: "payable charges.tags",
    fields: &[often("name", Kind::Text), often("value", Kind::Text)],
};

/// Tags of one charge that are looked at.
const MOST_TAGS: usize = 32;

/// What one unit costs the MSP for one billing cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UnitCost {
    /// After deductions.
    pub net: Money,
    /// Before them.
    pub list: Option<Money>,
    /// Of both.
    pub currency: Currency,
}

impl UnitCost {
    fn is_same(&self, other: &Self) -> bool {
        (self.net, &self.currency) == (other.net, &other.currency)
    }
}

/// The unit costs of a billing period.
#[derive(Debug, Default)]
pub(super) struct Costs(HashMap<Key, Found>);

/// A tag's value as it is compared, the SKU and the cycle.
type Key = (String, String, BillingCycle);

#[derive(Debug, PartialEq)]
enum Found {
    One(UnitCost),
    /// Two prices for one thing: none of them is believed.
    Several,
}

impl Costs {
    /// Reads the answer; none where it is no list of charges.
    pub fn read(json: &Value, surprises: &Surprises) -> Option<Self> {
        let answer = Row::of(json, &ANSWER_SHAPE, surprises)?;
        let charges = match answer.list_or_one("charges") {
            Some(charges) => charges,
            None if answer
                .keys()
                .any(|key| key == "charges" || key == "periodFrom") =>
            {
                &[]
            }
            None => return None,
        };
        let mut costs = Self::default();
        for charge in charges {
            costs.take(charge, surprises);
        }
        Some(costs)
    }

    /// True if nothing in it recurs for a customer.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What a unit of the SKU costs for this customer. A name that is empty is nobody's.
    pub fn of(
        &self,
        customer: &VendorCustomerId,
        name: &str,
        sku: &Sku,
        cycle: BillingCycle,
    ) -> Option<&UnitCost> {
        let bearers = [folded(customer.as_str()), folded(name)];
        let known = bearers.into_iter().filter(|text| !text.is_empty());
        let mut found = known.filter_map(|text| self.0.get(&(text, folded(sku.as_str()), cycle)));
        match (found.next(), found.next()) {
            (Some(Found::One(cost)), None) => Some(cost),
            (Some(Found::One(a)), Some(Found::One(b))) if a.is_same(b) => Some(a),
            _ => None,
        }
    }

    fn take(&mut self, charge: &Value, surprises: &Surprises) {
        let Some(row) = Row::of(charge, &SHAPE, surprises) else {
            return;
        };
        for key in ["chargeType", "billingCycleType"] {
            let path = format!("{}.{key}", SHAPE.path);
            surprises.seen.count(&path, &row.text(key));
        }
        let sku = folded(&row.text("sku"));
        if sku.is_empty() || !row.text("chargeType").eq_ignore_ascii_case("recurring") {
            return;
        }
        let cycle = match row.text("billingCycleType").to_ascii_lowercase().as_str() {
            "monthly" => BillingCycle::Monthly,
            "yearly" => BillingCycle::Annual,
            _ => return,
        };
        // A credit note takes back what another line bills.
        let is_credit =
            |key| matches!(row.money(key), Ok(Some(amount)) if amount.money < Money::ZERO);
        if is_credit("quantity") || is_credit("netPrice") {
            return;
        }
        let net = row.money("netPrice").unwrap_or_else(|reason| {
            surprises.count("payable charges.netPrice", Odd::Unusable, || reason);
            None
        });
        let currency = Currency::parse(&row.text("currency"));
        let Some((net, currency)) = net.zip(currency) else {
            return;
        };
        let cost = UnitCost {
            net: net.money,
            list: row.money("listPrice").ok().flatten().map(|list| list.money),
            currency,
        };
        let tags = row.list_or_one("tags").unwrap_or_default();
        for tag in tags.iter().take(MOST_TAGS) {
            let Some(tag) = Row::of(tag, &TAG_SHAPE, surprises) else {
                continue;
            };
            surprises
                .seen
                .count("payable charges.tags (names)", &tag.text("name"));
            let value = folded(&tag.text("value"));
            if !value.is_empty() {
                self.put((value, sku.clone(), cycle), cost.clone());
            }
        }
    }

    fn put(&mut self, key: Key, cost: UnitCost) {
        match self.0.entry(key) {
            Entry::Vacant(place) => {
                place.insert(Found::One(cost));
            }
            Entry::Occupied(mut place) => {
                let same = |known: &Found| matches!(known, Found::One(one) if one.is_same(&cost));
                if !same(place.get()) {
                    place.insert(Found::Several);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// The documented charge, changed in places.
    fn charge(changes: Value) -> Value {
        let mut charge = json!({
            "productId": "5a5a5a5a-1111-4222-8333-000000001001",
            "productName": "Microsoft 365 Business Premium (NCE)", "sku": "NCE-M365-BP-P1Y-M",
            "chargeId": "6b6b6b6b-1111-4222-8333-000000000001", "chargeName": "Recurring fee",
            "chargeType": "Recurring", "billingCycleType": "Monthly", "periodFrom": "2026-11-01",
            "periodTo": "2026-11-30", "quantity": 42, "listPrice": 18.00, "netPrice": 17.55,
            "netPriceProrated": 17.55, "subTotal": 737.10, "currency": "USD", "isBilled": true,
            "isProratable": true, "deductions": [], "fees": [], "taxes": [],
            "invoice": {"number": "INV-1"},
            "tags": [{"name": "CustomerName", "value": "Harbour Dental Group"}]});
        for (key, value) in changes.as_object().unwrap() {
            charge[key] = value.clone();
        }
        charge
    }

    fn costs(charges: &[Value]) -> Costs {
        let json =
            json!({"periodFrom": "2026-11-01", "periodTo": "2026-11-30", "charges": charges});
        Costs::read(&json, &Surprises::default()).unwrap()
    }

    fn net(costs: &Costs, name: &str, cycle: BillingCycle) -> Option<String> {
        let sku = Sku::new("nce-m365-bp-p1y-m");
        let cost = costs.of(&VendorCustomerId::new("id-1"), name, &sku, cycle)?;
        Some(format!("{} {}", cost.net, cost.currency))
    }

    #[test]
    fn cost_is_what_is_billed_for_the_customer_sku_and_cycle() {
        let costs = costs(&[charge(json!({})), charge(json!({"netPriceProrated": 3.1}))]);
        let monthly = |name| net(&costs, name, BillingCycle::Monthly);
        assert_eq!(monthly("harbour dental  GROUP").unwrap(), "17.55 USD");
        assert_eq!(monthly("Quay"), None);
        assert_eq!(monthly(""), None);
        assert_eq!(
            net(&costs, "Harbour Dental Group", BillingCycle::Annual),
            None
        );
        assert_eq!(
            net(&costs, "Harbour Dental Group", BillingCycle::Unknown),
            None
        );
    }

    #[test]
    fn a_tag_may_hold_the_id_as_well() {
        let tags =
            json!({"tags": [{"name": "x", "value": "ID-1"}, {"name": "y", "value": null}, 3]});
        assert_eq!(
            net(&costs(&[charge(tags)]), "", BillingCycle::Monthly).unwrap(),
            "17.55 USD"
        );
    }

    #[test]
    fn two_prices_for_one_thing_are_none() {
        let two = costs(&[charge(json!({})), charge(json!({"netPrice": 18}))]);
        assert_eq!(
            net(&two, "Harbour Dental Group", BillingCycle::Monthly),
            None
        );
        let euro = costs(&[charge(json!({})), charge(json!({"currency": "EUR"}))]);
        assert_eq!(
            net(&euro, "Harbour Dental Group", BillingCycle::Monthly),
            None
        );
    }

    #[test]
    fn set_up_fees_usage_credits_and_unknown_currencies_are_no_cost() {
        for other in [
            json!({"chargeType": "Setup"}),
            json!({"chargeType": "Usage"}),
            json!({"billingCycleType": "OneTime"}),
            json!({"quantity": -3}),
            json!({"netPrice": null}),
            json!({"netPrice": "many"}),
            json!({"currency": "Undefined"}),
            json!({"sku": null}),
            json!({"tags": null}),
        ] {
            let costs = costs(&[charge(other.clone())]);
            assert!(costs.0.is_empty(), "{other}");
        }
        let nothing = Costs::read(&json!({"charges": null}), &Surprises::default());
        assert!(nothing.unwrap().0.is_empty());
        assert!(Costs::read(&json!({"error": "x"}), &Surprises::default()).is_none());
    }

    proptest! {
        #[test]
        fn any_answer_is_read(value in crate::http::testing::any_json()) {
            let surprises = Surprises::default();
            let _ = Costs::read(&value, &surprises);
            let _ = Costs::read(&json!({"charges": [value.clone(), charge(json!({"tags": [value]}))]}), &surprises);
        }
    }
}
