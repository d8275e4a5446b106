//! Writes what `src/matching/learn.py` learns from: the evidence of every candidate pair of a folder's two tables.
//!
//! `cargo run --release --example matching_rows -- FOLDER > FOLDER/rows.tsv`

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write, stdout};
use std::path::Path;

use vectis::matching::files::{InputFile, read_records};
use vectis::matching::learn::{learning_rows, signal_names};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args()
        .nth(1)
        .ok_or("usage: matching_rows FOLDER")?;
    let open = |name: &str| File::open(Path::new(&folder).join(name));
    let mut notes = Vec::new();
    let customers = read_records(InputFile::Customers, open("ion_customers.csv")?, &mut notes)?;
    let companies = read_records(InputFile::Psa, open("psa_companies.csv")?, &mut notes)?;
    let mut out = BufWriter::new(stdout().lock());
    writeln!(
        out,
        "customer\tcompany\tclass\t{}",
        signal_names().join("\t")
    )?;
    for row in learning_rows(&customers, &companies) {
        let values: Vec<String> = row.signals.iter().map(f32::to_string).collect();
        let (customer, company) = (&customers[row.customer].id, &companies[row.company].id);
        writeln!(
            out,
            "{customer}\t{company}\t{}\t{}",
            row.name_class,
            values.join("\t")
        )?;
    }
    out.flush()?;
    Ok(())
}
