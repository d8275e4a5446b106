//! Rows for tests.

use vectis::domain::agreement::Coverage;
use vectis::domain::finding::{Finding, FindingKind};
use vectis::domain::ids::{AccountKey, ConnectionName, CustomerId, SkuKey};
use vectis::domain::log::RunState;
use vectis::domain::money::{Currency, Money, Totals};
use vectis::domain::party::{LinkState, Profile, PsaCompany, VendorCustomer};
use vectis::domain::product::{ProductCandidate, ProductItem, PsaProduct, SkuLine};
use vectis::domain::subscription::{BillingCycle, Quarantined, Subscription, SubscriptionStatus};
use vectis::domain::time::Ts;
use vectis::domain::vendor::Vendor;
use vectis::store::Store;
use vectis::store::links::LinkWrite;
use vectis::store::pages::PageWrite;
use vectis::store::runs::{Run, RunEnd, RunStart, Scope};

/// A Tuesday in 2026-W48.
pub fn now() -> Ts {
    "2026-11-24T12:00:00Z".parse().expect("an instant")
}

/// The connection of most tests.
pub fn ion() -> ConnectionName {
    ConnectionName::from("ion")
}

/// An account of that connection.
pub fn key(id: &str) -> AccountKey {
    AccountKey::new("ion", id)
}

pub fn profile(name: &str) -> Profile {
    Profile {
        name: name.to_owned(),
        domain: "example.com".to_owned(),
        ..Profile::default()
    }
}

pub fn account(id: &str, name: &str) -> VendorCustomer {
    VendorCustomer {
        id: id.into(),
        profile: profile(name),
        psa_id_hint: None,
    }
}

pub fn company(id: &str, name: &str) -> PsaCompany {
    PsaCompany {
        id: id.into(),
        profile: profile(name),
        other_ms_tenants: Vec::new(),
        active: true,
    }
}

pub fn usd() -> Currency {
    Currency::parse("USD").expect("a currency")
}

/// Ten seats at 12.00 a month.
pub fn subscription(id: &str, account: &str) -> Subscription {
    Subscription {
        id: id.into(),
        vendor_customer_id: account.into(),
        sku: "SKU-1".into(),
        product_name: "Microsoft 365 Business Premium".to_owned(),
        status: SubscriptionStatus::Active,
        status_raw: "active".to_owned(),
        seats: Some(10),
        unit_cost: Some(Money::from_cents(1200)),
        unit_price: None,
        currency: Some(usd()),
        billing_cycle: BillingCycle::Monthly,
        term: "P1Y".to_owned(),
        starts_on: Some(now()),
        renews_on: None,
        commitment: Default::default(),
        revision: String::new(),
    }
}

/// A SKU of TD SYNNEX that nobody has linked: ten seats of one customer at 120.00 a month.
pub fn sku_item(sku: &str) -> ProductItem {
    let mut monthly_cost = Totals::default();
    monthly_cost.add(&usd(), Money::from_cents(12_000));
    ProductItem {
        line: SkuLine {
            key: SkuKey::new(Vendor::Synnex, sku),
            name: format!("Product {sku}"),
            edition: String::new(),
            term: "1 year".to_owned(),
            cycle: "monthly".to_owned(),
            seats: 10,
            customers: 1,
            monthly_cost,
        },
        state: LinkState::Pending,
        candidates: Vec::new(),
    }
}

/// A product of the PSA that eight seats are billed of.
pub fn psa_product(code: &str) -> PsaProduct {
    PsaProduct {
        code: code.to_owned(),
        name: format!("PSA {code}"),
        seats: 8,
        customers: 1,
        ..PsaProduct::default()
    }
}

/// That product beside a SKU.
pub fn candidate(code: &str, score: f64) -> ProductCandidate {
    ProductCandidate {
        product: psa_product(code),
        seats_per_unit: 1,
        coverage: Coverage::Inferred,
        score,
        reasons: vec!["+ words in common: product".to_owned()],
    }
}

pub fn bad_row(stream: &str, id: &str) -> Quarantined {
    Quarantined {
        stream: stream.to_owned(),
        source_id: id.to_owned(),
        reason: "the price is no number".to_owned(),
        payload: format!("{{\"id\":\"{id}\"}}"),
    }
}

pub fn finding(fingerprint: &str, cents: i64) -> Finding {
    Finding {
        fingerprint: fingerprint.to_owned(),
        kind: FindingKind::UncontractedSeats,
        vendor: Some(Vendor::Synnex),
        customer_id: Some(CustomerId(1)),
        customer: "Contoso".to_owned(),
        sku: Some("SKU-1".into()),
        product_name: "Microsoft 365".to_owned(),
        monthly_amount: Money::from_cents(cents),
        currency: usd(),
        evidence: vec!["10 bought, 8 contracted".to_owned()],
        action: "add 2 seats to the agreement".to_owned(),
    }
}

pub fn start(owner: &str) -> RunStart {
    RunStart {
        connection: ion(),
        vendor: Vendor::Synnex,
        now: now(),
        full: false,
        scope: Scope::Everything,
        owner: owner.to_owned(),
    }
}

/// A last page that holds nothing yet.
pub fn page(stream: &str) -> PageWrite<'_> {
    PageWrite {
        stream,
        customers: &[],
        subscriptions: &[],
        unchanged: &[],
        unread: &[],
        quarantined: &[],
        cursor: None,
        expected_total: None,
        received: 0,
        done: true,
        requests: 1,
        now: now(),
    }
}

/// One run that lists these accounts and subscriptions and is still held.
pub async fn synced(store: &Store, accounts: &[VendorCustomer], subs: &[Subscription]) -> Run {
    let run = store.begin_run(&start("test")).await.expect("a run");
    let customers = PageWrite {
        customers: accounts,
        ..page("customers")
    };
    let subscriptions = PageWrite {
        subscriptions: subs,
        ..page("subscriptions")
    };
    store.save_page(&run, &customers).await.expect("a page");
    store.save_page(&run, &subscriptions).await.expect("a page");
    run
}

/// What the matcher says of an account that it has looked at and cannot link.
pub fn looked_at(id: &str) -> LinkWrite {
    LinkWrite {
        key: key(id),
        state: LinkState::Pending,
        customer_id: None,
        score: None,
        candidates: vec![],
        note: String::new(),
    }
}

/// A run's end, with the 429s that it met.
pub fn ended(state: RunState, problem: Option<&str>, rate_limited: u64, now: Ts) -> RunEnd<'_> {
    RunEnd {
        state,
        problem,
        requests: 0,
        rate_limited,
        now,
    }
}
