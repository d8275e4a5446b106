//! A row of a listing: fields by name, read tolerantly, with reasons that name the field.

use serde_json::{Map, Value};

use super::read::{self, Amount};
use super::shape::Shape;
use super::surprises::Surprises;
use crate::domain::time::Ts;

/// A field that cannot be used, in words: `subscriptionTotalLicenses 'ten' is no whole number`.
pub type Reason = String;

/// An object of an answer.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a>(&'a Map<String, Value>);

impl<'a> Row<'a> {
    /// The object, compared with its documented shape; none if the value is no object.
    pub fn of(value: &'a Value, shape: &Shape, surprises: &Surprises) -> Option<Self> {
        let map = value.as_object()?;
        surprises.check(shape, map);
        Some(Self(map))
    }

    /// The object, compared with nothing: for rows that come whole, with fields of each account's own.
    pub fn uncompared(value: &'a Value) -> Option<Self> {
        value.as_object().map(Self)
    }

    /// The value, unless it is absent or null.
    pub fn get(&self, key: &str) -> Option<&'a Value> {
        self.0.get(key).filter(|value| !value.is_null())
    }

    /// A clean, bounded text; empty if absent.
    pub fn text(&self, key: &str) -> String {
        self.get(key).map(read::text).unwrap_or_default()
    }

    /// The first of these texts that is not empty.
    pub fn first_text(&self, keys: &[&str]) -> String {
        let texts = keys.iter().map(|key| self.text(key));
        texts
            .into_iter()
            .find(|text| !text.is_empty())
            .unwrap_or_default()
    }

    /// An id, which must be there.
    pub fn id(&self, key: &str) -> Result<String, Reason> {
        match self.get(key) {
            None => Err(format!("{key} is missing")),
            Some(value) => read::id(value).map_err(|bad| format!("{key} {bad}")),
        }
    }

    /// A whole number; none if absent.
    pub fn int(&self, key: &str) -> Result<Option<i64>, Reason> {
        self.optional(key, |value| read::int(value).map_err(|bad| bad.to_string()))
    }

    /// An amount; none if absent.
    pub fn money(&self, key: &str) -> Result<Option<Amount>, Reason> {
        self.optional(key, |value| {
            read::money(value).map_err(|bad| bad.to_string())
        })
    }

    /// A flag; none if absent or neither.
    pub fn flag(&self, key: &str) -> Option<bool> {
        self.get(key).and_then(read::flag)
    }

    /// An instant; none if absent, a way to write "none", or no instant.
    pub fn time(&self, key: &str) -> Option<Ts> {
        self.get(key).and_then(read::time)
    }

    /// The elements of a list, or the one thing that stands in its place; none if absent.
    pub fn list_or_one(&self, key: &str) -> Option<&'a [Value]> {
        self.get(key).map(read::list_or_one)
    }

    /// An object inside.
    pub fn child(&self, key: &str, shape: &Shape, surprises: &Surprises) -> Option<Row<'a>> {
        let value = self.get(key)?;
        read::list_or_one(value)
            .first()
            .and_then(|inner| Row::of(inner, shape, surprises))
    }

    /// The names of its fields.
    pub fn keys(&self) -> impl Iterator<Item = &'a str> {
        self.0.keys().map(String::as_str)
    }

    /// An empty text counts as absent: that is how some APIs write "unknown".
    fn optional<T>(
        &self,
        key: &str,
        read: impl Fn(&Value) -> Result<T, String>,
    ) -> Result<Option<T>, Reason> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
            Some(value) => read(value).map(Some).map_err(|bad| format!("{key} {bad}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SHAPE: Shape = Shape {
        path: "t",
        fields: &[],
    };

    #[test]
    fn absent_null_and_empty_are_unknown_and_reasons_name_the_field() {
        let value = json!({"a": null, "b": "", "c": "x", "d": {"e": 5}, "l": "one", "m": [1, 2]});
        let row = Row::of(&value, &SHAPE, &Surprises::default()).unwrap();
        assert_eq!(
            (row.int("a"), row.int("b"), row.int("zzz")),
            (Ok(None), Ok(None), Ok(None))
        );
        assert_eq!(row.int("c").unwrap_err(), "c 'x' is no whole number");
        assert_eq!(row.id("a").unwrap_err(), "a is missing");
        assert_eq!(row.first_text(&["a", "b", "c"]), "x");
        assert_eq!(
            row.child("d", &SHAPE, &Surprises::default())
                .unwrap()
                .int("e"),
            Ok(Some(5))
        );
        assert_eq!(row.list_or_one("l").unwrap().len(), 1);
        assert_eq!(row.list_or_one("m").unwrap().len(), 2);
        assert!(Row::of(&json!([]), &SHAPE, &Surprises::default()).is_none());
    }
}
