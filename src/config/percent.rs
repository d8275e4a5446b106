//! Percentages, exact to a hundredth of a percent.

use std::fmt;

use rust_decimal::Decimal;

/// A percentage in basis points: 12.5 % is 1250. Never a float, since money is multiplied by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Percent(u32);

impl Percent {
    /// The most that can be written: 10,000 %.
    const MAX: u32 = 1_000_000;

    /// From hundredths of a percent.
    pub const fn from_basis_points(points: u32) -> Self {
        Percent(points)
    }

    /// In hundredths of a percent.
    pub const fn basis_points(self) -> u32 {
        self.0
    }

    /// Reads `10`, `12.5` or `12.5 %`: two decimals at most, 0 to 10,000.
    pub fn parse(text: &str) -> Option<Self> {
        let number = text.trim().trim_end_matches('%').trim_end();
        let hundredths = number
            .parse::<Decimal>()
            .ok()?
            .checked_mul(Decimal::ONE_HUNDRED)?;
        let whole = hundredths.normalize();
        let points = u32::try_from(whole.mantissa()).ok()?;
        (whole.scale() == 0 && points <= Self::MAX).then_some(Percent(points))
    }
}

/// A margin as a part of the price: below 100 %, since no price has a margin of all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Floor(Percent);

impl Floor {
    /// The usual floor: 10 %.
    pub const USUAL: Floor = Floor(Percent::from_basis_points(1000));

    /// In hundredths of a percent, 0 to 9,999.
    pub const fn basis_points(self) -> u32 {
        self.0.basis_points()
    }

    /// Reads a percentage below 100.
    pub fn parse(text: &str) -> Option<Self> {
        Percent::parse(text).filter(|p| p.0 < 10_000).map(Floor)
    }
}

impl fmt::Display for Floor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Without the sign: `10`, `12.5`.
impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Decimal::new(i64::from(self.0), 2).normalize().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hundredths_are_exact_and_nothing_is_rounded() {
        for (text, points) in [
            ("10", 1000),
            ("12.5", 1250),
            ("0.01 %", 1),
            ("7.50%", 750),
            ("0", 0),
        ] {
            assert_eq!(
                Percent::parse(text).map(Percent::basis_points),
                Some(points),
                "{text}"
            );
        }
        for bad in [
            "",
            "-1",
            "0.001",
            "ten",
            "10001",
            "NaN",
            "99999999999999999999999999999",
        ] {
            assert_eq!(Percent::parse(bad), None, "{bad}");
        }
        assert_eq!(Floor::parse("99.99").map(Floor::basis_points), Some(9999));
        assert_eq!(
            Floor::parse("100"),
            None,
            "the price would be divided by nothing"
        );
        assert_eq!(Percent::from_basis_points(1250).to_string(), "12.5");
        assert_eq!(Percent::from_basis_points(1000).to_string(), "10");
    }
}
