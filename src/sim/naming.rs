//! Gives an organisation its name: the words, the legal form beside them, and the stem of its domain.

use super::dice::Dice;
use super::places::{Country, Town};
use super::words::{BRANDS, Form, LOCALITIES, SAINTS, US, Vocabulary};
use super::words_abroad::{AUSTRALIA, BRITAIN, FRANCE, GERMANY, NETHERLANDS, SPAIN, SWEDEN};
use super::words_canada::{CANADA, QUEBEC_WORDS};

/// A name in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// Without the legal form: `Hargrove & Whitlock`.
    pub(super) core: String,
    /// The spellings of its legal form.
    pub(super) form: Form,
    /// The stem of its domain: `hargrovelaw`.
    pub(super) stem: String,
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
    let template = dice.word(trade.templates);
    let core = fill(template, words, town, dice);
    Name {
        stem: stem(&core, trade.stem, dice),
        form: dice.weighted::<Form>(trade.forms),
        core,
    }
}

/// The name's words joined as an organisation would register them: all of them, the first with the trade, or initials.
pub(super) fn stem(core: &str, trade: &str, dice: &mut Dice) -> String {
    const SKIPPED: &[&str] = &[
        "the", "of", "and", "at", "et", "law", "offices", "dr", "cpa", "dds", "md",
    ];
    let plain = deunicode::deunicode(core).to_lowercase();
    let words: Vec<String> = plain
        .split([' ', '-', '.'])
        .map(|w| {
            w.chars()
                .filter(char::is_ascii_alphanumeric)
                .collect::<String>()
        })
        .filter(|w| !w.is_empty() && !SKIPPED.contains(&w.as_str()))
        .collect();
    let joined = words.concat();
    let first = words
        .first()
        .cloned()
        .unwrap_or_else(|| "office".to_owned());
    let initials: String = words.iter().filter_map(|w| w.chars().next()).collect();
    let with_trade = |front: &str| match front.ends_with(trade) {
        true => front.to_owned(),
        false => format!("{front}{trade}"),
    };
    match dice.below(10) {
        0..=5 if (6..=22).contains(&joined.len()) => joined,
        6..=7 if initials.len() >= 2 => with_trade(&initials),
        _ if first.len() >= 4 => with_trade(&first),
        _ => with_trade(&joined.chars().take(16).collect::<String>()),
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
            assert!(!name.core.contains(['{', '}', '|']), "{name:?}");
            assert!(
                name.core.trim() == name.core && name.core.chars().count() >= 3,
                "{name:?}"
            );
            assert!(
                name.stem.len() >= 3 && name.stem.chars().all(|c| c.is_ascii_alphanumeric()),
                "{name:?}"
            );
        }
    }
}
