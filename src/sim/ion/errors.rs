//! The vendor's error bodies. Where the vendor documents none (401, 429) the same shape is used.

use serde_json::json;

use super::super::server::Reply;

/// An error as the resources send it; `request` is the id that support asks for.
pub(super) fn error(status: u16, word: &str, message: &str, request: &str) -> Reply {
    let body = json!({
        "error": word,
        "message": message,
        "code": status,
        "details": [{"@type": "type.googleapis.com/google.rpc.RequestInfo", "requestId": request}],
    });
    Reply::json(status, &body)
}

/// Neither page size nor page token.
pub(super) fn invalid_request(message: &str, request: &str) -> Reply {
    error(400, "INVALID_REQUEST", message, request)
}

/// A parameter that cannot be read.
pub(super) fn invalid_argument(name: &str, request: &str) -> Reply {
    error(
        400,
        "INVALID_ARGUMENT",
        &format!("invalid argument '{name}'"),
        request,
    )
}

/// No access token, or one that is not valid any more. The vendor's body is not known.
pub(super) fn unauthenticated(request: &str) -> Reply {
    error(
        401,
        "UNAUTHENTICATED",
        "access token is missing, invalid or expired",
        request,
    )
    .with_header("www-authenticate", "Bearer")
}

/// Somebody else's account.
pub(super) fn permission_denied(account: &str, request: &str) -> Reply {
    error(
        403,
        "PERMISSION_DENIED",
        &format!("permission denied to access accounts/{account}"),
        request,
    )
}

/// Nothing there.
pub(super) fn not_found(resource: &str, request: &str) -> Reply {
    error(
        404,
        "NOT_FOUND",
        &format!("resource '{resource}' not found"),
        request,
    )
}

/// Too many requests. The vendor's body is not known.
pub(super) fn too_many(request: &str) -> Reply {
    error(429, "RESOURCE_EXHAUSTED", "too many requests", request)
}

/// Any other status that a fault asks for.
pub(super) fn of_status(status: u16, request: &str) -> Reply {
    match status {
        401 => unauthenticated(request),
        403 => error(403, "PERMISSION_DENIED", "permission denied", request),
        404 => not_found("unknown", request),
        429 => too_many(request),
        503 => error(503, "UNAVAILABLE", "service unavailable", request),
        500..=599 => error(status, "INTERNAL_ERROR", "internal error", request),
        _ => error(
            status,
            "INVALID_REQUEST",
            "request cannot be processed",
            request,
        ),
    }
}

/// The one failure that the token endpoints have.
pub(super) fn bad_token() -> Reply {
    Reply::json(400, &json!({"error": "cannot validate token: redis: nil"}))
}
