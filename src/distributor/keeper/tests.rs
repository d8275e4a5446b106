use super::*;
use crate::distributor::testing::{MemoryStore, NOW};
use crate::distributor::token::TokenState;
use crate::domain::time::Ts;
use crate::http::error::ErrorKind;
use crate::http::observe::Call;
use crate::http::testing::parts;
use std::collections::VecDeque;

/// What the endpoint does with a call.
#[derive(Clone)]
pub enum Fate {
    /// The newest token is exchanged, any other refused, like Ion does.
    Honest,
    /// The token is spent, but the answer is lost.
    SpendAndLose,
    /// A server that takes a repeat: the answer is lost, the token is not spent.
    Lose,
    /// Not processed.
    Down,
    /// An answer without a refresh token.
    Keep,
}

/// An endpoint with single-use tokens: `r0`, then `r1`, …
pub struct Endpoint {
    pub spent: Mutex<u32>,
    calls: Mutex<Vec<String>>,
    pub fates: Mutex<VecDeque<Fate>>,
    store: MemoryStore,
    delay: u64,
}

impl Endpoint {
    pub fn new(store: &MemoryStore, fates: impl IntoIterator<Item = Fate>) -> Arc<Self> {
        Arc::new(Self {
            spent: Mutex::new(0),
            calls: Mutex::default(),
            fates: Mutex::new(fates.into_iter().collect()),
            store: store.clone(),
            delay: 20,
        })
    }

    pub fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }
}

#[async_trait]
impl Issuer for Endpoint {
    async fn issue(
        &self,
        refresh: &SecretString,
        _: &CancellationToken,
    ) -> Result<Issued, IssueError> {
        tokio::time::sleep(Duration::from_millis(self.delay)).await;
        self.store.log("issue");
        self.calls
            .lock()
            .unwrap()
            .push(refresh.expose_secret().to_owned());
        let fate = self
            .fates
            .lock()
            .unwrap()
            .pop_front()
            .unwrap_or(Fate::Honest);
        let mut spent = self.spent.lock().unwrap();
        let good = refresh.expose_secret() == format!("r{spent}");
        let issued = |n: u32, refresh: Option<String>| Issued {
            access: format!("a{n}").into(),
            expires_in: 7_200,
            refresh: refresh.map(Into::into),
            refresh_expires_in: 32 * 86_400,
        };
        match fate {
            Fate::Down => Err(IssueError::NotProcessed(failure(ErrorKind::Refused(
                "h".into(),
            )))),
            Fate::Lose => Err(IssueError::Lost(failure(ErrorKind::Cut("reset".into())))),
            _ if !good => Err(IssueError::Refused(failure(ErrorKind::Status(400)))),
            Fate::SpendAndLose => {
                *spent += 1;
                Err(IssueError::Lost(failure(ErrorKind::Cut("reset".into()))))
            }
            Fate::Keep => Ok(issued(99, None)),
            Fate::Honest => {
                *spent += 1;
                Ok(issued(*spent, Some(format!("r{spent}"))))
            }
        }
    }
}

fn failure(kind: ErrorKind) -> ApiError {
    let call = Call {
        method: "POST",
        path: "/oauth/token".into(),
        query: String::new(),
    };
    ApiError {
        call,
        kind,
        tries: 1,
        said: None,
        request_id: None,
    }
}

pub fn keeper(store: &MemoryStore, endpoint: &Arc<Endpoint>) -> Keeper {
    let calendar = Calendar::fixed(NOW.parse().unwrap());
    Keeper::new(
        endpoint.clone(),
        Arc::new(store.clone()),
        calendar,
        parts().0,
    )
}

fn text(outcome: Outcome) -> String {
    outcome.unwrap().token.expose_secret().to_owned()
}

#[tokio::test]
async fn a_living_access_token_is_used_without_any_call() {
    let store = MemoryStore::fresh("a");
    let endpoint = Endpoint::new(&store, []);
    assert_eq!(text(keeper(&store, &endpoint).access().await), "a");
    assert!(endpoint.calls().is_empty());
}

#[tokio::test]
async fn intent_comes_before_the_call_and_the_new_token_before_its_use() {
    let store = MemoryStore::pasted("r0");
    let endpoint = Endpoint::new(&store, []);
    assert_eq!(text(keeper(&store, &endpoint).access().await), "a1");
    assert_eq!(store.steps(), ["begin", "issue", "journal", "commit"]);
    assert_eq!(
        (store.refresh(), store.state()),
        ("r1".into(), TokenState::Good)
    );
    assert_eq!(store.row.lock().unwrap().previous, ["r0"]);
    assert_eq!(store.row.lock().unwrap().holder, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_tasks_in_two_processes_make_one_refresh() {
    let store = MemoryStore::pasted("r0");
    let endpoint = Endpoint::new(&store, []);
    let keepers = [0, 1].map(|owner| Arc::new(keeper(&store.other_process(owner), &endpoint)));
    let tasks = (0..8).map(|n| {
        let keeper = keepers[n % 2].clone();
        tokio::spawn(async move { text(keeper.access().await) })
    });
    for task in tasks.collect::<Vec<_>>() {
        assert_eq!(task.await.unwrap(), "a1");
    }
    assert_eq!(endpoint.calls(), ["r0"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_wave_of_401_makes_one_refresh() {
    let store = MemoryStore::fresh("revoked");
    let endpoint = Endpoint::new(&store, []);
    let keeper = Arc::new(keeper(&store, &endpoint));
    let tasks = (0..8).map(|_| {
        let keeper = keeper.clone();
        tokio::spawn(async move { text(keeper.renew(&"revoked".into()).await) })
    });
    for task in tasks.collect::<Vec<_>>() {
        assert_eq!(task.await.unwrap(), "a1");
    }
    assert_eq!(text(keeper.renew(&"revoked".into()).await), "a1");
    assert_eq!(endpoint.calls(), ["r0"]);
}

#[tokio::test]
async fn nobody_who_stops_waiting_stops_the_refresh() {
    let store = MemoryStore::pasted("r0");
    let endpoint = Endpoint::new(&store, []);
    let keeper = keeper(&store, &endpoint);
    let dropped = tokio::time::timeout(Duration::from_millis(5), keeper.access()).await;
    assert!(dropped.is_err());
    let tasks = keeper.refresher.parts.tasks.clone();
    keeper.refresher.parts.cancel.cancel();
    tasks.close();
    tasks.wait().await;
    assert_eq!(
        (store.refresh(), store.state()),
        ("r1".into(), TokenState::Good)
    );
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_with_the_same_token() {
    let store = MemoryStore::pasted("r0");
    let endpoint = Endpoint::new(&store, [Fate::Lose]);
    assert_eq!(text(keeper(&store, &endpoint).access().await), "a1");
    assert_eq!(endpoint.calls(), ["r0", "r0"]);
    assert_eq!(store.refresh(), "r1");
}

#[tokio::test]
async fn two_lost_answers_leave_the_token_and_the_mark() {
    let store = MemoryStore::pasted("r0");
    let endpoint = Endpoint::new(&store, [Fate::Lose, Fate::Lose]);
    let error = keeper(&store, &endpoint).access().await.unwrap_err();
    assert!(
        matches!(
            error,
            TokenError::Passing {
                answer_lost: true,
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(endpoint.calls().len(), 2);
    assert_eq!(
        (store.refresh(), store.state()),
        ("r0".into(), TokenState::Refreshing)
    );
}

#[tokio::test]
async fn what_was_not_processed_changes_nothing_and_an_old_token_still_serves() {
    let store = MemoryStore::fresh("a");
    store.edit(|t| {
        let soon = NOW.parse::<Ts>().unwrap().plus_seconds(300);
        t.access = Some(Access {
            token: "a".into(),
            expires_at: Some(soon),
        });
    });
    let endpoint = Endpoint::new(&store, [Fate::Down, Fate::Down]);
    let keeper = keeper(&store, &endpoint);
    assert_eq!(text(keeper.access().await), "a");
    assert_eq!(text(keeper.access().await), "a");
    assert_eq!(
        endpoint.calls().len(),
        1,
        "a failed refresh ahead of time is not tried at every page"
    );
    assert_eq!(
        (store.refresh(), store.state()),
        ("r0".into(), TokenState::Good)
    );
    let error = keeper.renew(&"a".into()).await.unwrap_err();
    assert!(matches!(
        error,
        TokenError::Passing {
            answer_lost: false,
            ..
        }
    ));
}

#[tokio::test]
async fn a_refusal_of_an_outdated_token_uses_the_new_one() {
    // Between our reading of the row and the verdict a person pastes another token.
    struct Paster(Arc<Endpoint>);
    #[async_trait]
    impl Issuer for Paster {
        async fn issue(
            &self,
            refresh: &SecretString,
            stop: &CancellationToken,
        ) -> Result<Issued, IssueError> {
            if refresh.expose_secret() == "old" {
                self.0.store.edit(|t| {
                    t.refresh = "r0".into();
                    t.version += 1;
                });
            }
            self.0.issue(refresh, stop).await
        }
    }
    let store = MemoryStore::pasted("old");
    let endpoint = Endpoint::new(&store, []);
    let calendar = Calendar::fixed(NOW.parse().unwrap());
    let keeper = Keeper::new(
        Arc::new(Paster(endpoint.clone())),
        Arc::new(store.clone()),
        calendar,
        parts().0,
    );
    assert_eq!(text(keeper.access().await), "a1");
    assert_eq!(endpoint.calls(), ["old", "r0"]);
}

#[tokio::test]
async fn an_answer_without_a_refresh_token_keeps_the_old_one() {
    let store = MemoryStore::pasted("r0");
    let endpoint = Endpoint::new(&store, [Fate::Keep]);
    assert_eq!(text(keeper(&store, &endpoint).access().await), "a99");
    assert_eq!(
        (store.refresh(), store.state()),
        ("r0".into(), TokenState::Good)
    );
}

#[tokio::test]
async fn a_store_that_does_not_take_the_new_token_never_loses_it() {
    for failing_journal in [false, true] {
        let store = MemoryStore::pasted("r0");
        let endpoint = Endpoint::new(&store, []);
        let keeper = keeper(&store, &endpoint);
        {
            let mut row = store.row.lock().unwrap();
            (row.failing_commits, row.failing_journal) = (8, failing_journal);
        }
        let got = keeper.access().await;
        if failing_journal {
            assert!(matches!(got, Err(TokenError::Unsaved(_))), "{got:?}");
        } else {
            assert_eq!(text(got), "a1", "what the journal has may be used");
            assert_eq!(text(keeper.access().await), "a1");
        }
        assert_eq!(
            store.row.lock().unwrap().holder,
            Some(0),
            "nobody else may spend r0"
        );
        // The connector may be dropped: the token is offered until the store takes it.
        let tasks = keeper.refresher.parts.tasks.clone();
        drop(keeper);
        tasks.close();
        tasks.wait().await;
        assert_eq!(store.refresh(), "r1");
        assert_eq!(store.row.lock().unwrap().holder, None);
        assert_eq!(text(self::keeper(&store, &endpoint).access().await), "a1");
        assert_eq!(
            endpoint.calls(),
            ["r0"],
            "nothing is spent while a token waits to be stored"
        );
    }
}

#[tokio::test]
async fn without_a_token_nothing_is_sent() {
    let store = MemoryStore::pasted("r0");
    store.row.lock().unwrap().tokens = None;
    let endpoint = Endpoint::new(&store, []);
    assert!(matches!(
        keeper(&store, &endpoint).access().await,
        Err(TokenError::Missing)
    ));
    assert!(endpoint.calls().is_empty());
}
