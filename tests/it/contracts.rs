//! What the simulators send is valid against the vendors' published API descriptions, as far as these are used; the files
//! beside this one name their sources and where the vendors themselves deviate.

mod psa;

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use vectis::domain::vendor::Vendor;
use vectis::http::network::bare_client;
use vectis::sim::ingram::{self, IngramOptions};
use vectis::sim::pax8::{self, Pax8Options};
use vectis::sim::sherweb::{self, SherwebOptions};
use vectis::sim::world::{SharedWorld, World, shared};

use crate::support::schema::Contract;

fn world(vendor: Vendor, customers: usize) -> SharedWorld {
    let now = "2026-11-24T06:00:00Z".parse().expect("a time");
    shared(World::with_shares(3, 120, now, &[(vendor, customers)]))
}

fn client() -> Client {
    bare_client().no_proxy().build().expect("a client")
}

async fn ask(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    let text = answer.text().await.expect("a body");
    (status, serde_json::from_str(&text).expect("JSON"))
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("no text at {pointer}: {value}"))
}

fn rows<'a>(value: &'a Value, member: &str) -> &'a [Value] {
    value[member].as_array().map_or(&[], Vec::as_slice)
}

#[tokio::test]
async fn pax8_is_as_described() {
    let contract = Contract::of(include_str!("contracts/pax8.json"));
    let options = Pax8Options::default();
    let server = pax8::start(world(Vendor::Pax8, 150), options)
        .await
        .expect("it starts");
    let (http, base) = (client(), format!("{}/v1", server.base_url()));
    let credentials = |secret: &str| {
        json!({
            "client_id": server.told("client_id"), "client_secret": secret,
            "audience": "https://api.pax8.com", "grant_type": "client_credentials",
        })
    };
    let token = |secret| {
        http.post(format!("{base}/token"))
            .body(credentials(secret).to_string())
    };
    let (status, refused) = ask(token("guess")).await;
    assert_eq!(status, 401);
    contract.demand("TokenError", &refused, "a refused token");
    let (_, granted) = ask(token(server.told("client_secret"))).await;
    contract.demand("TokenResponse", &granted, "a token");
    let get = |path: &str| {
        http.get(format!("{base}{path}"))
            .bearer_auth(text(&granted, "/access_token"))
    };
    let valid = async |path: &str, schema: &str| {
        let (status, body) = ask(get(path)).await;
        assert_eq!(status, 200, "{path}: {body}");
        contract.demand(schema, &body, path);
        body
    };
    let companies = valid("/companies?size=200&sort=name,asc", "Companies").await;
    for company in rows(&companies, "content") {
        let id = text(company, "/id");
        valid(&format!("/companies/{id}"), "Company").await;
        valid(&format!("/companies/{id}/contacts"), "Contacts").await;
    }
    let mut metered = 0;
    for page in 0..4 {
        let path = format!("/subscriptions?page={page}&size=200&sort=createdDate,asc");
        let subscriptions = valid(&path, "Subscriptions").await;
        for row in rows(&subscriptions, "content").iter().step_by(9) {
            let (id, product) = (text(row, "/id"), text(row, "/productId"));
            valid(&format!("/subscriptions/{id}"), "Subscription").await;
            valid(&format!("/subscriptions/{id}/history"), "History").await;
            let path = format!("/subscriptions/{id}/usage-summaries");
            metered += rows(&valid(&path, "UsageSummaries").await, "content").len();
            valid(&format!("/products/{product}"), "Product").await;
            valid(&format!("/products/{product}/pricing"), "Pricing").await;
            valid(&format!("/products/{product}/dependencies"), "Dependencies").await;
        }
    }
    assert!(metered > 0);
    valid("/products?size=200", "Products").await;
    let invoices = valid("/invoices", "Invoices").await;
    let invoice = text(&invoices, "/content/0/id");
    valid(
        &format!("/invoices/{invoice}/items?size=200"),
        "InvoiceItems",
    )
    .await;
    valid(
        "/invoices/draftItems?size=200&monthOffset=0",
        "InvoiceItems",
    )
    .await;
    for (path, code) in [
        ("/subscriptions?companyId=x", 403),
        ("/products/x", 404),
        ("/companies?size=x", 400),
    ] {
        let (status, body) = ask(get(path)).await;
        assert_eq!(status, code);
        contract.demand("Error", &body, path);
    }
}

#[tokio::test]
async fn sherweb_is_as_described() {
    let contract = Contract::of(include_str!("contracts/sherweb.json"));
    let mut options = SherwebOptions::default();
    options.server.limit = 0;
    let server = sherweb::start(world(Vendor::Sherweb, 60), options)
        .await
        .expect("it starts");
    let (http, base) = (client(), server.base_url());
    let key = "ocp-apim-subscription-key";
    let form = [
        ("client_id", server.told("client_id")),
        ("client_secret", server.told("client_secret")),
        ("scope", "service-provider distributor"),
        ("grant_type", "client_credentials"),
    ];
    let token = http
        .post(format!("{base}/auth/oidc/connect/token"))
        .form(&form);
    let (_, granted) = ask(token.header(key, server.told("subscription_key"))).await;
    contract.demand("Token", &granted, "a token");
    let get = |path: &str| {
        let request = http
            .get(format!("{base}{path}"))
            .bearer_auth(text(&granted, "/access_token"));
        request
            .header(key, server.told("subscription_key"))
            .header("accept-language", "en")
    };
    let valid = async |path: &str, schema: &str| {
        let (status, body) = ask(get(path)).await;
        assert_eq!(status, 200, "{path}: {body}");
        contract.demand(schema, &body, path);
        body
    };
    let provider = "/service-provider/v1";
    let customers = valid(&format!("{provider}/customers"), "Customers").await;
    let platforms = valid(&format!("{provider}/platforms"), "Platforms").await;
    let platform = text(&platforms, "/platforms/0/id");
    for customer in rows(&customers, "items") {
        let id = text(customer, "/id");
        for (call, schema) in [
            ("billing/subscriptions/details", "CustomerSubscriptions"),
            (
                "billing/subscriptions/pricing-information",
                "CustomerPricing",
            ),
            ("billing/subscriptions", "Subscriptions"),
            ("billing/subscriptions/meters", "Meters"),
            ("billing/receivable-charges", "ReceivableCharges"),
        ] {
            valid(
                &format!("{provider}/{call}?customerId={id}&platformId={platform}"),
                schema,
            )
            .await;
        }
        let own = format!("{provider}/customers/{id}");
        valid(
            &format!("{own}/platforms-configurations"),
            "ConfiguredPlatforms",
        )
        .await;
        valid(
            &format!("{own}/platforms/{platform}/details"),
            "PlatformDetails",
        )
        .await;
        valid(
            &format!("{own}/platforms/{platform}/meter-usages"),
            "MeterUsages",
        )
        .await;
    }
    let first = text(&customers, "/items/0/id");
    valid(&format!("{provider}/customer-catalogs/{first}"), "Catalog").await;
    valid("/distributor/v1/billing/payable-charges", "PayableCharges").await;
    for (path, code) in [("details", 400), ("details?customerId=x", 404)] {
        let (status, body) = ask(get(&format!("{provider}/billing/subscriptions/{path}"))).await;
        assert_eq!(status, code);
        contract.demand("ProblemDetails", &body, path);
    }
}

#[tokio::test]
async fn ingram_micro_is_as_described() {
    let contract = Contract::of(include_str!("contracts/ingram.json"));
    let mut options = IngramOptions::default();
    options.server.limit = 0;
    let server = ingram::start(world(Vendor::IngramMicro, 100), options)
        .await
        .expect("it starts");
    let (http, base) = (client(), format!("{}/marketplace/na", server.base_url()));
    let key = |request: RequestBuilder| {
        request.header("x-subscription-key", server.told("subscription_key"))
    };
    let token = key(http.post(format!("{base}/token"))).body(r#"{"marketplace":"us"}"#);
    let token = token.basic_auth(server.told("username"), Some(server.told("password")));
    let (_, granted) = ask(token).await;
    contract.demand("Token", &granted, "a token");
    let get =
        |path: &str| key(http.get(format!("{base}{path}"))).bearer_auth(text(&granted, "/token"));
    let valid = async |path: &str, schema: &str| {
        let (status, body) = ask(get(path)).await;
        assert_eq!(status, 200, "{path}: {body}");
        contract.demand(schema, &body, path);
        body
    };
    let customers = valid("/customers?limit=500", "Customers").await;
    for customer in rows(&customers, "data") {
        valid(
            &format!("/customers/{}", text(customer, "/id")),
            "CustomerDetails",
        )
        .await;
    }
    let subscriptions = valid("/subscriptions?limit=500", "Subscriptions").await;
    for row in rows(&subscriptions, "data") {
        valid(
            &format!("/subscriptions/{}", text(row, "/id")),
            "SubscriptionDetails",
        )
        .await;
    }
    valid("/products?limit=500", "Products").await;
    valid("/orders?limit=500", "Orders").await;
    valid("/reports", "Reports").await;
    for (path, code) in [
        ("/subscriptions?status=active,hold", 400),
        ("/subscriptions/x", 404),
    ] {
        let (status, body) = ask(get(path)).await;
        assert_eq!(status, code);
        contract.demand("Error", &body, path);
    }
    let (status, body) = ask(key(http.get(format!("{base}/customers")))).await;
    assert_eq!(status, 401);
    contract.demand("LiveError", &body, "no token");
}
