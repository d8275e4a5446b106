//! The wait that a 429 asks for: Sherweb tells it in words, in the `detail` of a problem document ("Try again in 7
//! seconds", seen by live clients).

use std::time::Duration;

use serde_json::Value;

use crate::http::json::read;

/// Reads the number of seconds; none where none is told.
pub(super) fn told_wait(body: &Value) -> Option<Duration> {
    ["detail", "message"].iter().find_map(|key| {
        let words = read::text(body.get(key)?).to_lowercase();
        seconds(&words)
    })
}

/// The last number before the word "second".
fn seconds(words: &str) -> Option<Duration> {
    let before = &words[..words.find("second")?];
    let number = before
        .trim_end()
        .rsplit(|c: char| !c.is_ascii_digit())
        .next()?;
    number.parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn seconds_are_read_from_words() {
        let read = |words: &str| told_wait(&json!({"detail": words})).map(|wait| wait.as_secs());
        assert_eq!(
            read("Rate limit is exceeded. Try again in 7 seconds."),
            Some(7)
        );
        assert_eq!(read("Limit of 100 calls: retry after 1 Second"), Some(1));
        assert_eq!(read("Try again later."), None);
        assert_eq!(read("seconds"), None);
        assert_eq!(read("wait some seconds"), None);
        let gateway = json!({"statusCode": 429, "message": "Try again in 12 seconds."});
        assert_eq!(told_wait(&gateway), Some(Duration::from_secs(12)));
    }

    proptest! {
        #[test]
        fn any_body_is_read(value in crate::http::testing::any_json(), words in ".{0,40}second.{0,10}") {
            let _ = (told_wait(&value), told_wait(&json!({"detail": value})));
            let _ = told_wait(&json!({"detail": words}));
        }
    }
}
