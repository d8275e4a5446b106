//! The queue of SKUs by keys.

use super::harness::Bench;
use super::looks::kept;
use crate::domain::ids::{SkuKey, Subject};
use crate::domain::problem::{Problem, ProblemKind};
use crate::tui::msg::Msg;
use crate::tui::sample;

fn skus() -> Bench {
    let mut bench = Bench::new((80, 24), sample::full());
    bench.keys("2 v");
    bench
}

fn sku(n: usize) -> SkuKey {
    sample::skus(n + 1).remove(n).line.key
}

fn written(id: i64, key: SkuKey) -> Msg {
    let mut decision = sample::decision(id, &crate::domain::ids::AccountKey::new("a", "b"), "x");
    decision.subject = Subject::from(key).to_string();
    Msg::Decided(decision)
}

#[test]
fn one_key_changes_the_list_and_each_tells_of_the_other() {
    let mut b = skus();
    assert!(b.text().contains("SKUs 12 waiting"), "{}", b.text());
    assert!(b.text().contains("v shows 212 customers"));
    b.keys("v");
    assert!(b.text().contains("Review 212 waiting"));
    assert!(b.text().contains("v shows 12 SKUs"));
}

#[test]
fn one_key_links_and_the_next_sku_is_there() {
    let mut b = skus();
    b.keys("2");
    let asked = b.asked();
    assert!(
        asked.contains("DecideProduct { key: SkuKey { vendor: Synnex"),
        "{asked}"
    );
    assert!(asked.contains(
        "sold_as: [SoldAs { code: \"M365-BB\", seats_per_unit: 1, coverage: Inferred }]"
    ));
    assert!(b.text().contains("annual → M365-BB"), "{}", b.text());
    assert!(b.text().contains("SKUs 1 of 12"));
    b.keys("n");
    assert!(b.asked().contains("NoProduct"));
    b.keys("9");
    assert_eq!(b.asked(), "");
    b.keys("s");
    assert_eq!(b.asked(), "", "s puts off");
}

#[test]
fn several_products_are_marked_before_they_are_confirmed() {
    let mut b = skus();
    b.keys("space 3 f w o r k enter");
    assert_eq!(b.asked(), "");
    assert!(b.text().contains("WORKPLACE is marked"), "{}", b.text());
    // The one that was found is a bundle; one unit of the first stands for five seats.
    b.keys("b h h h x 5 enter enter");
    let asked = b.asked();
    for part in [
        "code: \"BACKUP\", seats_per_unit: 5, coverage: Inferred",
        "code: \"M365-BP\", seats_per_unit: 1, coverage: Inferred",
        "code: \"WORKPLACE\", seats_per_unit: 1, coverage: Bundle",
    ] {
        assert!(asked.contains(part), "{part}: {asked}");
    }
    assert!(!asked.contains("M365-BB"));
    b.keys("space space enter");
    assert_eq!(
        b.asked().matches("SoldAs {").count(),
        1,
        "what was marked for one is forgotten for the next"
    );
}

#[test]
fn what_nothing_resembles_is_found_by_typing() {
    let mut b = skus();
    b.keys("j j");
    assert!(
        b.text().contains("Nothing like it in the PSA"),
        "{}",
        b.text()
    );
    b.keys("enter");
    assert_eq!(b.asked(), "");
    b.keys("f b a c k enter enter");
    assert!(b.asked().contains("code: \"BACKUP\""));
}

#[test]
fn a_unit_of_no_seats_is_refused() {
    let mut b = skus();
    b.keys("x 0 enter");
    assert!(b.text().contains("a unit stands for 1 to 1,000,000 seats"));
    b.keys("x m a n y enter enter");
    assert!(b.asked().contains("seats_per_unit: 1"));
}

#[test]
fn undo_and_redo_are_of_this_list() {
    let mut b = skus();
    b.keys("1 u");
    assert_eq!(b.asked().matches("DecideProduct").count(), 1);
    b.tell(written(7, sku(0)));
    assert!(b.asked().contains("Undo { decision: Some(7) }"));
    b.keys("ctrl-r");
    assert!(b.asked().contains("DecideProduct"));
    b.tell(written(8, sku(0)));
    b.keys("v u");
    assert!(
        b.text().contains("nothing to undo"),
        "the other list has none"
    );
    b.keys("v u");
    assert!(b.asked().contains("Undo { decision: Some(8) }"));
}

#[test]
fn what_others_did_and_what_failed_is_said() {
    let mut b = skus();
    b.keys("1 1");
    b.tell(Msg::Overtaken {
        key: sku(0).into(),
        words: "ann linked it 3 s ago".to_owned(),
    });
    b.tell(Msg::Undecided {
        key: sku(1).into(),
        problem: Problem::new(ProblemKind::Database, "The database is locked"),
    });
    b.paint();
    assert!(b.text().contains("not decided: The database is locked"));
    b.keys("g");
    assert!(b.text().contains("✓ ann linked it"), "{}", b.text());
    assert!(b.text().contains("SKUs 1 of 12"), "{}", b.text());
}

#[test]
fn keys_typed_ahead_do_not_decide() {
    let mut b = skus();
    b.wait(std::time::Duration::from_secs(1));
    b.press("1", 2);
    b.press("n", 2);
    assert_eq!(b.asked().lines().count(), 1);
}

#[test]
fn what_the_list_looks_like() {
    for (w, h) in [(80, 24), (160, 50)] {
        let mut bench = Bench::new((w, h), sample::full());
        bench.keys("2 v");
        kept(&format!("skus_full_{w}x{h}"), &bench);
        bench.keys("1 n space 3 b");
        kept(&format!("skus_worked_{w}x{h}"), &bench);
        bench.keys("f");
        kept(&format!("skus_find_{w}x{h}"), &bench);
        let nothing = Msg::Skus {
            items: Vec::new(),
            products: Vec::new(),
        };
        let mut bench = Bench::new((w, h), vec![Msg::Store(Ok(())), nothing]);
        bench.keys("2 v");
        kept(&format!("skus_empty_{w}x{h}"), &bench);
    }
}
