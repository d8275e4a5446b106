//! Judges companies by the types and statuses that a person chose, and tells of words that no company bears.

use std::collections::BTreeSet;

use crate::domain::company_choice::{CompanyChoice, CompanyKind, has};

/// So many words of the PSA are told.
const MOST: usize = 12;

/// Judges the companies of one reading.
pub(super) struct Judge<'a> {
    choice: &'a CompanyChoice,
    types: BTreeSet<String>,
    statuses: BTreeSet<String>,
}

impl<'a> Judge<'a> {
    /// By this choice.
    pub fn of(choice: &'a CompanyChoice) -> Self {
        Self {
            choice,
            types: BTreeSet::new(),
            statuses: BTreeSet::new(),
        }
    }

    /// True if such a company is active here.
    pub fn takes(&mut self, kind: &CompanyKind) -> bool {
        self.types.extend(kind.types.iter().cloned());
        self.statuses.insert(kind.status.clone());
        self.choice.takes(kind)
    }

    /// Chosen words that no company of a whole listing bears: likely misspelt.
    pub fn notes(&self) -> Vec<String> {
        let kinds = [
            ("type", &self.choice.types, &self.types),
            ("status", &self.choice.statuses, &self.statuses),
        ];
        let mut notes = Vec::new();
        for (what, chosen, met) in kinds {
            let met: Vec<String> = met.iter().filter(|w| !w.is_empty()).cloned().collect();
            for word in chosen.iter().filter(|word| !has(&met, word)) {
                let known = told(&met);
                notes.push(format!(
                    "no company is of the {what} '{word}'; there are: {known}"
                ));
            }
        }
        notes
    }
}

/// Words for a person; their numbers only where there are no words.
fn told(met: &[String]) -> String {
    let (numbers, words): (Vec<&str>, Vec<&str>) = met
        .iter()
        .map(String::as_str)
        .partition(|w| w.parse::<i64>().is_ok());
    let shown = if words.is_empty() { numbers } else { words };
    match shown.as_slice() {
        [] => "none is told".to_owned(),
        shown => shown[..shown.len().min(MOST)].join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_no_company_bears_is_told_with_those_that_there_are() {
        let choice = CompanyChoice::of("Client, Clent", "");
        let mut judge = Judge::of(&choice);
        for (kind, expected) in [("Client", true), ("Vendor", false)] {
            let kind = CompanyKind {
                types: vec![kind.to_owned(), "4".to_owned()],
                status: "Active".to_owned(),
                active: true,
            };
            assert_eq!(judge.takes(&kind), expected);
        }
        assert_eq!(
            judge.notes(),
            ["no company is of the type 'Clent'; there are: Client, Vendor"]
        );
        assert!(Judge::of(&CompanyChoice::default()).notes().is_empty());
    }
}
