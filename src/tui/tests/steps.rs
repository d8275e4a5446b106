//! The way from an empty machine to the acceptance report, and what is done with customers and findings on it.

use super::harness::{Bench, options};
use super::looks::kept;
use crate::domain::ids::{CustomerId, SubscriptionKey};
use crate::domain::log::RunState;
use crate::domain::party::{Decision, PsaSystem};
use crate::domain::time::Week;
use crate::engine::seats::{SeatWeeks, SeatsOf};
use crate::tui::memory::Memory;
use crate::tui::msg::{Accepted, ConnectionLine, Msg, Source, SubscriptionLine};
use crate::tui::options::Options;
use crate::tui::panes::PaneId;
use crate::tui::sample;

fn distributor() -> ConnectionLine {
    ConnectionLine {
        last_sync_at: None,
        state: "never synced".to_owned(),
        ..sample::connections().remove(0)
    }
}

fn psa() -> ConnectionLine {
    ConnectionLine {
        name: "psa:halo".into(),
        source: Source::Psa(PsaSystem::Halo),
        last_sync_at: None,
        ..distributor()
    }
}

fn nothing_waits() -> Msg {
    Msg::Queue {
        items: Vec::new(),
        total: 0,
    }
}

#[test]
fn where_nothing_waits_a_number_is_a_panes() {
    let mut b = Bench::new((80, 24), vec![Msg::Store(Ok(())), nothing_waits()]);
    b.keys("2 3");
    assert_eq!(b.state.pane, PaneId::Findings);
    b.keys("2 9");
    assert_eq!(b.state.pane, PaneId::Review, "there is no ninth");
    b.keys("v 4");
    assert_eq!(
        b.state.pane,
        PaneId::Customers,
        "of SKUs nothing waits either"
    );
}

#[test]
fn what_was_asked_for_is_told_when_it_has_ended() {
    let mut b = Bench::new((80, 24), sample::full());
    let mut run = sample::progress();
    run.state = RunState::Complete;
    b.tell(Msg::Progress(run.clone()));
    b.keys("s");
    assert!(b.text().contains("sync asked for"), "{}", b.text());
    b.tell(Msg::Progress(run));
    b.paint();
    assert!(b.text().contains("✓ synnex: sync complete"), "{}", b.text());
}

#[test]
fn each_step_is_ticked_when_it_is_done_and_the_next_is_named() {
    let mut b = Bench::new(
        (80, 24),
        vec![Msg::Store(Ok(())), Msg::Connections(Vec::new())],
    );
    assert!(
        b.text().contains("[ ] 1  Connect a distributor"),
        "{}",
        b.text()
    );
    b.tell(Msg::Connections(vec![distributor()]));
    b.paint();
    let text = b.text();
    assert!(text.contains("[x] 1  Connect a distributor"), "{text}");
    assert!(
        text.contains("[ ] 2  Bring in the PSA") && text.contains("press a"),
        "{text}"
    );
    // The form stands at the PSAs now.
    b.keys("a");
    assert!(
        b.text().contains("Bring in the PSA") && b.text().contains("‹ ConnectWise PSA ›"),
        "{}",
        b.text()
    );
    b.keys("right");
    assert!(b.text().contains("‹ Autotask ›"), "{}", b.text());
    b.keys("esc");
    b.tell(Msg::Connections(vec![distributor(), psa()]));
    b.tell(Msg::Progress(sample::progress()));
    b.paint();
    let text = b.text();
    assert!(
        text.contains("[x] 2  Bring in the PSA") && text.contains("HaloPSA"),
        "{text}"
    );
    assert!(
        text.contains("3  Sync") && text.contains("about 34 s left"),
        "{text}"
    );
    for msg in sample::full() {
        b.tell(msg);
    }
    b.tell(Msg::Connections(vec![
        sample::connections().remove(0),
        psa(),
    ]));
    b.paint();
    let text = b.text();
    assert!(
        text.contains("next, 4 of 6: Review what is not sure, 212 wait"),
        "{text}"
    );
    b.tell(nothing_waits());
    b.paint();
    assert!(
        b.text()
            .contains("next, 5 of 6: Read the findings, 72 open"),
        "{}",
        b.text()
    );
    b.keys("3 1");
    assert!(
        b.text()
            .contains("next, 6 of 6: Write the acceptance report"),
        "{}",
        b.text()
    );
    b.keys("6 r");
    assert_eq!(
        b.asked().lines().last(),
        Some("Accept(ConnectionName(\"synnex\"))")
    );
    b.tell(Msg::Accepted(Ok(Accepted {
        passed: false,
        words: "acceptance of synnex FAILED: /data/x.md".to_owned(),
    })));
    b.keys("1");
    assert!(b.text().contains("next, 6 of 6"), "{}", b.text());
    b.tell(Msg::Accepted(Ok(Accepted {
        passed: true,
        words: "acceptance of synnex passed: /data/x.md".to_owned(),
    })));
    b.paint();
    assert!(
        b.text()
            .contains("✓ acceptance of synnex passed: /data/x.md"),
        "{}",
        b.text()
    );
    assert!(!b.text().contains("next, "), "all is done: {}", b.text());
}

#[test]
fn the_steps_can_be_chosen_and_put_away_for_good() {
    let mut b = Bench::new((80, 24), sample::full());
    b.keys("ctrl-g");
    let text = b.text();
    assert!(text.contains("What is done, and what is next"), "{text}");
    assert!(text.contains("> [ ] 2  Bring in the PSA"), "{text}");
    b.keys("enter");
    assert!(b.text().contains("‹ ConnectWise PSA ›"), "{}", b.text());
    b.keys("esc ctrl-g down down enter");
    assert_eq!(b.state.pane, PaneId::Review);
    b.keys("0");
    assert!(b.text().contains("next, 2 of 6"), "{}", b.text());
    b.keys("ctrl-g h i d e enter");
    assert!(!b.text().contains("next, 2 of 6"), "{}", b.text());
    let mut again = Bench::new((80, 24), Vec::new());
    again.state.recall(&Memory::of(&b.state));
    for msg in sample::full() {
        again.tell(msg);
    }
    assert!(!again.text().contains("next, 2 of 6"), "{}", again.text());
}

#[test]
fn what_the_first_steps_look_like() {
    for (w, h) in [(80, 24), (160, 50)] {
        let mut b = Bench::new(
            (w, h),
            vec![
                Msg::Store(Ok(())),
                Msg::Connections(vec![distributor(), psa()]),
                Msg::Progress(sample::progress()),
                Msg::Gauge(sample::gauge()),
                Msg::Log(sample::log(12)),
            ],
        );
        kept(&format!("first_steps_{w}x{h}"), &b);
        b.keys("ctrl-g");
        kept(&format!("checklist_{w}x{h}"), &b);
    }
}

#[test]
fn a_chosen_theme_is_kept_until_the_configuration_says_another() {
    use crate::tui::theme::ThemeName;
    let mut b = Bench::new((80, 24), sample::full());
    b.keys(": t h e m e enter d a r k enter");
    let memory = Memory::of(&b.state);
    let opened = |options: &Options| {
        let mut b = Bench::with(options, (80, 24), Vec::new());
        b.state.recall(&memory);
        b.state.theme_name
    };
    assert_eq!(opened(&options()), ThemeName::Dark);
    let configured = Options {
        theme: ThemeName::Light,
        ..options()
    };
    assert_eq!(opened(&configured), ThemeName::Light);
    let bare = Options {
        no_color: true,
        ..options()
    };
    assert_eq!(opened(&bare), ThemeName::NoColor);
}

fn subscription(n: u32, given: bool) -> SubscriptionLine {
    SubscriptionLine {
        key: SubscriptionKey::new("synnex", format!("8f14e45f{n}")),
        product_name: "Microsoft 365 E3".to_owned(),
        seats: Some(20),
        given,
    }
}

#[test]
fn a_subscription_is_given_to_a_sister_company_and_taken_back() {
    let mut b = Bench::new((80, 24), sample::full());
    b.keys("4 enter m");
    assert!(b.asked().contains("Load(Subscriptions(CustomerId(11)))"));
    let rows = vec![subscription(1, false), subscription(2, true)];
    b.tell(Msg::Subscriptions(CustomerId(11), rows));
    b.paint();
    let text = b.text();
    assert!(
        text.contains("Which subscription of Alpine Ski House is a sister"),
        "{text}"
    );
    assert!(
        text.contains("was given to it · synnex/8f14e45f2"),
        "{text}"
    );
    b.keys("enter");
    assert!(
        b.text().contains("Whose is Microsoft 365 E3, 20 seats?"),
        "{}",
        b.text()
    );
    assert_eq!(b.asked(), "");
    b.keys("n i h o n enter");
    let asked = b.asked();
    assert!(
        asked.contains("Give { key: SubscriptionKey") && asked.contains("to: CustomerId(8)"),
        "{asked}"
    );
    let mut decision: Decision = sample::decision(
        9,
        &sample::queue(1)[0].key,
        "gave Microsoft 365 E3 to Nihon",
    );
    decision.subject =
        crate::domain::ids::Subject::Subscription(subscription(1, false).key).to_string();
    b.tell(Msg::Decided(decision.clone()));
    b.paint();
    assert!(b.text().contains("✓ gave Microsoft 365 E3"), "{}", b.text());
    b.tell(Msg::Customers(Vec::new()));
    assert!(
        b.asked().contains("Load(Licensing(CustomerId(11)))"),
        "the table is read again"
    );
    b.keys("u");
    assert!(b.asked().contains("Undo { decision: Some(9) }"));
    decision.undoes = Some(9);
    decision.id = 10;
    b.tell(Msg::Decided(decision));
    b.keys("u");
    assert_eq!(b.asked(), "", "it is taken back already");
}

fn weeks(seats: &[Option<i64>]) -> SeatWeeks {
    let first: Week = sample::now().week().plus(1 - seats.len() as i64);
    SeatWeeks {
        weeks: (0..).zip(seats).map(|(n, s)| (first.plus(n), *s)).collect(),
        contracted: Some(35),
    }
}

/// The seats of what is selected.
fn answer(b: &mut Bench, weeks: SeatWeeks) {
    b.state.lacks();
    let of: SeatsOf = b.state.asked_seats.clone().unwrap();
    b.tell(Msg::Seats(of, weeks));
    b.paint();
}

#[test]
fn a_findings_seats_stand_by_week_beside_the_contract() {
    let course = [30, 31, 33, 35, 35, 35, 36, 38, 38, 40, 44, 44].map(Some);
    let mut course = course.to_vec();
    course.insert(4, None);
    for (w, h) in [(80, 24), (160, 50)] {
        let mut b = Bench::new((w, h), sample::full());
        b.keys("3");
        assert_eq!(
            b.state.lacks().is_some(),
            w >= 120,
            "only what is shown is read"
        );
        b.keys("c");
        b.state.lacks();
        assert!(
            b.text().contains("reading the seats by week"),
            "{}",
            b.text()
        );
        assert!(b.state.lacks().is_none(), "it is asked for once");
        answer(&mut b, weeks(&course));
        let text = b.text();
        for part in ["Seats by week", "contracted now 35", "44", "W48", "W47"] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        kept(&format!("finding_chart_{w}x{h}"), &b);
        b.keys("c");
        assert!(b.text().contains("How it is computed"), "{}", b.text());
        b.keys("z");
        kept(&format!("finding_zoomed_{w}x{h}"), &b);
    }
    let mut b = Bench::new((80, 24), sample::full());
    b.keys("3 c");
    let unknown = SeatWeeks {
        contracted: None,
        ..weeks(&[None])
    };
    answer(&mut b, unknown);
    assert!(
        b.text().contains("No week of it was captured yet"),
        "{}",
        b.text()
    );
    assert!(
        b.text().contains("contracted seats unknown"),
        "{}",
        b.text()
    );
}

#[test]
fn no_seats_break_the_chart() {
    for (course, contracted) in [
        (vec![Some(0)], Some(0)),
        (vec![Some(i64::MAX), Some(1)], Some(i64::MAX)),
        (vec![Some(-5), None], Some(-1)),
        (Vec::new(), None),
        (vec![Some(1_234_567); 13], Some(3)),
    ] {
        for size in [(60, 15), (80, 24), (121, 40), (200, 60)] {
            let mut b = Bench::new(size, sample::full());
            b.keys("3 c");
            let weeks = SeatWeeks {
                contracted,
                ..weeks(&course)
            };
            answer(&mut b, weeks);
            b.keys("z c");
        }
    }
}

#[test]
fn the_review_list_is_saved_as_it_is_shown() {
    let mut b = Bench::new((80, 24), sample::full());
    b.keys("2 / c o n t o s o enter w");
    assert!(b.asked().contains("Save(Accounts([("));
    assert!(b.text().contains("saving 4 rows"), "{}", b.text());
    b.keys("esc v w");
    assert!(b.asked().contains("Save(Skus([("));
}
