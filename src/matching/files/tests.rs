use super::{FilesError, InputFile, Summary, match_files};
use crate::matching::Settings;

fn run(customers: &[u8], psa: &[u8]) -> Result<(String, Summary), FilesError> {
    let mut out = Vec::new();
    let summary = match_files(customers, psa, &mut out, &Settings::default(), &|_| {})?;
    Ok((String::from_utf8_lossy(&out).into_owned(), summary))
}

const PSA: &[u8] = b"\xef\xbb\xbfname,psa_id,domain,phone\nContoso Widgets Ltd,7,contosowidgets.com,020 7946 0001\nFabrikam Bakery,8,fabrikam.example,\n";

#[test]
fn header_order_is_free_and_every_customer_has_one_row() {
    let (out, summary) = run(b"phone,id,name,domain\n+44 20 7946 0001,a,Contoso Widgets,www.contosowidgets.com\n,b,Quite Another Firm,\n", PSA).unwrap();
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "ion_id,decision,psa_id,candidates,score");
    assert!(lines[1].starts_with("a,auto,7,7"), "{out}");
    assert!(lines[2].starts_with("b,none,,"), "{out}");
    assert_eq!(
        (
            summary.customers,
            summary.companies,
            summary.auto,
            summary.none
        ),
        (2, 2, 1, 1)
    );
    assert!(summary.notes.is_empty());
}

#[test]
fn double_and_empty_ids_are_said() {
    let (out, summary) = run(b"id,name\na,One\n,Two\na,Three\nb,\n", PSA).unwrap();
    assert_eq!(out.lines().count(), 3);
    let said: Vec<(u64, &str)> = summary.notes.iter().map(|n| (n.line, n.column)).collect();
    assert_eq!(said, [(3, "id"), (4, "id"), (5, "name")]);
    assert!(summary.notes[1].reason.contains("line 2"));
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let missing = run(b"id,title\na,One\n", PSA).unwrap_err();
    assert!(matches!(
        missing,
        FilesError::MissingColumn {
            file: InputFile::Customers,
            column: "name",
            ..
        }
    ));
    assert!(missing.to_string().contains("customers file, line 1"));
    assert!(run(b"", PSA).is_err());
    assert!(matches!(
        run(b"id,name,name\n", PSA).unwrap_err(),
        FilesError::DoubleColumn { .. }
    ));
    let (_, summary) = run(b"id,name\na,Caf\xe9 Bar\nb\n", PSA).unwrap();
    assert!(summary.notes[0].reason.contains("Windows-1252"));
    assert!(summary.notes[1].reason.contains("1 fields instead of 2"));
}
