//! The service as any client sees it: bare HTTP, none of our client's code.

use serde_json::Value;

use super::*;
use crate::http::network::bare_client;
use crate::sim::world::{SharedWorld, World, open, shared};

struct Caller {
    world: SharedWorld,
    server: ConnectWiseServer,
    http: reqwest::Client,
}

impl Caller {
    async fn of(customers: usize) -> Self {
        let world = shared(World::new(
            1,
            customers,
            "2026-11-24T08:00:00Z".parse().unwrap(),
        ));
        Self {
            server: start(world.clone(), Options::default()).await.unwrap(),
            world,
            http: bare_client().build().unwrap(),
        }
    }

    async fn ask(
        &self,
        path: &str,
        user: &str,
        key: &str,
        client: &str,
    ) -> (u16, Option<String>, String) {
        let url = format!("{}/v4_6_release/apis/3.0{path}", self.server.base_url());
        let request = self
            .http
            .get(url)
            .basic_auth(user, Some(key))
            .header("clientId", client);
        let response = request.send().await.unwrap();
        let link = response
            .headers()
            .get("link")
            .map(|v| v.to_str().unwrap().to_owned());
        (
            response.status().as_u16(),
            link,
            response.text().await.unwrap(),
        )
    }

    async fn get(&self, path: &str) -> (u16, Option<String>, Value) {
        let user = format!("{COMPANY_ID}+{PUBLIC_KEY}");
        let (status, link, text) = self.ask(path, &user, PRIVATE_KEY, CLIENT_ID).await;
        (
            status,
            link,
            serde_json::from_str(&text).unwrap_or(Value::Null),
        )
    }
}

#[tokio::test]
async fn pages_conditions_fields_and_counts_are_as_documented() {
    let caller = Caller::of(60).await;
    let (status, link, page) = caller.get("/company/companies").await;
    assert_eq!((status, page.as_array().unwrap().len()), (200, 25));
    assert!(link.unwrap().contains("rel=\"next\""));
    let (_, _, counted) = caller.get("/company/companies/count").await;
    let (_, link, all) = caller.get("/company/companies?pageSize=1000").await;
    assert_eq!(counted["count"], all.as_array().unwrap().len());
    assert_eq!(link, None);
    let (_, _, kept) = caller
        .get("/company/companies/count?conditions=deletedFlag%20%3D%20false")
        .await;
    let companies = open(&caller.world).companies.len();
    assert_eq!(kept["count"], companies);
    assert!(
        counted["count"].as_u64() > kept["count"].as_u64(),
        "the recycle bin comes along"
    );
    let (_, _, slim) = caller
        .get("/finance/agreements?fields=id,company/id&pageSize=1")
        .await;
    let row = slim[0].as_object().unwrap();
    assert_eq!(row.len(), 2);
    assert_eq!(row["company"].as_object().unwrap().len(), 1);
    let id = row["id"].to_string();
    let (status, _, additions) = caller
        .get(&format!("/finance/agreements/{id}/additions"))
        .await;
    assert_eq!(status, 200);
    assert_eq!(additions[0]["agreementId"].to_string(), id);
    assert_eq!(caller.get("/finance/agreements/1/additions").await.0, 404);
    assert_eq!(
        caller.get("/company/companies?conditions=id~3").await.0,
        400
    );
    assert_eq!(caller.server.stats().of(PathKind::Additions), 2);
}

#[tokio::test]
async fn the_four_parts_of_a_sign_in_are_all_needed() {
    let caller = Caller::of(3).await;
    let user = format!("{COMPANY_ID}+{PUBLIC_KEY}");
    let ask = |user: String, key: &'static str, client: &'static str| {
        let caller = &caller;
        async move { caller.ask("/company/companies", &user, key, client).await }
    };
    assert_eq!(ask(user.clone(), PRIVATE_KEY, CLIENT_ID).await.0, 200);
    assert_eq!(ask(user.clone(), "wrong", CLIENT_ID).await.0, 401);
    assert_eq!(ask(user.clone(), PRIVATE_KEY, "").await.0, 401);
    let (status, _, text) = ask(format!("other+{PUBLIC_KEY}"), PRIVATE_KEY, CLIENT_ID).await;
    assert_eq!(
        (status, text.as_str()),
        (400, "Cannot route. Codebase/company is invalid")
    );
    let url = format!(
        "{}/v4_6_release/apis/3.0/company/companies",
        caller.server.base_url()
    );
    let post = caller.http.post(url).basic_auth(&user, Some(PRIVATE_KEY));
    let refused = post.header("clientId", CLIENT_ID).send().await.unwrap();
    assert_eq!(refused.status().as_u16(), 405);
}
