//! What the console and the commands ask of the store.

use std::path::Path;
use std::time::{Duration, Instant};

use vectis::domain::ids::{AccountKey, CustomerId};
use vectis::domain::party::PsaSystem;
use vectis::domain::time::{Calendar, Ts};
use vectis::domain::vendor::Vendor;
use vectis::engine::connections::states;
use vectis::engine::context::{Context, Settings};
use vectis::engine::judge::{evaluate_now, judge, licensing_of, unjudged};
use vectis::secret::{Key, Sealer};
use vectis::store::EngineKind;
use vectis::store::findings::FindingsMark;
use vectis::store::hub::HubMark;
use vectis::store::psa::PsaSettings;
use vectis::store::review::REVIEW_PAGE;
use vectis::tui::lists::{Lists, PAGE};

use super::Database;
use super::fill::{NOW, Shape, fill, settle};

/// Milliseconds at the 99th percentile.
const GOAL_MS: f64 = 5.0;
/// Each query is asked this often, or for as long as [`PATIENCE`] …
const TIMES: usize = 1_000;
/// … after so many times at first, which are told apart: each of six connections plans the statement five times before it
/// keeps a plan for good, or reads pages of the file that it has not seen.
const COLD: usize = 40;
const PATIENCE: Duration = Duration::from_secs(6);

/// Prints the times of each query for one tenant in the midst of the others; those that miss the goal.
pub async fn measure(engine: EngineKind, folder: &Path, shape: Shape) -> Vec<String> {
    let mut table = Table {
        name: format!("{engine:?}, {}:", shape.name),
        missed: Vec::new(),
    };
    let ctx = filled(engine, folder, shape, &table.name).await;
    let store = &ctx.store;
    let some = || fastrand::i64(0..shape.customers);
    let customer = || CustomerId(shape.tenants / 2 * shape.customers + some() + 1);
    /// Measures one query; its text is its name.
    macro_rules! ask {
        ($name:literal, $goal:expr, $query:expr) => {{
            let mut times = Vec::new();
            let begun = Instant::now();
            while times.len() < COLD + TIMES && begun.elapsed() < PATIENCE {
                let asked = Instant::now();
                $query.await.expect($name);
                times.push(asked.elapsed());
            }
            table.add($name, times, $goal);
        }};
    }
    ask!("connections", Goal::Screen, states(&ctx));
    ask!("log tail", Goal::Screen, store.log_tail(500));
    ask!("decisions", Goal::Screen, store.decisions(50));
    ask!("review count", Goal::Screen, store.review_count());
    ask!(
        "places of the queue",
        Goal::Screen,
        store.review_keys(500, 0)
    );
    let places = store
        .review_keys(REVIEW_PAGE as u32, 0)
        .await
        .expect("places");
    let page: Vec<AccountKey> = places.into_iter().map(|p| p.key).collect();
    ask!("page of the queue", Goal::Screen, store.review_items(&page));
    ask!("review item", Goal::Screen, {
        let n = some() / 10 * 10;
        let vendor = Vendor::ALL[usize::try_from(n % 4).unwrap_or(0)].tag();
        let key = AccountKey::new(vendor, (400_000 + n).to_string());
        async move { store.review_item(&key).await }
    });
    let first = FindingsMark::default();
    ask!(
        "page of findings",
        Goal::Screen,
        store.findings_since(&first, PAGE)
    );
    ask!("notes", Goal::Screen, store.finding_notes_since(0, PAGE));
    ask!("unjudged", Goal::Screen, unjudged(store));
    let first = HubMark::default();
    ask!(
        "page of customers",
        Goal::Screen,
        store.hub_since(&first, PAGE)
    );
    ask!("customer", Goal::Screen, store.customer(customer()));
    ask!(
        "licensing of one customer",
        Goal::Screen,
        licensing_of(&ctx, customer())
    );
    // What a console reads whole at its start, in pages; afterwards only what changed.
    ask!("first queue", Goal::None, Lists::default().queue(&ctx));
    ask!(
        "first findings",
        Goal::None,
        Lists::default().findings(&ctx)
    );
    ask!(
        "first customers",
        Goal::None,
        Lists::default().customers(&ctx)
    );
    let mut lists = Lists::default();
    ask!("queue again", Goal::Screen, lists.queue(&ctx));
    ask!("findings again", Goal::Screen, lists.findings(&ctx));
    ask!("customers again", Goal::Screen, lists.customers(&ctx));
    ask!("judging everything", Goal::None, evaluate_now(&ctx));
    table.missed
}

/// Whether a person waits for it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Goal {
    Screen,
    None,
}

struct Table {
    /// Of what it is.
    name: String,
    missed: Vec<String>,
}

impl Table {
    fn add(&mut self, name: &str, mut times: Vec<Duration>, goal: Goal) {
        let cold = times.drain(..COLD.min(times.len() / 2)).max();
        times.sort();
        let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
        let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
        let (half, most) = (ms(at(50)), ms(at(99)));
        let of = &self.name;
        println!(
            "{of} {name}: p50 {half:.2} ms, p99 {most:.2} ms ({} times); at first up to {:.1} ms",
            times.len(),
            ms(cold.unwrap_or_default()),
        );
        if goal == Goal::Screen && most >= GOAL_MS {
            self.missed
                .push(format!("{of} {name} under {GOAL_MS} ms at p99"));
        }
    }
}

/// A context of the tenant in the middle over a full database, in which each tenant was judged once.
async fn filled(engine: EngineKind, folder: &Path, shape: Shape, name: &str) -> Context {
    let file = format!("{}.db", shape.tenants);
    let database = Database::fresh(engine, folder, &file);
    database.open().await.close().await;
    let begun = Instant::now();
    fill(&database, shape);
    println!("{name} filled in {} s", begun.elapsed().as_secs());
    let middle = shape.tenants / 2;
    for number in (0..shape.tenants).filter(|number| *number != middle) {
        judged(&database, number).await.store.close().await;
    }
    let ctx = judged(&database, middle).await;
    settle(&database);
    ctx
}

async fn judged(database: &Database, number: i64) -> Context {
    let now = Ts::from_micros(NOW * 1_000_000);
    let settings = Settings {
        matching: Default::default(),
        rules: Default::default(),
        stale_after_seconds: 86_400,
        requests_per_minute: 30,
        window: Duration::from_secs(60),
        patience: Duration::from_secs(60),
        actor: "ana@bench".to_owned(),
    };
    let sealer = Sealer::new(&Key::from_bytes([7; 32]));
    let ctx = Context::new(
        database.open_for(number).await,
        sealer,
        Calendar::fixed(now),
        settings,
    );
    let psa = PsaSettings {
        last_sync_at: Some(now),
        ..PsaSettings::new(PsaSystem::Csv)
    };
    ctx.store.put_psa_settings(&psa).await.expect("settings");
    judge(&ctx).await.expect("a judgement");
    ctx
}
