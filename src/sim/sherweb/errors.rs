//! Three voices: the sign-in, the gateway before everything, and the service with problem documents.

use serde_json::{Value, json};

use super::super::server::Reply;

/// A problem document (RFC 7807), as the service sends it.
pub(super) fn problem(
    status: u16,
    title: &str,
    detail: &str,
    instance: &str,
    trace: &str,
) -> Reply {
    let section = match status {
        400 => "6.5.1",
        403 => "6.5.3",
        404 => "6.5.4",
        405 => "6.5.5",
        500 => "6.6.1",
        _ => "6",
    };
    let body = json!({
        "type": format!("https://tools.ietf.org/html/rfc7231#section-{section}"), "title": title, "status": status,
        "detail": detail, "instance": instance, "extensions": {"traceId": format!("00-{trace}")},
    });
    Reply::new(
        status,
        "application/problem+json",
        body.to_string().into_bytes(),
    )
}

/// A problem of any status.
pub(super) fn of_status(status: u16, trace: &str) -> Reply {
    let (title, detail) = match status {
        400 => (
            "Bad Request",
            Value::from("The request cannot be processed."),
        ),
        403 => ("Forbidden", "The scope does not allow it.".into()),
        404 => ("Not Found", "The customer was not found.".into()),
        429 => ("Too Many Requests", Value::Null),
        500.. => (
            "An error occurred while processing your request.",
            Value::Null,
        ),
        _ => ("Error", Value::Null),
    };
    let text = detail.as_str().unwrap_or_default();
    problem(status, title, text, "/", trace).edited(|body| body["detail"] = detail.clone())
}

/// Too many requests, with the seconds in words.
pub(super) fn limited(seconds: u64, trace: &str) -> Reply {
    let detail = format!("Rate limit is exceeded. Try again in {seconds} seconds.");
    problem(429, "Too Many Requests", &detail, "/", trace)
}

/// What the gateway says before the service is reached.
pub(super) fn gateway(status: u16, message: &str) -> Reply {
    Reply::json(status, &json!({"statusCode": status, "message": message}))
}

/// What the sign-in says.
pub(super) fn sign_in(word: &str) -> Reply {
    Reply::json(400, &json!({ "error": word }))
}
