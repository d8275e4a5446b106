use serde_json::json;

use super::*;
use crate::http::testing::{Asked, Reply, Server, parts};
use crate::psa::Companies;
use crate::psa::testing::{Pages, scope};

fn connector(server: &Server) -> Autotask {
    let credential = Credential {
        username: "api@MSP.EXAMPLE".to_owned(),
        secret: "very-secret".into(),
        integration_code: "code".into(),
    };
    Autotask::new("", &server.url(), credential, parts().0)
}

fn used(requests: u64) -> Reply {
    Reply::ok(
        json!({"externalRequestThreshold": 10_000, "requestThresholdTimeframe": 60,
        "currentTimeframeRequestCount": requests}),
    )
}

/// A company with a service and a bundle of two on its contract.
fn small(asked: &Asked) -> Reply {
    let day = |day: &str| format!("2026-11-{day}T00:00:00Z");
    let rows = match asked.path() {
        "/V1.0/ThresholdInformation" => return used(124),
        "/V1.0/Companies/query/count" => {
            let filter = asked.field("search").unwrap();
            let count = if filter.contains("isActive") { 2 } else { 3 };
            return Reply::ok(json!({"queryCount": count}));
        }
        "/V1.0/Contracts/query/count" => return Reply::ok(json!({"queryCount": 1})),
        "/V1.0/Companies/entityInformation/fields" => {
            return Reply::ok(json!({"fields": [{"name": "companyType", "picklistValues":
                [{"value": "1", "label": "Customer"}, {"value": "4", "label": "Vendor"}]}]}));
        }
        "/V1.0/Services/entityInformation/fields" => {
            return Reply::ok(json!({"fields": [{"name": "periodType", "picklistValues":
                [{"value": "1", "label": "Monthly"}]}]}));
        }
        "/V1.0/Countries/query" => json!([{"id": 237, "displayName": "United States"}]),
        "/V1.0/Companies/query" => json!([
            {"id": 1042, "companyName": "Harbour Dental", "companyType": 1, "isActive": true, "countryID": 237},
            {"id": 1043, "companyName": "Paper & Co", "companyType": 4, "isActive": true},
            {"id": 1044, "companyName": "Long gone", "companyType": 1, "isActive": false}
        ]),
        "/V1.0/Contracts/query" => {
            json!([{"id": 77, "companyID": 1042, "contractName": "Managed", "status": 1,
            "startDate": "2025-01-01T00:00:00Z", "endDate": null}])
        }
        "/V1.0/Services/query" => json!([
            {"id": 55, "name": "M365 BP", "sku": "O365-BP", "periodType": 1,
             "manufacturerServiceProviderProductNumber": "CFQ7TTC0LCHC:0002"},
            {"id": 56, "name": "Visio", "sku": "VISIO", "periodType": 1},
            {"id": 57, "name": "SOC", "sku": "SOC", "periodType": 1}
        ]),
        "/V1.0/ContractServices/query" => json!([
            {"id": 501, "contractID": 77, "serviceID": 56, "unitPrice": 12, "unitCost": 9}]),
        "/V1.0/ContractServiceUnits/query" => json!([
            {"id": 1, "contractServiceID": 501, "startDate": day("01"), "endDate": day("30"), "units": 4}]),
        "/V1.0/ContractServiceBundles/query" => json!([
            {"id": 501, "contractID": 77, "serviceBundleID": 9, "unitPrice": 60}]),
        "/V1.0/ContractServiceBundleUnits/query" => json!([
            {"id": 1, "contractServiceBundleID": 501, "startDate": day("01"), "endDate": day("24"), "units": 10},
            {"id": 2, "contractServiceBundleID": 501, "startDate": day("24"), "endDate": day("30"), "units": 12}]),
        "/V1.0/ServiceBundleServices/query" => json!([
            {"id": 1, "serviceBundleID": 9, "serviceID": 55}, {"id": 2, "serviceBundleID": 9, "serviceID": 57},
            {"id": 3, "serviceBundleID": 9, "serviceID": 55}]),
        other => panic!("asked for {other}"),
    };
    Reply::ok(
        json!({"items": rows, "pageDetails": {"count": 1, "requestCount": 500, "nextPageUrl": null}}),
    )
}

#[tokio::test]
async fn services_and_bundles_of_one_number_are_lines_apart() {
    let server = Server::start(small).await;
    let reading = connector(&server)
        .read(&scope(Companies::All), &Pages::default())
        .await
        .unwrap();
    let lines: Vec<_> = reading
        .lines
        .iter()
        .map(|l| {
            (
                l.line_id.as_str(),
                l.product_code.as_str(),
                l.seats,
                l.unit_price.map(|price| price.to_string()),
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            ("s501", "VISIO", Some(4), Some("12.00".to_owned())),
            ("b501-55", "O365-BP", Some(12), None),
            ("b501-57", "SOC", Some(12), None),
        ]
    );
    let active: Vec<_> = reading
        .companies
        .iter()
        .map(|c| (c.id.as_str(), c.active, c.profile.country.as_str()))
        .collect();
    assert_eq!(
        active,
        [
            ("1042", true, "United States"),
            ("1043", true, ""),
            ("1044", false, "")
        ]
    );
    let contracts = server.asked();
    let contracts = contracts
        .iter()
        .find(|a| a.path() == "/V1.0/Contracts/query");
    assert!(
        contracts.unwrap().body.contains("notExist"),
        "a contract without an end"
    );
}

#[tokio::test]
async fn types_are_chosen_by_the_accounts_own_words() {
    let server = Server::start(small).await;
    let chosen = Scope {
        choice: CompanyChoice::of("customer", "active, inactive"),
        ..scope(Companies::All)
    };
    let reading = connector(&server)
        .read(&chosen, &Pages::default())
        .await
        .unwrap();
    let active: Vec<bool> = reading.companies.iter().map(|c| c.active).collect();
    assert_eq!(active, [true, false, true]);
    let seen = connector(&server).test(&CompanyChoice::default()).await;
    let seen = seen.unwrap();
    assert_eq!((seen.companies, seen.active), (3, 2));
}

#[tokio::test]
async fn without_the_countries_companies_are_known_all_the_same() {
    let server = Server::start(|asked| match asked.path() {
        "/V1.0/Countries/query" => Reply::Json(403, json!({"errors": ["no"]})),
        _ => small(asked),
    })
    .await;
    let reading = connector(&server)
        .read(&scope(Companies::All), &Pages::default())
        .await
        .unwrap();
    assert_eq!((reading.companies.len(), reading.lines.len()), (3, 3));
    assert!(
        reading
            .notes
            .join("|")
            .contains("countries may not be read")
    );
}

#[tokio::test]
async fn the_others_keep_the_last_of_the_shared_budget() {
    let server = Server::start(|asked| match asked.path() {
        "/V1.0/ThresholdInformation" => used(9_990),
        other => panic!("asked for {other}"),
    })
    .await;
    let refused = connector(&server)
        .read(&scope(Companies::All), &Pages::default())
        .await
        .unwrap_err();
    assert_eq!(refused.kind, ProblemKind::RateLimited);
    assert!(refused.seen.contains("9990 of 10000"), "{}", refused.seen);
    assert_eq!(server.asked().len(), 1);
}
