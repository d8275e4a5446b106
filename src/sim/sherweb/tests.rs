//! The service over real HTTP.

use std::collections::HashSet;
use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

use super::super::server::{Fault, FaultOrder, Server, ServerOptions, Weather};
use super::super::world::{World, shared};
use super::{Calls, Hint, Integration, Sherweb, SherwebOptions, SherwebPath, start};
use crate::domain::vendor::Vendor;
use crate::http::network::bare_client;

struct Caller {
    http: Client,
    server: Server<Sherweb>,
    access: String,
    key: String,
}

impl Caller {
    async fn new(customers: usize, options: SherwebOptions) -> Self {
        let now = "2026-11-24T08:00:00Z".parse().unwrap();
        let world = World::with_shares(1, 60, now, &[(Vendor::Sherweb, customers)]);
        let server = start(shared(world), options).await.unwrap();
        let http = bare_client().no_proxy().build().unwrap();
        let key = server.told("subscription_key").to_owned();
        let mut caller = Self {
            http,
            server,
            access: String::new(),
            key,
        };
        caller.sign_in("service-provider distributor").await;
        caller
    }

    async fn sign_in(&mut self, scope: &str) {
        let secret = self.server.told("client_secret").to_owned();
        let body = self.token(&secret, scope).await.1;
        self.access = body["access_token"].as_str().unwrap_or_default().to_owned();
    }

    async fn token(&self, secret: &str, scope: &str) -> (u16, Value) {
        let form = [
            ("client_id", self.server.told("client_id")),
            ("client_secret", secret),
            ("scope", scope),
            ("grant_type", "client_credentials"),
        ];
        let url = format!("{}/auth/oidc/connect/token", self.server.base_url());
        let request = self.http.post(url).form(&form);
        let request = request.header("ocp-apim-subscription-key", &self.key);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), read(answer).await)
    }

    fn request(&self, path: &str) -> RequestBuilder {
        let path = match path.strip_prefix('~') {
            Some(rest) => format!("/distributor/v1{rest}"),
            None => format!("/service-provider/v1{path}"),
        };
        self.http
            .get(format!("{}{path}", self.server.base_url()))
            .bearer_auth(&self.access)
            .header("ocp-apim-subscription-key", &self.key)
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let answer = self.request(path).header("accept-language", "en").send();
        let answer = answer.await.unwrap();
        (answer.status().as_u16(), read(answer).await)
    }

    async fn items(&self, path: &str) -> Vec<Value> {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {body}");
        body["items"].as_array().unwrap().clone()
    }

    fn next(&self, fault: Fault, path: SherwebPath) {
        self.server.fault(FaultOrder::next(fault, path));
    }
}

async fn read(answer: Response) -> Value {
    serde_json::from_str(&answer.text().await.unwrap_or_default()).unwrap_or_default()
}

fn text(row: &Value, member: &str) -> String {
    row[member].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn seats_and_fees_are_two_answers_of_each_customer() {
    let caller = Caller::new(60, SherwebOptions::default()).await;
    let customers = caller.items("/customers").await;
    assert_eq!(customers.len(), 60);
    assert!(customers.iter().any(|c| c["suspendedOn"].is_string()));
    let (mut details, mut pricing) = (Vec::new(), Vec::new());
    for customer in &customers {
        let query = format!("?customerId={}", text(customer, "id"));
        let d = caller
            .items(&format!("/billing/subscriptions/details{query}"))
            .await;
        let p = caller
            .items(&format!(
                "/billing/subscriptions/pricing-information{query}"
            ))
            .await;
        let ids = |rows: &[Value]| rows.iter().map(|r| text(r, "id")).collect::<HashSet<_>>();
        assert_eq!(ids(&d), ids(&p));
        let both = caller
            .items(&format!("/billing/subscriptions{query}"))
            .await;
        assert_eq!(ids(&both), ids(&d));
        details.extend(d);
        pricing.extend(p);
    }
    assert!(
        details
            .iter()
            .all(|r| r["quantity"].is_i64() && r.get("fees").is_none())
    );
    let times: Vec<String> = details.iter().map(|r| text(r, "purchaseDate")).collect();
    assert!(times.iter().any(|t| t.ends_with('Z')) && times.iter().any(|t| !t.ends_with('Z')));
    assert!(pricing.iter().any(|r| r["fees"].is_null()));
    assert!(pricing.iter().any(|r| r["commitmentTerm"].is_null()));
    let scheduled =
        |r: &Value| r["commitmentTerm"]["renewalConfiguration"]["scheduledQuantity"].is_i64();
    assert!(details.iter().any(scheduled));

    let (status, payable) = caller
        .get("~/billing/payable-charges?date=2026-11-10")
        .await;
    assert_eq!((status, &payable["periodTo"]), (200, &json!("2026-11-30")));
    let charges = payable["charges"].as_array().unwrap();
    assert!(charges.len() > 100 && charges.len() < details.len());
    let skus: HashSet<String> = details.iter().map(|r| text(r, "sku")).collect();
    assert!(charges.iter().all(|c| skus.contains(&text(c, "sku"))));
    let query = format!("?customerId={}", text(&customers[0], "id"));
    let (status, owed) = caller
        .get(&format!("/billing/receivable-charges{query}"))
        .await;
    assert!(status == 200 && owed["charges"].is_array());
}

#[tokio::test]
async fn key_token_and_scope_can_each_be_wrong() {
    let mut caller = Caller::new(3, SherwebOptions::default()).await;
    assert_eq!(
        caller.token("guess", "service-provider").await,
        (400, json!({"error": "invalid_client"}))
    );
    let secret = caller.server.told("client_secret").to_owned();
    assert_eq!(
        caller.token(&secret, "all").await.1,
        json!({"error": "invalid_scope"})
    );
    caller.sign_in("service-provider").await;
    let (status, body) = caller.get("~/billing/payable-charges").await;
    assert_eq!((status, &body["status"]), (403, &json!(403)));
    assert_eq!(caller.get("/customers").await.0, 200);

    let right = std::mem::replace(&mut caller.access, "guess".to_owned());
    let (status, body) = caller.get("/customers").await;
    assert_eq!((status, &body["title"]), (401, &json!("Unauthorized")));
    caller.access = right;
    let key = std::mem::replace(&mut caller.key, "0".repeat(32));
    let (status, body) = caller.get("/customers").await;
    assert_eq!((status, &body["statusCode"]), (401, &json!(401)));
    assert_eq!(caller.token(&secret, "service-provider").await.0, 401);
    caller.key = key;

    let url = format!("{}/service-provider/v1/orders", caller.server.base_url());
    let write = caller.http.post(url).bearer_auth(&caller.access);
    let answer = write
        .header("ocp-apim-subscription-key", &caller.key)
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
    let (status, body) = caller.get("/billing/subscriptions/details").await;
    assert_eq!(
        (status, &body["detail"]),
        (400, &json!("customerId is required."))
    );
    assert_eq!(
        caller
            .get("/billing/subscriptions/details?customerId=x")
            .await
            .0,
        404
    );
    assert_eq!(caller.get("/customers/x/subscriptions").await.0, 404);
}

#[tokio::test]
async fn an_account_may_have_the_old_call_alone_or_no_receivables() {
    let options = SherwebOptions {
        calls: Calls::Old,
        integration: Integration::On,
        ..SherwebOptions::default()
    };
    let caller = Caller::new(5, options).await;
    let customers = caller.items("/customers").await;
    let query = format!("?customerId={}", text(&customers[0], "id"));
    for call in ["details", "pricing-information"] {
        assert_eq!(
            caller
                .get(&format!("/billing/subscriptions/{call}{query}"))
                .await
                .0,
            404
        );
    }
    assert_eq!(
        caller
            .get(&format!("/billing/subscriptions{query}"))
            .await
            .0,
        200
    );
    assert_eq!(
        caller
            .get(&format!("/billing/receivable-charges{query}"))
            .await
            .0,
        400
    );
}

#[tokio::test]
async fn the_wait_is_told_in_words_and_odd_bodies_come_on_demand() {
    let options = SherwebOptions {
        server: ServerOptions {
            limit: 3,
            ..ServerOptions::default()
        },
        ..SherwebOptions::default()
    };
    let caller = Caller::new(3, options).await;
    let mut last = (0, Value::Null);
    for _ in 0..3 {
        last = caller.get("/customers").await;
    }
    assert_eq!(last.0, 429);
    let detail = text(&last.1, "detail");
    assert!(
        detail.starts_with("Rate limit is exceeded. Try again in ")
            && detail.ends_with(" seconds.")
    );

    let options = SherwebOptions {
        hint: Hint::Missing,
        ..SherwebOptions::default()
    };
    let caller = Caller::new(3, options).await;
    caller.next(Fault::Limited { seconds: 3 }, SherwebPath::Customers);
    let (status, body) = caller.get("/customers").await;
    assert_eq!((status, &body["detail"]), (429, &Value::Null));
    caller.next(
        Fault::Json {
            status: 200,
            body: json!({"items": null}),
        },
        SherwebPath::Customers,
    );
    assert_eq!(caller.get("/customers").await.1, json!({"items": null}));
    caller.next(
        Fault::Remove {
            pointer: "/items/0".to_owned(),
        },
        SherwebPath::Customers,
    );
    assert_eq!(caller.items("/customers").await.len(), 2);
}

#[tokio::test]
async fn names_are_french_unless_asked_otherwise_and_platforms_know_the_tenant() {
    let caller = Caller::new(20, SherwebOptions::default()).await;
    let customers = caller.items("/customers").await;
    let mut differ = 0;
    for customer in &customers {
        let path = format!(
            "/billing/subscriptions/details?customerId={}",
            text(customer, "id")
        );
        let english = caller.items(&path).await;
        let french = read(caller.request(&path).send().await.unwrap()).await;
        for (en, fr) in english.iter().zip(french["items"].as_array().unwrap()) {
            differ += usize::from(en["productName"] != fr["productName"]);
            assert_ne!(en["description"], fr["description"]);
        }
    }
    assert!(differ > 5);
    let id = text(&customers[0], "id");
    let (_, platforms) = caller
        .get(&format!("/customers/{id}/platforms-configurations"))
        .await;
    let platform = text(&platforms["configuredPlatforms"][0], "id");
    let (_, details) = caller
        .get(&format!("/customers/{id}/platforms/{platform}/details"))
        .await;
    assert_eq!(
        text(&details["platformDetails"]["details"], "MicrosoftTenantId").len(),
        36
    );
    let (_, usages) = caller
        .get(&format!(
            "/customers/{id}/platforms/{platform}/meter-usages"
        ))
        .await;
    assert!(usages["meterUsages"].is_array());
    let (_, catalog) = caller.get(&format!("/customer-catalogs/{id}")).await;
    assert_eq!(catalog["catalogItems"][0]["name"][1]["culture"], "fr");
}

#[tokio::test]
async fn requests_at_once_are_seen_where_answers_take_time() {
    let options = SherwebOptions {
        server: ServerOptions {
            latency: Duration::from_millis(60),
            ..ServerOptions::default()
        },
        ..SherwebOptions::default()
    };
    let caller = Caller::new(3, options).await;
    assert_eq!(caller.server.stats().max_at_once, 1);
    let one = || caller.get("/customers");
    tokio::join!(one(), one(), one());
    assert_eq!(caller.server.stats().max_at_once, 3);
}

#[tokio::test]
async fn chaos_spoils_names() {
    let options = SherwebOptions {
        server: ServerOptions {
            weather: Weather::Chaos,
            ..ServerOptions::default()
        },
        ..SherwebOptions::default()
    };
    let mut caller = Caller::new(100, options).await;
    for _ in 0..40 {
        if caller.access.is_empty() {
            caller.sign_in("service-provider").await;
        }
        let Ok(answer) = caller.request("/customers").send().await else {
            continue;
        };
        if answer.status() == 401 {
            caller.access.clear();
        }
        let body = read(answer).await;
        if let Some(rows) = body["items"].as_array() {
            assert!(
                rows.iter()
                    .any(|c| !crate::domain::text::is_clean(c["displayName"].as_str().unwrap()))
            );
            return;
        }
    }
    panic!("forty answers, and none was right");
}
