//! Why there is no access token, in words: what happened to the refresh token, when, on which machine, and the way out.

use super::auth::REFRESH_LIFE;
use super::problems::{ROTATE, name};
use crate::distributor::keeper::{RefusedToken, TokenError, TokenOrigin};
use crate::distributor::token::{Attempt, TokenStoreError};
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::text::clean;
use crate::domain::time::{Ts, duration_words};
use crate::http::error::ApiError;

/// There is no access token.
pub(super) fn token(error: &TokenError, now: Ts, has_client_pair: bool) -> Problem {
    let rejected = |title: &str| Problem::new(ProblemKind::CredentialsRejected, title);
    match error {
        TokenError::Missing if has_client_pair => rejected("A refresh token is missing")
            .seen("A client ID and a client secret are stored, but no refresh token.")
            .cause("Ion's API version 3 takes neither by itself: it works with the refresh token that the OAuth panel shows once.")
            .remedy(ROTATE),
        TokenError::Missing => rejected("A refresh token is missing")
            .seen("No refresh token is stored for this connection.")
            .cause("It was not pasted yet.")
            .remedy(ROTATE),
        TokenError::Refused { error, token } => refused(error, token, now),
        TokenError::Passing { error, answer_lost: true } => {
            let plain = error.to_problem(name());
            let cause = format!(
                "{} The refresh was sent, but no answer came, so the refresh token may be spent; it is kept and tried again.",
                plain.cause
            );
            plain.cause(cause).remedy(format!(
                "Sync or Test again in some minutes. If the token is refused then, the answer with the next token was lost: {ROTATE}"
            ))
        }
        TokenError::Passing { error, .. } if matches!(error.status(), Some(300..400 | 404 | 405)) => {
            Problem::new(ProblemKind::Configuration, "The base URL is not Ion's")
                .seen(error.seen())
                .cause("There is no token endpoint at this address. The refresh token was not spent.")
                .remedy(format!("Leave the base URL empty for {}, or correct it.", super::DEFAULT_BASE_URL))
                .request(error.request())
        }
        TokenError::Passing { error, .. } => error.to_problem(name()),
        TokenError::Store(TokenStoreError::Database(seen)) => {
            Problem::new(ProblemKind::Database, "The stored token cannot be used")
                .seen(seen)
                .cause("The database does not answer or does not take writes; the refresh token was not spent.")
                .remedy("Check the database (`vectis doctor`), then try again.")
        }
        TokenError::Store(TokenStoreError::Journal(seen)) => {
            Problem::new(ProblemKind::Database, "This machine cannot keep a new refresh token")
                .seen(seen)
                .cause("Before a refresh token is spent, this folder must take a file, so that the next one cannot be lost. Nothing was spent.")
                .remedy("Make the folder writable for this user, or free space on its disk, then try again.")
        }
        TokenError::Unsaved(error) => Problem::new(ProblemKind::Database, "The new refresh token could not be stored")
            .seen(error.to_string())
            .cause("The vendor has issued a new token, but neither the database nor this machine's disk takes it. It is kept in this process's memory.")
            .remedy("Leave this program running and make the database writable: the token is stored as soon as that works. If the program ends before, a new token must be pasted."),
        TokenError::Busy => Problem::new(ProblemKind::RunHeld, "Another process is refreshing the token")
            .seen(error.to_string())
            .cause("A console or the daemon on this database holds the refresh, or died while it did; its lease ends by itself after 90 s.")
            .remedy("Try again in two minutes."),
        TokenError::Cancelled => Problem::new(ProblemKind::Interrupted, "Stopped")
            .seen("Somebody asked to stop.")
            .remedy("What was reached is saved; the next sync continues there."),
    }
}

fn refused(error: &ApiError, token: &RefusedToken, now: Ts) -> Problem {
    let said = error
        .said
        .as_deref()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let problem = |title: &str| {
        Problem::new(ProblemKind::CredentialsRejected, title)
            .seen(error.seen())
            .request(error.request())
    };
    if said.contains("invalid_client") {
        return problem("The client ID or client secret is wrong")
            .cause("Ion refused the client itself, not the refresh token. No known Ion account needs them.")
            .remedy("Clear the client ID and secret of this connection, or copy both again from the OAuth credentials panel.");
    }
    let (title, cause) = story(token, now);
    let remedy = match (&token.interrupted, token.newer_since) {
        (Some(attempt), None) => format!(
            "If {} is another machine than this one, run `vectis connection list` there first: a token in its journal is stored by \
             that, and everything goes on. Otherwise: {ROTATE}",
            clean(&attempt.host, 80)
        ),
        _ => ROTATE.to_owned(),
    };
    problem(title).cause(cause).remedy(remedy)
}

/// What happened to a token that is refused: what is certain first, what is likely next.
fn story(token: &RefusedToken, now: Ts) -> (&'static str, String) {
    let day = |at: Ts| format!("{} UTC on {}", at.clock(), at.date());
    if let Some(since) = token.newer_since {
        let cause = format!(
            "The database is older than this machine remembers, as after a restored backup: a newer refresh token was issued at \
             {}, but the database holds the one of {}, which is spent.",
            day(since),
            day(token.issued_at)
        );
        return ("The database holds a refresh token that is spent", cause);
    }
    if let Some(attempt) = &token.interrupted {
        return (
            "The refresh token was spent by an interrupted refresh",
            interrupted(attempt),
        );
    }
    let age = now.seconds_since(token.issued_at);
    let cause = if token.answer_lost {
        format!(
            "Our refresh at {} UTC was sent, its answer was lost on the way, and the same token is refused now: the vendor has \
             spent it, and the next one is lost.",
            now.clock()
        )
    } else if age > REFRESH_LIFE || token.expires_at.is_some_and(|end| end <= now) {
        let end = token
            .expires_at
            .unwrap_or_else(|| token.issued_at.plus_seconds(REFRESH_LIFE));
        format!(
            "The refresh token is {} old and lives 32 days: it has expired at {}. A sync, or `vectis connection keepalive` once \
             a week, keeps it alive.",
            duration_words(age),
            day(end)
        )
    } else {
        match token.origin {
            TokenOrigin::Pasted => format!(
                "It was pasted at {} and never accepted: it was copied wrongly, is older than 32 days, was replaced by newer \
                 credentials, or was already used once by another program. The client ID and client secret play no part.",
                day(token.issued_at)
            ),
            TokenOrigin::Issued => format!(
                "It was issued to us at {} and we have not spent it: another program, or another copy of this database, has \
                 used it, or it was revoked (newer credentials were requested, or the integration user was disabled).",
                day(token.issued_at)
            ),
        }
    };
    ("The refresh token is not accepted", cause)
}

fn interrupted(attempt: &Attempt) -> String {
    format!(
        "A refresh of ours, begun at {} UTC on {} on {}, did not come to its end: the answer with the next token was sent but \
         never stored, so the token in the database is spent. (If that refresh was cut off before it was sent, the token was \
         revoked or used by another program.)",
        attempt.at.clock(),
        attempt.at.date(),
        clean(&attempt.host, 80)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::error::ErrorKind;
    use crate::http::observe::Call;

    fn now() -> Ts {
        "2026-11-24T14:05:00Z".parse().unwrap()
    }

    /// A token that was issued to us an hour ago, and nothing strange.
    fn token_of(change: impl FnOnce(&mut RefusedToken)) -> RefusedToken {
        let mut token = RefusedToken {
            issued_at: now().plus_seconds(-3_600),
            expires_at: Some(now().plus_seconds(30 * 86_400)),
            origin: TokenOrigin::Issued,
            interrupted: None,
            answer_lost: false,
            newer_since: None,
        };
        change(&mut token);
        token
    }

    fn told(said: &str, change: impl FnOnce(&mut RefusedToken)) -> Problem {
        let error = ApiError {
            call: Call {
                method: "POST",
                path: "/oauth/token".into(),
                query: String::new(),
            },
            kind: ErrorKind::Status(400),
            tries: 1,
            said: Some(said.into()),
            request_id: None,
        };
        let token = Box::new(token_of(change));
        super::token(&TokenError::Refused { error, token }, now(), false)
    }

    const SAID: &str = "cannot validate token: redis: nil";

    #[test]
    fn the_story_of_a_refused_token_is_exact() {
        let table: [(&str, Problem, &[&str]); 7] = [
            (
                "interrupted",
                told(SAID, |t| {
                    t.interrupted = Some(Attempt {
                        at: now().plus_seconds(-120),
                        host: "ana@ops1".into(),
                    });
                }),
                &[
                    "14:03:00 UTC on 2026-11-24 on ana@ops1",
                    "sent but never stored",
                    "`vectis connection list` there first",
                ],
            ),
            (
                "answer lost",
                told(SAID, |t| t.answer_lost = true),
                &["refresh at 14:05:00 UTC was sent", "answer was lost"],
            ),
            (
                "restored backup",
                told(SAID, |t| t.newer_since = Some(now().plus_seconds(-60))),
                &[
                    "restored backup",
                    "issued at 14:04:00 UTC",
                    "holds the one of 13:05:00 UTC on 2026-11-24, which is spent",
                ],
            ),
            (
                "32 days over, by the calendar",
                told(SAID, |t| {
                    t.issued_at = now().plus_seconds(-40 * 86_400);
                    t.expires_at = None;
                }),
                &[
                    "40 days old",
                    "expired at 14:05:00 UTC on 2026-11-16",
                    "connection keepalive",
                ],
            ),
            (
                "over, as the vendor told",
                told(SAID, |t| t.expires_at = Some(now().plus_seconds(-5))),
                &["expired at 14:04:55 UTC on 2026-11-24"],
            ),
            (
                "another tool",
                told(SAID, |_| {}),
                &[
                    "issued to us at 13:05:00 UTC",
                    "we have not spent it",
                    "another program",
                ],
            ),
            (
                "never accepted",
                told(SAID, |t| t.origin = TokenOrigin::Pasted),
                &[
                    "pasted at 13:05:00 UTC on 2026-11-24",
                    "never accepted",
                    "already used once",
                ],
            ),
        ];
        for (name, problem, words) in table {
            let text = problem.to_string();
            for word in words {
                assert!(text.contains(word), "{name}: '{word}' in {text}");
            }
            assert!(
                text.contains("HTTP 400 (cannot validate token: redis: nil)"),
                "{name}: {text}"
            );
            assert!(
                text.contains("Request New Credentials"),
                "{name}: the way out is missing in {text}"
            );
            assert_eq!(problem.kind.exit_code(), 4, "{name}");
        }
        assert!(
            told("invalid_client", |_| {})
                .title
                .contains("client secret")
        );
    }

    #[test]
    fn a_missing_refresh_token_names_the_panel() {
        let problem = token(&TokenError::Missing, Ts::default(), true);
        assert!(problem.remedy.contains("OAuth credentials"));
        assert!(problem.seen.contains("client secret"));
    }

    #[test]
    fn a_folder_that_takes_no_journal_is_named() {
        let error = TokenStoreError::Journal("/data/tokens: Read-only file system".into());
        let problem = token(&TokenError::Store(error), now(), false);
        assert!(
            problem.seen.contains("/data/tokens") && problem.cause.contains("Nothing was spent")
        );
    }
}
