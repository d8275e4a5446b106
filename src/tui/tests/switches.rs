//! Keys of one's own, menus, colours, hidden names, the mouse.

use std::time::Duration;

use super::harness::{Bench, options, styles};
use crate::config::{Binding, Place};
use crate::tui::Keymap;
use crate::tui::act::Arrival;
use crate::tui::msg::Msg;
use crate::tui::options::Options;
use crate::tui::panes::PaneId;
use crate::tui::sample;

#[test]
fn other_keys_are_used_and_shown_everywhere() {
    let path = "keys.review.no_counterpart";
    let binding = |path: &str, key: &str| {
        let place = Place::Flag("test");
        let keys = vec![(key.to_owned(), place.clone())];
        Binding {
            path: path.to_owned(),
            place,
            keys,
        }
    };
    let bindings = [
        binding(path, "N"),
        binding("keys.help", "f2"),
        binding("keys.sync", "Y"),
    ];
    assert!(Keymap::new(&bindings).is_err(), "Y copies the row");
    let other = Options {
        keymap: Keymap::new(&bindings[..2]).unwrap(),
        ..options()
    };
    let mut b = Bench::with(&other, (80, 24), sample::full());
    b.keys("2 n");
    assert_eq!(b.asked(), "");
    assert!(
        b.text().contains("N none") && b.text().contains("f2 help"),
        "{}",
        b.text()
    );
    b.keys("N");
    assert!(b.asked().contains("NoCounterpart"));
    b.keys(": c o u n t e r p a r t");
    let line = b.text();
    let line = line
        .lines()
        .find(|l| l.contains("No counterpart"))
        .unwrap()
        .to_owned();
    assert!(line.contains("  N"), "{line}");
}

#[test]
fn the_menu_holds_what_can_be_done_with_the_row() {
    let mut b = Bench::new((80, 24), sample::full());
    b.keys("3 .");
    let text = b.text();
    for part in [
        "What to do with",
        "Mute for some days",
        "Mark as dealt with",
        "Copy the name",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains("Open again"), "it is open: {text}");
    b.keys("m u t e enter");
    assert!(b.text().contains("Mute for how long"));
    b.keys("enter");
    assert!(b.asked().contains("Mute { days: 7"));
}

#[test]
fn the_palette_knows_every_command_of_every_pane() {
    let mut b = Bench::new((80, 24), sample::full());
    b.keys("4 ctrl-p m u t e");
    assert!(
        b.text().contains("Findings: Mute for some days"),
        "{}",
        b.text()
    );
    b.keys("enter");
    assert_eq!(b.state.pane, PaneId::Findings);
    assert!(b.text().contains("m does it"), "nothing is written unseen");
    assert!(b.asked().is_empty());
    b.keys("4 : e r r o r space b e f o r e enter");
    assert_eq!(
        b.state.pane,
        PaneId::SyncLog,
        "what writes nothing is done at once"
    );
}

#[test]
fn a_theme_is_chosen_while_it_runs() {
    let mut b = Bench::new((80, 24), sample::full());
    b.keys("5");
    let before = styles(&b.frame());
    b.keys(": t h e m e enter");
    assert!(b.text().contains("auto: readable on any background") && b.text().contains("in use"));
    b.keys("d a r k enter");
    assert_ne!(styles(&b.frame()), before);
    assert!(styles(&b.frame()).contains("Light"));
    let bare = Options {
        no_color: true,
        ..options()
    };
    let mut b = Bench::with(&bare, (80, 24), sample::full());
    b.keys("5 : t h e m e enter d a r k enter");
    assert!(b.text().contains("NO_COLOR"));
    assert!(!styles(&b.frame()).contains("Light"));
}

#[test]
fn no_name_is_on_screen_while_names_are_hidden() {
    let named = [
        "Northwind",
        "Contoso",
        "Fabrikam",
        "Müller",
        "Mueller",
        "Tailspin",
        "Litware",
        "日本",
        "Nihon",
        "Proseware",
        "Woodgrove",
        "northwinddental",
        "contoso-pharma",
        "555",
        "ana@host",
    ];
    for size in [(80, 24), (160, 50)] {
        for private in [
            options(),
            Options {
                privacy: true,
                ..options()
            },
        ] {
            let mut b = Bench::with(&private, size, sample::full());
            b.keys("2 1 0");
            b.tell(Msg::Decided(sample::decision(
                7,
                &sample::queue(1)[0].key,
                "Northwind Dental Group, LLC → Northwind Dental Grp",
            )));
            if !private.privacy {
                assert!(b.text().contains("Contoso"), "{}", b.text());
                b.keys("ctrl-n");
            }
            let hidden = |b: &Bench, at: &str| {
                let text = b.text();
                for name in named {
                    assert!(!text.contains(name), "{name} after {at}\n{text}");
                }
            };
            for keys in [
                "j",
                "2",
                "l",
                "x",
                "esc f",
                "esc 0 3",
                "enter",
                "n",
                "esc enter 4",
                "enter",
                "5",
                "6",
                "1",
            ] {
                b.keys(keys);
                hidden(&b, keys);
            }
            let once = b.text();
            b.keys("2 0");
            assert_eq!(once, b.text(), "the same name has the same stand-in");
            b.keys("4 y");
            let copied = b.asked();
            assert!(
                copied.contains("Copy(") && !named.iter().any(|n| copied.contains(n)),
                "{copied}"
            );
            b.keys("ctrl-n");
            assert!(b.text().contains("Alpine Ski House"));
        }
    }
}

#[test]
fn a_click_selects_and_decides_nothing() {
    let mut b = Bench::new((80, 24), sample::full());
    let arrival = |n: u64| Arrival {
        at: Duration::from_secs(n),
        now: sample::now(),
        burst: 1,
    };
    let row_of = |b: &Bench, words: &str| {
        let at = b.text().lines().position(|l| l.contains(words));
        u16::try_from(at.unwrap_or_else(|| panic!("{words}\n{}", b.text()))).unwrap()
    };
    b.state.click(14, 1, arrival(1));
    assert_eq!(b.state.pane, PaneId::Review, "a tab turns to its pane");
    let second = row_of(&b, "Fabrikam");
    b.state.click(20, second, arrival(2));
    assert!(b.text().contains("> Fabrikam"), "{}", b.text());
    let candidate = b
        .text()
        .lines()
        .position(|l| l.trim_start().starts_with("2 "))
        .unwrap();
    b.state
        .click(20, u16::try_from(candidate).unwrap(), arrival(3));
    assert!(b.text().contains("candidate 2"), "{}", b.text());
    b.state.click(20, 2, arrival(4));
    assert!(b.asked().is_empty());
    b.keys("0 4");
    b.state.wheel(true, arrival(60));
    b.state.wheel(false, arrival(61));
    b.state.wheel(true, arrival(62));
    let selected = b.text().lines().position(|l| l.starts_with('>'));
    b.keys("g j j j");
    assert_eq!(b.text().lines().position(|l| l.starts_with('>')), selected);
    let mouse = Options {
        mouse: true,
        ..options()
    };
    assert!(Bench::with(&mouse, (80, 24), Vec::new()).state.mouse);
    b.keys(": m o u s e enter");
    assert_eq!(b.asked(), "Mouse(true)");
}

#[test]
fn the_findings_show_what_is_open_all_or_the_leakage() {
    let mut b = Bench::new((160, 50), sample::full());
    b.keys("3");
    assert!(b.text().contains("open, by money") && b.text().contains("renewal ahead"));
    b.keys("v");
    assert!(b.text().contains("all, by money"));
    b.keys("v");
    let text = b.text();
    assert!(text.contains("leakage, by money"), "{text}");
    assert!(text.contains("uncontracted seats") && text.contains("below margin"));
    assert!(
        !text.contains("renewal ahead") && !text.contains("seat drift"),
        "{text}"
    );
    b.keys("v");
    assert!(b.text().contains("open, by money"));
}
