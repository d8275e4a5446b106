//! Numbers as people and PSAs write them, with one decimal mark for the whole file.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::DecimalMark;
use super::votes::Vote;
use crate::domain::money::Currency;
use crate::psa::words;

/// A number, exact, with the currency that stood beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Number {
    /// Its value.
    pub value: Decimal,
    /// `USD`, `€`, … beside it; a bare `$` names none.
    pub currency: Option<Currency>,
}

/// The cell is no number in the file's style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotANumber;

/// What a cell says about the decimal mark.
pub(super) fn vote(cell: &str) -> Vote<DecimalMark> {
    if !cell.contains(['.', ',']) {
        return Vote::Silent;
    }
    let Some(Parts { body, .. }) = split(cell) else {
        return Vote::Silent;
    };
    let (points, commas) = (body.matches('.').count(), body.matches(',').count());
    let mark = match (points, commas) {
        (0, 0) => return Vote::Silent,
        (1.., 1..) if body.rfind('.') > body.rfind(',') => DecimalMark::Point,
        (1.., 1..) => DecimalMark::Comma,
        (2.., 0) => DecimalMark::Comma,
        (0, 2..) => DecimalMark::Point,
        // One mark once: three digits after one to three may be thousands or thousandths.
        (points, _) => {
            let at = body.find(['.', ',']).unwrap_or(0);
            let (before, after) = (&body[..at], &body[at + 1..]);
            if after.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0') {
                return Vote::Open;
            }
            if points == 1 {
                DecimalMark::Point
            } else {
                DecimalMark::Comma
            }
        }
    };
    Vote::For(mark)
}

/// Reads a cell; an empty one, a dash or "n/a" is no number rather than nought.
pub(super) fn read(cell: &str, mark: DecimalMark) -> Result<Option<Number>, NotANumber> {
    if is_nothing(cell) {
        return Ok(None);
    }
    if let Some(value) = scientific(cell) {
        return Ok(Some(Number {
            value,
            currency: None,
        }));
    }
    let parts = split(cell).ok_or(NotANumber)?;
    let (group, decimal) = match mark {
        DecimalMark::Point => (',', '.'),
        DecimalMark::Comma => ('.', ','),
    };
    let (whole, fraction) = parts.body.split_once(decimal).unwrap_or((&*parts.body, ""));
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !is_grouped(whole, group)
        || !all_digits(fraction)
        || (whole.is_empty() && fraction.is_empty())
    {
        return Err(NotANumber);
    }
    let mut digits = String::with_capacity(cell.len() + 3);
    digits.push_str(if parts.negative { "-0" } else { "0" });
    digits.extend(whole.chars().filter(char::is_ascii_digit));
    if !fraction.is_empty() {
        digits.push('.');
        digits.push_str(fraction);
    }
    let value = digits.parse::<Decimal>().map_err(|_| NotANumber)?;
    Ok(Some(Number {
        value: value.normalize(),
        currency: parts.currency,
    }))
}

fn is_nothing(cell: &str) -> bool {
    let t = cell.trim();
    t.is_empty()
        || matches!(t, "-" | "–" | "—")
        || matches!(
            t.to_ascii_lowercase().as_str(),
            "n/a" | "na" | "null" | "none"
        )
}

/// `1E+05`, as spreadsheets spoil long numbers.
fn scientific(cell: &str) -> Option<Decimal> {
    let t = cell.trim();
    let is_one = t.len() <= 32
        && t.contains(['e', 'E'])
        && t.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    is_one.then(|| Decimal::from_scientific(t).ok()).flatten()
}

/// Digits, or groups of them: three in the last, two or three between, one to three in the first.
fn is_grouped(whole: &str, mark: char) -> bool {
    if !whole.contains(mark) {
        return whole.bytes().all(|b| b.is_ascii_digit());
    }
    let groups: Vec<&str> = whole.split(mark).collect();
    let digits = groups.iter().all(|g| g.bytes().all(|b| b.is_ascii_digit()));
    match groups.as_slice() {
        [first, middle @ .., last] => {
            digits
                && (1..=3).contains(&first.len())
                && last.len() == 3
                && middle.iter().all(|g| matches!(g.len(), 2 | 3))
        }
        _ => false,
    }
}

struct Parts<'a> {
    negative: bool,
    /// Digits, points and commas.
    body: Cow<'a, str>,
    currency: Option<Currency>,
}

/// Takes sign and currency off; none if anything else stands in the cell.
fn split(cell: &str) -> Option<Parts<'_>> {
    let mut text = cell.trim();
    if text.len() > 64 {
        return None;
    }
    let is_core = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let (mut signs, mut minus, mut label) = (0, false, String::new());
    // A currency may stand before the bracket too: `$(3.50)`.
    let in_brackets = text.strip_suffix(')').and_then(|t| t.split_once('('));
    let in_brackets = in_brackets.filter(|(before, _)| !before.contains(is_core));
    if let Some((before, inner)) = in_brackets {
        label.push_str(before.trim());
        text = inner;
    }
    let start = text.find(is_core)?;
    let end = text.rfind(is_core)? + 1;
    for c in text[..start].chars().chain(text[end..].chars()) {
        match c {
            '-' | '−' | '+' => {
                signs += 1;
                minus = c != '+';
            }
            c if c.is_whitespace() => {}
            c => label.push(c),
        }
    }
    if signs > 1 || (minus && in_brackets.is_some()) {
        return None;
    }
    let currency = words::currency_label(&label)?;
    let mut body = Cow::Borrowed(&text[start..end]);
    if !body.chars().all(is_core) {
        body = Cow::Owned(body.chars().filter(|c| !is_group_space(*c)).collect());
    }
    body.chars().all(is_core).then_some(Parts {
        negative: minus || in_brackets.is_some(),
        body,
        currency,
    })
}

/// What stands between groups of digits beside point and comma.
fn is_group_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(cell: &str, mark: DecimalMark) -> Option<String> {
        read(cell, mark).ok().flatten().map(|n| n.value.to_string())
    }

    #[test]
    fn every_way_of_writing_is_exact() {
        use DecimalMark::{Comma, Point};
        for (cell, mark, wanted) in [
            ("38", Point, "38"),
            ("1,234.50", Point, "1234.5"),
            ("1.234,50", Comma, "1234.5"),
            ("1 234,50", Comma, "1234.5"),
            ("1'234.50", Point, "1234.5"),
            ("$24.00", Point, "24"),
            ("-$24.10", Point, "-24.1"),
            ("$ -24.10", Point, "-24.1"),
            ("(5.00)", Point, "-5"),
            ("($1,005.25)", Point, "-1005.25"),
            ("5.00-", Point, "-5"),
            ("24,00 €", Comma, "24"),
            ("EUR 24,00", Comma, "24"),
            (".5", Point, "0.5"),
            ("1,00,000", Point, "100000"),
            ("1E+05", Point, "100000"),
            ("1,234", Point, "1234"),
            ("1,234", Comma, "1.234"),
        ] {
            assert_eq!(value(cell, mark).as_deref(), Some(wanted), "{cell}");
        }
        for bad in [
            "abc",
            "1,23",
            "1.2.3",
            "12 seats",
            "5%",
            "--5",
            "(-5)",
            "1,2,3",
            ".",
            ",",
            "9".repeat(40).as_str(),
        ] {
            assert_eq!(read(bad, Point), Err(NotANumber), "{bad}");
        }
        for nothing in ["", " ", "-", "N/A", "—"] {
            assert_eq!(read(nothing, Point), Ok(None), "{nothing}");
        }
    }

    #[test]
    fn the_currency_beside_a_number_is_kept() {
        let code = |cell| {
            read(cell, DecimalMark::Point)
                .unwrap()
                .unwrap()
                .currency
                .map(|c| c.to_string())
        };
        assert_eq!(code("€5").as_deref(), Some("EUR"));
        assert_eq!(code("5.00 usd").as_deref(), Some("USD"));
        assert_eq!(code("A$5").as_deref(), Some("AUD"));
        assert_eq!(code("$5"), None);
    }

    #[test]
    fn only_what_is_clear_votes() {
        use DecimalMark::{Comma, Point};
        for (cell, wanted) in [
            ("24.00", Vote::For(Point)),
            ("24,5", Vote::For(Comma)),
            ("1,234.50", Vote::For(Point)),
            ("1.234.567", Vote::For(Comma)),
            ("1234.567", Vote::For(Point)),
            ("0,125", Vote::For(Comma)),
            ("1,234", Vote::Open),
            ("12.345", Vote::Open),
            ("38", Vote::Silent),
            ("abc", Vote::Silent),
        ] {
            assert_eq!(vote(cell), wanted, "{cell}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(cell in "\\PC{0,20}|[0-9.,() $€e+-]{0,20}") {
            let _ = vote(&cell);
            let _ = read(&cell, DecimalMark::Point);
            let _ = read(&cell, DecimalMark::Comma);
        }

        #[test]
        fn cents_come_back(cents in 0i64..1_000_000_000_000) {
            let shown = crate::domain::money::Money::from_cents(cents).shown();
            let read = read(&shown, DecimalMark::Point).unwrap().unwrap();
            prop_assert_eq!(read.value, Decimal::new(cents, 2).normalize());
        }
    }
}
