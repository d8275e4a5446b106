//! Autotask's failures in words: what was seen, the likely cause, what to do next.

use crate::domain::party::PsaSystem;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::text::clean;
use crate::http::error::ApiError;
use crate::http::origin::OriginError;
use crate::http::problems::{is_web_page, of_no_use};
use crate::psa::passing::passing;
use crate::psa::session::Failed;

const USER: &str = "In Autotask open Admin → Resources (Users) → the API user: username, secret and tracking identifier (integration code) \
     stand there. Then: vectis psa set autotask --username … --secret-file FILE --integration-code-file FILE. Repeated wrong \
     secrets lock the user.";

fn name() -> &'static str {
    PsaSystem::Autotask.label()
}

/// An address cannot be used.
pub(super) fn not_a_base_url(error: OriginError) -> Problem {
    Problem::new(ProblemKind::Configuration, "The address is not usable")
        .seen(error.to_string())
        .cause("Credentials are only sent over https to Autotask's own hosts.")
        .remedy("Leave --base-url and --zone-url away: the zone is found by itself.")
}

/// The zone that was named is at a place where no credential is sent.
pub(super) fn foreign_zone(url: &str) -> Problem {
    Problem::new(ProblemKind::Configuration, "The zone is not at Autotask")
        .seen(clean(url, 120))
        .cause(
            "Credentials are only sent to hosts below autotask.net, or to the one of --base-url.",
        )
        .remedy("Check --base-url, or give the zone with --zone-url.")
}

/// Something could not be read.
pub(super) fn reading(failed: &Failed, what: &str) -> Problem {
    match failed {
        Failed::Api(error) => request(error, what),
        Failed::Shape(why) => of_no_use(name(), format!("{why} ({what})")),
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
    let words = error.said.as_deref().unwrap_or_default();
    let says = |part: &str| words.to_ascii_lowercase().contains(part);
    let rejected = || format!("{} does not accept the credentials", name());
    match error.status() {
        // The zone does not know the user: Autotask says so with 500.
        Some(500) if says("zone information") => said(
            ProblemKind::CredentialsRejected,
            format!("{} does not know the user", name()),
            "The API user's name is misspelt, or the user was removed.",
            USER,
        ),
        Some(500) if says("integrationcode") || says("integration code") => said(
            ProblemKind::CredentialsRejected,
            rejected(),
            "The integration code (tracking identifier) is wrong or was revoked.",
            USER,
        ),
        Some(401) => said(
            ProblemKind::CredentialsRejected,
            rejected(),
            "User name or secret is wrong, the user is locked or inactive, or the zone is another one: a wrong zone answers in the \
             same way.",
            USER,
        ),
        Some(200) if is_web_page(error) => said(
            ProblemKind::CredentialsRejected,
            format!("{} shows its sign-in page instead of data", name()),
            "The address is the web client's, not the API's.",
            "Leave --zone-url away: the zone is found by itself.",
        ),
        Some(403) => said(
            ProblemKind::AccessDenied,
            format!("{} denies access to the {what}", name()),
            "The API user's security level lacks the right to read this: the most common mistake.",
            "Give the API user's security level the right to view companies, contracts and services (Admin → Security Levels).",
        ),
        Some(404) => said(
            ProblemKind::AccountNotFound,
            format!("{} does not find the {what}", name()),
            "The zone's address is not the API's.",
            "Leave --zone-url away: the zone is found by itself.",
        ),
        _ => passing(error, name()),
    }
}
