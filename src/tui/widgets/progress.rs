//! How far a sync is, in one line, and its phases in another.

use super::super::canvas::Canvas;
use super::super::theme::Theme;
use super::gauge::bar;
use crate::domain::log::{Phase, Progress, RunState};
use crate::domain::money::grouped;
use crate::domain::time::duration_words;

const PHASES: [Phase; 7] = [
    Phase::Authenticate,
    Phase::Customers,
    Phase::Subscriptions,
    Phase::Psa,
    Phase::Match,
    Phase::Snapshot,
    Phase::Findings,
];

/// What is being done, with counts: `subscriptions 400 of 1,500`.
pub fn doing(p: &Progress) -> String {
    if p.state != RunState::Running {
        return ended(p);
    }
    let rows = grouped(i128::from(p.rows));
    let doing = match (p.expected, p.rows) {
        (Some(all), _) => format!("{} {rows} of {}", p.phase.tag(), grouped(i128::from(all))),
        (None, 0) => p.phase.tag().to_owned(),
        (None, _) => format!("{} {rows}", p.phase.tag()),
    };
    match &p.by {
        Some(by) => format!("{doing}, run by {}", by.split('@').next().unwrap_or(by)),
        None => doing,
    }
}

/// How a run ended: `✓ complete`, `! partial, 3 rows in quarantine`, `✗ failed at subscriptions`.
fn ended(p: &Progress) -> String {
    let at = p.phase.tag();
    match p.state {
        RunState::Running => String::new(),
        RunState::Complete => "✓ complete".to_owned(),
        RunState::Partial => "! partial".to_owned(),
        RunState::Interrupted => format!("! interrupted at {at}, the next sync goes on there"),
        RunState::Failed => format!("✗ failed at {at}"),
    }
}

/// Time and requests: `about 2 min left · 12 requests, 31 to go`.
pub fn cost(p: &Progress) -> String {
    let mut words = Vec::new();
    let running = p.state == RunState::Running;
    if let Some(eta) = p.eta_seconds.filter(|_| running) {
        let eta = duration_words(i64::try_from(eta).unwrap_or(i64::MAX));
        words.push(format!("about {eta} left"));
    }
    if p.quarantined > 0 {
        words.push(format!("! {} in quarantine", p.quarantined));
    }
    words.push(match p.requests_left.filter(|_| running) {
        Some(left) => format!("{} requests, {left} to go", p.requests),
        None => format!("{} requests", p.requests),
    });
    words.join(" · ")
}

/// One line: name, bar, what, cost.
pub fn line(canvas: &mut Canvas<'_>, y: u16, p: &Progress, theme: &Theme) {
    let x = canvas
        .put_within(0, y, p.connection.as_str(), 12, theme.strong)
        .max(10)
        + 1;
    let x = match p.expected {
        Some(all) if p.state == RunState::Running && canvas.width() > 90 => {
            let (full, rest) = bar(p.rows, all, 12);
            let x = canvas.put(x, y, &full, theme.bar_good);
            canvas.put(x, y, &rest, theme.text) + 1
        }
        _ => x,
    };
    let style = match p.state {
        RunState::Running => theme.text,
        RunState::Complete => theme.good,
        RunState::Partial | RunState::Interrupted => theme.warn,
        RunState::Failed => theme.bad,
    };
    let x = canvas.put(x, y, &doing(p), style);
    canvas.put(x, y, &format!(" · {}", cost(p)), theme.text);
}

/// The phases in order: done with a tick, the present one in brackets.
pub fn phases(canvas: &mut Canvas<'_>, y: u16, p: &Progress, theme: &Theme) {
    let mut x = 2;
    for phase in PHASES {
        let (text, style) = if phase < p.phase || p.state == RunState::Complete {
            (format!("✓ {}", phase.tag()), theme.text)
        } else if phase == p.phase {
            (format!("[{}]", phase.tag()), theme.strong)
        } else {
            (phase.tag().to_owned(), theme.text)
        };
        x = canvas.put(x, y, &text, style) + 2;
    }
}
