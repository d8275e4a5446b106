//! A JSON body as it goes into a recording: written value by value, without a copy, secrets replaced on the way.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Value;

use super::standins::Standins;
use crate::http::redact::is_secret_key;

/// A value with its stand-ins.
pub(super) struct Masked<'a> {
    value: &'a Value,
    standins: &'a Standins,
}

impl<'a> Masked<'a> {
    /// The value, to be written without its secrets.
    pub fn new(value: &'a Value, standins: &'a Standins) -> Self {
        Self { value, standins }
    }

    fn inner(&self, value: &'a Value) -> Self {
        Self::new(value, self.standins)
    }
}

impl Serialize for Masked<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Value::Object(fields) => {
                let mut map = to.serialize_map(Some(fields.len()))?;
                for (key, value) in fields {
                    let shown = self.standins.text(key);
                    if is_secret_key(key) && !is_void(value) {
                        map.serialize_entry(&shown, &self.standin(key, value))?;
                    } else {
                        map.serialize_entry(&shown, &self.inner(value))?;
                    }
                }
                map.end()
            }
            Value::Array(items) => {
                let mut list = to.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&self.inner(item))?;
                }
                list.end()
            }
            Value::String(text) if self.standins.finds(text) => {
                to.serialize_str(&self.standins.text(text))
            }
            Value::Number(number) if self.standins.finds(&number.to_string()) => {
                to.serialize_unit()
            }
            plain => plain.serialize(to),
        }
    }
}

impl Masked<'_> {
    fn standin(&self, key: &str, value: &Value) -> String {
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        self.standins.of(key, &text)
    }
}

/// Nothing and an empty text say something of their own: "no further page".
fn is_void(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_replaced_and_all_else_stays_to_the_letter() {
        let standins = Standins::default();
        standins.learn("s3cret-access");
        let body: Value = serde_json::from_str(
            r#"{"customers":[{"name":"Zoë","cost":811.9453450000001,"apiKey":["a",1],"pin":"of s3cret-access"}],
                "nextPageToken":"opaque","password":null,"sessionToken":"","big":123456789012345678901234567890}"#,
        )
        .unwrap();
        let text = serde_json::to_string(&Masked::new(&body, &standins)).unwrap();
        let kept: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            kept["customers"][0],
            json!({"name": "Zoë", "cost": body["customers"][0]["cost"], "apiKey": "secret-1", "pin": "of •••"})
        );
        assert!(
            text.contains("811.9453450000001") && text.contains("123456789012345678901234567890")
        );
        assert_eq!(kept["nextPageToken"], "page-token-1");
        assert_eq!(
            (&kept["password"], &kept["sessionToken"]),
            (&Value::Null, &json!(""))
        );
    }
}
