//! From an empty machine to the acceptance report in a pseudo-terminal, by keys alone and without the help.

use std::time::Duration;

use vectis::sim::halo;

use crate::support::program::Home;
use crate::support::psa::Halo;
use crate::support::screen::Screen;
use crate::support::vendor::Ion;

/// How many wait, by the tab of Review.
fn waiting(screen: &str) -> Option<u64> {
    let rest = screen.split("2 Review ").nth(1)?;
    rest.split_whitespace().next()?.parse().ok()
}

#[test]
fn a_person_is_led_from_the_empty_screen_to_the_acceptance_report() {
    let (home, ion) = (Home::new(), Ion::of(30));
    let psa = Halo::of(&ion.world);
    let mut screen = Screen::start(&home, &[], (80, 24));
    screen.wait_for("[ ] 1  Connect a distributor");
    screen.press("a");
    screen.wait_for("[ Test ]");
    for text in [
        &ion.server.account_id(),
        "\t",
        ion.server.refresh_token(),
        "\t\t\t",
        &ion.server.base_url(),
        "\t",
        "100000",
        "\t",
    ] {
        screen.press(text);
    }
    let text = screen.wait_for("100000");
    assert!(!text.contains(ion.server.refresh_token()), "{text}");
    screen.press("\r");
    screen.wait_for("Connected to TD SYNNEX — 30 customers visible");
    screen.press("\r");
    screen.wait_for("[x] 1  Connect a distributor");

    screen.press("a");
    screen.wait_for("‹ ConnectWise PSA ›");
    screen.press("\u{1b}[C\u{1b}[C");
    screen.wait_for("‹ HaloPSA ›");
    for text in [
        "\t",
        &psa.server.base_url(),
        "\t",
        halo::CLIENT_ID,
        "\t",
        halo::CLIENT_SECRET,
        "\t",
        halo::TENANT,
        "\t\t\t",
        "100000",
        "\t",
    ] {
        screen.press(text);
    }
    screen.wait_for("100000");
    screen.press("\r");
    screen.wait_for("Connected to HaloPSA");
    screen.press("\r");
    screen.wait_for("[x] 2  Bring in the PSA");

    screen.press("s");
    let mut text = screen.wait_for("next, 4 of 6: Review what is not sure");
    screen.press("2");
    screen.wait_for("n none");
    while let Some(left) = waiting(&text).filter(|n| *n > 0) {
        // The same key again at once would be one that is held down.
        std::thread::sleep(Duration::from_millis(200));
        screen.press("n");
        text = screen.wait("one item less", |s| waiting(s) < Some(left));
    }
    screen.press("0");
    screen.wait_for("next, 5 of 6: Read the findings");
    screen.press("3");
    screen.wait_for("open, by money");
    screen.press("1");
    screen.wait_for("next, 6 of 6: Write the acceptance report");

    screen.press("6");
    screen.wait_for("r acceptance");
    screen.press("r");
    screen.wait_for("acceptance of synnex passed");
    let folder = std::fs::read_dir(home.path("home/acceptance")).expect("the folder");
    let reports: Vec<_> = folder.flatten().map(|file| file.path()).collect();
    assert_eq!(reports.len(), 1, "{reports:?}");
    let report = std::fs::read_to_string(&reports[0]).expect("the report");
    assert!(report.contains("paging complete"), "{report}");
    screen.press("1");
    screen.wait("nothing is left to do", |s| {
        s.contains("Log ─") && !s.contains("next, ")
    });
    screen.press("q");
    assert_eq!(screen.end().0.exit_code(), 0);

    // What is done stays done.
    let mut screen = Screen::start(&home, &[], (80, 24));
    screen.wait_for("synnex");
    screen.wait("nothing is left to do", |s| {
        s.contains("Log ─") && !s.contains("next, ")
    });
    screen.press("q");
    assert_eq!(screen.end().0.exit_code(), 0);
}
