//! Links whose ground has moved: what a person decided on is no longer what the two systems tell. The link stays; a person
//! is told.

use std::collections::HashMap;

use super::context::Context;
use crate::domain::ids::{AccountKey, CustomerId};
use crate::domain::log::Level;
use crate::domain::party::{Customer, LinkState, Profile};
use crate::domain::problem::Problem;
use crate::matching::change;
use crate::store::links::AccountRow;
use crate::store::standing::Stands;

/// So many links are named in the log at once; the rest is counted.
const NAMED: usize = 5;

/// Compares each link with what it was decided on, keeps the words for the review list, and logs what is new.
pub async fn look(ctx: &Context, stands: &HashMap<AccountKey, Stands>) -> Result<(), Problem> {
    let customers: HashMap<CustomerId, Customer> = ctx
        .store
        .customers()
        .await?
        .into_iter()
        .map(|c| (c.id, c))
        .collect();
    let mut changed = Vec::new();
    let mut fresh = Vec::new();
    for account in ctx.store.accounts().await? {
        let customer = account.customer_id.and_then(|id| customers.get(&id));
        let words = words(&account, customer, stands.get(&account.key)).unwrap_or_default();
        if words == account.attention {
            continue;
        }
        if !words.is_empty() {
            fresh.push((account.key.clone(), account.profile.name, words.clone()));
        }
        changed.push((account.key, words));
    }
    ctx.store.save_attention(&changed).await?;
    for (key, name, words) in fresh.iter().take(NAMED) {
        let line = format!("the link of {key} ({name}) needs a look: {words}");
        ctx.journal.log(Level::Warn, Some(&key.connection), line);
    }
    if fresh.len() > NAMED {
        let more = fresh.len() - NAMED;
        let line = format!("{more} more links need a look: see `vectis review list`");
        ctx.journal.log(Level::Warn, None, line);
    }
    Ok(())
}

/// Why a link needs a person's attention; none if it does not.
fn words(
    account: &AccountRow,
    customer: Option<&Customer>,
    stands: Option<&Stands>,
) -> Option<String> {
    let decided = account.link_state.is_decided_by_a_person();
    if account.gone_since.is_some() || account.link_state == LinkState::Pending {
        return None;
    }
    let stands = stands.filter(|_| decided);
    let evidence = stands.and_then(|s| s.evidence.as_ref());
    let mut said = Vec::new();
    if let Some(evidence) = evidence {
        let account = change(&evidence.account, &account.profile);
        said.extend(account.map(|words| format!("the account {words}")));
        let both = evidence.customer.as_ref().zip(customer);
        let customer = both.and_then(|(then, now)| change(then, &seen_by(then, now)));
        said.extend(customer.map(|words| format!("the customer {words}")));
    }
    // Whoever linked it to an inactive customer knew.
    if let Some(customer) = customer
        && !customer.active
        && evidence.is_none_or(|e| e.active)
    {
        let name = &customer.profile.name;
        said.push(match customer.psa {
            Some(_) => format!("{name} is no longer active in the PSA"),
            None => format!("that {name} is a customer in no PSA was taken back"),
        });
    }
    if said.is_empty() {
        return None;
    }
    let how = match stands {
        Some(s) => format!("decided by {} on {}", s.actor, s.at.date()),
        None if decided => "decided by a person".to_owned(),
        None => "linked without a person".to_owned(),
    };
    Some(format!("{how}; {}", said.join("; ")))
}

/// The customer as it is now, by the tenant that it was decided on where that is still one of its own.
fn seen_by(then: &Profile, now: &Customer) -> Profile {
    let was = then.ms_tenant_id.trim();
    let mut others = now.other_ms_tenants.iter();
    let mut profile = now.profile.clone();
    if let Some(same) = others.find(|tenant| tenant.eq_ignore_ascii_case(was)) {
        profile.ms_tenant_id.clone_from(same);
    }
    profile
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::PsaId;
    use crate::domain::party::PsaSystem;
    use crate::domain::time::Ts;
    use crate::domain::vendor::Vendor;
    use crate::store::standing::Evidence;

    fn at() -> Ts {
        Ts::parse_lenient("2026-11-24T08:00:00Z").unwrap()
    }

    fn profile(name: &str) -> Profile {
        Profile {
            name: name.to_owned(),
            ..Profile::default()
        }
    }

    fn account(name: &str, link_state: LinkState) -> AccountRow {
        AccountRow {
            key: AccountKey::new("synnex", "1"),
            vendor: Vendor::Synnex,
            profile: profile(name),
            psa_id_hint: None,
            customer_id: Some(CustomerId(1)),
            link_state,
            link_score: None,
            first_seen_at: at(),
            last_seen_at: at(),
            gone_since: None,
            attention: String::new(),
        }
    }

    fn customer(name: &str, active: bool) -> Customer {
        Customer {
            id: CustomerId(1),
            profile: profile(name),
            other_ms_tenants: Vec::new(),
            psa: Some((PsaSystem::Csv, PsaId::new("9"))),
            active,
        }
    }

    fn stands(active: bool) -> Stands {
        Stands {
            at: at(),
            actor: "ana".to_owned(),
            reason: String::new(),
            evidence: Some(Evidence {
                account: profile("Contoso"),
                customer: Some(profile("Contoso Ltd")),
                active,
            }),
        }
    }

    #[test]
    fn a_link_is_told_of_when_either_side_has_become_another() {
        let told = |account: &AccountRow, customer: &Customer| {
            words(account, Some(customer), Some(&stands(true)))
        };
        let linked = account("Contoso", LinkState::Confirmed);
        let same = customer("Contoso Limited", true);
        assert_eq!(told(&linked, &same), None);
        assert_eq!(
            told(&account("Fabrikam", LinkState::Confirmed), &same).as_deref(),
            Some(
                "decided by ana on 2026-11-24; the account was called Contoso and is called Fabrikam now"
            )
        );
        assert_eq!(
            told(&linked, &customer("Fabrikam", false)).as_deref(),
            Some(
                "decided by ana on 2026-11-24; the customer was called Contoso Ltd and is called Fabrikam now; \
                 Fabrikam is no longer active in the PSA"
            )
        );
        let gone = AccountRow {
            gone_since: Some(at()),
            ..account("Fabrikam", LinkState::Confirmed)
        };
        assert_eq!(told(&gone, &same), None);
    }

    #[test]
    fn a_tenant_that_is_still_one_of_several_is_no_change() {
        let tenant = |n: u8| format!("6f2c1e0a-0000-4000-8000-00000000000{n}");
        let then = Profile {
            ms_tenant_id: tenant(1),
            ..profile("Contoso Ltd")
        };
        let mut now = customer("Contoso Ltd", true);
        now.profile.ms_tenant_id = tenant(2);
        assert!(change(&then, &seen_by(&then, &now)).is_some());
        now.other_ms_tenants = vec![tenant(1).to_uppercase()];
        assert_eq!(change(&then, &seen_by(&then, &now)), None);
    }

    #[test]
    fn an_inactive_company_is_told_of_unless_whoever_linked_it_knew() {
        let inactive = customer("Contoso Ltd", false);
        let by_itself = account("Contoso", LinkState::Auto);
        assert_eq!(
            words(&by_itself, Some(&inactive), None).as_deref(),
            Some("linked without a person; Contoso Ltd is no longer active in the PSA")
        );
        let linked = account("Contoso", LinkState::Confirmed);
        assert!(words(&linked, Some(&inactive), Some(&stands(true))).is_some());
        assert_eq!(words(&linked, Some(&inactive), Some(&stands(false))), None);
    }
}
