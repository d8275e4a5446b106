//! Pax8 with the whole program: set, test, sync, and what goes wrong on the way.

use serde_json::json;
use vectis::sim::pax8::{AccessLife, Hint, Pax8Options, Pax8Path};
use vectis::sim::server::{Fault, ServerOptions, Weather};

use crate::support::database::at_home_on_both_engines;
use crate::support::life::{sync, sync_full};
use crate::support::pax8::Pax8;
use crate::support::program::{Home, Ran};
use crate::support::vendor::status;

/// How many requests were spent on products.
fn of_products(pax8: &Pax8) -> u64 {
    pax8.asked(Pax8Path::Products) + pax8.asked(Pax8Path::Product)
}

at_home_on_both_engines! {
    fn a_partner_is_connected_tested_and_synced_in_few_requests(home: Home) {
        let pax8 = Pax8::with(210, Pax8Options { page_cap: 200, ..Pax8::options() });
        pax8.connect(&home).expect(0);
        assert_eq!(pax8.test(&home), "Connected to Pax8 — 210 customers visible");
        assert_eq!(pax8.server.stats().total, 2, "a token and one page");
        let run = sync(&home, 0);
        assert_eq!((&run["customers"], &run["vendor"]), (&json!(210), &json!("pax8")));
        let rows = run["subscriptions"].as_u64().expect("a count");
        assert!(rows > 210, "{run}");
        let stats = pax8.server.stats();
        assert_eq!(stats.tokens_issued, 1, "the token of the test serves the sync");
        assert_eq!(pax8.asked(Pax8Path::Companies), 1 + 2);
        assert_eq!(pax8.asked(Pax8Path::Subscriptions), rows.div_ceil(200));
        assert_eq!(stats.writes_refused, 0);
        assert_eq!(stats.methods.get("POST"), Some(&1), "all but the token are reads");
        let listed = home.run(["connection", "list"]).expect(0).out;
        assert!(listed.contains("Pax8") && listed.contains("not needed"), "{listed}");
        home.run(["doctor"]).expect(0);

        // The week's later syncs know the products, and the token lives a day.
        let products = of_products(&pax8);
        assert!(products > 0);
        let licensing = home.run(["export", "usage"]).expect(0).out;
        let again = sync(&home, 0);
        assert_eq!(again["requests"], json!(2 + rows.div_ceil(200)));
        assert_eq!((of_products(&pax8), pax8.server.stats().tokens_issued), (products, 1));
        assert_eq!(home.run(["export", "usage"]).expect(0).out, licensing, "the same SKUs");
        sync_full(&home, 0);
        assert_eq!(of_products(&pax8), 2 * products, "everything is read where a person asks for it");
    }

    fn what_is_missing_or_wrong_is_said_before_anything_is_sent(home: Home) {
        let pax8 = Pax8::of(3);
        let set = |more: &[&str]| -> Ran {
            let base = pax8.server.base_url();
            let mut args = vec!["connection", "set", "pax8", "--vendor", "pax8", "--base-url", &base];
            args.extend(more);
            let database = home.database();
            args.extend(["--json", "--database", &database]);
            home.command(args).output().expect("it starts").into()
        };
        let secret = home.file("secret", "a-secret");
        let whole = ["--client-id", "abc", "--client-secret-file", &secret];
        for (more, words) in [
            (vec!["--client-secret-file", &secret], "client ID"),
            (vec!["--client-id", "abc"], "API credentials"),
            (vec!["--client-id", "a b", "--client-secret-file", &secret], "client ID"),
            ([&whole[..], &["--account-id", "7"]].concat(), "--account-id"),
            ([&whole[..], &["--token-url", "ftp://x"]].concat(), "token URL"),
        ] {
            let ran = set(&more).expect(2);
            assert!(ran.out.contains(words), "{more:?}: {ran:?}");
        }
        assert_eq!(pax8.server.stats().total, 0);
    }

    fn a_wrong_secret_and_a_new_one(home: Home) {
        let pax8 = Pax8::of(3);
        pax8.connect_with(&home, "not-the-secret").expect(0);
        let error = pax8.test_fails(&home);
        assert!(error["remedy"].as_str().expect("words").contains("API credentials"), "{error}");
        assert!(error["seen"].as_str().expect("words").contains("access_denied"), "{error}");
        pax8.connect(&home).expect(0);
        pax8.test(&home);
        // A token of the old secret must not serve under a new one.
        pax8.connect_with(&home, "not-the-secret").expect(0);
        pax8.test_fails(&home);
    }

    fn tokens_end_in_the_middle_and_limits_are_waited_for(home: Home) {
        let access = AccessLife { requests: 3, ..Pax8::options().access };
        let pax8 = Pax8::with(90, Pax8Options { access, hint: Hint::Given, ..Pax8::options() });
        pax8.connect(&home).expect(0);
        pax8.once_after(1, Pax8Path::Subscriptions, Fault::Limited { seconds: 1 });
        pax8.once_after(0, Pax8Path::Companies, status(408));
        let run = sync(&home, 0);
        assert_eq!((&run["customers"], &run["rate_limited"]), (&json!(90), &json!(1)));
        let stats = pax8.server.stats();
        assert!(stats.tokens_issued > 2 && stats.unauthorized == stats.tokens_issued - 1, "{stats:?}");
    }

    fn a_refused_listing_is_explained_and_goes_on_at_its_page(home: Home) {
        let pax8 = Pax8::of(90);
        pax8.connect(&home).expect(0);
        pax8.once_after(2, Pax8Path::Subscriptions, status(403));
        let refused = sync(&home, 5);
        let title = refused["error"]["title"].as_str().expect("words");
        assert!(title.contains("subscriptions"), "{refused}");
        let companies = pax8.asked(Pax8Path::Companies);
        let before = pax8.asked(Pax8Path::Subscriptions);
        let run = sync(&home, 0);
        assert_eq!(run["resumed"], json!(true), "{run}");
        assert_eq!(pax8.asked(Pax8Path::Companies), companies, "companies are not read again");
        let rows = run["subscriptions"].as_u64().expect("a count");
        let left = pax8.asked(Pax8Path::Subscriptions) - before;
        assert_eq!(left, rows.div_ceil(40) - 2, "two pages were kept");
    }

    fn nulls_unknown_words_and_missing_products_are_taken(home: Home) {
        let pax8 = Pax8::of(30);
        pax8.connect(&home).expect(0);
        let replaced = |pointer: &str, value| Fault::Replace { pointer: pointer.to_owned(), value };
        pax8.once_after(0, Pax8Path::Subscriptions, replaced("/content/0/status", json!("Hibernating")));
        pax8.once_after(1, Pax8Path::Subscriptions, replaced("/content/0/quantity", json!("many")));
        pax8.once_after(0, Pax8Path::Companies, replaced("/content/0/address", json!(null)));
        pax8.once_after(0, Pax8Path::Products, status(404));
        pax8.once_after(0, Pax8Path::Product, status(404));
        let run = sync(&home, 9);
        assert_eq!((&run["customers"], &run["quarantined"]), (&json!(30), &json!(1)), "{run}");

        let server = ServerOptions { weather: Weather::Chaos, seed: 5, ..ServerOptions::default() };
        let stormy = Pax8::with(60, Pax8Options { server, ..Pax8::options() });
        let another = Home::new();
        stormy.connect(&another).expect(0);
        let run = sync(&another, 9);
        assert!(run["quarantined"].as_u64() > Some(0), "{run}");
    }

    fn a_tenant_is_onboarded_recorded_and_replayed(home: Home) {
        let pax8 = Pax8::of(30);
        pax8.connect(&home).expect(0);
        pax8.is_onboarded(&home, "external_ids");
        pax8.is_recorded_and_replayed(&home);
        // Tokens that are had at another place are found in the recording as well.
        let elsewhere = format!("{}/oauth/token", pax8.server.base_url());
        pax8.connect_more(&home, pax8.secret(), &["--token-url", &elsewhere]).expect(0);
        let issued = pax8.server.stats().tokens_issued;
        pax8.is_recorded_and_replayed(&home);
        assert_eq!(pax8.server.stats().tokens_issued, issued + 1);
    }
}
