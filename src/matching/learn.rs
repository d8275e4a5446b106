//! What the weights of `weights.rs` are learned from: the evidence of every candidate pair of two tables, as numbers.
//! `learn.py` beside this file does the learning.

use super::Record;
use super::card::Tables;
use super::evidence::{Evidence, gather};
use super::index::Index;
use super::signals::{SIGNALS, contexts, signals};

/// One candidate pair.
#[derive(Debug, Clone, PartialEq)]
pub struct LearningRow {
    /// Place in the list of customers.
    pub customer: usize,
    /// Place in the list of companies.
    pub company: usize,
    /// Class of the name, 0 to 6.
    pub name_class: usize,
    /// The signals, named by `signal_names`.
    pub signals: Vec<f32>,
}

/// Names of the signals.
pub fn signal_names() -> &'static [&'static str] {
    &SIGNALS
}

/// All candidate pairs of two tables.
pub fn learning_rows(customers: &[Record], companies: &[Record]) -> Vec<LearningRow> {
    let tables = Tables::build(
        &customers.iter().collect::<Vec<_>>(),
        &companies.iter().collect::<Vec<_>>(),
    );
    let index = Index::build(&tables);
    let mut scratch = index.scratch(&tables);
    let mut rows = Vec::new();
    for (customer, card) in tables.customers.iter().enumerate() {
        let candidates = index.candidates(&tables, card, &mut scratch);
        let evidence: Vec<Evidence> = candidates
            .iter()
            .map(|&row| gather(&tables, card, &tables.companies[row as usize]))
            .collect();
        for ((row, e), context) in candidates.iter().zip(&evidence).zip(contexts(&evidence)) {
            rows.push(LearningRow {
                customer,
                company: *row as usize,
                name_class: e.name_class() as usize,
                signals: signals(e, &context).to_vec(),
            });
        }
    }
    rows
}
