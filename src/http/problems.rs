//! Failures that say the same whoever the service is. What only one vendor means by a status, its connector says.

use super::body::BodyError;
use super::error::{ApiError, ErrorKind, HTML_PAGE};
use super::origin::OriginError;
use crate::domain::problem::{Problem, ProblemKind};

/// The base URL cannot be one; `remedy` says where the API normally is.
pub fn not_a_base_url(error: OriginError, remedy: impl Into<String>) -> Problem {
    Problem::new(ProblemKind::Configuration, "The base URL is not usable")
        .seen(error.to_string())
        .cause("Credentials are only sent over https to one configured host.")
        .remedy(remedy)
}

/// The remedy for a base URL that is normally left away.
pub fn usually_at(place: &str) -> String {
    format!("Leave the base URL empty for {place}, or correct it.")
}

/// The HTTP client could not be made.
pub fn no_client(error: impl std::fmt::Display) -> Problem {
    Problem::new(
        ProblemKind::Unexpected,
        "The HTTP client could not be set up",
    )
    .seen(error.to_string())
    .cause("The system's certificate store or the proxy settings cannot be read.")
    .remedy("Run `vectis doctor`.")
}

/// The answer is JSON, but not that of what was asked for.
pub fn of_no_use(service: &str, seen: impl Into<String>) -> Problem {
    Problem::new(
        ProblemKind::ServerFailure,
        format!("{service} answered with something of no use"),
    )
    .seen(seen)
    .cause("The API differs from what is documented, or something in between answered.")
    .remedy("Try again in some minutes. If it stays so, send `vectis doctor --bundle` to support.")
}

/// True if a web page came where JSON was asked for, with whatever status.
pub fn is_web_page(error: &ApiError) -> bool {
    error.said.as_deref() == Some(HTML_PAGE)
        || matches!(error.kind, ErrorKind::Body(_, BodyError::Html))
}

/// A web page came with an error status; none if it is another failure.
pub fn web_page(error: &ApiError, service: &str) -> Option<Problem> {
    let is_page = error.said.as_deref() == Some(HTML_PAGE);
    is_page.then(|| {
        Problem::new(
            ProblemKind::ServerFailure,
            format!("A web page answered instead of {service}"),
        )
        .seen(error.seen())
        .cause("A gateway of the vendor, a proxy or a captive portal's sign-in page stands in between.")
        .remedy("Open the base URL in a browser on the same network: if a sign-in page appears, sign in. Otherwise try again in some minutes.")
        .request(error.request())
    })
}
