//! How long an evaluation takes at the size of the blueprint: 5,000 customers × 50,000 subscriptions × 104 weeks, on one
//! core, at most 2 seconds. Prints the times of five runs and ends with an error if even the median is over the limit.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use vectis::domain::agreement::{AgreementLine, Coverage, ProductLink};
use vectis::domain::ids::{AccountKey, CustomerId};
use vectis::domain::money::{Currency, Money};
use vectis::domain::party::{LinkState, PsaSystem};
use vectis::domain::subscription::{BillingCycle, Subscription, SubscriptionStatus, UsageRow};
use vectis::domain::time::Ts;
use vectis::domain::vendor::Vendor;
use vectis::findings::{Account, Bought, Contracted, Input, Listing, Rules, evaluate};

const CUSTOMERS: i64 = 5_000;
const EACH: i64 = 10;
const WEEKS: i64 = 104;
const LIMIT: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let input = input();
    let rules = Rules::default();
    let mut times = Vec::new();
    for _ in 0..5 {
        let start = Instant::now();
        let outcome = evaluate(&input, &rules);
        times.push(start.elapsed());
        println!(
            "{:?}: {} findings, {} rows of licensing, {} reasons",
            start.elapsed(),
            outcome.findings.len(),
            outcome.licensing.len(),
            outcome.unjudged.len()
        );
    }
    times.sort();
    println!("median {:?}, limit {LIMIT:?}", times[2]);
    if times[2] > LIMIT {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Every customer buys ten of forty SKUs; a tenth of the rows leaks, another tenth drifts, a twentieth is of nobody.
fn input() -> Input {
    // 2026-11-24 07:00 UTC
    let as_of = Ts::from_micros(1_795_503_600_000_000);
    let mut input = Input {
        as_of,
        customers: BTreeMap::new(),
        accounts: Vec::new(),
        subscriptions: Vec::new(),
        agreements: Listing::Complete { read_at: as_of },
        lines: Vec::new(),
        products: Vec::new(),
        elsewhere: Default::default(),
    };
    for sku in 0..40 {
        for vendor in Vendor::ALL {
            input.products.push(ProductLink {
                vendor,
                sku: sku_name(sku).into(),
                product_code: format!("P{sku}"),
                seats_per_unit: 1,
                coverage: Coverage::Inferred,
            });
        }
    }
    for customer in 0..CUSTOMERS {
        add_customer(&mut input, customer);
    }
    input
}

fn sku_name(n: i64) -> String {
    format!("CFQ7TTC0L{n:03}:0002:P1Y:M")
}

fn add_customer(input: &mut Input, customer: i64) {
    let as_of = input.as_of;
    let id = CustomerId(customer);
    let name = format!("Customer number {customer}");
    input.customers.insert(id, name.clone());
    let vendor = Vendor::ALL[usize::try_from(customer % 4).unwrap_or(0)];
    let account = input.accounts.len();
    input.accounts.push(Account {
        key: AccountKey::new(vendor.tag(), customer.to_string()),
        vendor,
        name,
        customer: Some(id).filter(|_| customer % 20 != 0),
        state: match customer % 20 {
            0 => LinkState::Pending,
            _ => LinkState::Auto,
        },
        listing: Listing::Complete { read_at: as_of },
    });
    for n in 0..EACH {
        let sku = (customer + n * 3) % 40;
        let seats = 5 + (customer * 7 + n) % 60;
        let leaks = (customer + n) % 10 == 0;
        input.subscriptions.push(Bought {
            account,
            subscription: subscription(customer * EACH + n, sku, seats),
            customer: None,
            gone: false,
            first_seen_at: as_of.plus_seconds(-WEEKS * 7 * 86_400),
            usage: usage(as_of, seats, (customer + n) % 10 == 1),
        });
        input.lines.push(Contracted {
            customer: id,
            system: PsaSystem::Csv,
            line: line(customer * EACH + n, sku, seats - if leaks { 3 } else { 0 }),
        });
    }
}

fn subscription(id: i64, sku: i64, seats: i64) -> Subscription {
    Subscription {
        id: id.to_string().into(),
        vendor_customer_id: "1".into(),
        sku: sku_name(sku).into(),
        product_name: format!("Product {sku}"),
        status: SubscriptionStatus::Active,
        status_raw: "active".to_owned(),
        seats: Some(seats),
        unit_cost: Some(Money::from_cents(1_000 + sku)),
        unit_price: None,
        currency: Currency::parse("USD"),
        billing_cycle: BillingCycle::Monthly,
        term: "P1Y".to_owned(),
        starts_on: Some(Ts::from_micros(1_735_689_600_000_000)),
        renews_on: Some(Ts::from_micros(1_767_225_600_000_000)),
        commitment: Default::default(),
        revision: String::new(),
    }
}

fn usage(as_of: Ts, seats: i64, drifts: bool) -> Vec<UsageRow> {
    (1 - WEEKS..=0)
        .map(|at| UsageRow {
            week: as_of.week().plus(at),
            seats: Some(if drifts && at < 0 { seats - 2 } else { seats }),
            unit_cost: Some(Money::from_cents(1_000)),
            currency: Currency::parse("USD"),
            status: SubscriptionStatus::Active,
        })
        .collect()
}

fn line(id: i64, sku: i64, seats: i64) -> AgreementLine {
    AgreementLine {
        line_id: id.to_string(),
        company: "1".into(),
        agreement: "Managed services".to_owned(),
        product_code: format!("P{sku}"),
        vendor_sku: String::new(),
        product_name: format!("Product {sku}"),
        seats: Some(seats),
        quantity_text: seats.to_string(),
        unit_price: Some(Money::from_cents(1_300 + sku)),
        unit_cost: None,
        currency: Currency::parse("USD"),
        billing_cycle: BillingCycle::Monthly,
        starts_on: None,
        ends_on: None,
        active: true,
    }
}
