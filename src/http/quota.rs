//! Reads what a server says of its limit: `RateLimit-*`, `X-RateLimit-*`, and the two structured fields `RateLimit` and
//! `RateLimit-Policy` of the IETF drafts (draft-ietf-httpapi-ratelimit-headers).

use std::time::Duration;

use reqwest::header::HeaderMap;

use crate::domain::quota::Quota;

/// A reset above this is a date in seconds since 1970.
const A_DATE: u64 = 1_000_000_000;
/// No reset is farther away than this.
const LONGEST_RESET: Duration = Duration::from_secs(24 * 3600);

/// What the headers say; `now` is in seconds since 1970. What cannot be read was not said.
pub(super) fn quota(headers: &HeaderMap, now: u64) -> Quota {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let plain = |part: &str| {
        ["ratelimit-", "x-ratelimit-", "x-rate-limit-"]
            .iter()
            .find_map(|prefix| text(&format!("{prefix}{part}")))
    };
    let (limit, state, policy) = (plain("limit"), text("ratelimit"), text("ratelimit-policy"));
    let number =
        |keys: &[&str], text: Option<&str>| keys.iter().find_map(|key| parameter(text?, key));
    let reset = plain("reset").and_then(leading);
    let reset = reset.or_else(|| number(&["reset", "t"], state));
    let window = number(&["w"], policy).or_else(|| number(&["w"], limit));
    let small = |n: u64| u32::try_from(n).ok();
    Quota {
        limit: (limit.and_then(leading))
            .or_else(|| number(&["limit"], state))
            .or_else(|| number(&["q"], policy))
            .or_else(|| policy.and_then(leading))
            .and_then(small),
        window: window.filter(|w| *w > 0).map(Duration::from_secs),
        remaining: (plain("remaining").and_then(leading))
            .or_else(|| number(&["remaining", "r"], state))
            .and_then(small),
        reset: reset
            .map(|s| Duration::from_secs(if s > A_DATE { s.saturating_sub(now) } else { s }))
            .filter(|reset| *reset <= LONGEST_RESET),
    }
}

/// The number that a value begins with: `30` of `30, 30;w=60`.
fn leading(text: &str) -> Option<u64> {
    let text = text.trim_start();
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text[..end].parse().ok()
}

/// The number of a parameter: `w` of `30;w=60` is 60.
fn parameter(text: &str, key: &str) -> Option<u64> {
    text.split([';', ','])
        .filter_map(|part| part.trim().split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case(key))
        .and_then(|(_, value)| leading(value))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    const NOW: u64 = 1_795_500_000;

    fn read(
        headers: &[(&'static str, &str)],
    ) -> (Option<u32>, Option<u64>, Option<u32>, Option<u64>) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            map.insert(HeaderName::from_static(name), value);
        }
        let read = quota(&map, NOW);
        let seconds = |d: Option<Duration>| d.map(|d| d.as_secs());
        (
            read.limit,
            seconds(read.window),
            read.remaining,
            seconds(read.reset),
        )
    }

    #[test]
    fn every_form_in_use_is_read() {
        let plain = [
            ("x-ratelimit-limit", "30"),
            ("x-ratelimit-remaining", "4"),
            ("x-ratelimit-reset", "1795500042"),
        ];
        assert_eq!(read(&plain), (Some(30), None, Some(4), Some(42)));
        let older = [
            ("ratelimit-limit", "30, 30;w=60"),
            ("ratelimit-remaining", "0"),
            ("ratelimit-reset", "17"),
        ];
        assert_eq!(read(&older), (Some(30), Some(60), Some(0), Some(17)));
        let one = [("ratelimit", "limit=30, remaining=3, reset=20")];
        assert_eq!(read(&one), (Some(30), None, Some(3), Some(20)));
        let newest = [
            ("ratelimit", r#""default";r=3;t=20"#),
            ("ratelimit-policy", r#""default";q=30;w=60"#),
        ];
        assert_eq!(read(&newest), (Some(30), Some(60), Some(3), Some(20)));
        assert_eq!(
            read(&[("ratelimit-policy", "30;w=60")]),
            (Some(30), Some(60), None, None)
        );
    }

    #[test]
    fn nonsense_was_not_said() {
        assert_eq!(read(&[]), (None, None, None, None));
        let odd = [
            ("x-ratelimit-limit", "-1"),
            ("x-ratelimit-remaining", "many"),
            ("x-ratelimit-reset", "99999999999999999999"),
        ];
        assert_eq!(read(&odd), (None, None, None, None));
        let huge = [
            ("x-ratelimit-limit", "99999999999"),
            ("x-ratelimit-reset", "900000000"),
        ];
        assert_eq!(read(&huge), (None, None, None, None));
    }

    proptest! {
        #[test]
        fn no_header_breaks_the_reader(a in "[ -~]{0,40}", b in "[0-9;,=wqrt\" -]{0,40}") {
            read(&[("x-ratelimit-limit", &b), ("ratelimit", &a), ("ratelimit-policy", &b), ("x-ratelimit-reset", &a)]);
        }
    }
}
