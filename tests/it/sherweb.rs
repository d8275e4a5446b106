//! Sherweb with the whole program: set, test, sync, and what goes wrong on the way.

use serde_json::{Value, json};
use vectis::sim::server::Fault;
use vectis::sim::sherweb::{AccessLife, Calls, SherwebOptions, SherwebPath};

use crate::support::database::at_home_on_both_engines;
use crate::support::life::sync;
use crate::support::program::Home;
use crate::support::sherweb::Sherweb;
use crate::support::vendor::status;

fn rows(home: &Home, args: [&str; 3]) -> Vec<Value> {
    let told = home.run(args).expect(0).json();
    told.as_array().expect("rows").clone()
}

fn is_stale(row: &&Value) -> bool {
    row["stale"] == json!(true)
}

at_home_on_both_engines! {
    fn a_partner_is_connected_tested_and_synced_in_few_requests(home: Home) {
        let sherweb = Sherweb::with(25, Sherweb::options());
        sherweb.connect(&home).expect(0);
        assert_eq!(sherweb.test(&home), "Connected to Sherweb — 25 customers visible");
        assert_eq!(sherweb.server.stats().total, 2, "a token and the customers");
        let run = sync(&home, 0);
        assert_eq!((&run["customers"], &run["vendor"]), (&json!(25), &json!("sherweb")));
        assert!(run["subscriptions"].as_u64() > Some(25), "{run}");
        assert_eq!(sherweb.asked(SherwebPath::Payable), 1);
        assert_eq!(sherweb.asked(SherwebPath::Details), 25);
        assert!(sherweb.asked(SherwebPath::Pricing) <= 25);
        assert_eq!(sherweb.server.stats().tokens_issued, 1);
        assert_eq!(sherweb.server.stats().writes_refused, 0);
    }

    fn each_wrong_credential_is_named(home: Home) {
        let sherweb = Sherweb::with(3, Sherweb::options());
        let key = sherweb.server.told("subscription_key");
        for (secret, key, words) in [
            ("not-the-secret", key, "client secret"),
            (sherweb.secret(), "not-the-key", "subscription key"),
        ] {
            sherweb.connect_with_key(&home, secret, key).expect(0);
            let title = sherweb.test_fails(&home)["title"].to_string();
            assert!(title.contains(words), "{title}");
        }
    }

    fn a_customer_that_fails_keeps_its_rows_and_the_others_are_complete(home: Home) {
        let sherweb = Sherweb::with(21, Sherweb::options());
        sherweb.import_psa(&home).expect(0);
        sherweb.connect(&home).expect(0);
        let before = sync(&home, 0)["subscriptions"].as_u64().expect("a count");
        let fresh = rows(&home, ["licensing", "--json", "--quiet"]);
        assert_eq!(fresh.iter().filter(is_stale).count(), 0);
        // Four are read at once: the last of 21 comes alone.
        sherweb.once_after(20, SherwebPath::Details, status(404));
        sherweb.once_after(0, SherwebPath::Subscriptions, status(404));
        let run = sync(&home, 6);
        assert_eq!((&run["state"], &run["customers"]), (&json!("partial"), &json!(21)), "{run}");
        assert!(run["error"]["title"].to_string().contains("1 customer"), "{run}");
        assert!(run["subscriptions"].as_u64() < Some(before), "{run}");
        let kept = rows(&home, ["export", "usage", "--json"]).len() as u64;
        assert_eq!(kept, before, "last week's rows stay in the week");

        // They are marked where people look, and found of them is nothing.
        let licensing = rows(&home, ["licensing", "--json", "--quiet"]);
        let stale: Vec<&Value> = licensing.iter().filter(is_stale).collect();
        assert!(!stale.is_empty() && stale.len() < licensing.len(), "{licensing:#?}");
        assert_eq!(licensing.len(), fresh.len());
        let customer = &stale[0]["customer"];
        for row in &stale {
            assert_eq!((&row["customer"], &row["unjudged"]), (customer, &json!("stale_listing")));
            assert!(row["stale_since"].is_string(), "{row}");
        }
        let findings = rows(&home, ["findings", "--json", "--quiet"]);
        assert!(!findings.is_empty() && findings.iter().all(|f| f["customer"] != *customer), "{findings:#?}");
        let table = home.run(["licensing"]).expect(0).out;
        assert!(table.contains("stale since 20"), "{table}");
        let digest = home.run(["digest"]).expect(0).out;
        assert!(digest.contains("stale since 20"), "{digest}");

        let run = sync(&home, 0);
        assert_eq!((&run["state"], &run["subscriptions"]), (&json!("complete"), &json!(before)));
        assert_eq!(rows(&home, ["licensing", "--json", "--quiet"]), fresh);
    }

    fn an_account_without_the_newer_calls_is_read_by_the_older_one(home: Home) {
        let sherweb = Sherweb::with(12, SherwebOptions { calls: Calls::Old, ..Sherweb::options() });
        sherweb.connect(&home).expect(0);
        let run = sync(&home, 0);
        assert!(run["subscriptions"].as_u64() > Some(12), "{run}");
        assert_eq!(sherweb.asked(SherwebPath::Subscriptions), 12);
        assert_eq!(sherweb.asked(SherwebPath::Pricing), 0);
    }

    fn tokens_end_in_the_middle_and_waits_are_told_in_words(home: Home) {
        let access = AccessLife { requests: 7, ..Sherweb::options().access };
        let sherweb = Sherweb::with(12, SherwebOptions { access, ..Sherweb::options() });
        sherweb.connect(&home).expect(0);
        sherweb.once_after(3, SherwebPath::Pricing, Fault::Limited { seconds: 1 });
        let run = sync(&home, 0);
        assert_eq!((&run["customers"], &run["rate_limited"]), (&json!(12), &json!(1)));
        assert!(sherweb.server.stats().tokens_issued > 2);
    }

    fn a_refused_run_goes_on_at_its_customer(home: Home) {
        let sherweb = Sherweb::with(20, Sherweb::options());
        sherweb.connect(&home).expect(0);
        sherweb.once_after(9, SherwebPath::Details, status(403));
        let run = sync(&home, 5);
        assert!(run["error"]["cause"].to_string().contains("scope"), "{run}");
        let before = sherweb.asked(SherwebPath::Details);
        let run = sync(&home, 0);
        assert_eq!(run["resumed"], json!(true), "{run}");
        assert_eq!(sherweb.asked(SherwebPath::Details) - before, 12, "eight customers were kept");
    }

    fn a_tenant_is_onboarded_recorded_and_replayed(home: Home) {
        let sherweb = Sherweb::with(10, Sherweb::options());
        sherweb.connect(&home).expect(0);
        sherweb.is_onboarded(&home, "fees");
        sherweb.is_recorded_and_replayed(&home);
    }
}
