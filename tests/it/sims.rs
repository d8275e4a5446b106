//! `vectis sim` as scripts use it: its first line says what to configure, the service answers until it is stopped.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use serde_json::{Value, json};
use vectis::http::network::bare_client;

use crate::support::program::Home;

/// The program, stopped with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn every_distributor_is_simulated_and_says_what_to_configure() {
    for (vendor, members, listing) in [
        ("synnex", &["account_id", "refresh_token"][..], "/api/v3"),
        ("pax8", &["client_id", "client_secret"], "/v1/companies"),
        (
            "sherweb",
            &["client_id", "client_secret", "subscription_key"],
            "/service-provider/v1/customers",
        ),
        (
            "ingram_micro",
            &[
                "username",
                "password",
                "subscription_key",
                "marketplace",
                "region",
            ],
            "/marketplace/na/customers",
        ),
    ] {
        let home = Home::new();
        let files = home.path("psa");
        let mut command = home.command([
            "sim",
            "--vendor",
            vendor,
            "--customers",
            "12",
            "--psa-files",
        ]);
        let child = command.arg(&files).stdout(Stdio::piped()).spawn();
        let mut running = Running(child.expect("the program starts"));
        let stdout = running.0.stdout.take().expect("its output");
        let mut line = String::new();
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("a first line");
        let told: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(
            (&told["vendor"], &told["customers"]),
            (&json!(vendor), &json!(12)),
            "{told}"
        );
        assert!(told["subscriptions"].as_u64() > Some(12), "{told}");
        for member in members {
            assert!(
                told[*member].as_str().is_some_and(|text| !text.is_empty()),
                "{member}: {told}"
            );
        }
        assert!(files.join("companies.csv").is_file());

        let base = told["listening"].as_str().expect("where it listens");
        let http = bare_client().no_proxy().build().expect("a client");
        let write = http
            .delete(format!("{base}{listing}"))
            .send()
            .await
            .expect("an answer");
        assert!(write.status().is_client_error());
        let fault = json!({"fault": "status", "status": 503}).to_string();
        let order = http
            .post(format!("{base}/sim/fault"))
            .body(fault)
            .send()
            .await;
        assert_eq!(order.expect("an answer").status(), 200);
        let read = http
            .get(format!("{base}{listing}"))
            .send()
            .await
            .expect("an answer");
        assert_eq!(read.status(), 503);
        let stats = http
            .get(format!("{base}/sim/stats"))
            .send()
            .await
            .expect("an answer");
        let stats: Value =
            serde_json::from_str(&stats.text().await.expect("a body")).expect("JSON");
        assert_eq!(
            (&stats["total"], &stats["faults_served"]),
            (&json!(2), &json!(1))
        );
        assert_eq!(stats["methods"], json!({"DELETE": 1, "GET": 1}));
    }
}
