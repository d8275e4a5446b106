//! The service over real HTTP.

use std::collections::HashSet;
use std::time::Duration;

use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};

use super::super::server::{AccessLife, Fault, FaultOrder, Server, ServerOptions, Weather};
use super::super::world::{World, shared};
use super::{Hint, Pax8, Pax8Options, Pax8Path, start};
use crate::domain::vendor::Vendor;
use crate::http::network::bare_client;

struct Caller {
    http: Client,
    server: Server<Pax8>,
    access: String,
}

impl Caller {
    async fn new(companies: usize, options: Pax8Options) -> Self {
        let now = "2026-11-24T08:00:00Z".parse().unwrap();
        let world = World::with_shares(1, 30, now, &[(Vendor::Pax8, companies)]);
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
        let body = self.token(self.server.told("client_secret")).await.1;
        self.access = body["access_token"].as_str().unwrap_or_default().to_owned();
    }

    async fn token(&self, secret: &str) -> (u16, Value) {
        let body = json!({
            "client_id": self.server.told("client_id"), "client_secret": secret,
            "audience": "https://api.pax8.com", "grant_type": "client_credentials",
        });
        let request = self.http.post(self.url("/v1/token")).body(body.to_string());
        let answer = request
            .header("content-type", "application/json")
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), read(answer).await)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.base_url())
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let answer = self.send(path).await;
        (answer.status().as_u16(), read(answer).await)
    }

    async fn send(&self, path: &str) -> Response {
        let request = self.http.get(self.url(path)).bearer_auth(&self.access);
        request.send().await.unwrap()
    }

    fn next(&self, fault: Fault, path: Pax8Path) {
        self.server.fault(FaultOrder::next(fault, path));
    }
}

async fn read(answer: Response) -> Value {
    serde_json::from_str(&answer.text().await.unwrap_or_default()).unwrap_or_default()
}

fn rows(body: &Value) -> &Vec<Value> {
    body["content"].as_array().unwrap()
}

#[tokio::test]
async fn pages_start_at_nought_and_read_everything_once() {
    for count in [0, 1, 200, 201] {
        let caller = Caller::new(count, Pax8Options::default()).await;
        let (mut ids, mut page) = (HashSet::new(), 0);
        loop {
            let path = format!("/v1/companies?page={page}&size=200&sort=name,asc");
            let (status, body) = caller.get(&path).await;
            assert_eq!(
                (status, &body["page"]["totalElements"]),
                (200, &json!(count))
            );
            ids.extend(rows(&body).iter().map(|c| c["id"].to_string()));
            page += 1;
            if page >= body["page"]["totalPages"].as_u64().unwrap() {
                break;
            }
        }
        assert_eq!(ids.len(), count);
    }
    let caller = Caller::new(12, Pax8Options::default()).await;
    assert_eq!(rows(&caller.get("/v1/companies").await.1).len(), 10);
    let (_, wide) = caller.get("/v1/companies?size=1000").await;
    assert_eq!(wide["page"]["size"], 200);
    for bad in ["size=0", "page=x", "sort=id,asc", "sort=name,up"] {
        let (status, body) = caller.get(&format!("/v1/companies?{bad}")).await;
        assert_eq!(
            (status, &body["type"]),
            (400, &json!("BAD_REQUEST")),
            "{bad}"
        );
        assert_eq!(body["details"][0]["type"], "INVALID_VALUE");
    }
}

#[tokio::test]
async fn both_shapes_of_errors_and_no_write() {
    let mut caller = Caller::new(3, Pax8Options::default()).await;
    let refused = json!({"error": "access_denied", "error_description": "Unauthorized"});
    assert_eq!(caller.token("guess").await, (401, refused));
    let (status, body) = caller.get("/v1/subscriptions?companyId=nobody").await;
    assert_eq!(
        (status, &body["type"], &body["status"]),
        (403, &json!("FORBIDDEN"), &json!(403))
    );
    assert_eq!(caller.get("/v1/products/unknown").await.0, 404);
    assert_eq!(caller.get("/v2/companies").await.0, 404);
    for request in [
        caller.http.put(caller.url("/v1/subscriptions/x")),
        caller.http.post(caller.url("/v1/companies")),
        caller.http.delete(caller.url("/v1/subscriptions/x")),
    ] {
        let answer = request.bearer_auth(&caller.access).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
    }
    assert_eq!(caller.server.stats().writes_refused, 3);
    caller.access = "guess".to_owned();
    let (status, body) = caller.get("/v1/companies").await;
    assert_eq!((status, &body["message"]), (401, &json!("Unauthorized")));
}

#[tokio::test]
async fn a_token_ends_in_mid_run_and_the_limit_says_when_or_not() {
    let options = Pax8Options {
        access: AccessLife {
            life: Duration::from_secs(60),
            requests: 2,
        },
        ..Pax8Options::default()
    };
    let mut caller = Caller::new(3, options).await;
    let mut codes = Vec::new();
    for _ in 0..3 {
        codes.push(caller.get("/v1/companies").await.0);
    }
    assert_eq!(codes, [200, 200, 401]);
    caller.sign_in().await;
    assert_eq!(caller.get("/v1/companies").await.0, 200);
    for (hint, header) in [(Hint::Given, Some("60")), (Hint::Missing, None)] {
        let options = Pax8Options {
            server: ServerOptions {
                limit: 2,
                ..ServerOptions::default()
            },
            hint,
            ..Pax8Options::default()
        };
        let caller = Caller::new(1, options).await;
        assert_eq!(caller.get("/v1/companies").await.0, 200);
        let refused = caller.send("/v1/companies").await;
        assert_eq!(refused.status(), 429);
        let told = refused
            .headers()
            .get("retry-after")
            .map(|v| v.to_str().unwrap());
        assert_eq!(told.is_some(), header.is_some());
    }
}

#[tokio::test]
async fn ended_rows_stay_in_the_lists_and_members_may_lack() {
    let caller = Caller::new(200, Pax8Options::default()).await;
    let (_, companies) = caller.get("/v1/companies?size=200").await;
    let states: HashSet<&str> = rows(&companies)
        .iter()
        .map(|c| c["status"].as_str().unwrap())
        .collect();
    assert_eq!(states, HashSet::from(["Active", "Inactive", "Deleted"]));
    let mut all = Vec::new();
    for page in 0..5 {
        let (_, body) = caller
            .get(&format!("/v1/subscriptions?page={page}&size=200"))
            .await;
        all.extend(rows(&body).iter().cloned());
    }
    let has = |f: &dyn Fn(&Value) -> bool| all.iter().any(f);
    assert!(has(&|s| s["status"] == "Cancelled") && has(&|s| s["status"] == "Trial"));
    assert!(has(&|s| s["status"] == "PendingCancel") && has(&|s| s["status"] == "Activated"));
    assert!(
        has(&|s| s.get("partnerCost").is_none()) && has(&|s| s.get("commitmentTerm").is_none())
    );
    let starts: Vec<&str> = all
        .iter()
        .map(|s| s["startDate"].as_str().unwrap())
        .collect();
    assert!(starts.iter().any(|t| t.ends_with("-0700")) && starts.iter().any(|t| t.len() == 10));
    assert!(starts.iter().any(|t| t.len() == 20) && starts.iter().any(|t| t.len() == 24));
    let (_, cancelled) = caller
        .get("/v1/subscriptions?status=Cancelled&size=200")
        .await;
    assert!(rows(&cancelled).iter().all(|s| s["status"] == "Cancelled"));

    let one = &all[0];
    let (id, product) = (
        one["id"].as_str().unwrap(),
        one["productId"].as_str().unwrap(),
    );
    assert_eq!(&caller.get(&format!("/v1/subscriptions/{id}")).await.1, one);
    assert_eq!(
        rows(
            &caller
                .get(&format!("/v1/subscriptions/{id}/history"))
                .await
                .1
        )
        .len(),
        2
    );
    let (_, product_row) = caller.get(&format!("/v1/products/{product}")).await;
    assert_eq!(product_row["name"], one["productName"]);
    let (_, pricing) = caller.get(&format!("/v1/products/{product}/pricing")).await;
    assert!(
        pricing.get("page").is_none()
            && rows(&pricing)[0]["rates"][0]["partnerBuyRate"].is_number()
    );
    let (_, drafts) = caller
        .get("/v1/invoices/draftItems?size=200&monthOffset=0")
        .await;
    assert!(
        rows(&drafts)
            .iter()
            .all(|item| item.get("id").is_none() && item["cost"].is_number())
    );
    let company = one["companyId"].as_str().unwrap();
    assert_eq!(
        caller
            .get(&format!("/v1/companies/{company}/contacts"))
            .await
            .0,
        200
    );
}

#[tokio::test]
async fn a_product_may_be_missing_and_members_null_by_fault() {
    let caller = Caller::new(5, Pax8Options::default()).await;
    let path = "/v1/products?size=1";
    let product = rows(&caller.get(path).await.1)[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    caller.next(
        Fault::Status {
            status: 404,
            retry_after: None,
        },
        Pax8Path::Product,
    );
    let (status, body) = caller.get(&format!("/v1/products/{product}")).await;
    assert_eq!((status, &body["type"]), (404, &json!("NOT_FOUND")));
    let pointer = "/content/0/commitmentTerm".to_owned();
    caller.next(Fault::Remove { pointer }, Pax8Path::Subscriptions);
    assert!(
        rows(&caller.get("/v1/subscriptions").await.1)[0]
            .get("commitmentTerm")
            .is_none()
    );
    caller.next(Fault::Limited { seconds: 7 }, Pax8Path::Companies);
    assert_eq!(
        caller.send("/v1/companies").await.headers()["retry-after"],
        "7"
    );
    caller.next(Fault::Week, Pax8Path::Companies);
    assert_eq!(caller.get("/v1/companies").await.0, 200);
    assert_eq!(caller.server.stats().week, 1);
}

#[tokio::test]
async fn chaos_spoils_rows() {
    let options = Pax8Options {
        server: ServerOptions {
            weather: Weather::Chaos,
            ..ServerOptions::default()
        },
        ..Pax8Options::default()
    };
    let mut caller = Caller::new(200, options).await;
    let mut all = Vec::new();
    for page in 0..5 {
        for _ in 0..12 {
            if caller.access.is_empty() {
                caller.sign_in().await;
            }
            let request = caller
                .http
                .get(caller.url(&format!("/v1/subscriptions?page={page}&size=200")));
            let Ok(answer) = request.bearer_auth(&caller.access).send().await else {
                continue;
            };
            if answer.status() == 401 {
                caller.access.clear();
            }
            let body = read(answer).await;
            if let Some(rows) = body["content"].as_array() {
                all.extend(rows.iter().cloned());
                break;
            }
        }
    }
    assert!(all.len() > 200);
    assert!(all.iter().any(|s| s["status"] == "Hibernating"));
    assert!(
        all.iter()
            .any(|s| s.get("commitmentTerm") == Some(&Value::Null))
    );
    assert!(
        all.iter()
            .any(|s| s.get("id").is_none() || !s["quantity"].is_u64())
    );
}
