//! The one entry: an input in, findings, unjudged rows and licensing out.

use std::collections::BTreeSet;

use crate::domain::finding::{Finding, Unjudged, UnjudgedReason};

use super::context::Context;
use super::input::{Input, Outcome};
use super::judge;
use super::licensing;
use super::position::{Position, positions};
use super::rules::Rules;
use super::{
    cost_moved, drift, margin, overlapping, renewal, still_billed, uncontracted, unmatched,
};

/// Judges everything. Equal inputs give equal outcomes, whatever the order of their rows.
pub fn evaluate(input: &Input, rules: &Rules) -> Outcome {
    let context = Context::new(input, rules);
    let positions = positions(&context);
    let mut findings = unmatched::find(&positions);
    let mut unjudged = Unjudged::new();
    let mut unsure = BTreeSet::new();
    let mut reasons = Vec::with_capacity(positions.len());
    for position in &positions {
        let reason = match of_position(&context, position) {
            Ok(found) => {
                findings.extend(found);
                None
            }
            Err(reason) => Some(reason),
        };
        reasons.push(reason);
        if let Some(reason) = reason {
            *unjudged.entry(reason).or_default() += judge::rows(position);
            unsure.extend(judge::unsure(&context, position, reason));
        }
    }
    sort(&mut findings);
    Outcome {
        findings,
        unsure,
        unjudged,
        licensing: licensing::rows(&positions, &reasons),
    }
}

/// The findings of a position, or why there can be none.
fn of_position<'a>(
    context: &Context<'a>,
    position: &Position<'a>,
) -> Result<Vec<Finding>, UnjudgedReason> {
    match judge::hindrance(context, position) {
        Some(reason) if judge::matters(position) => return Err(reason),
        Some(_) => return Ok(Vec::new()),
        None => (),
    }
    let mut found = Vec::new();
    found.extend(uncontracted::find(context, position));
    found.extend(still_billed::find(context, position));
    match margin::find(context, position) {
        Ok(short) => found.extend(short),
        // Seats can be told without margins; where they agree, the row has shown nothing.
        Err(reason) if found.is_empty() => return Err(reason),
        Err(_) => (),
    }
    found.extend(drift::find(context, position));
    found.extend(cost_moved::find(context, position));
    found.extend(overlapping::find(context, position));
    found.extend(renewal::find(context, position));
    Ok(found)
}

/// By kind, then the largest amount, then what tells them apart for good.
fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let largest = b.monthly_amount.abs().cmp(&a.monthly_amount.abs());
        a.kind
            .cmp(&b.kind)
            .then(largest)
            .then_with(|| a.customer.cmp(&b.customer))
            .then_with(|| a.fingerprint.cmp(&b.fingerprint))
    });
}
