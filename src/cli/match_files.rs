//! `vectis match-files`: the matcher alone, on files.

use std::fs::File;
use std::io::{BufReader, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::session::usage;
use super::{Done, Output};
use crate::domain::problem::Problem;
use crate::matching::Settings;
use crate::matching::files::match_files;

#[derive(Debug, Args)]
#[command(
    after_help = "Example: vectis match-files --customers ion_customers.csv --psa psa_companies.csv --output links.csv"
)]
pub(crate) struct MatchFilesArgs {
    /// Customers of the distributor: id,name,domain,email,address,city,state,postcode,country,phone
    #[arg(long, value_name = "FILE")]
    customers: PathBuf,
    /// Companies of the PSA: psa_id, then the same columns
    #[arg(long, value_name = "FILE")]
    psa: PathBuf,
    /// Where to write ion_id,decision,psa_id,candidates,score
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

pub(super) fn run(args: MatchFilesArgs, output: Output) -> Result<Done, Problem> {
    let customers = BufReader::new(open(&args.customers)?);
    let psa = BufReader::new(open(&args.psa)?);
    // Beside the target first, so that a failure never leaves half a file in its place.
    let partial = args.output.with_extension("partial");
    let file = File::create(&partial).map_err(|e| cannot("written", &partial, &e))?;
    let mut out = BufWriter::new(file);
    let bar = Bar::new(&args.customers, output);
    let done = match_files(customers, psa, &mut out, &Settings::default(), &|done| {
        bar.show(done)
    });
    bar.clear();
    let summary = match done {
        Ok(summary) => summary,
        Err(error) => {
            let _ = std::fs::remove_file(&partial);
            return Err(error.to_problem());
        }
    };
    out.flush()
        .and_then(|()| std::fs::rename(&partial, &args.output))
        .map_err(|e| cannot("written", &args.output, &e))?;
    for note in &summary.notes {
        output.note(&format!(
            "{}, line {}, {}: {}",
            note.file, note.line, note.column, note.reason
        ));
    }
    let document = json!({
        "customers": summary.customers, "companies": summary.companies,
        "auto": summary.auto, "review": summary.review, "none": summary.none,
        "notes": summary.notes.len(),
    });
    output.result(&document, || {
        format!(
            "{} customers against {} companies: {} linked, {} to review, {} without a counterpart",
            summary.customers, summary.companies, summary.auto, summary.review, summary.none
        )
    });
    Ok(Done::Well)
}

fn open(path: &Path) -> Result<File, Problem> {
    File::open(path).map_err(|e| cannot("read", path, &e))
}

fn cannot(done: &str, path: &Path, error: &std::io::Error) -> Problem {
    usage(
        format!("{} cannot be {done}", path.display()),
        error.to_string(),
        "check the path and its permissions",
    )
}

/// A progress bar on a terminal; nothing in a pipe.
struct Bar {
    total: Option<usize>,
}

impl Bar {
    /// The customers file tells roughly how much there is to do: a line is a customer.
    fn new(customers: &Path, output: Output) -> Self {
        let live = !output.quiet && std::io::stderr().is_terminal();
        let lines = || {
            std::fs::read(customers)
                .ok()
                .map(|text| text.iter().filter(|b| **b == b'\n').count())
        };
        Self {
            total: if live { lines() } else { None },
        }
    }

    fn show(&self, done: usize) {
        if let Some(total) = self.total {
            let percent = (done * 100 / total.max(1)).min(100);
            let _ = write!(
                std::io::stderr(),
                "\r[{:<40}] {percent:>3} %",
                "#".repeat(percent * 2 / 5)
            );
        }
    }

    fn clear(&self) {
        if self.total.is_some() {
            let _ = write!(std::io::stderr(), "\r{:60}\r", "");
        }
    }
}
