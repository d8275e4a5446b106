//! Whatever happens, both engines end with the same tables.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use vectis::domain::finding::FindingState;
use vectis::domain::ids::{CustomerId, SubscriptionKey};
use vectis::domain::log::RunState;
use vectis::domain::party::{LinkState, PsaSystem, Verdict};
use vectis::store::Store;
use vectis::store::decisions::{Decided, Undone};
use vectis::store::links::LinkWrite;
use vectis::store::pages::PageWrite;

use crate::support::database::{Database, Engine};
use crate::support::rows::{
    account, bad_row, company, ended, finding, ion, key, now, page, start, subscription,
};

/// Something that happens to a store. Numbers name rows; what does not exist must do no harm.
#[derive(Debug, Clone)]
enum Happening {
    Sync {
        accounts: Vec<u8>,
        subscriptions: Vec<u8>,
        bad: Vec<u8>,
        end: RunState,
    },
    Psa(Vec<u8>),
    Match(Vec<(u8, Option<u8>)>),
    Decide(u8, Option<u8>),
    Give(u8, u8),
    Undo,
    UndoGift,
    Findings(Vec<(u8, i64)>),
    Person(u8, FindingState),
}

fn happening() -> impl Strategy<Value = Happening> {
    let few = || prop::collection::vec(0u8..6, 0..6);
    let end = prop_oneof![
        Just(RunState::Complete),
        Just(RunState::Interrupted),
        Just(RunState::Failed)
    ];
    let state = prop_oneof![
        Just(FindingState::Open),
        Just(FindingState::Muted),
        Just(FindingState::Resolved)
    ];
    prop_oneof![
        4 => (few(), few(), few(), end).prop_map(|(accounts, subscriptions, bad, end)| Happening::Sync {
            accounts, subscriptions, bad, end
        }),
        2 => few().prop_map(Happening::Psa),
        2 => prop::collection::vec((0u8..6, prop::option::of(0u8..6)), 0..5).prop_map(Happening::Match),
        2 => (0u8..6, prop::option::of(0u8..6)).prop_map(|(a, c)| Happening::Decide(a, c)),
        2 => (0u8..6, 0u8..6).prop_map(|(s, c)| Happening::Give(s, c)),
        1 => Just(Happening::Undo),
        1 => Just(Happening::UndoGift),
        2 => prop::collection::vec((0u8..5, 0i64..3), 0..5).prop_map(Happening::Findings),
        1 => (0u8..5, state).prop_map(|(f, s)| Happening::Person(f, s)),
    ]
}

/// The hub row that stands for a PSA company; each engine numbers its rows in its own way.
async fn hub(store: &Store, company: u8) -> Option<CustomerId> {
    let id = company.to_string();
    let companies = store.companies().await.unwrap();
    companies
        .into_iter()
        .find(|(_, c)| c.id.as_str() == id)
        .map(|(id, _)| id)
}

/// Lets it happen and tells what was answered.
async fn happen(store: &Store, what: &Happening, hour: i64) -> String {
    let at = now().plus_seconds(hour * 3600);
    match what {
        Happening::Sync {
            accounts,
            subscriptions,
            bad,
            end,
        } => {
            let mut begin = start("one");
            begin.now = at;
            let run = store.begin_run(&begin).await.unwrap();
            let customers: Vec<_> = accounts
                .iter()
                .map(|a| account(&format!("a{a}"), &format!("Name {a} {hour}")))
                .collect();
            let listed: Vec<_> = subscriptions
                .iter()
                .map(|s| subscription(&format!("s{s}"), &format!("a{}", s % 3)))
                .collect();
            let quarantined: Vec<_> = bad
                .iter()
                .map(|b| bad_row("subscriptions", &format!("s{b}")))
                .collect();
            let first = PageWrite {
                customers: &customers,
                now: at,
                ..page("customers")
            };
            let second = PageWrite {
                subscriptions: &listed,
                quarantined: &quarantined,
                now: at,
                cursor: Some("next"),
                ..page("subscriptions")
            };
            store.save_page(&run, &first).await.unwrap();
            store.save_page(&run, &second).await.unwrap();
            let mut answer = format!("{} {:?}", run.resumed, run.checkpoints);
            for stream in ["customers", "subscriptions"] {
                let seen = store.seen_count(&run, stream).await.unwrap();
                let closed = store.close_stream(&run, stream, at).await.unwrap();
                answer += &format!(" {seen} {closed:?}");
            }
            answer += &format!(" {}", store.snapshot_week(&run, at).await.unwrap());
            let ended = store
                .end_run(&run, &ended(*end, Some("{}"), 1, at))
                .await
                .unwrap();
            answer + &format!(" {ended:?}").replace(&format!("id: {}", ended.id), "")
        }
        Happening::Psa(ids) => {
            let companies: Vec<_> = ids
                .iter()
                .map(|i| company(&i.to_string(), &format!("Company {i} {hour}")))
                .collect();
            format!(
                "{:?}",
                store
                    .replace_psa(PsaSystem::Csv, &companies, &[], at)
                    .await
                    .unwrap()
            )
        }
        Happening::Match(links) => {
            let mut writes = Vec::new();
            for (a, c) in links {
                let customer_id = match c {
                    Some(c) => hub(store, *c).await,
                    None => None,
                };
                writes.push(LinkWrite {
                    key: key(&format!("a{a}")),
                    state: LinkState::Auto,
                    customer_id,
                    score: Some(f64::from(*a) / 7.0),
                    candidates: Vec::new(),
                    note: String::new(),
                });
            }
            format!("{:?}", store.save_links(&writes).await)
        }
        Happening::Decide(a, c) => {
            let verdict = match c {
                Some(c) => match hub(store, *c).await {
                    Some(customer_id) => Verdict::Confirm { customer_id },
                    None => Verdict::Exclude {
                        reason: "test".to_owned(),
                    },
                },
                None => Verdict::NoCounterpart,
            };
            match store
                .decide(&key(&format!("a{a}")), &verdict, "ann", at)
                .await
                .unwrap()
            {
                Decided::Done(d) => d.words,
                other => format!("{other:?}"),
            }
        }
        Happening::Give(s, c) => {
            let Some(to) = hub(store, *c).await else {
                return "nobody".to_owned();
            };
            let subscription = SubscriptionKey::new(ion(), format!("s{s}"));
            let given = store.give_subscription(&subscription, to, "ann", at).await;
            match given.unwrap() {
                Decided::Done(d) => d.words,
                other => format!("{other:?}"),
            }
        }
        Happening::Undo => match store.undo(None, "ann", at).await.unwrap() {
            Undone::Done(d) => d.words,
            Undone::Nothing { words } => words,
        },
        Happening::UndoGift => match store.undo_subscription(None, "ann", at).await.unwrap() {
            Undone::Done(d) => d.words,
            Undone::Nothing { words } => words,
        },
        Happening::Findings(list) => {
            let list: Vec<_> = list
                .iter()
                .map(|(f, amount)| finding(&format!("f{f}"), *amount))
                .collect();
            format!(
                "{:?}",
                store
                    .save_findings(&list, &[].into(), &[], "{}", at)
                    .await
                    .unwrap()
            )
        }
        Happening::Person(f, state) => {
            let until = Some(at.plus_seconds(7200));
            let done = store
                .set_finding_state(&format!("f{f}"), *state, until, "because", "ann", at)
                .await;
            format!("{:?}", done.unwrap())
        }
    }
}

/// Everything that can be read, without the numbers that the engines give.
async fn picture(store: &Store) -> String {
    let customers = store.customers().await.unwrap();
    let names: BTreeMap<_, _> = customers
        .iter()
        .map(|c| (c.id, format!("{} {:?} {}", c.profile.name, c.psa, c.active)))
        .collect();
    let named = |id: Option<CustomerId>| id.map(|id| names[&id].clone());
    let mut out: Vec<String> = names.values().cloned().collect();
    out.sort();
    for mut a in store.accounts().await.unwrap() {
        let customer = named(a.customer_id.take());
        out.push(format!("{a:?} {customer:?}"));
    }
    for mut s in store.subscriptions().await.unwrap() {
        let given = named(s.customer_id.take());
        out.push(format!("{s:?} {given:?}"));
    }
    out.extend(
        store
            .usage_since(now().week())
            .await
            .unwrap()
            .iter()
            .map(|u| format!("{u:?}")),
    );
    out.extend(
        store
            .findings()
            .await
            .unwrap()
            .iter()
            .map(|f| format!("{f:?}")),
    );
    out.extend(
        store
            .review_queue(100)
            .await
            .unwrap()
            .iter()
            .map(|i| format!("{i:?}")),
    );
    for d in store.decisions(100).await.unwrap() {
        out.push(format!(
            "{} {} {} {}",
            d.at,
            d.subject,
            d.words,
            d.undoes.is_some()
        ));
    }
    let mut quarantine: Vec<_> = store
        .quarantine(100)
        .await
        .unwrap()
        .iter()
        .map(|q| format!("{} {:?}", q.at, q.row))
        .collect();
    quarantine.sort();
    out.extend(quarantine);
    out.join("\n")
}

/// `VECTIS_HISTORIES` histories, or enough to find a blunder.
fn cases() -> u32 {
    let asked = std::env::var("VECTIS_HISTORIES").ok();
    asked.and_then(|n| n.parse().ok()).unwrap_or(30)
}

#[test]
fn both_engines_keep_the_same_history() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (lite, server) = (
        Database::new(Engine::Sqlite),
        Database::new(Engine::Postgres),
    );
    let tenants = std::cell::Cell::new(0);
    let config = Config {
        cases: cases(),
        failure_persistence: None,
        ..Config::default()
    };
    let histories = prop::collection::vec(happening(), 1..12);
    let mut runner = TestRunner::new(config);
    let outcome = runner.run(&histories, |history| {
        tenants.set(tenants.get() + 1);
        runtime.block_on(async {
            let name = format!("tenant {}", tenants.get());
            let (a, b) = (lite.open_as(&name).await, server.open_as(&name).await);
            for (hour, what) in (0..).zip(&history) {
                prop_assert_eq!(happen(&a, what, hour).await, happen(&b, what, hour).await);
            }
            prop_assert_eq!(picture(&a).await, picture(&b).await);
            a.close().await;
            b.close().await;
            Ok(())
        })
    });
    outcome.unwrap();
}
