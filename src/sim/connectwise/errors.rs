//! The vendor's error bodies.

use serde_json::json;

use super::super::server::Reply;

/// The media type of every answer; it is not `application/json`.
pub(super) const JSON: &str =
    "application/vnd.connectwise.com+json; version=2026.11; charset=utf-8";

/// An error as the API sends it.
pub(super) fn error(status: u16, code: &str, message: &str) -> Reply {
    let body = json!({"code": code, "message": message, "errors": []});
    Reply::new(status, JSON, body.to_string().into_bytes())
}

/// Wrong keys, or no client ID.
pub(super) fn unauthorized() -> Reply {
    error(401, "Unauthorized", "Incorrect public/private key")
}

/// The router in front of the API knows no such company; plain text.
pub(super) fn unrouted() -> Reply {
    let words = "Cannot route. Codebase/company is invalid";
    Reply::new(400, "text/plain", words.as_bytes().to_vec())
}

/// A parameter that cannot be read.
pub(super) fn invalid(what: &str) -> Reply {
    error(400, "InvalidObject", &format!("{what} is invalid"))
}

/// Any other status that a fault asks for.
pub(super) fn of_status(status: u16) -> Reply {
    match status {
        401 => unauthorized(),
        403 => error(
            403,
            "Security",
            "You do not have security permission to perform this action",
        ),
        404 => error(404, "NotFound", "Record not found"),
        429 => error(429, "TooManyRequests", "API rate limit exceeded"),
        500..=599 => error(status, "Timeout", "The request timed out"),
        _ => error(status, "InvalidObject", "The request cannot be processed"),
    }
}
