//! What every pane looks like, in every state, at both sizes.

use super::harness::{Bench, styles};
use crate::domain::problem::{Problem, ProblemKind};
use crate::tui::msg::Msg;
use crate::tui::panes::PaneId;
use crate::tui::sample;

const SIZES: [(u16, u16); 2] = [(80, 24), (160, 50)];

pub fn kept(name: &str, bench: &Bench) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, bench.text()));
}

fn kept_styles(name: &str, bench: &Bench) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, styles(&bench.frame())));
}

fn slug(id: PaneId) -> &'static str {
    match id {
        PaneId::Overview => "overview",
        PaneId::Review => "review",
        PaneId::Findings => "findings",
        PaneId::Customers => "customers",
        PaneId::SyncLog => "sync_log",
        PaneId::Connections => "connections",
    }
}

fn panes(state: &str, msgs: impl Fn() -> Vec<Msg>) {
    for size in SIZES {
        for id in PaneId::ALL {
            let mut bench = Bench::new(size, msgs());
            bench.state.pane = id;
            kept(
                &format!("{}_{state}_{}x{}", slug(id), size.0, size.1),
                &bench,
            );
        }
    }
}

#[test]
fn every_pane_in_the_middle_of_a_sync() {
    panes("full", sample::full);
}

#[test]
fn every_pane_before_anything_is_known() {
    panes("loading", Vec::new);
}

#[test]
fn every_pane_with_nothing_in_it() {
    panes("empty", || {
        vec![
            Msg::Store(Ok(())),
            Msg::Connections(Vec::new()),
            Msg::Queue {
                items: Vec::new(),
                total: 0,
            },
            Msg::Findings {
                rows: Vec::new(),
                unjudged: Default::default(),
            },
            Msg::Customers(Vec::new()),
        ]
    });
}

#[test]
fn every_pane_after_the_database_failed() {
    let problem = || {
        Problem::new(ProblemKind::Database, "The database is locked")
            .seen("SQLITE_BUSY after 30 s on /var/lib/vectis/msp.db")
            .cause("another program holds it")
            .remedy("close the other program, or run: vectis doctor")
    };
    panes("error", || {
        let mut msgs = sample::full();
        msgs.truncate(3);
        msgs.push(Msg::Store(Err(problem())));
        msgs
    });
}

#[test]
fn styles_say_what_is_selected_and_where_one_is() {
    for (id, name) in [(PaneId::Review, "review"), (PaneId::Overview, "overview")] {
        let mut bench = Bench::new((80, 24), sample::full());
        bench.state.pane = id;
        kept_styles(&format!("{name}_styles_80x24"), &bench);
    }
}

#[test]
fn what_opens_over_a_pane() {
    for (w, h) in SIZES {
        let mut bench = Bench::new((w, h), sample::full());
        bench.keys("3 enter");
        kept(&format!("finding_detail_{w}x{h}"), &bench);
        bench.keys("4 enter");
        kept(&format!("licensing_{w}x{h}"), &bench);
        bench.keys("6 a");
        kept(&format!("form_{w}x{h}"), &bench);
        bench.keys("esc 2 ?");
        kept(&format!("help_{w}x{h}"), &bench);
        bench.keys("esc x");
        kept(&format!("exclude_{w}x{h}"), &bench);
        bench.keys("esc 1 n s l");
        kept(&format!("review_worked_{w}x{h}"), &bench);
        bench.keys("j");
        kept(&format!("review_no_candidate_{w}x{h}"), &bench);
        bench.keys("/ m u l");
        kept(&format!("review_filtered_{w}x{h}"), &bench);
    }
}

#[test]
fn too_small_is_said_calmly() {
    for (w, h) in [(59, 15), (40, 10), (20, 5), (19, 4)] {
        kept(
            &format!("small_{w}x{h}"),
            &Bench::new((w, h), sample::full()),
        );
    }
}

#[test]
fn names_of_connections_stand_whole_where_there_is_room() {
    for (w, h) in SIZES {
        let mut bench = Bench::new((w, h), sample::full());
        let mut connections = sample::connections();
        connections[1].name = "ingram_micro".into();
        bench.tell(Msg::Connections(connections));
        let mut gauge = sample::gauge();
        gauge.connection = "ingram_micro".into();
        (gauge.used, gauge.ceiling, gauge.limit) = (17, 450, 450);
        gauge.window_ms = 30_000;
        bench.tell(Msg::Gauge(gauge));
        for keys in ["1", "6"] {
            bench.keys(keys);
            let text = bench.text();
            assert!(!text.contains("ingram_mi…"), "{text}");
            assert!(text.contains("ingram_micro"), "{text}");
        }
        if w > 100 {
            assert!(bench.text().contains("34 of 900"), "{}", bench.text());
        }
    }
}
