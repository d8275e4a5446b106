//! What an organisation really is, before the distributor and the PSA each write it down in their own way.

use std::collections::HashSet;

use super::dice::Dice;
use super::naming::{self, Name};
use super::places::{self, Country, Town};

/// An organisation of the made-up world.
#[derive(Clone)]
pub(super) struct Organisation {
    /// Its name.
    pub(super) name: Name,
    /// Where it is.
    pub(super) country: Country,
    /// Where it is.
    pub(super) town: Town,
    /// Street and house number.
    pub(super) street: String,
    /// Suite or unit.
    pub(super) suite: Option<String>,
    /// Postcode.
    pub(super) postcode: String,
    /// Digits with country code.
    pub(super) phone: String,
    /// Its own domain.
    pub(super) domain: String,
    /// Its Microsoft tenant: the part before `.onmicrosoft.com`.
    pub(super) tenant: String,
    /// Its Microsoft tenant's id.
    pub(super) tenant_id: String,
    /// First and last name of the person who signs.
    pub(super) contact: (String, String),
    /// People on the payroll.
    pub(super) staff: i64,
}

/// Makes organisations that differ from each other in name, domain and phone.
pub(super) struct Maker {
    seed: u64,
    made: u64,
    names: HashSet<String>,
    domains: HashSet<String>,
}

const SIZES: &[(u32, (i64, i64))] = &[
    (30, (3, 9)),
    (34, (10, 24)),
    (22, (25, 59)),
    (11, (60, 140)),
    (3, (150, 400)),
];
const COUNTRIES: &[(u32, Country)] = &[
    (80, Country::Us),
    (10, Country::Ca),
    (3, Country::Gb),
    (2, Country::De),
    (1, Country::Fr),
    (1, Country::Nl),
    (1, Country::Se),
    (1, Country::Es),
    (1, Country::Au),
];

impl Maker {
    /// An empty world.
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            made: 0,
            names: HashSet::new(),
            domains: HashSet::new(),
        }
    }

    /// Another organisation, in a country by chance.
    pub(super) fn make(&mut self) -> Organisation {
        self.make_such(|_| true)
    }

    /// Another organisation whose name fits, as far as some tries can tell.
    pub(super) fn make_such(&mut self, fits: impl Fn(&Name) -> bool) -> Organisation {
        let mut dice = Dice::new(self.seed, "country", self.made);
        let country = *dice.weighted(COUNTRIES);
        self.make_in(country, fits)
    }

    /// The same in one country.
    pub(super) fn make_in(
        &mut self,
        country: Country,
        fits: impl Fn(&Name) -> bool,
    ) -> Organisation {
        let number = self.made;
        self.made += 1;
        let mut dice = Dice::new(self.seed, "organisation", number);
        let (mut country, mut town) = (country, places::town(country, &mut dice));
        let mut tries = 0;
        let name = loop {
            let name = naming::name(country, town, &mut dice);
            tries += 1;
            if !self.names.contains(&name.core) && (fits(&name) || tries > 160) {
                break name;
            }
            if tries == 60 {
                // A small country has no such name, or has used up its names.
                country = Country::Us;
                town = places::town(country, &mut dice);
            } else if tries > 400 {
                break numbered(name, number);
            }
        };
        self.names.insert(name.core.clone());
        let words = naming::vocabulary(country, town);
        let contact = (
            dice.word(words.first_names).to_owned(),
            dice.word(words.surnames).to_owned(),
        );
        let (low, high) = *dice.weighted(SIZES);
        let (street, suite) = places::street(country, &mut dice);
        Organisation {
            domain: self.domain(&name.stem, country, &mut dice),
            tenant: tenant(&name, &mut dice),
            tenant_id: dice.guid(),
            country,
            town,
            street,
            suite,
            postcode: places::postcode(country, town, &mut dice),
            phone: places::phone(country, town, number),
            contact,
            staff: dice.between(low, high),
            name,
        }
    }

    /// A name that the same organisation might have had before.
    pub(super) fn other_name(&mut self, of: &Organisation) -> Name {
        let mut dice = Dice::new(self.seed, "other name", self.made);
        let mut name = naming::name_in(of.name.trade, of.country, of.town, &mut dice);
        for _ in 0..60 {
            if !self.names.contains(&name.core) {
                break;
            }
            name = naming::name_in(of.name.trade, of.country, of.town, &mut dice);
        }
        if !self.names.insert(name.core.clone()) {
            name = numbered(name, self.made);
        }
        name
    }

    /// The same organisation at another address: another town of the country, phone and street.
    pub(super) fn elsewhere(&mut self, of: &Organisation) -> Organisation {
        let number = self.made;
        self.made += 1;
        let mut dice = Dice::new(self.seed, "elsewhere", number);
        let mut town = places::town(of.country, &mut dice);
        for _ in 0..20 {
            if town == of.town {
                town = places::town(of.country, &mut dice);
            }
        }
        let (street, suite) = places::street(of.country, &mut dice);
        Organisation {
            town,
            street,
            suite,
            postcode: places::postcode(of.country, town, &mut dice),
            phone: places::phone(of.country, town, number),
            tenant_id: dice.guid(),
            ..of.clone()
        }
    }

    fn domain(&mut self, stem: &str, country: Country, dice: &mut Dice) -> String {
        let tld = country.tld(dice);
        let mut domain = format!("{stem}.{tld}");
        for extra in ["inc", "group", "online", "hq", "llc"] {
            if self.domains.contains(&domain) {
                domain = format!("{stem}{extra}.{tld}");
            }
        }
        if !self.domains.insert(domain.clone()) {
            domain = format!("{stem}{}.{tld}", self.made);
            self.domains.insert(domain.clone());
        }
        domain
    }
}

/// The last resort in a world that has used up its names.
fn numbered(name: Name, number: u64) -> Name {
    Name {
        core: format!("{} {number}", name.core),
        ..name
    }
}

/// What was typed when the Microsoft tenant was opened: at most 27 letters, often not the domain.
fn tenant(name: &Name, dice: &mut Dice) -> String {
    let stem: String = name.stem.chars().take(20).collect();
    match dice.below(5) {
        0 => format!("{stem}{}", dice.between(1, 99)),
        1 => format!("{stem}365"),
        _ => stem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_domains_and_phones_do_not_repeat() {
        let mut maker = Maker::new(3);
        let all: Vec<Organisation> = (0..3000).map(|_| maker.make()).collect();
        let unique =
            |f: fn(&Organisation) -> String| all.iter().map(f).collect::<HashSet<_>>().len();
        assert_eq!(unique(|o| o.name.core.clone()), 3000);
        assert_eq!(unique(|o| o.domain.clone()), 3000);
        assert!(unique(|o| o.phone.clone()) > 2980);
    }
}
