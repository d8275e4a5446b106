//! What would be imported, for a person and for scripts.

use serde_json::{Value, json};

use super::{FileReport, Import, Rejected, Use};

/// Rejected rows shown to a person; scripts get all.
const SHOWN: usize = 20;

/// The preview, line by line.
pub fn preview(import: &Import) -> Vec<String> {
    let mut out = Vec::new();
    for file in &import.files {
        describe(file, &mut out);
    }
    out.push(counts(import));
    let rejected = rejected_lines(import, SHOWN);
    out.extend(rejected.into_iter().map(|words| format!("  {words}")));
    if import.rejected.len() > SHOWN {
        out.push(format!(
            "  … and {} more; --json lists all",
            import.rejected.len() - SHOWN
        ));
    }
    for q in &import.questions {
        out.push(format!("{}: {}: {}", q.file, q.words, q.answer()));
    }
    out
}

/// Rejected rows with the place and the reason of each.
pub fn rejected_lines(import: &Import, most: usize) -> Vec<String> {
    let line = |r: &Rejected| {
        let column = match r.column.as_str() {
            "" => String::new(),
            header => format!(", column '{header}'"),
        };
        format!("{}, line {}{column}: {}", r.file, r.line, r.reason)
    };
    import.rejected.iter().take(most).map(line).collect()
}

/// The preview as one document: `companies` and `lines` are counts, `rejected` has `file, line, column, reason`, `files`
/// how each was understood, `questions` what has to be answered before anything is taken.
pub fn preview_json(import: &Import) -> Value {
    json!({
        "companies": import.companies.len(),
        "lines": import.lines.len(),
        "rejected": import.rejected,
        "files": import.files,
        "questions": import.questions,
    })
}

fn counts(import: &Import) -> String {
    let plural =
        |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let mut parts = vec![
        plural(import.companies.len(), "company", "companies"),
        plural(import.lines.len(), "line", "lines"),
    ];
    let skipped: u64 = import
        .files
        .iter()
        .map(|f| f.blank_rows + f.totals_rows)
        .sum();
    parts.push(format!("{} rejected", import.rejected.len()));
    if skipped > 0 {
        parts.push(format!("{skipped} blank or totals rows passed over"));
    }
    parts.join(", ")
}

fn describe(file: &FileReport, out: &mut Vec<String>) {
    let delimiter = match file.delimiter {
        '\t' => "tabs".to_owned(),
        c => format!("'{c}'"),
    };
    let mut styles = String::new();
    if let Some(mark) = file.decimal {
        styles.push_str(&format!(", decimal {mark}"));
    }
    if let Some(order) = file.date_order {
        styles.push_str(&format!(", dates {order}"));
    }
    out.push(format!(
        "{}: {}, separated by {delimiter}, header in line {}{styles}",
        file.file, file.encoding, file.header_line
    ));
    let listed = |wanted: Use| {
        let headers: Vec<_> = file
            .mapping
            .iter()
            .filter(|m| m.used == wanted)
            .map(|m| m.header.as_str())
            .collect();
        headers.join(", ")
    };
    for mapped in &file.mapping {
        if let Use::As(field) = mapped.used {
            out.push(format!("  {field} from '{}'", mapped.header));
        }
    }
    for (words, headers) in [
        ("not used", listed(Use::Nothing)),
        ("never stored", listed(Use::Secret)),
    ] {
        if !headers.is_empty() {
            out.push(format!("  {words}: {headers}"));
        }
    }
    out.extend(file.notes.iter().map(|note| format!("  note: {note}")));
}

#[cfg(test)]
mod tests {
    use super::super::{Options, Source, read_companies, read_lines};
    use super::*;

    #[test]
    fn a_person_and_a_script_see_the_same() {
        let companies = read_companies(&Source {
            name: "c.csv",
            bytes: b"ID,Company,Colour,API key\n1,Acme,red,k3y\n,B,,\n",
        })
        .unwrap();
        let lines = Source {
            name: "l.csv",
            bytes: b"Client;Product;Qty;Start date\nAcme;A;1;03/04/2026\n",
        };
        let lines = read_lines(&lines, &companies.companies, &Options::default()).unwrap();
        let import = companies.and(lines);
        let shown = preview(&import);
        assert_eq!(
            shown[..7],
            [
                "c.csv: UTF-8, separated by ',', header in line 1",
                "  company_id from 'ID'",
                "  company_name from 'Company'",
                "  not used: Colour",
                "  never stored: API key",
                "l.csv: UTF-8, separated by ';', header in line 1",
                "  company_name from 'Client'",
            ]
        );
        assert_eq!(shown[10], "1 company, 0 lines, 1 rejected");
        assert_eq!(shown[11], "  c.csv, line 3, column 'ID': the id is empty");
        assert!(
            shown[12].ends_with(": say which with --date-order dmy|mdy"),
            "{}",
            shown[12]
        );

        let json = preview_json(&import);
        assert_eq!(json["companies"], 1);
        let rejected =
            json!({"file": "c.csv", "line": 3, "column": "ID", "reason": "the id is empty"});
        assert_eq!(json["rejected"], json!([rejected]));
        assert_eq!(json["questions"][0]["flag"], "--date-order");
        assert_eq!(
            json["files"][0]["mapping"][0],
            json!({"header": "ID", "used": {"as": "company_id"}})
        );
        assert!(!json.to_string().contains("k3y"));
    }
}
