//! Ready choices of rows, for several commands.

use std::collections::BTreeSet;

use clap::ValueEnum;

use crate::domain::finding::FindingKind;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Preset {
    /// Seats bought above the contract, and SKUs below their margin.
    Leakage,
}

impl Preset {
    /// The kinds of findings that it shows.
    pub(super) fn kinds(self) -> BTreeSet<FindingKind> {
        let all = FindingKind::ALL.into_iter();
        match self {
            Preset::Leakage => all.filter(|kind| kind.is_leakage()).collect(),
        }
    }
}
