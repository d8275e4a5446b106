//! Ingram Micro's failures in words: what was seen, the likely cause, what to do next.

use super::paging::NotAPage;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::vendor::Vendor;
use crate::http::error::{ApiError, ErrorKind, HTML_PAGE};
use crate::http::grant::GrantError;
use crate::http::origin::OriginError;

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
            Failed::Grant(GrantError::Api(error)) => error.status(),
            _ => None,
        }
    }

    /// True if the server broke over this request, while others may go well.
    pub fn is_server_error(&self) -> bool {
        matches!(self.status(), Some(500..))
    }

    /// True if other rows may be read all the same: the failure is not one of the credential, the network or the patience.
    pub fn is_of_one_row(&self) -> bool {
        match self {
            Failed::Shape(_) => true,
            Failed::Grant(GrantError::Token(_)) => false,
            Failed::Grant(GrantError::Api(error)) => match &error.kind {
                ErrorKind::Status(401 | 403) => false,
                ErrorKind::Status(_) | ErrorKind::Body(..) | ErrorKind::Cut(_) => true,
                ErrorKind::Timeout(..) => !error.kind.never_sent(),
                _ => false,
            },
        }
    }

    /// In words.
    pub fn explain(&self) -> Problem {
        match self {
            Failed::Grant(GrantError::Token(error)) => token(error),
            Failed::Grant(GrantError::Api(error)) => read(error),
            Failed::Shape(NotAPage(why)) => not_a_page(why),
        }
    }
}

/// The base URL cannot be one.
pub(super) fn not_a_base_url(error: OriginError) -> Problem {
    Problem::new(ProblemKind::Configuration, "The base URL is not usable")
        .seen(error.to_string())
        .cause("Credentials are only sent over https to one configured host.")
        .remedy("Leave the base URL empty for https://api.cloud.im, or paste the control panel's address (cp.us.na.cloud.im).")
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

fn not_a_page(why: &str) -> Problem {
    Problem::new(
        ProblemKind::ServerFailure,
        format!("{} answered with something of no use", name()),
    )
    .seen(why)
    .cause("The API differs from what is documented, or something in between answered.")
    .remedy("Try again in some minutes. If it stays so, send `vectis doctor --bundle` to support.")
}

fn problem(error: &ApiError, kind: ProblemKind, title: &str) -> Problem {
    Problem::new(kind, format!("{} {title}", name()))
        .seen(error.seen())
        .request(error.request())
}

/// The token call failed. Which of 401 and 403 belongs to the key is not documented.
fn token(error: &ApiError) -> Problem {
    let rejected = ProblemKind::CredentialsRejected;
    if error.said.as_deref() == Some(HTML_PAGE) {
        return page(error);
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
    if error.said.as_deref() == Some(HTML_PAGE) {
        return page(error);
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

fn page(error: &ApiError) -> Problem {
    let title = format!("A web page answered instead of {}", name());
    Problem::new(ProblemKind::ServerFailure, title)
        .seen(error.seen())
        .cause("A gateway of the vendor, a proxy or a captive portal's sign-in page stands in between.")
        .remedy("Open the base URL in a browser on the same network: if a sign-in page appears, sign in. Otherwise try again in some minutes.")
        .request(error.request())
}
