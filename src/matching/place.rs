//! Addresses, towns, postcodes, states and countries, brought to a form that can be compared.

use super::codes::{country_code, state_code};
use super::fold::{fold, key};
use super::street::{is_street_kind, street_word};

/// Where a company is, as far as its row says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Words of the street, canonical (`st` is `street`), without units, floors and suites.
    pub street: Vec<String>,
    /// House or box numbers, units left out.
    pub numbers: Vec<String>,
    /// Words of the town.
    pub city: Vec<String>,
    /// State or province, as a code where it is known.
    pub state: String,
    /// Letters and digits of the postcode, without leading zeros.
    pub postcode: String,
    /// Country code where it is known.
    pub country: String,
}

/// How a part compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreement {
    /// One side does not say.
    Unknown,
    /// They contradict.
    No,
    /// Close, but not the same: same street with another number, a town with a typing error, a postcode that begins alike.
    Near,
    /// The same.
    Same,
}

/// True of `ES` and `Spain`.
pub fn same_country(a: &str, b: &str) -> bool {
    country_code(&fold(a)) == country_code(&fold(b))
}

/// True of `TX` and `Texas`.
pub fn same_state(a: &str, b: &str) -> bool {
    state_code(&fold(a)) == state_code(&fold(b))
}

impl Place {
    /// Reads the fields of a row.
    pub fn parse(address: &str, city: &str, state: &str, postcode: &str, country: &str) -> Self {
        let mut place = Place {
            city: fold(city)
                .split(' ')
                .filter(|w| !w.is_empty())
                .take(6)
                .map(key)
                .collect(),
            state: state_code(&fold(state)),
            postcode: postcode_key(postcode),
            country: country_code(&fold(country)),
            ..Place::default()
        };
        place.read_address(address);
        place
    }

    fn read_address(&mut self, raw: &str) {
        let folded = fold(&raw.replace('#', " unit "));
        let mut skip_next = false;
        for word in folded.split(' ').filter(|w| !w.is_empty()).take(24) {
            let number = word.bytes().any(|b| b.is_ascii_digit());
            if skip_next && (number || word.len() == 1) {
                skip_next = false;
                continue;
            }
            skip_next = matches!(
                word,
                "unit"
                    | "suite"
                    | "ste"
                    | "floor"
                    | "fl"
                    | "apt"
                    | "room"
                    | "rm"
                    | "level"
                    | "lvl"
                    | "building"
                    | "bldg"
            );
            if skip_next || is_short_unit(word) {
                continue;
            }
            if number {
                self.numbers.push(word.to_owned());
            } else {
                self.street.push(key(street_word(word)));
            }
        }
    }

    /// A key for the index: number and first telling word of the street; none if either is missing.
    pub fn address_key(&self) -> Option<String> {
        let word = self
            .street
            .iter()
            .find(|w| w.len() >= 3 && !is_street_kind(w))?;
        Some(format!("{} {word}", self.numbers.last()?))
    }
}

/// `u12`: unit 12.
fn is_short_unit(word: &str) -> bool {
    word.len() <= 4
        && word
            .strip_prefix('u')
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}

/// Compares street and number.
pub fn compare_addresses(a: &Place, b: &Place) -> Agreement {
    if a.street.is_empty() || b.street.is_empty() {
        return Agreement::Unknown;
    }
    let telling = |w: &&String| w.len() >= 3 && !is_street_kind(w);
    let shared = a.street.iter().filter(telling).any(|w| {
        b.street
            .iter()
            .any(|v| v == w || w.len() >= 6 && strsim::osa_distance(w, v) <= 1)
    });
    let numbers_known = !a.numbers.is_empty() && !b.numbers.is_empty();
    let same_number = a.numbers.iter().any(|n| b.numbers.contains(n));
    match (shared, numbers_known, same_number) {
        (true, true, true) => Agreement::Same,
        (true, false, _) if a.street == b.street => Agreement::Same,
        (true, _, _) => Agreement::Near,
        (false, ..) => Agreement::No,
    }
}

/// Compares towns.
pub fn compare_cities(a: &Place, b: &Place) -> Agreement {
    if a.city.is_empty() || b.city.is_empty() {
        return Agreement::Unknown;
    }
    if a.city == b.city {
        return Agreement::Same;
    }
    let (x, y) = (a.city.concat(), b.city.concat());
    if x == y {
        return Agreement::Same;
    }
    let held = |short: &[String], long: &[String]| short.iter().all(|w| long.contains(w));
    if held(&a.city, &b.city)
        || held(&b.city, &a.city)
        || x.len().min(y.len()) >= 4 && strsim::osa_distance(&x, &y) <= 1 + x.len() / 8
    {
        return Agreement::Near;
    }
    Agreement::No
}

/// Compares postcodes; a US five-digit code agrees with its nine-digit form.
pub fn compare_postcodes(a: &Place, b: &Place) -> Agreement {
    if a.postcode.is_empty() || b.postcode.is_empty() {
        return Agreement::Unknown;
    }
    if a.postcode == b.postcode {
        return Agreement::Same;
    }
    let common = a
        .postcode
        .bytes()
        .zip(b.postcode.bytes())
        .take_while(|(x, y)| x == y)
        .count();
    if common >= 3 {
        Agreement::Near
    } else {
        Agreement::No
    }
}

/// Compares codes of states or countries.
pub fn compare_codes(a: &str, b: &str) -> Agreement {
    match (a.is_empty() || b.is_empty(), a == b) {
        (true, _) => Agreement::Unknown,
        (false, true) => Agreement::Same,
        (false, false) => Agreement::No,
    }
}

fn postcode_key(raw: &str) -> String {
    let lower = raw.trim().to_lowercase();
    let nine = lower.split_once('-').filter(|(a, b)| {
        (4..=5).contains(&a.len())
            && b.len() == 4
            && a.bytes().chain(b.bytes()).all(|c| c.is_ascii_digit())
    });
    let main = nine.map_or(lower.as_str(), |(five, _)| five);
    let plain: String = main
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(10)
        .collect();
    let plain = if plain.len() > 4 && plain[1..].bytes().all(|b| b.is_ascii_digit()) {
        plain.trim_start_matches(|c: char| c.is_ascii_alphabetic())
    } else {
        &plain
    };
    plain.trim_start_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{
        Agreement, Place, compare_addresses, compare_cities, compare_codes, compare_postcodes,
    };

    fn at(address: &str, city: &str, postcode: &str) -> Place {
        Place::parse(address, city, "", postcode, "")
    }

    #[test]
    fn one_address_written_in_many_ways() {
        let same = [
            ("4140 Utica Ridge Rd.", "4140 utica ridge road"),
            (
                "U17 School Business Park, 7597 Garden Dr",
                "Unit 17, School Business Park, 7597 Garden Drive",
            ),
            ("5761 Oak Lane #380", "5761 Oak Ln, Suite 380"),
            ("BERGSTR. 69", "Bergstraße 69"),
            ("PO Box 7650", "P.O. Box 7650"),
        ];
        for (a, b) in same {
            assert_eq!(
                compare_addresses(&at(a, "", ""), &at(b, "", "")),
                Agreement::Same,
                "{a}"
            );
        }
        assert_eq!(
            compare_addresses(&at("12 Oak Lane", "", ""), &at("14 Oak Lane", "", "")),
            Agreement::Near
        );
        assert_eq!(
            compare_addresses(&at("12 Oak Lane", "", ""), &at("12 Elm Lane", "", "")),
            Agreement::No
        );
        assert_eq!(
            compare_addresses(&at("", "", ""), &at("12 Elm Lane", "", "")),
            Agreement::Unknown
        );
    }

    #[test]
    fn towns_postcodes_states_and_countries() {
        assert_eq!(
            compare_cities(&at("", "MORRINSVILLLE", ""), &at("", "Morrinsville", "")),
            Agreement::Near
        );
        assert_eq!(
            compare_cities(&at("", "Leeds", ""), &at("", "York", "")),
            Agreement::No
        );
        assert_eq!(
            compare_postcodes(&at("", "", "95032-9960"), &at("", "", "95032")),
            Agreement::Same
        );
        assert_eq!(
            compare_postcodes(&at("", "", "06830"), &at("", "", "6830")),
            Agreement::Same
        );
        assert_eq!(
            compare_postcodes(&at("", "", "D-79576"), &at("", "", "79576")),
            Agreement::Same
        );
        assert_eq!(
            compare_postcodes(&at("", "", "GL4 3RT"), &at("", "", "gl43rt")),
            Agreement::Same
        );
        let (a, b) = (
            Place::parse("", "", "New Jersey", "", "U.S.A."),
            Place::parse("", "", "NJ", "", "United States of America"),
        );
        assert_eq!(compare_codes(&a.state, &b.state), Agreement::Same);
        assert_eq!(compare_codes(&a.country, &b.country), Agreement::Same);
    }
}
