//! How the same name comes out differently when somebody else types it.

use super::dice::Dice;

/// One slip of the keyboard somewhere behind the first letter: two letters swapped, one doubled, lost or replaced.
pub(super) fn typo(name: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let spots: Vec<usize> = (1..letters.len().saturating_sub(1))
        .filter(|&i| {
            letters[i].is_alphabetic()
                && letters[i + 1].is_alphabetic()
                && letters[i] != letters[i + 1]
        })
        .collect();
    if spots.is_empty() {
        return format!("{name}s");
    }
    let at = *dice.pick(&spots);
    match dice.below(4) {
        0 => letters.swap(at, at + 1),
        1 => letters.insert(at, letters[at]),
        2 => {
            letters.remove(at);
        }
        _ => letters[at] = neighbour(letters[at]),
    }
    letters.into_iter().collect()
}

fn neighbour(c: char) -> char {
    const KEYS: &[(char, char)] = &[
        ('a', 's'),
        ('e', 'r'),
        ('i', 'o'),
        ('o', 'p'),
        ('u', 'y'),
        ('n', 'm'),
        ('t', 'r'),
        ('l', 'k'),
        ('r', 'e'),
        ('s', 'd'),
        ('d', 'f'),
        ('g', 'h'),
        ('c', 'v'),
        ('h', 'j'),
        ('m', 'n'),
        ('k', 'l'),
    ];
    KEYS.iter()
        .find(|(from, _)| *from == c)
        .map_or('e', |(_, to)| *to)
}

/// The last word in front, with a comma (`Hargrove, Law Offices of Daniel`), or the first word last.
pub(super) fn reordered(name: &str, dice: &mut Dice) -> String {
    let words: Vec<&str> = name.split(' ').collect();
    match (words.split_first(), words.split_last()) {
        (Some((first, rest)), _) if words.len() > 1 && dice.chance(50) => {
            format!("{} {first}", rest.join(" "))
        }
        (_, Some((last, rest))) if words.len() > 1 => format!("{last}, {}", rest.join(" ")),
        _ => name.to_owned(),
    }
}

/// `&` as `and`, `+` or without spaces; `and` as `&`. Nothing if there is neither.
pub(super) fn ampersand(name: &str, dice: &mut Dice) -> Option<String> {
    if name.contains(" & ") {
        let other = dice.pick(&[" and ", "&", " and ", " + "]);
        return Some(name.replace(" & ", other));
    }
    name.contains(" and ").then(|| name.replace(" and ", " & "))
}

/// Words run together, hyphenated, or dots and commas lost.
pub(super) fn respaced(name: &str, dice: &mut Dice) -> String {
    let bare: String = name
        .chars()
        .filter(|c| !matches!(c, '.' | ',' | '\''))
        .collect();
    match dice.below(3) {
        0 if bare != name => bare,
        1 => name.replacen(' ', "", 1),
        _ => name.replacen(' ', "-", 1),
    }
}

/// Accents lost, or as German speakers write them without the keys for it. Nothing if there are none.
pub(super) fn without_accents(name: &str, dice: &mut Dice) -> Option<String> {
    if name.is_ascii() {
        return None;
    }
    let umlauts = [
        ('ä', "ae"),
        ('ö', "oe"),
        ('ü', "ue"),
        ('Ä', "Ae"),
        ('Ö', "Oe"),
        ('ß', "ss"),
        ('å', "aa"),
    ];
    let spelt = umlauts
        .iter()
        .fold(name.to_owned(), |n, (c, two)| n.replace(*c, two));
    Some(if dice.chance(50) {
        deunicode::deunicode(&spelt)
    } else {
        deunicode::deunicode(name)
    })
}

/// Trade words shortened as in a narrow column. Nothing if there are none.
pub(super) fn abbreviated(name: &str) -> Option<String> {
    const SHORT: &[(&str, &str)] = &[
        ("Manufacturing", "Mfg"),
        ("Construction", "Const."),
        ("Insurance", "Ins."),
        ("Associates", "Assoc."),
        ("Engineering", "Engrg"),
        ("Property Management", "Prop Mgmt"),
        ("Management", "Mgmt"),
        ("Brothers", "Bros"),
        ("Veterinary", "Vet"),
        ("Physical Therapy", "PT"),
        ("Accounting", "Acctg"),
        ("Community", "Comm."),
        ("Attorneys at Law", "Attys"),
        ("Heating & Cooling", "Htg & Clg"),
        ("Logistics", "Logist."),
        ("Development", "Dev."),
        ("Financial", "Fin'l"),
        ("Hospital", "Hosp"),
        ("Commercial", "Comml"),
        ("International", "Intl"),
        ("Federal Credit Union", "FCU"),
        ("Center", "Ctr"),
        ("Services", "Svcs"),
        ("Dental", "Dntl"),
        ("Family", "Fam."),
        ("Group", "Grp"),
        ("Precision", "Prec."),
        ("Partners", "Ptnrs"),
        ("Medicine", "Med"),
        ("Company", "Co"),
        ("Lutheran", "Luth."),
        ("School", "Sch."),
        ("Solicitors", "Slrs"),
    ];
    let hit = SHORT.iter().find(|(long, _)| name.contains(long))?;
    Some(name.replacen(hit.0, hit.1, 1))
}

/// Without the legal form at its end.
pub(super) fn without_form(name: &str) -> String {
    const FORMS: &[&str] = &[
        "LLC", "L.L.C.", "Inc", "Inc.", "Corp", "Corp.", "Ltd", "Ltd.", "GmbH", "PLLC", "LLP",
        "PC", "P.C.", "Co.", "AB", "B.V.", "S.L.", "SARL",
    ];
    match name.rsplit_once(' ') {
        Some((front, form)) if FORMS.contains(&form) => front.trim_end_matches(',').to_owned(),
        _ => name.to_owned(),
    }
}

/// Cut off as in an export with a fixed width.
pub(super) fn truncated(name: &str, width: usize) -> String {
    name.chars()
        .take(width)
        .collect::<String>()
        .trim_end()
        .to_owned()
}

/// The initials of the words that count. Nothing for names of fewer than three.
pub(super) fn acronym(name: &str) -> Option<String> {
    let letters: String = name
        .split([' ', '-'])
        .filter(|w| !matches!(*w, "of" | "the" | "and" | "at" | "&" | "The"))
        .filter_map(|w| w.chars().find(|c| c.is_alphanumeric()))
        .flat_map(char::to_uppercase)
        .collect();
    (letters.chars().count() >= 3).then_some(letters)
}

/// All capitals, or none, as some people type.
pub(super) fn recased(name: &str, dice: &mut Dice) -> String {
    if dice.chance(70) {
        name.to_uppercase()
    } else {
        name.to_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_change_the_name_but_stay_near() {
        for n in 0..500 {
            let mut dice = Dice::new(5, "typo", n);
            let slipped = typo("Hargrove & Whitlock", &mut dice);
            assert_ne!(slipped, "Hargrove & Whitlock");
            assert!(strsim::damerau_levenshtein(&slipped, "Hargrove & Whitlock") <= 1);
        }
        assert_eq!(typo("AB", &mut Dice::new(5, "typo", 0)), "ABs");
    }

    #[test]
    fn the_other_spellings() {
        let mut dice = Dice::new(1, "spelling", 0);
        assert_eq!(
            acronym("Internal Medicine Associates of Alder Creek").as_deref(),
            Some("IMAAC")
        );
        assert_eq!(acronym("Kessler Law"), None);
        assert_eq!(
            abbreviated("Novak Manufacturing").as_deref(),
            Some("Novak Mfg")
        );
        assert_eq!(ampersand("Novak", &mut dice), None);
        assert_eq!(without_form("Novak Dental, LLC"), "Novak Dental");
        assert_eq!(without_form("Novak Dental"), "Novak Dental");
        assert_eq!(truncated("Cedar Hollow Internal", 13), "Cedar Hollow");
        let plain = without_accents("Köhler", &mut dice);
        assert!(
            matches!(plain.as_deref(), Some("Koehler" | "Kohler")),
            "{plain:?}"
        );
    }
}
