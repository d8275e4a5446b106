//! Dates as PSAs write them; where day and month could be exchanged, the whole file has one order.

use jiff::civil::Date;

use super::DateOrder;
use super::votes::Vote;

/// The cell is no date, or none that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotADate;

enum Written {
    Nothing,
    Clear(i16, i8, i8),
    /// First and second number, year.
    Numbers(i8, i8, i16),
}

/// What a cell says about the order of day and month.
pub(super) fn vote(cell: &str) -> Vote<DateOrder> {
    match look(cell) {
        Ok(Written::Numbers(13.., 1..=12, _)) => Vote::For(DateOrder::Dmy),
        Ok(Written::Numbers(1..=12, 13.., _)) => Vote::For(DateOrder::Mdy),
        Ok(Written::Numbers(a, b, _)) if a != b => Vote::Open,
        _ => Vote::Silent,
    }
}

/// Reads a cell; empty cells and the years by which systems write "none" give no date.
pub(super) fn read(cell: &str, order: DateOrder) -> Result<Option<Date>, NotADate> {
    let (year, month, day) = match (look(cell)?, order) {
        (Written::Nothing, _) => return Ok(None),
        (Written::Clear(y, m, d), _) => (y, m, d),
        (Written::Numbers(d, m, y), DateOrder::Dmy)
        | (Written::Numbers(m, d, y), DateOrder::Mdy) => (y, m, d),
    };
    let date = Date::new(year, month, day).map_err(|_| NotADate)?;
    Ok((1971..=9990).contains(&year).then_some(date))
}

fn look(cell: &str) -> Result<Written, NotADate> {
    let text = cell.trim();
    if text.is_empty()
        || matches!(
            text,
            "-" | "–" | "—" | "n/a" | "N/A" | "null" | "NULL" | "0000-00-00"
        )
    {
        return Ok(Written::Nothing);
    }
    if text.len() > 40 {
        return Err(NotADate);
    }
    let day = without_time(text);
    let parts: Vec<&str> = day
        .split(['-', '/', '.', ' ', ','])
        .filter(|p| !p.is_empty())
        .collect();
    let [a, b, c] = parts.as_slice() else {
        return compact(day).ok_or(NotADate);
    };
    if let (Some(year), Some(m), Some(d)) = (full_year(a), small(b), small(c)) {
        return Ok(Written::Clear(year, m, d));
    }
    let year = year(c).ok_or(NotADate)?;
    match (month_name(a), month_name(b), small(a), small(b)) {
        (Some(month), _, _, Some(day)) | (_, Some(month), Some(day), _) => {
            Ok(Written::Clear(year, month, day))
        }
        // 31.12.2026 is the German way, which is never month first.
        (_, _, Some(day), Some(month)) if text.contains('.') => {
            Ok(Written::Clear(year, month, day))
        }
        (_, _, Some(first), Some(second)) => Ok(Written::Numbers(first, second, year)),
        _ => Err(NotADate),
    }
}

/// Cuts off a time of day, which a date of an agreement does not need: after `T`, or after a space before a colon.
fn without_time(text: &str) -> &str {
    let head = text.split_once(':').map_or(text, |(head, _)| head);
    let before_t = head
        .rsplit_once(['T', 't'])
        .filter(|(_, hour)| !hour.is_empty() && hour.bytes().all(|b| b.is_ascii_digit()));
    match before_t {
        Some((day, _)) => day,
        None if head.len() < text.len() => head
            .rsplit_once(' ')
            .map_or(head, |(day, _)| day)
            .trim_end(),
        None => head,
    }
}

/// `20261231`.
fn compact(text: &str) -> Option<Written> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(Written::Clear(
        full_year(&text[..4])?,
        text[4..6].parse().ok()?,
        text[6..].parse().ok()?,
    ))
}

fn small(text: &str) -> Option<i8> {
    (text.len() <= 2)
        .then(|| text.parse::<i8>().ok())
        .flatten()
        .filter(|n| (1..=31).contains(n))
}

fn full_year(text: &str) -> Option<i16> {
    (text.len() == 4)
        .then(|| text.parse::<i16>().ok())
        .flatten()
        .filter(|n| *n >= 0)
}

/// Four digits, or two for this century.
fn year(text: &str) -> Option<i16> {
    let two = || {
        (text.len() == 2)
            .then(|| text.parse::<i16>().ok())
            .flatten()
    };
    full_year(text).or_else(|| two().filter(|n| *n >= 0).map(|n| 2000 + n))
}

fn month_name(text: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let text = text.to_ascii_lowercase();
    let at = MONTHS.iter().position(|m| {
        text.len() >= 3 && (m.starts_with(&text) || (text == "sept" && *m == "september"))
    })?;
    i8::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_way_of_writing_a_date() {
        for text in [
            "2026-01-31",
            "2026/01/31",
            "20260131",
            "2026-01-31T00:00:00Z",
            "2026-01-31 00:00:00.000",
            "31/01/2026",
            "31.1.2026",
            "31-01-26",
            "31-Jan-2026",
            "Jan 31, 2026",
            "31 January 2026 10:00",
            "31/01/2026 12:00:00 AM",
        ] {
            let read = read(text, DateOrder::Dmy).map(|d| d.map(|d| d.to_string()));
            assert_eq!(read, Ok(Some("2026-01-31".to_owned())), "{text}");
        }
        assert_eq!(
            read("1/31/2026 12:00:00 AM", DateOrder::Mdy)
                .unwrap()
                .unwrap()
                .to_string(),
            "2026-01-31"
        );
        for none in ["", "-", "0001-01-01T00:00:00", "9999-12-31", "0000-00-00"] {
            assert_eq!(read(none, DateOrder::Dmy), Ok(None), "{none}");
        }
        for bad in [
            "2026-02-30",
            "soon",
            "13/13/2026",
            "1/2",
            "1/2/3/4",
            "45678",
            "31/01/2026x",
        ] {
            assert_eq!(read(bad, DateOrder::Dmy), Err(NotADate), "{bad}");
        }
    }

    #[test]
    fn only_what_is_clear_votes() {
        assert_eq!(vote("31/01/2026"), Vote::For(DateOrder::Dmy));
        assert_eq!(vote("01/31/2026"), Vote::For(DateOrder::Mdy));
        assert_eq!(vote("03/04/2026"), Vote::Open);
        for silent in [
            "04/04/2026",
            "2026-03-04",
            "3.4.2026",
            "3-Apr-2026",
            "x",
            "",
        ] {
            assert_eq!(vote(silent), Vote::Silent, "{silent}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(cell in "\\PC{0,20}|[0-9T:/. -]{0,20}") {
            let _ = vote(&cell);
            let _ = read(&cell, DateOrder::Dmy);
        }
    }
}
