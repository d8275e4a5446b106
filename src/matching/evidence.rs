//! Everything that speaks for or against a pair, gathered once: for the model, and for the reasons a person reads.

use super::alias::Remembered;
use super::card::{Card, Shared, Tables};
use super::compare::compare_names;
use super::contact::{Contact, SamePerson, same_person};
use super::home::compare_homes;
use super::label::{Spelling, bare_label, spelling};
use super::name_match::{Extras, Level, NameMatch};
use super::phone::{PhoneMatch, compare_phones};
use super::place::{
    Agreement, compare_addresses, compare_cities, compare_codes, compare_postcodes,
};

/// How two companies' domains compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DomainMatch {
    /// One side has none of its own.
    Unknown,
    /// Different.
    No,
    /// The same label under another ending: `contoso.com`, `contoso.co.uk`; or a tenant of that label.
    SameLabel,
    /// The same registered domain.
    Same,
}

/// All that is known about one pair.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The names.
    pub name: NameMatch,
    /// Legal forms: both known and of one family, or not.
    pub legal: Agreement,
    /// Domains of web and mail.
    pub domain: DomainMatch,
    /// Rows that share that domain.
    pub domain_shared: Shared,
    /// How the customer's domain or tenant spells the company's name.
    pub our_label: Spelling,
    /// How the company's domain spells the customer's name.
    pub their_label: Spelling,
    /// The customer has a tenant of its own making, and it spells nothing of the company.
    pub tenant_is_strange: bool,
    /// The same private or personal mail address.
    pub same_mail: bool,
    /// Rows that share it.
    pub mail_shared: Shared,
    /// The people before the `@`.
    pub person: SamePerson,
    /// A mail name of one side spells the other's company name.
    pub mail_name: bool,
    /// Phone numbers.
    pub phone: PhoneMatch,
    /// Rows that share it.
    pub phone_shared: Shared,
    /// Street and number.
    pub address: Agreement,
    /// Rows that share it.
    pub address_shared: Shared,
    /// Postcodes.
    pub postcode: Agreement,
    /// Towns.
    pub city: Agreement,
    /// States.
    pub state: Agreement,
    /// Countries.
    pub country: Agreement,
    /// Countries, where one side does not say and other signs must tell.
    pub home: Agreement,
    /// How well the phone of one side fits the place of the other, in nats.
    pub area_fit: f32,
    /// Rows that have the company's very name.
    pub twins: Shared,
    /// Rows that have the customer's very name.
    pub rivals: Shared,
    /// Countries that stand in brackets behind the names.
    pub bracket_country: Agreement,
    /// The company's row is marked as not to be used.
    pub stale: bool,
    /// A person linked an account to this company that is the customer, or has its name.
    pub remembered: Option<Remembered>,
    /// That decides; or the PSA id that the distributor keeps is this company's, or both have one Microsoft tenant.
    pub decisive: bool,
    /// How many fields the company's row fills.
    pub company_fields: u8,
}

/// Gathers the evidence of one pair.
pub fn gather(tables: &Tables, customer: &Card, company: &Card) -> Evidence {
    let name = compare_names(tables, customer, company);
    let (ours, theirs) = (&customer.contact, &company.contact);
    let (domain, domain_shared) = compare_domains(tables, customer.table, ours, theirs);
    let our_label = ours
        .labels
        .iter()
        .map(|l| spells(tables, l, company))
        .max()
        .unwrap_or(Spelling::No);
    let their_label = theirs
        .labels
        .iter()
        .map(|l| spells(tables, l, customer))
        .max()
        .unwrap_or(Spelling::No);
    let same_mail = ours.mail.is_some() && ours.mail == theirs.mail;
    let phone = compare_phones(ours.phone.as_deref(), theirs.phone.as_deref());
    let address = compare_addresses(&customer.place, &company.place);
    let filled = [
        theirs.has_no_domain(),
        theirs.phone.is_none(),
        company.place.street.is_empty(),
        company.place.city.is_empty(),
        company.place.postcode.is_empty(),
        company.place.country.is_empty(),
    ];
    Evidence {
        legal: compare_legal(&customer.name.legal, &company.name.legal),
        tenant_is_strange: ours.tenant.is_some()
            && our_label == Spelling::No
            && domain < DomainMatch::SameLabel,
        domain,
        domain_shared,
        our_label,
        their_label,
        same_mail,
        mail_shared: Tables::shared(&tables.same_mail, customer.table, ours.mail.as_deref()),
        person: same_person(ours.person.as_deref(), theirs.person.as_deref()),
        mail_name: mail_name_spells(ours, company) || mail_name_spells(theirs, customer),
        phone,
        phone_shared: Tables::shared(&tables.same_phone, customer.table, ours.phone.as_deref()),
        address,
        address_shared: Tables::shared(
            &tables.same_address,
            customer.table,
            customer.place.address_key().as_deref(),
        ),
        postcode: compare_postcodes(&customer.place, &company.place),
        city: compare_cities(&customer.place, &company.place),
        state: compare_codes(&customer.place.state, &company.place.state),
        country: compare_codes(&customer.place.country, &company.place.country),
        home: if customer.place.country.is_empty() || company.place.country.is_empty() {
            compare_homes(
                (&customer.place.country, &customer.home),
                (&company.place.country, &company.home),
            )
        } else {
            Agreement::Unknown
        },
        area_fit: area_fit(tables, customer, company),
        twins: Tables::shared(&tables.same_name, customer.table, Some(&company.key)),
        rivals: Tables::shared(&tables.same_name, customer.table, Some(&customer.key)),
        bracket_country: compare_codes(
            &customer.name.countries.join(" "),
            &company.name.countries.join(" "),
        ),
        stale: company.stale,
        remembered: None,
        decisive: customer
            .ms_tenants
            .iter()
            .any(|tenant| company.ms_tenants.contains(tenant)),
        company_fields: filled.iter().map(|empty| u8::from(!empty)).sum(),
        name,
    }
}

impl Evidence {
    /// Independent things besides the name that agree: on the net, a person, the phone, the place.
    pub fn seconds(&self) -> u8 {
        [
            self.domain >= DomainMatch::SameLabel,
            self.same_mail || self.person == SamePerson::Yes,
            self.phone >= PhoneMatch::SameSwitchboard,
            self.address == Agreement::Same
                || self.postcode == Agreement::Same && self.city == Agreement::Same,
        ]
        .iter()
        .map(|agrees| u8::from(*agrees))
        .sum()
    }

    /// Things that both sides tell: net, person, phone, street, town.
    pub fn comparable(&self) -> u8 {
        [
            self.domain != DomainMatch::Unknown,
            self.person != SamePerson::Unknown,
            self.phone != PhoneMatch::Unknown,
            self.address != Agreement::Unknown,
            self.city != Agreement::Unknown,
        ]
        .iter()
        .map(|known| u8::from(*known))
        .sum()
    }

    /// Things that contradict.
    pub fn conflicts(&self) -> u8 {
        [
            self.domain == DomainMatch::No,
            self.person == SamePerson::No,
            matches!(self.phone, PhoneMatch::No | PhoneMatch::SameArea),
            self.address == Agreement::No || self.postcode == Agreement::No,
            self.city == Agreement::No,
        ]
        .iter()
        .map(|against| u8::from(*against))
        .sum()
    }
}

/// The phone of one side against the place of the other, whichever says more.
fn area_fit(tables: &Tables, customer: &Card, company: &Card) -> f32 {
    let ours = tables.areas.fit(&customer.area, &company.area);
    let theirs = tables.areas.fit(&company.area, &customer.area);
    if ours.abs() >= theirs.abs() {
        ours
    } else {
        theirs
    }
}

fn compare_legal(ours: &[&str], theirs: &[&str]) -> Agreement {
    match (
        ours.is_empty() || theirs.is_empty(),
        ours.iter().any(|f| theirs.contains(f)),
    ) {
        (true, _) => Agreement::Unknown,
        (_, true) => Agreement::Same,
        _ => Agreement::No,
    }
}

fn compare_domains(
    tables: &Tables,
    table: usize,
    ours: &Contact,
    theirs: &Contact,
) -> (DomainMatch, Shared) {
    if let Some(domain) = ours.domains.iter().find(|d| theirs.domains.contains(d)) {
        return (
            DomainMatch::Same,
            Tables::shared(&tables.same_domain, table, Some(domain)),
        );
    }
    let same_label = ours.labels.iter().any(|a| {
        theirs.labels.iter().any(|b| {
            a.len() >= 3 && a == b || bare_label(a).len() >= 4 && bare_label(a) == bare_label(b)
        })
    });
    let level = if same_label {
        DomainMatch::SameLabel
    } else if ours.domains.is_empty() || theirs.domains.is_empty() {
        DomainMatch::Unknown
    } else {
        DomainMatch::No
    };
    (level, Shared::default())
}

fn spells(tables: &Tables, label: &str, card: &Card) -> Spelling {
    let readings = card.name.readings.iter().zip(&card.word_ids);
    readings
        .map(|(r, ids)| {
            spelling(
                label,
                &r.words,
                &r.joined,
                [&r.initials, &r.initials_full],
                tables.rarest(ids),
            )
        })
        .max()
        .unwrap_or(Spelling::No)
}

/// `silverbirchpestc@hotmail.com` of Silver Birch Pest Control.
fn mail_name_spells(contact: &Contact, card: &Card) -> bool {
    let Some(person) = &contact.person else {
        return false;
    };
    let letters: String = person.chars().filter(char::is_ascii_alphanumeric).collect();
    letters.len() >= 7
        && card.name.readings.iter().any(|r| {
            r.joined.starts_with(&letters) || r.joined.len() >= 7 && letters.starts_with(&r.joined)
        })
}

/// The classes of name agreement that the model weighs apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameClass {
    /// The same name.
    Same,
    /// The same name but for errors, abbreviations, account words or a town.
    Near,
    /// Initials.
    Initials,
    /// One has `group`, `services` or a country more.
    Structure,
    /// One has a telling word, a number or another town more.
    Extra,
    /// Both have other words.
    Overlap,
    /// Nothing in common, or it cannot be read.
    Different,
}

/// How many there are.
pub const NAME_CLASSES: usize = 7;

impl Evidence {
    /// Its class.
    pub fn name_class(&self) -> NameClass {
        let n = &self.name;
        let hard = |e: &Extras| e.telling + e.division + e.country + e.number + e.other_town > 0;
        let soft = |e: &Extras| e.structure > 0;
        match n.level {
            Level::Same | Level::Respaced | Level::Reordered => NameClass::Same,
            Level::Cut | Level::Misspelt | Level::Transliterated => NameClass::Near,
            Level::Initials => NameClass::Initials,
            Level::Overlapping => NameClass::Overlap,
            Level::Unreadable | Level::Different => NameClass::Different,
            Level::Within if hard(&n.ours) || hard(&n.theirs) => NameClass::Extra,
            Level::Within if soft(&n.ours) || soft(&n.theirs) => NameClass::Structure,
            Level::Within => NameClass::Near,
        }
    }
}
