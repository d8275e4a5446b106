//! Pax8's failures in words: what was seen, the likely cause, what to do next.

use crate::distributor::Stream;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::vendor::Vendor;
use crate::http::error::ApiError;
use crate::http::problems;

/// The way to new credentials (DEVX). They are the partner's own.
const NEW_CREDENTIALS: &str = "In the Pax8 portal a partner administrator opens Settings → Integrations → API credentials, \
     makes new ones and sets both client ID and secret: vectis connection set NAME --client-id ID --client-secret-file FILE. \
     The secret is shown once.";

/// What was being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    Listing(Stream),
    Products,
    Contacts,
}

impl Read {
    fn words(self) -> &'static str {
        match self {
            Read::Listing(Stream::Customers) => "companies",
            Read::Listing(Stream::Subscriptions) => "subscriptions",
            Read::Products => "products",
            Read::Contacts => "contacts",
        }
    }
}

fn name() -> &'static str {
    Vendor::Pax8.label()
}

/// There is no token.
pub(super) fn token(error: &ApiError) -> Problem {
    if let Some(page) = problems::web_page(error, name()) {
        return page;
    }
    match error.status() {
        Some(400 | 401 | 403) => Problem::new(
            ProblemKind::CredentialsRejected,
            "Pax8 does not accept the client ID and secret",
        )
        .seen(error.seen())
        .cause("One of them is wrong or was revoked, they are of another application, or the audience is not one of theirs.")
        .remedy(NEW_CREDENTIALS)
        .request(error.request()),
        Some(404) => Problem::new(ProblemKind::Configuration, "Pax8's token address is wrong")
            .seen(error.seen())
            .cause("Nothing is at the token URL: it, or the base URL, is not the API's.")
            .remedy("Take --token-url back with an empty text ('') and check --base-url; normally both are left away.")
            .request(error.request()),
        _ => error.to_problem(name()),
    }
}

/// A read failed for good.
pub(super) fn read(error: &ApiError, what: Read) -> Problem {
    if let Some(page) = problems::web_page(error, name()) {
        return page;
    }
    let said = |kind, title: String, cause: &str, remedy: &str| {
        Problem::new(kind, title)
            .seen(error.seen())
            .cause(cause)
            .remedy(remedy)
            .request(error.request())
    };
    let words = what.words();
    match (error.status(), what) {
        (Some(401), _) => said(
            ProblemKind::CredentialsRejected,
            "Pax8 does not accept the access token".to_owned(),
            "A new access token was fetched and refused as well: the credentials were revoked, or their audience is not the API's.",
            NEW_CREDENTIALS,
        ),
        // Pax8 says 403 here also for a company that it does not know (OAS); this listing names none.
        (Some(403), Read::Listing(Stream::Subscriptions)) => said(
            ProblemKind::AccessDenied,
            "Pax8 denies access to the subscriptions".to_owned(),
            "The companies could be read, so the credentials are right: they lack the right to subscriptions, or Pax8 takes the request for one of a company that it does not know.",
            "Sync again; if it stays so, let a partner administrator check what the API credentials may read.",
        ),
        (Some(403), _) => said(
            ProblemKind::AccessDenied,
            format!("Pax8 denies access to the {words}"),
            "The credentials are valid but may not read this.",
            "Let a partner administrator check what the API credentials may read, or make new ones.",
        ),
        (Some(404), _) => said(
            ProblemKind::AccountNotFound,
            format!("Pax8 has no {words} at this address"),
            "The base URL is not the API's. (This is not \"0 companies\": nothing was marked as gone.)",
            "Check --base-url; normally it is left away.",
        ),
        _ => error.to_problem(name()),
    }
}
