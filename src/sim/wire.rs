//! Numbers and times as the vendor spells them.

use serde_json::{Number, Value};

use crate::domain::money::Money;
use crate::domain::time::Ts;

/// An amount as a JSON number: up to seven decimals, none where there is none (`63.8452759`, `0`).
pub(super) fn amount(money: Money) -> Value {
    let text = money.to_string();
    number(text.trim_end_matches('0').trim_end_matches('.'))
}

/// The same in whole cents, as most distributors send it.
pub(super) fn in_cents(money: Money) -> Value {
    amount(cents(money))
}

/// Cut off at cents.
pub(super) fn cents(money: Money) -> Money {
    Money::from_cents(money.units() / 1_000_000)
}

/// The same with the residue of binary arithmetic that some rows have: `811.9453450000001`.
pub(super) fn amount_with_residue(money: Money) -> Value {
    let text = money.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, "0"));
    let width = 15usize.saturating_sub(whole.len());
    number(&format!("{whole}.{part:0<width$}1"))
}

fn number(text: &str) -> Value {
    text.parse::<Number>().map_or(Value::Null, Value::Number)
}

/// A time without a fraction, or with three digits where `millis` says so: both occur in one answer.
pub(super) fn time(at: Ts, millis: Option<u64>) -> Value {
    let text = at.to_string();
    Value::String(match millis {
        Some(ms) => format!("{}.{:03}Z", text.trim_end_matches('Z'), ms % 1000),
        None => text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times_look_as_documented() {
        let money = |text: &str| text.parse::<Money>().unwrap();
        assert_eq!(amount(money("63.8452759")).to_string(), "63.8452759");
        assert_eq!(amount(Money::ZERO).to_string(), "0");
        assert_eq!(amount(money("120")).to_string(), "120");
        assert_eq!(
            amount_with_residue(money("811.945345")).to_string(),
            "811.9453450000001".to_owned()
        );
        let at: Ts = "2026-01-03T16:29:10Z".parse().unwrap();
        assert_eq!(time(at, Some(491)), "2026-01-03T16:29:10.491Z");
        assert_eq!(time(at, None), "2026-01-03T16:29:10Z");
    }
}
