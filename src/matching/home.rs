//! In which country a row is at home, where it does not say: by its state, postcode, phone, domain or legal form.

use super::codes::countries_of_state;
use super::contact::Contact;
use super::phone::countries_of_number;
use super::place::{Agreement, Place};

/// Endings of domains that are codes of countries and are taken by anybody.
const TAKEN_BY_ANYBODY: [&str; 12] = [
    "co", "io", "ai", "tv", "me", "eu", "cc", "fm", "ly", "to", "ws", "biz",
];

/// The countries that a row may be in, as codes; empty if nothing tells. The surest sign that the row has decides.
pub fn home(
    place: &Place,
    postcode: &str,
    phone: &str,
    contact: &Contact,
    legal: &[&str],
) -> Vec<&'static str> {
    let signs: [&dyn Fn() -> Vec<&'static str>; 5] = [
        &|| countries_of_state(&place.state),
        &|| countries_of_postcode(postcode),
        &|| countries_of_number(phone),
        &|| countries_of_domains(&contact.domains),
        &|| {
            legal
                .iter()
                .flat_map(|f| countries_of_form(f))
                .copied()
                .collect()
        },
    ];
    signs
        .iter()
        .map(|sign| sign())
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

/// Compares where two rows are at home; a row's own word for its country goes before any sign.
pub fn compare_homes(a: (&str, &[&str]), b: (&str, &[&str])) -> Agreement {
    let said = |(country, signs): (&str, &[&str])| -> Option<Vec<String>> {
        match (country, signs) {
            ("", []) => None,
            ("", signs) => Some(signs.iter().map(|s| (*s).to_owned()).collect()),
            (country, _) => Some(vec![country.to_owned()]),
        }
    };
    let (Some(ours), Some(theirs)) = (said(a), said(b)) else {
        return Agreement::Unknown;
    };
    match ours.iter().any(|c| theirs.contains(c)) {
        true => Agreement::Same,
        false => Agreement::No,
    }
}

/// Postcodes whose form belongs to one country: `EC3V 0AS`, `K9B 7Y8`, `1017 XN`.
fn countries_of_postcode(raw: &str) -> Vec<&'static str> {
    let form: String = raw
        .chars()
        .filter(|c| !matches!(c, ' ' | '-'))
        .map(|c| match c {
            '0'..='9' => '9',
            'a'..='z' | 'A'..='Z' => 'a',
            other => other,
        })
        .take(12)
        .collect();
    match form.as_str() {
        "a9a9a9" => vec!["ca"],
        "a99aa" | "a999aa" | "aa99aa" | "aa999aa" | "a9a9aa" | "aa9a9aa" => vec!["gb"],
        "9999aa" => vec!["nl"],
        "999999999" => vec!["us"],
        _ => Vec::new(),
    }
}

fn countries_of_domains(domains: &[String]) -> Vec<&'static str> {
    let endings = domains.iter().filter_map(|d| d.rsplit_once('.'));
    endings
        .filter(|(_, end)| end.len() == 2 && !TAKEN_BY_ANYBODY.contains(end))
        .filter_map(|(_, end)| super::codes::known_country(end))
        .take(1)
        .collect()
}

/// Legal forms that few countries have.
fn countries_of_form(family: &str) -> &'static [&'static str] {
    match family {
        "gmbh" | "kg" => &["de", "at", "ch"],
        "ab" => &["se", "fi"],
        "bv" => &["nl", "be"],
        "srl" => &["it"],
        "lda" => &["pt", "br"],
        "kk" => &["jp"],
        "sarl" => &["fr", "ch", "be", "lu"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::{compare_homes, countries_of_postcode, home};
    use crate::matching::contact::Contact;
    use crate::matching::place::{Agreement, Place};

    #[test]
    fn signs_of_a_country() {
        let at = |state: &str, postcode: &str, phone: &str, domain: &str| {
            let place = Place::parse("", "", state, postcode, "");
            home(
                &place,
                postcode,
                phone,
                &Contact::parse(domain, "", phone),
                &[],
            )
        };
        assert_eq!(at("Texas", "", "", ""), ["us"]);
        assert_eq!(at("", "EC3V 0AS", "", ""), ["gb"]);
        assert_eq!(at("", "", "+44 20 7946 0011", ""), ["gb"]);
        assert_eq!(at("", "", "(281) 555-6379", ""), ["us", "ca"]);
        assert_eq!(at("", "", "", "contoso.co.uk"), ["gb"]);
        assert!(at("", "", "", "contoso.io").is_empty());
        assert!(countries_of_postcode("12345").is_empty());
    }

    #[test]
    fn a_row_s_own_word_goes_first() {
        assert_eq!(
            compare_homes(("gb", &["us", "ca"]), ("", &["gb"])),
            Agreement::Same
        );
        assert_eq!(
            compare_homes(("", &["us", "ca"]), ("de", &[])),
            Agreement::No
        );
        assert_eq!(compare_homes(("", &[]), ("de", &[])), Agreement::Unknown);
    }
}
