//! Ready choices of rows, for several commands.

use clap::ValueEnum;

use crate::domain::finding::FindingKind;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Preset {
    /// Seats bought above the contract, and SKUs below their margin.
    Leakage,
}

impl Preset {
    /// True for the kinds of findings that it shows.
    pub(super) fn shows(self, kind: FindingKind) -> bool {
        match self {
            Preset::Leakage => kind.is_leakage(),
        }
    }
}
