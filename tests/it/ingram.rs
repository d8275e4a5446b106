//! Ingram Micro with the whole program: set, test, sync, and what goes wrong on the way.

use serde_json::json;
use vectis::sim::ingram::{AccessLife, IngramOptions, IngramPath};
use vectis::sim::server::Fault;

use crate::support::database::at_home_on_both_engines;
use crate::support::ingram::Ingram;
use crate::support::life::{sync, sync_full};
use crate::support::vendor::status;

at_home_on_both_engines! {
    fn details_are_read_once_and_then_where_something_changed(home: Home) {
        let ingram = Ingram::with(40, Ingram::options());
        ingram.connect(&home).expect(0);
        assert_eq!(ingram.test(&home), "Connected to Ingram Micro — 40 customers visible");
        assert_eq!(ingram.server.stats().total, 2, "a token and a page");
        let run = sync(&home, 0);
        let rows = run["subscriptions"].as_u64().expect("a count");
        assert_eq!(run["customers"], json!(40));
        assert_eq!(ingram.asked(IngramPath::Subscription), rows);
        let again = sync(&home, 0);
        assert_eq!(again["subscriptions"], run["subscriptions"]);
        let changed = ingram.asked(IngramPath::Subscription) - rows;
        assert!(changed < rows / 2, "{changed} of {rows}");
        sync_full(&home, 0);
        assert_eq!(ingram.asked(IngramPath::Subscription) - changed, 2 * rows);
        assert_eq!(ingram.server.stats().writes_refused, 0);
    }

    fn a_pasted_control_panel_tells_marketplace_and_region(home: Home) {
        let (password, key) = (home.file("password", "p"), home.file("key", "k"));
        home.run([
            "connection", "set", "ingram", "--vendor", "ingram_micro", "--base-url", "cp.us.na.cloud.im", "--username",
            "us.api", "--password-file", &password, "--subscription-key-file", &key,
        ])
        .expect(0);
        let listed = home.run(["connection", "list", "--json"]).expect(0).out;
        assert!(listed.contains("https://api.cloud.im/marketplace"), "{listed}");
    }

    fn tokens_end_in_the_middle_and_a_list_that_moves_is_read_again(home: Home) {
        let access = AccessLife { requests: 30, ..Ingram::options().access };
        let ingram = Ingram::with(40, IngramOptions { access, ..Ingram::options() });
        ingram.connect(&home).expect(0);
        let total = Fault::Replace { pointer: "/pagination/total".to_owned(), value: json!(100_000) };
        ingram.once_after(0, IngramPath::Subscriptions, total);
        ingram.once_after(5, IngramPath::Subscription, Fault::Limited { seconds: 1 });
        let run = sync(&home, 0);
        let rows = run["subscriptions"].as_u64().expect("a count");
        assert!(rows > 100, "more than a page: {run}");
        assert_eq!(run["rate_limited"], json!(1));
        let limited = 1;
        let refused = ingram.server.stats().unauthorized;
        let asked = ingram.asked(IngramPath::Subscription);
        assert!(asked <= rows + limited + refused, "details are read once");
        assert!(ingram.server.stats().tokens_issued > 2);
    }

    fn a_list_that_is_read_around_marks_nothing_as_gone(home: Home) {
        let ingram = Ingram::with(20, Ingram::options());
        ingram.connect(&home).expect(0);
        let first = sync(&home, 0);
        assert_eq!(first["state"], json!("complete"));
        // The page as it is asked for, and the smaller one after it.
        for _ in 0..2 {
            ingram.once_after(0, IngramPath::Subscriptions, status(501));
        }
        let run = sync(&home, 0);
        assert_eq!(run["state"], json!("partial"), "{run}");
        assert_eq!(run["subscriptions"], first["subscriptions"]);
    }

    fn wrong_credentials_are_explained_and_a_stopped_run_goes_on(home: Home) {
        let ingram = Ingram::with(20, Ingram::options());
        ingram.connect_with(&home, "not-the-password").expect(0);
        let title = ingram.test_fails(&home)["title"].to_string();
        assert!(title.contains("password"), "{title}");
        ingram.connect(&home).expect(0);
        ingram.once_after(45, IngramPath::Subscription, status(403));
        sync(&home, 5);
        let before = ingram.asked(IngramPath::Subscription);
        let run = sync(&home, 0);
        assert_eq!(run["resumed"], json!(true), "{run}");
        let rows = run["subscriptions"].as_u64().expect("a count");
        assert_eq!(ingram.asked(IngramPath::Subscription) - before, rows - 40, "two parts were kept");

        // A full pass that is stopped goes on as one, though nothing is said of it.
        ingram.once_after(45, IngramPath::Subscription, status(403));
        sync_full(&home, 5);
        let before = ingram.asked(IngramPath::Subscription);
        assert_eq!(sync(&home, 0)["resumed"], json!(true));
        assert_eq!(ingram.asked(IngramPath::Subscription) - before, rows - 40, "all that was left");
        let before = ingram.asked(IngramPath::Subscription);
        sync(&home, 0);
        assert!(ingram.asked(IngramPath::Subscription) - before < rows / 2, "the next one is none");
    }

    fn a_tenant_is_onboarded_recorded_and_replayed(home: Home) {
        let ingram = Ingram::with(10, Ingram::options());
        ingram.connect(&home).expect(0);
        ingram.is_onboarded(&home, "hold");
        ingram.is_recorded_and_replayed(&home);
    }
}
