//! Seats over weeks, as a small picture in SVG. The lines differ in their dashes and carry their names, so that the picture
//! can be read in print and without colours.

use crate::domain::time::Week;

use super::html::escaped;
use super::sheet::{Cell, Sheet};

const WIDTH: i64 = 680;
const LEFT: i64 = 44;
const RIGHT: i64 = 440;
const TOP: i64 = 12;
const BOTTOM: i64 = 196;
const LINE_HEIGHT: i64 = 15;

/// Colours that differ in lightness too, each with its dashes.
const STYLES: [(&str, &str); 6] = [
    ("#0b4f8a", ""),
    ("#b5540a", "6 3"),
    ("#1a7f37", "2 3"),
    ("#8250df", "9 3 2 3"),
    ("#57606a", "1 4"),
    ("#cf222e", "12 4"),
];

/// Seats of one product, week by week.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Series {
    /// What people call it.
    pub name: String,
    /// The weeks, ascending, with the seats; none where the week was not captured.
    pub points: Vec<(Week, Option<i64>)>,
}

impl Series {
    fn known(&self) -> impl DoubleEndedIterator<Item = (Week, i64)> + '_ {
        let known = |(week, seats): &(Week, Option<i64>)| seats.map(|n| (*week, n));
        self.points.iter().filter_map(known)
    }

    /// The first and the last known number of seats.
    pub fn ends(&self) -> Option<(i64, i64)> {
        let first = self.known().next()?.1;
        let last = self.known().next_back()?.1;
        Some((first, last))
    }
}

/// A chart of at most six lines.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Chart {
    /// The lines, the largest first.
    pub series: Vec<Series>,
}

impl Chart {
    /// The chart of these lines: the five largest by their last seats, all others summed up in a sixth.
    pub fn new(mut series: Vec<Series>) -> Self {
        let last = |s: &Series| s.ends().map_or(0, |e| e.1);
        series.retain(|s| s.ends().is_some());
        series.sort_by(|a, b| last(b).cmp(&last(a)).then_with(|| a.name.cmp(&b.name)));
        if series.len() > STYLES.len() {
            let rest = series.split_off(STYLES.len() - 1);
            series.push(summed(&rest));
        }
        Self { series }
    }

    /// What the picture shows, in numbers.
    pub fn as_sheet(&self) -> Sheet {
        Sheet::of(
            &["product", "seats at the start", "seats now", "change"],
            &self.series,
            |series| {
                let ends = series.ends();
                vec![
                    Cell::text(&series.name),
                    Cell::number(ends.map(|e| e.0)),
                    Cell::number(ends.map(|e| e.1)),
                    Cell::number(ends.map(|e| format!("{:+}", e.1 - e.0))),
                ]
            },
        )
    }

    /// The picture. It fits the width that it is given, on screen and in print.
    pub fn svg(&self) -> String {
        let weeks = || self.series.iter().flat_map(|s| s.known().map(|p| p.0));
        let (Some(first), Some(last)) = (weeks().min(), weeks().max()) else {
            return String::new();
        };
        let most = self.series.iter().flat_map(|s| s.known().map(|p| p.1));
        let scale = Scale {
            first,
            weeks: last.since(first).max(1),
            top: nice(most.max().unwrap_or(0).max(2)),
        };
        let mut out = format!(
            "<svg viewBox=\"0 0 {WIDTH} 224\" width=\"100%\" role=\"img\" aria-label=\"Seats by week, {} to {}\" \
             font-family=\"sans-serif\" font-size=\"11\" fill=\"#1f2328\">\n",
            first.number(),
            last.number()
        );
        out.push_str(&scale.grid(last));
        for (i, series) in self.series.iter().enumerate() {
            out.push_str(&scale.line(series, STYLES[i % STYLES.len()]));
        }
        out.push_str(&self.legend());
        out.push_str("</svg>\n");
        out
    }

    fn legend(&self) -> String {
        let mut out = String::new();
        for (i, series) in self.series.iter().enumerate() {
            let (colour, dashes) = STYLES[i % STYLES.len()];
            let y = TOP + 8 + i64::try_from(i).unwrap_or(0) * LINE_HEIGHT;
            let (from, to, at) = (RIGHT + 14, RIGHT + 40, RIGHT + 46);
            let seats = series.ends().map_or(0, |e| e.1);
            let name = escaped(&crate::domain::text::clean(&series.name, 26));
            out.push_str(&format!(
                "<path d=\"M{from} {y}H{to}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dashes}\"/>\
                 <text x=\"{at}\" y=\"{}\">{seats} {name}</text>\n",
                y + 4
            ));
        }
        out
    }
}

/// The sum of several lines. A week counts where it is known of any.
fn summed(rest: &[Series]) -> Series {
    let mut points = std::collections::BTreeMap::new();
    for (week, seats) in rest.iter().flat_map(|s| s.points.iter().copied()) {
        let sum: &mut Option<i64> = points.entry(week).or_default();
        if let Some(seats) = seats {
            *sum = Some(sum.unwrap_or(0).saturating_add(seats));
        }
    }
    Series {
        name: format!("{} others", rest.len()),
        points: points.into_iter().collect(),
    }
}

/// The next round number at or above: 1, 2 or 5 with zeros.
fn nice(most: i64) -> i64 {
    let mut step = 1i64;
    loop {
        for factor in [1, 2, 5] {
            if step.saturating_mul(factor) >= most {
                return step.saturating_mul(factor);
            }
        }
        step = step.saturating_mul(10);
    }
}

struct Scale {
    first: Week,
    weeks: i64,
    top: i64,
}

impl Scale {
    fn x(&self, week: Week) -> i64 {
        LEFT + (RIGHT - LEFT) * week.since(self.first) / self.weeks
    }

    fn y(&self, seats: i64) -> i64 {
        let height = i128::from(BOTTOM - TOP) * i128::from(seats.max(0)) / i128::from(self.top);
        BOTTOM - i64::try_from(height).unwrap_or(0)
    }

    fn grid(&self, last: Week) -> String {
        let mut out = String::new();
        for seats in [0, self.top / 2, self.top] {
            let y = self.y(seats);
            out.push_str(&format!(
                "<path d=\"M{LEFT} {y}H{RIGHT}\" stroke=\"#d8dee4\"/>\
                 <text x=\"{}\" y=\"{}\" text-anchor=\"end\">{seats}</text>\n",
                LEFT - 6,
                y + 4
            ));
        }
        for (week, anchor) in [(self.first, "start"), (last, "end")] {
            out.push_str(&format!(
                "<text x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\">{}</text>\n",
                self.x(week),
                BOTTOM + 18,
                week.number()
            ));
        }
        out
    }

    /// A line through the known weeks; a week that was not captured is bridged.
    fn line(&self, series: &Series, (colour, dashes): (&str, &str)) -> String {
        let points: Vec<String> = series
            .known()
            .map(|(week, seats)| format!("{},{}", self.x(week), self.y(seats)))
            .collect();
        let end = series.known().next_back().map(|(week, seats)| {
            let (x, y) = (self.x(week), self.y(seats));
            format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"3\" fill=\"{colour}\"/>")
        });
        format!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" \
             stroke-dasharray=\"{dashes}\"/>{}\n",
            points.join(" "),
            end.unwrap_or_default()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::sample::week;

    fn series(name: &str, seats: &[i64]) -> Series {
        let points = (1..).zip(seats).map(|(w, n)| (week(w), Some(*n)));
        Series {
            name: name.to_owned(),
            points: points.collect(),
        }
    }

    #[test]
    fn a_line_goes_from_corner_to_corner() {
        let svg = Chart::new(vec![series("Suite <1>", &[0, 5, 10])]).svg();
        assert!(svg.contains("points=\"44,196 242,104 440,12\""), "{svg}");
        assert!(svg.contains("10 Suite &lt;1&gt;"));
    }

    #[test]
    fn the_seventh_line_and_more_are_summed_up() {
        let many = (0..9).map(|n| series(&format!("P{n}"), &[n, 10 - n]));
        let chart = Chart::new(many.collect());
        assert_eq!(chart.series.len(), 6);
        // 5 + 6 + 7 + 8 at the start, 5 + 4 + 3 + 2 now
        assert_eq!(chart.series[5].ends(), Some((26, 14)));
        assert_eq!(chart.series[5].name, "4 others");
    }

    #[test]
    fn nothing_known_is_no_picture_and_the_top_is_round() {
        assert_eq!(Chart::new(Vec::new()).svg(), "");
        assert_eq!([nice(0), nice(11), nice(50), nice(51)], [1, 20, 50, 100]);
    }
}
