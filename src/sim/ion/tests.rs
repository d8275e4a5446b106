//! The service over real HTTP: tokens, lists, errors.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::super::world::{World, shared};
use super::caller::{Caller, read, unlimited};
use super::{IonOptions, PathKind, start};

#[tokio::test]
async fn a_refresh_token_works_once_and_both_forms_are_read() {
    let mut caller = Caller::new(3, unlimited()).await;
    let first = caller.refresh.clone();
    let (status, body) = caller.sign_in().await;
    assert_eq!(
        (status, &body["expires_in"], &body["token_type"]),
        (200, &json!(7200), &json!("Bearer"))
    );
    let next = std::mem::replace(&mut caller.refresh, first);
    let refused = (400, json!({"error": "cannot validate token: redis: nil"}));
    assert_eq!(caller.sign_in().await, refused);
    caller.refresh = "never seen".to_owned();
    assert_eq!(caller.sign_in().await, refused);
    let body = format!(
        "--B\r\nContent-Disposition: form-data; name=\"grant_type\"\r\n\r\nrefresh_token\r\n--B\r\nContent-Disposition: form-data; name=\"refresh_token\"\r\n\r\n{next}\r\n--B--\r\n"
    );
    let post = caller
        .http
        .post(caller.url("/oauth/token"))
        .header("content-type", "multipart/form-data; boundary=B");
    assert_eq!(post.body(body).send().await.unwrap().status(), 200);
    let stats = caller.server.stats();
    assert_eq!(
        (
            stats.tokens_issued,
            stats.token_reuse_attempts,
            stats.of(PathKind::Token)
        ),
        (2, 1, 4)
    );
}

#[tokio::test]
async fn validate_access_says_what_is_left_and_spends_nothing() {
    let mut caller = Caller::signed_in(1, unlimited()).await;
    let ask = |token: String| {
        let post = caller.http.post(caller.url("/oauth/validateAccess"));
        async move { post.form(&[("access_token", token)]).send().await.unwrap() }
    };
    let body = read(ask(caller.access.clone()).await).await;
    assert!(body["access_expires_in"].as_u64().unwrap() > 7100);
    assert!(body["refresh_expires_in"].as_u64().unwrap() > 31 * 86_400);
    assert_eq!(ask("guess".to_owned()).await.status(), 400);
    assert_eq!(caller.sign_in().await.0, 200);
}

#[tokio::test]
async fn paging_reads_everything_exactly_once() {
    let options = IonOptions {
        customers_cap: 40,
        subscriptions_cap: 70,
        ..unlimited()
    };
    let caller = Caller::signed_in(130, options).await;
    let (mut names, mut token, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let (status, body) = caller
            .get(&format!("{{a}}/customers?pageSize=1000&pageToken={token}"))
            .await;
        assert_eq!(status, 200);
        let rows = body["customers"].as_array().unwrap();
        names.extend(rows.iter().map(|c| c["name"].as_str().unwrap().to_owned()));
        pages += 1;
        match body["nextPageToken"].as_str() {
            Some(next) if !next.is_empty() => token = next.to_owned(),
            _ => break,
        }
    }
    assert_eq!(
        (
            names.len(),
            names.iter().collect::<HashSet<_>>().len(),
            pages
        ),
        (130, 130, 4)
    );
    let mut ids = Vec::new();
    loop {
        let (_, body) = caller
            .get(&format!(
                "{{a}}/subscriptions?pagination.limit=1000&pagination.offset={}",
                ids.len()
            ))
            .await;
        assert_eq!(body["paginationResponse"]["totalSize"], 975);
        let Some(rows) = body["items"].as_array() else {
            break;
        };
        assert!(rows.len() <= 70);
        ids.extend(rows.iter().map(|s| s["id"].as_str().unwrap().to_owned()));
    }
    assert_eq!(
        (ids.len(), ids.iter().collect::<HashSet<_>>().len()),
        (975, 975)
    );
    let (_, body) = caller.get("{a}/subscriptions").await;
    assert_eq!(body["items"].as_array().unwrap().len(), 70);
}

#[tokio::test]
async fn filters_and_single_resources() {
    let caller = Caller::signed_in(40, unlimited()).await;
    let (_, all) = caller.get("{a}/subscriptions").await;
    let row = &all["items"][0];
    let (customer, id) = (
        row["customerId"].as_str().unwrap(),
        row["id"].as_str().unwrap(),
    );
    let (_, some) = caller
        .get(&format!("{{a}}/subscriptions?customerId={customer}"))
        .await;
    assert!(
        some["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|s| s["customerId"] == customer)
    );
    let (_, ended) = caller
        .get("{a}/subscriptions?subscriptionStatus=CANCELED&pagination.limit=1000")
        .await;
    let words: Vec<&str> = ended["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["subscriptionStatus"].as_str().unwrap())
        .collect();
    assert!(
        !words.is_empty() && words.iter().all(|w| w.starts_with("cancel")),
        "{words:?}"
    );
    let (status, detail) = caller
        .get(&format!("{{a}}/customers/{customer}/subscriptions/{id}"))
        .await;
    assert_eq!(
        (status, &detail["id"], &detail["activityLogs"]["totalCount"]),
        (200, &json!(id), &json!("2"))
    );
    let (status, one) = caller.get(&format!("{{a}}/customers/{customer}")).await;
    assert_eq!(status, 200);
    assert!(one["name"].as_str().unwrap().ends_with(customer));
    let (_, profile) = caller
        .get(&format!("{{a}}/customers/{customer}/cloudProfiles"))
        .await;
    assert_eq!(profile["customerCloudProfiles"][0]["providerId"], "30");
}

#[tokio::test]
async fn rows_have_the_documented_shapes() {
    let caller = Caller::signed_in(
        200,
        IonOptions {
            subscriptions_cap: 5000,
            ..unlimited()
        },
    )
    .await;
    let (_, body) = caller.get("{a}/subscriptions?pagination.limit=5000").await;
    let rows = body["items"].as_array().unwrap();
    assert!(
        rows.iter()
            .all(|r| r["subscriptionTotalLicenses"].is_string() && r["id"].is_string())
    );
    assert!(rows.iter().all(|r| {
        ["cost", "price", "msrp", "total", "margin"]
            .iter()
            .all(|k| r[k].is_number())
    }));
    let texts: Vec<String> = rows.iter().map(|r| r["cost"].to_string()).collect();
    assert!(
        texts.iter().any(|t| t.len() == 17 && t.ends_with("01")),
        "binary residue"
    );
    assert!(
        texts.iter().any(|t| t == "0")
            && texts
                .iter()
                .any(|t| t.split('.').nth(1).is_some_and(|p| p.len() == 7))
    );
    let times: Vec<&str> = rows
        .iter()
        .map(|r| r["lastUpdatedDate"].as_str().unwrap())
        .collect();
    assert!(times.iter().any(|t| t.len() == 20) && times.iter().any(|t| t.len() == 24));
    assert!(
        rows.iter().any(|r| r.get("mfgPartNumber").is_none())
            && rows.iter().any(|r| r.get("customerPO").is_none())
    );
    assert!(rows.iter().any(|r| r["subscriptionStatus"] == "ACTIVE"));
}

#[tokio::test]
async fn every_error_has_its_body() {
    let mut caller = Caller::signed_in(3, unlimited()).await;
    for (path, status, word) in [
        ("{a}/customers", 400, "INVALID_REQUEST"),
        ("{a}/customers?pageSize=ten", 400, "INVALID_ARGUMENT"),
        ("{a}/customers?pageToken=zz", 400, "INVALID_ARGUMENT"),
        (
            "{a}/subscriptions?pagination.offset=-1",
            400,
            "INVALID_ARGUMENT",
        ),
        (
            "/api/v3/accounts/5/customers?pageSize=10",
            403,
            "PERMISSION_DENIED",
        ),
        ("{a}/customers/1", 404, "NOT_FOUND"),
        ("{a}/customers/1/subscriptions/2", 404, "NOT_FOUND"),
        ("{a}/nothing", 404, "NOT_FOUND"),
        ("/elsewhere", 404, "NOT_FOUND"),
    ] {
        let (seen, body) = caller.get(path).await;
        assert_eq!(
            (seen, body["error"].as_str()),
            (status, Some(word)),
            "{path}"
        );
        assert_eq!(body["code"], status);
        assert_eq!(body["details"][0]["requestId"].as_str().unwrap().len(), 20);
    }
    let account = caller.server.account_id();
    let written = caller
        .http
        .put(caller.url(&format!("/api/v3/accounts/{account}/customers")))
        .bearer_auth(&caller.access);
    assert_eq!(written.send().await.unwrap().status(), 405);
    caller.access = "guess".to_owned();
    assert_eq!(caller.get("{a}/customers?pageSize=10").await.0, 401);
    assert_eq!(caller.server.stats().unauthorized, 1);
}

#[tokio::test]
async fn an_access_token_ends_with_its_time() {
    let options = IonOptions {
        access_life: Duration::ZERO,
        ..unlimited()
    };
    let caller = Caller::signed_in(1, options).await;
    assert_eq!(caller.get("{a}/customers?pageSize=1").await.0, 401);
}

#[tokio::test]
async fn the_first_line_is_what_scripts_need_and_the_port_is_given_back() {
    let caller = Caller::new(4, unlimited()).await;
    let line: Value = serde_json::from_str(&caller.server.listening_line()).unwrap();
    assert_eq!(line["listening"], caller.server.base_url());
    assert_eq!(
        (&line["customers"], &line["subscriptions"]),
        (&json!(4), &json!(30))
    );
    assert_eq!(line["refresh_token"], caller.refresh.as_str());
    let port: u16 = caller
        .server
        .base_url()
        .rsplit(':')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let world = shared(World::new(1, 0, "2026-11-24T08:00:00Z".parse().unwrap()));
    let again = IonOptions {
        port,
        ..unlimited()
    };
    let refused = start(world.clone(), again.clone()).await.err().unwrap();
    assert!(refused.to_string().contains(&port.to_string()));
    let ask = || {
        caller
            .http
            .get(format!("http://127.0.0.1:{port}/sim/stats"))
            .send()
    };
    assert!(ask().await.is_ok());
    caller.server.shutdown().await;
    assert!(ask().await.is_err(), "a connection that was open goes on");
    assert!(start(world, again).await.is_ok());
}
