//! Ingram Micro's failures in words: what was seen, the likely cause, what to do next.

use super::paging::NotAPage;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::vendor::Vendor;
use crate::http::error::ApiError;
use crate::http::grant::GrantError;
use crate::http::origin::OriginError;
use crate::http::problems::{self, of_no_use, web_page};

/// The way to the credentials (vendor's knowledge base, guides of its partners).
const CREDENTIALS: &str =
    "In the Cloud Marketplace control panel open the product \"Marketplace API\"";

pub(super) fn name() -> &'static str {
    Vendor::IngramMicro.label()
}

/// Why a read brought nothing.
pub(super) enum Failed {
    /// No token, or no good answer.
    Grant(GrantError),
    /// An answer of no use.
    Shape(NotAPage),
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
            Failed::Shape(_) => None,
        }
    }

    /// True if the server broke over this request, while others may go well.
    pub fn is_server_error(&self) -> bool {
        matches!(self.status(), Some(500..))
    }

    /// True if other rows may be read all the same.
    pub fn is_of_one_row(&self) -> bool {
        match self {
            Failed::Grant(error) => error.is_of_one_read(),
            Failed::Shape(_) => true,
        }
    }

    /// In words.
    pub fn explain(&self) -> Problem {
        match self {
            Failed::Grant(GrantError::Token(error)) => token(error),
            Failed::Grant(GrantError::Api(error)) => read(error),
            Failed::Shape(NotAPage(why)) => of_no_use(name(), *why),
        }
    }
}

/// The base URL cannot be one.
pub(super) fn not_a_base_url(error: OriginError) -> Problem {
    let remedy = "Leave the base URL empty for https://api.cloud.im, or paste the control panel's address (cp.us.na.cloud.im).";
    problems::not_a_base_url(error, remedy)
}

fn problem(error: &ApiError, kind: ProblemKind, title: &str) -> Problem {
    Problem::new(kind, format!("{} {title}", name()))
        .seen(error.seen())
        .request(error.request())
}

/// The token call failed. Which of 401 and 403 belongs to the key is not documented.
fn token(error: &ApiError) -> Problem {
    let rejected = ProblemKind::CredentialsRejected;
    if let Some(page) = web_page(error, name()) {
        return page;
    }
    match error.status() {
        Some(400) => problem(error, rejected, "does not accept the marketplace")
            .cause("The marketplace's code is wrong: it is the second word of the control panel's address (cp.us.na.cloud.im → us).")
            .remedy("Set it with --marketplace, or paste the control panel's address with --base-url."),
        Some(401) => problem(error, rejected, "does not accept the user name or the password")
            .cause("The user of the Marketplace API (its name usually ends in .api) or its password is wrong, or the user was not activated yet; the subscription key may be wrong, too.")
            .remedy(format!("{CREDENTIALS}, activate its user and give it a new password, then set --username and --password-file.")),
        Some(403) => problem(error, rejected, "does not accept the subscription key")
            .cause("The key is wrong or was renewed, or its user may not use this marketplace.")
            .remedy(format!("{CREDENTIALS}, copy the subscription key (32 hexadecimal digits), and set it with --subscription-key-file.")),
        Some(404) => elsewhere(error),
        _ => error.to_problem(name()),
    }
}

/// A read failed for good.
fn read(error: &ApiError) -> Problem {
    if let Some(page) = web_page(error, name()) {
        return page;
    }
    match error.status() {
        Some(401) => problem(error, ProblemKind::CredentialsRejected, "does not accept the access token")
            .cause("A new access token was fetched and refused as well: the user was disabled, or the subscription key belongs to another account.")
            .remedy(format!("{CREDENTIALS} and use user, password and subscription key of one and the same order.")),
        Some(403) => problem(error, ProblemKind::AccessDenied, "denies access to customers and subscriptions")
            .cause("The credentials are valid, but the user may not read this, or the subscription key was renewed.")
            .remedy(format!("{CREDENTIALS} and give its user a role that may see customers and subscriptions.")),
        Some(404) if error.call.path.rsplit('/').next().is_some_and(|last| last == "customers" || last == "subscriptions") => {
            elsewhere(error)
        }
        Some(404) => problem(error, ProblemKind::AccountNotFound, "does not find this row")
            .cause("It was removed while the list was read. Nothing was marked as gone.")
            .remedy("Sync again. If it stays so, ask Ingram Micro's support with the correlation id."),
        Some(500..) => {
            let problem = error.to_problem(name());
            let remedy = format!("{} If it stays so, ask Ingram Micro's support with the correlation id.", problem.remedy);
            problem.remedy(remedy)
        }
        _ => error.to_problem(name()),
    }
}

fn elsewhere(error: &ApiError) -> Problem {
    problem(error, ProblemKind::AccountNotFound, "has no marketplace at this address")
        .cause("The region is wrong: it is the third word of the control panel's address (cp.us.na.cloud.im → na). (This is not \"0 customers\": nothing was marked as gone.)")
        .remedy("Set it with --region, or paste the control panel's address with --base-url.")
}
