//! The console in a pseudo-terminal, by keys alone.

use std::time::Duration;

use crate::support::program::Home;
use crate::support::screen::Screen;

const DEMO: [&str; 5] = ["demo", "--speed", "120", "--customers", "40"];

/// The number after a word, `Review 12`.
fn number_after(screen: &str, word: &str) -> Option<u64> {
    let rest = screen.split(word).nth(1)?;
    let digits: String = rest
        .trim_start()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

#[test]
fn the_demo_is_worked_from_the_first_frame_to_the_way_out() {
    let home = Home::new();
    let mut screen = Screen::start(&home, &DEMO, (160, 50));
    screen.wait_for("TD SYNNEX");
    screen.wait_for("unmatched spend");
    let text = screen.wait("the queue", |s| {
        number_after(s, "2 Review").is_some_and(|n| n > 2)
    });
    for part in [
        "Connections",
        "requests",
        "Sync",
        "Log",
        "Findings",
        "opportunity",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }

    let waiting = number_after(&text, "2 Review").expect("a count");
    screen.press("2");
    screen.wait_for("n none");
    // A decision counts only for what has been on screen for a moment.
    std::thread::sleep(std::time::Duration::from_millis(400));
    screen.press("n");
    screen.wait("one item less", |s| {
        number_after(s, "2 Review") == Some(waiting - 1)
    });
    screen.press("u");
    screen.wait("the item is back", |s| {
        number_after(s, "2 Review") == Some(waiting)
    });

    let week = number_after(&screen.text(), "-W").expect("a week");
    screen.press("W");
    screen.wait("the next week", |s| {
        number_after(s, "-W") == Some(week % 53 + 1)
    });
    // A digit would choose a candidate here.
    screen.press("\t");
    screen.wait_for("below margin");
    screen.press("/drift");
    screen.wait_for("seat drift");
    screen.press("\r");
    screen.press("?");
    screen.wait_for("Keys in Findings");
    screen.press("\u{1b}");
    for size in [(80, 24), (40, 10), (1, 1), (200, 60)] {
        screen.resize(size);
    }
    screen.wait_for("seat drift");

    screen.press("n");
    screen.wait_for("A note on");
    // Enter among many keys at once decides nothing.
    screen.press("asked them");
    screen.wait_for("asked them");
    screen.press("\r");
    screen.wait_for("ana@");
    screen.press("w");
    screen.wait_for("rows saved to");
    let folder = std::fs::read_dir(home.path("home/exports")).expect("the folder");
    let saved: Vec<_> = folder.flatten().map(|file| file.path()).collect();
    assert_eq!(saved.len(), 1, "{saved:?}");
    let text = std::fs::read_to_string(&saved[0]).expect("the findings");
    assert!(
        text.starts_with("\"fingerprint\"") && text.contains("seat_drift"),
        "{text}"
    );
    assert!(
        !text.contains("below_margin"),
        "only what passed the filter: {text}"
    );
    screen.press("4");
    screen.wait_for("w QBR");
    screen.press("w");
    screen.wait_for("QBR section written to");
    let mut written = std::fs::read_dir(home.path("home/qbr")).expect("the folder");
    assert!(written.next().is_some(), "the section is in its file");

    screen.press("q");
    let (status, screen) = screen.end();
    assert_eq!(status.exit_code(), 0, "{}", screen.text());
    assert!(
        !screen.is_taken() && !screen.hides_cursor(),
        "the terminal was given back"
    );
}

/// Whatever comes while the program cannot look is there at once when it looks.
#[test]
fn a_key_and_a_new_size_that_come_together_both_count() {
    let home = Home::new();
    let mut screen = Screen::start(&home, &[], (80, 24));
    let keys = |s: &str| s.contains("Keys in");
    let fills = |s: &str, rows: usize| {
        s.lines()
            .nth(rows - 1)
            .is_some_and(|l| !l.trim().is_empty())
    };
    screen.wait("the first frame", |s| fills(s, 24));
    for round in 0..10 {
        let (key, rows) = if round % 2 == 0 {
            ("?", 40)
        } else {
            ("\u{1b}", 24)
        };
        screen.signal("STOP");
        screen.press(key);
        screen.resize((100, u16::try_from(rows).expect("a number of rows")));
        screen.signal("CONT");
        screen.wait("the key counts and the screen is filled", |s| {
            keys(s) == (round % 2 == 0) && fills(s, rows)
        });
    }
    screen.press("q");
    let (status, _screen) = screen.end();
    assert_eq!(status.exit_code(), 0);
}

/// A stop reaches the threads of a program one after the other.
#[test]
fn the_shell_has_the_terminal_while_the_console_is_stopped() {
    let home = Home::new();
    let mut screen = Screen::start(&home, &[], (80, 24));
    for _ in 0..20 {
        screen.wait_for("quit");
        screen.press("\u{1a}");
        screen.wait_until_stopped();
        // What it wrote last is still on its way.
        std::thread::sleep(Duration::from_millis(50));
        assert!(
            !screen.is_taken() && !screen.hides_cursor(),
            "the terminal was given back"
        );
        screen.signal("CONT");
    }
    screen.wait_for("quit");
    screen.press("q");
    let (status, _screen) = screen.end();
    assert_eq!(status.exit_code(), 0);
}

#[test]
fn signals_give_the_terminal_back() {
    for (name, code) in [("TERM", 128 + 15), ("HUP", 128 + 1), ("INT", 128 + 2)] {
        let home = Home::new();
        let screen = Screen::start(&home, &DEMO, (80, 24));
        screen.wait_for("TD SYNNEX");
        screen.signal(name);
        let (status, screen) = screen.end();
        assert_eq!(status.exit_code(), code, "{name}");
        assert!(
            !screen.is_taken() && !screen.hides_cursor(),
            "{name}: the terminal was given back"
        );
    }
}

#[test]
fn without_any_configuration_it_says_what_to_do() {
    let home = Home::new();
    let mut screen = Screen::start(&home, &[], (80, 24));
    screen.wait_for("demo");
    screen.press("q");
    let (status, _screen) = screen.end();
    assert_eq!(status.exit_code(), 0);
}

#[test]
fn a_panic_gives_the_terminal_back_and_says_so() {
    let home = Home::new();
    let provoked = [("VECTIS_PANIC", "ui")];
    let screen = Screen::start_with(&home, &DEMO, (80, 24), &provoked);
    let (status, screen) = screen.end();
    assert_eq!(status.exit_code(), 1);
    assert!(
        !screen.is_taken() && !screen.hides_cursor(),
        "the terminal was given back"
    );
    assert!(
        screen.text().contains("The console broke off"),
        "{}",
        screen.text()
    );
}

#[test]
fn one_frame_as_text_and_the_screens_as_lines() {
    let home = Home::new();
    let once = home.run(["--once", "--size", "100x30"]).expect(0).out;
    assert_eq!(once.lines().count(), 30, "{once}");
    assert!(
        once.contains("Welcome to vectis") && !once.contains('\u{1b}'),
        "{once}"
    );
    assert!(once.lines().all(|line| line.chars().count() <= 100));
    let plain = home.run(["--once", "--plain"]).expect(0).out;
    assert!(
        plain.contains("Welcome to vectis") && !plain.contains('─'),
        "{plain}"
    );
    // Without anybody who types it tells the first screen and ends.
    let told = home.run(["--plain", "--read-only"]).expect(0).out;
    assert!(
        told.contains("watching only") && told.contains("Choose: 1 "),
        "{told}"
    );
    for wrong in ["0x24", "80", "80x", "80x1001"] {
        home.run(["--size", wrong]).expect(2);
    }
}

#[test]
fn keys_of_ones_own_a_saved_view_and_a_restart() {
    let home = Home::new();
    std::fs::create_dir_all(home.path("home")).expect("a folder");
    home.file(
        "home/config.toml",
        "[keys]\npane_log = [\"f5\"]\nquit = [\"ctrl-q\"]\n[console]\ntheme = \"dark\"\n",
    );
    let mut screen = Screen::start(&home, &[], (80, 24));
    screen.wait_for("Welcome to vectis");
    screen.wait_for("ctrl-q quit");
    screen.press("q");
    screen.press("\u{1b}[15~");
    screen.wait_for("Log ");
    screen.press("w");
    screen.wait_for("nothing is shown here");
    screen.press("v");
    screen.wait_for("warn and above");
    screen.press("\u{11}");
    assert_eq!(screen.end().0.exit_code(), 0);

    let mut screen = Screen::start(&home, &[], (80, 24));
    screen.wait_for("warn and above");
    screen.press("\u{11}");
    assert_eq!(screen.end().0.exit_code(), 0);

    home.file("home/config.toml", "[keys.review]\nlater = [\"n\"]\n");
    let said = home.run(["--once"]).expect(3).err;
    assert!(
        said.contains("line 2, column 10") && said.contains("keys.review.no_counterpart"),
        "{said}"
    );
}
