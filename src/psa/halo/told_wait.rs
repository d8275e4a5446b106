//! The wait that a 429 asks for, where it stands in the body (`retry_after`, seen by live clients) and not in a header.

use std::time::Duration;

use serde_json::Value;

use crate::http::json::read;

/// Reads the number of seconds, rounded up; none where none is told.
pub(super) fn told_wait(body: &Value) -> Option<Duration> {
    let told = body.get("retry_after").map(read::text)?;
    let whole = told.split('.').next().unwrap_or_default();
    let seconds: u64 = whole.trim().parse().ok()?;
    let more = u64::from(told.contains('.'));
    Some(Duration::from_secs(seconds.saturating_add(more)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn seconds_are_read_in_each_spelling() {
        for (told, seconds) in [
            (json!(7), Some(7)),
            (json!("12"), Some(12)),
            (json!(1.5), Some(2)),
            (json!(-3), None),
            (json!("soon"), None),
            (json!(null), None),
        ] {
            let wait = told_wait(&json!({"retry_after": told})).map(|wait| wait.as_secs());
            assert_eq!(wait, seconds, "{told}");
        }
        assert_eq!(told_wait(&json!([])), None);
    }

    proptest! {
        #[test]
        fn any_body_is_read(value in crate::http::testing::any_json()) {
            let _ = (told_wait(&value), told_wait(&json!({"retry_after": value})));
        }
    }
}
