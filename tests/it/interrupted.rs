//! A sync that is cut off in its middle goes on where it stopped, and ends as if nothing had happened.

use std::process::{Child, Stdio};

use vectis::sim::ion::{IonOptions, PathKind};

use crate::support::program::Home;
use crate::support::signal;
use crate::support::vendor::{Ion, eventually};

/// Small pages at a slow pace: there is a middle to interrupt.
fn slow_ion() -> Ion {
    Ion::with(
        60,
        IonOptions {
            limit: 0,
            subscriptions_cap: 50,
            ..IonOptions::default()
        },
    )
}

fn start(home: &Home) -> Child {
    home.command(["sync", "--json", "--database", &home.database()])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts")
}

/// The tables that a sync fills, as they stand.
fn tables(home: &Home) -> [String; 3] {
    ["licensing", "customers", "usage"].map(|table| home.run(["export", table]).expect(0).out)
}

#[test]
fn ctrl_c_and_kill_leave_a_database_that_the_next_sync_goes_on_from() {
    for name in ["INT", "TERM", "KILL"] {
        let (home, calm) = (Home::new(), Home::new());
        let ion = slow_ion();
        ion.connect_at(&home, "300").expect(0);
        ion.import_psa(&home).expect(0);
        let mut child = start(&home);
        eventually("three pages were read", || {
            ion.server.stats().of(PathKind::Subscriptions) >= 3
        });
        signal::send(&child, name);
        let code = child.wait().expect("the program ends").code();
        assert_eq!(
            code,
            if name == "KILL" { None } else { Some(130) },
            "{name}"
        );
        let read = ion.server.stats().of(PathKind::Subscriptions);

        let resumed = home.run(["sync", "--json"]).expect(0).json();
        assert_eq!(resumed["runs"][0]["resumed"], true, "{name}: {resumed:#}");
        let again = ion.server.stats().of(PathKind::Subscriptions) - read;
        let pages = 9;
        assert!(
            again <= pages - read + 1,
            "{name}: {again} pages after {read} of {pages}"
        );

        let other = slow_ion();
        other.connect(&calm).expect(0);
        other.import_psa(&calm).expect(0);
        calm.run(["sync"]).expect(0);
        assert_eq!(tables(&home), tables(&calm), "{name}");
    }
}
