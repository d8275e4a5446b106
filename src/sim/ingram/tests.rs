//! The service over real HTTP.

use std::collections::HashSet;
use std::time::Duration;

use reqwest::{Client, Response};
use serde_json::{Value, json};

use super::super::server::{AccessLife, Fault, FaultOrder, Server, ServerOptions, Weather};
use super::super::world::{World, shared};
use super::{Hint, Ingram, IngramOptions, IngramPath, Totals, start};
use crate::domain::vendor::Vendor;
use crate::http::network::bare_client;

struct Caller {
    http: Client,
    server: Server<Ingram>,
    access: String,
}

impl Caller {
    async fn new(customers: usize, options: IngramOptions) -> Self {
        let now = "2026-11-24T08:00:00Z".parse().unwrap();
        let world = World::with_shares(1, 60, now, &[(Vendor::IngramMicro, customers)]);
        let server = start(shared(world), options).await.unwrap();
        let http = bare_client().no_proxy().build().unwrap();
        let mut caller = Self {
            http,
            server,
            access: String::new(),
        };
        caller.sign_in().await;
        caller
    }

    async fn sign_in(&mut self) {
        let password = self.server.told("password").to_owned();
        let body = self.token(&password, r#"{"marketplace":"us"}"#).await.1;
        self.access = body["token"].as_str().unwrap_or_default().to_owned();
    }

    async fn token(&self, password: &str, body: &str) -> (u16, Value) {
        let url = format!("{}/marketplace/na/token", self.server.base_url());
        let request = self
            .http
            .post(url)
            .basic_auth(self.server.told("username"), Some(password));
        let request = request.header("x-subscription-key", self.server.told("subscription_key"));
        let answer = request.body(body.to_owned()).send().await.unwrap();
        (answer.status().as_u16(), read(answer).await)
    }

    async fn send(&self, path: &str) -> Response {
        let url = format!("{}/marketplace/na{path}", self.server.base_url());
        let request = self.http.get(url).bearer_auth(&self.access);
        let key = self.server.told("subscription_key");
        request
            .header("x-subscription-key", key)
            .send()
            .await
            .unwrap()
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let answer = self.send(path).await;
        (answer.status().as_u16(), read(answer).await)
    }

    async fn all(&self, path: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        loop {
            let (status, body) = self
                .get(&format!("{path}?limit=500&offset={}", rows.len()))
                .await;
            assert_eq!(status, 200);
            let page = body["data"].as_array().unwrap();
            rows.extend(page.iter().cloned());
            if page.len() < 500 {
                return rows;
            }
        }
    }

    fn next(&self, fault: Fault, path: IngramPath) {
        self.server.fault(FaultOrder::next(fault, path));
    }
}

async fn read(answer: Response) -> Value {
    serde_json::from_str(&answer.text().await.unwrap_or_default()).unwrap_or_default()
}

#[tokio::test]
async fn seats_are_on_the_detail_alone_and_some_details_have_none() {
    let caller = Caller::new(60, IngramOptions::default()).await;
    let customers = caller.all("/customers").await;
    assert_eq!(customers.len(), 60);
    assert!(customers.iter().any(|c| c.get("address").is_none()));
    let id = customers[0]["id"].as_str().unwrap();
    let (_, one) = caller.get(&format!("/customers/{id}")).await;
    assert!(one["address"]["countryCode"].is_string() && one["taxRegId"].is_string());
    assert_eq!(
        one["contactPersons"][0]["phoneNumber"]
            .as_str()
            .unwrap()
            .matches('#')
            .count(),
        3
    );

    let rows = caller.all("/subscriptions").await;
    let ids: HashSet<&str> = rows.iter().map(|r| r["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), rows.len());
    assert!(rows.iter().all(|r| r.get("products").is_none()));
    let days: Vec<&str> = rows
        .iter()
        .map(|r| r["creationDate"].as_str().unwrap())
        .collect();
    assert!(days.is_sorted_by(|a, b| a >= b), "newest first");
    let (mut without, mut fractions, mut tenants) = (0, 0, HashSet::new());
    for id in &ids {
        let (status, detail) = caller.get(&format!("/subscriptions/{id}")).await;
        assert_eq!(status, 200);
        match detail["products"].get(0) {
            None => without += 1,
            Some(item) => {
                fractions += usize::from(item["quantity"].to_string().ends_with(".0"));
                assert!(item["unitPrice"]["amount"].is_string());
            }
        }
        if let Some(tenant) = detail.pointer("/fulfillmentParameters/0/value") {
            tenants.insert(tenant.to_string());
        }
    }
    assert!(
        without > 0 && fractions > 0 && tenants.len() > 30,
        "{without} {fractions}"
    );
    for state in ["hold", "terminated"] {
        let (_, some) = caller
            .get(&format!("/subscriptions?status={state}&limit=500"))
            .await;
        let some = some["data"].as_array().unwrap();
        assert!(!some.is_empty() && some.iter().all(|s| s["status"] == state));
    }
}

#[tokio::test]
async fn refusals_have_the_documented_body_and_the_id_is_in_the_header() {
    let mut caller = Caller::new(3, IngramOptions::default()).await;
    assert_eq!(
        caller.token("guess", r#"{"marketplace":"us"}"#).await.0,
        401
    );
    let password = caller.server.told("password").to_owned();
    assert_eq!(
        caller.token(&password, r#"{"marketplace":"uk"}"#).await.0,
        400
    );
    assert_eq!(caller.token(&password, "").await.0, 200);
    for path in [
        "/subscriptions?status=active,pending",
        "/customers?limit=501",
        "/customers?offset=x",
    ] {
        let answer = caller.send(path).await;
        let id = answer.headers()["x-correlation-id"]
            .to_str()
            .unwrap()
            .to_owned();
        let status = answer.status().as_u16();
        let body = read(answer).await;
        assert_eq!((status, &body["status"]), (400, &json!(400)), "{path}");
        assert!(body["timeStamp"].is_string() && body["correlationId"] == id.as_str());
    }
    assert_eq!(caller.get("/subscriptions/1").await.0, 404);
    assert_eq!(caller.get("/nothing").await.0, 404);
    let url = format!("{}/marketplace/na/customers", caller.server.base_url());
    let write = caller.http.post(&url).bearer_auth(&caller.access);
    let key = caller.server.told("subscription_key");
    let answer = write
        .header("x-subscription-key", key)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (
            answer.status().as_u16(),
            caller.server.stats().writes_refused
        ),
        (405, 1)
    );
    let answer = caller
        .http
        .get(&url)
        .bearer_auth(&caller.access)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 403, "no key");
    caller.access = "guess".to_owned();
    let (status, body) = caller.get("/customers").await;
    assert_eq!((status, &body["error"]), (401, &json!("Unauthorized")));
}

#[tokio::test]
async fn a_token_ends_in_mid_run_and_a_week_moves_the_total() {
    let options = IngramOptions {
        access: AccessLife {
            life: Duration::from_secs(30),
            requests: 3,
        },
        totals: Totals::Given,
        ..IngramOptions::default()
    };
    let mut caller = Caller::new(20, options).await;
    let (_, before) = caller.get("/subscriptions").await;
    caller.next(Fault::Week, IngramPath::Subscriptions);
    let (_, after) = caller.get("/subscriptions").await;
    assert_ne!(
        before["data"][0]["id"], after["data"][0]["id"],
        "something new is first"
    );
    assert_eq!(caller.get("/customers").await.0, 200);
    assert_eq!(caller.get("/customers").await.0, 401);
    caller.sign_in().await;
    caller.next(
        Fault::Status {
            status: 500,
            retry_after: None,
        },
        IngramPath::Subscriptions,
    );
    let (status, body) = caller.get("/subscriptions").await;
    assert_eq!(
        (status, &body["message"]),
        (500, &json!("Internal server error"))
    );
}

#[tokio::test]
async fn the_limit_may_be_silent_and_totals_may_lack() {
    let options = IngramOptions {
        server: ServerOptions {
            limit: 2,
            ..ServerOptions::default()
        },
        hint: Hint::Missing,
        totals: Totals::Missing,
        ..IngramOptions::default()
    };
    let caller = Caller::new(3, options).await;
    let (_, body) = caller.get("/subscriptions").await;
    assert!(body.get("pagination").is_none() && body["data"].is_array());
    let refused = caller.send("/customers").await;
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().get("retry-after").is_none());
}

#[tokio::test]
async fn products_orders_and_reports_answer() {
    let caller = Caller::new(5, IngramOptions::default()).await;
    let products = caller.all("/products").await;
    let mpn = products[0]["mpn"].as_str().unwrap();
    let (_, same) = caller.get(&format!("/products?mpn={mpn}")).await;
    assert_eq!(same["pagination"]["total"], 2, "one number under two terms");
    let id = products[0]["id"].as_str().unwrap();
    assert_eq!(caller.get(&format!("/products/{id}")).await.1, products[0]);
    assert!(
        caller
            .all("/orders")
            .await
            .iter()
            .all(|o| o["creationDate"].as_str().unwrap().contains(' '))
    );
    assert_eq!(caller.all("/reports").await[0]["format"], "csv");
}

#[tokio::test]
async fn chaos_spoils_rows() {
    let options = IngramOptions {
        server: ServerOptions {
            weather: Weather::Chaos,
            ..ServerOptions::default()
        },
        ..IngramOptions::default()
    };
    let caller = Caller::new(200, options).await;
    let rows = caller.server.with(|ingram| {
        use super::super::server::{Asked, Call, Service, Stats};
        let asked = Asked {
            method: "GET".to_owned(),
            path: "/marketplace/na/subscriptions".to_owned(),
            query: "limit=500".to_owned(),
            headers: vec![
                (
                    "authorization".to_owned(),
                    format!("Bearer {}", caller.access),
                ),
                (
                    "x-subscription-key".to_owned(),
                    caller.server.told("subscription_key").to_owned(),
                ),
            ],
            body: Vec::new(),
        };
        let call = Call {
            kind: IngramPath::Subscriptions,
            request: String::new(),
            now: Duration::ZERO,
        };
        let reply = ingram.answer(&asked, &call, &mut Stats::default());
        serde_json::from_slice::<Value>(&reply.body).unwrap()["data"].clone()
    });
    let rows = rows.as_array().unwrap();
    assert!(rows.iter().any(|r| r["status"] == "hibernating"));
    assert!(rows.iter().any(|r| r.get("id").is_none()));
    assert!(rows.iter().any(|r| r.get("name") == Some(&Value::Null)));
}
