//! What a run has seen on the wire, as answers to open questions; none where it saw nothing of the kind.

use crate::domain::acceptance::Traffic;

pub(super) fn rate_limit(traffic: &Traffic) -> Option<String> {
    if traffic.statuses.is_empty() {
        return None;
    }
    let telling = |name: &str| {
        name.contains("ratelimit") || name.contains("rate-limit") || name == "retry-after"
    };
    let headers: Vec<String> = (traffic.headers.iter())
        .filter(|h| telling(&h.name))
        .map(|h| format!("{}: {}", h.name, h.example))
        .collect();
    let told = match headers.is_empty() {
        true => "no header tells it".to_owned(),
        false => format!("headers tell: {}", headers.join(", ")),
    };
    let bound = match traffic.rate_limited {
        0 => format!(
            "{} requests in a minute were taken without a 429",
            traffic.most_in_window
        ),
        n => format!(
            "{n} × 429 came with at most {} of our requests in a minute: the limit is lower, or shared",
            traffic.most_in_window
        ),
    };
    Some(format!("{bound}; {told}"))
}

pub(super) fn too_many(traffic: &Traffic) -> Option<String> {
    let types = content_types(traffic, |status| status == 429)?;
    let waits: Vec<String> = traffic.asked_to_wait.iter().map(u64::to_string).collect();
    Some(match waits.is_empty() {
        true => format!("{types}; no wait was asked for"),
        false => format!("{types}; waits asked for, in seconds: {}", waits.join(", ")),
    })
}

pub(super) fn content_types(traffic: &Traffic, wanted: impl Fn(u16) -> bool) -> Option<String> {
    let status = |text: &str| text.split(' ').next().and_then(|s| s.parse().ok());
    let types = traffic.content_types.iter();
    let found = types.filter(|(text, _)| status(text).is_some_and(&wanted));
    let words: Vec<String> = found.map(|(text, n)| format!("{text} ({n} ×)")).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

pub(super) fn compression(traffic: &Traffic) -> Option<String> {
    let seen = traffic.compression;
    match (seen.compressed, seen.plain) {
        (0, 0) => None,
        (0, plain) => Some(format!("no: {plain} answers came as they are")),
        (compressed, plain) => Some(format!("yes: {compressed} compressed, {plain} as they are")),
    }
}
