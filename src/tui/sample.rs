//! A made-up tenant for the tests of the screen: names as they really look, always the same.

mod findings;
mod skus;

use std::sync::Arc;

use crate::domain::hub::CustomerLine;
use crate::domain::ids::{AccountKey, CustomerId, PsaId, Sku};
use crate::domain::log::{Gauge, Level, LogEntry, Phase, Progress, RunState};
use crate::domain::money::{Currency, Money, Totals};
use crate::domain::party::{Candidate, Customer, Decision, Profile, PsaSystem, ReviewItem};
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::time::Ts;
use crate::domain::vendor::Vendor;
use crate::tui::msg::{ConnectionLine, LicensingLine, Msg, Source};

pub use findings::{findings, unjudged};
pub use skus::{psa_products, skus};

const NAMES: [(&str, &str, &str, &str); 12] = [
    (
        "Northwind Dental Group, LLC",
        "Northwind Dental Grp",
        "northwinddental.com",
        "Portland",
    ),
    (
        "Contoso Pharmaceuticals Ltd",
        "Contoso Pharma Limited",
        "contoso-pharma.co.uk",
        "Leeds",
    ),
    (
        "Fabrikam Residences",
        "Fabrikam Residences Inc.",
        "fabrikamres.com",
        "Austin",
    ),
    (
        "Müller & Söhne Maschinenbau GmbH",
        "Mueller und Soehne GmbH",
        "mueller-soehne.de",
        "Köln",
    ),
    (
        "Tailspin Toys (Canada)",
        "Tailspin Toys",
        "tailspintoys.ca",
        "Toronto",
    ),
    (
        "Adventure Works Cycles",
        "AW Cycles Holding",
        "adventure-works.com",
        "Bothell",
    ),
    (
        "Litware, Inc. dba Litware Legal",
        "Litware Legal PLLC",
        "litwarelegal.com",
        "Denver",
    ),
    (
        "St. Mary's Primary School",
        "Saint Marys Primary",
        "stmarys.sch.uk",
        "Bristol",
    ),
    (
        "日本フーズ株式会社",
        "Nihon Foods KK",
        "nihonfoods.co.jp",
        "大阪",
    ),
    (
        "Woodgrove Bank – Branch 12",
        "Woodgrove Bank",
        "woodgrovebank.com",
        "Chicago",
    ),
    (
        "Proseware Hospitality Partners LP",
        "Proseware Hospitality",
        "proseware.com",
        "Miami",
    ),
    (
        "City of Alpine Ski House",
        "Alpine Ski House",
        "alpineskihouse.org",
        "Alpine",
    ),
];

const PRODUCTS: [(&str, &str, i64, i64); 5] = [
    ("CFQ7TTC0LDPB", "Microsoft 365 Business Premium", 1804, 2200),
    ("CFQ7TTC0LH18", "Microsoft 365 Business Basic", 492, 600),
    ("CFQ7TTC0LFLX", "Microsoft 365 E3", 3196, 3900),
    ("CFQ7TTC0LHSF", "Exchange Online (Plan 1)", 328, 400),
    ("ACR-ADV-WS", "Acronis Cyber Protect Workstation", 415, 390),
];

/// The instant at which everything is looked at.
pub fn now() -> Ts {
    "2026-11-24T09:30:00Z".parse().unwrap()
}

fn usd() -> Currency {
    Currency::parse("USD").unwrap()
}

fn profile(n: usize, side: usize) -> Profile {
    let (vendor, psa, domain, city) = NAMES[n % NAMES.len()];
    let round = n / NAMES.len();
    let suffix = if round == 0 {
        String::new()
    } else {
        format!(" {}", round + 1)
    };
    let at_vendor = side == 0;
    Profile {
        name: format!("{}{suffix}", if at_vendor { vendor } else { psa }),
        domain: domain.to_owned(),
        email: if at_vendor {
            format!("it@{domain}")
        } else {
            format!("office@{domain}")
        },
        phone: if at_vendor {
            format!("+1 503 555 01{:02}", n % 100)
        } else {
            format!("(503) 555-01{:02}", n % 100)
        },
        address: if n.is_multiple_of(3) {
            String::new()
        } else {
            format!("{} Harbour Street", 10 + n)
        },
        city: city.to_owned(),
        postcode: format!("{:05}", 10_000 + n * 37),
        country: if at_vendor { "US" } else { "United States" }.to_owned(),
        ..Profile::default()
    }
}

/// Two connections, one of which has something to say.
pub fn connections() -> Vec<ConnectionLine> {
    let line = |name: &str, vendor, state: &str| ConnectionLine {
        name: name.into(),
        source: Source::Distributor(vendor),
        state: state.to_owned(),
        token_age_days: Some(27),
        token_expires_at: Some(now().plus_seconds(5 * 86_400 + 3600)),
        last_sync_at: Some(now().plus_seconds(-7200)),
        next_sync_at: Some(now().plus_seconds(16 * 3600)),
        customers: 203,
        subscriptions: 1514,
        problem: None,
    };
    let mut pax8 = line("pax8", Vendor::Pax8, "connected");
    (pax8.token_age_days, pax8.token_expires_at) = (None, None);
    pax8.problem = Some(
        Problem::new(ProblemKind::CredentialsRejected, "Pax8 refused the client secret")
            .seen("HTTP 401 from POST /v1/token")
            .cause("the client secret was rotated or typed wrongly")
            .remedy("create a new secret in Pax8 under Integrations and paste it with: vectis connection set pax8"),
    );
    vec![line("synnex", Vendor::Synnex, "syncing"), pax8]
}

/// A budget in use, after a 429.
pub fn gauge() -> Gauge {
    Gauge {
        connection: "synnex".into(),
        budget: "synnex".to_owned(),
        used: 17,
        ceiling: 22,
        limit: 28,
        window_ms: 60_000,
        minute_ms: 60_000,
        next_slot_ms: 1600,
        rate_limited: 2,
        foreign_per_minute: 5,
        or_limit: None,
        history: (0..30).map(|n| (n * 7) % 29).collect(),
    }
}

/// A run in its middle.
pub fn progress() -> Progress {
    Progress {
        connection: "synnex".into(),
        vendor: Vendor::Synnex,
        phase: Phase::Subscriptions,
        state: RunState::Running,
        rows: 400,
        expected: Some(1514),
        requests: 9,
        requests_left: Some(12),
        eta_seconds: Some(34),
        quarantined: 3,
        by: None,
    }
}

/// Log entries, of which some warn.
pub fn log(n: usize) -> Vec<LogEntry> {
    (0..n)
        .map(|i| LogEntry {
            at: now().plus_seconds(i64::try_from(i).unwrap() - 600),
            level: match i % 9 {
                8 => Level::Error,
                5 => Level::Warn,
                3 => Level::Debug,
                _ => Level::Info,
            },
            connection: Some("synnex".into()),
            text: match i % 9 {
                8 => format!("page {i} refused: HTTP 500 from GET /api/v3/accounts/400123/subscriptions, tried 3 times, again in 8 s"),
                5 => "429 with Retry-After 12: ceiling lowered from 28 to 22 a minute".to_owned(),
                3 => format!("slot {i} granted after 210 ms"),
                _ => format!("subscriptions page {i}: 100 rows, 1 in quarantine (quantity is no number)"),
            },
        })
        .collect()
}

/// Items that wait for a person.
pub fn queue(n: usize) -> Vec<Arc<ReviewItem>> {
    (0..n)
        .map(|i| ReviewItem {
            key: AccountKey::new("synnex", format!("4{:05}", i * 17 + 23)),
            vendor: Vendor::Synnex,
            profile: profile(i, 0),
            seats: i64::try_from(240 - (i * 7) % 230).unwrap(),
            monthly_cost: if i % 11 == 10 {
                Vec::new()
            } else {
                vec![(
                    usd(),
                    Money::from_cents(482_100 - i64::try_from(i).unwrap() * 1511),
                )]
            },
            candidates: (0..(4 - i % 5))
                .map(|c| {
                    let candidate = Candidate {
                        customer_id: CustomerId(i64::try_from(i * 10 + c).unwrap()),
                        psa_id: PsaId::new(format!("{}", 1000 + i * 10 + c)),
                        name: profile(i + c, 1).name,
                        score: 0.93 / (1.0 + c as f64),
                        reasons: vec![
                            "+ same domain".to_owned(),
                            "+ all rare words of the name agree".to_owned(),
                            "- the legal form differs: Ltd, Limited".to_owned(),
                        ],
                    };
                    (candidate, profile(i + c, 1))
                })
                .collect(),
            first_seen_at: now(),
            note: String::new(),
        })
        .map(Arc::new)
        .collect()
}

/// Customers of the hub.
pub fn customers(n: usize) -> Vec<CustomerLine> {
    (0..n)
        .map(|i| {
            let count = i64::try_from(i).unwrap();
            let mut cost = Totals::default();
            cost.add(&usd(), Money::from_cents(120_000 + count * 7013));
            let mut revenue = Totals::default();
            revenue.add(&usd(), Money::from_cents(150_000 + count * 7200));
            CustomerLine {
                customer: Customer {
                    id: CustomerId(count),
                    profile: profile(i, 1),
                    other_ms_tenants: Vec::new(),
                    psa: Some((PsaSystem::Csv, PsaId::new(format!("{}", 1000 + i)))),
                    active: true,
                },
                vendor_label: if i % 4 == 3 { "Mixed" } else { "TD SYNNEX" }.to_owned(),
                accounts: 1,
                subscriptions: 7,
                seats: 120 + count,
                contracted: 110 + count,
                uncontracted: if i % 3 == 0 { 10 } else { 0 },
                monthly_cost: cost,
                monthly_revenue: revenue,
                stale: i == 7,
                stale_since: (i == 7).then(|| now().plus_seconds(-7 * 86_400)),
            }
        })
        .collect()
}

/// One customer's licensing table, with what is unknown.
pub fn licensing() -> Vec<LicensingLine> {
    PRODUCTS
        .iter()
        .enumerate()
        .map(|(i, (sku, product, cost, price))| LicensingLine {
            vendor: if i == 4 { Vendor::Pax8 } else { Vendor::Synnex },
            sku: Sku::new(*sku),
            product_name: (*product).to_owned(),
            seats: (i != 3).then_some(20 + i64::try_from(i).unwrap()),
            contracted: (i != 2).then_some(18),
            unit_cost: Some(Money::from_cents(*cost)),
            unit_price: (i != 1).then_some(Money::from_cents(*price)),
            currency: Some(usd()),
            stale: i == 4,
            stale_since: (i == 4).then(|| now().plus_seconds(-7 * 86_400)),
        })
        .collect()
}

/// A decision of the log.
pub fn decision(id: i64, key: &AccountKey, words: &str) -> Decision {
    Decision {
        id,
        at: now(),
        actor: "me".to_owned(),
        subject: key.to_string(),
        words: words.to_owned(),
        undoes: None,
        batch: None,
    }
}

/// Everything, in the middle of a sync.
pub fn full() -> Vec<Msg> {
    vec![
        Msg::Store(Ok(())),
        Msg::Connections(connections()),
        Msg::Gauge(gauge()),
        Msg::Progress(progress()),
        Msg::Log(log(60)),
        Msg::Queue {
            items: queue(40),
            total: 212,
        },
        Msg::Skus {
            items: skus(12),
            products: psa_products(),
        },
        Msg::Findings {
            rows: findings(90),
            unjudged: unjudged(),
        },
        Msg::Customers(customers(203)),
        Msg::Licensing(CustomerId(11), licensing()),
        Msg::Week(now().week()),
    ]
}
