//! The engine as the console drives it: commands in, events out.

use std::time::Duration;

use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use vectis::domain::ids::ConnectionName;
use vectis::domain::log::RunState;
use vectis::domain::party::Verdict;
use vectis::domain::time::Calendar;
use vectis::domain::vendor::Vendor;
use vectis::engine::command::Command;
use vectis::engine::context::{Context, Settings};
use vectis::engine::event::{Event, Topic};
use vectis::engine::setup::{ACCOUNT_ID, Draft, save};
use vectis::engine::{Conduct, Engine};
use vectis::secret::{KeyPlaces, Sealer, SecretName, find_key};
use vectis::sim::ion::{IonOptions, IonServer, start};
use vectis::sim::world::{World, shared};

use crate::support::database::{Database, Engine as Kind, on};

fn settings() -> Settings {
    Settings {
        matching: Default::default(),
        rules: Default::default(),
        stale_after_seconds: 86_400,
        requests_per_minute: 600,
        window: Duration::from_secs(60),
        patience: Duration::from_secs(60),
        actor: "ana@test".to_owned(),
    }
}

pub async fn context(database: &Database, key: &std::path::Path) -> Context {
    let places = KeyPlaces {
        systemd: None,
        configured: None,
        own: key.to_owned(),
        environment: None,
    };
    let (key, _) = find_key(&places).unwrap();
    Context::new(
        database.open().await,
        Sealer::new(&key),
        Calendar::wall(),
        settings(),
    )
}

/// Waits for the end of a run; a minute at the most.
async fn ended(events: &mut vectis::engine::bus::EventStream) -> RunState {
    let wait = async {
        while let Some(event) = events.next().await {
            if let Event::Progress(progress) = event
                && progress.state != RunState::Running
            {
                return progress.state;
            }
        }
        panic!("the engine has ended")
    };
    tokio::time::timeout(Duration::from_secs(60), wait)
        .await
        .expect("the run ends")
}

/// A small tenant behind a connection of this database.
async fn connected(ctx: &Context) -> IonServer {
    let world = shared(World::new(3, 80, ctx.calendar.now()));
    let options = IonOptions {
        limit: 0,
        subscriptions_cap: 50,
        ..IonOptions::default()
    };
    let server = start(world, options).await.unwrap();
    let draft = Draft {
        vendor: Some(Vendor::Synnex),
        base_url: Some(server.base_url()),
        settings: [(ACCOUNT_ID.to_owned(), server.account_id())].into(),
        secrets: vec![(
            SecretName::RefreshToken,
            SecretString::from(server.refresh_token()),
        )],
        ..Draft::default()
    };
    save(ctx, &ConnectionName::from("synnex"), draft)
        .await
        .unwrap();
    server
}

fn sync() -> Command {
    Command::Sync {
        connections: vec![],
        full: false,
    }
}

#[test]
fn an_engine_that_watches_starts_nothing() {
    on(Kind::Sqlite, async |database: Database| {
        let folder = tempfile::tempdir().unwrap();
        let ctx = context(&database, &folder.path().join("private").join("key")).await;
        let _server = connected(&ctx).await;
        let (engine, mut events) = Engine::start_as(ctx.clone(), Conduct::Watch);
        let test = Command::Test {
            connection: ConnectionName::from("synnex"),
        };
        for command in [
            sync(),
            Command::Match,
            test,
            Command::Undo { decision: None },
        ] {
            engine.send(command);
            let refused = async {
                loop {
                    match events.next().await.expect("the engine runs") {
                        Event::Failed(problem) => return problem.title,
                        Event::Progress(progress) => panic!("{progress:?}"),
                        _ => {}
                    }
                }
            };
            let refused = tokio::time::timeout(Duration::from_secs(60), refused).await;
            assert_eq!(refused.expect("it answers"), "Watching only");
        }
        engine.shutdown().await;
        assert!(ctx.store.runs(10).await.unwrap().is_empty());
        assert!(ctx.store.decisions(10).await.unwrap().is_empty());
    });
}

#[test]
fn findings_are_judged_on_what_a_person_decides() {
    on(Kind::Sqlite, async |database: Database| {
        let folder = tempfile::tempdir().unwrap();
        let ctx = context(&database, &folder.path().join("private").join("key")).await;
        let _server = connected(&ctx).await;
        let cancel = CancellationToken::new();
        vectis::engine::sync::sync(&ctx, &[], false, &cancel)
            .await
            .unwrap();
        let item = ctx.store.review_queue(1).await.unwrap().remove(0);
        let (engine, mut events) = Engine::start(ctx.clone());
        engine.send(Command::Decide {
            key: item.key,
            verdict: Verdict::Exclude {
                reason: "test".to_owned(),
            },
        });
        let judged = async {
            let mut decided = false;
            loop {
                match events.next().await.expect("the engine runs") {
                    Event::Decided(_) => decided = true,
                    Event::Changed(topics) if decided && topics.contains(&Topic::Findings) => {
                        return;
                    }
                    _ => {}
                }
            }
        };
        let judged = tokio::time::timeout(Duration::from_secs(60), judged).await;
        judged.expect("findings are judged");
        engine.shutdown().await;
    });
}

#[test]
fn a_second_sync_leaves_the_first_alone() {
    on(Kind::Sqlite, async |database: Database| {
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("private").join("key");
        let ctx = context(&database, &keys).await;
        let _server = connected(&ctx).await;
        let (engine, mut events) = Engine::start(ctx.clone());
        engine.send(sync());
        engine.send(sync());
        assert_eq!(ended(&mut events).await, RunState::Complete);
        assert_eq!(
            ctx.store.runs(10).await.unwrap().len(),
            1,
            "the second one did not begin"
        );

        engine.shutdown().await;
    });
}
