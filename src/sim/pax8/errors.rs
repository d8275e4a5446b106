//! The vendor's two shapes of errors: one of the token endpoint, one of everything else.

use serde_json::{Value, json};

use super::super::server::Reply;

/// An error as the resources send it.
pub(super) fn error(status: u16, message: &str, instance: &str) -> Reply {
    let word = match status {
        400 => "BAD_REQUEST",
        401 => "UNAUTHORIZED",
        403 => "FORBIDDEN",
        404 => "NOT_FOUND",
        405 => "METHOD_NOT_ALLOWED",
        408 => "REQUEST_TIMEOUT",
        422 => "UNPROCESSABLE_ENTITY",
        429 => "TOO_MANY_REQUESTS",
        503 => "SERVICE_UNAVAILABLE",
        500.. => "INTERNAL_SERVER_ERROR",
        _ => "ERROR",
    };
    let mut body =
        json!({"type": word, "message": message, "instance": instance, "status": status});
    // `details` may lack or be empty.
    if status >= 500 {
        body["details"] = Value::Array(Vec::new());
    }
    Reply::json(status, &body)
}

/// A parameter that cannot be used.
pub(super) fn invalid(parameter: &str, message: &str, instance: &str) -> Reply {
    let body = json!({
        "type": "BAD_REQUEST", "message": "Validation failed", "instance": instance, "status": 400,
        "details": [{"type": "INVALID_VALUE", "message": message, "instance": parameter, "status": 400}],
    });
    Reply::json(400, &body)
}

/// What the token endpoint says to wrong credentials.
pub(super) fn access_denied() -> Reply {
    let body = json!({"error": "access_denied", "error_description": "Unauthorized"});
    Reply::json(401, &body)
}
