//! The service as any client sees it: bare HTTP, none of our client's code.

use serde_json::Value;

use super::*;
use crate::http::network::bare_client;
use crate::sim::world::{World, open, shared};

struct Caller {
    world: SharedWorld,
    server: HaloServer,
    http: reqwest::Client,
}

impl Caller {
    async fn of(customers: usize, options: Options) -> Self {
        let now = "2026-11-24T08:00:00Z".parse().unwrap();
        let world = shared(World::new(1, customers, now));
        Self {
            server: start(world.clone(), options).await.unwrap(),
            world,
            http: bare_client().build().unwrap(),
        }
    }

    async fn token(&self, tenant: &str, secret: &str) -> (u16, Value) {
        let url = format!("{}/auth/token{tenant}", self.server.base_url());
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", CLIENT_ID),
            ("client_secret", secret),
            ("scope", "all"),
        ];
        told(self.http.post(url).form(&form)).await
    }

    async fn get(&self, token: &str, path: &str) -> (u16, Value) {
        let url = format!("{}{path}", self.server.base_url());
        told(self.http.get(url).bearer_auth(token)).await
    }
}

async fn told(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

#[tokio::test]
async fn a_token_is_given_for_the_secret_at_the_right_tenant() {
    let caller = Caller::of(3, Options::default()).await;
    let (status, refused) = caller.token("", "guess").await;
    assert_eq!(
        (status, &refused["error"]),
        (401, &Value::from("invalid_client"))
    );
    assert_eq!(caller.token("?tenant=other", CLIENT_SECRET).await.0, 500);
    for tenant in ["", "?tenant=tallgrass"] {
        let (status, granted) = caller.token(tenant, CLIENT_SECRET).await;
        assert_eq!((status, &granted["expires_in"]), (200, &Value::from(3_600)));
    }
    assert_eq!(caller.get("guess", "/api/Client").await.0, 401);
    let page = caller.get("guess", "/home").await;
    assert_eq!(page, (200, Value::Null), "the web client's page");
}

#[tokio::test]
async fn pages_totals_flags_and_lines_are_as_documented() {
    let caller = Caller::of(150, Options::default()).await;
    let (_, granted) = caller.token("", CLIENT_SECRET).await;
    let token = granted["access_token"].as_str().unwrap().to_owned();
    let get = |path: &'static str| caller.get(&token, path);
    let companies = open(&caller.world).companies.len();
    let all = "/api/Client?pageinate=true&page_size=1000&page_no=1&includeinactive=true&order=id";
    let (_, page) = get(all).await;
    assert_eq!(page["record_count"], companies);
    assert_eq!(page["clients"].as_array().unwrap().len(), 100, "capped");
    assert!(page["clients"][0].get("azure_tenants").is_none());
    let (_, usual) = get("/api/client").await;
    assert_eq!(usual["clients"].as_array().unwrap().len(), 50);
    let (_, changed) = get("/api/Client?lastupdatefromdate=2026-11-20T00:00:00").await;
    assert!(changed["record_count"].as_u64() < page["record_count"].as_u64());
    let (_, invoices) =
        get("/api/RecurringInvoice?pageinate=true&page_size=5&includelines=true&order=id").await;
    let first = &invoices["invoices"][0];
    assert!(first["id"].as_i64() < Some(0));
    assert!(first["lines"].as_array().unwrap().len() > 1);
    let (_, bare) = get("/api/RecurringInvoice?pageinate=true&page_size=5").await;
    assert!(bare["invoices"][0].get("lines").is_none());
    assert_eq!(get("/api/RecurringInvoice/1").await.0, 404);
    let stats = caller.server.stats();
    assert_eq!(
        (stats.of(HaloPath::Clients), stats.of(HaloPath::Invoices)),
        (3, 2)
    );
    let write = caller
        .http
        .delete(format!("{}/api/Client/1", caller.server.base_url()));
    assert_eq!(told(write.bearer_auth(&token)).await.0, 405);
}
