//! The simulators of the PSAs.

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use vectis::domain::vendor::Vendor;
use vectis::sim::autotask;
use vectis::sim::connectwise;
use vectis::sim::halo;

use super::{ask, client, rows, text, world};
use crate::support::schema::Contract;

#[tokio::test]
async fn halo_psa_is_as_described() {
    let contract = Contract::of(include_str!("halo.json"));
    let server = halo::start(world(Vendor::Pax8, 60), halo::Options::default())
        .await
        .expect("it starts");
    let (http, base) = (client(), server.base_url());
    let token = |secret: &str| {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", halo::CLIENT_ID),
            ("client_secret", secret),
            ("scope", "all"),
        ];
        http.post(format!("{base}/auth/token")).form(&form)
    };
    let (status, refused) = ask(token("guess")).await;
    assert_eq!(status, 401);
    contract.demand("TokenError", &refused, "a refused token");
    let (_, granted) = ask(token(halo::CLIENT_SECRET)).await;
    contract.demand("Token", &granted, "a token");
    let valid = async |path: &str, schema: &str| {
        let request = http.get(format!("{base}/api/{path}"));
        let (status, body) = ask(request.bearer_auth(text(&granted, "/access_token"))).await;
        assert_eq!(status, 200, "{path}: {body}");
        contract.demand(schema, &body, path);
        body
    };
    let all = "pageinate=true&page_size=100&order=id&includeinactive=true";
    let clients = valid(&format!("Client?{all}&includeazuretenants=true"), "Clients").await;
    let tenants = |row: &Value| rows(row, "azure_tenants").len();
    assert!(rows(&clients, "clients").iter().map(tenants).sum::<usize>() > 0);
    let first = &clients["clients"][0]["id"];
    valid(&format!("Client/{first}?includedetails=true"), "Client").await;
    valid(&format!("Site?{all}&includeaddress=true"), "Sites").await;
    let items = valid(&format!("Item?{all}"), "Items").await;
    valid(&format!("Item/{}", items["items"][0]["id"]), "Item").await;
    let listed = format!("RecurringInvoice?{all}&includelines=true");
    let invoices = valid(&listed, "Invoices").await;
    let first = &invoices["invoices"][0]["id"];
    valid(
        &format!("RecurringInvoice/{first}?includedetails=true"),
        "Invoice",
    )
    .await;
}

#[tokio::test]
async fn connectwise_psa_is_as_described() {
    let contract = Contract::of(include_str!("connectwise.json"));
    let options = connectwise::Options::default();
    let server = connectwise::start(world(Vendor::Pax8, 60), options)
        .await
        .expect("it starts");
    let (http, base) = (client(), server.base_url());
    let request = |path: &str, key: &str| {
        let user = format!("{}+{}", connectwise::COMPANY_ID, connectwise::PUBLIC_KEY);
        http.get(format!("{base}/v4_6_release/apis/3.0{path}"))
            .basic_auth(user, Some(key))
            .header("clientId", connectwise::CLIENT_ID)
    };
    let (status, refused) = ask(request("/company/companies", "guess")).await;
    assert_eq!(status, 401);
    contract.demand("Error", &refused, "a wrong key");
    let valid = async |path: &str, schema: &str| {
        let (status, body) = ask(request(path, connectwise::PRIVATE_KEY)).await;
        assert_eq!(status, 200, "{path}: {body}");
        contract.demand(schema, &body, path);
        body
    };
    let all = "pageSize=1000&orderBy=id";
    let companies = valid(&format!("/company/companies?{all}"), "Companies").await;
    assert!(companies.as_array().is_some_and(|rows| rows.len() > 60));
    valid("/company/companies/count", "Count").await;
    let agreements = valid(&format!("/finance/agreements?{all}"), "Agreements").await;
    for agreement in agreements.as_array().expect("agreements").iter().take(20) {
        let path = format!("/finance/agreements/{}/additions", agreement["id"]);
        valid(&path, "Additions").await;
    }
    valid(&format!("/procurement/catalog?{all}"), "Items").await;
}

#[tokio::test]
async fn autotask_is_as_described() {
    let contract = Contract::of(include_str!("autotask.json"));
    let options = autotask::Options {
        bundles: autotask::Bundles::Sold,
        ..autotask::Options::default()
    };
    let server = autotask::start(world(Vendor::Pax8, 60), options)
        .await
        .expect("it starts");
    let (http, base) = (client(), server.base_url());
    let zone = format!("{base}/atservicesrest/1.0/zoneInformation");
    let (_, found) = ask(http.get(&zone).query(&[("user", autotask::USERNAME)])).await;
    contract.demand("Zone", &found, "the zone");
    let (status, unknown) = ask(http.get(zone).query(&[("user", "nobody")])).await;
    assert_eq!(status, 500);
    contract.demand("Error", &unknown, "an unknown user");
    let signed = |request: RequestBuilder| {
        request
            .header("ApiIntegrationCode", autotask::INTEGRATION_CODE)
            .header("UserName", autotask::USERNAME)
            .header("Secret", autotask::SECRET)
    };
    let path = |rest: &str| format!("{base}/ATServicesRest/V1.0/{rest}");
    for (rest, schema) in [
        ("ThresholdInformation", "Threshold"),
        ("Companies/entityInformation/fields", "Fields"),
        ("Services/entityInformation/fields", "Fields"),
        (
            r#"Companies/query/count?search={"filter":[{"op":"gt","field":"id","value":0}]}"#,
            "Count",
        ),
    ] {
        let (status, body) = ask(signed(http.get(path(rest)))).await;
        assert_eq!(status, 200, "{rest}: {body}");
        contract.demand(schema, &body, rest);
    }
    let filter = json!({"MaxRecords": 500, "Filter": [{"op": "gt", "field": "id", "value": 0}]});
    for entity in [
        "Companies",
        "Countries",
        "Contracts",
        "Services",
        "ContractServices",
        "ContractServiceUnits",
        "ServiceBundles",
        "ServiceBundleServices",
        "ContractServiceBundles",
        "ContractServiceBundleUnits",
    ] {
        let query = http
            .post(path(&format!("{entity}/query")))
            .body(filter.to_string());
        let (status, body) = ask(signed(query)).await;
        assert_eq!(status, 200, "{entity}: {body}");
        assert!(!rows(&body, "items").is_empty(), "{entity}");
        contract.demand(entity, &body, entity);
    }
}
