//! The invoices' lines, joined with their clients into one reading; each line is counted once.

use std::collections::HashSet;

use super::invoices::{Invoice, Skipped};
use super::items::Items;
use super::periods::{Periods, untold};
use crate::domain::ids::PsaId;
use crate::domain::subscription::{BillingCycle, Quarantined};
use crate::psa::{Reading, Scope};

/// Joins the invoices' lines, and notes what a person should know.
pub(super) fn join(invoices: Vec<Invoice>, items: &Items, scope: &Scope, reading: &mut Reading) {
    let known: HashSet<PsaId> = reading.companies.iter().map(|c| c.id.clone()).collect();
    let periods = Periods::learn(invoices.iter().map(|invoice| &invoice.period));
    let mut counts = Counts::default();
    let mut met = HashSet::new();
    for invoice in &invoices {
        match invoice.skipped(scope.today) {
            Some(Skipped::Over) => continue,
            Some(Skipped::Disabled) => {
                counts.disabled += 1;
                continue;
            }
            None if !known.contains(&invoice.client) => {
                counts.orphans += 1;
                continue;
            }
            None => {}
        }
        let Some(own) = &invoice.lines else {
            continue;
        };
        counts.for_another += u64::from(invoice.for_another);
        counts.inactive += own.inactive;
        counts.once += own.once;
        if !own.lines.is_empty() && periods.cycle(&invoice.period) == BillingCycle::Unknown {
            counts.untold.push(invoice.period.number);
        }
        for row in &own.quarantined {
            put_aside(reading, row.clone());
        }
        for line in &own.lines {
            if !met.insert(line.id) {
                counts.twice += 1;
                continue;
            }
            counts.computed += u64::from(line.is_computed());
            counts.own_period += u64::from(line.own_period);
            let line = line.of(invoice, &periods, items, scope.currency.as_ref());
            counts.no_currency += u64::from(line.currency.is_none());
            reading.lines.push(line);
        }
    }
    reading.notes.extend(counts.notes());
}

/// What is told of the lines.
#[derive(Default)]
struct Counts {
    disabled: u64,
    orphans: u64,
    for_another: u64,
    inactive: u64,
    once: u64,
    twice: u64,
    computed: u64,
    own_period: u64,
    no_currency: u64,
    untold: Vec<Option<i64>>,
}

impl Counts {
    fn notes(&self) -> Vec<String> {
        let notes = [
            (
                self.computed,
                "lines have a quantity that HaloPSA computes itself, from licences, subscriptions, users or assets: they follow \
                 what it knows, so their seats are compared, but leak only where it knows too little",
            ),
            (self.disabled, "recurring invoices are disabled: left out"),
            (
                self.inactive,
                "lines of recurring invoices are inactive: left out",
            ),
            (
                self.once,
                "lines of recurring invoices are charged once: left out",
            ),
            (
                self.orphans,
                "recurring invoices are of clients that are not listed: left out",
            ),
            (
                self.for_another,
                "recurring invoices were made for another client than the one that they bill: their seats count for the one billed",
            ),
            (
                self.twice,
                "lines came twice under one number: the first counts",
            ),
            (
                self.own_period,
                "lines name a billing period of their own, which no document explains: that of their invoice counts",
            ),
            (
                self.no_currency,
                "lines name no currency: set psa.currency in the configuration, or their prices stay unjudged",
            ),
        ];
        let counted = notes.iter().filter(|(count, _)| *count > 0);
        let counted = counted.map(|(count, words)| format!("{count} {words}"));
        counted.chain(untold(&self.untold)).collect()
    }
}

/// A row that a page shows again is put aside once.
pub(super) fn put_aside(reading: &mut Reading, row: Quarantined) {
    if !reading.quarantined.contains(&row) {
        reading.quarantined.push(row);
    }
}
