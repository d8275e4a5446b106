//! Writes an organisation down as the distributor and as a PSA would.

use crate::domain::time::Ts;

use super::dice::Dice;
use super::organisation::Organisation;
use super::party::{Company, Customer};
use super::places::{self, Country};
use super::world::{DAY, MSP_DOMAIN};

/// What mail address the distributor has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mail {
    /// At the organisation's domain.
    Own,
    /// `admin@….onmicrosoft.com`.
    Tenant,
    /// At a mail host that anybody can use.
    Generic,
    /// The MSP's own.
    Msp,
    /// None.
    Absent,
}

/// How much the PSA knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// Every field.
    Full,
    /// Some fields are missing.
    Usual,
    /// Hardly more than a name.
    Sparse,
}

const GENERIC: &[&str] = &[
    "gmail.com",
    "outlook.com",
    "yahoo.com",
    "aol.com",
    "comcast.net",
    "icloud.com",
    "hotmail.com",
];
const TITLES: &[&str] = &[
    "Owner",
    "Office Manager",
    "Practice Administrator",
    "CFO",
    "Controller",
    "IT Coordinator",
    "President",
    "Managing Partner",
];

/// The distributor's record.
pub(super) fn customer(
    org: &Organisation,
    organisation: String,
    mail: Mail,
    base: Ts,
    dice: &mut Dice,
) -> Customer {
    let (first, last) = &org.contact;
    let user = deunicode::deunicode(&format!("{}{}", first.chars().next().unwrap_or('i'), last))
        .to_lowercase()
        .replace(|c: char| !c.is_ascii_alphanumeric(), "");
    let email = match mail {
        Mail::Own => {
            let plain = deunicode::deunicode(first).to_lowercase();
            let local = match dice.below(4) {
                0 => "accounts",
                1 => user.as_str(),
                2 => plain.as_str(),
                _ => *dice.pick(&["info", "office", "billing", "it", "admin"]),
            };
            Some(format!("{local}@{}", org.domain))
        }
        Mail::Tenant => Some(format!("admin@{}.onmicrosoft.com", org.tenant)),
        Mail::Generic => Some(format!(
            "{user}{}@{}",
            dice.between(1, 89),
            dice.pick(GENERIC)
        )),
        Mail::Msp => Some(format!(
            "{}@{MSP_DOMAIN}",
            dice.pick(&["csp", "licensing", "orders"])
        )),
        Mail::Absent => None,
    };
    let created = base.plus_seconds(-dice.between(40, 2400) * DAY - dice.between(0, DAY));
    Customer {
        id: 0,
        organisation,
        contact: format!("{first} {last}"),
        title: dice.chance(60).then(|| (*dice.pick(TITLES)).to_owned()),
        email,
        phone: dice
            .chance(80)
            .then(|| places::phone_as_typed(&org.phone, dice)),
        street: org.street.clone(),
        suite: org.suite.clone(),
        city: org.town.city.to_owned(),
        state: org.town.state.to_owned(),
        zip: org.postcode.clone(),
        country: org.country.code().to_owned(),
        language: match org.country {
            Country::Us | Country::Ca | Country::Gb | Country::Au => {
                *dice.pick(&["EN", "EN", "en", "en-US"])
            }
            _ => "en",
        }
        .to_owned(),
        uid: dice.letters(14),
        tenant_id: org.tenant_id.clone(),
        tenant_domain: match mail {
            Mail::Own => org.domain.clone(),
            _ => format!("{}.onmicrosoft.com", org.tenant),
        },
        created,
        updated: created.plus_seconds(dice.between(1, 39 * DAY)),
        active: !dice.chance(2),
        staff: org.staff,
        currency: if org.country == Country::Ca {
            "CAD"
        } else {
            "USD"
        },
    }
}

/// The PSA's record.
pub(super) fn company(
    org: &Organisation,
    name: String,
    detail: Detail,
    dice: &mut Dice,
) -> Company {
    let mut has = |percent| match detail {
        Detail::Full => true,
        Detail::Usual => dice.chance(percent),
        Detail::Sparse => dice.chance(percent / 3),
    };
    let (site, mail, phone, address, city, tenant) =
        (has(78), has(55), has(86), has(78), has(93), has(13));
    let kept = |there: bool, text: String| if there { text } else { String::new() };
    let prefix = *dice.pick(&["www.", "", "https://www.", "http://", "https://", "www."]);
    let slash = if prefix.starts_with("http") && dice.chance(60) {
        "/"
    } else {
        ""
    };
    let street = match &org.suite {
        Some(suite) if dice.chance(80) => format!("{}, {suite}", org.street),
        _ => org.street.clone(),
    };
    Company {
        name,
        status: "Active",
        kind: "Client",
        website: kept(site, format!("{prefix}{}{slash}", org.domain)),
        email_domain: kept(mail, org.domain.clone()),
        phone: kept(phone, places::phone_as_typed(&org.phone, dice)),
        address: kept(address, respelt(&street, dice)),
        city: kept(city, org.town.city.to_owned()),
        state: kept(city, org.town.state.to_owned()),
        postal_code: kept(address, org.postcode.clone()),
        country: kept(
            city,
            if dice.chance(60) {
                org.country.name()
            } else {
                org.country.code()
            }
            .to_owned(),
        ),
        tenant_id: kept(tenant && detail == Detail::Usual, org.tenant_id.clone()),
        ..Company::default()
    }
}

/// The same street as somebody else writes it.
fn respelt(street: &str, dice: &mut Dice) -> String {
    const WORDS: &[(&str, &str)] = &[
        (" St", " Street"),
        (" Ave", " Avenue"),
        (" Rd", " Road"),
        (" Dr", " Drive"),
        (" Blvd", " Boulevard"),
        (" Pkwy", " Parkway"),
        (" Ln", " Lane"),
        (" Hwy", " Highway"),
        ("straße", "str."),
    ];
    if !dice.chance(45) {
        return street.to_owned();
    }
    let (front, rest) = street.split_once(',').map_or((street, ""), |(a, b)| (a, b));
    let hit = WORDS.iter().find(|(short, _)| front.ends_with(short));
    let front = hit.map_or_else(
        || front.to_owned(),
        |(short, long)| format!("{}{long}", front.trim_end_matches(short)),
    );
    if rest.is_empty() {
        front
    } else {
        format!("{front},{rest}")
    }
}
