//! A company's name taken apart: its readings (whole, both halves of a trading-as), legal forms, markers.

use std::borrow::Cow;

use super::fold::{self, MAX_CHARS, fold};
use super::legal_forms::{LEGAL_FORMS_OTHER_SCRIPTS, legal_family};
use super::reading::Reading;
use super::word_kinds;
use super::words;

/// At most this many readings of a name are compared.
const MAX_READINGS: usize = 4;

/// A name, ready to compare.
#[derive(Debug, Clone, Default)]
pub struct Name {
    /// The ways to read it, the whole first; empty if there is nothing to read.
    pub readings: Vec<Reading>,
    /// Families of the legal forms found.
    pub legal: Vec<&'static str>,
    /// The name says that the row is not to be used: `zz`, `(OLD)`, `do not use`.
    pub stale: bool,
    /// Written in another script than Latin.
    pub other_script: bool,
    /// Holds Han characters, which cannot be read aloud.
    pub han: bool,
    /// Country words that stood in brackets, as in `IBM (Ireland)`: a qualifier, not part of the name.
    pub countries: Vec<String>,
    /// Long enough, and without a legal form, to have been cut off by some system.
    pub maybe_cut: bool,
}

impl Name {
    /// Takes a name apart. Bounded: what is beyond 160 characters or 24 words is not looked at.
    pub fn parse(raw: &str) -> Self {
        let raw: String = raw.chars().take(MAX_CHARS).collect();
        let mut name = Name {
            other_script: fold::is_other_script(&raw),
            han: fold::has_han(&raw),
            ..Name::default()
        };
        let length = raw.chars().count();
        let bare = without_foreign_forms(&raw);
        let (bare, marked) = without_glued_marker(&bare);
        let segments = segments(bare, &mut name.stale);
        name.stale |= marked;
        let mut halves = Vec::new();
        let mut whole = Vec::new();
        let mut base = Vec::new();
        for segment in segments {
            if segment.kind == Kind::Bracket && is_country(&segment.text) {
                name.countries.push(segment.text);
                continue;
            }
            let mut parts = split_names(&segment.text, segment.kind != Kind::Plain);
            if parts.len() > 1 || segment.kind == Kind::Bracket && is_a_name_of_its_own(&segment) {
                let first = parts.remove(0);
                if segment.kind == Kind::Plain {
                    base.push(first.clone());
                    halves.push(first.clone());
                } else if !first.is_empty() {
                    halves.push(first.clone());
                }
                whole.push(first);
                for part in parts {
                    whole.push(part.clone());
                    halves.push(part);
                }
            } else {
                base.push(segment.text.clone());
                whole.push(segment.text);
            }
        }
        let legal = &mut name.legal;
        let mut add = |text: &str, is_half: bool, readings: &mut Vec<Reading>| {
            let reading = Reading::parse(text, is_half, legal);
            let known = readings.iter().any(|r| r.words == reading.words);
            if !reading.words.is_empty() && !known && readings.len() < MAX_READINGS {
                readings.push(reading);
            }
        };
        add(&whole.join(" "), false, &mut name.readings);
        if !halves.is_empty() {
            add(&base.join(" "), true, &mut name.readings);
            for half in &halves {
                add(half, true, &mut name.readings);
            }
        }
        name.maybe_cut = name.legal.is_empty() && (28..=41).contains(&length);
        name
    }
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Kind {
    Plain,
    Bracket,
    AfterDash,
}

struct Segment {
    text: String,
    kind: Kind,
    capitals: bool,
}

/// Cuts at brackets and free-standing dashes, folds the parts, and drops those that only mark the row as stale.
fn segments(raw: &str, stale: &mut bool) -> Vec<Segment> {
    let mut parts: Vec<(String, Kind)> = vec![(String::new(), Kind::Plain)];
    let letters: Vec<char> = raw.chars().collect();
    for (i, &c) in letters.iter().enumerate() {
        let spaced = i > 0 && letters[i - 1].is_whitespace()
            || letters.get(i + 1).is_some_and(|c| c.is_whitespace());
        match c {
            '(' | '[' | '{' | '（' => parts.push((String::new(), Kind::Bracket)),
            ')' | ']' | '}' | '）' => parts.push((String::new(), Kind::Plain)),
            '-' | '–' | '—' | '|' | '*' | '_' | ':' if spaced || matches!(c, '*' | '|' | '_') => {
                parts.push((String::new(), Kind::AfterDash))
            }
            c => {
                if let Some((text, _)) = parts.last_mut() {
                    text.push(c);
                }
            }
        }
    }
    let mut out = Vec::new();
    for (text, kind) in parts {
        let folded = fold(&text);
        if folded.is_empty() {
            continue;
        }
        if words::STALE_MARKERS.contains(&folded.as_str()) {
            *stale = true;
            continue;
        }
        let capitals = !text.chars().any(char::is_lowercase);
        out.push(Segment {
            text: without_markers(folded, stale),
            kind,
            capitals,
        });
    }
    out
}

/// `zzContoso` and `xxContoso`: the marker runs into the name.
fn without_glued_marker(raw: &str) -> (&str, bool) {
    let rest = ["zzz", "zz", "xxx", "xx"].iter().find_map(|m| {
        raw.strip_prefix(m)
            .or_else(|| raw.strip_prefix(&m.to_uppercase()))
    });
    match rest.filter(|rest| {
        rest.starts_with(|c: char| {
            c.is_uppercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.' | ' ')
        })
    }) {
        Some(rest)
            if rest.chars().filter(|c| c.is_alphabetic()).count() >= 3
                && rest.chars().any(char::is_lowercase) =>
        {
            (rest, true)
        }
        _ => (raw, false),
    }
}

/// Cuts unmistakable markers off both ends: `zz Contoso`, `Contoso DO NOT USE`.
fn without_markers(mut folded: String, stale: &mut bool) -> String {
    if !folded.split(' ').any(words::may_mark_stale) {
        return folded;
    }
    let plain = words::STALE_MARKERS
        .iter()
        .filter(|m| !words::is_ambiguous_marker(m));
    for marker in plain {
        if let Some(rest) = folded
            .strip_prefix(marker)
            .and_then(|r| r.strip_prefix(' '))
        {
            folded = rest.to_owned();
            *stale = true;
        }
        if let Some(rest) = folded
            .strip_suffix(marker)
            .and_then(|r| r.strip_suffix(' '))
        {
            folded = rest.to_owned();
            *stale = true;
        }
    }
    folded
}

/// Cuts at `t/a`, `formerly` and their like; the first part may be empty where the segment begins with one.
fn split_names(folded: &str, may_begin: bool) -> Vec<String> {
    if !folded.split(' ').any(words::may_split_names) {
        return vec![folded.to_owned()];
    }
    let padded = format!(" {folded} ");
    for splitter in words::NAME_SPLITTERS {
        let needle = format!(" {splitter} ");
        // Short everyday words split only where a bracket or dash comes before them.
        let everyday = matches!(
            *splitter,
            "now" | "ex" | "ta" | "antes" | "part of" | "prev"
        );
        if let Some(at) = padded.find(&needle) {
            let (before, after) = (padded[..at].trim(), padded[at + needle.len()..].trim());
            if after.is_empty() || before.is_empty() && !may_begin || everyday && !before.is_empty()
            {
                continue;
            }
            return vec![before.to_owned(), after.to_owned()];
        }
    }
    vec![folded.to_owned()]
}

/// A bracket that holds a second name, rather than a country, a town or `haftungsbeschränkt`.
fn is_a_name_of_its_own(segment: &Segment) -> bool {
    let all: Vec<&str> = segment.text.split(' ').collect();
    let ordinary = |w: &&str| {
        word_kinds::is_country_word(w)
            || word_kinds::is_account_word(w)
            || legal_family(w).is_some()
            || words::is_filler(w)
    };
    if all.iter().all(ordinary) {
        return false;
    }
    all.len() >= 2 || segment.capitals && all[0].len() >= 3
}

/// Nothing but country words, the last perhaps cut off: `united states`, `united st`.
fn is_country(folded: &str) -> bool {
    let mut words = folded.split(' ').peekable();
    let mut first = true;
    while let Some(word) = words.next() {
        let cut = words.peek().is_none() && !first && folded.starts_with("united ");
        if !word_kinds::is_country_word(word) && !words::is_filler(word) && !cut {
            return false;
        }
        first = false;
    }
    true
}

fn without_foreign_forms(raw: &str) -> Cow<'_, str> {
    if raw.is_ascii() {
        return Cow::Borrowed(raw);
    }
    let lower = raw.to_lowercase();
    let mut out = if LEGAL_FORMS_OTHER_SCRIPTS
        .iter()
        .any(|form| lower.contains(form))
    {
        lower
    } else {
        return Cow::Borrowed(raw);
    };
    for form in LEGAL_FORMS_OTHER_SCRIPTS {
        let cyrillic = form.chars().all(|c| ('\u{400}'..'\u{500}').contains(&c));
        if cyrillic {
            out = out
                .split(' ')
                .filter(|w| w.trim_matches(|c: char| !c.is_alphabetic()) != *form)
                .collect::<Vec<_>>()
                .join(" ");
        } else {
            out = out.replace(form, " ");
        }
    }
    if out.trim().is_empty() {
        Cow::Borrowed(raw)
    } else {
        Cow::Owned(out)
    }
}

#[cfg(test)]
mod tests {
    use super::Name;

    fn readings(raw: &str) -> Vec<String> {
        Name::parse(raw)
            .readings
            .iter()
            .map(|r| r.words.join(" "))
            .collect()
    }

    #[test]
    fn legal_forms_fillers_and_abbreviations_go() {
        assert_eq!(readings("The Young Mktg. Pty. Ltd."), ["young marketing"]);
        assert_eq!(
            readings("käster elektrotechnik gmbh & co. kg"),
            ["kaster elektrotechnik"]
        );
        assert_eq!(readings("Verastem (United St"), ["verastem"]);
        assert_eq!(readings("Walsh Canada"), ["walsh canada"]);
        assert_eq!(readings("AES PRODATA P/L"), ["aes prodata"]);
        assert_eq!(readings("Verastem (United States)"), ["verastem"]);
        assert_eq!(
            readings("101  Landscaping  Proprietary  Limitedd"),
            ["101 landscaping"]
        );
        assert_eq!(readings("公益財団法人国際労働財団").len(), 1);
    }

    #[test]
    fn both_halves_of_a_trading_name() {
        assert_eq!(
            readings("Tamar Enterprises Ltd T/A Pluto Educational Trust")[1..],
            ["tamar enterprises", "pluto educational trust"]
        );
        assert_eq!(
            readings("Urban One - prev. Radio One, Incorporated")[1..],
            ["urban 1", "radio 1"]
        );
        assert_eq!(
            readings("Beacon Printing (formerly St. Michael's Academy)")[1..],
            ["beacon printing", "saint michals academy"]
        );
        assert!(
            readings("New Mexico Game (Silverdale Trading Ltd)")
                .contains(&"silverdale trading".to_owned())
        );
    }

    #[test]
    fn markers_are_seen_and_old_mills_are_not() {
        for stale in [
            "zz Contoso",
            "Contoso (OLD)",
            "Contoso - CLOSED ACCOUNT",
            "INACTIVE - Contoso",
            "Contoso DO NOT USE",
            "Contoso [duplicate]",
            "xxContoso",
        ] {
            let name = Name::parse(stale);
            assert!(name.stale, "{stale}");
            assert_eq!(name.readings[0].words, ["contoso"], "{stale}");
        }
        assert!(!Name::parse("Old Mill Bakery").stale);
    }

    #[test]
    fn nothing_to_read_is_no_reading() {
        assert!(Name::parse("").readings.is_empty());
        assert!(Name::parse(" -- ** ()").readings.is_empty());
        assert_eq!(readings("&"), ["and"]);
    }
}
