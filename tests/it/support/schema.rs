//! A small checker of JSON against the parts of an OpenAPI schema that matter: types, required members, enums, formats,
//! nullable. Members that a schema does not name are allowed.

use jiff::civil::Date;
use serde_json::Value;

/// A contract: schemas by name, written from a vendor's published description.
pub struct Contract(Value);

impl Contract {
    /// Reads a contract's file.
    pub fn of(text: &str) -> Self {
        Self(serde_json::from_str(text).expect("the contract is JSON"))
    }

    /// Demands that a value is valid; shows every place that is not.
    pub fn demand(&self, schema: &str, value: &Value, of: &str) {
        let mut wrong = Vec::new();
        self.check(self.named(schema), value, "", &mut wrong);
        wrong.truncate(8);
        assert!(
            wrong.is_empty(),
            "{of} is no {schema}:\n{}",
            wrong.join("\n")
        );
    }

    fn named(&self, name: &str) -> &Value {
        let found = self.0.pointer(&format!("/schemas/{name}"));
        found.unwrap_or_else(|| panic!("no schema {name}"))
    }

    fn check(&self, schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
        if let Some(name) = schema["$ref"].as_str() {
            return self.check(self.named(name), value, at, wrong);
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.check(part, value, at, wrong);
        }
        if value.is_null() {
            if schema["nullable"] != true && schema.get("type").is_some() {
                wrong.push(format!("{at}: null"));
            }
            return;
        }
        let fits = match schema["type"].as_str() {
            Some("string") => value.is_string(),
            Some("number") => value.is_number(),
            Some("integer") => value.is_i64() || value.is_u64(),
            Some("boolean") => value.is_boolean(),
            Some("array") => value.is_array(),
            Some("object") => value.is_object(),
            Some(other) => panic!("no type {other}"),
            None => true,
        };
        if !fits {
            wrong.push(format!("{at}: {value} is no {}", schema["type"]));
            return;
        }
        if let Some(words) = schema["enum"].as_array()
            && !words.contains(value)
        {
            wrong.push(format!("{at}: {value} is not among {words:?}"));
        }
        if let (Some(format), Some(text)) = (schema["format"].as_str(), value.as_str())
            && !self.has_format(format, text)
        {
            wrong.push(format!("{at}: {text:?} is no {format}"));
        }
        if schema["minLength"] == 1 && value == "" {
            wrong.push(format!("{at}: empty"));
        }
        for member in schema["required"].as_array().into_iter().flatten() {
            if value.get(member.as_str().unwrap_or_default()).is_none() {
                wrong.push(format!("{at}: without {member}"));
            }
        }
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(value) = value.get(name) {
                self.check(member, value, &format!("{at}/{name}"), wrong);
            }
        }
        let rows = value.as_array().into_iter().flatten().enumerate();
        for (n, row) in rows.filter(|_| schema.get("items").is_some()) {
            self.check(&schema["items"], row, &format!("{at}/{n}"), wrong);
        }
    }

    /// Formats by OpenAPI; a contract's own list `spellings` says which else a vendor's own examples use.
    fn has_format(&self, format: &str, text: &str) -> bool {
        let also = |spelling: &str| {
            let list = self.0.pointer(&format!("/spellings/{format}"));
            let list = list.and_then(Value::as_array);
            list.is_some_and(|l| l.iter().any(|s| s == spelling))
        };
        let is_date = |text: &str| text.len() == 10 && text.parse::<Date>().is_ok();
        match format {
            "uuid" => is_uuid(text),
            "date" => {
                is_date(text) || also("date-time") && (is_time(text, "") || is_time(text, "Z"))
            }
            "date-time" => {
                is_time(text, "Z")
                    || also("date") && is_date(text)
                    || also("offset without a colon") && is_time(text, "-0700")
                    || also("no zone") && is_time(text, "")
            }
            "email" => text.split('@').filter(|part| !part.is_empty()).count() == 2,
            "amount" => text.split_once('.').is_some_and(|(a, b)| {
                let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
                digits(a.trim_start_matches('-')) && digits(b)
            }),
            other => panic!("no format {other}"),
        }
    }
}

fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

/// RFC 3339 with that zone, with or without a fraction.
fn is_time(text: &str, zone: &str) -> bool {
    let plain = text.strip_suffix(zone).and_then(|t| t.split_at_checked(19));
    let Some((time, fraction)) = plain else {
        return false;
    };
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let fraction = fraction.is_empty() || fraction.strip_prefix('.').is_some_and(digits);
    fraction && time.as_bytes()[10] == b'T' && time.parse::<jiff::civil::DateTime>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const CONTRACT: &str = r#"{"spellings": {"date-time": ["no zone"]}, "schemas": {
        "Row": {"type": "object", "required": ["id"], "properties": {
            "id": {"type": "string", "format": "uuid"}, "at": {"type": "string", "format": "date-time"},
            "state": {"type": "string", "enum": ["on", "off"]}, "fees": {"$ref": "Fees"}}},
        "Fees": {"type": "array", "nullable": true, "items": {"type": "integer"}}}}"#;

    #[test]
    fn what_is_wrong_is_found_and_what_is_more_is_allowed() {
        let contract = Contract::of(CONTRACT);
        let wrong = |value: Value| {
            let mut wrong = Vec::new();
            contract.check(contract.named("Row"), &value, "", &mut wrong);
            wrong
        };
        let id = "11111111-2222-4333-8444-555555555555";
        let good = json!({"id": id, "at": "2026-11-24T06:00:00.123", "state": "on", "fees": null, "more": 1});
        assert_eq!(wrong(good), Vec::<String>::new());
        for bad in [
            json!([]),
            json!({"at": "2026-11-24T06:00:00Z"}),
            json!({"id": "1"}),
            json!({"id": null}),
            json!({"id": id, "at": "2026-11-24"}),
            json!({"id": id, "at": "2026-11-24T06:00:00-0700"}),
            json!({"id": id, "state": "half"}),
            json!({"id": id, "fees": [1, 2.5]}),
        ] {
            assert_eq!(wrong(bad.clone()).len(), 1, "{bad}");
        }
    }
}
