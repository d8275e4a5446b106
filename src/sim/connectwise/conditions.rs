//! The part of the vendor's condition language that integrations use: comparisons and `in`, joined by `and`.

use serde_json::Value;

/// A condition that every row has to fulfil.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Conditions(Vec<Term>);

#[derive(Debug, Clone, PartialEq)]
struct Term {
    /// `company/id`, as a pointer into the row.
    pointer: String,
    test: Test,
}

#[derive(Debug, Clone, PartialEq)]
enum Test {
    Equal(String),
    Above(String),
    AtLeast(String),
    OneOf(Vec<String>),
}

impl Conditions {
    /// Reads a text; none if it is not understood.
    pub(super) fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Some(Conditions(Vec::new()));
        }
        let terms = text.split(" and ").map(|term| {
            let term = term.trim();
            let bare = match term.starts_with('(') {
                true => term.trim_start_matches('(').strip_suffix(')')?,
                false => term,
            };
            Term::of(bare.trim())
        });
        terms.collect::<Option<Vec<Term>>>().map(Conditions)
    }

    /// True if the row fulfils it.
    pub(super) fn hold(&self, row: &Value) -> bool {
        self.0.iter().all(|term| term.holds(row))
    }
}

impl Term {
    fn of(text: &str) -> Option<Self> {
        let (field, rest) = text.split_once(' ')?;
        let (word, value) = rest.trim().split_once(' ')?;
        let value = value.trim();
        let test = match word.to_ascii_lowercase().as_str() {
            "=" => Test::Equal(plain(value)),
            ">" => Test::Above(plain(value)),
            ">=" => Test::AtLeast(plain(value)),
            "in" => {
                let list = value.strip_prefix('(')?.strip_suffix(')')?;
                Test::OneOf(list.split(',').map(plain).collect())
            }
            _ => return None,
        };
        let field = match field {
            "lastUpdated" => "_info/lastUpdated",
            other => other,
        };
        let known = field
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_/".contains(c));
        known.then(|| Term {
            pointer: format!("/{field}"),
            test,
        })
    }

    fn holds(&self, row: &Value) -> bool {
        let text = match row.pointer(&self.pointer) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Null) | None => return false,
            Some(other) => other.to_string(),
        };
        match &self.test {
            Test::Equal(wanted) => text.eq_ignore_ascii_case(wanted),
            Test::Above(than) => compare(&text, than).is_gt(),
            Test::AtLeast(than) => compare(&text, than).is_ge(),
            Test::OneOf(wanted) => wanted.contains(&text),
        }
    }
}

/// Numbers as numbers, times (in one form) as text.
fn compare(a: &str, b: &str) -> std::cmp::Ordering {
    match (a.parse::<i64>(), b.parse::<i64>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        _ => a.cmp(b),
    }
}

/// A value without its quotes or brackets.
fn plain(value: &str) -> String {
    value
        .trim()
        .trim_matches(|c| matches!(c, '"' | '\'' | '[' | ']'))
        .to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn conditions_are_read_as_the_vendor_documents_them() {
        let row = json!({"id": 9, "company": {"id": 5}, "deletedFlag": false,
            "_info": {"lastUpdated": "2026-11-20T08:00:00Z"}});
        let holds = |text: &str| Conditions::of(text).map(|c| c.hold(&row));
        for (text, expected) in [
            ("", Some(true)),
            ("id > 8", Some(true)),
            ("id > 9", Some(false)),
            ("id > 10", Some(false)),
            ("deletedFlag = false and company/id=5", None),
            ("deletedFlag = false and company/id = 5", Some(true)),
            (
                "(lastUpdated > [2026-11-19T00:00:00Z]) and id > 3",
                Some(true),
            ),
            ("lastUpdated > [2026-11-21T00:00:00Z]", Some(false)),
            ("id in (1,9)", Some(true)),
            ("id in (1,2)", Some(false)),
            ("id ~ 3", None),
        ] {
            assert_eq!(holds(text), expected, "{text}");
        }
    }
}
