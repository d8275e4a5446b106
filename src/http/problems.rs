//! Failures that say the same whoever the distributor is.

use super::Stream;
use crate::domain::problem::{Problem, ProblemKind};
use crate::http::error::{ApiError, HTML_PAGE};
use crate::http::origin::OriginError;

/// The base URL cannot be one; `usual` is where the API normally is.
pub fn not_a_base_url(error: OriginError, usual: &str) -> Problem {
    Problem::new(ProblemKind::Configuration, "The base URL is not usable")
        .seen(error.to_string())
        .cause("Credentials are only sent over https to one configured host.")
        .remedy(format!(
            "Leave the base URL empty for {usual}, or correct it."
        ))
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

/// The answer is JSON, but not that of the listing.
pub fn not_a_listing(name: &str, stream: Stream, why: &str) -> Problem {
    Problem::new(
        ProblemKind::ServerFailure,
        format!("{name} answered with something of no use"),
    )
    .seen(format!("{why} (listing of {})", stream.tag()))
    .cause("The API differs from what is documented, or something in between answered.")
    .remedy("Try again in some minutes. If it stays so, send `vectis doctor --bundle` to support.")
}

/// A web page came with an error status; none if it is another failure.
pub fn web_page(error: &ApiError, name: &str) -> Option<Problem> {
    let is_page = error.said.as_deref() == Some(HTML_PAGE);
    is_page.then(|| {
        Problem::new(
            ProblemKind::ServerFailure,
            format!("A web page answered instead of {name}"),
        )
        .seen(error.seen())
        .cause("A gateway of the vendor, a proxy or a captive portal's sign-in page stands in between.")
        .remedy("Open the base URL in a browser on the same network: if a sign-in page appears, sign in. Otherwise try again in some minutes.")
        .request(error.request())
    })
}
