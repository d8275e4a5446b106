//! The service as any client sees it: bare HTTP, none of our client's code.

use serde_json::{Value, json};

use super::*;
use crate::http::network::bare_client;
use crate::sim::world::{World, shared};

struct Caller {
    server: AutotaskServer,
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
            server: start(world, Options::default()).await.unwrap(),
            http: bare_client().build().unwrap(),
        }
    }

    async fn query(&self, entity: &str, filter: Value, secret: &str, code: &str) -> (u16, Value) {
        let url = format!(
            "{}/ATServicesRest/V1.0/{entity}/query",
            self.server.base_url()
        );
        let request = self.http.post(url).body(filter.to_string());
        let request = request
            .header("UserName", USERNAME)
            .header("Secret", secret);
        let response = request
            .header("ApiIntegrationCode", code)
            .send()
            .await
            .unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }
}

#[tokio::test]
async fn zone_sign_in_and_queries_are_as_documented() {
    let caller = Caller::of(60).await;
    let zone = |user: &str| {
        let base = caller.server.base_url();
        let url = format!("{base}/atservicesrest/1.0/zoneInformation?user={user}");
        caller.http.get(url).send()
    };
    assert_eq!(zone("nobody").await.unwrap().status().as_u16(), 500);
    let found: Value = zone(USERNAME)
        .await
        .unwrap()
        .text()
        .await
        .unwrap()
        .parse()
        .unwrap();
    assert!(found["url"].as_str().unwrap().ends_with("/ATServicesRest/"));

    let all = json!({"MaxRecords": 500, "Filter": [{"op": "gt", "field": "id", "value": 0}]});
    let ask = |entity: &'static str, filter: Value| {
        caller.query(entity, filter, SECRET, INTEGRATION_CODE)
    };
    let (status, companies) = ask("Companies", all.clone()).await;
    assert_eq!(status, 200);
    assert!(companies["pageDetails"]["nextPageUrl"].is_null());
    let small = json!({"MaxRecords": 10, "Filter": [{"op": "gt", "field": "id", "value": 0}]});
    let (_, page) = ask("Companies", small).await;
    assert_eq!(page["items"].as_array().unwrap().len(), 10);
    assert!(page["pageDetails"]["nextPageUrl"].is_string());
    let unknown = json!({"Filter": [{"op": "eq", "field": "colour", "value": 0}]});
    assert_eq!(ask("Companies", unknown).await.0, 500);
    assert_eq!(ask("Companies", json!({})).await.0, 500);
    assert_eq!(ask("Nothing", all.clone()).await.0, 404);
    assert_eq!(
        caller
            .query("Companies", all.clone(), "wrong", INTEGRATION_CODE)
            .await
            .0,
        401
    );
    let (status, said) = caller.query("Companies", all, SECRET, "wrong").await;
    assert_eq!(
        (status, said["errors"][0].as_str()),
        (500, Some("IntegrationCode is invalid"))
    );
}

#[test]
fn a_bundle_shares_its_number_with_a_service_and_holds_two() {
    let world = World::new(1, 60, "2026-11-24T08:00:00Z".parse().unwrap());
    let sold = Bundles::Sold;
    let bundles = bundles::on_contracts(&world, sold);
    let services = rows::contract_services(&world, sold);
    assert_eq!(bundles.len() + services.len(), world.lines.len());
    let numbers =
        |rows: &[Value]| -> Vec<u64> { rows.iter().filter_map(|row| row["id"].as_u64()).collect() };
    let services = numbers(&services);
    assert!(numbers(&bundles).iter().any(|id| services.contains(id)));
    let parts = bundles::parts(&world, sold);
    for bundle in &bundles {
        let own = parts.iter();
        let own = own.filter(|part| part["serviceBundleID"] == bundle["serviceBundleID"]);
        assert_eq!(own.count(), 2, "{bundle}");
    }
    assert!(bundles::units(&world, sold).len() >= bundles.len());
    assert!(bundles::on_contracts(&world, Bundles::None).is_empty());
}

#[test]
fn a_change_of_today_leaves_two_rows_that_hold() {
    let world = World::new(1, 60, "2026-11-24T08:00:00Z".parse().unwrap());
    let units = rows::units(&world, Bundles::None);
    let changed = world
        .lines
        .iter()
        .find(|l| l.id % 7 == 0 && l.end.is_none())
        .unwrap();
    let own = units
        .iter()
        .filter(|u| u["contractServiceID"] == changed.id);
    let today = "2026-11-24T00:00:00Z";
    let hold = own
        .filter(|u| u["startDate"].as_str() <= Some(today) && u["endDate"].as_str() >= Some(today));
    let units: Vec<i64> = hold.filter_map(|u| u["units"].as_i64()).collect();
    assert_eq!(units, [changed.quantity + 3, changed.quantity]);
}
