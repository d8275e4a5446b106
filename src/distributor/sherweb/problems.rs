//! Sherweb's failures in words: what was seen, the likely cause, what to do next.

use super::answer::NotAList;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::vendor::Vendor;
use crate::http::error::ApiError;
use crate::http::grant::GrantError;
use crate::http::problems::{of_no_use, web_page};

/// The way to the credentials (vendor's documents, guides of its partners).
const CREDENTIALS: &str = "In cumulus.sherweb.com open Security → APIs";

pub(super) fn name() -> &'static str {
    Vendor::Sherweb.label()
}

/// Why a read brought nothing.
pub(super) enum Failed {
    /// No token, or no good answer.
    Grant(GrantError),
    /// An answer of no use.
    Shape(&'static str, NotAList),
}

impl From<GrantError> for Failed {
    fn from(error: GrantError) -> Self {
        Failed::Grant(error)
    }
}

impl Failed {
    /// The status of a read that was answered.
    pub fn status(&self) -> Option<u16> {
        match self {
            Failed::Grant(error) => error.status(),
            Failed::Shape(..) => None,
        }
    }

    /// True if other customers may be read all the same.
    pub fn is_of_one_customer(&self) -> bool {
        match self {
            Failed::Grant(error) => error.is_of_one_read(),
            Failed::Shape(..) => true,
        }
    }

    /// In words.
    pub fn explain(&self) -> Problem {
        match self {
            Failed::Grant(GrantError::Token(error)) => token(error),
            Failed::Grant(GrantError::Api(error)) => read(error),
            Failed::Shape(what, NotAList(why)) => of_no_use(name(), format!("{why} ({what})")),
        }
    }
}

/// The gateway in front speaks of its key; the identity server behind it in OAuth's words.
fn is_about_the_key(error: &ApiError) -> bool {
    let said = error.said.as_deref().unwrap_or_default().to_lowercase();
    said.contains("subscription key") || said.contains("subscription-key")
}

fn problem(error: &ApiError, kind: ProblemKind, title: &str) -> Problem {
    Problem::new(kind, format!("{} {title}", name()))
        .seen(error.seen())
        .request(error.request())
}

/// The token call failed.
fn token(error: &ApiError) -> Problem {
    let said = error.said.as_deref().unwrap_or_default();
    let oauth = [
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "invalid_request",
    ];
    let is_oauth = oauth.iter().any(|word| said.contains(word));
    let rejected = ProblemKind::CredentialsRejected;
    if let Some(page) = web_page(error, name()) {
        return page;
    }
    match error.status() {
        Some(400..=403) if said.contains("invalid_scope") => {
            problem(error, rejected, "does not grant the scope that was asked for")
                .cause("The client may not ask for this scope, or the scope is misspelt.")
                .remedy(format!(
                    "{CREDENTIALS} and see what the client is for, then set --scope to service-provider (seats), or to \
                     \"service-provider distributor\" (seats and cost)."
                ))
        }
        Some(401 | 403) if !is_oauth || is_about_the_key(error) => {
            problem(error, rejected, "does not accept the subscription key")
                .cause("The gateway in front of the API refused the key: it is wrong, or it was renewed. Client ID and secret were not looked at yet.")
                .remedy(format!("{CREDENTIALS}, copy the subscription key, and set it with --subscription-key-file."))
        }
        Some(400 | 401 | 403) => {
            problem(error, rejected, "does not accept the client ID or the client secret")
                .cause("The subscription key was accepted. The client ID or the secret is wrong, or the client was removed.")
                .remedy(format!(
                    "{CREDENTIALS}, compare the client ID, make a new client secret (it is shown once), and set it with \
                     --client-secret-file."
                ))
        }
        Some(404) => problem(error, ProblemKind::Configuration, "has no token call at this address")
            .cause("The base URL is not that of Sherweb's API.")
            .remedy("Leave the base URL empty for https://api.sherweb.com, or correct it."),
        _ => error.to_problem(name()),
    }
}

/// A read failed for good.
fn read(error: &ApiError) -> Problem {
    if let Some(page) = web_page(error, name()) {
        return page;
    }
    let rejected = ProblemKind::CredentialsRejected;
    match error.status() {
        Some(401) if is_about_the_key(error) => {
            problem(error, rejected, "does not accept the subscription key")
                .cause("The key is wrong, was renewed, or does not cover this part of the API.")
                .remedy(format!("{CREDENTIALS}, copy the subscription key, and set it with --subscription-key-file."))
        }
        Some(401) => problem(error, rejected, "does not accept the access token")
            .cause("A new access token was fetched and refused as well: the client was removed, or the subscription key belongs to another account than the client.")
            .remedy(format!("{CREDENTIALS} and copy client ID, client secret and subscription key of one and the same application.")),
        Some(403) => problem(error, ProblemKind::AccessDenied, "denies access to customers and subscriptions")
            .cause("The credentials are valid, but the token's scope does not cover this: it needs service-provider.")
            .remedy(format!("{CREDENTIALS}, allow the client the service provider API, and set --scope to service-provider or \"service-provider distributor\".")),
        Some(404) if error.call.path.ends_with("/customers") => {
            problem(error, ProblemKind::AccountNotFound, "has no customers at this address")
                .cause("The base URL is not that of Sherweb's API. (This is not \"0 customers\": nothing was marked as gone.)")
                .remedy("Leave the base URL empty for https://api.sherweb.com, or correct it.")
        }
        Some(404) => problem(error, ProblemKind::AccountNotFound, "does not know this customer")
            .cause("The customer was removed meanwhile, or the account lacks this part of the API. Nothing was marked as gone.")
            .remedy("Sync again. If it stays so, ask Sherweb's support with the request's trace id."),
        _ => error.to_problem(name()),
    }
}
