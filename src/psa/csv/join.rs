//! Which company a line belongs to.

use std::collections::{HashMap, HashSet};

use crate::domain::ids::PsaId;
use crate::domain::party::PsaCompany;

/// The companies, by id and by name.
pub(super) struct Companies<'a> {
    ids: HashSet<&'a str>,
    exact: HashMap<&'a str, Named<'a>>,
    folded: HashMap<String, Named<'a>>,
}

/// Who bears a name.
#[derive(Clone, Copy)]
enum Named<'a> {
    One(&'a PsaCompany),
    Several,
}

/// A company that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// By its id.
    Id,
    /// By its name, as the line gives no id.
    Name,
    /// By its name, although the line gives an id, which nobody has.
    NameInsteadOfId,
}

impl<'a> Companies<'a> {
    /// Of two companies of one name an active one goes before one that is not.
    pub fn of(companies: &'a [PsaCompany]) -> Self {
        let mut index = Self {
            ids: companies.iter().map(|c| c.id.as_str()).collect(),
            exact: HashMap::new(),
            folded: HashMap::new(),
        };
        for company in companies {
            let name = company.profile.name.as_str();
            index
                .exact
                .entry(name)
                .and_modify(|n| n.add(company))
                .or_insert(Named::One(company));
            index
                .folded
                .entry(name.to_lowercase())
                .and_modify(|n| n.add(company))
                .or_insert(Named::One(company));
        }
        index
    }

    /// The company of a line that gives this id and name, either of them possibly empty; else why there is none.
    pub fn find(&self, id: &str, name: &str) -> Result<(PsaId, Found), String> {
        if self.ids.contains(id) {
            return Ok((PsaId::from(id), Found::Id));
        }
        let named = self
            .exact
            .get(name)
            .or_else(|| self.folded.get(&name.to_lowercase()));
        match named.filter(|_| !name.is_empty()) {
            Some(Named::One(company)) if id.is_empty() => Ok((company.id.clone(), Found::Name)),
            Some(Named::One(company)) => Ok((company.id.clone(), Found::NameInsteadOfId)),
            Some(Named::Several) => Err(format!(
                "several companies are named '{name}': give the company's id"
            )),
            None if !id.is_empty() => Err(format!("no company has the id '{id}'")),
            None if !name.is_empty() => Err(format!("no company is named '{name}'")),
            None => Err("the row names no company".to_owned()),
        }
    }
}

impl<'a> Named<'a> {
    fn add(&mut self, company: &'a PsaCompany) {
        *self = match *self {
            Named::One(known) if known.active && !company.active => Named::One(known),
            Named::One(known) if company.active && !known.active => Named::One(company),
            _ => Named::Several,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::party::Profile;

    fn company(id: &str, name: &str, active: bool) -> PsaCompany {
        let profile = Profile {
            name: name.to_owned(),
            ..Profile::default()
        };
        PsaCompany {
            id: PsaId::from(id),
            profile,
            other_ms_tenants: Vec::new(),
            active,
        }
    }

    #[test]
    fn id_then_exact_name_then_name_in_any_case() {
        let list = [
            company("1", "Harbour Dental", true),
            company("2", "HARBOUR DENTAL", true),
            company("3", "Émile & Fils", true),
            company("4", "Twin", true),
            company("5", "Twin", true),
            company("6", "Old", false),
            company("7", "Old", true),
        ];
        let index = Companies::of(&list);
        let found = |id, name| {
            index
                .find(id, name)
                .map(|(id, how)| (id.as_str().to_owned(), how))
        };
        assert_eq!(found("2", "whatever"), Ok(("2".to_owned(), Found::Id)));
        assert_eq!(
            found("", "HARBOUR DENTAL"),
            Ok(("2".to_owned(), Found::Name))
        );
        assert_eq!(found("", "émile & fils"), Ok(("3".to_owned(), Found::Name)));
        assert_eq!(
            found("99", "Old"),
            Ok(("7".to_owned(), Found::NameInsteadOfId))
        );
        assert!(
            found("", "harbour dental")
                .unwrap_err()
                .contains("several companies")
        );
        assert!(found("", "Twin").unwrap_err().contains("several companies"));
        assert_eq!(found("99", "").unwrap_err(), "no company has the id '99'");
        assert_eq!(
            found("", "Nobody").unwrap_err(),
            "no company is named 'Nobody'"
        );
        assert_eq!(found("", "").unwrap_err(), "the row names no company");
    }
}
