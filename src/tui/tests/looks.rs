//! What every pane looks like, in every state, at both sizes.

use super::harness::{Bench, styles};
use crate::domain::ids::CustomerId;
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::vendor::Vendor;
use crate::tui::msg::{Background, Effect, Msg, What};
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
fn the_pictures_in_the_readme_are_what_is_drawn() {
    let mut overview = Bench::new((80, 24), sample::full());
    overview.state.data.told.hidden = true;
    let mut review = Bench::new((80, 24), sample::full());
    review.keys("2");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    for (name, bench) in [("overview", &overview), ("review", &review)] {
        let fenced = format!("```text\n{}```\n", bench.text());
        assert!(
            readme.contains(&fenced),
            "README.md shows another {name} than\n{fenced}"
        );
    }
    assert!(readme.contains("assets/demo.cast"));
}

#[test]
fn what_is_still_being_read_is_said_everywhere() {
    for (w, h) in SIZES {
        let mut bench = Bench::new((w, h), Vec::new());
        bench.keys("2 v");
        kept(&format!("skus_loading_{w}x{h}"), &bench);
        let mut msgs = sample::full();
        msgs.retain(|m| !matches!(m, Msg::Licensing(..)));
        let mut bench = Bench::new((w, h), msgs);
        bench.keys("4 enter");
        kept(&format!("licensing_loading_{w}x{h}"), &bench);
        bench.tell(Msg::Licensing(CustomerId(11), Vec::new()));
        kept(&format!("licensing_empty_{w}x{h}"), &bench);
    }
}

#[test]
fn what_stands_behind_a_review_item() {
    for (w, h) in SIZES {
        let mut bench = Bench::new((w, h), sample::full());
        bench.keys("2");
        let item = sample::queue(1).remove(0);
        let candidate = item.candidates[0].0.customer_id;
        assert!(matches!(
            bench.state.lacks(),
            Some(Effect::Load(What::Background(key, Some(id)))) if key == item.key && id == candidate
        ));
        assert!(bench.state.lacks().is_none(), "it is asked for once");
        let mut taken_back = sample::decision(9, &item.key, "took back: linked it");
        taken_back.actor = "ana@host".to_owned();
        bench.tell(Msg::Background(Background {
            key: item.key.clone(),
            candidate: Some(candidate),
            linked: vec![(Vendor::Pax8, "Northwind Dental UK".to_owned())],
            history: vec![taken_back],
        }));
        kept(&format!("review_background_{w}x{h}"), &bench);
        let text = bench.text();
        assert!(
            text.contains("already linked to it: Northwind Dental UK (Pax8)"),
            "{text}"
        );
        bench.keys("l");
        assert!(
            !bench.text().contains("already linked"),
            "of another candidate"
        );
        assert!(bench.state.lacks().is_some());
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
