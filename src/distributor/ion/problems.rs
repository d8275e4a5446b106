//! Ion's failures in words: what was seen, the likely cause, what to do next.

use crate::distributor::Stream;
use crate::distributor::keeper::TokenError;
use crate::distributor::token::Attempt;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::text::clean;
use crate::domain::time::{Ts, duration_words};
use crate::domain::vendor::Vendor;
use crate::http::error::{ApiError, HTML_PAGE};
use crate::http::origin::OriginError;

use super::auth::REFRESH_LIFE;

const ROTATE: &str = "In StreamOne Ion open Settings → Users → the integration user → OAuth credentials, choose Request New Credentials, \
     and paste the new refresh token into this connection. Never paste a token that another program uses: it works only once.";

fn name() -> &'static str {
    Vendor::Synnex.label()
}

/// The account id cannot be one.
pub(super) fn not_an_account_id(text: &str) -> Problem {
    Problem::new(ProblemKind::Configuration, "The account ID is not usable")
        .seen(format!("'{}'", clean(text, 60)))
        .cause("An Ion account ID is a short number, without spaces or slashes.")
        .remedy("Copy the Account ID from Account Information in StreamOne Ion.")
}

/// The base URL cannot be one.
pub(super) fn not_a_base_url(error: OriginError) -> Problem {
    Problem::new(ProblemKind::Configuration, "The base URL is not usable")
        .seen(error.to_string())
        .cause("Credentials are only sent over https to one configured host.")
        .remedy(format!(
            "Leave the base URL empty for {}, or correct it.",
            super::DEFAULT_BASE_URL
        ))
}

/// The HTTP client could not be made.
pub(super) fn no_client(error: impl std::fmt::Display) -> Problem {
    Problem::new(
        ProblemKind::Unexpected,
        "The HTTP client could not be set up",
    )
    .seen(error.to_string())
    .cause("The system's certificate store or the proxy settings cannot be read.")
    .remedy("Run `vectis doctor`.")
}

/// The answer is JSON, but not that of the listing.
pub(super) fn not_a_listing(stream: Stream, why: &str) -> Problem {
    Problem::new(
        ProblemKind::ServerFailure,
        format!("{} answered with something of no use", name()),
    )
    .seen(format!("{why} (listing of {})", stream.tag()))
    .cause("The API differs from what is documented, or something in between answered.")
    .remedy("Try again in some minutes. If it stays so, send `vectis doctor --bundle` to support.")
}

/// The listing does not come to an end.
pub(super) fn endless(stream: Stream, seen: &str) -> Problem {
    Problem::new(
        ProblemKind::ServerFailure,
        format!("The listing of {} goes in circles", stream.tag()),
    )
    .seen(seen)
    .cause("The vendor's paging is broken at the moment; going on would only burn requests.")
    .remedy("Try again in some minutes. What was read is kept, and nothing is marked as gone.")
}

/// A listing's request failed for good.
pub(super) fn listing(error: &ApiError, stream: Stream, account: &str) -> Problem {
    let said = |kind, title: String, cause: String, remedy: &str| {
        Problem::new(kind, title)
            .seen(error.seen())
            .cause(cause)
            .remedy(remedy)
            .request(error.request())
    };
    match (error.status(), stream) {
        _ if error.said.as_deref() == Some(HTML_PAGE) => said(
            ProblemKind::ServerFailure,
            format!("A web page answered instead of {}", name()),
            "A gateway of the vendor, a proxy or a captive portal's sign-in page stands in between.".to_owned(),
            "Open the base URL in a browser on the same network: if a sign-in page appears, sign in. Otherwise try again in some minutes.",
        ),
        (Some(401), _) => said(
            ProblemKind::CredentialsRejected,
            format!("{} does not accept the access token", name()),
            "A new access token was fetched and refused as well: the credentials were revoked, or the integration user is disabled."
                .to_owned(),
            ROTATE,
        ),
        (Some(403), Stream::Customers) => said(
            ProblemKind::AccessDenied,
            format!("{} denies access to the customers of account {account}", name()),
            format!(
                "The credentials are valid, but the OAuth client has no access to account {account}, or its user lacks the customers permission."
            ),
            "Check the account ID in the OAuth credentials panel, and give the integration user a role that may see customers (any but \"User\").",
        ),
        (Some(403), Stream::Subscriptions) => said(
            ProblemKind::AccessDenied,
            format!("{} denies access to the subscriptions of account {account}", name()),
            "The customers could be read, so the credentials and the account are right: the integration user lacks the subscriptions permission."
                .to_owned(),
            "Give the integration user a role that may see subscriptions (any but \"User\") and sync again.",
        ),
        (Some(404), Stream::Customers) => said(
            ProblemKind::AccountNotFound,
            format!("{} does not know account {account}", name()),
            "The account ID is wrong. (This is not \"0 customers\": nothing was marked as gone.)".to_owned(),
            "Check the account ID in the OAuth credentials panel, or under Account Information in StreamOne Ion.",
        ),
        (Some(404), Stream::Subscriptions) => said(
            ProblemKind::AccountNotFound,
            format!("{} does not find the subscriptions of account {account}", name()),
            "The account ID is wrong, or the base URL is not the API's. Nothing was marked as gone.".to_owned(),
            "Check the account ID in the OAuth credentials panel and the base URL of this connection.",
        ),
        _ => error.to_problem(name()),
    }
}

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
        TokenError::Refused { error, issued_at, interrupted, answer_lost } => {
            refused(error, *issued_at, interrupted.as_ref(), *answer_lost, now)
        }
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
        TokenError::Store(error) => Problem::new(ProblemKind::Database, "The stored token cannot be used")
            .seen(error.to_string())
            .cause("The database does not answer or does not take writes; the refresh token was not spent.")
            .remedy("Check the database (`vectis doctor`), then try again."),
        TokenError::Unsaved(error) => Problem::new(ProblemKind::Database, "The new refresh token could not be stored")
            .seen(error.to_string())
            .cause("The vendor has issued a new token, but the database does not take it. It is kept in this process's memory.")
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

fn refused(
    error: &ApiError,
    issued_at: Ts,
    interrupted: Option<&Attempt>,
    answer_lost: bool,
    now: Ts,
) -> Problem {
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
    let age = now.seconds_since(issued_at);
    let cause = if let Some(attempt) = interrupted {
        format!(
            "An interrupted refresh of ours, begun at {} UTC on {} on {}, has most likely spent this token: its answer, with the next \
             token, was never stored. Otherwise the token was revoked, or used by another program.",
            attempt.at.clock(),
            attempt.at.date(),
            clean(&attempt.host, 80)
        )
    } else if answer_lost {
        format!(
            "Our refresh at {} UTC was sent, its answer was lost on the way, and the same token is refused now: the vendor has \
             spent it, and the next one is lost.",
            now.clock()
        )
    } else if age > REFRESH_LIFE {
        format!(
            "The refresh token is {} old and lives 32 days: it has expired.",
            duration_words(age)
        )
    } else {
        "The client ID, client secret or refresh token is wrong, revoked or expired (it lives 32 days), or the refresh token was \
         already used once, by another program or from a restored backup."
            .to_owned()
    };
    problem("The refresh token is not accepted")
        .cause(cause)
        .remedy(ROTATE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::error::ErrorKind;
    use crate::http::observe::Call;

    fn refusal(said: &str) -> ApiError {
        ApiError {
            call: Call {
                method: "POST",
                path: "/oauth/token".into(),
                query: String::new(),
            },
            kind: ErrorKind::Status(400),
            tries: 1,
            said: Some(said.into()),
            request_id: None,
        }
    }

    #[test]
    fn the_story_of_a_refused_token_is_exact() {
        let now: Ts = "2026-11-24T14:05:00Z".parse().unwrap();
        let attempt = Attempt {
            at: now.plus_seconds(-120),
            host: "ops1".into(),
        };
        let error = refusal("cannot validate token: redis: nil");
        let fresh = now.plus_seconds(-3_600);
        let interrupted = refused(&error, fresh, Some(&attempt), false, now);
        assert!(
            interrupted
                .cause
                .contains("14:03:00 UTC on 2026-11-24 on ops1"),
            "{interrupted}"
        );
        assert!(
            interrupted
                .seen
                .contains("HTTP 400 (cannot validate token: redis: nil)")
        );
        assert!(
            refused(&error, fresh, None, true, now)
                .cause
                .contains("answer was lost")
        );
        assert!(
            refused(&error, now.plus_seconds(-40 * 86_400), None, false, now)
                .cause
                .contains("40 days old")
        );
        assert!(
            refused(&error, fresh, None, false, now)
                .cause
                .contains("already used once")
        );
        assert!(
            refused(&refusal("invalid_client"), fresh, None, false, now)
                .title
                .contains("client secret")
        );
        assert_eq!(interrupted.kind.exit_code(), 4);
    }

    #[test]
    fn a_missing_refresh_token_names_the_panel() {
        let problem = token(&TokenError::Missing, Ts::default(), true);
        assert!(problem.remedy.contains("OAuth credentials"));
        assert!(problem.seen.contains("client secret"));
    }
}
