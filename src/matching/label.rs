//! What domain and tenant labels say about a name: `vallwealmana`, `cd365`, `getcontosohq`.

use super::fold;

/// Letters and digits of a label, accents folded (`xn--` stays as it is).
pub fn fold_label(label: &str) -> String {
    fold::key(&fold::fold(label).replace(' ', ""))
}

/// A label without what tenants and domains add to a name that was taken: `getcontosohq` names `contoso`.
pub fn bare_label(label: &str) -> &str {
    let mut bare = label.trim_end_matches(|c: char| c.is_ascii_digit());
    if bare.len() < 3 {
        bare = label;
    }
    for prefix in ["team", "the", "get", "my", "go", "try", "we", "join"] {
        if let Some(rest) = bare.strip_prefix(prefix).filter(|rest| rest.len() >= 4) {
            bare = rest;
            break;
        }
    }
    for suffix in AFFIXES {
        if let Some(rest) = bare.strip_suffix(suffix).filter(|rest| rest.len() >= 4) {
            return rest;
        }
    }
    bare
}

/// `cd365` and `lbgroup`: the initials, and something that made the label free to take.
fn is_initials_with_affix(label: &str, initials: &str) -> bool {
    let rest = match label.strip_prefix(initials) {
        Some(rest) if initials.len() >= 2 => rest,
        _ => return false,
    };
    rest.is_empty() && initials.len() >= 3
        || !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit())
        || AFFIXES.contains(&rest)
}

/// What follows a name in labels, because the name alone was taken.
const AFFIXES: [&str; 18] = [
    "online", "office", "group", "grp", "inc", "llc", "ltd", "plc", "corp", "gmbh", "co", "hq",
    "web", "info", "us", "uk", "tenant", "it",
];

/// How a label spells a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spelling {
    /// Not at all.
    No,
    /// It holds the name's most telling word.
    HoldsAWord,
    /// It is the name's first letters.
    Initials,
    /// It is made of the beginnings of the name's words.
    Beginnings,
    /// It is the name, perhaps cut off.
    Whole,
}

/// How `label` spells the name made of `words` (run together: `joined`); `telling` is its rarest word.
pub fn spelling(
    label: &str,
    words: &[String],
    joined: &str,
    initials: [&str; 2],
    telling: &str,
) -> Spelling {
    let bare = bare_label(label);
    let cut = |a: &str, b: &str| a.len() >= 6 && b.starts_with(a) && a.len() * 2 >= b.len();
    for l in [label, bare] {
        if l == joined || cut(l, joined) || cut(joined, l) && joined.len() * 3 >= l.len() * 2 {
            return Spelling::Whole;
        }
    }
    if initials.iter().any(|i| is_initials_with_affix(label, i)) {
        return Spelling::Initials;
    }
    if bare.len() >= 5 && words.len() >= 2 && is_made_of_beginnings(bare, words) {
        return Spelling::Beginnings;
    }
    if telling.len() >= 4 && (bare == telling || telling.len() >= 5 && label.contains(telling)) {
        return Spelling::HoldsAWord;
    }
    Spelling::No
}

/// `vallwealmana` of valley wealth management: every word gives its beginning, in order, and the longer part of the
/// label comes from beginnings of two letters or more.
fn is_made_of_beginnings(label: &str, words: &[String]) -> bool {
    fn fits(label: &[u8], words: &[String], long: usize, total: usize) -> bool {
        let Some((word, rest)) = words.split_first() else {
            return label.is_empty() && long * 2 > total;
        };
        let common = label
            .iter()
            .zip(word.as_bytes())
            .take_while(|(a, b)| a == b)
            .count();
        (1..=common)
            .rev()
            .any(|n| fits(&label[n..], rest, long + if n >= 2 { n } else { 0 }, total))
    }
    words.len() <= 6 && fits(label.as_bytes(), words, 0, label.len())
}

#[cfg(test)]
mod tests {
    use super::{Spelling, spelling};

    #[test]
    fn labels_spell_names() {
        let words = ["valley", "wealth", "management"].map(str::to_owned);
        let how = |label| {
            spelling(
                label,
                &words,
                "valleywealthmanagement",
                ["vwm", "vwm"],
                "valley",
            )
        };
        assert_eq!(how("vallwealmana"), Spelling::Beginnings);
        assert_eq!(how("valleywealthman"), Spelling::Whole);
        assert_eq!(how("vwm"), Spelling::Initials);
        assert_eq!(how("getvalleyhq"), Spelling::HoldsAWord);
        assert_eq!(how("contoso"), Spelling::No);
    }
}
