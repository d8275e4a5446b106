//! Single values, in every spelling that is exact: a number as text, a text as number, `"1,234.50"`, `1e3`, `"true"`.
//! What is not exact is refused with its reason; nothing here goes through a float.

use std::str::FromStr;

use rust_decimal::Decimal;
use serde_json::Value;

use crate::domain::money::{Money, SCALE};
use crate::domain::text::{MAX_TEXT, clean};
use crate::domain::time::Ts;

/// The longest id that is believed, in characters.
pub const MAX_ID: usize = 200;

/// A value that cannot be used, in words without its key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{shown} is no {wanted}")]
pub struct Unusable {
    shown: String,
    wanted: &'static str,
}

impl Unusable {
    fn new(value: &Value, wanted: &'static str) -> Self {
        Self {
            shown: shown(value),
            wanted,
        }
    }
}

/// An amount, and whether more than the residue of binary arithmetic was rounded away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// Rounded half to even at eight places.
    pub money: Money,
    /// True if the rounding changed what the vendor meant.
    pub rounded: bool,
}

/// A clean, bounded text; empty where the value holds none.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => clean(text, MAX_TEXT),
        Value::Number(number) => clean(&number.to_string(), MAX_TEXT),
        Value::Bool(flag) => flag.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

/// An id: a text or a whole number, compared as text. White space around it does not count; inside, or anything that
/// cannot be seen, makes it unusable, and so does a length above [`MAX_ID`].
pub fn id(value: &Value) -> Result<String, Unusable> {
    let raw = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let usable = !raw.is_empty()
        && raw.len() <= MAX_ID * 4
        && clean(&raw, MAX_ID) == raw
        && (value.is_string() || raw.bytes().all(|b| b.is_ascii_digit()));
    if usable {
        Ok(raw)
    } else {
        Err(Unusable::new(value, "id"))
    }
}

/// A whole number.
pub fn int(value: &Value) -> Result<i64, Unusable> {
    let whole = decimal(value).filter(Decimal::is_integer);
    whole
        .and_then(|d| {
            i64::try_from(d.normalize().mantissa())
                .ok()
                .filter(|_| d.normalize().scale() == 0)
        })
        .ok_or_else(|| Unusable::new(value, "whole number"))
}

/// An amount of money.
pub fn money(value: &Value) -> Result<Amount, Unusable> {
    let unusable = || Unusable::new(value, "amount");
    let exact = decimal(value).ok_or_else(unusable)?;
    let money = Money::from_decimal(exact).ok_or_else(unusable)?;
    // A double is good to about 16 digits; a few operations on it leave an error in the last two.
    let residue = exact.abs().checked_mul(Decimal::new(1, 14));
    let cut = (exact - money.to_decimal()).abs();
    let rounded =
        exact.scale() > SCALE && cut > residue.unwrap_or_default().max(Decimal::new(1, 12));
    Ok(Amount { money, rounded })
}

/// A flag; none where the value is neither.
pub fn flag(value: &Value) -> Option<bool> {
    match text(value).to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" => Some(true),
        "false" | "0" | "no" => Some(false),
        _ => None,
    }
}

/// An instant: RFC 3339 in any precision, or seconds or milliseconds since 1970. None for what is no instant and for
/// the ways in which APIs write "none".
pub fn time(value: &Value) -> Option<Ts> {
    if let Value::String(text) = value
        && let Some(at) = Ts::parse_lenient(text.get(..64).unwrap_or(text))
    {
        return Some(at);
    }
    let since_1970 = int(value).ok()?;
    match since_1970 {
        100_000_000..=99_999_999_999 => Some(Ts::from_micros(since_1970 * 1_000_000)),
        100_000_000_000..=99_999_999_999_999 => Some(Ts::from_micros(since_1970 * 1_000)),
        _ => None,
    }
}

/// The elements of an array; anything else but null counts as its only element.
pub fn list_or_one(value: &Value) -> &[Value] {
    match value {
        Value::Null => &[],
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}

/// The value as people see it in a reason: short, quoted.
pub fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("'{}'", clean(text, 40)),
        Value::Object(_) => "an object".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Null => "null".to_owned(),
        other => clean(&other.to_string(), 40),
    }
}

fn decimal(value: &Value) -> Option<Decimal> {
    let raw = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    if raw.is_empty() || raw.len() > 64 || !raw.is_ascii() {
        return None;
    }
    let plain = without_thousands(&raw)?;
    if plain.contains(['e', 'E']) {
        Decimal::from_scientific(&plain).ok()
    } else {
        Decimal::from_str(&plain).ok()
    }
}

/// `1,234,567.50` without its commas; none where commas stand elsewhere than between groups of three.
fn without_thousands(raw: &str) -> Option<String> {
    if !raw.contains(',') {
        return Some(raw.to_owned());
    }
    let (whole, fraction) = raw.split_once('.').unwrap_or((raw, ""));
    let mut groups = whole.trim_start_matches(['-', '+']).split(',');
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    let first = groups.next()?;
    let well_formed = (1..=3).contains(&first.len())
        && digits(first)
        && groups.all(|group| group.len() == 3 && digits(group))
        && digits(fraction);
    well_formed.then(|| raw.replace(',', ""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn parsed(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn whole_numbers_in_every_exact_spelling() {
        for good in [
            "10",
            "\"10\"",
            "\" 10 \"",
            "10.0",
            "1e1",
            "\"1E1\"",
            "\"10.00\"",
            "100e-1",
        ] {
            assert_eq!(int(&parsed(good)).unwrap(), 10, "{good}");
        }
        assert_eq!(int(&json!("1,234")).unwrap(), 1234);
        assert_eq!(
            int(&parsed("9007199254740993")).unwrap(),
            9_007_199_254_740_993
        );
        assert_eq!(int(&json!("-3")).unwrap(), -3);
        for bad in [
            "1.5", "\"\"", "\"ten\"", "\"1,23\"", "true", "null", "[]", "1e40", "\"0x10\"",
            "\"1 0\"",
        ] {
            assert!(int(&parsed(bad)).is_err(), "{bad}");
        }
        assert_eq!(
            int(&json!("ten")).unwrap_err().to_string(),
            "'ten' is no whole number"
        );
    }

    #[test]
    fn money_is_exact_and_tells_what_it_rounded() {
        let residue = money(&parsed("811.9453450000001")).unwrap();
        assert_eq!(
            (residue.money.to_string().as_str(), residue.rounded),
            ("811.945345", false)
        );
        let cut = money(&parsed("1.123456789")).unwrap();
        assert_eq!(
            (cut.money.to_string().as_str(), cut.rounded),
            ("1.12345679", true)
        );
        assert_eq!(
            money(&json!("1,234.50")).unwrap().money,
            Money::from_cents(123_450)
        );
        assert_eq!(money(&json!(0)).unwrap().money, Money::ZERO);
        for bad in ["\"NaN\"", "\"Infinity\"", "\"1,5\"", "\"$5\"", "1e30", "{}"] {
            assert!(money(&parsed(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn ids_are_compared_as_text() {
        assert_eq!(id(&json!(400123)).unwrap(), id(&json!(" 400123 ")).unwrap());
        for bad in [
            json!(""),
            json!("  "),
            json!("a\u{202e}b"),
            json!("x".repeat(10_000)),
            json!(1.5),
            json!(null),
        ] {
            assert!(id(&bad).is_err(), "{bad:.40}");
        }
    }

    #[test]
    fn times_and_flags_in_every_spelling() {
        let noon = Some("2026-01-03T12:00:00Z".parse::<Ts>().unwrap());
        for good in [
            json!("2026-01-03T12:00:00.000Z"),
            json!(1767441600),
            json!("1767441600000"),
        ] {
            assert_eq!(time(&good), noon, "{good}");
        }
        for none in [
            json!("0001-01-01T00:00:00Z"),
            json!(0),
            json!(null),
            json!("2026-02-30"),
            json!(i64::MAX),
        ] {
            assert_eq!(time(&none), None, "{none}");
        }
        assert_eq!(
            (flag(&json!("TRUE")), flag(&json!(0)), flag(&json!("maybe"))),
            (Some(true), Some(false), None)
        );
    }

    proptest! {
        #[test]
        fn any_value_is_read_or_refused_without_panic(value in any_json()) {
            let (a, b) = (text(&value), shown(&value));
            prop_assert!(!a.chars().any(char::is_control) && !b.chars().any(char::is_control));
            let _ = (id(&value), int(&value), money(&value), flag(&value), time(&value), list_or_one(&value).len());
        }

        #[test]
        fn whole_numbers_and_amounts_survive_the_trip(n: i64, units: i64) {
            prop_assert_eq!(int(&json!(n)).unwrap(), n);
            prop_assert_eq!(int(&json!(n.to_string())).unwrap(), n);
            let amount = Money::from_units(units);
            prop_assert_eq!(money(&json!(amount.to_string())).unwrap(), Amount { money: amount, rounded: false });
        }
    }

    /// Any JSON value, with hostile texts and extreme numbers.
    fn any_json() -> impl Strategy<Value = Value> {
        crate::http::testing::any_json()
    }
}
