//! Gives an organisation its name: the words, the legal form beside them, and the stem of its domain.

use super::dice::Dice;
use super::places::{Country, Town};
use super::words::{BRANDS, Form, LOCALITIES, SAINTS, SOLO, Trade, US, Vocabulary};
use super::words_abroad::{AUSTRALIA, BRITAIN, FRANCE, GERMANY, NETHERLANDS, SPAIN, SWEDEN};
use super::words_canada::{CANADA, QUEBEC_WORDS};

/// A name in its parts.
#[derive(Clone)]
pub(super) struct Name {
    /// Without the legal form: `Hargrove & Whitlock`.
    pub(super) core: String,
    /// The spellings of its legal form.
    pub(super) form: Form,
    /// The stem of its domain: `hargrovelaw`.
    pub(super) stem: String,
    /// Its line of business.
    pub(super) trade: &'static Trade,
}

impl Name {
    /// As on the deed: `Hargrove & Whitlock LLP`.
    pub(super) fn legal(&self) -> String {
        format!(
            "{}{}",
            self.core,
            self.form.first().copied().unwrap_or_default()
        )
    }

    /// With another spelling of the legal form, or without.
    pub(super) fn with_other_form(&self, dice: &mut Dice) -> String {
        let others = self.form.get(1..).unwrap_or_default();
        let form = if others.is_empty() {
            ""
        } else {
            *dice.pick(others)
        };
        format!("{}{form}", self.core)
    }
}

/// The words of a region.
pub(super) fn vocabulary(country: Country, town: Town) -> &'static Vocabulary {
    match country {
        Country::Us => &US,
        Country::Ca if town.state == "QC" => &QUEBEC_WORDS,
        Country::Ca => &CANADA,
        Country::Gb => &BRITAIN,
        Country::De => &GERMANY,
        Country::Fr => &FRANCE,
        Country::Nl => &NETHERLANDS,
        Country::Se => &SWEDEN,
        Country::Es => &SPAIN,
        Country::Au => &AUSTRALIA,
    }
}

/// A new name for an organisation in that town.
pub(super) fn name(country: Country, town: Town, dice: &mut Dice) -> Name {
    let words = vocabulary(country, town);
    let trade = dice.weighted(words.trades);
    name_in(trade, country, town, dice)
}

/// A new name for an organisation of that line of business.
pub(super) fn name_in(
    trade: &'static Trade,
    country: Country,
    town: Town,
    dice: &mut Dice,
) -> Name {
    let words = vocabulary(country, town);
    let template = dice.word(trade.templates);
    let core = fill(template, words, town, dice);
    // One person is no partnership.
    let alone = country == Country::Us && template.starts_with("{f}");
    Name {
        stem: stem(&core, trade.stem, dice),
        form: dice.weighted::<Form>(if alone { SOLO } else { trade.forms }),
        core,
        trade,
    }
}

/// The name's words joined as an organisation would register them: all of them, the first with the trade, or initials.
fn stem(core: &str, trade: &str, dice: &mut Dice) -> String {
    const SKIPPED: &[&str] = &[
        "the", "of", "and", "at", "et", "law", "offices", "dr", "cpa", "cpas", "dds", "md", "od",
        "dvm", "s", "t",
    ];
    let plain = deunicode::deunicode(core).to_lowercase().replace('\'', "");
    let words: Vec<&str> = plain
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|w| !w.is_empty() && !SKIPPED.contains(w))
        .collect();
    let joined = words.concat();
    let two: String = words.iter().take(2).copied().collect();
    let initials: String = words.iter().filter_map(|w| w.chars().next()).collect();
    match dice.below(10) {
        0..=5 if (6..=20).contains(&joined.len()) => joined,
        6..=7 if (2..=3).contains(&initials.len()) => format!("{initials}{trade}"),
        _ if (6..=16).contains(&two.len()) => two,
        _ => match words.first() {
            Some(first) if first.len() <= 10 => format!("{first}{trade}"),
            Some(first) => (*first).to_owned(),
            None => format!("office{trade}"),
        },
    }
}

fn fill(template: &str, words: &Vocabulary, town: Town, dice: &mut Dice) -> String {
    let mut out = String::new();
    let mut used: Vec<&str> = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (slot, tail) = after.split_once('}').unwrap_or((after, ""));
        match slot {
            "m" => out.push(char::from(*dice.pick(b"ABCDEFGHJKLMPRSTW"))),
            "i" => out.push_str(&initials(dice)),
            _ => {
                let list = match slot {
                    "s" => words.surnames,
                    "f" => words.first_names,
                    "l" => LOCALITIES,
                    "b" => BRANDS,
                    "n" => SAINTS,
                    _ => town.city,
                };
                let mut word = dice.word(list);
                for _ in 0..4 {
                    if slot == "s" && used.contains(&word) {
                        word = dice.word(list);
                    }
                }
                used.push(word);
                out.push_str(word);
            }
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// Two or three letters as firms use them: `TKR`, `J&L`, `H2M`.
fn initials(dice: &mut Dice) -> String {
    let mut letter = || char::from(*dice.pick(b"ABCDEGHJKLMNPRSTVW"));
    let (a, b, c) = (letter(), letter(), letter());
    match dice.below(8) {
        0 => format!("{a}&{b}"),
        1 => format!("{a}{b}"),
        2 => format!("{a}.{b}.{c}."),
        _ => format!("{a}{b}{c}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::places;
    use super::*;

    #[test]
    fn every_template_is_filled() {
        let all = [
            Country::Us,
            Country::Ca,
            Country::Gb,
            Country::De,
            Country::Fr,
            Country::Nl,
            Country::Se,
            Country::Es,
            Country::Au,
        ];
        for (n, country) in (0..2000).zip(all.into_iter().cycle()) {
            let mut dice = Dice::new(7, "name", n);
            let town = places::town(country, &mut dice);
            let name = name(country, town, &mut dice);
            let (core, stem) = (&name.core, &name.stem);
            assert!(!core.contains(['{', '}', '|']), "{core}");
            assert!(core.trim() == core && core.chars().count() >= 3, "{core}");
            let plain = stem.chars().all(|c| c.is_ascii_alphanumeric());
            assert!(plain && (3..=30).contains(&stem.len()), "{core}: {stem}");
        }
    }
}
