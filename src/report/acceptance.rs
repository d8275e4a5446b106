//! The acceptance report of a new tenant as people read it.

use super::acceptance_psa;
use super::document::{Block, Document};
use super::sheet::{Cell, Sheet};
use crate::domain::acceptance::{
    Acceptance, CheckState, Completeness, CostReading, Outcome, QuarantineReason, RowOrder, Traffic,
};
use crate::domain::time::{CalendarSource, duration_words};

/// The report, for people.
pub fn document(report: &Acceptance) -> Document {
    let mut out = Document::new(format!(
        "Acceptance of {}: {} account {}",
        report.connection, report.label, report.account
    ));
    out.push(Block::Figure {
        label: "Outcome".to_owned(),
        value: outcome(report.outcome).to_owned(),
    });
    out.paragraph(format!(
        "Made {} by vectis {} against {}, in {}.",
        report.at,
        report.version,
        report.base_url,
        duration_words(i64::try_from(report.seconds).unwrap_or(i64::MAX))
    ));
    if report.calendar == CalendarSource::Set {
        out.push(Block::Notice(format!(
            "The calendar of this report was set to {} (VECTIS_NOW); it is not the machine's own time.",
            report.at
        )));
    }
    failure(&mut out, report);
    checks(&mut out, report);
    listings(&mut out, report);
    differences(&mut out, report);
    quarantine(&mut out, report);
    acceptance_psa::section(&mut out, report.psa.as_ref());
    cost_period(&mut out, &report.cost_period);
    answers(&mut out, report);
    traffic(&mut out, &report.traffic);
    values(&mut out, report);
    out
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Warnings => "passed, with warnings",
        Outcome::Quarantine => "passed, with rows in quarantine",
        Outcome::Failed => "FAILED",
        Outcome::Interrupted => "stopped before its end",
    }
}

fn failure(out: &mut Document, report: &Acceptance) {
    let Some(problem) = &report.problem else {
        return;
    };
    out.push(Block::Notice(problem.title.clone()));
    let request = problem.request.as_deref().unwrap_or_default();
    let parts = [
        ("Seen", problem.seen.as_str()),
        ("Cause", &problem.cause),
        ("What to do", &problem.remedy),
        ("Request", request),
    ];
    let told = parts.into_iter().filter(|(_, text)| !text.is_empty());
    out.push(Block::List(
        told.map(|(name, text)| format!("{name}: {text}")).collect(),
    ));
}

fn checks(out: &mut Document, report: &Acceptance) {
    out.heading("Checks");
    let columns = ["check", "verdict", "seen"];
    out.push(Block::Table(Sheet::of(&columns, &report.checks, |check| {
        vec![
            Cell::text(check.check.label()),
            Cell::text(check.state.words()),
            Cell::text(&check.seen),
        ]
    })));
    let to_do = report.checks.iter().filter(|c| !c.remedy.is_empty());
    let failed = report.problem.is_some();
    // What a failure asks for stands above.
    let to_do = to_do.filter(|c| !(failed && c.state == CheckState::Fail));
    let lines: Vec<String> = to_do
        .map(|c| format!("{}: {}", c.check.label(), c.remedy))
        .collect();
    if !lines.is_empty() {
        out.push(Block::List(lines));
    }
}

fn listings(out: &mut Document, report: &Acceptance) {
    out.heading("What was read");
    let columns = [
        "listing",
        "rows",
        "total told",
        "pages",
        "asked",
        "largest page",
        "begun again",
        "order",
        "complete",
    ];
    let sheet = Sheet::of(&columns, &report.listings, |listing| {
        vec![
            Cell::text(&listing.stream),
            Cell::number(Some(listing.distinct)),
            Cell::number(listing.total),
            Cell::number(Some(listing.pages)),
            Cell::number(Some(listing.asked)),
            Cell::number(Some(listing.largest_page)),
            Cell::number(Some(listing.rereads)),
            Cell::text(match listing.order {
                RowOrder::Ascending => "ascending",
                RowOrder::Descending => "descending",
                RowOrder::None => "none",
                RowOrder::Unknown => "",
            }),
            Cell::text(match listing.completeness {
                Completeness::Counted => "yes",
                Completeness::Uncounted => "to its end; no total is told",
                Completeness::Short => "NO: rows are missing",
                Completeness::Unfinished => "NO: not read to its end",
            }),
        ]
    });
    out.table_or(sheet, "No listing was reached.");
    let counts = report.counts;
    if !report.listings.is_empty() {
        out.paragraph(format!(
            "Kept: {} customers, {} subscriptions, {} rows in quarantine. Afterwards {} customers are linked to the PSA, {} wait for \
             a person, {} have no counterpart; {} findings are open.",
            counts.customers,
            counts.subscriptions,
            counts.quarantined,
            counts.matched,
            counts.to_review,
            counts.unmatched,
            counts.findings
        ));
    }
    let notes = report.notes.iter().map(|remark| {
        let pages = match remark.pages {
            1 => String::new(),
            n => format!(" (on {n} pages)"),
        };
        format!("{}: {}{pages}", remark.stream, remark.note)
    });
    let notes: Vec<String> = notes.collect();
    if !notes.is_empty() {
        out.push(Block::List(notes));
    }
}

fn differences(out: &mut Document, report: &Acceptance) {
    out.heading("What differed from the documents");
    let columns = ["where", "how", "count", "example"];
    let sheet = Sheet::of(&columns, &report.differences, |difference| {
        vec![
            Cell::text(&difference.path),
            Cell::text(difference.words),
            Cell::number(Some(difference.count)),
            Cell::text(&difference.example),
        ]
    });
    out.table_or(sheet, "Nothing that was read differed.");
}

fn quarantine(out: &mut Document, report: &Acceptance) {
    out.heading("Rows in quarantine");
    out.table_or(rejected(&report.quarantine), "None.");
}

/// Rows that could not be taken, by reason.
pub(super) fn rejected(reasons: &[QuarantineReason]) -> Sheet {
    let columns = ["listing", "reason", "rows", "example"];
    Sheet::of(&columns, reasons, |reason| {
        vec![
            Cell::text(&reason.stream),
            Cell::text(&reason.reason),
            Cell::number(Some(reason.count)),
            Cell::text(&reason.example),
        ]
    })
}

fn cost_period(out: &mut Document, reading: &CostReading) {
    out.heading("Which period costs refer to");
    let in_force = format!(
        "In force is cost_period = {}: costs are read as those of {}.",
        reading.in_force.tag(),
        reading.in_force.label()
    );
    let verdict = match (reading.reading, &reading.command) {
        (None, _) if reading.evidence.is_empty() => {
            "It cannot be told: no SKU is paid for under both a monthly and an annual cycle."
                .to_owned()
        }
        (None, _) => {
            "It cannot be told: the SKUs that are billed both ways do not agree.".to_owned()
        }
        (Some(fits), None) => format!("The reading that fits is the same: {}.", fits.label()),
        (Some(fits), Some(command)) => format!(
            "The reading that fits is another one: {}. To set it: {command}",
            fits.label()
        ),
    };
    out.paragraph(format!("{verdict} {in_force}"));
    let columns = [
        "sku",
        "product",
        "currency",
        "billed monthly",
        "term",
        "billed annually",
        "term",
        "ratio",
        "fits",
    ];
    let sheet = Sheet::of(&columns, &reading.evidence, |pair| {
        vec![
            Cell::text(pair.sku.as_str()),
            Cell::text(&pair.product_name),
            Cell::text(pair.currency.as_str()),
            Cell::Number(pair.monthly_cost.to_string()),
            Cell::text(&pair.monthly_term),
            Cell::Number(pair.annual_cost.to_string()),
            Cell::text(&pair.annual_term),
            Cell::Number(pair.ratio.clone()),
            Cell::text(pair.fits.map_or("neither", |period| period.tag())),
        ]
    });
    if !sheet.rows.is_empty() {
        out.push(Block::Table(sheet));
    }
}

fn answers(out: &mut Document, report: &Acceptance) {
    out.heading("What the documents leave open");
    let columns = ["question", "answer"];
    out.push(Block::Table(Sheet::of(
        &columns,
        &report.answers,
        |answer| {
            let words = match &answer.answer {
                Some(words) => words.clone(),
                None => format!("cannot be told from this run: {}", answer.because),
            };
            vec![Cell::text(answer.question), Cell::text(words)]
        },
    )));
}

fn traffic(out: &mut Document, traffic: &Traffic) {
    out.heading("On the wire");
    let statuses: Vec<String> = (traffic.statuses.iter())
        .map(|(status, n)| format!("{n} × {status}"))
        .collect();
    out.paragraph(format!(
        "{} requests, at most {} in any minute ({} allowed). Answers: {}.",
        traffic.requests,
        traffic.most_in_window,
        traffic.allowed_in_window,
        match statuses.is_empty() {
            true => "none".to_owned(),
            false => statuses.join(", "),
        }
    ));
    let failures: Vec<String> = (traffic.failures.iter())
        .map(|(seen, n)| format!("{n} × {seen}"))
        .collect();
    if !failures.is_empty() {
        out.push(Block::List(failures));
    }
    let columns = ["request", "answers", "median ms", "95 % ms", "longest ms"];
    let sheet = Sheet::of(&columns, &traffic.latencies, |latency| {
        let cell = |n: u64| Cell::number(Some(n));
        vec![
            Cell::text(&latency.path),
            cell(latency.count),
            cell(latency.p50_ms),
            cell(latency.p95_ms),
            cell(latency.max_ms),
        ]
    });
    out.table_or(sheet, "No answer came.");
    let columns = ["header", "count", "example"];
    let sheet = Sheet::of(&columns, &traffic.headers, |header| {
        vec![
            Cell::text(&header.name),
            Cell::number(Some(header.count)),
            Cell::text(&header.example),
        ]
    });
    out.table_or(
        sheet,
        "No header told of limits, the server or its request ids.",
    );
}

fn values(out: &mut Document, report: &Acceptance) {
    out.heading("Values seen");
    let columns = ["field", "value", "count"];
    let sheet = Sheet::of(&columns, &report.values, |seen| {
        vec![
            Cell::text(&seen.path),
            Cell::text(match seen.value.as_str() {
                "" => "(none)",
                value => value,
            }),
            Cell::number(Some(seen.count)),
        ]
    });
    out.table_or(sheet, "No row was read.");
}

#[cfg(test)]
mod tests {
    use super::super::html::html;
    use super::super::markdown::markdown;
    use super::super::plain::plain;
    use super::super::sample::unbroken;
    use super::*;
    use crate::domain::acceptance::{Difference, sample};
    use crate::domain::problem::{Problem, ProblemKind};

    #[test]
    fn every_form_says_the_same() {
        let mut report = sample::clean();
        report.outcome = Outcome::Failed;
        report.calendar = CalendarSource::Set;
        report.problem = Some(
            Problem::new(ProblemKind::AccessDenied, "Access is denied")
                .seen("HTTP 403")
                .remedy("Give the user another role"),
        );
        report.differences.push(Difference {
            path: "customers.region".to_owned(),
            kind: "unknown_field",
            words: "not documented",
            count: 60,
            example: "NA".to_owned(),
        });
        report.quarantine.push(QuarantineReason {
            stream: "customers".to_owned(),
            reason: "name is missing".to_owned(),
            count: 2,
            example: "{}".to_owned(),
        });
        if let Some(psa) = &mut report.psa {
            psa.surprises = vec!["3 lines are odd".to_owned()];
        }
        let document = document(&report);
        for text in [plain(&document), markdown(&document), html(&document)] {
            for said in [
                "FAILED",
                "account 10505",
                "What to do: Give the user another role",
                "was set to 2026-11-24T06:00:00Z",
                "customers.region",
                "name is missing",
                "HaloPSA was read by its API: 412 companies visible, 398 of them active, and 1308 agreement lines, 14 requests.",
                "3 lines are odd",
                "9 requests, at most 9 in any minute (28 allowed). Answers: 9 × 200.",
            ] {
                assert!(unbroken(&text).contains(said), "{said} in\n{text}");
            }
        }
        let clean = plain(&super::document(&sample::clean()));
        assert!(!clean.contains("VECTIS_NOW") && !clean.contains("What to do"));
    }
}
