//! Failures of any service in words: kind, title, cause, what to do next. Connectors say what they know better first.

use super::body::BodyError;
use super::error::{ErrorKind, Waited};
use crate::domain::problem::ProblemKind;

const LATER: &str = "Nothing is lost: what was read is kept, and the next sync goes on from there. Try again in some minutes.";

pub(super) fn of(
    kind: &ErrorKind,
    service: &str,
) -> (ProblemKind, String, &'static str, &'static str) {
    use ErrorKind as K;
    use ProblemKind as P;
    let unreachable = format!("{service} cannot be reached");
    let useless = format!("{service} answered with something of no use");
    match kind {
        K::Dns(_) => (
            P::Unreachable,
            unreachable,
            "This machine has no working DNS or no internet, or the base URL is misspelt.",
            "Check the network of this machine and the base URL, then try again.",
        ),
        K::Refused(_) | K::Connect(..) => (
            P::Unreachable,
            unreachable,
            "The service is down, or a firewall between here and there refuses the connection.",
            "Check that this machine may open outgoing connections on port 443, then try again.",
        ),
        K::Tls(_, seen) => {
            let (cause, remedy) = tls(seen);
            let title = format!("No trusted TLS connection to {service}");
            (P::Unreachable, title, cause, remedy)
        }
        K::Proxy(seen) => {
            let (cause, remedy) = proxy(seen);
            let title = format!("No way to {service} through the proxy");
            (P::Unreachable, title, cause, remedy)
        }
        K::Timeout(Waited::Connect, _) => (
            P::Unreachable,
            unreachable,
            "The network drops packets on the way, usually a firewall.",
            "Check that this machine may open outgoing connections on port 443, then try again.",
        ),
        K::Timeout(..) | K::Cut(_) => (
            P::Unreachable,
            format!("{service} did not answer to the end"),
            "The service or the network in between is slow or unstable at the moment.",
            LATER,
        ),
        K::Body(_, BodyError::Html) => (
            P::ServerFailure,
            useless,
            "A web page came instead of data: a gateway of the service, a proxy, or a captive portal's sign-in page.",
            "Open the base URL in a browser on the same network: if a sign-in page appears, sign in. Otherwise try again in some minutes.",
        ),
        K::Body(
            _,
            BodyError::TooLarge | BodyError::HeadTooLarge | BodyError::TooDeep | BodyError::TooMany,
        ) => (
            P::ServerFailure,
            useless,
            "The answer exceeds what this program reads, to protect this machine.",
            "Check the base URL. If it is right, report this with the request id to the service's support.",
        ),
        K::Body(..) => (
            P::ServerFailure,
            useless,
            "The answer was cut or damaged on the way, or is not the API's.",
            LATER,
        ),
        K::Redirect(..) => (
            P::ServerFailure,
            format!("{service} answered with a redirect"),
            "The base URL is not exactly the API's address, or a proxy's sign-in page is in between.",
            "Check the base URL of this connection (scheme, host, no path that is not documented).",
        ),
        K::RateLimited(_) | K::OutOfPatience(_) => (
            P::RateLimited,
            format!("{service} still answers 429, too many requests"),
            "Another program uses the same credential, or the real limit is lower than the one configured.",
            "Give this console a client of its own, or lower --requests-per-minute. The run is kept and continues with the next sync.",
        ),
        K::Pacing(_) => (
            P::Database,
            "The shared request budget cannot be reached".to_owned(),
            "The database that holds the budget does not answer; nothing was sent.",
            "Check the database, then try again.",
        ),
        K::Cancelled => (
            P::Interrupted,
            "Stopped".to_owned(),
            "Somebody asked to stop.",
            "What was reached is saved; the next sync continues there.",
        ),
        K::Address(_) => (
            P::Configuration,
            "The address is not allowed".to_owned(),
            "Credentials go only to the configured service, over https.",
            "Check the base URL and the account ID of this connection.",
        ),
        K::Credential => (
            P::CredentialsRejected,
            "A credential cannot be sent".to_owned(),
            "It holds a line break or another control character, usually from copying.",
            "Paste the credential again.",
        ),
        K::Unrecorded => (
            P::ServerFailure,
            "The recording ends here".to_owned(),
            "The recorded run was cut off at this place, or this version of vectis asks for something else than the one that recorded.",
            "What the recording holds was read. For the rest record a run that comes to its end: `vectis sync --record DIR`.",
        ),
        K::Status(401) => (
            P::CredentialsRejected,
            format!("{service} does not accept the credentials"),
            "They are wrong, revoked or expired.",
            "Paste the credentials again.",
        ),
        K::Status(403) => (
            P::AccessDenied,
            format!("{service} denies access"),
            "The credentials are valid, but lack the permission for this call.",
            "Give the user of these credentials the permission.",
        ),
        K::Status(404) => (
            P::AccountNotFound,
            format!("{service} does not know this address"),
            "The account ID or the base URL is wrong.",
            "Check both in the settings of this connection.",
        ),
        K::Status(s) if *s >= 500 || *s == 408 || *s == 425 => (
            P::ServerFailure,
            format!("{service} has a problem of its own"),
            "The service failed; this is not about your credentials.",
            LATER,
        ),
        K::Status(_) => (
            P::Unexpected,
            format!("{service} refused the request"),
            "The API differs from what is documented.",
            "Report this with the request id.",
        ),
    }
}

/// Cause and remedy of a refused certificate, by the words of the TLS library.
fn tls(seen: &str) -> (&'static str, &'static str) {
    let seen = seen.to_lowercase();
    let says = |word: &str| seen.contains(word);
    if says("expired") {
        (
            "The server's certificate has expired, or this machine's clock is ahead.",
            "Check this machine's clock; if it is right, the service must renew its certificate. Certificate checks cannot be switched off.",
        )
    } else if says("not valid yet") {
        (
            "The server's certificate is not valid yet: most likely this machine's clock is behind.",
            "Set this machine's clock, then try again.",
        )
    } else if says("not valid for") || says("notvalidforname") {
        (
            "The server's certificate is for another host: the base URL is not the API's, or something in between answers in its place.",
            "Check the base URL of this connection. Certificate checks cannot be switched off.",
        )
    } else if says("unknownissuer") || says("unknown issuer") || says("self-signed") {
        (
            "The server's certificate comes from an authority that this machine does not know: often that of a proxy which inspects traffic.",
            "If a proxy inspects traffic, name its root certificate in network.ca_file or add it to this system's trust store. Otherwise somebody may be listening: check with your network's people. Certificate checks cannot be switched off.",
        )
    } else {
        (
            "The server and this program do not agree on TLS: something other than the API may answer there, or a proxy stands in between.",
            "Check the base URL and this machine's clock. Certificate checks cannot be switched off.",
        )
    }
}

/// Cause and remedy of a proxy in the way.
fn proxy(seen: &str) -> (&'static str, &'static str) {
    if seen.contains("authorization required") {
        (
            "The proxy wants a login (407).",
            "Give it in HTTPS_PROXY (http://user:password@proxy:3128), or ask for an exception for this host.",
        )
    } else if seen.contains("unsuccessful")
        || seen.contains("unexpected")
        || seen.contains("too long")
    {
        (
            "The proxy does not let this host through, or HTTPS_PROXY or network.proxy names something that is no proxy.",
            "Ask for the host to be allowed, correct the proxy's address, or add the host to NO_PROXY.",
        )
    } else {
        (
            "The proxy itself cannot be reached at the address in HTTPS_PROXY or network.proxy.",
            "Correct the proxy's address, or add the host to NO_PROXY.",
        )
    }
}
