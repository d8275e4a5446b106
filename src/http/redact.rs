//! Keeps secrets out of texts: known values in every form they may take, and anything under a telling key.

use serde_json::Value;
use url::form_urlencoded::byte_serialize;

/// What stands in the place of a secret.
pub const MASK: &str = "•••";

/// Secrets shorter than this are not searched for: they would turn ordinary words into masks.
const SHORTEST: usize = 6;

/// The words in a key that make its value secret.
const KEYS: [&str; 9] = [
    "token",
    "secret",
    "password",
    "passwd",
    "authorization",
    "cookie",
    "apikey",
    "credential",
    "privatekey",
];

/// The words in a key that make its value a person's: names, mail addresses, telephone numbers.
const PERSONAL_KEYS: [&str; 12] = [
    "mail",
    "phone",
    "mobile",
    "fax",
    "contact",
    "username",
    "firstname",
    "lastname",
    "fullname",
    "surname",
    "customername",
    "birth",
];

/// Replaces known secret values wherever they appear: plain, URL-encoded, JSON-escaped or in base64 at any alignment.
#[derive(Clone, Default)]
pub struct Redactor(Vec<String>);

impl Redactor {
    /// Knows these values.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let mut redactor = Self::default();
        secrets
            .into_iter()
            .for_each(|secret| redactor.learn(secret));
        redactor
    }

    /// Knows another value.
    pub fn learn(&mut self, secret: &str) {
        let secret = secret.trim();
        if secret.len() < SHORTEST || self.0.iter().any(|needle| needle == secret) {
            return;
        }
        let needles = &mut self.0;
        needles.push(secret.to_owned());
        needles.push(byte_serialize(secret.as_bytes()).collect());
        needles.push(Value::from(secret).to_string().trim_matches('"').to_owned());
        needles.extend(base64_forms(secret.as_bytes()));
        // The longest first, so that no part of one is left behind by another.
        needles.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        needles.dedup();
    }

    /// True if the text holds one of them.
    pub fn finds(&self, raw: &str) -> bool {
        self.0.iter().any(|needle| raw.contains(needle.as_str()))
    }

    /// The text without them.
    pub fn text(&self, raw: &str) -> String {
        self.0
            .iter()
            .fold(raw.to_owned(), |text, needle| text.replace(needle, MASK))
    }
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Redactor({} forms)", self.0.len())
    }
}

/// True if a value under this key must not be shown.
pub fn is_secret_key(key: &str) -> bool {
    names_one_of(key, &KEYS)
}

/// True if a value under this key is a person's, and no business of a report that leaves the house.
pub fn is_personal_key(key: &str) -> bool {
    names_one_of(key, &PERSONAL_KEYS)
}

fn names_one_of(key: &str, words: &[&str]) -> bool {
    let folded: String = (key.chars().filter(|c| c.is_ascii_alphanumeric()))
        .map(|c| c.to_ascii_lowercase())
        .collect();
    words.iter().any(|word| folded.contains(word))
}

/// A text without mail addresses and telephone numbers: words with an `@`, and texts that begin with `+` and digits.
pub fn impersonal_text(text: &str) -> String {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if text.trim_start().starts_with('+') && digits >= 6 {
        return MASK.to_owned();
    }
    let words = text.split(' ');
    let shown: Vec<&str> = words
        .map(|word| if word.contains('@') { MASK } else { word })
        .collect();
    shown.join(" ")
}

/// Like [`json`], for reports that leave the house: what belongs to a person is masked as well.
pub fn impersonal(value: &Value, max: usize) -> String {
    crate::domain::text::clean(&without_people(&masked(value, 0)).to_string(), max)
}

/// Of a value that [`masked`] has bounded.
fn without_people(value: &Value) -> Value {
    match value {
        Value::Object(map) => (map.iter())
            .map(|(key, inner)| {
                let shown = match is_personal_key(key) && !inner.is_null() {
                    true => Value::from(MASK),
                    false => without_people(inner),
                };
                (key.clone(), shown)
            })
            .collect(),
        Value::Array(items) => items.iter().map(without_people).collect(),
        Value::String(text) => impersonal_text(text).into(),
        other => other.clone(),
    }
}

/// The JSON as text, at most `max` characters, with the values of telling keys masked. For quarantine and examples.
pub fn json(value: &Value, max: usize) -> String {
    crate::domain::text::clean(&masked(value, 0).to_string(), max)
}

/// `a=1&pageToken=•••`: a query string that can be shown.
pub fn query(pairs: &[(&str, String)]) -> String {
    let shown = pairs.iter().map(|(key, value)| {
        let value = if is_secret_key(key) { MASK } else { value };
        format!("{key}={}", crate::domain::text::clean(value, 60))
    });
    shown.collect::<Vec<_>>().join("&")
}

fn masked(value: &Value, depth: usize) -> Value {
    match value {
        _ if depth > 32 => Value::from("…"),
        Value::Object(map) => (map.iter())
            .map(|(key, inner)| {
                let shown = if is_secret_key(key) && !inner.is_null() {
                    Value::from(MASK)
                } else {
                    masked(inner, depth + 1)
                };
                (key.clone(), shown)
            })
            .collect(),
        Value::Array(items) => (items.iter().take(50))
            .map(|item| masked(item, depth + 1))
            .collect(),
        Value::String(text) => crate::domain::text::clean(text, 400).into(),
        Value::Number(number) => {
            let digits = number.to_string();
            if digits.len() > 64 {
                crate::domain::text::clean(&digits, 64).into()
            } else {
                value.clone()
            }
        }
        other => other.clone(),
    }
}

/// The base64 texts (both alphabets) that show the secret inside a longer encoded text, whatever stands before it: for
/// each of the three alignments the part that depends on the secret alone.
fn base64_forms(secret: &[u8]) -> Vec<String> {
    let mut forms = Vec::new();
    for shift in 0..3usize {
        let mut padded = vec![0u8; shift];
        padded.extend_from_slice(secret);
        let whole = padded.len() / 3 * 3;
        let skip = usize::from(shift > 0) * 4;
        for alphabet in [b"+/", b"-_"] {
            let encoded = base64(&padded[..whole], *alphabet);
            let stable = encoded.get(skip..).unwrap_or_default();
            if stable.len() >= SHORTEST {
                forms.push(stable.to_owned());
            }
        }
    }
    forms
}

/// Base64 of any bytes, with padding (RFC 4648, section 4).
pub(super) fn base64_padded(bytes: &[u8]) -> String {
    let missing = (3 - bytes.len() % 3) % 3;
    let mut padded = bytes.to_vec();
    padded.resize(bytes.len() + missing, 0);
    let mut encoded = base64(&padded, *b"+/");
    encoded.truncate(encoded.len() - missing);
    encoded.extend(std::iter::repeat_n('=', missing));
    encoded
}

/// Base64 of whole triples, with the last two letters of the alphabet given.
fn base64(triples: &[u8], last: [u8; 2]) -> String {
    let letter = |six: u8| match six {
        0..=25 => b'A' + six,
        26..=51 => b'a' + six - 26,
        52..=61 => b'0' + six - 52,
        62 => last[0],
        _ => last[1],
    };
    let mut out = String::with_capacity(triples.len() / 3 * 4);
    for triple in triples.chunks_exact(3) {
        let bits = u32::from(triple[0]) << 16 | u32::from(triple[1]) << 8 | u32::from(triple[2]);
        for shift in [18, 12, 6, 0] {
            out.push(char::from(letter((bits >> shift & 63) as u8)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_secret_is_masked() {
        let redactor = Redactor::new(["p@ss word/1+2"]);
        for shape in [
            "x p@ss word/1+2 y",
            "refresh_token=p%40ss+word%2F1%2B2&z",
            // base64 of "user:p@ss word/1+2" and of "ab" before it
            "Basic dXNlcjpwQHNzIHdvcmQvMSsy",
            "YWJwQHNzIHdvcmQvMSsy",
        ] {
            let shown = redactor.text(shape);
            assert!(shown.contains(MASK), "{shape} -> {shown}");
            assert!(!shown.contains("word"), "{shown}");
        }
        assert_eq!(
            Redactor::new([r#"quo"ted\x"#]).text(r#"{"a":"quo\"ted\\x"}"#),
            r#"{"a":"•••"}"#
        );
        assert_eq!(Redactor::new(["abc"]).text("abc"), "abc");
        assert_eq!(format!("{redactor:?}").find("p@ss"), None);
    }

    #[test]
    fn telling_keys_are_masked() {
        for key in [
            "access_token",
            "clientSecret",
            "Set-Cookie",
            "X-API-Key",
            "Authorization",
        ] {
            assert!(is_secret_key(key), "{key}");
        }
        assert!(!is_secret_key("customerName"));
        let row = serde_json::json!({"id": 1, "attributes": [{"password": "hunter2", "n": "a"}]});
        assert_eq!(
            json(&row, 400),
            r#"{"attributes":[{"n":"a","password":"•••"}],"id":1}"#
        );
        assert_eq!(
            query(&[("pageSize", "100".into()), ("pageToken", "abc".into())]),
            "pageSize=100&pageToken=•••"
        );
    }

    #[test]
    fn deep_and_long_values_are_bounded() {
        let mut deep = Value::Null;
        for _ in 0..60 {
            deep = serde_json::json!([deep]);
        }
        assert!(json(&deep, 4000).len() < 200);
        assert!(
            json(&Value::from("x".repeat(100_000)), 4000)
                .chars()
                .count()
                <= 402
        );
    }
}
