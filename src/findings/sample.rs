//! A small shop for tests: one customer of one account, to which purchases, lines, links and weeks are added.

use std::collections::BTreeMap;

use crate::domain::agreement::{AgreementLine, Coverage, ProductLink};
use crate::domain::finding::{Finding, FindingKind, UnjudgedReason};
use crate::domain::ids::{AccountKey, CustomerId};
use crate::domain::money::Currency;
use crate::domain::party::{LinkState, PsaSystem};
use crate::domain::subscription::{BillingCycle, Subscription, SubscriptionStatus, UsageRow};
use crate::domain::time::{Ts, Week};
use crate::domain::vendor::Vendor;

use super::input::{Account, Bought, Contracted, Input, Listing, Outcome};
use super::rules::Rules;

/// Tuesday 2026-11-24, 07:00.
pub(crate) fn now() -> Ts {
    "2026-11-24T07:00:00Z".parse().unwrap()
}

pub(crate) fn days_ago(days: i64) -> Ts {
    now().plus_seconds(-days * 86_400)
}

/// This week, or one so many weeks later.
pub(crate) fn week(n: i64) -> Week {
    now().week().plus(n)
}

/// A monthly subscription in USD since January 2025.
pub(crate) fn subscription(id: &str, sku: &str, seats: i64, cost: &str) -> Subscription {
    Subscription {
        id: id.into(),
        vendor_customer_id: "1".into(),
        sku: sku.into(),
        product_name: format!("Product {sku}"),
        status: SubscriptionStatus::Active,
        status_raw: "active".to_owned(),
        seats: Some(seats),
        unit_cost: Some(cost.parse().unwrap()),
        unit_price: None,
        currency: Currency::parse("USD"),
        billing_cycle: BillingCycle::Monthly,
        term: "P1M".to_owned(),
        starts_on: Some("2025-01-03T00:00:00Z".parse().unwrap()),
        renews_on: None,
        commitment: Default::default(),
        revision: String::new(),
    }
}

/// A monthly line in USD since January 2025.
pub(crate) fn line(id: &str, product: &str, seats: i64, price: Option<&str>) -> AgreementLine {
    AgreementLine {
        line_id: id.to_owned(),
        company: "100".into(),
        agreement: "Managed services".to_owned(),
        product_code: product.to_owned(),
        vendor_sku: String::new(),
        product_name: format!("Product {product}"),
        seats: Some(seats),
        quantity_text: seats.to_string(),
        unit_price: price.map(|p| p.parse().unwrap()),
        unit_cost: None,
        currency: Currency::parse("USD"),
        billing_cycle: BillingCycle::Monthly,
        starts_on: Some("2025-01-01".parse().unwrap()),
        ends_on: None,
        active: true,
    }
}

pub(crate) struct Shop {
    pub input: Input,
    pub rules: Rules,
    customer: CustomerId,
    account: usize,
}

impl Shop {
    /// One customer, "Harbour Dental", at TD SYNNEX.
    pub fn new() -> Self {
        let mut shop = Self {
            input: Input {
                as_of: now(),
                customers: BTreeMap::new(),
                accounts: Vec::new(),
                subscriptions: Vec::new(),
                agreements: Listing::Complete {
                    read_at: "2026-11-24T05:00:00Z".parse().unwrap(),
                },
                lines: Vec::new(),
                products: Vec::new(),
                elsewhere: Default::default(),
            },
            rules: Rules::default(),
            customer: CustomerId(0),
            account: 0,
        };
        shop.customer(1, "Harbour Dental");
        shop
    }

    /// From here on about another customer, at TD SYNNEX.
    pub fn customer(&mut self, id: i64, name: &str) -> &mut Self {
        self.customer = CustomerId(id);
        self.input.customers.insert(self.customer, name.to_owned());
        self.at(Vendor::Synnex)
    }

    /// From here on at another distributor.
    pub fn at(&mut self, vendor: Vendor) -> &mut Self {
        let key = AccountKey::new(vendor.tag(), self.customer.to_string());
        let same = |a: &Account| a.key == key;
        if let Some(place) = self.input.accounts.iter().position(same) {
            self.account = place;
            return self;
        }
        self.account = self.input.accounts.len();
        let name = self.input.customers[&self.customer].clone();
        self.input.accounts.push(Account {
            key,
            vendor,
            name,
            customer: Some(self.customer),
            state: LinkState::Confirmed,
            listing: Listing::Complete {
                read_at: "2026-11-24T06:00:00Z".parse().unwrap(),
            },
        });
        self
    }

    /// A subscription; its SKU is not linked by this.
    pub fn buys(&mut self, sku: &str, seats: i64, cost: &str) -> &mut Self {
        let id = (self.input.subscriptions.len() + 1).to_string();
        self.input.subscriptions.push(Bought {
            account: self.account,
            subscription: subscription(&id, sku, seats, cost),
            customer: None,
            gone: false,
            first_seen_at: days_ago(60),
            usage: Vec::new(),
        });
        self
    }

    pub fn buys_at(&mut self, vendor: Vendor, sku: &str, seats: i64, cost: &str) -> &mut Self {
        self.at(vendor).buys(sku, seats, cost)
    }

    /// A line of a product, to which the SKU bought last is linked.
    pub fn bills(&mut self, product: &str, seats: i64, price: &str) -> &mut Self {
        let id = (self.input.lines.len() + 1).to_string();
        self.input.lines.push(Contracted {
            customer: self.customer,
            system: PsaSystem::Csv,
            line: line(&id, product, seats, Some(price)),
        });
        let sku = self.last_sub().sku.as_str().to_owned();
        self.linked(&sku, product)
    }

    /// Links a SKU of the present distributor.
    pub fn linked(&mut self, sku: &str, product: &str) -> &mut Self {
        let link = ProductLink {
            vendor: self.input.accounts[self.account].vendor,
            sku: sku.into(),
            product_code: product.to_owned(),
            seats_per_unit: 1,
            coverage: Coverage::Inferred,
        };
        if !self.input.products.contains(&link) {
            self.input.products.push(link);
        }
        self
    }

    /// Active weeks of the subscription bought last: which (0 is this one) and how many seats.
    pub fn used(&mut self, weeks: &[(i64, i64)]) -> &mut Self {
        for (at, seats) in weeks {
            self.last_usage(*at, *seats, SubscriptionStatus::Active);
        }
        self
    }

    /// One more week of the subscription bought last.
    pub fn last_usage(&mut self, at: i64, seats: i64, status: SubscriptionStatus) -> &mut Self {
        let sub = self.last_sub().clone();
        self.last_bought().usage.push(UsageRow {
            week: week(at),
            seats: Some(seats),
            unit_cost: sub.unit_cost,
            currency: sub.currency,
            status,
        });
        self
    }

    pub fn last_bought(&mut self) -> &mut Bought {
        self.input.subscriptions.last_mut().unwrap()
    }

    pub fn last_sub(&mut self) -> &mut Subscription {
        &mut self.last_bought().subscription
    }

    pub fn last_line(&mut self) -> &mut AgreementLine {
        &mut self.input.lines.last_mut().unwrap().line
    }

    /// The present account.
    pub fn account(&mut self) -> &mut Account {
        &mut self.input.accounts[self.account]
    }

    pub fn evaluate(&self) -> Outcome {
        super::evaluate::evaluate(&self.input, &self.rules)
    }

    /// The findings of one kind.
    pub fn find(&self, kind: FindingKind) -> Vec<Finding> {
        let mut findings = self.evaluate().findings;
        findings.retain(|f| f.kind == kind);
        findings
    }

    /// The unjudged rows.
    pub fn unjudged(&self) -> Vec<(UnjudgedReason, u64)> {
        self.evaluate().unjudged.into_iter().collect()
    }
}
