//! Nothing that comes in breaks the screen, and it writes little.

use std::sync::Arc;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::harness::Bench;
use crate::domain::problem::{Problem, ProblemKind};
use crate::tui::act::Arrival;
use crate::tui::msg::Msg;
use crate::tui::panes::PaneId;
use crate::tui::sample;

#[test]
fn no_size_breaks_any_pane() {
    // Every size once with one of the panes, and every pane along the lines where layouts change.
    let mut benches = PaneId::ALL.map(|id| {
        let mut bench = Bench::new((80, 24), sample::full());
        bench.state.pane = id;
        bench
    });
    for w in 1..=120u16 {
        for h in 1..=40u16 {
            let turn = [15, 24, 40].contains(&h) || [60, 80, 120].contains(&w);
            for (n, bench) in benches.iter_mut().enumerate() {
                if turn || usize::from(w + h) % PaneId::ALL.len() == n {
                    bench.state.resize(w, h);
                    let frame = bench.frame();
                    assert_eq!((frame.area.width, frame.area.height), (w, h));
                }
            }
        }
    }
}

#[test]
fn no_size_breaks_what_lies_over_a_pane() {
    for keys in [
        "? x",
        ": s y",
        "2 x",
        "2 f",
        "3 m",
        "6 a tab",
        "5 enter",
        "4 enter z",
        "3 enter z",
        "2 z",
        "4 /",
    ] {
        let mut bench = Bench::new((80, 24), sample::full());
        bench.keys(keys);
        for w in (1..60)
            .step_by(13)
            .chain((60..=120).step_by(6))
            .chain([500])
        {
            for h in (1..15).step_by(5).chain((15..=40).step_by(4)).chain([200]) {
                bench.state.resize(w, h);
                bench.frame();
            }
        }
    }
}

#[test]
fn no_keys_break_it() {
    let mut random = fastrand::Rng::with_seed(7);
    for round in 0..6 {
        let mut bench = Bench::new(
            (80, 24),
            if round % 3 == 0 {
                Vec::new()
            } else {
                sample::full()
            },
        );
        for _ in 0..500 {
            let code = match random.u8(0..14) {
                0 => KeyCode::Enter,
                1 => KeyCode::Esc,
                2 => KeyCode::Tab,
                3 => KeyCode::Down,
                4 => KeyCode::Backspace,
                5 => KeyCode::PageDown,
                _ => KeyCode::Char(char::from(random.u8(32..127))),
            };
            let modifiers = if random.u8(0..10) == 0 {
                KeyModifiers::CONTROL
            } else {
                KeyModifiers::NONE
            };
            bench.wait(std::time::Duration::from_millis(random.u64(0..400)));
            let arrival = Arrival {
                at: std::time::Duration::from_secs(1),
                now: sample::now(),
                burst: random.usize(1..6),
            };
            bench.state.key(KeyEvent::new(code, modifiers), arrival);
            match random.u8(0..20) {
                0 => bench.state.resize(random.u16(1..200), random.u16(1..60)),
                1 => bench.state.paste("pasted \u{1b}[31m text\n"),
                2 => {
                    let msgs = sample::full();
                    let n = random.usize(0..msgs.len());
                    bench.tell(msgs.into_iter().nth(n).unwrap());
                }
                3..=8 => {
                    bench.paint();
                }
                _ => {}
            }
        }
    }
}

/// Every sequence that begins with ESC in what was written, checked to be one that a frame is made of.
fn assert_only_our_own(bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).unwrap();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_control()) {
        rest = &rest[at..];
        let body = rest
            .strip_prefix("\u{1b}[")
            .unwrap_or_else(|| panic!("{:?}", &rest[..rest.len().min(20)]));
        let end = body.find(|c: char| ('@'..='~').contains(&c)).unwrap();
        let last = body.as_bytes()[end];
        assert!(b"mHhlJ".contains(&last), "{:?}", &body[..=end]);
        rest = &body[end + 1..];
    }
}

#[test]
fn hostile_text_never_reaches_the_terminal() {
    let evil = [
        "\u{1b}]52;c;aGk=\u{7}\u{1b}[2J\r\n\u{9b}31m",
        "a\u{202e}b\u{200b}c\u{85}d\u{7f}",
        "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
        "👨‍👩‍👧‍👦 家族\u{0}\u{1b}P+q\u{1b}\\",
    ];
    for evil in evil {
        let mut items = sample::queue(3);
        let item = Arc::make_mut(&mut items[0]);
        item.profile.name = evil.to_owned();
        item.profile.city = evil.to_owned();
        item.candidates[0].0.name = evil.to_owned();
        item.candidates[0].0.reasons = vec![evil.to_owned()];
        let mut rows = sample::findings(3);
        rows[0].finding.customer = evil.to_owned();
        rows[0].finding.evidence = vec![evil.to_owned()];
        let mut log = sample::log(3);
        log[2].text = evil.repeat(300);
        let mut customers = sample::customers(3);
        customers[0].customer.profile.name = evil.to_owned();
        let mut msgs = sample::full();
        msgs.extend([
            Msg::Queue { items, total: 3 },
            Msg::Findings {
                rows,
                unjudged: Default::default(),
            },
            Msg::Log(log),
            Msg::Customers(customers),
            Msg::Notice(evil.to_owned()),
        ]);
        for size in [(80, 24), (160, 50), (61, 16)] {
            let mut bench = Bench::new(size, msgs.clone());
            bench.keys("2 f esc 3 enter 4 enter 5 enter esc 6 1");
            bench.tell(Msg::Failed(
                Problem::new(ProblemKind::Unexpected, evil)
                    .seen(evil)
                    .remedy(evil),
            ));
            bench.paint();
            assert_only_our_own(bench.painter.writer());
        }
    }
}

/// The budgets of `facts/tui.md`: a move 120 bytes at 80x24 and 200 at 200x50, a decision 1,200 and 3,000,
/// at the median; no decision more than a quarter above.
#[test]
fn keys_cost_few_bytes() {
    for (size, a_move, a_decision) in [((80, 24), 120, 1200), ((200, 50), 200, 3000)] {
        for pane in ["4", "5", "3"] {
            let mut bench = Bench::new(size, sample::full());
            bench.keys(pane);
            bench.keys("j k k");
            let bytes = bench.keys("k");
            // Beside the list of findings stands the detail of the selected one where there is room for it.
            let limit = if pane == "3" && size.0 > 120 {
                1200
            } else {
                a_move
            };
            assert!(
                bytes <= limit,
                "a move in pane {pane} at {size:?}: {bytes} bytes"
            );
        }
        let mut bench = Bench::new(size, sample::full());
        bench.keys("2");
        let mut all: Vec<usize> = (0..12)
            .map(|n| bench.keys(if n % 3 == 0 { "n" } else { "1" }))
            .collect();
        all.sort_unstable();
        assert!(all[6] <= a_decision, "decisions at {size:?}: {all:?} bytes");
        assert!(
            all[11] <= a_decision * 5 / 4,
            "decisions at {size:?}: {all:?} bytes"
        );
    }
}

#[test]
fn the_first_frame_is_small_and_an_idle_screen_writes_nothing() {
    for (size, limit) in [((80, 24), 3000), ((200, 50), 9000)] {
        let mut bench = Bench::new(size, Vec::new());
        assert!(bench.painter.writer().len() <= limit);
        assert_eq!(bench.paint(), 0);
        for msg in sample::full() {
            bench.tell(msg);
        }
        let full = bench.paint();
        assert!(full <= limit, "{full} bytes at {size:?}");
        assert_eq!(bench.paint(), 0);
    }
}
