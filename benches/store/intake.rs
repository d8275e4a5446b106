//! Taking in a listing with its week's usage, against the engine's own bulk tool writing the same rows into tables with
//! the same columns, constraints and indexes. Both clocks run from an open database until it is closed.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use vectis::domain::ids::ConnectionName;
use vectis::domain::money::{Currency, Money};
use vectis::domain::subscription::{BillingCycle, Subscription, SubscriptionStatus};
use vectis::domain::time::Ts;
use vectis::domain::vendor::Vendor;
use vectis::store::pages::PageWrite;
use vectis::store::runs::{RunStart, Scope};
use vectis::store::{EngineKind, Store};

use super::Database;

const ROWS: usize = 50_000;
const PAGE: usize = 1_000;
const ROUNDS: usize = 5;
/// Of the bulk tool's speed.
const GOAL_PERCENT: u128 = 50;

/// Prints the speeds; the goal if it is missed.
pub async fn measure(engine: EngineKind, folder: &Path) -> Option<String> {
    let now: Ts = "2026-11-24T07:00:00Z".parse().expect("an instant");
    let listing: Vec<Subscription> = (0..ROWS).map(|n| subscription(n, now)).collect();
    let (mut ours, mut again, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let database = Database::fresh(engine, folder, &format!("intake{round}.db"));
        ours.push(take_in(database.open().await, &listing, now).await);
        theirs.push(bulk(&database, folder, round));
        let later = now.plus_seconds(3_600);
        again.push(take_in(database.open().await, &listing, later).await);
    }
    let versions = versions(engine, folder).await;
    let (ours, again, theirs) = (median(ours), median(again), median(theirs));
    let percent = theirs.as_micros() * 100 / ours.as_micros();
    println!(
        "{engine:?} intake of {ROWS} subscriptions with usage rows: {} ms, bulk tool {} ms: {percent} % (goal {GOAL_PERCENT} %); \
         the same listing again: {} ms ({versions})",
        ours.as_millis(),
        theirs.as_millis(),
        again.as_millis()
    );
    (percent < GOAL_PERCENT)
        .then(|| format!("{engine:?} intake at {GOAL_PERCENT} % of the bulk tool"))
}

/// As a sync does: pages, then the week; until the database is closed.
async fn take_in(store: Store, listing: &[Subscription], now: Ts) -> Duration {
    let start = RunStart {
        connection: ConnectionName::from("ion"),
        vendor: Vendor::Synnex,
        now,
        full: true,
        scope: Scope::Everything,
        owner: "bench".to_owned(),
    };
    let run = store.begin_run(&start).await.expect("a run");
    let begun = Instant::now();
    for page in listing.chunks(PAGE) {
        let page = PageWrite {
            stream: "subscriptions",
            customers: &[],
            subscriptions: page,
            unchanged: &[],
            unread: &[],
            quarantined: &[],
            cursor: Some("next"),
            expected_total: None,
            received: page.len() as u64,
            done: false,
            requests: 1,
            now,
        };
        store.save_page(&run, &page).await.expect("a page");
    }
    let written = store.snapshot_week(&run, now).await.expect("the week");
    assert_eq!(written, ROWS as u64);
    let freed = store.release_run(&run.connection, &run.owner).await;
    freed.expect("the run is let go");
    store.close().await;
    begun.elapsed()
}

/// The same rows by `.import` or `\copy`, in one transaction; making their files is not counted.
fn bulk(database: &Database, folder: &Path, round: usize) -> Duration {
    let tables = ["license_subscriptions", "license_usage"];
    let files = tables.map(|table| folder.join(format!("{table}.csv")).display().to_string());
    let [subscriptions, usage] = &files;
    match database.engine {
        EngineKind::Sqlite => {
            let schema = folder.join("schema.sql").display().to_string();
            database.shell(&[
                &format!(".once {subscriptions}"),
                "SELECT * FROM license_subscriptions",
                &format!(".once {usage}"),
                "SELECT * FROM license_usage",
                ".mode list",
                &format!(".once {schema}"),
                // What is NULL comes out of the file as an empty text, which a strict table would not take, and which
                // must not get into the index of what is not NULL.
                "SELECT replace(replace(sql, 'STRICT', ''), 'customer_id IS NOT NULL', 'customer_id <> ''''')
                     || ';' FROM sqlite_master
                 WHERE tbl_name IN ('license_subscriptions', 'license_usage') AND sql IS NOT NULL",
            ]);
            let name = format!("bulk{round}.db");
            let plain = Database::fresh(EngineKind::Sqlite, folder, &name);
            plain.shell(&["PRAGMA journal_mode = WAL", &format!(".read {schema}")]);
            let begun = Instant::now();
            plain.shell(&[
                "PRAGMA synchronous = FULL",
                "BEGIN IMMEDIATE",
                &format!(".import {subscriptions} license_subscriptions"),
                &format!(".import {usage} license_usage"),
                "COMMIT",
            ]);
            begun.elapsed()
        }
        EngineKind::Postgres => {
            database.shell(&[
                &format!("\\copy license_subscriptions TO '{subscriptions}' CSV"),
                &format!("\\copy license_usage TO '{usage}' CSV"),
                "CREATE TABLE plain_subscriptions (LIKE license_subscriptions INCLUDING ALL)",
                "CREATE TABLE plain_usage (LIKE license_usage INCLUDING ALL)",
            ]);
            let begun = Instant::now();
            database.shell(&[
                "BEGIN",
                &format!("\\copy plain_subscriptions FROM '{subscriptions}' CSV"),
                &format!("\\copy plain_usage FROM '{usage}' CSV"),
                "COMMIT",
            ]);
            begun.elapsed()
        }
    }
}

/// Of the library or server that we write with, and of the bulk tool.
async fn versions(engine: EngineKind, folder: &Path) -> String {
    let store = Database::fresh(engine, folder, "version.db").open().await;
    let ours = store.engine_version().await.expect("it tells");
    store.close().await;
    let tool = match engine {
        EngineKind::Sqlite => "sqlite3",
        EngineKind::Postgres => "psql",
    };
    let out = Command::new(tool).arg("--version").output();
    let said = String::from_utf8_lossy(&out.expect("the tool is installed").stdout).into_owned();
    let theirs: Vec<&str> = said.split_whitespace().take(3).collect();
    format!("engine {ours}, tool {tool} {}", theirs.join(" "))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn subscription(n: usize, now: Ts) -> Subscription {
    let sku = n % 40;
    Subscription {
        id: format!("{}", 7_000_000 + n).into(),
        vendor_customer_id: format!("{}", 400_000 + n / 10).into(),
        sku: format!("CFQ7TTC0L{sku:03}:0002:P1Y:M").into(),
        product_name: format!("Microsoft 365 product number {sku}"),
        status: SubscriptionStatus::Active,
        status_raw: "active".to_owned(),
        seats: i64::try_from(1 + n % 90).ok(),
        unit_cost: Some(Money::from_cents(1_199)),
        unit_price: Some(Money::from_cents(1_499)),
        currency: Currency::parse("USD"),
        billing_cycle: BillingCycle::Monthly,
        term: "P1Y".to_owned(),
        starts_on: Some(now.plus_seconds(-200 * 86_400)),
        renews_on: Some(now.plus_seconds(165 * 86_400)),
        commitment: Default::default(),
        revision: String::new(),
    }
}
