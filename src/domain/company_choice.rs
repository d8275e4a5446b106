//! Which of the PSA's companies are active here: those of the types and statuses that a person chose.

use serde::{Deserialize, Serialize};

use super::text::{clean, folded};

/// So many words are kept of each kind.
const MOST: usize = 50;
/// The longest one, in characters.
const LONGEST: usize = 80;

/// Types and statuses by which a company is active. One of others is kept, inactive: an account can still be told to be
/// its, but it is no customer to bill.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CompanyChoice {
    /// Types, by name or number; none: every type.
    #[serde(default)]
    pub types: Vec<String>,
    /// Statuses, by name; none: those that the PSA calls active.
    #[serde(default)]
    pub statuses: Vec<String>,
}

/// What the PSA says of a company.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CompanyKind {
    /// Its types, each by name or number, or both.
    pub types: Vec<String>,
    /// Its status in the PSA's words.
    pub status: String,
    /// Whether the PSA calls it active.
    pub active: bool,
}

impl CompanyChoice {
    /// Reads two lists of words with commas between them.
    pub fn of(types: &str, statuses: &str) -> Self {
        let words = |list: &str| {
            let words = list.split([',', ';']).map(|word| clean(word, LONGEST));
            words.filter(|word| !word.is_empty()).take(MOST).collect()
        };
        Self {
            types: words(types),
            statuses: words(statuses),
        }
    }

    /// This one where it says something, of types and of statuses each; else the other.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        let first = |own: Vec<String>, other: &[String]| match own.is_empty() {
            true => other.to_vec(),
            false => own,
        };
        Self {
            types: first(self.types, &other.types),
            statuses: first(self.statuses, &other.statuses),
        }
    }

    /// True if such a company is active here.
    pub fn takes(&self, kind: &CompanyKind) -> bool {
        let of_type = self.types.is_empty() || kind.types.iter().any(|t| has(&self.types, t));
        let in_status = match self.statuses.is_empty() {
            true => kind.active,
            false => has(&self.statuses, &kind.status),
        };
        of_type && in_status
    }
}

/// True if the word is among these, whatever its case, spaces and marks.
pub fn has(words: &[String], word: &str) -> bool {
    let word = folded(word);
    words.iter().any(|known| folded(known) == word)
}

/// `80 companies visible, 73 of them active`: the words of Test, sync, doctor and the acceptance report.
pub fn company_words(visible: u64, active: u64) -> String {
    let companies = if visible == 1 { "company" } else { "companies" };
    format!("{visible} {companies} visible, {active} of them active")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(types: &[&str], status: &str, active: bool) -> CompanyKind {
        CompanyKind {
            types: types.iter().map(|t| (*t).to_owned()).collect(),
            status: status.to_owned(),
            active,
        }
    }

    #[test]
    fn without_a_choice_the_psas_own_word_counts() {
        let none = CompanyChoice::of(" , ", "");
        assert_eq!(none, CompanyChoice::default());
        assert!(none.takes(&kind(&["Vendor"], "Active", true)));
        assert!(!none.takes(&kind(&["Client"], "Inactive", false)));
    }

    #[test]
    fn one_of_several_types_is_enough_and_chosen_statuses_replace_the_psas_word() {
        let choice = CompanyChoice::of("Client, Former-Client;1", "Active,Credit hold");
        assert!(choice.takes(&kind(&["Vendor", "client"], "credit-hold", false)));
        assert!(choice.takes(&kind(&["1"], "Active", true)));
        assert!(choice.takes(&kind(&["Former Client"], "Active", true)));
        assert!(!choice.takes(&kind(&["Vendor"], "Active", true)));
        assert!(!choice.takes(&kind(&["Client"], "Imported", true)));
        assert!(!choice.takes(&kind(&[], "Active", true)));
        let of_types = CompanyChoice::of("Client", "");
        let both = of_types.or(&CompanyChoice::of("Vendor", "Active"));
        assert_eq!(both, CompanyChoice::of("Client", "Active"));
        assert_eq!(
            company_words(80, 73),
            "80 companies visible, 73 of them active"
        );
    }
}
