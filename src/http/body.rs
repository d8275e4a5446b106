//! Reads an answer's body within bounds and turns it into JSON, or says exactly what it is instead.

use serde_json::Value;

/// The largest body that is read, after decompression.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// The largest headers that are taken, names and values together.
pub const MAX_HEAD: usize = 64 * 1024;

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
    /// The headers before it were larger than [`MAX_HEAD`].
    #[error("headers larger than {} KiB", MAX_HEAD / 1024)]
    HeadTooLarge,
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
            BodyError::TooLarge | BodyError::HeadTooLarge | BodyError::TooDeep | BodyError::TooMany
        )
    }
}

/// A body that was read.
#[derive(Debug)]
pub struct Body {
    /// What it holds.
    pub json: Value,
    /// A key that came more than once in one object; its last value is the one in `json`.
    pub repeated_key: Option<String>,
}

/// Parses a whole body. A byte order mark is skipped.
pub fn parse(bytes: &[u8]) -> Result<Value, BodyError> {
    read(bytes).map(|body| body.json)
}

/// Parses a whole body and looks for keys that came twice.
pub fn read(bytes: &[u8]) -> Result<Body, BodyError> {
    read_within(bytes, MAX_DEPTH)
}

/// The same with another limit of depth.
pub(super) fn read_within(bytes: &[u8], most_depth: usize) -> Result<Body, BodyError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| BodyError::NotUtf8)?;
    let start = text.trim_start();
    if start.is_empty() {
        return Err(BodyError::Empty);
    }
    if start.starts_with('<') {
        return Err(BodyError::Html);
    }
    let repeated_key = check_shape(bytes, most_depth)?;
    let json = serde_json::from_str(text).map_err(|error| {
        if error.is_eof() {
            BodyError::CutOff(bytes.len())
        } else if error.to_string().starts_with("trailing") {
            BodyError::Trailing
        } else {
            BodyError::NotJson(format!("line {}, column {}", error.line(), error.column()))
        }
    })?;
    Ok(Body { json, repeated_key })
}

/// Checks nesting and count in one pass, without recursion, before anything is built. Gives a key that came twice in
/// one object.
fn check_shape(bytes: &[u8], most_depth: usize) -> Result<Option<String>, BodyError> {
    let (mut depth, mut values) = (0usize, 0usize);
    let (mut in_text, mut escaped) = (false, false);
    let (mut text_start, mut last_text): (usize, &[u8]) = (0, b"");
    // The keys of all open objects, and where those of each begin; a list has none.
    let (mut keys, mut begins): (Vec<&[u8]>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut repeated = None;
    for (at, byte) in bytes.iter().enumerate() {
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    in_text = false;
                    last_text = &bytes[text_start..at];
                }
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => {
                in_text = true;
                text_start = at + 1;
            }
            b':' => keys.push(last_text),
            b'{' => {
                depth += 1;
                values += OBJECT_VALUES;
            }
            b'[' => {
                depth += 1;
                values += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                let own = keys.len().min(begins.pop().unwrap_or_default());
                repeated = repeated.or_else(|| twin(&mut keys[own..]));
                keys.truncate(own);
            }
            b',' => values += 1,
            _ => {}
        }
        if matches!(byte, b'{' | b'[') {
            begins.push(keys.len());
        }
        if depth > most_depth {
            return Err(BodyError::TooDeep);
        }
        if values > MAX_VALUES {
            return Err(BodyError::TooMany);
        }
    }
    Ok(repeated)
}

/// A key that stands twice in a list of keys.
fn twin(keys: &mut [&[u8]]) -> Option<String> {
    keys.sort_unstable();
    let twins = keys.windows(2).find(|pair| pair[0] == pair[1])?;
    Some(String::from_utf8_lossy(twins[0]).into_owned())
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

    #[test]
    fn a_key_that_comes_twice_is_named_and_its_last_value_counts() {
        let body = read(br#"{"a":{"id":1,"x":2,"id" : 3},"b":[{"id":4},{"id":5}]}"#).unwrap();
        assert_eq!(body.repeated_key.as_deref(), Some("id"));
        assert_eq!(body.json["a"]["id"], 3);
        for single in [
            r#"{"a":"a","b":"a","c":{"a":1},"d":["a","a",{"a":"x:y"}]}"#,
            r#"[{"id":1},{"id":1}]"#,
            "5",
        ] {
            assert_eq!(
                read(single.as_bytes()).unwrap().repeated_key,
                None,
                "{single}"
            );
        }
    }

    #[test]
    fn many_keys_in_one_object_are_looked_at() {
        let keys: Vec<String> = (0..60_000).map(|n| format!("\"k{n}\":0")).collect();
        let text = format!("{{{}}}", keys.join(","));
        assert_eq!(read(text.as_bytes()).unwrap().repeated_key, None);
        let twice = text.replace("\"k7\":", "\"k8\":");
        let repeated = read(twice.as_bytes()).unwrap().repeated_key;
        assert_eq!(repeated.as_deref(), Some("k8"));
    }

    proptest! {
        #[test]
        fn any_bytes_end_in_a_value_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes);
        }
    }
}
