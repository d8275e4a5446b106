//! HaloPSA's failures in words: what was seen, the likely cause, what to do next.

use crate::domain::party::PsaSystem;
use crate::domain::problem::{Problem, ProblemKind};
use crate::http::error::ApiError;
use crate::http::grant::GrantError;
use crate::http::origin::OriginError;
use crate::http::problems::{self, is_web_page, of_no_use, web_page};
use crate::psa::passing::passing;

/// Where the application is made (vendor's guide).
const APPLICATION: &str = "In HaloPSA open Configuration → Integrations → HaloPSA API → View Applications, make one with the \
     authentication method \"Client ID and Secret (Services)\" and an agent to log in as; the secret is shown once. Then: \
     vectis psa set halo --base-url … --client-id … --client-secret-file FILE [--tenant NAME]";

/// What the application's agent must be allowed to see.
pub(super) const RIGHTS: &str = "give the agent that the application logs in as the right to see all clients, sites and \
     recurring invoices, and the application the permission for them (Configuration → Integrations → HaloPSA API)";

/// Why something was not read.
#[derive(Debug)]
pub(super) enum Failed {
    /// The token call or the read failed for good.
    Grant(GrantError),
    /// The answer is not what was asked for, in words.
    Shape(String),
}

fn name() -> &'static str {
    PsaSystem::Halo.label()
}

/// The base URL cannot be one.
pub(super) fn not_a_base_url(error: OriginError) -> Problem {
    let remedy = "Give the address of your HaloPSA with --base-url: https://yourname.halopsa.com, or your own domain.";
    problems::not_a_base_url(error, remedy)
}

/// Something could not be read.
pub(super) fn reading(failed: &Failed, what: &str) -> Problem {
    match failed {
        Failed::Grant(GrantError::Token(error)) => token(error),
        Failed::Grant(GrantError::Api(error)) => read(error, what),
        Failed::Shape(why) => of_no_use(name(), format!("{why} ({what})")),
    }
}

fn said(error: &ApiError, kind: ProblemKind, title: String, cause: &str, remedy: &str) -> Problem {
    Problem::new(kind, title)
        .seen(error.seen())
        .cause(cause)
        .remedy(remedy)
        .request(error.request())
}

/// The web client answers where the API was meant: it takes every address that it does not know.
fn sign_in_page(error: &ApiError) -> Option<Problem> {
    if error.status() != Some(200) || !is_web_page(error) {
        return web_page(error, name());
    }
    Some(said(
        error,
        ProblemKind::CredentialsRejected,
        format!("{} shows its sign-in page instead of data", name()),
        "The request was not taken for an API call: the base URL is not that of your HaloPSA, or its API is elsewhere.",
        "Check --base-url: the address that Configuration → Integrations → HaloPSA API shows as \"Resource Server\", without /api.",
    ))
}

/// There is no token.
fn token(error: &ApiError) -> Problem {
    if let Some(page) = sign_in_page(error) {
        return page;
    }
    match error.status() {
        Some(400 | 401 | 403) => said(
            error,
            ProblemKind::CredentialsRejected,
            format!("{} does not accept the client ID and secret", name()),
            "One of them is wrong or was revoked, the application is inactive, its authentication method is not \"Client ID and \
             Secret (Services)\", or the tenant is another one.",
            APPLICATION,
        ),
        Some(404) => said(
            error,
            ProblemKind::Configuration,
            format!("{} is not at this address", name()),
            "Nothing is at /auth/token below the base URL.",
            "Check --base-url: https://yourname.halopsa.com, or your own domain, without /api.",
        ),
        // A wrong tenant has been seen to give no more than this.
        Some(500) => said(
            error,
            ProblemKind::ServerFailure,
            format!("{} gives no access token", name()),
            "HaloPSA has a fault of its own, or the tenant is unknown there: it answers a wrong tenant in this way.",
            "Check --tenant (Configuration → Integrations → HaloPSA API shows it; leave it away where none is shown), then try \
             again in some minutes: vectis psa test",
        ),
        _ => passing(error, name()),
    }
}

/// A read failed for good.
fn read(error: &ApiError, what: &str) -> Problem {
    if let Some(page) = sign_in_page(error) {
        return page;
    }
    match error.status() {
        Some(401) => said(
            error,
            ProblemKind::CredentialsRejected,
            format!("{} does not accept the access token", name()),
            "A new access token was fetched and refused as well: the application or its agent was switched off.",
            APPLICATION,
        ),
        Some(403) => said(
            error,
            ProblemKind::AccessDenied,
            format!("{} denies access to the {what}", name()),
            "The application is valid, but it or its agent may not read this.",
            &capital(RIGHTS),
        ),
        Some(404) => said(
            error,
            ProblemKind::AccountNotFound,
            format!("{} does not find the {what}", name()),
            "The base URL is not that of the API, or the module is not part of your licence.",
            "Check --base-url: https://yourname.halopsa.com, or your own domain, without /api.",
        ),
        _ => passing(error, name()),
    }
}

/// A sentence: a capital letter in front, a full stop behind.
fn capital(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    let first = first.map(String::from).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
