//! Exact keys on which a customer and a company can meet.

use super::card::Card;
use super::fold;
use super::label::bare_label;
use super::reading::Reading;

/// Kinds of exact keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    Domain,
    Label,
    Mail,
    MailName,
    Phone,
    Address,
    Name,
    NameTown,
    Initials,
    ShortName,
    Skeleton,
    MsTenant,
}

/// Keys that both sides have, and can meet on.
fn shared_keys(card: &Card, put: &mut dyn FnMut(Key, &str)) {
    let c = &card.contact;
    c.domains.iter().for_each(|d| put(Key::Domain, d));
    c.mail.iter().for_each(|m| put(Key::Mail, m));
    c.phone.iter().for_each(|p| put(Key::Phone, p));
    card.place
        .address_key()
        .iter()
        .for_each(|a| put(Key::Address, a));
    for label in &c.labels {
        put(Key::Label, label);
        put(Key::Label, bare_label(label));
    }
    let town = card.place.city.concat();
    for reading in &card.name.readings {
        put(Key::Name, &reading.joined);
        if reading.spelt != reading.joined {
            put(Key::Name, &reading.spelt);
        }
        if !town.is_empty() {
            put(Key::NameTown, &format!("{} {town}", reading.joined));
        }
    }
    card.ms_tenants.iter().for_each(|t| put(Key::MsTenant, t));
}

/// Initials of a reading, as far as they are worth looking at.
fn initials(reading: &Reading) -> impl Iterator<Item = &str> {
    let both = [reading.initials.as_str(), reading.initials_full.as_str()];
    both.into_iter()
        .filter(|i| (2..=7).contains(&i.len()) && reading.words.len() >= 2)
}

/// The first word, if it may be initials itself.
fn short_first_word(reading: &Reading) -> Option<&str> {
    reading
        .words
        .first()
        .map(String::as_str)
        .filter(|w| (2..=7).contains(&w.len()))
}

pub fn company_keys(card: &Card, two_scripts: bool, put: &mut dyn FnMut(Key, &str)) {
    shared_keys(card, put);
    for reading in &card.name.readings {
        initials(reading).for_each(|i| put(Key::Initials, i));
        short_first_word(reading)
            .into_iter()
            .for_each(|w| put(Key::ShortName, w));
        if two_scripts {
            skeleton_key(card.name.other_script, &reading.joined)
                .iter()
                .for_each(|k| put(Key::Skeleton, k));
        }
    }
    if let Some(person) = &card.contact.person {
        put(Key::MailName, &letters(person));
    }
}

pub fn customer_keys(card: &Card, two_scripts: bool, put: &mut dyn FnMut(Key, &str)) {
    shared_keys(card, put);
    for label in &card.contact.labels {
        let bare = bare_label(label);
        put(Key::Name, label);
        put(Key::Name, bare);
        if (3..=7).contains(&bare.len()) {
            put(Key::Initials, bare);
        }
    }
    for reading in &card.name.readings {
        put(Key::Label, &reading.joined);
        for i in initials(reading) {
            put(Key::ShortName, i);
            put(Key::Label, i);
        }
        short_first_word(reading)
            .into_iter()
            .for_each(|w| put(Key::Initials, w));
        if two_scripts {
            skeleton_key(!card.name.other_script, &reading.joined)
                .iter()
                .for_each(|k| put(Key::Skeleton, k));
        }
        let starts = (8..=reading.joined.len().min(20)).filter_map(|n| reading.joined.get(..n));
        starts.for_each(|start| put(Key::MailName, start));
    }
}

/// What a company's joined name may begin with, judging by a customer's tenant, domain, mail name or cut-off name.
pub fn beginnings(card: &Card) -> Vec<&str> {
    let mut starts: Vec<&str> = card
        .contact
        .labels
        .iter()
        .map(|l| bare_label(l))
        .filter(|l| l.len() >= 7)
        .collect();
    starts.extend(card.contact.person.as_deref().filter(|p| p.len() >= 9));
    if card.name.maybe_cut {
        starts.extend(
            card.name
                .readings
                .iter()
                .map(|r| r.joined.as_str())
                .filter(|j| j.len() >= 14),
        );
    }
    starts
}

/// Names of different scripts meet on the beginning of their consonants.
fn skeleton_key(other_script: bool, joined: &str) -> Option<String> {
    let skeleton = fold::skeleton(joined);
    let start = skeleton.get(..4)?;
    Some(format!("{}{start}", u8::from(other_script)))
}

fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_lowercase).collect()
}
