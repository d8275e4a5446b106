//! ConnectWise's failures in words: what was seen, the likely cause, what to do next.

use crate::domain::party::PsaSystem;
use crate::domain::problem::{Problem, ProblemKind};
use crate::http::error::ApiError;
use crate::http::origin::OriginError;
use crate::http::problems::{self, is_web_page, of_no_use};
use crate::psa::passing::passing;
use crate::psa::session::Failed;

/// Where the keys are made (vendor's guide).
const KEYS: &str = "In ConnectWise PSA open System → Members → API Members → the member → API Keys and make a new pair; the private key \
     is shown once. The client ID is made at developer.connectwise.com under Client IDs. Then: vectis psa set connectwise \
     --company … --public-key … --client-id … --private-key-file FILE";

/// What the member's security role must allow (vendor's guide: inquire level, all).
const ROLE: &str = "Give the API member's security role the Inquire level \"All\" for Companies → Company Maintenance, Finance → Agreements \
     and Procurement → Product Catalog.";

fn name() -> &'static str {
    PsaSystem::Connectwise.label()
}

/// The base URL cannot be one.
pub(super) fn not_a_base_url(error: OriginError) -> Problem {
    let remedy = "Give --region na, eu or au for the cloud, or the address of your own server with --base-url.";
    problems::not_a_base_url(error, remedy)
}

/// A listing could not be read.
pub(super) fn listing(failed: &Failed, what: &str) -> Problem {
    match failed {
        Failed::Api(error) => request(error, what),
        Failed::Shape(why) => of_no_use(name(), format!("{why} (listing of {what})")),
    }
}

fn request(error: &ApiError, what: &str) -> Problem {
    let said = |kind, title: String, cause: &str, remedy: &str| {
        Problem::new(kind, title)
            .seen(error.seen())
            .cause(cause)
            .remedy(remedy)
            .request(error.request())
    };
    let rejected = || format!("{} does not accept the credentials", name());
    match error.status() {
        Some(401) => said(
            ProblemKind::CredentialsRejected,
            rejected(),
            "One of the four is wrong or revoked: company ID, public key, private key, client ID. A missing or unknown client ID is \
             refused in the same way as a wrong key.",
            KEYS,
        ),
        // The router answers before the API does, in plain text: "Cannot route. Codebase/company is invalid".
        Some(400) if error.said.is_none() => said(
            ProblemKind::CredentialsRejected,
            format!("{} does not know the company", name()),
            "The company ID (the one typed at sign-in) or the region is wrong: the request was not routed to any company.",
            "Check --company and --region (na, eu, au) or --base-url; both are in the address of your sign-in page.",
        ),
        Some(200) if is_web_page(error) => said(
            ProblemKind::CredentialsRejected,
            format!("{} shows its sign-in page instead of data", name()),
            "The request was not taken for an API call: the base URL is the web client's, or the keys are not an API member's.",
            "Check --base-url (the API's host begins with api-), then the keys: vectis psa test",
        ),
        Some(403) => said(
            ProblemKind::AccessDenied,
            format!("{} denies access to the {what}", name()),
            "The keys are valid, but the API member's security role does not allow to read this.",
            ROLE,
        ),
        Some(404) => said(
            ProblemKind::AccountNotFound,
            format!("{} does not find the {what}", name()),
            "The base URL is not the API's, or the module is not part of your licence.",
            "Check --base-url: it ends with /v4_6_release/apis/3.0. Without one, give --region.",
        ),
        _ => passing(error, name()),
    }
}
