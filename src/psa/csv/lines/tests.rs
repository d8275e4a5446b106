use proptest::prelude::*;

use super::super::{Answers, PriceBasis, Question, Rejected, read_companies};
use super::*;
use crate::domain::ids::PsaId;
use crate::domain::money::Money;
use crate::domain::party::Profile;
use crate::psa::testing::assert_documented;

fn companies() -> Vec<PsaCompany> {
    [("1042", "Harbour Dental Group, LLC"), ("7", "Acme")]
        .map(|(id, name)| PsaCompany {
            id: PsaId::from(id),
            profile: Profile {
                name: name.to_owned(),
                ..Profile::default()
            },
            other_ms_tenants: Vec::new(),
            active: true,
        })
        .to_vec()
}

fn read_with(text: &str, options: &Options) -> Import {
    read_lines(
        &Source {
            name: "l.csv",
            bytes: text.as_bytes(),
        },
        &companies(),
        options,
    )
    .unwrap()
}

fn read(text: &str) -> Import {
    read_with(text, &Options::default())
}

fn rejected(import: &Import) -> Vec<(u64, &str, &str)> {
    import
        .rejected
        .iter()
        .map(|r: &Rejected| (r.line, r.column.as_str(), r.reason.as_str()))
        .collect()
}

fn money(text: &str) -> Option<Money> {
    Some(text.parse().unwrap())
}

#[test]
fn the_facts_sheets_example_is_taken_whole() {
    let import = read(
        "company_id,company_name,agreement_name,line_id,product_code,product_name,quantity,unit_price,unit_cost,currency,billing_cycle,start_date,end_date\n\
         1042,\"Harbour Dental Group, LLC\",Managed services,9001,O365-BP,Microsoft 365 Business Premium,38,24.00,17.95,USD,monthly,2025-01-01,\n",
    );
    assert_eq!(rejected(&import), []);
    let product = ["O365-BP", "", "Microsoft 365 Business Premium"];
    assert_documented(
        &import.lines[0],
        ["9001", "1042", "Managed services"],
        product,
    );
    assert!(import.files[0].notes.is_empty());
}

#[test]
fn the_shortest_file_that_makes_sense() {
    let import = read(
        "Client Name;Product Name;Quantity;Unit Price\nacme;Backup;1.200;2,50 €\nAcme;Backup;3;2,50\n;;;\nTotal;;1.203;\n",
    );
    let lines: Vec<_> = import
        .lines
        .iter()
        .map(|l| (l.seats, l.unit_price, l.currency.is_some()))
        .collect();
    assert_eq!(
        lines,
        [
            (Some(1200), money("2.5"), true),
            (Some(3), money("2.5"), false)
        ]
    );
    assert_eq!(import.lines[0].product_code, "Backup");
    let file = &import.files[0];
    assert_eq!(
        (file.decimal, file.blank_rows, file.totals_rows, file.taken),
        (Some(DecimalMark::Comma), 1, 1, 2)
    );
    assert!(file.notes.iter().any(|n| n.contains("taken as monthly")));
}

#[test]
fn every_bad_cell_is_named() {
    let import = read(
        "company_id,Client,Item,Qty,Price,Cost,Start Date\n\
         7,,A,1,1.00,,2026-01-31\n\
         8,,A,1,1.00,,\n\
         ,Nobody,A,1,1.00,,\n\
         7,,,1,1.00,,\n\
         7,,A,many,1.00,,\n\
         7,,A,1,\"1,2,3\",,\n\
         7,,A,1,1.00,free,\n\
         7,,A,1,1.00,,2026-02-30\n\
         7,,A,1,1.00,,,x\n\
         7,,A,99999999999,1.00,,\n\
         7,,A,1,99999999999999.00,,\n\
         7,,A,1,USD 1,EUR 1,\n",
    );
    assert_eq!(import.lines.len(), 1);
    let seen = rejected(&import);
    let places: Vec<_> = seen
        .iter()
        .map(|(line, column, _)| (*line, *column))
        .collect();
    assert_eq!(
        places,
        [
            (3, "company_id"),
            (4, "Client"),
            (5, "Item"),
            (6, "Qty"),
            (7, "Price"),
            (8, "Cost"),
            (9, "Start Date"),
            (10, ""),
            (11, "Qty"),
            (12, "Price"),
            (13, "Price")
        ]
    );
    assert_eq!(seen[0].2, "no company has the id '8'");
    assert_eq!(seen[3].2, "'many' is not a number written like 1,234.50");
    assert_eq!(
        seen[6].2,
        "'2026-02-30' is not a date that exists (dmy where order matters)"
    );
}

#[test]
fn fractions_credits_and_what_is_not_billed() {
    let import = read(
        "psa_id,product,quantity,unit_price,billable,status\n7,A,0.5,10.00,yes,Active\n7,B,-2,(5.00),,\n7,C,5,9.00,Do Not Bill,\n7,D,,9.00,,Cancelled\n7,E,4.00,9.00,,Odd\n",
    );
    let lines: Vec<_> = import
        .lines
        .iter()
        .map(|l| (l.seats, l.quantity_text.as_str(), l.unit_price, l.active))
        .collect();
    assert_eq!(
        lines,
        [
            (None, "0.5", money("10"), true),
            (Some(-2), "-2", money("-5"), true),
            (Some(5), "5", Some(Money::ZERO), true),
            (None, "", money("9"), false),
            (Some(4), "4.00", money("9"), true),
        ]
    );
    let notes = import.files[0].notes.join("|");
    for words in [
        "1 quantities are no whole",
        "1 rows have no quantity",
        "1 rows are negative",
        "1 rows are not billed",
        "taken as active: 'Odd'",
    ] {
        assert!(notes.contains(words), "{notes}");
    }
}

#[test]
fn what_spreadsheets_do_to_cells_is_undone() {
    let import = read(
        "psa_id,product,sku,quantity,unit_price\n\"=\"\"7\"\"\",A,=\"0012\",\"=\"\"38\"\"\",$(3.50)\n7,B,=1+1,2,\"USD (1,234.50)\"\n7,C,x,=1+1,2\n",
    );
    let lines: Vec<_> = import
        .lines
        .iter()
        .map(|l| (l.product_code.as_str(), l.seats, l.unit_price))
        .collect();
    assert_eq!(
        lines,
        [
            ("0012", Some(38), money("-3.5")),
            ("=1+1", Some(2), money("-1234.5")),
        ]
    );
    assert_eq!(rejected(&import).len(), 1, "a formula is no number");
}

#[test]
fn what_cannot_be_known_is_asked_with_its_flag() {
    let asked = |text: &str| {
        let import = read(text);
        assert!(import.lines.is_empty(), "nothing by halves");
        import
            .questions
            .iter()
            .map(|q: &Question| q.flag)
            .collect::<Vec<_>>()
    };
    let text = "psa_id,product,qty,amount,start date\n7,A,\"1,234\",\"2,468\",03/04/2026\n";
    assert_eq!(asked(text), ["--decimal", "--date-order", "--price"]);
    assert_eq!(
        asked("psa_id,product,qty,price\n7,A,1,\"1.234,50\"\n7,A,1,2.5\n"),
        ["--decimal"]
    );
    assert_eq!(
        asked("psa_id,product,qty,start date\n7,A,1,31/01/2026\n7,A,1,01/31/2026\n"),
        ["--date-order"]
    );
    assert!(
        read("psa_id,product,qty,amount\n7,A,1,5.00\n")
            .questions
            .is_empty(),
        "one unit is the line"
    );

    let told = Answers {
        date_order: Some(DateOrder::Mdy),
        price: Some(PriceBasis::Extended),
        decimal: Some(DecimalMark::Point),
    };
    let options = Options {
        told,
        currency: crate::domain::money::Currency::parse("USD"),
        ..Options::default()
    };
    let import = read_with(text, &options);
    let line = &import.lines[0];
    assert_eq!((line.seats, line.unit_price), (Some(1234), money("2")));
    assert_eq!(
        (line.starts_on.unwrap().to_string(), line.currency.is_some()),
        ("2026-03-04".to_owned(), true)
    );
    let unit = Options {
        told: Answers {
            price: Some(PriceBasis::Unit),
            ..told
        },
        ..options
    };
    assert_eq!(read_with(text, &unit).lines[0].unit_price, money("2468"));
}

#[test]
fn an_answer_serves_the_next_file_of_the_same_header_unless_that_tells_by_itself() {
    let text = "psa_id,product,qty,amount,start date\n7,A,2,\"2,468\",03/04/2026\n";
    let answers = Answers {
        date_order: Some(DateOrder::Mdy),
        price: Some(PriceBasis::Extended),
        decimal: Some(DecimalMark::Point),
    };
    let header = read(text).files[0].fingerprint.clone();
    let options = Options {
        remembered: [(header, answers)].into(),
        ..Options::default()
    };
    let first = |text: &str| {
        let import = read_with(text, &options);
        let line = import.lines.first().cloned();
        let told = line.map(|l| (l.unit_price, l.starts_on.unwrap().to_string()));
        (told, import.files[0].notes.len(), import.questions.len())
    };
    let (line, notes, questions) = first(text);
    assert_eq!(line, Some((money("1234"), "2026-03-04".to_owned())));
    assert_eq!((notes >= 3, questions), (true, 0));
    let clear = "PSA ID,Product,Qty,Amount,Start Date\n7,A,2,\"2,46\",30/04/2026\n7,A,2,\"2,46\",03/04/2026\n";
    let import = read_with(clear, &options);
    assert_eq!(
        import.lines[0].unit_price,
        money("1.23"),
        "the file's own style"
    );
    assert_eq!(import.lines[1].starts_on.unwrap().to_string(), "2026-04-03");
    let other = "psa_id,product,qty,amount,begins\n7,A,2,5.00,\n";
    assert_eq!(first(other).2, 1, "another header is asked about");
}

#[test]
fn repeated_ids_and_ids_of_our_own() {
    let import = read("psa_id,line_id,product,qty\n7,1,A,1\n7,1,A,1\n7,1,A,2\n7,,A,3\n");
    let seats: Vec<_> = import.lines.iter().map(|l| l.seats).collect();
    assert_eq!(seats, [Some(2), Some(3)]);
    assert!(import.files[0].notes[0].starts_with("1 rows repeat"));

    let ids = |rows: &[&str]| {
        let import = read(&format!("psa_id,product,qty\n{}\n", rows.join("\n")));
        let mut ids: Vec<_> = import
            .lines
            .iter()
            .map(|l| (l.product_name.clone(), l.seats, l.line_id.clone()))
            .collect();
        ids.sort();
        ids
    };
    let (a, b) = (
        ids(&["7,A,1", "7,A,2", "7,B,1"]),
        ids(&["7,B,1", "7,A,2", "7,A,1"]),
    );
    assert_eq!(a, b, "whatever the order of rows");
    assert_eq!(a[1].2, format!("{}-2", a[0].2));
    assert_ne!(a[0].2, a[2].2);
    assert_eq!(
        ids(&["7,A,9"])[0].2,
        a[0].2,
        "another quantity is the same line"
    );
}

#[test]
fn many_rows_are_soon_read() {
    let mut text = String::from(
        "company_id,agreement_name,product_code,product_name,quantity,unit_price,start_date\n",
    );
    for n in 0..5_000 {
        let (agreement, seats, cents) = (n % 50, n % 900, n % 90 + 10);
        text.push_str(&format!("7,\"Agreement, {agreement}\",P{n},Microsoft 365 {n},{seats},\"1,0{cents}.50\",31/01/2026\n"));
    }
    let started = std::time::Instant::now();
    let import = read(&text);
    assert_eq!((import.lines.len(), import.rejected.len()), (5_000, 0));
    let taken = started.elapsed();
    assert!(
        taken.as_secs() < 30,
        "{taken:?}: slow even without optimisation"
    );
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), header in any::<bool>()) {
        let mut all = if header { b"psa_id,product,qty,price,start date\n".to_vec() } else { Vec::new() };
        all.extend(bytes);
        let source = Source { name: "x", bytes: &all };
        let _ = read_lines(&source, &companies(), &Options::default());
        let _ = read_companies(&source);
    }

    #[test]
    fn no_cells_make_it_panic(cells in prop::collection::vec("[7A0-9.,()$€\"/ -]{0,8}|\\PC{0,6}", 0..40)) {
        let body = cells.chunks(5).map(|row| row.join(",")).collect::<Vec<_>>().join("\n");
        let text = format!("psa_id,product,qty,amount,end date\n{body}");
        let source = Source { name: "x", bytes: text.as_bytes() };
        if let Ok(import) = read_lines(&source, &companies(), &Options::default()) {
            let ids: std::collections::HashSet<_> = import.lines.iter().map(|l| &l.line_id).collect();
            prop_assert_eq!(ids.len(), import.lines.len());
            prop_assert!(import.questions.is_empty() || import.lines.is_empty());
        }
    }
}
