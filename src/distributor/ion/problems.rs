//! Ion's failures in words: what was seen, the likely cause, what to do next.

use crate::distributor::Stream;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::text::clean;
use crate::domain::vendor::Vendor;
use crate::http::error::ApiError;
use crate::http::problems::web_page;

/// The way to a new refresh token (set-up guides of the vendor and of its partners).
pub(super) const ROTATE: &str = "In StreamOne Ion open Settings → Users → the integration user → OAuth credentials, choose Request New Credentials, \
     and paste the new refresh token into this connection. Never paste a token that another program uses: it works only once.";

pub(super) fn name() -> &'static str {
    Vendor::Synnex.label()
}

/// The account id cannot be one.
pub(super) fn not_an_account_id(text: &str) -> Problem {
    Problem::new(ProblemKind::Configuration, "The account ID is not usable")
        .seen(format!("'{}'", clean(text, 60)))
        .cause("An Ion account ID is a short number, without spaces or slashes.")
        .remedy("Copy the Account ID from Account Information in StreamOne Ion.")
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
    if let Some(page) = web_page(error, name()) {
        return page;
    }
    match (error.status(), stream) {
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
