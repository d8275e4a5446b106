//! Several links accepted in one go.

use std::sync::Arc;
use std::time::Duration;

use super::harness::Bench;
use super::looks::kept;
use crate::domain::party::{Candidate, ReviewItem};
use crate::store::claims::Claim;
use crate::tui::msg::Msg;
use crate::tui::sample;

/// Twelve items, the even ones all but certain.
fn queue() -> Vec<Arc<ReviewItem>> {
    let mut items = sample::queue(12);
    for (n, item) in items.iter_mut().enumerate() {
        let even = n % 2 == 0;
        let best = |c: &mut Candidate| {
            c.score = if even { 0.97 } else { 0.8 };
            c.reasons = match even {
                true => vec!["+ same name".to_owned(), format!("+ same domain a{n}.com")],
                false => vec!["+ some words in common".to_owned()],
            };
        };
        let mut others = Arc::make_mut(item).candidates.iter_mut();
        if let Some((c, _)) = others.next() {
            best(c);
        }
        others.for_each(|(c, _)| c.score = 0.01);
    }
    items
}

fn bench(size: (u16, u16)) -> Bench {
    let mut msgs = sample::full();
    let items = queue();
    msgs.push(Msg::Queue { items, total: 12 });
    let mut bench = Bench::new(size, msgs);
    bench.keys("2");
    bench
}

/// The store's answer to the n-th item.
fn written(id: i64, n: usize, batch: Option<i64>) -> Msg {
    let mut decision = sample::decision(id, &queue()[n].key, &format!("linked {n}"));
    decision.batch = batch;
    Msg::Decided(decision)
}

#[test]
fn all_that_are_sure_are_shown_first_and_then_linked_in_one_go() {
    let mut b = bench((80, 24));
    b.keys("a");
    assert_eq!(b.asked(), "", "a preview decides nothing");
    let text = b.text();
    // Every fifth item of the sample has no candidate.
    assert!(
        text.contains("5 of 5 to accept in one go: 95% or more"),
        "{text}"
    );
    assert!(text.contains("Northwind Dental Group"), "{text}");
    assert!(!text.contains("Contoso Pharmaceuticals"), "{text}");
    assert!(text.contains("+ same name"), "{text}");
    b.keys("j space");
    assert!(
        b.text().contains("Enter links the 4 with ✓"),
        "{}",
        b.text()
    );
    b.keys("enter");
    let asked = b.asked();
    assert_eq!(asked.matches("DecideAll").count(), 1, "{asked}");
    assert_eq!(asked.matches("Confirm").count(), 4, "{asked}");
    assert!(
        !asked.contains(queue()[2].key.vendor_customer_id.as_str()),
        "{asked}"
    );
    let text = b.text();
    assert!(text.contains("4 linked in one go"), "{text}");
    assert!(text.contains("Review 4 of 12"), "{text}");
    assert!(
        text.contains("> Contoso Pharmaceuticals"),
        "the next one that waits: {text}"
    );
}

#[test]
fn one_key_takes_all_of_it_back_and_another_decides_it_again() {
    let mut b = bench((80, 24));
    b.keys("a enter");
    b.asked();
    b.keys("u");
    assert_eq!(b.asked(), "", "the numbers are not known yet");
    assert!(b.text().contains("taken back: 5 in one go"), "{}", b.text());
    assert!(b.text().contains("Review 12 waiting"), "{}", b.text());
    for (n, id) in [0, 2, 6, 8, 10].into_iter().zip(40..) {
        assert_eq!(b.asked(), "");
        b.tell(written(id, n, (id > 40).then_some(40)));
    }
    assert!(b.asked().contains("UndoAll { first: 40 }"));
    b.keys("ctrl-r");
    assert_eq!(b.asked().matches("Confirm").count(), 5);
}

#[test]
fn what_others_decided_meanwhile_stands_and_is_not_taken_back() {
    let mut b = bench((80, 24));
    b.keys("a enter");
    b.asked();
    let key = queue()[0].key.clone().into();
    let words = "ann linked it 3 s ago".to_owned();
    b.tell(Msg::Overtaken { key, words });
    for (n, id) in [2, 6, 8, 10].into_iter().zip(40..) {
        b.tell(written(id, n, (id > 40).then_some(40)));
    }
    b.paint();
    assert!(b.text().contains("! ann linked it 3 s ago"), "{}", b.text());
    b.keys("u");
    assert!(b.text().contains("taken back: 4 in one go"), "{}", b.text());
    assert!(b.asked().contains("UndoAll { first: 40 }"));
    b.keys("g");
    assert!(b.text().contains("ann linked it"), "{}", b.text());
}

#[test]
fn after_a_restart_a_batch_is_still_one_undo() {
    let mut b = bench((80, 24));
    let one = |id, batch| {
        let mut d = sample::decision(id, &queue()[0].key, &format!("linked {id}"));
        d.batch = batch;
        d
    };
    b.tell(Msg::Decisions(vec![
        one(7, None),
        one(8, None),
        one(9, Some(8)),
        one(10, Some(8)),
    ]));
    b.keys("u");
    assert!(b.asked().contains("UndoAll { first: 8 }"));
    b.tell(Msg::Decisions(vec![one(7, None)]));
    b.keys("u");
    assert!(b.asked().contains("Undo { decision: Some(7) }"));
}

#[test]
fn what_somebody_else_looks_at_or_was_put_off_is_left_alone() {
    let mut b = bench((80, 24));
    b.tell(Msg::Claims(vec![Claim {
        key: queue()[0].key.clone(),
        actor: "ann@host".to_owned(),
    }]));
    b.keys("j j s a");
    assert!(b.text().contains("3 of 3 to accept"), "{}", b.text());
    b.keys("esc / n o t h i n g enter a");
    assert!(
        b.text().contains("nothing here is all but certain"),
        "{}",
        b.text()
    );
    assert_eq!(b.asked(), "");
}

#[test]
fn the_same_evidence_as_the_one_in_view() {
    let mut b = bench((80, 24));
    b.keys("i");
    let text = b.text();
    assert!(
        text.contains("5 of 5 to accept in one go: the same evidence as Northwind"),
        "{text}"
    );
    b.keys("esc j i");
    let text = b.text();
    assert!(text.contains("Contoso Pharmaceuticals"), "{text}");
    assert!(!text.contains("Northwind Dental Group, LLC →"), "{text}");
    b.keys("esc l l i");
    assert!(b.text().contains("no other item here has"), "{}", b.text());
}

#[test]
fn a_key_typed_before_the_preview_was_seen_accepts_nothing() {
    let mut b = bench((80, 24));
    b.wait(Duration::from_secs(5));
    b.press("a", 2);
    b.press("enter", 2);
    assert_eq!(b.asked(), "");
    assert!(b.state.notice.contains("typed ahead"));
    b.paint();
    b.wait(Duration::from_secs(1));
    b.press("enter", 9);
    assert_eq!(b.asked(), "");
    b.press("enter", 1);
    assert!(b.asked().contains("DecideAll"));
}

#[test]
fn skus_are_accepted_in_one_go_too() {
    let mut b = Bench::new((80, 24), sample::full());
    let mut items = sample::skus(3);
    for item in &mut items {
        for (n, c) in item.candidates.iter_mut().enumerate() {
            c.score = if n == 0 { 0.99 } else { 0.01 };
        }
    }
    b.tell(Msg::Skus {
        items,
        products: sample::psa_products(),
    });
    b.keys("2 v a");
    assert!(b.text().contains("2 of 2 to accept"), "{}", b.text());
    b.keys("enter");
    assert_eq!(b.asked().matches("DecideProduct").count(), 2);
    assert!(b.text().contains("2 linked in one go"), "{}", b.text());
}

#[test]
fn scores_and_vendors_are_filtered() {
    let mut b = bench((80, 24));
    b.keys("/ > 9 0 enter");
    let text = b.text();
    assert!(
        text.contains("/>90") && text.contains("Northwind"),
        "{text}"
    );
    assert!(!text.contains("Contoso Pharmaceuticals"), "{text}");
    b.keys("/ backspace backspace backspace < 5 0 enter");
    assert!(
        b.text().contains("> Tailspin"),
        "no candidate is no likeness: {}",
        b.text()
    );
    b.keys("esc / t d space s y n n e x enter");
    assert!(
        b.text().contains("> Northwind") || b.text().contains("> Tailspin"),
        "{}",
        b.text()
    );
    b.keys("/ ! enter");
    b.keys("esc / p a x 8 enter");
    assert!(b.text().contains("nothing passes /pax8"), "{}", b.text());
}

#[test]
fn what_the_preview_looks_like() {
    for (w, h) in [(80, 24), (160, 50)] {
        let mut b = bench((w, h));
        b.keys("a j space");
        kept(&format!("batch_{w}x{h}"), &b);
    }
}
