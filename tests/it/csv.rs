//! The PSA from files: previewed, asked about, imported and imported again.

use serde_json::json;

use crate::support::program::{Home, Ran};
use crate::support::screen::Screen;

const COMPANIES: &str = "Client ID;Client Name;Status\n1;Acme GmbH;Active\n2;Fabrikam;Inactive\n3;Contoso;\n\
    4;Northwind;Active\n5;Tailspin;Active\n6;Wingtip;Active\n";
const LINES: &str = "Client ID;Item;Qty;Amount;Start Date;Billable\n1;M365 BP;38;912,00;03.04.2026;Yes\n\
    3;M365 BP;4;96,00;03/04/2026;Yes\n1;Backup;2;50,00;;Do Not Bill\n4;M365 BP;1;24,00;;\n5;M365 BP;1;24,00;;\n\
    6;M365 BP;1;24,00;;\n9;M365 BP;1;24,00;;\n;;;1130,00;;\n";

fn import(home: &Home, lines: &str, flags: &[&str]) -> Ran {
    let (companies, lines) = (home.file("c.csv", COMPANIES), home.file("l.csv", lines));
    let database = home.database();
    let mut args = vec![
        "psa",
        "import",
        "--companies",
        &companies,
        "--agreements",
        &lines,
    ];
    args.extend(flags);
    args.extend(["--json", "--database", &database]);
    let ran = home.command(args).output();
    ran.expect("the program starts").into()
}

#[test]
fn a_question_is_asked_once_and_the_next_file_of_the_header_needs_none() {
    let home = Home::new();
    let asked = import(&home, LINES, &["--yes"]).expect(2).json();
    let remedy = asked["error"]["remedy"].as_str().unwrap_or_default();
    assert!(remedy.contains("--date-order dmy|mdy"), "{asked}");
    let answers = ["--date-order", "dmy", "--price", "extended"];
    let preview = import(&home, LINES, &answers).expect(9).json();
    assert_eq!(preview["changes"]["companies_new"], 6);
    assert_eq!(preview["rejected"][0]["line"], 8);
    assert_eq!(preview["rejected"][0]["column"], "Client ID");
    let taken = import(&home, LINES, &[&answers[..], &["--yes"]].concat());
    let taken = taken.expect(9).json();
    assert_eq!(
        (&taken["stored"]["lines"], &taken["files"][1]["totals_rows"]),
        (&json!(6), &json!(1))
    );

    let next = LINES.replace("38;912,00", "40;960,00");
    let again = import(&home, &next, &["--yes"]).expect(9).json();
    assert_eq!(again["stored"]["companies_new"], 0);
    let notes = again["files"][1]["notes"].to_string();
    assert!(
        notes.contains("dates as answered for the last file of this header: dmy"),
        "{notes}"
    );
    assert!(notes.contains("prices as answered"), "{notes}");
    // What such a file tells by itself is heeded; another header is asked about.
    let other = next.replace("Start Date", "Begins");
    let other = other.replace("Begins", "Effective Date");
    import(&home, &other, &["--yes"]).expect(2);
}

#[test]
fn a_much_smaller_file_changes_nothing_until_somebody_says_so() {
    let home = Home::new();
    let answers = ["--date-order", "dmy", "--price", "extended", "--yes"];
    import(&home, LINES, &answers).expect(9);
    let few = LINES.lines().take(3).collect::<Vec<_>>().join("\n");
    let flags = |more: &[&'static str]| [&answers[..], more].concat();
    let asked = import(&home, &few, &flags(&[])).expect(2).json();
    let title = asked["error"]["title"].as_str().unwrap_or_default();
    assert!(
        title.contains("only 2 agreement lines where the last import held 6"),
        "{asked}"
    );
    let remedy = asked["error"]["remedy"].as_str().unwrap_or_default();
    assert!(remedy.contains("--accept"), "{asked}");
    // Companies alone would end every line.
    let companies = home.path("c.csv").display().to_string();
    home.run(["psa", "import", "--companies", &companies, "--yes"])
        .expect(2);
    let taken = import(&home, &few, &flags(&["--accept"])).expect(0).json();
    assert_eq!(taken["stored"]["lines_gone"], 4);
}

#[test]
fn a_person_brings_the_files_in_on_the_screen() {
    let home = Home::new();
    let (companies, lines) = (home.file("c.csv", COMPANIES), home.file("l.csv", LINES));
    let mut screen = Screen::start(&home, &["--database", &home.database()], (80, 24));
    screen.wait_for("[ ] 1  Connect a distributor");
    screen.press("a");
    screen.wait_for("‹ TD SYNNEX ›");
    screen.press("\u{1b}[Z".repeat(2).as_str());
    screen.press("\u{1b}[D");
    screen.wait_for("‹ PSA (from files) ›");
    for text in ["\t", &companies, "\t", &lines, "\t", "\t", "\t", "\t", "\t"] {
        screen.press(text);
    }
    screen.press("\r");
    screen.wait_for("what to do: write dmy or mdy under “date order”");
    // Back from Test to the field.
    screen.press("\u{1b}[Z".repeat(4).as_str());
    screen.press("dmy");
    screen.press("\t\t");
    screen.press("extended");
    screen.press("\t\t");
    screen.press("\r");
    let text = screen.wait_for("company_id 'Client ID'");
    for part in [
        "6 companies (6 new, 0 not listed now), 6 agreement lines, 1 rejected",
        "l.csv, line 8, column 'Client ID'",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let answers = ["--date-order", "dmy", "--price", "extended"];
    let new = |home: &Home| {
        import(home, LINES, &answers).expect(9).json()["changes"]["companies_new"].clone()
    };
    assert_eq!(new(&home), 6, "a look stores nothing");
    screen.press("\r");
    screen.wait_for("✓ 6 companies (6 new");
    screen.wait_for("[x] 2  Bring in the PSA");
    assert_eq!(new(&home), 0);
    screen.press("q");
    assert_eq!(screen.end().0.exit_code(), 0);
}
