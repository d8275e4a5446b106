//! The request budget of a credential: a bar, and every figure as text beside it.

use super::super::canvas::Canvas;
use super::super::theme::Theme;
use crate::domain::log::Gauge;

const BARS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// A bar of `width` cells, filled as far as `part` of `whole` goes.
pub fn bar(part: u64, whole: u64, width: usize) -> (String, String) {
    let filled = if whole == 0 {
        0
    } else {
        let w = width as u128;
        usize::try_from(u128::from(part.min(whole)) * w / u128::from(whole)).unwrap_or(width)
    };
    ("█".repeat(filled), "░".repeat(width - filled))
}

/// Draws bar and "22 of 28" (of a minute) at `x`; gives the column after it.
pub fn draw_bar(
    canvas: &mut Canvas<'_>,
    x: u16,
    y: u16,
    width: usize,
    gauge: &Gauge,
    theme: &Theme,
) -> u16 {
    let (full, rest) = bar(u64::from(gauge.used), u64::from(gauge.ceiling), width);
    let style = if gauge.ceiling < gauge.limit || gauge.rate_limited > 0 {
        theme.bar_warn
    } else {
        theme.bar_good
    };
    let x = canvas.put(x, y, &full, style);
    let x = canvas.put(x, y, &rest, theme.text);
    let (used, ceiling) = (
        gauge.per_minute(gauge.used),
        gauge.per_minute(gauge.ceiling),
    );
    let used = format!(" {used:>3} of {ceiling}");
    canvas.put(x, y, &used, theme.strong)
}

/// When the next request may go: `free now`, `next in 2 s`.
pub fn next_slot(gauge: &Gauge) -> String {
    match gauge.next_slot_ms {
        0 => "free now".to_owned(),
        ms => format!("next in {} s", ms.div_ceil(1000)),
    }
}

/// What is out of the ordinary, in words; empty where nothing is.
pub fn warnings(gauge: &Gauge) -> String {
    let mut words = Vec::new();
    if gauge.rate_limited > 0 {
        words.push(format!("! {} × 429 in an hour", gauge.rate_limited));
    }
    if gauge.ceiling < gauge.limit {
        words.push(format!("slowed from {}", gauge.per_minute(gauge.limit)));
    }
    match (gauge.foreign_per_minute, gauge.or_limit) {
        (0, _) => {}
        (n, None) => words.push(format!("! at least {n} a minute from another tool")),
        (n, Some(limit)) => words.push(format!(
            "! the real limit is {limit}, or at least {n} a minute from another tool"
        )),
    }
    words.join(" · ")
}

/// The last windows as small bars, at most `width` of them.
pub fn history(gauge: &Gauge, width: usize) -> String {
    let limit = gauge.limit.max(1);
    let from = gauge.history.len().saturating_sub(width);
    gauge.history[from..]
        .iter()
        .map(|n| {
            let level = (u64::from(*n) * 8).div_ceil(u64::from(limit)).min(8);
            match level {
                0 => " ",
                l => BARS[usize::try_from(l - 1).unwrap_or(0)],
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_in_half_minutes_is_told_by_the_minute() {
        let mut gauge = Gauge {
            used: 17,
            ceiling: 400,
            limit: 450,
            window_ms: 30_000,
            minute_ms: 60_000,
            ..Gauge::of("pax8".into(), "pax8")
        };
        assert_eq!((gauge.per_minute(17), gauge.per_minute(450)), (34, 900));
        assert_eq!(warnings(&gauge), "slowed from 900");
        // A demo that runs 120 times faster, and a program that knew no minutes.
        (gauge.window_ms, gauge.minute_ms) = (500, 500);
        assert_eq!(gauge.per_minute(28), 28);
        (gauge.window_ms, gauge.minute_ms) = (60_000, 0);
        assert_eq!(gauge.per_minute(28), 28);
    }

    #[test]
    fn bars_are_always_as_wide_as_asked() {
        for (part, whole) in [
            (0, 0),
            (5, 0),
            (3, 10),
            (10, 10),
            (99, 10),
            (u64::MAX, u64::MAX),
        ] {
            let (a, b) = bar(part, whole, 10);
            assert_eq!((a + &b).chars().count(), 10);
        }
        assert_eq!(bar(5, 10, 4), ("██".to_owned(), "░░".to_owned()));
    }
}
