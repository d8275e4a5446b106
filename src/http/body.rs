//! Reads an answer's body within bounds and turns it into JSON, or says exactly what it is instead.

use serde_json::Value;

/// The largest body that is read, after decompression.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// The deepest nesting that is parsed.
pub const MAX_DEPTH: usize = 64;

/// The most values in one body, an object counting as ten: a page of 1,000 rows has about 80,000. Bounds memory, since
/// parsed JSON is many times as large as its text: with this and [`MAX_BYTES`] the worst body takes about 200 MiB.
pub const MAX_VALUES: usize = 700_000;

/// The room that an object takes, in values.
const OBJECT_VALUES: usize = 10;

/// A body that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Nothing came.
    #[error("an empty body")]
    Empty,
    /// More than [`MAX_BYTES`] came, or would have after decompression.
    #[error("a body larger than {} MiB", MAX_BYTES / 1024 / 1024)]
    TooLarge,
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("JSON nested deeper than {MAX_DEPTH}")]
    TooDeep,
    /// More than [`MAX_VALUES`] values.
    #[error("JSON with more than {MAX_VALUES} values")]
    TooMany,
    /// Bytes that are no UTF-8.
    #[error("text that is not UTF-8")]
    NotUtf8,
    /// A web page: usually a gateway, a proxy or a sign-in page in between.
    #[error("an HTML page instead of JSON")]
    Html,
    /// JSON that ends too early.
    #[error("JSON that breaks off after {0} bytes")]
    CutOff(usize),
    /// JSON with something after its end.
    #[error("JSON with something else after its end")]
    Trailing,
    /// Neither JSON nor HTML.
    #[error("something that is not JSON ({0})")]
    NotJson(String),
}

impl BodyError {
    /// True if asking again may bring a good body: a too large or too deep one is the server's own doing.
    pub fn is_passing(&self) -> bool {
        !matches!(
            self,
            BodyError::TooLarge | BodyError::TooDeep | BodyError::TooMany
        )
    }
}

/// Parses a whole body. A byte order mark is skipped.
pub fn parse(bytes: &[u8]) -> Result<Value, BodyError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| BodyError::NotUtf8)?;
    let start = text.trim_start();
    if start.is_empty() {
        return Err(BodyError::Empty);
    }
    if start.starts_with('<') {
        return Err(BodyError::Html);
    }
    check_shape(bytes)?;
    serde_json::from_str(text).map_err(|error| {
        if error.is_eof() {
            BodyError::CutOff(bytes.len())
        } else if error.to_string().starts_with("trailing") {
            BodyError::Trailing
        } else {
            BodyError::NotJson(format!("line {}, column {}", error.line(), error.column()))
        }
    })
}

/// Checks nesting and count in one pass, without recursion, before anything is built.
fn check_shape(bytes: &[u8]) -> Result<(), BodyError> {
    let (mut depth, mut values) = (0usize, 0usize);
    let (mut in_text, mut escaped) = (false, false);
    for byte in bytes {
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'{' => {
                depth += 1;
                values += OBJECT_VALUES;
            }
            b'[' => {
                depth += 1;
                values += 1;
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(BodyError::TooDeep);
        }
        if values > MAX_VALUES {
            return Err(BodyError::TooMany);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn good_bodies_keep_the_text_of_numbers() {
        let value = parse(b"\xef\xbb\xbf {\"a\": 811.9453450000001}\n").unwrap();
        assert_eq!(value["a"].to_string(), "811.9453450000001");
    }

    #[test]
    fn each_bad_body_is_named() {
        let cases: [(&[u8], BodyError); 8] = [
            (b"", BodyError::Empty),
            (b" \n\xef\xbb\xbf"[..2].as_ref(), BodyError::Empty),
            (b"<!doctype html><title>502</title>", BodyError::Html),
            (b"{\"a\": [1, 2", BodyError::CutOff(11)),
            (b"{\"a\": \"xy", BodyError::CutOff(9)),
            (b"{} {}", BodyError::Trailing),
            (b"{\"a\": \"\xe9\"}", BodyError::NotUtf8),
            (b"oops", BodyError::NotJson("line 1, column 1".into())),
        ];
        for (body, expected) in cases {
            assert_eq!(parse(body).unwrap_err(), expected);
        }
    }

    #[test]
    fn bombs_are_refused_before_parsing() {
        assert_eq!(
            parse("[".repeat(10_000).as_bytes()),
            Err(BodyError::TooDeep)
        );
        assert_eq!(
            parse("{\"a\":".repeat(10_000).as_bytes()),
            Err(BodyError::TooDeep)
        );
        let deep = format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
        assert!(parse(deep.as_bytes()).is_ok());
        let many = format!("[{}0]", "0,".repeat(MAX_VALUES + 1));
        assert_eq!(parse(many.as_bytes()), Err(BodyError::TooMany));
        assert!(parse(br#"{"a":"[[[[{{{{\"[[["}"#).is_ok());
    }

    proptest! {
        #[test]
        fn any_bytes_end_in_a_value_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes);
        }
    }
}
