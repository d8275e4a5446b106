//! `GET /finance/agreements/{id}/additions`: the seats. Only per agreement, there is no flat list.
//!
//! An addition bills from its effective date until the day before its cancelled date. Of its quantity, `lessIncluded`
//! units are covered by the agreement's own price: they are contracted, without revenue of their own, and make a line
//! apart whose price is zero.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::Value;

use super::agreements::Agreement;
use super::products::Product;
use crate::domain::agreement::AgreementLine;
use crate::domain::money::{Currency, Money};
use crate::domain::subscription::Quarantined;
use crate::http::json::aside::aside;
use crate::http::json::read;
use crate::http::json::row::Row;
use crate::http::json::shape::{Kind, Shape, always, often};
use crate::http::json::surprises::{Odd, Surprises};

/// The listing's name in notes and in quarantine.
pub(super) const LISTING: &str = "additions";
/// What is asked for.
pub(super) const FIELDS: &str = "id,product/id,product/identifier,quantity,lessIncluded,unitPrice,unitCost,\
     billCustomer,effectiveDate,cancelledDate,description,invoiceDescription";

const SHAPE: Shape = Shape {
    path: "additions",
    fields: &[
        always("id", Kind::Number),
        always("product", Kind::Object),
        always("quantity", Kind::Number),
        often("lessIncluded", Kind::Number),
        often("unitPrice", Kind::Number),
        often("unitCost", Kind::Number),
        often("billCustomer", Kind::Text),
        often("effectiveDate", Kind::Text),
        often("cancelledDate", Kind::Text),
        often("description", Kind::Text),
        often("invoiceDescription", Kind::Text),
        often("_info", Kind::Object),
    ],
};

const PRODUCT: Shape = Shape {
    path: "additions.product",
    fields: &[
        always("id", Kind::Number),
        always("identifier", Kind::Text),
        often("_info", Kind::Object),
    ],
};

/// What the customer pays for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Billed {
    /// At its price.
    Yes,
    /// `DoNotBill`, `NoCharge`: contracted without revenue.
    No,
}

/// An addition; its product's name and part number are in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Addition {
    id: String,
    pub product: String,
    product_code: String,
    description: String,
    quantity: Option<i64>,
    quantity_text: String,
    included: i64,
    unit_price: Option<Money>,
    unit_cost: Option<Money>,
    billed: Billed,
    starts_on: Option<Date>,
    ends_on: Option<Date>,
}

/// Reads a row.
pub(super) fn addition(value: &Value, surprises: &Surprises) -> Result<Addition, Quarantined> {
    let refuse = |reason: &str| aside(LISTING, value, &["id"], reason);
    let row = Row::of(value, &SHAPE, surprises).ok_or_else(|| refuse("the row is no object"))?;
    let id = row.id("id").map_err(|reason| refuse(&reason))?;
    let product = row.child("product", &PRODUCT, surprises);
    let described = row.first_text(&["description", "invoiceDescription"]);
    let code = product.map(|p| p.text("identifier")).unwrap_or_default();
    let code = if code.is_empty() {
        described.clone()
    } else {
        code
    };
    if code.is_empty() {
        return Err(refuse("the addition names no product"));
    }
    let quantity = row.get("quantity");
    let whole = quantity.and_then(|q| read::int(q).ok());
    let amount = |key: &str| match row.money(key) {
        Ok(amount) => amount.map(|a| a.money),
        Err(reason) => {
            surprises.count(format!("additions.{key}"), Odd::Unusable, || reason);
            None
        }
    };
    let included = match row.int("lessIncluded") {
        Ok(units) => units.unwrap_or(0),
        Err(reason) => {
            surprises.count("additions.lessIncluded", Odd::Unusable, || reason);
            0
        }
    };
    let bill = row.text("billCustomer");
    let billed = match bill.to_ascii_lowercase().as_str() {
        "donotbill" | "nocharge" => Billed::No,
        _ => Billed::Yes,
    };
    if !matches!(bill.as_str(), "" | "Billable" | "DoNotBill" | "NoCharge") {
        surprises.unknown_value("additions.billCustomer", &bill);
    }
    // An empty text, null and absence all mean that it is not cancelled.
    let cancelled_on = row.time("cancelledDate").map(|at| at.date());
    Ok(Addition {
        id,
        product: product.and_then(|p| p.id("id").ok()).unwrap_or_default(),
        product_code: code,
        description: described,
        quantity: whole,
        quantity_text: match whole {
            Some(units) => units.to_string(),
            None => quantity.map(read::text).unwrap_or_default(),
        },
        included: included.clamp(0, whole.unwrap_or(0).max(0)),
        unit_price: amount("unitPrice"),
        unit_cost: amount("unitCost"),
        billed,
        starts_on: row.time("effectiveDate").map(|at| at.date()),
        ends_on: cancelled_on.and_then(|day| day.yesterday().ok()),
    })
}

impl Addition {
    /// Its lines: one, or two where a part is included in the agreement's price.
    pub fn lines(
        &self,
        agreement: &Agreement,
        products: &BTreeMap<String, Product>,
        currency: Option<&Currency>,
    ) -> Vec<AgreementLine> {
        let product = products.get(&self.product);
        let name = product.map_or("", |p| p.name.as_str());
        let name = [name, &self.description, &self.product_code]
            .into_iter()
            .find(|name| !name.is_empty());
        let line = AgreementLine {
            line_id: self.id.clone(),
            company: agreement.company.clone(),
            agreement: agreement.name.clone(),
            product_code: self.product_code.clone(),
            vendor_sku: product.map(|p| p.part_number.clone()).unwrap_or_default(),
            product_name: name.unwrap_or_default().to_owned(),
            seats: self.quantity.map(|units| units - self.included),
            quantity_text: self.quantity_text.clone(),
            unit_price: match self.billed {
                Billed::Yes => self.unit_price,
                Billed::No => Some(Money::ZERO),
            },
            unit_cost: self.unit_cost,
            currency: agreement.currency.as_ref().or(currency).cloned(),
            billing_cycle: agreement.cycle,
            starts_on: [self.starts_on, agreement.starts_on]
                .into_iter()
                .flatten()
                .max(),
            ends_on: [self.ends_on, agreement.ends_on]
                .into_iter()
                .flatten()
                .min(),
            active: agreement.active,
        };
        if self.included == 0 {
            return vec![line];
        }
        let included = AgreementLine {
            line_id: format!("{}-included", self.id),
            seats: Some(self.included),
            quantity_text: self.included.to_string(),
            unit_price: Some(Money::ZERO),
            ..line.clone()
        };
        match line.seats {
            Some(0) => vec![included],
            _ => vec![line, included],
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::ids::PsaId;
    use crate::domain::subscription::BillingCycle;
    use crate::psa::testing::assert_documented;

    fn row() -> Value {
        json!({"id":9001,"product":{"id":55,"identifier":"O365-BP"},"quantity":38.0,"lessIncluded":0.0,
            "billedQuantity":38.0,"unitPrice":24.00,"unitCost":17.95,"extPrice":912.00,"extCost":682.10,
            "billCustomer":"Billable","effectiveDate":"2025-01-01T00:00:00Z","cancelledDate":"",
            "description":"Microsoft 365 Business Premium","invoiceDescription":"Microsoft 365 Business Premium",
            "agreementId":77,"agreementStatus":"Active"})
    }

    fn agreement() -> Agreement {
        Agreement {
            id: "77".to_owned(),
            name: "Managed services".to_owned(),
            company: PsaId::new("1042"),
            cycle: BillingCycle::Monthly,
            currency: Currency::parse("USD"),
            starts_on: None,
            ends_on: None,
            active: true,
            called: None,
        }
    }

    fn lines(changes: Value) -> Vec<AgreementLine> {
        let mut value = row();
        let members = value.as_object_mut().unwrap();
        members.extend(changes.as_object().unwrap().clone());
        let addition = addition(&value, &Surprises::default()).unwrap();
        let product = Product {
            name: "M365 Business Premium (NCE)".to_owned(),
            part_number: "CFQ7TTC0LCHC:0002".to_owned(),
        };
        let products = BTreeMap::from([("55".to_owned(), product)]);
        addition.lines(&agreement(), &products, None)
    }

    #[test]
    fn a_documented_row_becomes_a_line() {
        let lines = lines(json!({}));
        let [line] = lines.as_slice() else {
            panic!("{lines:?}")
        };
        let product = [
            "O365-BP",
            "CFQ7TTC0LCHC:0002",
            "M365 Business Premium (NCE)",
        ];
        assert_documented(line, ["9001", "1042", "Managed services"], product);
    }

    #[test]
    fn the_cancelled_date_is_the_first_day_without() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let line = &lines(json!({"cancelledDate": "2026-11-24T00:00:00Z"}))[0];
        assert!(line.is_active_on(day("2026-11-23")) && !line.is_active_on(day("2026-11-24")));
        for none in [json!(null), json!(""), json!("0001-01-01T00:00:00Z")] {
            assert_eq!(lines(json!({"cancelledDate": none}))[0].ends_on, None);
        }
        let later = &lines(json!({"effectiveDate": "2026-12-01T00:00:00Z"}))[0];
        assert!(!later.is_active_on(day("2026-11-30")));
    }

    #[test]
    fn included_units_are_contracted_without_a_price_of_their_own() {
        let split = lines(json!({"lessIncluded": 5.0, "billedQuantity": 33.0}));
        let told: Vec<_> = split
            .iter()
            .map(|l| (l.line_id.as_str(), l.seats, l.unit_price))
            .collect();
        assert_eq!(
            told,
            [
                ("9001", Some(33), Some(Money::from_cents(2_400))),
                ("9001-included", Some(5), Some(Money::ZERO))
            ]
        );
        let all = lines(json!({"lessIncluded": 50}));
        assert_eq!((all.len(), all[0].seats), (1, Some(38)));
    }

    #[test]
    fn what_is_not_billed_counts_and_brings_nothing() {
        for word in ["DoNotBill", "NoCharge"] {
            let line = &lines(json!({"billCustomer": word}))[0];
            assert_eq!((line.seats, line.unit_price), (Some(38), Some(Money::ZERO)));
        }
        let odd = &lines(json!({"billCustomer": "Perhaps"}))[0];
        assert_eq!(odd.unit_price, Some(Money::from_cents(2_400)));
    }

    #[test]
    fn fractions_and_odd_values_are_unknown_not_zero() {
        let half = &lines(json!({"quantity": 2.5}))[0];
        assert_eq!((half.seats, half.quantity_text.as_str()), (None, "2.5"));
        let odd = &lines(json!({"unitPrice": "a lot", "quantity": null}))[0];
        assert_eq!((odd.unit_price, odd.seats), (None, None));
        let nameless = json!({"id": 1, "product": {"id": 4}, "quantity": 1});
        assert!(addition(&nameless, &Surprises::default()).is_err());
    }
}
