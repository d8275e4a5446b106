//! A customer's cloud profiles: the Microsoft tenant and domain, the strongest evidence for a match. One request for
//! each customer, so only for one that a person looks at (`…/customers/{id}/cloudProfiles`, vendor's OpenAPI document).

use serde_json::Value;

use crate::distributor::Evidence;
use crate::domain::guid::is_guid;
use crate::http::json::read;
use crate::http::json::row::Row;
use crate::http::json::shape::{Kind, Shape, always, often};
use crate::http::json::surprises::Surprises;

const ANSWER_SHAPE: Shape = Shape {
    path: "cloudProfiles answer",
    fields: &[
        always("customerCloudProfiles", Kind::List),
        often("customerId", Kind::Text),
        often("customerOrganization", Kind::Text),
    ],
};

const SHAPE: Shape = Shape {
    path: "cloudProfiles",
    fields: &[
        always("providerId", Kind::Text),
        often("displayName", Kind::Text),
        often("shortName", Kind::Text),
        often("enabled", Kind::Flag),
        often("customerTenantId", Kind::Text),
        often("customerDomain", Kind::Text),
        often("billingAccounts", Kind::Any),
        often("gdapStatus", Kind::Any),
        often("agreementStatus", Kind::Any),
    ],
};

/// Takes the tenant and the domain from the profile that has a tenant; else the first domain.
pub(super) fn evidence(json: &Value, surprises: &Surprises) -> Evidence {
    let answer = Row::of(json, &ANSWER_SHAPE, surprises);
    let profiles = answer
        .and_then(|answer| answer.list_or_one("customerCloudProfiles"))
        .unwrap_or_default();
    let rows = profiles
        .iter()
        .take(100)
        .filter_map(|profile| Row::of(profile, &SHAPE, surprises));
    let found = rows.map(|row| Evidence {
        ms_tenant_id: row
            .get("customerTenantId")
            .map(read::text)
            .filter(|id| is_guid(id))
            .unwrap_or_default(),
        domain: row.text("customerDomain"),
    });
    let best = found.fold(None, |best: Option<Evidence>, next| match best {
        Some(best) if !best.ms_tenant_id.is_empty() => Some(best),
        Some(best) if next.ms_tenant_id.is_empty() && !best.domain.is_empty() => Some(best),
        _ => Some(next),
    });
    best.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_profile_with_a_tenant_counts() {
        let tenant = "5d0c1a34-0000-4000-8000-000000000001";
        let json = json!({"customerId": "1", "customerCloudProfiles": [
            {"providerId": "7", "customerTenantId": "123", "customerDomain": "g.example"},
            {"providerId": "30", "customerTenantId": tenant, "customerDomain": "harbor.onmicrosoft.com"},
            {"providerId": "8"}]});
        let found = evidence(&json, &Surprises::default());
        assert_eq!(
            (found.ms_tenant_id.as_str(), found.domain.as_str()),
            (tenant, "harbor.onmicrosoft.com")
        );
        let only_domain = json!({"customerCloudProfiles": [{"customerDomain": "g.example"}, {"providerId": "8"}]});
        assert_eq!(
            evidence(&only_domain, &Surprises::default()).domain,
            "g.example"
        );
        assert_eq!(
            evidence(&json!({}), &Surprises::default()),
            Evidence::default()
        );
    }

    proptest! {
        #[test]
        fn any_answer_is_read(value in crate::http::testing::any_json()) {
            let _ = evidence(&value, &Surprises::default());
            let _ = evidence(&json!({"customerCloudProfiles": value}), &Surprises::default());
        }
    }
}
