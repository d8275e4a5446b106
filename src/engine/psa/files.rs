//! The PSA from files: what an import would change, and what was answered about such files before.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;

use crate::domain::party::PsaSystem;
use crate::domain::problem::Problem;
use crate::engine::context::Context;
use crate::psa::csv::{Answers, Import};

/// Answers of so many kinds of files are kept.
const MOST: usize = 100;
/// Less than this was an import to try things out.
const FEW: usize = 5;

/// What an import would change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Changes {
    /// Companies that the hub does not hold.
    pub companies_new: usize,
    /// Companies of the last import that are not in this one.
    pub companies_gone: usize,
    /// Active agreement lines of the last import that are not in this one.
    pub lines_gone: usize,
    #[serde(skip)]
    companies: Counts,
    #[serde(skip)]
    lines: Counts,
}

/// How many the last import held, and how many this one does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Counts {
    last: usize,
    now: usize,
}

impl Changes {
    /// What makes the files look like a part of the export only; none where they do not.
    pub fn doubt(&self) -> Option<String> {
        let parts = [
            ("companies", self.companies),
            ("agreement lines", self.lines),
        ];
        let shrunk = parts
            .into_iter()
            .filter(|(_, counts)| counts.last >= FEW && counts.now * 2 < counts.last);
        let words: Vec<String> = shrunk
            .map(|(what, counts)| {
                format!(
                    "{} {what} where the last import held {}",
                    counts.now, counts.last
                )
            })
            .collect();
        (!words.is_empty()).then(|| words.join(", "))
    }
}

/// Compares an import with what is known from files.
///
/// # Errors
/// If the database cannot be read.
pub async fn changes(ctx: &Context, import: &Import) -> Result<Changes, Problem> {
    let held = ctx.store.company_ids(PsaSystem::Csv).await?;
    let last: Vec<_> = held.iter().filter(|(_, listed)| *listed).collect();
    let known: HashSet<_> = held.iter().map(|(id, _)| id).collect();
    let lines = ctx.store.active_line_ids(PsaSystem::Csv).await?;
    let now: HashSet<_> = import.companies.iter().map(|c| &c.id).collect();
    let now_lines: HashSet<&str> = import.lines.iter().map(|l| l.line_id.as_str()).collect();
    let missing = lines.iter().filter(|id| !now_lines.contains(id.as_str()));
    Ok(Changes {
        companies_new: now.iter().filter(|id| !known.contains(**id)).count(),
        companies_gone: last.iter().filter(|(id, _)| !now.contains(id)).count(),
        lines_gone: missing.count(),
        companies: Counts {
            last: last.len(),
            now: now.len(),
        },
        lines: Counts {
            last: lines.len(),
            now: now_lines.len(),
        },
    })
}

/// What was answered about files, by the fingerprints of their headers.
///
/// # Errors
/// If the database cannot be read.
pub async fn answers(ctx: &Context) -> Result<BTreeMap<String, Answers>, Problem> {
    let kept = ctx.store.file_answers().await?;
    // Answers of another version are asked for again.
    Ok(kept
        .and_then(|body| serde_json::from_str(&body).ok())
        .unwrap_or_default())
}

/// Keeps what was answered about the file of this header.
///
/// # Errors
/// If the database cannot be written.
pub async fn remember(ctx: &Context, fingerprint: &str, told: Answers) -> Result<(), Problem> {
    if told == Answers::default() {
        return Ok(());
    }
    let mut all = answers(ctx).await?;
    let before = all.get(fingerprint).copied().unwrap_or_default();
    if before == Answers::default() && all.len() >= MOST {
        all.pop_first();
    }
    all.insert(fingerprint.to_owned(), told.or(before));
    let body = serde_json::to_string(&all).unwrap_or_default();
    ctx.store.keep_file_answers(&body).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_than_half_of_what_there_was_is_asked_about() {
        let of = |last, now| Changes {
            companies: Counts { last, now },
            lines: Counts { last: 300, now: 0 },
            ..Changes::default()
        };
        let words = of(80, 12).doubt().unwrap();
        assert_eq!(
            words,
            "12 companies where the last import held 80, 0 agreement lines where the last import held 300"
        );
        let companies = |last, now| Changes {
            companies: Counts { last, now },
            ..Changes::default()
        };
        assert_eq!(companies(80, 40).doubt(), None);
        assert!(companies(80, 39).doubt().is_some());
        assert_eq!(companies(4, 1).doubt(), None, "too few to tell");
        assert_eq!(companies(0, 9).doubt(), None, "the first");
    }
}
