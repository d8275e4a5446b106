//! Domains, mail addresses and phone numbers, brought to a form that can be compared.

use super::fold;
use super::words;

/// Where a company is on the net, as far as its row says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// Whole host names of its own: web and mail, without `www`, generic mail hosts and Microsoft tenants.
    pub hosts: Vec<String>,
    /// Registered domains of those hosts.
    pub domains: Vec<String>,
    /// What names the company in its hosts and tenant: `contoso` of `contoso.co.uk` and `contoso.onmicrosoft.com`.
    pub labels: Vec<String>,
    /// The Microsoft tenant's label.
    pub tenant: Option<String>,
    /// The whole mail address, unless it is a role's (`info@`).
    pub mail: Option<String>,
    /// The part before the `@`, unless it is a role's.
    pub person: Option<String>,
    /// National number, digits only.
    pub phone: Option<String>,
}

impl Contact {
    /// Reads the three fields of a row.
    pub fn parse(domain: &str, email: &str, phone: &str) -> Self {
        let mut contact = Contact {
            phone: national_number(phone),
            ..Contact::default()
        };
        contact.add_host(&host(domain));
        if let Some((local, at)) = email.trim().to_lowercase().rsplit_once('@') {
            let at = host(at);
            contact.add_host(&at);
            let local: String = local
                .chars()
                .take(64)
                .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
                .collect();
            if !local.is_empty() && !is_role(&local) {
                contact.mail = Some(format!("{local}@{at}"));
                contact.person = Some(local);
            }
        }
        contact
    }

    fn add_host(&mut self, host: &str) {
        if host.is_empty() || words::is_generic_mail_host(host) {
            return;
        }
        let tenant = host
            .strip_suffix(".onmicrosoft.com")
            .or_else(|| host.strip_suffix(".onmicrosoft.us"));
        if let Some(label) = tenant.map(|t| t.trim_end_matches(".mail").to_owned()) {
            push(&mut self.labels, fold_label(&label));
            self.tenant = Some(fold_label(&label));
            return;
        }
        let registered = registered_domain(host);
        push(
            &mut self.labels,
            fold_label(registered.split('.').next().unwrap_or_default()),
        );
        push(&mut self.hosts, host.to_owned());
        push(&mut self.domains, registered.to_owned());
    }

    /// Takes hosts out that many unrelated companies share.
    pub fn forget_domains(&mut self, shared: &[String]) {
        self.labels.retain(|label| {
            !shared
                .iter()
                .any(|d| fold_label(d.split('.').next().unwrap_or_default()) == *label)
        });
        self.hosts
            .retain(|host| !shared.iter().any(|d| registered_domain(host) == d));
        self.domains.retain(|domain| !shared.contains(domain));
        if self
            .mail
            .as_ref()
            .and_then(|m| m.rsplit_once('@'))
            .is_some_and(|(_, host)| shared.iter().any(|d| registered_domain(host) == d))
        {
            (self.mail, self.person) = (None, None);
        }
    }

    /// True if it says nothing of its own on the net.
    pub fn has_no_domain(&self) -> bool {
        self.domains.is_empty()
    }
}

fn push(list: &mut Vec<String>, item: String) {
    if !item.is_empty() && !list.contains(&item) {
        list.push(item);
    }
}

/// The host of a domain, a web address, or anything people type in such a field.
fn host(raw: &str) -> String {
    let raw = raw.trim().to_lowercase();
    let rest = raw.split_once("://").map_or(raw.as_str(), |(_, rest)| rest);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    let end = rest
        .find(['/', '?', '#', ':', ' ', ',', ';'])
        .unwrap_or(rest.len());
    let host = rest[..end].trim_matches('.');
    let host = host.strip_prefix("www.").unwrap_or(host);
    if host.contains('.') && host.len() <= 120 {
        host.to_owned()
    } else {
        String::new()
    }
}

/// `mail.contoso.co.uk` is registered as `contoso.co.uk`. By the customary second levels, without a list of them all.
fn registered_domain(host: &str) -> &str {
    let ends: Vec<usize> = host.rmatch_indices('.').map(|(i, _)| i).collect();
    let label = |n: usize| {
        let end = if n == 0 { host.len() } else { ends[n - 1] };
        let start = ends.get(n).map_or(0, |i| i + 1);
        &host[start..end]
    };
    let second_level = ends.len() >= 2
        && label(0).len() == 2
        && matches!(
            label(1),
            "co" | "com"
                | "org"
                | "net"
                | "ac"
                | "gov"
                | "edu"
                | "or"
                | "ne"
                | "go"
                | "ltd"
                | "plc"
                | "sch"
                | "nhs"
                | "asn"
                | "id"
                | "gob"
                | "gouv"
                | "gv"
                | "govt"
                | "school"
                | "geek"
                | "ed"
                | "gr"
                | "lg"
                | "me"
        );
    let dots = if second_level { 3 } else { 2 };
    ends.get(dots - 1).map_or(host, |i| &host[i + 1..])
}

/// Letters and digits of a label, accents folded (`xn--` stays as it is).
fn fold_label(label: &str) -> String {
    fold::key(&fold::fold(label).replace(' ', ""))
}

/// A label without what tenants and domains add to a name that was taken: `getcontosohq` names `contoso`.
pub fn bare_label(label: &str) -> &str {
    let mut bare = label.trim_end_matches(|c: char| c.is_ascii_digit());
    if bare.len() < 3 {
        bare = label;
    }
    for prefix in ["team", "the", "get", "my", "go", "try", "we", "join"] {
        if let Some(rest) = bare.strip_prefix(prefix).filter(|rest| rest.len() >= 4) {
            bare = rest;
            break;
        }
    }
    for suffix in AFFIXES {
        if let Some(rest) = bare.strip_suffix(suffix).filter(|rest| rest.len() >= 4) {
            return rest;
        }
    }
    bare
}

/// `cd365` and `lbgroup`: the initials, and something that made the label free to take.
fn is_initials_with_affix(label: &str, initials: &str) -> bool {
    let rest = match label.strip_prefix(initials) {
        Some(rest) if initials.len() >= 2 => rest,
        _ => return false,
    };
    rest.is_empty() && initials.len() >= 3
        || !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit())
        || AFFIXES.contains(&rest)
}

/// What follows a name in labels, because the name alone was taken.
const AFFIXES: [&str; 18] = [
    "online", "office", "group", "grp", "inc", "llc", "ltd", "plc", "corp", "gmbh", "co", "hq",
    "web", "info", "us", "uk", "tenant", "it",
];

/// How a label spells a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spelling {
    /// Not at all.
    No,
    /// It holds the name's most telling word.
    HoldsAWord,
    /// It is the name's first letters.
    Initials,
    /// It is made of the beginnings of the name's words.
    Beginnings,
    /// It is the name, perhaps cut off.
    Whole,
}

/// How `label` spells the name made of `words` (run together: `joined`); `telling` is its rarest word.
pub fn spelling(
    label: &str,
    words: &[String],
    joined: &str,
    initials: [&str; 2],
    telling: &str,
) -> Spelling {
    let bare = bare_label(label);
    let cut = |a: &str, b: &str| a.len() >= 6 && b.starts_with(a) && a.len() * 2 >= b.len();
    for l in [label, bare] {
        if l == joined || cut(l, joined) || cut(joined, l) && joined.len() * 3 >= l.len() * 2 {
            return Spelling::Whole;
        }
    }
    if initials.iter().any(|i| is_initials_with_affix(label, i)) {
        return Spelling::Initials;
    }
    if bare.len() >= 5 && words.len() >= 2 && is_made_of_beginnings(bare, words) {
        return Spelling::Beginnings;
    }
    if telling.len() >= 4 && (bare == telling || telling.len() >= 5 && label.contains(telling)) {
        return Spelling::HoldsAWord;
    }
    Spelling::No
}

/// `vallwealmana` of valley wealth management: every word gives its beginning, in order, and the longer part of the
/// label comes from beginnings of two letters or more.
fn is_made_of_beginnings(label: &str, words: &[String]) -> bool {
    fn fits(label: &[u8], words: &[String], long: usize, total: usize) -> bool {
        let Some((word, rest)) = words.split_first() else {
            return label.is_empty() && long * 2 > total;
        };
        let common = label
            .iter()
            .zip(word.as_bytes())
            .take_while(|(a, b)| a == b)
            .count();
        (1..=common)
            .rev()
            .any(|n| fits(&label[n..], rest, long + if n >= 2 { n } else { 0 }, total))
    }
    words.len() <= 6 && fits(label.as_bytes(), words, 0, label.len())
}

/// How alike two people's mail names are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SamePerson {
    /// One side names nobody.
    Unknown,
    /// Two people.
    No,
    /// One person, written in two ways: `kbell` and `kristopher.bell`.
    Yes,
}

/// Compares the parts before the `@`.
pub fn same_person(a: Option<&str>, b: Option<&str>) -> SamePerson {
    let (Some(a), Some(b)) = (a, b) else {
        return SamePerson::Unknown;
    };
    if a == b {
        return SamePerson::Yes;
    }
    let forms = |local: &str| -> Vec<String> {
        let bare: Vec<&str> = local
            .split(['.', '_', '-'])
            .map(|p| p.trim_matches(|c: char| c.is_ascii_digit()))
            .filter(|p| !p.is_empty())
            .collect();
        match bare[..] {
            [first, last] => {
                let initial = &first[..first.chars().next().map_or(0, char::len_utf8)];
                vec![
                    format!("{first}{last}"),
                    format!("{initial}{last}"),
                    format!("{last}{initial}"),
                ]
            }
            _ => vec![bare.concat()],
        }
    };
    let (a, b) = (forms(a), forms(b));
    let same = a.iter().any(|x| x.len() >= 4 && b.contains(x));
    if same {
        SamePerson::Yes
    } else {
        SamePerson::No
    }
}

fn is_role(local: &str) -> bool {
    matches!(
        local,
        "info"
            | "admin"
            | "office"
            | "accounts"
            | "account"
            | "ap"
            | "ar"
            | "billing"
            | "support"
            | "hello"
            | "contact"
            | "it"
            | "finance"
            | "sales"
            | "orders"
            | "licensing"
            | "csp"
            | "procurement"
            | "mail"
            | "enquiries"
            | "helpdesk"
            | "service"
            | "invoices"
            | "invoice"
            | "reception"
            | "hr"
            | "team"
            | "webmaster"
            | "postmaster"
            | "noreply"
            | "no-reply"
            | "accounting"
            | "purchasing"
            | "post"
            | "kontakt"
            | "buchhaltung"
            | "administration"
            | "administrator"
            | "office365"
            | "licenses"
            | "licences"
            | "tech"
            | "marketing"
            | "general"
    )
}

/// Country calling codes that may stand in front, longest first.
const CALLING_CODES: [&str; 36] = [
    "353", "351", "352", "354", "358", "420", "421", "385", "386", "370", "371", "372", "971",
    "966", "852", "1", "44", "49", "61", "64", "33", "31", "34", "39", "46", "47", "45", "41",
    "43", "32", "48", "81", "86", "91", "55", "52",
];

/// The national number: no extension, country code, trunk zero; none if fewer than six digits are left.
fn national_number(raw: &str) -> Option<String> {
    let lower: String = raw
        .trim()
        .chars()
        .take(40)
        .collect::<String>()
        .to_lowercase();
    let end = ["ext", "x", "#", ";", ",", "/"]
        .iter()
        .filter_map(|mark| lower.find(mark))
        .filter(|&i| i > 5)
        .min()
        .unwrap_or(lower.len());
    let main = lower[..end].replace("(0)", "");
    let international = main.trim_start().starts_with('+') || main.trim_start().starts_with("00");
    let mut digits: String = main
        .chars()
        .filter_map(|c| c.to_digit(10))
        .filter_map(|d| char::from_digit(d, 10))
        .collect();
    if international {
        digits = digits.trim_start_matches('0').to_owned();
        if let Some(rest) = CALLING_CODES
            .iter()
            .find_map(|code| digits.strip_prefix(code))
        {
            digits = rest.to_owned();
        }
    } else if digits.len() == 11 && digits.starts_with('1') {
        digits.remove(0);
    }
    let national = digits.trim_start_matches('0');
    (6..=13)
        .contains(&national.len())
        .then(|| national.to_owned())
}

/// How two numbers compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PhoneMatch {
    /// One side has none.
    Unknown,
    /// Different.
    No,
    /// Different, but it begins alike: the same area.
    SameArea,
    /// Another line of the same switchboard: only the last digits differ.
    SameSwitchboard,
    /// The same number.
    Same,
}

/// Compares two national numbers.
pub fn compare_phones(a: Option<&str>, b: Option<&str>) -> PhoneMatch {
    let (Some(a), Some(b)) = (a, b) else {
        return PhoneMatch::Unknown;
    };
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    if long == short || short.len() >= 8 && long.len() - short.len() <= 3 && long.ends_with(short) {
        return PhoneMatch::Same;
    }
    let common = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    if a.len() == b.len() && common + 2 >= a.len() {
        return PhoneMatch::SameSwitchboard;
    }
    if common >= 3 {
        PhoneMatch::SameArea
    } else {
        PhoneMatch::No
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Contact, PhoneMatch, SamePerson, Spelling, compare_phones, national_number, same_person,
        spelling,
    };

    #[test]
    fn one_number_written_in_many_ways() {
        for raw in [
            "+1 (415) 555-1234",
            "415.555.1234",
            "1-415-555-1234 ext. 87",
            "0014155551234",
            "(415) 555-1234 x3",
        ] {
            assert_eq!(national_number(raw).as_deref(), Some("4155551234"), "{raw}");
        }
        assert_eq!(
            national_number("+44 (0)115 054 8694"),
            national_number("0115 054 8694")
        );
        assert_eq!(national_number("n/a"), None);
        assert_eq!(
            compare_phones(Some("4155551234"), Some("4155551299")),
            PhoneMatch::SameSwitchboard
        );
        assert_eq!(
            compare_phones(Some("4155551234"), None),
            PhoneMatch::Unknown
        );
    }

    #[test]
    fn hosts_tenants_and_generic_mail() {
        let c = Contact::parse("https://www.Contoso.co.uk/x", "jo.bloggs@gmail.com", "");
        assert_eq!(
            (c.domains.as_slice(), c.labels.as_slice()),
            (
                &["contoso.co.uk".to_owned()][..],
                &["contoso".to_owned()][..]
            )
        );
        assert_eq!(c.mail.as_deref(), Some("jo.bloggs@gmail.com"));
        let c = Contact::parse(
            "contoso365.onmicrosoft.com",
            "admin@contoso365.onmicrosoft.com",
            "",
        );
        assert!(c.has_no_domain() && c.mail.is_none());
        assert_eq!(c.tenant.as_deref(), Some("contoso365"));
        assert_eq!(
            Contact::parse("cancer.northwestern.edu", "", "").domains,
            ["northwestern.edu"]
        );
    }

    #[test]
    fn labels_spell_names() {
        let words = ["valley", "wealth", "management"].map(str::to_owned);
        let how = |label| {
            spelling(
                label,
                &words,
                "valleywealthmanagement",
                ["vwm", "vwm"],
                "valley",
            )
        };
        assert_eq!(how("vallwealmana"), Spelling::Beginnings);
        assert_eq!(how("valleywealthman"), Spelling::Whole);
        assert_eq!(how("vwm"), Spelling::Initials);
        assert_eq!(how("getvalleyhq"), Spelling::HoldsAWord);
        assert_eq!(how("contoso"), Spelling::No);
    }

    #[test]
    fn people_by_their_mail_names() {
        assert_eq!(
            same_person(Some("kbell"), Some("kristopher.bell")),
            SamePerson::Yes
        );
        assert_eq!(
            same_person(Some("bell.k"), Some("adam.rosario")),
            SamePerson::No
        );
        assert_eq!(same_person(None, Some("x")), SamePerson::Unknown);
    }
}
