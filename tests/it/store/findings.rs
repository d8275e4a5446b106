//! The life of a finding.

use vectis::domain::finding::FindingState::{Muted, Open, Resolved};
use vectis::domain::finding::{Finding, FindingState};
use vectis::domain::time::Ts;
use vectis::store::Store;
use vectis::store::findings::{FindingChanges, FindingsMark};
use vectis::store::notes::{Note, of_finding};

use crate::support::database::on_both_engines;
use crate::support::rows::{finding, now};

const UNCHANGED: FindingChanges = FindingChanges {
    opened: 0,
    updated: 0,
    resolved: 0,
    reopened: 0,
    set_aside: 0,
};

async fn state(store: &Store, fingerprint: &str) -> FindingState {
    store.finding(fingerprint).await.unwrap().unwrap().state
}

async fn save(store: &Store, findings: &[Finding], day: i64) -> FindingChanges {
    store
        .save_findings(findings, &[].into(), &[], "{}", at(day))
        .await
        .unwrap()
}

fn at(day: i64) -> Ts {
    now().plus_seconds(day * 86_400)
}

on_both_engines! {
    async fn findings_open_update_resolve_and_reopen(db: Database) {
        let store = db.open().await;
        let both = [finding("a", 2400), finding("b", 100)];
        assert_eq!(save(&store, &both, 0).await, FindingChanges { opened: 2, ..UNCHANGED });
        let before = store.findings().await.unwrap();
        assert_eq!(before[0].finding, both[0]);
        assert_eq!(save(&store, &both, 0).await, UNCHANGED);
        assert_eq!(store.findings().await.unwrap(), before);

        assert_eq!(save(&store, &[finding("a", 3600)], 1).await, FindingChanges { updated: 1, resolved: 1, ..UNCHANGED });
        let rows = store.findings().await.unwrap();
        assert_eq!((rows[0].first_seen_at, rows[0].last_seen_at), (at(0), at(1)));
        assert_eq!((rows[1].state, rows[1].last_seen_at), (Resolved, at(0)));

        assert_eq!(save(&store, &both, 2).await, FindingChanges { updated: 1, reopened: 1, ..UNCHANGED });
        assert_eq!(state(&store, "b").await, Open);
        let trail = store.finding_events("b").await.unwrap();
        let steps: Vec<_> = trail.iter().map(|e| (e.from, e.to)).collect();
        assert_eq!(steps, [(None, Open), (Some(Open), Resolved), (Some(Resolved), Open)]);
        assert_eq!(store.unjudged().await.unwrap().as_deref(), Some("{}"));
    }

    async fn what_a_person_resolved_stays_while_the_condition_lasts(db: Database) {
        let store = db.open().await;
        let one = [finding("a", 2400)];
        save(&store, &one, 0).await;
        assert!(store.set_finding_state("a", Resolved, None, "agreed with the customer", "ann", at(0)).await.unwrap());
        assert_eq!(save(&store, &one, 1).await, UNCHANGED);
        save(&store, &[finding("a", 9900)], 2).await;
        assert_eq!(state(&store, "a").await, Resolved);
        save(&store, &[], 3).await;
        assert_eq!(save(&store, &one, 4).await.reopened, 1);
        assert_eq!(state(&store, "a").await, Open);
        assert!(!store.set_finding_state("zz", Resolved, None, "", "ann", at(0)).await.unwrap());
    }

    async fn what_cannot_be_judged_is_set_aside_and_not_put_right(db: Database) {
        let store = db.open().await;
        let one = [finding("a", 2400)];
        save(&store, &one, 0).await;
        let unsure = ["a".to_owned()].into();
        let aside = async |day| store.save_findings(&[], &unsure, &[], "{}", at(day)).await.unwrap();
        assert_eq!(aside(1).await, FindingChanges { set_aside: 1, ..UNCHANGED });
        assert_eq!(aside(2).await, UNCHANGED);
        let row = store.finding("a").await.unwrap().unwrap();
        assert_eq!((row.state, row.last_seen_at), (Resolved, at(0)));
        assert_eq!(store.findings_resolved_since(at(0)).await.unwrap(), []);
        assert_eq!(store.findings_set_aside().await.unwrap(), [row]);

        assert_eq!(save(&store, &one, 3).await, FindingChanges { reopened: 1, ..UNCHANGED });
        aside(4).await;
        // It turns out to be gone after all.
        assert_eq!(save(&store, &[], 5).await, FindingChanges { resolved: 1, ..UNCHANGED });
        assert_eq!(store.findings_resolved_since(at(5)).await.unwrap().len(), 1);
        assert_eq!(store.findings_set_aside().await.unwrap(), []);
    }

    async fn a_mute_ends_by_its_date(db: Database) {
        let store = db.open().await;
        let one = [finding("a", 2400)];
        save(&store, &one, 0).await;
        store.set_finding_state("a", Muted, Some(at(7)), "waits for the renewal", "ann", at(0)).await.unwrap();
        assert_eq!(save(&store, &one, 6).await, UNCHANGED);
        // It goes away and comes back within the mute.
        save(&store, &[], 6).await;
        save(&store, &one, 6).await;
        assert_eq!(state(&store, "a").await, Muted);
        assert_eq!(save(&store, &one, 7).await.reopened, 1);
        assert_eq!(state(&store, "a").await, Open);
    }

    async fn a_person_can_reopen(db: Database) {
        let store = db.open().await;
        save(&store, &[finding("a", 2400)], 0).await;
        store.set_finding_state("a", Resolved, None, "", "ann", at(0)).await.unwrap();
        store.set_finding_state("a", Open, None, "not yet", "bob", at(1)).await.unwrap();
        assert_eq!(save(&store, &[finding("a", 2400)], 2).await, UNCHANGED);
        assert_eq!(state(&store, "a").await, Open);
        assert_eq!(save(&store, &[], 3).await.resolved, 1);
    }

    async fn notes_are_kept_in_order(db: Database) {
        let store = db.open().await;
        let note = |day, text: &str| Note { at: at(day), actor: "ann".to_owned(), text: text.to_owned() };
        let notes = [note(1, "asked the customer"), note(0, "they will add \"2\" seats")];
        for n in &notes {
            store.add_note("finding/a", n).await.unwrap();
        }
        assert_eq!(store.notes("finding/a").await.unwrap(), notes);
        assert_eq!(store.notes("finding/b").await.unwrap(), []);
        store.add_note("customer/7", &notes[0]).await.unwrap();
        let all = store.finding_notes().await.unwrap();
        assert_eq!(all.into_iter().collect::<Vec<_>>(), [("a".to_owned(), notes.to_vec())]);
    }
}

on_both_engines! {
    /// Whoever has read up to a mark reads only what changed after it, and misses nothing.
    async fn only_what_changed_is_read_again(db: Database) {
        let store = db.open().await;
        let all: Vec<_> = (0..7).map(|n| finding(&format!("f{n}"), 100)).collect();
        save(&store, &all, 0).await;
        let mut mark = FindingsMark::default();
        let mut names = Vec::new();
        loop {
            let (page, read_to) = store.findings_since(&mark, 3).await.unwrap();
            names.extend(page.iter().map(|row| row.finding.fingerprint.clone()));
            mark = read_to;
            if page.len() < 3 {
                break;
            }
        }
        names.sort();
        assert_eq!(names, ["f0", "f1", "f2", "f3", "f4", "f5", "f6"]);
        assert_eq!(store.findings_since(&mark, 9).await.unwrap().0, []);
        assert!(store.set_finding_state("f3", Muted, None, "later", "ann", at(0)).await.unwrap());
        let (page, read_to) = store.findings_since(&mark, 9).await.unwrap();
        assert_eq!((page.len(), page[0].state), (1, Muted));
        assert_eq!(store.findings_since(&read_to, 9).await.unwrap().0, []);

        let note = |text: &str| Note { at: at(0), actor: "ann".to_owned(), text: text.to_owned() };
        for text in ["one", "two"] {
            store.add_note(&of_finding("f3"), &note(text)).await.unwrap();
        }
        let notes = store.finding_notes_since(0, 9).await.unwrap();
        let after = store.finding_notes_since(notes[0].0, 9).await.unwrap();
        assert_eq!((notes.len(), after), (2, vec![notes[1].clone()]));
    }
}
