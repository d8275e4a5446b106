//! Which companies are active: by the flag and by types, whose numbers are the account's own.

use std::collections::BTreeMap;

use serde_json::Value;

use super::entities::status_word;
use super::reader::{condition, count, pick_list};
use crate::domain::company_choice::{CompanyChoice, has};
use crate::domain::problem::Problem;
use crate::http::pacing::Class;
use crate::psa::session::Session;

/// The account's words for types of companies; not asked for where nobody chose any by a word.
pub(super) async fn types(
    session: &Session,
    choice: &CompanyChoice,
    class: Class,
) -> Result<BTreeMap<String, String>, Problem> {
    match choice.types.iter().all(|word| word.parse::<i64>().is_ok()) {
        true => Ok(BTreeMap::new()),
        false => pick_list(session, "Companies", "companyType", class).await,
    }
}

/// How many companies are active; `all` is how many there are.
pub(super) async fn count_active(
    session: &Session,
    choice: &CompanyChoice,
    all: u64,
) -> Result<u64, Problem> {
    let types = types(session, choice, Class::Interactive).await?;
    match conditions(choice, &types) {
        None => Ok(0),
        Some(conditions) if conditions.is_empty() => Ok(all),
        Some(conditions) => count(session, "Companies", &conditions).await,
    }
}

/// The conditions of active companies; none where the chosen words are nobody's.
fn conditions(choice: &CompanyChoice, types: &BTreeMap<String, String>) -> Option<Vec<Value>> {
    let mut conditions = Vec::new();
    let chosen = |active| match choice.statuses.is_empty() {
        true => active,
        false => has(&choice.statuses, status_word(active)),
    };
    match (chosen(true), chosen(false)) {
        (true, true) => {}
        (false, false) => return None,
        (active, _) => conditions.push(condition("eq", "isActive", active.into())),
    }
    if !choice.types.is_empty() {
        let named = types.iter();
        let named = named.filter(|(_, label)| has(&choice.types, label));
        let named = named.filter_map(|(number, _)| number.parse::<i64>().ok());
        let given = choice.types.iter().filter_map(|word| word.parse().ok());
        let numbers: Vec<i64> = named.chain(given).collect();
        if numbers.is_empty() {
            return None;
        }
        conditions.push(condition("in", "companyType", numbers.into()));
    }
    Some(conditions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_becomes_conditions_of_the_query() {
        let types =
            [("1", "Customer"), ("3", "Prospect")].map(|(n, w)| (n.to_owned(), w.to_owned()));
        let types: BTreeMap<String, String> = types.into();
        let told = |of_types: &str, statuses: &str| {
            let choice = CompanyChoice::of(of_types, statuses);
            conditions(&choice, &types).map(|list| Value::from(list).to_string())
        };
        let active = r#"{"field":"isActive","op":"eq","value":true}"#;
        assert_eq!(told("", "").unwrap(), format!("[{active}]"));
        assert_eq!(told("", "active, inactive").unwrap(), "[]");
        assert_eq!(
            told("customer, 7", "").unwrap(),
            format!(r#"[{active},{{"field":"companyType","op":"in","value":[1,7]}}]"#)
        );
        assert_eq!(told("Clients", ""), None);
        assert_eq!(told("", "Credit hold"), None);
    }
}
