//! The evidence in words, as one person would say it to another.

use super::Record;
use super::alias::Remembered;
use super::contact::SamePerson;
use super::evidence::{DomainMatch, Evidence, NameClass};
use super::label::Spelling;
use super::name_match::{Extras, Level};
use super::phone::PhoneMatch;
use super::place::Agreement;

/// What speaks for (`+`) and against (`-`) the pair, the weightier first on either side; for first. `told` are the words
/// of what a person decided about the same customer.
pub fn reasons(e: &Evidence, customer: &Record, company: &Record, told: &str) -> Vec<String> {
    let mut said = Said {
        pro: Vec::new(),
        con: Vec::new(),
    };
    if let Some(how) = e.remembered {
        said.pro(how.words(told));
    }
    if e.decisive && e.remembered != Some(Remembered::Sure) {
        decisive(&mut said, customer, company);
    }
    name(&mut said, e, customer, company);
    net(&mut said, e, customer, company);
    place(&mut said, e, customer, company);
    if e.stale {
        said.con("the PSA row is marked as not in use".to_owned());
    }
    if e.name_class() == NameClass::Same && e.twins.companies > 1 {
        said.con(format!(
            "{} companies in the PSA have this name",
            e.twins.companies
        ));
    }
    said.pro
        .into_iter()
        .map(|r| format!("+ {r}"))
        .chain(said.con.into_iter().map(|r| format!("- {r}")))
        .collect()
}

/// A reason without the values that only its own pair has: what two pairs with the same evidence have in common.
pub fn reason_kind(reason: &str) -> &str {
    const BEGINNINGS: [&str; 8] = [
        "+ same Microsoft tenant ",
        "+ the distributor keeps the PSA id ",
        "+ same domain ",
        "+ same mail address ",
        "+ same phone ",
        "+ same address ",
        "+ same town ",
        "+ same postcode ",
    ];
    const ENDS: [&str; 3] = [
        " spells the PSA name",
        " spells the distributor's name",
        " does not fit the PSA name",
    ];
    if reason == SAME_LABEL {
        return reason;
    }
    let beginning = BEGINNINGS.into_iter().find(|b| reason.starts_with(b));
    let end = || ENDS.into_iter().find(|e| reason.ends_with(e));
    let before = || reason.split_once(": ").map_or(reason, |(kind, _)| kind);
    beginning.or_else(end).unwrap_or_else(before)
}

/// Begins as a same domain does, and names none.
const SAME_LABEL: &str = "+ same domain or tenant name under another ending";

struct Said {
    pro: Vec<String>,
    con: Vec<String>,
}

impl Said {
    fn pro(&mut self, text: String) {
        self.pro.push(text);
    }

    fn con(&mut self, text: String) {
        self.con.push(text);
    }
}

fn decisive(said: &mut Said, customer: &Record, company: &Record) {
    let ours = customer.profile.ms_tenant_id.trim();
    let first = std::iter::once(&company.profile.ms_tenant_id);
    let mut theirs = first.chain(&company.other_ms_tenants);
    if !ours.is_empty() && theirs.any(|tenant| ours.eq_ignore_ascii_case(tenant.trim())) {
        said.pro(format!("same Microsoft tenant {ours}"));
    } else {
        said.pro(format!("the distributor keeps the PSA id {}", company.id));
    }
}

fn name(said: &mut Said, e: &Evidence, customer: &Record, company: &Record) {
    let (ours, theirs) = (customer.profile.name.trim(), company.profile.name.trim());
    let n = &e.name;
    match n.level {
        Level::Same if ours == theirs => said.pro("same name".to_owned()),
        Level::Same if n.by_half => {
            said.pro("same name as one half of a trading or former name".to_owned())
        }
        Level::Same => said.pro("same name but for legal form, case or abbreviation".to_owned()),
        Level::Respaced => said.pro("same name, spaced differently".to_owned()),
        Level::Reordered => said.pro("same words in another order".to_owned()),
        Level::Misspelt if n.abbreviations > 0 => {
            said.pro("same name with an abbreviation".to_owned())
        }
        Level::Misspelt => said.pro(format!(
            "same name with {} spelt differently",
            count(n.edits, "word")
        )),
        Level::Cut => said.pro("one name is the other cut off".to_owned()),
        Level::Initials => said.pro("one name is the initials of the other".to_owned()),
        Level::Within if e.name_class() == NameClass::Near => {
            said.pro("same name but for a town or an account word".to_owned())
        }
        Level::Within => said.pro("one name holds the other".to_owned()),
        Level::Overlapping if n.letters >= 0.85 => said.pro("names spelt almost alike".to_owned()),
        Level::Overlapping => said.pro("some words in common".to_owned()),
        Level::Transliterated => said.pro("names sound alike in two scripts".to_owned()),
        Level::Unreadable => said.con("names in two scripts, which cannot be compared".to_owned()),
        Level::Different if ours.is_empty() || theirs.is_empty() => {
            said.con("no name to compare".to_owned())
        }
        Level::Different => said.con(format!("other name: {} ≠ {}", short(ours), short(theirs))),
    }
    if n.level != Level::Different {
        left_over(said, &n.ours, "at the distributor");
        left_over(said, &n.theirs, "in the PSA");
    }
    if e.legal == Agreement::No {
        said.con("other legal form".to_owned());
    }
    if e.bracket_country == Agreement::No {
        said.con("another country stands behind the name".to_owned());
    }
}

fn left_over(said: &mut Said, extras: &Extras, side: &str) {
    let kinds = [
        (extras.telling + extras.division, "more word"),
        (extras.number, "number"),
        (extras.other_town, "other town"),
        (extras.country, "country"),
        (extras.structure, "word such as Group"),
    ];
    for (n, what) in kinds.into_iter().filter(|(n, _)| *n > 0) {
        said.con(format!("{} in the name {side}", count(n, what)));
    }
}

fn net(said: &mut Said, e: &Evidence, customer: &Record, company: &Record) {
    let (ours, theirs) = (&customer.profile, &company.profile);
    match e.domain {
        DomainMatch::Same if e.domain_shared.companies > 1 => said.pro(format!(
            "same domain, which {} companies share",
            e.domain_shared.companies
        )),
        DomainMatch::Same => said.pro(format!(
            "same domain {}",
            domain_of(&ours.domain, &ours.email)
        )),
        DomainMatch::SameLabel => said.pro(SAME_LABEL[2..].to_owned()),
        DomainMatch::No => said.con(format!(
            "other domain: {} ≠ {}",
            domain_of(&ours.domain, &ours.email),
            domain_of(&theirs.domain, &theirs.email)
        )),
        DomainMatch::Unknown if e.our_label >= Spelling::Initials => {
            said.pro(format!("{} spells the PSA name", short(&ours.domain)))
        }
        DomainMatch::Unknown if e.their_label >= Spelling::Initials => said.pro(format!(
            "{} spells the distributor's name",
            domain_of(&theirs.domain, &theirs.email)
        )),
        DomainMatch::Unknown if e.tenant_is_strange => {
            said.con(format!("{} does not fit the PSA name", short(&ours.domain)))
        }
        DomainMatch::Unknown => {}
    }
    if e.same_mail {
        said.pro(format!("same mail address {}", short(ours.email.trim())));
    } else if e.person == SamePerson::Yes {
        said.pro("same person's mail name".to_owned());
    } else if e.mail_name {
        said.pro("a mail name spells the other name".to_owned());
    }
    match e.phone {
        PhoneMatch::Same if e.phone_shared.companies > 1 => said.pro(format!(
            "same phone, which {} companies share",
            e.phone_shared.companies
        )),
        PhoneMatch::Same => said.pro(format!("same phone {}", short(ours.phone.trim()))),
        PhoneMatch::SameSwitchboard => said.pro("phone differs in the last digits only".to_owned()),
        PhoneMatch::No | PhoneMatch::SameArea => said.con(format!(
            "other phone: {} ≠ {}",
            short(ours.phone.trim()),
            short(theirs.phone.trim())
        )),
        PhoneMatch::Unknown => {}
    }
}

fn place(said: &mut Said, e: &Evidence, customer: &Record, company: &Record) {
    let (ours, theirs) = (&customer.profile, &company.profile);
    match e.address {
        Agreement::Same => said.pro(format!("same address {}", short(ours.address.trim()))),
        Agreement::No => said.con("other address".to_owned()),
        Agreement::Near | Agreement::Unknown => {}
    }
    match e.city {
        Agreement::Same | Agreement::Near => {
            said.pro(format!("same town {}", short(ours.city.trim())))
        }
        Agreement::No => said.con(format!(
            "other town: {} ≠ {}",
            short(ours.city.trim()),
            short(theirs.city.trim())
        )),
        Agreement::Unknown if e.postcode == Agreement::Same => {
            said.pro(format!("same postcode {}", short(ours.postcode.trim())))
        }
        Agreement::Unknown => {}
    }
    if e.home == Agreement::No {
        said.con("seems to be in another country".to_owned());
    }
    if e.country == Agreement::No {
        said.con(format!(
            "other country: {} ≠ {}",
            short(ours.country.trim()),
            short(theirs.country.trim())
        ));
    }
}

fn count(n: u8, what: &str) -> String {
    if n == 1 {
        format!("one {what}")
    } else {
        format!("{n} {what}s")
    }
}

fn domain_of(domain: &str, email: &str) -> String {
    let domain = domain.trim();
    let own = if domain.is_empty() {
        email.rsplit_once('@').map_or("", |(_, host)| host)
    } else {
        domain
    };
    let own = own.split_once("://").map_or(own, |(_, rest)| rest);
    short(own.trim_start_matches("www.").trim_end_matches('/'))
}

fn short(text: &str) -> String {
    crate::domain::text::clean(text, 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_the_same_whatever_the_pair() {
        for (one, other) in [
            ("+ same domain a.com", "+ same domain b.org"),
            ("- other town: Leeds ≠ York", "- other town: Köln ≠ Bonn"),
            ("+ a.com spells the PSA name", "+ b.org spells the PSA name"),
            ("+ same phone 555 1", "+ same phone 555 2"),
        ] {
            assert_eq!(reason_kind(one), reason_kind(other));
        }
        let told_apart = [
            SAME_LABEL,
            "+ same domain a.com",
            "+ same domain, which 3 companies share",
            "+ same domain, which 4 companies share",
            "+ same name",
            "- other legal form",
            "- other town: Leeds ≠ York",
        ];
        let kinds: std::collections::BTreeSet<&str> =
            told_apart.iter().map(|r| reason_kind(r)).collect();
        assert_eq!(kinds.len(), told_apart.len(), "{kinds:?}");
    }
}
