//! The vendor's error body: spelt as in its description, or as live answers have been seen.

use serde_json::json;

use super::super::server::Reply;
use crate::domain::time::Ts;

/// An error. `number` chooses the spelling: the description's, or the one with `timestamp` and `error`.
pub(super) fn error(status: u16, message: &str, path: &str, now: Ts, correlation: &str) -> Reply {
    let time = format!("{}.000Z", now.to_string().trim_end_matches('Z'));
    let mut body = json!({
        "status": status, "message": message, "path": path, "correlationId": correlation,
    });
    // Live answers to refused calls were seen with the other spelling.
    if matches!(status, 401 | 403 | 429) {
        body["timestamp"] = time.into();
        body["error"] = reason(status).into();
    } else {
        body["timeStamp"] = time.into();
    }
    Reply::json(status, &body)
}

fn reason(status: u16) -> &'static str {
    match status {
        401 => "Unauthorized",
        403 => "Forbidden",
        _ => "Too Many Requests",
    }
}

/// A sentence for a status.
pub(super) fn sentence(status: u16) -> &'static str {
    match status {
        400 => "The request is not valid",
        401 => "Access is unauthorized",
        403 => "Access is forbidden",
        404 => "The object is not found",
        405 => "this simulator is read-only",
        429 => "Too many requests",
        500.. => "Internal server error",
        _ => "The request cannot be served",
    }
}
