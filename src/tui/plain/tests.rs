use std::sync::Arc;

use super::super::panes::PaneId;
use super::super::sample;
use super::super::tests::options;
use super::*;

fn plain() -> Plain<Vec<u8>> {
    let mut state = State::new(&options(), SIZE);
    for msg in sample::full() {
        state.apply(msg, sample::now());
    }
    Plain {
        state,
        out: Vec::new(),
        calendar: options().calendar,
        started: Instant::now(),
        told: String::new(),
    }
}

/// Types a line; gives what is told after it, and what is asked for.
fn type_in(plain: &mut Plain<Vec<u8>>, line: &str) -> (String, String) {
    plain.tell().unwrap();
    plain.out.clear();
    let asked = match plain.typed(line) {
        Typed::Tell(effects) => format!("{effects:?}"),
        Typed::Refuse(words) => words,
    };
    plain.tell().unwrap();
    (String::from_utf8(plain.out.clone()).unwrap(), asked)
}

#[test]
fn every_pane_is_told_without_shapes() {
    let mut p = plain();
    for pane in PaneId::ALL {
        p.state.pane = pane;
        let told = spoken_screen(&p.state).join("\n");
        assert!(
            !told.contains(['─', '│', '┌', '█', '░', '▁', '▇']),
            "{told}"
        );
        assert!(!told.contains("  "), "{told}");
        insta::with_settings!({
            snapshot_path => "../snapshots",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(format!("plain_{}", pane.label().to_lowercase().replace(" & ", "_")), told);
        });
    }
}

#[test]
fn it_is_worked_by_number_by_name_and_by_key() {
    let mut p = plain();
    let (told, _) = type_in(&mut p, "pane_review");
    assert!(
        told.contains("selected: Northwind Dental Group, LLC"),
        "{told}"
    );
    assert!(told.contains("Choose: 1 confirm; 2 none; "), "{told}");
    let (told, asked) = type_in(&mut p, "2");
    assert!(asked.contains("NoCounterpart"), "{asked}");
    assert!(
        told.contains("selected: Contoso"),
        "the next one is told: {told}"
    );
    let (told, asked) = type_in(&mut p, "exclude");
    assert!(
        told.contains("Choose: 1 internal use; 2 not for resale; 3 test"),
        "{told}{asked}"
    );
    let (_, asked) = type_in(&mut p, "3");
    assert!(asked.contains("Exclude { reason: \"test\" }"), "{asked}");
    type_in(&mut p, "x");
    let (told, _) = type_in(&mut p, "own use");
    assert!(
        told.contains("nothing found") || told.contains("excluded, own use"),
        "{told}"
    );
    let (_, asked) = type_in(&mut p, "nonsense");
    assert_eq!(asked, "there is no such choice: nonsense");
    let (told, _) = type_in(&mut p, "0");
    assert!(told.contains("Connections"), "{told}");
    type_in(&mut p, "pane_findings");
    type_in(&mut p, "filter");
    let (told, _) = type_in(&mut p, "dent");
    assert!(told.contains("/dent"), "{told}");
    type_in(&mut p, "/");
    let (told, _) = type_in(&mut p, "/dent");
    assert!(told.contains("/dent"), "{told}");
    assert!(
        told.lines().count() < 30,
        "only what passes is told: {told}"
    );
}

#[test]
fn a_connection_is_made_elsewhere_and_a_problem_is_read() {
    let mut p = plain();
    p.state.pane = PaneId::Connections;
    type_in(&mut p, "add");
    let (_, asked) = type_in(&mut p, "synnex");
    assert!(asked.contains("vectis connection set"), "{asked}");
    assert!(
        p.state.overlay.is_none(),
        "no secret is typed where it can be read"
    );
    p.state.pane = PaneId::SyncLog;
    let (told, _) = type_in(&mut p, "enter");
    assert!(told.contains("Log entry"), "{told}");
    let (told, _) = type_in(&mut p, "back");
    assert!(!told.contains("Log entry"), "{told}");
}

#[tokio::test]
async fn the_end_of_the_input_is_the_end() {
    let (tell, inbox) = tokio::sync::mpsc::channel(64);
    let (typed, input) = unbounded_channel();
    let (_signals, asked) = unbounded_channel();
    let (outbox, mut effects) = unbounded_channel();
    for msg in sample::full() {
        tell.send(msg).await.unwrap();
    }
    typed.send("copy".to_owned()).unwrap();
    drop(typed);
    let mut start = plain();
    start.state = State::new(&options(), SIZE);
    start.state.pane = PaneId::Customers;
    let exit = converse(start, inbox, input, asked, &outbox).await;
    assert_eq!(exit, Exit::Quit { force: false });
    assert!(matches!(
        effects.recv().await,
        Some(Effect::Quit { force: false })
    ));
}

#[test]
fn what_is_accepted_in_one_go_is_heard_before() {
    let mut p = plain();
    let mut items = sample::queue(3);
    for item in &mut items {
        for (n, (c, _)) in Arc::make_mut(item).candidates.iter_mut().enumerate() {
            c.score = if n == 0 { 0.97 } else { 0.01 };
        }
    }
    p.state.apply(Msg::Queue { items, total: 3 }, sample::now());
    type_in(&mut p, "pane_review");
    let (told, asked) = type_in(&mut p, "accept_sure");
    assert_eq!(asked, "[]");
    assert!(told.contains("3 of 3 to accept in one go"), "{told}");
    let (told, _) = type_in(&mut p, "2");
    assert!(told.contains("Limited, taken out"), "{told}");
    let (_, asked) = type_in(&mut p, "yes");
    assert!(asked.contains("link accepts"), "{asked}");
    let (_, asked) = type_in(&mut p, "link");
    assert_eq!(asked.matches("Confirm").count(), 2, "{asked}");
}
