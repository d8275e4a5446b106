//! Errors: the token call answers as OAuth does, the rest from JSON to plain text.

use serde_json::json;

use super::super::server::Reply;

/// The token call's refusal (RFC 6749, 5.2).
pub(super) fn invalid_client() -> Reply {
    let body = json!({"error": "invalid_client", "error_description": "The specified client credentials are invalid."});
    Reply::json(401, &body)
}

/// A tenant that is not known there: no more than a status.
pub(super) fn unknown_tenant() -> Reply {
    Reply::new(500, "text/plain", Vec::new())
}

/// Any other status.
pub(super) fn of_status(status: u16) -> Reply {
    let text = |words: &str| Reply::new(status, "text/plain", words.as_bytes().to_vec());
    match status {
        401 => Reply::new(401, "text/plain", Vec::new()),
        403 => text("You do not have permission to access this resource"),
        404 => text("Not found"),
        405 => text("this simulator is read-only"),
        _ => Reply::json(
            status,
            &json!({"ClassName": "System.Exception", "Message": "An error has occurred"}),
        ),
    }
}
