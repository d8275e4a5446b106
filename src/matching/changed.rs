//! Whether a company is still the one that a person decided about.

use super::contact::Contact;
use super::name::Name;
use crate::domain::party::Profile;

/// What has changed so much between two tellings of one company that a decision on the first may not hold for the second;
/// in words that go on after "it". A tenant or a domain that both share keeps it the same company whatever its name; what
/// is told now and was not before, or no longer, is no change.
pub fn change(then: &Profile, now: &Profile) -> Option<String> {
    let (was, is) = (then.ms_tenant_id.trim(), now.ms_tenant_id.trim());
    if !was.is_empty() && !is.is_empty() {
        let other = !was.eq_ignore_ascii_case(is);
        return other.then(|| format!("had the Microsoft tenant {was} and has {is} now"));
    }
    let contact = |p: &Profile| Contact::parse(&p.domain, &p.email, "").domains;
    let (was, is) = (contact(then), contact(now));
    if was.iter().any(|domain| is.contains(domain)) {
        return None;
    }
    if names(&then.name) != names(&now.name) {
        return Some(format!(
            "was called {} and is called {} now",
            then.name.trim(),
            now.name.trim()
        ));
    }
    match (was.first(), is.first()) {
        (Some(was), Some(is)) => Some(format!("had the domain {was} and has {is} now")),
        _ => None,
    }
}

/// The name without legal form, case and spaces.
fn names(raw: &str) -> String {
    let name = Name::parse(raw);
    name.readings
        .first()
        .map_or_else(|| raw.trim().to_lowercase(), |r| r.spelt.clone())
}

#[cfg(test)]
mod tests {
    use super::{Profile, change};

    fn company(name: &str, domain: &str, tenant: &str) -> Profile {
        Profile {
            name: name.to_owned(),
            domain: domain.to_owned(),
            ms_tenant_id: tenant.to_owned(),
            ..Profile::default()
        }
    }

    #[test]
    fn a_change_is_told_where_nothing_ties_the_two_together() {
        let was = company("Contoso Ltd", "contoso.com", "");
        let same = [
            company("CONTOSO Limited", "www.contoso.com", ""),
            company("Fabrikam", "contoso.com", ""),
            company("Contoso", "", ""),
            company("Contoso", "", "2f0c1f8e-0000-4000-8000-000000000001"),
        ];
        for now in same {
            assert_eq!(change(&was, &now), None, "{now:?}");
        }
        let told = |name, domain| change(&was, &company(name, domain, ""));
        assert_eq!(
            told("Fabrikam", "fabrikam.com").as_deref(),
            Some("was called Contoso Ltd and is called Fabrikam now")
        );
        assert!(told("Fabrikam", "").is_some());
        assert_eq!(
            told("Contoso", "contoso.nz").as_deref(),
            Some("had the domain contoso.com and has contoso.nz now")
        );
    }

    #[test]
    fn a_tenant_says_more_than_a_name() {
        let was = company("Contoso", "contoso.com", "AA-1");
        assert_eq!(change(&was, &company("Fabrikam", "fab.com", "aa-1")), None);
        let other = change(&was, &company("Contoso", "contoso.com", "bb-2"));
        assert!(other.is_some_and(|words| words.contains("bb-2")));
    }
}
