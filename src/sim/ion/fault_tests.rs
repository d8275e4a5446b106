//! The service over real HTTP when it is not kind: the limit, scripted faults, chaos.

use std::time::Duration;

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use super::caller::{Caller, read, unlimited};
use super::{Fault, FaultOrder, IonOptions, PathKind, Weather};

#[tokio::test]
async fn the_limit_counts_every_request() {
    let options = IonOptions {
        limit: 5,
        window: Duration::from_millis(700),
        ..IonOptions::default()
    };
    let caller = Caller::signed_in(3, options).await;
    let mut seen = Vec::new();
    for _ in 0..6 {
        seen.push(caller.send("{a}/customers?pageSize=10").await.unwrap());
    }
    let codes: Vec<StatusCode> = seen.iter().map(Response::status).collect();
    assert!(
        codes[..4].iter().all(|c| *c == 200) && codes[4..].iter().all(|c| *c == 429),
        "{codes:?}"
    );
    assert_eq!(seen[5].headers()["retry-after"], "1");
    let answer = caller.http.get(caller.url("/sim/stats")).send().await;
    let stats = read(answer.unwrap()).await;
    assert_eq!(
        (
            &stats["total"],
            &stats["rate_limited"],
            &stats["max_in_window"]
        ),
        (&json!(7), &json!(2), &json!(7))
    );
    assert_eq!(
        (&stats["requests"]["customers"], &stats["methods"]["GET"]),
        (&json!(6), &json!(6))
    );
}

#[tokio::test]
async fn scripted_faults_happen_once_and_in_turn() {
    let caller = Caller::signed_in(30, unlimited()).await;
    let good = caller.get("{a}/customers?pageSize=100").await.1.to_string();
    let ask = || caller.send("{a}/customers?pageSize=100");
    let next = |fault| {
        caller
            .server
            .fault(FaultOrder::next(fault, PathKind::Customers))
    };
    next(Fault::Status {
        status: 503,
        retry_after: Some("7".to_owned()),
    });
    let answer = ask().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["retry-after"]),
        (503, &"7".parse().unwrap())
    );
    next(Fault::Html { status: 200 });
    assert!(
        ask()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
            .starts_with("<!DOCTYPE html>")
    );
    next(Fault::CutJson);
    let cut = ask().await.unwrap().text().await.unwrap();
    assert!(good.starts_with(&cut[..40]) && serde_json::from_str::<Value>(&cut).is_err());
    next(Fault::Empty);
    assert_eq!(ask().await.unwrap().text().await.unwrap(), "");
    next(Fault::CutBody);
    assert!(ask().await.unwrap().bytes().await.is_err());
    next(Fault::Reset);
    assert!(ask().await.is_err());
    next(Fault::WrongContentType);
    assert_eq!(ask().await.unwrap().headers()["content-type"], "text/plain");
    next(Fault::HugeBody { bytes: 1 << 20 });
    assert!(ask().await.unwrap().bytes().await.unwrap().len() > 1 << 20);
    next(Fault::ExpireAccess);
    assert_eq!(ask().await.unwrap().status(), 401);
    assert_eq!(caller.server.stats().faults_served, 9);
}

#[tokio::test]
async fn a_slow_body_takes_its_time() {
    let caller = Caller::signed_in(3, unlimited()).await;
    caller.server.fault(FaultOrder::next(
        Fault::SlowBody { seconds: 1 },
        PathKind::Customers,
    ));
    let began = std::time::Instant::now();
    let answer = caller.get("{a}/customers?pageSize=3").await;
    assert_eq!(answer.0, 200);
    assert!(began.elapsed() >= Duration::from_millis(900));
}

#[tokio::test]
async fn a_lost_token_answer_spends_the_token() {
    let mut caller = Caller::new(1, unlimited()).await;
    caller
        .server
        .fault(FaultOrder::next(Fault::AnswerLost, PathKind::Token));
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", caller.refresh.as_str()),
    ];
    assert!(
        caller
            .http
            .post(caller.url("/oauth/token"))
            .form(&form)
            .send()
            .await
            .is_err()
    );
    assert_eq!(caller.sign_in().await.0, 400);
    let stats = caller.server.stats();
    assert_eq!((stats.tokens_issued, stats.token_reuse_attempts), (1, 1));
}

#[tokio::test]
async fn control_paths_move_weeks_and_script_faults() {
    let caller = Caller::signed_in(20, unlimited()).await;
    let post = |path, body: Value| {
        caller
            .http
            .post(caller.url(path))
            .body(body.to_string())
            .send()
    };
    let week = read(post("/sim/week", json!({})).await.unwrap()).await;
    assert_eq!(
        (&week["week"], &week["now"]),
        (&json!(1), &json!("2026-12-01T08:00:00Z"))
    );
    let order = json!({"fault": "status", "status": 500, "path": "subscriptions", "times": 2});
    assert_eq!(post("/sim/fault", order).await.unwrap().status(), 200);
    assert_eq!(
        post("/sim/fault", json!({"fault": "unheard of"}))
            .await
            .unwrap()
            .status(),
        400
    );
    let mut codes = Vec::new();
    for _ in 0..3 {
        codes.push(caller.get("{a}/subscriptions").await.0);
    }
    assert_eq!(codes, [500, 500, 200]);
    assert_eq!(caller.server.stats().total, 4);
}

#[tokio::test]
async fn chaos_spoils_some_requests_and_rows_but_is_survivable() {
    let options = IonOptions {
        weather: Weather::Chaos,
        subscriptions_cap: 20,
        ..unlimited()
    };
    let mut caller = Caller::new(60, options).await;
    let (mut failed, mut rows) = (0, Vec::new());
    for n in 0..120 {
        if caller.access.is_empty() {
            let _ = caller.try_sign_in().await;
            continue;
        }
        let path = format!("{{a}}/subscriptions?pagination.offset={}", n % 22 * 20);
        let Ok(answer) = caller.send(&path).await else {
            failed += 1;
            continue;
        };
        if answer.status() == 401 {
            caller.access.clear();
        }
        match read(answer).await["items"].as_array() {
            Some(items) => rows.extend(items.iter().cloned()),
            None => failed += 1,
        }
    }
    assert!((4..50).contains(&failed), "{failed} of 120 failed");
    let unreadable = |r: &&Value| r["subscriptionTotalLicenses"] == "many" || r.get("id").is_none();
    assert!(rows.iter().filter(unreadable).count() > 0);
}
