//! Tokens that are refused, and those that are rotated before anybody needs it.

use super::tests::{Endpoint, Fate, keeper};
use super::*;
use crate::distributor::testing::{MemoryStore, NOW};
use crate::distributor::token::{ROTATE_AFTER, TokenState};

/// What is known of a token that was refused.
fn refusal(outcome: Outcome) -> RefusedToken {
    match outcome {
        Err(TokenError::Refused { token, .. }) => *token,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_spent_token_whose_answer_was_lost_is_told_exactly_and_still_so_the_next_time() {
    let store = MemoryStore::pasted("r0");
    let endpoint = Endpoint::new(&store, [Fate::SpendAndLose]);
    let keeper = keeper(&store, &endpoint);
    let token = refusal(keeper.access().await);
    assert!(
        token.answer_lost && token.interrupted.is_none(),
        "{token:?}"
    );
    assert_eq!(
        (store.refresh(), store.state()),
        ("r0".into(), TokenState::NeedsAttention)
    );
    let again = refusal(keeper.access().await);
    assert_eq!(again.interrupted.map(|a| a.host), Some("here".to_owned()));
    let once_more = refusal(keeper.access().await);
    assert_eq!(
        once_more.interrupted.map(|a| a.host),
        Some("here".to_owned())
    );
}

#[tokio::test]
async fn an_interrupted_refresh_is_named_with_its_time_also_after_a_failure_that_tells_nothing() {
    let store = MemoryStore::pasted("spent-by-a-dead-process");
    let dead = Attempt {
        at: Ts::from_micros(1),
        host: "dead".into(),
    };
    store.edit(|t| {
        t.state = TokenState::Refreshing;
        t.attempt = Some(dead.clone());
    });
    let endpoint = Endpoint::new(&store, [Fate::Down]);
    let keeper = keeper(&store, &endpoint);
    keeper.access().await.unwrap_err();
    assert_eq!(store.state(), TokenState::Refreshing);
    for _ in 0..2 {
        assert_eq!(
            refusal(keeper.access().await).interrupted,
            Some(dead.clone())
        );
        assert_eq!(store.state(), TokenState::NeedsAttention);
    }
}

#[tokio::test]
async fn a_refusal_stands_until_a_person_pastes_and_nothing_sends_the_token_unasked() {
    let store = MemoryStore::pasted("wrong");
    let endpoint = Endpoint::new(&store, []);
    let keeper = keeper(&store, &endpoint);
    let token = refusal(keeper.access().await);
    assert_eq!(
        (token.origin, token.interrupted),
        (TokenOrigin::Pasted, None)
    );
    assert_eq!(keeper.keep_alive(0).await.unwrap(), Kept::Refused);
    assert_eq!(endpoint.calls().len(), 1);
    endpoint.fates.lock().unwrap().push_back(Fate::Down);
    keeper.access().await.unwrap_err();
    assert_eq!(
        store.state(),
        TokenState::NeedsAttention,
        "a dead line is no pardon"
    );
}

#[tokio::test]
async fn a_token_is_rotated_ahead_when_it_is_due_and_only_then() {
    let store = MemoryStore::fresh("a");
    let endpoint = Endpoint::new(&store, [Fate::Honest, Fate::Keep]);
    let keeper = keeper(&store, &endpoint);
    assert_eq!(keeper.keep_alive(ROTATE_AFTER).await.unwrap(), Kept::Fresh);
    let days = |n: i64| NOW.parse::<Ts>().unwrap().plus_seconds(n * 86_400);
    store.edit(|t| t.issued_at = days(-7));
    assert_eq!(
        keeper.keep_alive(ROTATE_AFTER).await.unwrap(),
        Kept::Rotated
    );
    assert_eq!(store.refresh(), "r1");
    assert_eq!(keeper.keep_alive(ROTATE_AFTER).await.unwrap(), Kept::Fresh);
    store.edit(|t| (t.issued_at, t.expires_at) = (days(-2), Some(days(6))));
    assert_eq!(
        keeper.keep_alive(ROTATE_AFTER).await.unwrap(),
        Kept::NotRotating
    );
    assert_eq!(endpoint.calls(), ["r0", "r1"]);
}
