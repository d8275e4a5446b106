//! Names of licences without what only says how they are bought.

use std::collections::BTreeSet;

use super::fold::fold;

/// A product name without its terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// What is left of the name.
    pub words: BTreeSet<String>,
    /// For how long one commits, where the name tells it: `1 year`.
    pub term: &'static str,
}

impl Product {
    /// Takes a name apart.
    pub fn parse(name: &str) -> Self {
        let mut folded = format!(" {} ", fold(&name.replace("w/o", "without")));
        for (from, to) in [
            (" microsoft 365 ", " m365 "),
            (" office 365 ", " o365 "),
            (" azure active directory premium ", " entra id "),
            (" azure ad premium ", " entra id "),
            (" aad premium ", " entra id "),
            (" microsoft entra id ", " entra id "),
            (" azure ad ", " entra id "),
            (" power bi ", " powerbi "),
            (" without teams ", " noteams "),
            (" no teams ", " noteams "),
            (" non profit ", " nonprofit "),
            (" not for profit ", " nonprofit "),
            (" charity ", " nonprofit "),
            (" add on ", " addon "),
            (" e mail ", " email "),
        ] {
            folded = folded.replace(from, to);
        }
        let all: Vec<&str> = folded.split(' ').filter(|w| !w.is_empty()).collect();
        let mut words = BTreeSet::new();
        let mut term = "";
        let mut i = 0;
        while i < all.len() {
            let next = all.get(i + 1).copied().unwrap_or_default();
            match (all[i], next) {
                ("plan", n) if n.len() == 1 && n.bytes().all(|b| b.is_ascii_digit()) => {
                    words.insert(format!("p{n}"));
                    i += 1;
                }
                // `1 year`, `12 months`
                (n, unit)
                    if n.bytes().all(|b| b.is_ascii_digit())
                        && matches!(unit, "year" | "years" | "yr" | "month" | "months" | "mo") =>
                {
                    term = longer(term, commitment(&format!("{n}{}", &unit[..1])));
                    i += 1
                }
                (word, _) if is_term(word) => term = longer(term, commitment(word)),
                (word, _) => {
                    words.insert(one_spelling(word).to_owned());
                }
            }
            i += 1;
        }
        Self { words, term }
    }

    /// The words that make it another product, in the order of the alphabet.
    pub fn edition(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        let hard: Vec<&str> = words.into_iter().filter(|w| is_hard(w)).collect();
        hard.join(" ")
    }

    /// Enough to be sure by: more than a maker's name.
    pub fn is_telling(&self) -> bool {
        self.words.iter().any(|w| w.len() > 2)
            && self.words.len()
                > usize::from(
                    self.words
                        .iter()
                        .any(|w| matches!(w.as_str(), "m365" | "o365" | "business" | "enterprise")),
                )
    }

    /// Why two names cannot be one product, if they cannot: editions or plans differ.
    pub fn conflict(&self, other: &Self) -> Option<String> {
        let hard = |p: &Self| {
            p.words
                .iter()
                .filter(|w| is_hard(w))
                .cloned()
                .collect::<BTreeSet<String>>()
        };
        let (ours, theirs) = (hard(self), hard(other));
        let list = |set: Vec<&String>| {
            if set.is_empty() {
                "none".to_owned()
            } else {
                set.into_iter()
                    .map(String::as_str)
                    .collect::<Vec<_>>()
                    .join(" ")
            }
        };
        (ours != theirs).then(|| {
            format!(
                "other edition: {} ≠ {}",
                list(ours.difference(&theirs).collect()),
                list(theirs.difference(&ours).collect())
            )
        })
    }
}

/// For how long a word says that one commits; empty where it says nothing.
pub(super) fn commitment(word: &str) -> &'static str {
    match word {
        "p1m" | "1m" | "monthly" => "1 month",
        "p1y" | "p1yr" | "1y" | "1yr" | "1year" | "12m" | "annual" | "annually" | "yearly" => {
            "1 year"
        }
        "p3y" | "3y" | "3yr" | "3year" | "36m" | "triennial" => "3 years",
        _ => "",
    }
}

/// `Annual commit, billed monthly` commits for a year.
fn longer(a: &'static str, b: &'static str) -> &'static str {
    let rank = |term| {
        ["", "1 month", "1 year", "3 years"]
            .iter()
            .position(|t| *t == term)
    };
    if rank(b) > rank(a) { b } else { a }
}

/// Words that say how it is bought, not what it is.
fn is_term(word: &str) -> bool {
    matches!(
        word,
        "nce"
            | "csp"
            | "annual"
            | "annually"
            | "monthly"
            | "yearly"
            | "month"
            | "year"
            | "yr"
            | "mth"
            | "mo"
            | "commit"
            | "commitment"
            | "term"
            | "billed"
            | "billing"
            | "prepaid"
            | "upfront"
            | "subscription"
            | "subscriptions"
            | "license"
            | "licenses"
            | "licence"
            | "licences"
            | "lic"
            | "user"
            | "users"
            | "seat"
            | "seats"
            | "per"
            | "new"
            | "commerce"
            | "experience"
            | "p1y"
            | "p1m"
            | "p3y"
            | "p1yr"
            | "1y"
            | "3y"
            | "1m"
            | "1yr"
            | "3yr"
            | "12m"
            | "36m"
            | "1year"
            | "3year"
            | "triennial"
            | "microsoft"
            | "ms"
            | "msft"
            | "the"
            | "of"
            | "for"
            | "and"
            | "with"
            | "legacy"
            | "paid"
            | "pay"
    )
}

/// Words that make it another product if one side alone has them.
fn is_hard(word: &str) -> bool {
    let bytes = word.as_bytes();
    let plan = bytes.len() == 2 && bytes[0].is_ascii_alphabetic() && bytes[1].is_ascii_digit();
    let amount = bytes[0].is_ascii_digit();
    plan || amount
        || matches!(
            word,
            "basic"
                | "standard"
                | "premium"
                | "starter"
                | "essentials"
                | "enterprise"
                | "business"
                | "pro"
                | "professional"
                | "plus"
                | "advanced"
                | "ultimate"
                | "foundation"
                | "nonprofit"
                | "education"
                | "faculty"
                | "student"
                | "students"
                | "government"
                | "gcc"
                | "gcch"
                | "trial"
                | "addon"
                | "noteams"
                | "eea"
                | "archiving"
                | "frontline"
                | "kiosk"
                | "workstation"
                | "workstations"
                | "server"
                | "servers"
                | "device"
                | "m365"
                | "o365"
                | "copilot"
                | "teams"
                | "apps"
        )
}

fn one_spelling(word: &str) -> &str {
    match word {
        "std" => "standard",
        "prem" => "premium",
        "bus" | "biz" => "business",
        "ent" => "enterprise",
        "prof" => "professional",
        "edu" => "education",
        "gov" | "govt" => "government",
        "np" => "nonprofit",
        "app" => "apps",
        other => other,
    }
}
