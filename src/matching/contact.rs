//! Domains, mail addresses and phone numbers of a row.

use super::label::fold_label;
use super::phone::national_number;
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

/// How alike two people's mail names are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SamePerson {
    /// One side names nobody.
    Unknown,
    /// Two people.
    No,
    /// Perhaps one: `ciro` and `cirosalom`.
    Maybe,
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
            // `akaur` is `kaura` in another order.
            [one] if one.is_ascii() && one.len() >= 5 => {
                let (initial, rest) = one.split_at(1);
                vec![one.to_owned(), format!("{rest}{initial}")]
            }
            _ => vec![bare.concat()],
        }
    };
    let (a, b) = (forms(a), forms(b));
    let same = a.iter().any(|x| x.len() >= 4 && b.contains(x));
    let (short, long) = if a[0].len() <= b[0].len() {
        (&a[0], &b[0])
    } else {
        (&b[0], &a[0])
    };
    if same {
        SamePerson::Yes
    } else if short.len() >= 3 && long.starts_with(short.as_str()) {
        SamePerson::Maybe
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

#[cfg(test)]
mod tests {
    use super::{Contact, SamePerson, same_person};

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
    fn people_by_their_mail_names() {
        assert_eq!(
            same_person(Some("kbell"), Some("kristopher.bell")),
            SamePerson::Yes
        );
        assert_eq!(
            same_person(Some("bell.k"), Some("adam.rosario")),
            SamePerson::No
        );
        assert_eq!(
            same_person(Some("stewarte"), Some("estewart")),
            SamePerson::Yes
        );
        assert_eq!(
            same_person(Some("ciro"), Some("ciro.salom")),
            SamePerson::Maybe
        );
        assert_eq!(same_person(None, Some("x")), SamePerson::Unknown);
    }
}
