//! The evidence as numbers: what the model weighs.

use super::contact::SamePerson;
use super::evidence::{DomainMatch, Evidence, NameClass};
use super::label::Spelling;
use super::name_match::Level;
use super::phone::PhoneMatch;
use super::place::Agreement;

/// Names of the signals, in the order in which `signals` gives their values.
pub const SIGNALS: [&str; COUNT] = [
    "always",
    "name bits",
    "ours covered",
    "theirs covered",
    "rarest common word",
    "ours: rarest word missing",
    "theirs: rarest word missing",
    "edits",
    "edits of short words",
    "edits of known words",
    "doubtful edit without second",
    "abbreviations",
    "letters alike",
    "letters very alike",
    "reordered",
    "respaced",
    "cut off",
    "transliterated",
    "unreadable",
    "by a half",
    "acronym of 2",
    "acronym of 4 or more",
    "ours: a telling word more",
    "ours: more telling words",
    "theirs: a telling word more",
    "theirs: more telling words",
    "both: telling words more",
    "ours: a division more",
    "theirs: a division more",
    "ours: structure",
    "theirs: structure",
    "ours: country",
    "theirs: country",
    "account words",
    "ours: town",
    "theirs: town",
    "ours: other town",
    "theirs: other town",
    "ours: number",
    "theirs: number",
    "legal form same",
    "legal form other",
    "companies of that name",
    "customers of that name",
    "company twins",
    "domain same",
    "domain shared",
    "domain label same",
    "domain other",
    "our label spells it whole",
    "our label spells it short",
    "our label holds a word",
    "their label spells it whole",
    "their label spells it short",
    "their label holds a word",
    "tenant is strange",
    "mail same",
    "mail shared",
    "person same",
    "person other",
    "mail name spells it",
    "phone same",
    "phone shared",
    "phone of the same switchboard",
    "phone of the same area",
    "phone other",
    "address same",
    "address shared",
    "address near",
    "address other",
    "postcode same",
    "postcode near",
    "postcode other",
    "city same",
    "city near",
    "city other",
    "state other",
    "country same",
    "country other",
    "bracket country other",
    "stale",
    "one second",
    "two seconds",
    "three seconds",
    "no second, name shared",
    "unique on both sides",
    "unique and undisputed",
    "unique, no other town",
    "another agrees in more",
    "others of like name",
    "another has a better name",
    "two conflicts",
    "three conflicts",
    "conflict without second",
    "fields of the company",
    "state same, another town",
    "home same",
    "home other",
    "phone fits the place",
    "phone does not fit the place",
    "person perhaps same",
    "ours leads with more",
    "theirs leads with more",
    "comparable",
    "nothing comparable",
];

/// How many signals there are.
pub const COUNT: usize = 105;

/// What the other candidates of the same customer say about one of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Context {
    /// Other candidates with the same or nearly the same name.
    pub like_names: u32,
    /// The most independent agreements besides the name that any other candidate has.
    pub best_seconds: u8,
    /// Another candidate has the very name, and this one has not.
    pub better_name: bool,
}

/// The context of each candidate of one customer.
pub fn contexts(list: &[Evidence]) -> Vec<Context> {
    let like = |e: &Evidence| matches!(e.name_class(), NameClass::Same | NameClass::Near);
    let same = |e: &Evidence| e.name_class() == NameClass::Same;
    let likes = list.iter().filter(|e| like(e)).count();
    let any_same = list.iter().any(same);
    let mut most = [0u8; 2];
    for seconds in list.iter().map(Evidence::seconds) {
        if seconds > most[0] {
            most = [seconds, most[0]];
        } else if seconds > most[1] {
            most[1] = seconds;
        }
    }
    let context = |e: &Evidence| Context {
        like_names: u32::try_from(likes - usize::from(like(e))).unwrap_or(u32::MAX),
        best_seconds: if e.seconds() == most[0] {
            most[1]
        } else {
            most[0]
        },
        better_name: any_same && !same(e),
    };
    list.iter().map(context).collect()
}

/// The values for one pair.
pub fn signals(e: &Evidence, context: &Context) -> [f32; COUNT] {
    let is = |yes: bool| if yes { 1.0 } else { 0.0 };
    let ln = |n: u32| (n.max(1) as f32).ln();
    let n = &e.name;
    let (ours, theirs) = (&n.ours, &n.theirs);
    let same = e.name_class() == NameClass::Same;
    let (seconds, conflicts) = (e.seconds(), e.conflicts());
    let shared = |yes: bool, s: super::card::Shared| if yes { ln(s.companies) } else { 0.0 };
    let domain_same = e.domain == DomainMatch::Same;
    let unique = matches!(
        e.name_class(),
        NameClass::Same | NameClass::Near | NameClass::Structure
    ) && e.twins.companies <= 1
        && e.rivals.customers <= 1
        && context.like_names == 0;
    let doubtful_edit = n.short_edits + n.known_edits > 0;
    let short = |s: Spelling| matches!(s, Spelling::Beginnings | Spelling::Initials);
    [
        1.0,
        n.bits.min(40.0) / 10.0,
        if same { 0.0 } else { ours.covered },
        if same { 0.0 } else { theirs.covered },
        if same { 0.0 } else { n.best_bits / 10.0 },
        is(ours.lacks_rarest),
        is(theirs.lacks_rarest),
        f32::from(n.edits.min(4)),
        f32::from(n.short_edits.min(2)),
        f32::from(n.known_edits.min(2)),
        is(doubtful_edit && seconds == 0),
        f32::from(n.abbreviations.min(3)),
        if same { 0.0 } else { n.letters },
        if same {
            0.0
        } else {
            (n.letters - 0.8).max(0.0) * 5.0
        },
        is(n.level == Level::Reordered),
        is(n.level == Level::Respaced),
        is(n.level == Level::Cut),
        is(n.level == Level::Transliterated),
        is(n.level == Level::Unreadable),
        is(n.by_half),
        is(n.acronym == 2),
        is(n.acronym >= 4),
        is(ours.telling >= 1),
        is(ours.telling >= 2),
        is(theirs.telling >= 1),
        is(theirs.telling >= 2),
        is(ours.telling + ours.division >= 1 && theirs.telling + theirs.division >= 1),
        is(ours.division > 0),
        is(theirs.division > 0),
        is(ours.structure > 0),
        is(theirs.structure > 0),
        is(ours.country > 0),
        is(theirs.country > 0),
        is(ours.account + theirs.account > 0),
        is(ours.town > 0),
        is(theirs.town > 0),
        is(ours.other_town > 0),
        is(theirs.other_town > 0),
        is(ours.number > 0),
        is(theirs.number > 0),
        is(e.legal == Agreement::Same),
        is(e.legal == Agreement::No),
        ln(e.rivals.companies),
        ln(e.rivals.customers),
        ln(e.twins.companies),
        is(domain_same),
        shared(domain_same, e.domain_shared),
        is(e.domain == DomainMatch::SameLabel),
        is(e.domain == DomainMatch::No),
        is(e.our_label == Spelling::Whole),
        is(short(e.our_label)),
        is(e.our_label == Spelling::HoldsAWord),
        is(e.their_label == Spelling::Whole),
        is(short(e.their_label)),
        is(e.their_label == Spelling::HoldsAWord),
        is(e.tenant_is_strange),
        is(e.same_mail),
        shared(e.same_mail, e.mail_shared),
        is(e.person == SamePerson::Yes && !e.same_mail),
        is(e.person == SamePerson::No),
        is(e.mail_name),
        is(e.phone == PhoneMatch::Same),
        shared(e.phone == PhoneMatch::Same, e.phone_shared),
        is(e.phone == PhoneMatch::SameSwitchboard),
        is(e.phone == PhoneMatch::SameArea),
        is(e.phone == PhoneMatch::No),
        is(e.address == Agreement::Same),
        shared(e.address == Agreement::Same, e.address_shared),
        is(e.address == Agreement::Near),
        is(e.address == Agreement::No),
        is(e.postcode == Agreement::Same),
        is(e.postcode == Agreement::Near),
        is(e.postcode == Agreement::No),
        is(e.city == Agreement::Same),
        is(e.city == Agreement::Near),
        is(e.city == Agreement::No),
        is(e.state == Agreement::No),
        is(e.country == Agreement::Same),
        is(e.country == Agreement::No),
        is(e.bracket_country == Agreement::No),
        is(e.stale),
        is(seconds >= 1),
        is(seconds >= 2),
        is(seconds >= 3),
        if seconds == 0 {
            ln(e.twins.companies.max(e.rivals.customers))
        } else {
            0.0
        },
        is(unique),
        is(unique && conflicts == 0),
        is(unique && e.city != Agreement::No && e.address != Agreement::No && !n.by_half),
        f32::from(context.best_seconds.saturating_sub(seconds)),
        ln(context.like_names + 1),
        is(context.better_name),
        is(conflicts >= 2),
        is(conflicts >= 3),
        is(conflicts >= 1 && seconds == 0),
        f32::from(e.company_fields) / 6.0,
        is(e.state == Agreement::Same && !matches!(e.city, Agreement::Same | Agreement::Near)),
        is(e.home == Agreement::Same),
        is(e.home == Agreement::No),
        e.area_fit.max(0.0),
        (-e.area_fit).max(0.0),
        is(e.person == SamePerson::Maybe),
        is(ours.leads),
        is(theirs.leads),
        f32::from(e.comparable()) / 3.0,
        is(e.comparable() == 0),
    ]
}
