//! Several processes on one database see the same, within a second.

use std::process::Stdio;
use std::time::{Duration, Instant};

use vectis::domain::log::{Level, Phase, Progress, RunState};
use vectis::domain::party::Verdict;
use vectis::domain::vendor::Vendor;
use vectis::engine::bus::EventStream;
use vectis::engine::command::{Command, FindingChange};
use vectis::engine::context::Context;
use vectis::engine::event::{Event, Topic};
use vectis::engine::{Engine, change_finding, decisions};
use vectis::sim::ion::IonOptions;

use crate::engine::context;
use crate::support::database::{Database, Engine as Kind, on_both_engines};
use crate::support::program::{Home, Ran};
use crate::support::rows::{account, finding, ion, key, looked_at, now, synced};
use crate::support::screen::Screen;
use crate::support::vendor::Ion;

/// What everybody must have seen by then.
const SOON: Duration = Duration::from_secs(1);

/// Waits for an event and tells how long it took.
async fn seen(events: &mut EventStream, what: &str, is_it: impl Fn(&Event) -> bool) -> Event {
    let began = Instant::now();
    let wait = async {
        loop {
            let event = events.next().await.expect("the engine runs");
            if is_it(&event) {
                return event;
            }
        }
    };
    let event = tokio::time::timeout(Duration::from_secs(10), wait)
        .await
        .unwrap_or_else(|_| panic!("never told: {what}"));
    let took = began.elapsed();
    eprintln!("{what}: {took:.0?}");
    assert!(took < SOON, "{what} took {took:?}");
    event
}

fn changed(topic: Topic) -> impl Fn(&Event) -> bool {
    move |event| matches!(event, Event::Changed(topics) if topics.contains(&topic))
}

fn progress(state: RunState, rows: u64) -> Progress {
    Progress {
        connection: ion(),
        vendor: Vendor::Synnex,
        phase: Phase::Customers,
        state,
        rows,
        expected: Some(200),
        requests: 3,
        requests_left: Some(14),
        eta_seconds: Some(30),
        quarantined: 0,
        by: None,
    }
}

/// Two processes with an engine each, and what the second one is told from the time that it watches.
async fn two(database: &Database, folder: &std::path::Path) -> (Context, Context, EventStream) {
    let keys = folder.join("private").join("key");
    let (ours, theirs) = (
        context(database, &keys).await,
        context(database, &keys).await,
    );
    let (engine, mut events) = Engine::start(theirs.clone());
    // The first notification that is seen proves that it watches.
    for n in 0.. {
        ours.journal
            .log(Level::Debug, None, format!("are you there? {n}"));
        let heard = tokio::time::timeout(Duration::from_millis(400), async {
            while !matches!(events.next().await, Some(Event::Log(_))) {}
        });
        if heard.await.is_ok() {
            break;
        }
        assert!(n < 50, "the second process never watches");
    }
    std::mem::forget(engine);
    (ours, theirs, events)
}

on_both_engines! {
    async fn what_one_does_the_other_sees_within_a_second(db: Database) {
        let folder = tempfile::tempdir().unwrap();
        let (ours, theirs, mut events) = two(&db, folder.path()).await;
        let run = synced(&ours.store, &[account("a", "Contoso"), account("b", "Fabrikam")], &[]).await;
        ours.store.save_links(&["a", "b"].map(looked_at)).await.unwrap();
        ours.store.save_findings(&[finding("f", 100)], &[].into(), &[], "{}", now()).await.unwrap();
        seen(&mut events, "findings computed", changed(Topic::Findings)).await;

        // The run's lease is that of "test": without one of this process's own it counts as interrupted.
        ours.journal.progress(&progress(RunState::Running, 100));
        let is_progress = |e: &Event| matches!(e, Event::Progress(_));
        let Event::Progress(told) = seen(&mut events, "progress", is_progress).await else { unreachable!() };
        assert_eq!((told.rows, told.expected, told.eta_seconds, told.state), (100, Some(200), Some(30), RunState::Interrupted));
        assert_eq!(told.by.as_deref(), Some(&*ours.owner));
        let lease = format!("run:{}", ion());
        ours.store.release_lease(&lease, &run.owner).await.unwrap();
        ours.store.take_lease(&lease, &ours.owner, 60).await.unwrap();
        ours.journal.progress(&progress(RunState::Running, 150));
        let Event::Progress(told) = seen(&mut events, "progress again", is_progress).await else { unreachable!() };
        assert_eq!((told.rows, told.state), (150, RunState::Running));

        ours.journal.log(Level::Warn, Some(&ion()), "a word");
        let is_log = |e: &Event| matches!(e, Event::Log(entry) if entry.text == "a word");
        seen(&mut events, "log", is_log).await;

        decisions::decide(&ours, &key("a"), &Verdict::NoCounterpart).await.unwrap();
        seen(&mut events, "decision", changed(Topic::Review)).await;
        assert_eq!(theirs.store.review_count().await.unwrap(), 1);

        change_finding(&ours, "f", FindingChange::Resolve { reason: String::new() }).await.unwrap();
        seen(&mut events, "finding", changed(Topic::Findings)).await;

        ours.store.claim(Some(&key("b")), "ana@here").await.unwrap();
        seen(&mut events, "claim", changed(Topic::Claims)).await;
        assert_eq!(theirs.store.claims_of_others().await.unwrap()[0].actor, "ana@here");

        // Its own doings do not come back to it.
        theirs.journal.log(Level::Info, None, "mine");
        theirs.journal.flush().await;
        let mut mine = 0;
        while let Ok(Some(event)) = tokio::time::timeout(Duration::from_millis(900), events.next()).await {
            mine += u32::from(matches!(&event, Event::Log(entry) if entry.text == "mine"));
        }
        assert_eq!(mine, 1);
    }

    async fn a_claim_is_the_first_ones_until_it_is_given_up(db: Database) {
        let folder = tempfile::tempdir().unwrap();
        let (ours, theirs, mut events) = two(&db, folder.path()).await;
        synced(&ours.store, &[account("a", "Contoso"), account("b", "Fabrikam")], &[]).await;
        let (engine, _stream) = Engine::start(ours.clone());
        engine.send(Command::LookAt { key: Some(key("a")) });
        seen(&mut events, "a look", changed(Topic::Claims)).await;
        let who = |store: vectis::store::Store| async move {
            let claims = store.claims_of_others().await.unwrap();
            claims.into_iter().map(|c| format!("{} {}", c.key, c.actor)).collect::<Vec<_>>()
        };
        assert_eq!(who(theirs.store.clone()).await, ["ion/a ana@test"]);
        theirs.store.claim(Some(&key("a")), "ben@test").await.unwrap();
        assert!(who(ours.store.clone()).await.is_empty(), "the first one's mark stays");
        engine.send(Command::LookAt { key: Some(key("b")) });
        seen(&mut events, "a look elsewhere", changed(Topic::Claims)).await;
        assert_eq!(who(theirs.store.clone()).await, ["ion/b ana@test"]);
        engine.shutdown().await;
        seen(&mut events, "the console closes", changed(Topic::Claims)).await;
        assert!(who(theirs.store.clone()).await.is_empty());
    }
}

/// Runs the program on a database.
fn run(home: &Home, url: &str, args: &[&str]) -> Ran {
    let all = args.iter().copied().chain(["--database", url]);
    home.command(all).output().expect("it starts").into()
}

/// A console beside a `vectis sync` in another process.
fn beside(kind: Kind) {
    let (home, database) = (Home::new(), Database::new(kind));
    let url = database.url.as_str();
    let options = IonOptions {
        limit: 0,
        subscriptions_cap: 50,
        ..IonOptions::default()
    };
    let vendor = Ion::with(80, options);
    let token = home.file("token", vendor.server.refresh_token());
    let (base, account) = (vendor.server.base_url(), vendor.server.account_id());
    #[rustfmt::skip]
    let set = [
        "connection", "set", "synnex", "--vendor", "synnex", "--base-url", base.as_str(), "--account-id",
        account.as_str(), "--refresh-token-file", token.as_str(), "--requests-per-minute", "300",
    ];
    run(&home, url, &set).expect(0);

    let mut screen = Screen::start(&home, &["--database", url], (160, 50));
    screen.wait_for("never synced");
    let mut sync = home
        .command(["sync", "--json", "--database", url])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a sync starts");
    let used = |s: &str| (1..=14).any(|n| s.contains(&format!(" {n} of 300")));
    screen.wait("the run, its budget and its log", |s| {
        s.contains("run by ana") && used(s) && s.contains("sync started")
    });
    screen.wait("the end", |s| s.contains("✓ complete"));
    assert!(sync.wait().expect("it ends").code().is_some());
    screen.wait("the log of the end", |s| s.contains("sync complete"));

    let listed = run(&home, url, &["review", "list", "--json"])
        .expect(0)
        .json();
    let ids: Vec<&str> = listed
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|i| i["id"].as_str())
        .collect();
    let waiting = |n: usize| move |s: &str| s.contains(&format!("2 Review {n} "));
    screen.wait("the queue", waiting(ids.len()));
    run(&home, url, &["review", "none", ids[0]]).expect(0);
    let began = Instant::now();
    screen.wait("one item less", waiting(ids.len() - 1));
    eprintln!(
        "{kind:?}: on the other's screen {:.0?} after the command ended",
        began.elapsed()
    );

    // An item that somebody looks at is marked for the others, in words.
    screen.press("2");
    screen.wait_for("at the distributor");
    crate::support::vendor::eventually("the item is marked", || {
        let listed = run(&home, url, &["review", "list", "--json"])
            .expect(0)
            .json();
        let marked = listed
            .as_array()
            .expect("a list")
            .iter()
            .filter(|i| i["claimed_by"].is_string());
        marked.count() == 1
    });
    let mut other = Screen::start(&home, &["--database", url], (160, 50));
    other.wait_for("2 Review");
    other.press("2");
    other.wait_for("looks at this too");
    screen.press("q");
    let (status, _) = screen.end();
    assert_eq!(status.exit_code(), 0);
    other.wait("the mark is gone", |s| !s.contains("looks at"));
}

#[test]
fn a_console_follows_a_sync_of_another_process_on_sqlite() {
    beside(Kind::Sqlite);
}

#[test]
fn a_console_follows_a_sync_of_another_process_on_postgres() {
    beside(Kind::Postgres);
}
