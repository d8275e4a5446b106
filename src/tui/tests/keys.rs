//! What keys ask for.

use std::time::Duration;

use super::harness::{Bench, options};
use crate::domain::finding::Note;
use crate::domain::ids::AccountKey;
use crate::domain::log::RunState;
use crate::domain::problem::{Problem, ProblemKind};
use crate::tui::msg::Msg;
use crate::tui::options::Options;
use crate::tui::panes::PaneId;
use crate::tui::{options::DemoInfo, sample};

fn review() -> Bench {
    let mut bench = Bench::new((80, 24), sample::full());
    bench.keys("2");
    bench
}

fn first() -> AccountKey {
    sample::queue(1).remove(0).key.clone()
}

#[test]
fn one_key_decides_and_the_next_item_is_there() {
    let mut b = review();
    b.keys("1");
    assert!(b.asked().contains("Decide { key: AccountKey { connection: ConnectionName(\"synnex\"), vendor_customer_id: VendorCustomerId(\"400023\") }, verdict: Confirm { customer_id: CustomerId(0) } }"));
    assert!(
        b.text()
            .contains("✓ Northwind Dental Group, LLC → Northwind Dental Grp")
    );
    assert!(b.text().contains("> Contoso Pharmaceuticals"));
    assert!(b.text().contains("1 of 212"));
    b.keys("n");
    assert!(b.asked().contains("NoCounterpart"));
    b.keys("l enter");
    assert!(
        b.asked().contains("CustomerId(21)"),
        "Enter confirms the marked candidate"
    );
    b.keys("9");
    assert!(b.asked().is_empty());
    assert!(b.text().contains("there is no such candidate"));
}

#[test]
fn excluding_asks_for_the_reason() {
    let mut b = review();
    b.keys("x t e s enter");
    assert!(b.asked().contains("Exclude { reason: \"test\" }"));
    b.keys("x o w n space u s e enter");
    assert!(b.asked().contains("Exclude { reason: \"own use\" }"));
    b.keys("x esc");
    assert!(b.asked().is_empty());
}

#[test]
fn any_customer_of_the_hub_can_be_found() {
    let mut b = review();
    b.keys("f a l p i n e enter");
    assert!(
        b.asked()
            .contains("Confirm { customer_id: CustomerId(11) }")
    );
}

#[test]
fn later_comes_back_at_the_end() {
    let mut b = Bench::new(
        (80, 24),
        vec![
            Msg::Store(Ok(())),
            Msg::Queue {
                items: sample::queue(2),
                total: 2,
            },
        ],
    );
    b.keys("2 s");
    assert!(b.text().contains("> Contoso"));
    assert!(b.asked().is_empty(), "s is no sync here");
    b.keys("n");
    assert!(b.text().contains("> Northwind"));
}

#[test]
fn undo_waits_for_the_number_of_the_decision() {
    let mut b = review();
    b.keys("1 u");
    assert!(b.text().contains("> Northwind"), "the row is back at once");
    assert!(!b.asked().contains("Undo"));
    b.tell(Msg::Decided(sample::decision(7, &first(), "Northwind → x")));
    assert!(b.asked().contains("Undo { decision: Some(7) }"));
    b.keys("ctrl-r");
    assert!(b.asked().contains("Decide"));
    b.tell(Msg::Decided(sample::decision(8, &first(), "Northwind → x")));
    b.keys("u");
    assert!(b.asked().contains("Undo { decision: Some(8) }"));
}

#[test]
fn undo_reaches_back_to_before_the_start_but_not_into_other_peoples_work() {
    let mut b = review();
    let key = AccountKey::new("synnex", "9");
    let mut theirs = sample::decision(6, &key, "theirs");
    theirs.actor = "ann".to_owned();
    b.tell(Msg::Decisions(vec![
        sample::decision(5, &key, "mine"),
        theirs,
    ]));
    b.keys("u");
    assert!(b.asked().contains("Undo { decision: Some(5) }"));
}

#[test]
fn what_others_did_and_what_failed_is_said() {
    let mut b = review();
    b.keys("1");
    b.tell(Msg::Overtaken {
        key: first().into(),
        words: "ann excluded it 3 s ago".to_owned(),
    });
    b.paint();
    assert!(b.text().contains("! ann excluded it"));
    b.keys("n");
    let second = sample::queue(2).remove(1).key.clone();
    let problem = Problem::new(ProblemKind::Database, "The database is locked");
    b.tell(Msg::Undecided {
        key: second.into(),
        problem,
    });
    b.paint();
    assert!(b.text().contains("not decided: The database is locked"));
    assert!(!b.text().contains("✓ Contoso"));
    assert!(b.state.would_lose().is_some(), "the sync still runs");
}

#[test]
fn keys_typed_ahead_held_or_pasted_do_not_decide() {
    let mut b = review();
    b.wait(Duration::from_secs(1));
    b.press("1", 2);
    b.press("n", 2);
    assert_eq!(
        b.asked().lines().count(),
        1,
        "the second item was not on screen yet"
    );
    b.paint();
    for _ in 0..30 {
        b.wait(Duration::from_millis(33));
        b.press("1", 1);
        b.paint();
    }
    assert_eq!(b.asked().lines().count(), 1, "held down, it decides once");
    b.wait(Duration::from_secs(1));
    b.press("n", 9);
    b.state.paste("n1n1\n");
    assert_eq!(b.asked(), "");
}

#[test]
fn decisions_are_kept_when_the_queue_is_read_again() {
    let mut b = review();
    b.keys("j 1");
    b.tell(Msg::Queue {
        items: sample::queue(40)
            .into_iter()
            .filter(|i| i.key.vendor_customer_id.as_str() != "400040")
            .collect(),
        total: 211,
    });
    b.paint();
    assert!(
        b.text().contains("✓ Contoso"),
        "the decided row keeps its place"
    );
    assert!(b.text().contains("> Fabrikam"), "and so does the selection");
    assert!(b.text().contains("1 of 212"));
}

#[test]
fn findings_are_sorted_muted_resolved_and_reopened() {
    let mut b = Bench::new((80, 24), sample::full());
    b.keys("3 m enter");
    assert!(b.asked().contains("Mute { days: 7, reason: \"\" }"));
    b.keys("m 4 5 space t i l l space m a y enter");
    assert!(
        b.asked()
            .contains("Mute { days: 45, reason: \"till may\" }")
    );
    b.keys("n c a l l e d enter");
    assert!(b.asked().contains("Note { text: \"called\" }"));
    b.keys("r");
    assert!(b.asked().contains("Resolve"));
    b.keys("4 w");
    assert!(b.asked().contains("WriteQbr("));
    b.keys("3");
    let note = Note {
        at: sample::now(),
        actor: "ana@host".to_owned(),
        text: "they agreed".to_owned(),
    };
    let rows = sample::findings(40).into_iter();
    let notes = rows.map(|r| (r.finding.fingerprint, vec![note.clone()]));
    b.tell(Msg::Notes(notes.collect()));
    b.keys("enter z");
    assert!(b.text().contains("ana@host: they agreed"), "{}", b.text());
    b.keys("z enter");
    b.keys("v o");
    assert!(b.asked().contains("Reopen"));
    b.keys("t");
    assert!(b.text().contains("by kind"));
}

#[test]
fn the_log_scrolls_filters_and_opens() {
    let mut b = Bench::new((80, 24), sample::full());
    b.keys("5 v v");
    assert!(b.text().contains("Log 6 of 60, error and above"));
    b.keys("e enter");
    assert!(b.text().contains("tried 3 times, again in 8 s"));
    b.keys("y");
    assert!(b.asked().contains("Copy("));
    b.keys("esc / p a g e space 4 4 enter");
    assert!(b.text().contains("Log 1 of 60"));
    b.keys("esc");
    assert!(b.text().contains("Log 6 of 60"));
}

#[test]
fn a_connection_is_tested_live() {
    let mut b = Bench::new((80, 24), sample::full());
    b.keys("6 t");
    assert!(
        b.asked()
            .contains("Test { connection: ConnectionName(\"synnex\") }")
    );
    assert!(b.text().contains("asking the distributor"));
    b.tell(Msg::Tested {
        connection: "synnex".into(),
        result: Ok("Connected to TD SYNNEX — 203 customers visible".to_owned()),
    });
    assert!(
        b.text()
            .contains("✓ Connected to TD SYNNEX — 203 customers visible")
    );
}

#[test]
fn from_the_first_screen_to_a_saved_connection() {
    let mut b = Bench::new(
        (80, 24),
        vec![Msg::Store(Ok(())), Msg::Connections(Vec::new())],
    );
    assert!(b.text().contains("vectis demo"));
    b.keys("a 4 0 0 tab t o k e n tab tab tab tab tab enter");
    assert!(b.asked().contains("TestConnection"));
    b.tell(Msg::Tested {
        connection: "synnex".into(),
        result: Ok("Connected to TD SYNNEX — 3 customers visible".to_owned()),
    });
    b.keys("enter");
    let asked = b.asked();
    assert!(
        asked.contains("SaveConnection") && !asked.contains("token\""),
        "{asked}"
    );
    b.tell(Msg::Saved {
        connection: "synnex".into(),
        result: Ok("synnex is saved; s starts the first sync".to_owned()),
    });
    b.tell(Msg::Connections(sample::connections()));
    b.keys("1 s");
    assert!(b.asked().contains("Sync { connections: [], full: false }"));
}

#[test]
fn keys_of_everywhere() {
    let demo = Options {
        demo: Some(DemoInfo { speed: 10.0 }),
        ..options()
    };
    let mut b = Bench::with(&demo, (80, 24), sample::full());
    b.keys("W");
    assert!(b.asked().contains("NextWeek"));
    b.keys("s");
    assert!(b.text().contains("a sync runs already"));
    b.keys(": s t o p enter");
    assert!(b.asked().contains("Cancel"));
    b.keys("4 y");
    assert!(b.asked().contains("Copy(\"Adventure") || b.text().contains("copied"));
    b.keys("tab");
    assert_eq!(b.state.pane, PaneId::SyncLog);
    b.keys("shift-tab shift-tab");
    assert_eq!(b.state.pane, PaneId::Findings);
    b.keys("4 f");
    assert_eq!(b.state.pane, PaneId::Findings);
    assert!(b.text().contains(" /"), "filtered to the customer");
    b.asked();
    b.keys("ctrl-z ctrl-l");
    assert_eq!(b.asked(), "Suspend\nRepaint");
}

#[test]
fn quitting_asks_only_if_something_would_be_lost() {
    let mut b = Bench::new((80, 24), sample::full());
    b.keys("q");
    assert!(
        b.text()
            .contains("the sync of synnex goes on for about 34 s")
    );
    b.keys("j q");
    assert_eq!(b.asked(), "", "another key takes the question back");
    b.keys("q");
    assert_eq!(b.asked(), "Quit { force: false }");
    b.keys("ctrl-c ctrl-c");
    assert_eq!(b.asked(), "Quit { force: true }");
    let mut done = sample::progress();
    done.state = RunState::Complete;
    b.tell(Msg::Progress(done));
    b.keys("q");
    assert_eq!(b.asked(), "Quit { force: false }");
}

#[test]
fn a_paused_screen_stands_still_and_catches_up() {
    let mut b = Bench::new((80, 24), sample::full());
    b.keys("5 p");
    let before = b.text();
    b.tell(Msg::Log(sample::log(5)));
    b.paint();
    assert!(b.text().contains("PAUSED, 1 new"));
    assert_eq!(
        before.lines().skip(2).collect::<Vec<_>>(),
        b.text().lines().skip(2).collect::<Vec<_>>()
    );
    b.keys("p");
    assert!(b.text().contains("of 65"));
}

#[test]
fn what_a_test_said_is_read_first_and_whole() {
    let mut b = Bench::new((80, 24), sample::full());
    b.keys("6 t");
    let refused = Problem::new(ProblemKind::CredentialsRejected, "Refused");
    b.tell(Msg::Tested {
        connection: "synnex".into(),
        result: Err(refused.remedy("paste a new one")),
    });
    for keys in ["z", "enter"] {
        b.keys(keys);
        let text = b.text();
        let (told, state) = (text.find("paste a new one"), text.find("state"));
        assert!(told.is_some() && told < state, "{text}");
    }
}

#[test]
fn watching_only_changes_nothing() {
    let watching = Options {
        read_only: true,
        ..options()
    };
    let mut b = Bench::with(&watching, (80, 24), sample::full());
    b.keys("2 1 n enter x f u 0 3 m r o 6 t a 1 s");
    assert_eq!(b.asked(), "");
    assert!(b.text().contains("watching only: nothing is decided"));
    assert!(b.text().contains(" · watching only"), "the heading says it");
    b.keys("2");
    assert!(b.text().contains("(n none)"), "{}", b.text());
    assert!(b.state.looks_elsewhere().is_none(), "nobody is told of it");
    b.keys("?");
    let text = b.text();
    let none = text.lines().find(|l| l.contains("No counterpart"));
    assert!(
        none.is_some_and(|l| l.contains("(watching only)")),
        "{text}"
    );
    b.keys("l a t e r");
    assert!(
        !b.text().contains("(watching only)"),
        "putting off is not forbidden"
    );
    b.keys("esc 0 : s y n c enter");
    assert!(b.text().contains("watching only: nothing is decided"));
    b.keys("3 enter j / d e n t enter 4 enter 5 e f 6");
    let asked = b.asked();
    assert!(
        asked.lines().all(|line| line.starts_with("Load")),
        "{asked}"
    );
}
