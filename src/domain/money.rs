//! Exact money: whole units of 10⁻⁸, never a float. Currencies are kept apart.

use std::collections::BTreeMap;
use std::fmt;
use std::iter::Sum;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Decimal places that are kept. Ion sends up to 7, with binary residue beyond (`811.9453450000001`).
pub const SCALE: u32 = 8;
const UNIT: i64 = 100_000_000;

/// An amount in units of 10⁻⁸ of some currency; up to about ±92 billion.
///
/// Sums and products that leave that range stay at its end: a total is never wrapped to something small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Money(i64);

/// The text is no amount that can be kept exactly.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not an amount of money")]
pub struct NotMoney(String);

impl Money {
    /// Nothing.
    pub const ZERO: Money = Money(0);

    /// From units of 10⁻⁸, as kept in SQLite.
    pub const fn from_units(units: i64) -> Self {
        Money(units)
    }

    /// From cents, for whole test data.
    pub const fn from_cents(cents: i64) -> Self {
        Money(cents * (UNIT / 100))
    }

    /// In units of 10⁻⁸.
    pub const fn units(self) -> i64 {
        self.0
    }

    /// From a decimal, rounded half to even at eight places.
    pub fn from_decimal(d: Decimal) -> Option<Self> {
        let mut d = d.round_dp_with_strategy(SCALE, RoundingStrategy::MidpointNearestEven);
        d.rescale(SCALE);
        i64::try_from(d.mantissa()).ok().map(Money)
    }

    /// As a decimal with eight places.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.0, SCALE)
    }

    /// True for less than nothing.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The amount without its sign.
    pub const fn abs(self) -> Self {
        Money(self.0.saturating_abs())
    }

    /// This amount for each of `count` seats.
    pub fn times(self, count: i64) -> Self {
        Money(clamp(i128::from(self.0) * i128::from(count)))
    }

    /// One of `parts` equal parts, rounded half to even: the rule for bringing a price to a month.
    pub fn divided_by(self, parts: i64) -> Self {
        self.scaled(1, parts)
    }

    /// `self × numerator / denominator`, rounded half to even. A zero denominator leaves the amount as it is.
    pub fn scaled(self, numerator: i64, denominator: i64) -> Self {
        if denominator == 0 {
            return self;
        }
        let (num, den) = (
            i128::from(self.0) * i128::from(numerator),
            i128::from(denominator),
        );
        let (num, den) = if den < 0 { (-num, -den) } else { (num, den) };
        let (quotient, rest) = (num.div_euclid(den), num.rem_euclid(den));
        let up = match (rest * 2).cmp(&den) {
            std::cmp::Ordering::Less => 0,
            std::cmp::Ordering::Greater => 1,
            std::cmp::Ordering::Equal => quotient & 1,
        };
        Money(clamp(quotient + up))
    }

    /// With two decimals and thousands separators, for people: `1,234.50`, `-3.10`.
    pub fn shown(self) -> String {
        let cents = i128::from(self.scaled(1, UNIT / 100).0);
        let (whole, part) = (cents.abs() / 100, cents.abs() % 100);
        let sign = if cents < 0 { "-" } else { "" };
        format!("{sign}{}.{part:02}", grouped(whole))
    }
}

/// A whole number with a separator for every three digits.
pub fn grouped(n: i128) -> String {
    let digits = n.abs().to_string();
    let mut out = String::new();
    if n < 0 {
        out.push('-');
    }
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

fn clamp(wide: i128) -> i64 {
    i64::try_from(wide).unwrap_or(if wide < 0 { i64::MIN } else { i64::MAX })
}

impl std::ops::Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0.saturating_add(other.0))
    }
}

impl std::ops::Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0.saturating_sub(other.0))
    }
}

impl std::ops::Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money(self.0.saturating_neg())
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(iter: I) -> Money {
        iter.fold(Money::ZERO, |a, b| a + b)
    }
}

/// The plain decimal with at least two places and no more than needed: `24.00`, `5.2935803`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = i128::from(self.0);
        let (whole, part) = (
            units.abs() / i128::from(UNIT),
            units.abs() % i128::from(UNIT),
        );
        let digits = format!("{part:08}");
        let kept = digits.trim_end_matches('0').len().max(2);
        let sign = if units < 0 { "-" } else { "" };
        write!(f, "{sign}{whole}.{}", &digits[..kept])
    }
}

/// Reads a plain or scientific decimal, rounding half to even at eight places; never through a float.
impl FromStr for Money {
    type Err = NotMoney;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let trimmed = text.trim();
        let parsed = if trimmed.len() > 64 {
            None
        } else if trimmed.contains(['e', 'E']) {
            Decimal::from_scientific(trimmed).ok()
        } else {
            Decimal::from_str(trimmed).ok()
        };
        parsed
            .and_then(Money::from_decimal)
            .ok_or_else(|| NotMoney(super::text::clean(text, 40)))
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// An ISO 4217 code, upper case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Currency(String);

impl Currency {
    /// Three letters, in any case; anything else is no currency.
    pub fn parse(text: &str) -> Option<Self> {
        let t = text.trim();
        (t.len() == 3 && t.bytes().all(|b| b.is_ascii_alphabetic()))
            .then(|| Currency(t.to_ascii_uppercase()))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Sums by currency: amounts in different currencies are never added up.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Totals(BTreeMap<String, Money>);

impl Totals {
    /// Adds an amount to its currency's sum.
    pub fn add(&mut self, currency: &Currency, amount: Money) {
        let sum = self.0.entry(currency.as_str().to_owned()).or_default();
        *sum = *sum + amount;
    }

    /// Each currency's sum, in the order of the codes.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Money)> {
        self.0.iter().map(|(c, m)| (c.as_str(), *m))
    }

    /// The sum in one currency.
    pub fn get(&self, currency: &str) -> Money {
        self.0.get(currency).copied().unwrap_or_default()
    }

    /// True if nothing was added.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// For people: `USD 1,234.50 + EUR 3.00`, or `0.00`.
    pub fn shown(&self) -> String {
        if self.0.is_empty() {
            return "0.00".to_owned();
        }
        self.iter()
            .map(|(c, m)| format!("{c} {}", m.shown()))
            .collect::<Vec<_>>()
            .join(" + ")
    }
}

impl<'a> FromIterator<(&'a Currency, Money)> for Totals {
    fn from_iter<I: IntoIterator<Item = (&'a Currency, Money)>>(iter: I) -> Self {
        let mut totals = Totals::default();
        for (currency, amount) in iter {
            totals.add(currency, amount);
        }
        totals
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn money(text: &str) -> Money {
        text.parse().unwrap()
    }

    #[test]
    fn text_is_read_exactly() {
        assert_eq!(money("5.2935803").units(), 529_358_030);
        assert_eq!(money("811.9453450000001").to_string(), "811.945345");
        assert_eq!(money("1e3").to_string(), "1000.00");
        assert_eq!(money("-0.5").to_string(), "-0.50");
        for bad in ["", "NaN", "1,5", "∞", "1e40", "99999999999999999999"] {
            assert!(bad.parse::<Money>().is_err(), "{bad}");
        }
    }

    #[test]
    fn rounding_is_half_to_even() {
        assert_eq!(Money::from_units(5).divided_by(2).units(), 2);
        assert_eq!(Money::from_units(7).divided_by(2).units(), 4);
        assert_eq!(Money::from_units(-5).divided_by(2).units(), -2);
        assert_eq!(money("120").divided_by(12), money("10"));
    }

    #[test]
    fn people_see_cents_and_groups() {
        assert_eq!(money("1234567.895").shown(), "1,234,567.90");
        assert_eq!(money("-3.1").shown(), "-3.10");
        assert_eq!(Money::ZERO.shown(), "0.00");
    }

    proptest! {
        #[test]
        fn display_and_parse_agree(units: i64) {
            let m = Money::from_units(units);
            prop_assert_eq!(m.to_string().parse::<Money>().unwrap(), m);
        }
    }
}
