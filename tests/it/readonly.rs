//! What leaves the machine in a whole run: reads of two listings and two token calls, to the configured place alone.

use std::collections::BTreeSet;

use vectis::sim::ion::{Fault, PathKind};

use crate::support::program::Home;
use crate::support::vendor::{Ion, status};
use crate::support::wire::{Tap, answer, server};

fn set(home: &Home, base: &str, account: &str, token: &str) {
    let token = home.file("token", token);
    home.run([
        "connection",
        "set",
        "synnex",
        "--vendor",
        "synnex",
        "--base-url",
        base,
        "--account-id",
        account,
        "--refresh-token-file",
        &token,
        "--requests-per-minute",
        "100000",
    ])
    .expect(0);
}

#[test]
fn a_whole_run_reads_documented_paths_and_nothing_else() {
    let (home, ion) = (Home::new(), Ion::in_chaos(40, 3));
    let tap = Tap::before(&ion.server.base_url());
    let account = ion.server.account_id();
    set(&home, &tap.base_url(), &account, ion.server.refresh_token());
    ion.import_psa(&home).expect(0);
    home.run(["connection", "test", "synnex"]).expect(0);
    ion.once(PathKind::Customers, status(503));
    ion.once(PathKind::Subscriptions, Fault::ExpireAccess);
    let limited = Fault::Status {
        status: 429,
        retry_after: Some("1".to_owned()),
    };
    ion.once(PathKind::Customers, limited);
    home.run(["sync"]).expect(9);
    home.run(["findings", "--json"]).expect(0);

    let requests = tap.requests();
    assert_eq!(
        requests.len() as u64,
        ion.server.stats().total,
        "the tap saw all"
    );
    let listing = |name: &str| format!("/api/v3/accounts/{account}/{name}");
    let mut paths = BTreeSet::new();
    for request in &requests {
        let keys: BTreeSet<&str> = request.keys().into_iter().collect();
        let bearer = request.header("authorization").unwrap_or_default();
        match (request.method.as_str(), request.path()) {
            ("POST", "/oauth/token" | "/oauth/validateAccess") => {
                assert!(keys.is_empty() && bearer.is_empty(), "{request:?}");
            }
            ("GET", path) => {
                let known: &[&str] = match path {
                    path if path == listing("customers") => &["pageSize", "pageToken"],
                    path if path == listing("subscriptions") => {
                        &["pagination.limit", "pagination.offset"]
                    }
                    _ => panic!("{request:?}"),
                };
                assert!(keys.iter().all(|key| known.contains(key)), "{request:?}");
                assert!(bearer.starts_with("Bearer "), "{request:?}");
            }
            _ => panic!("{request:?}"),
        }
        let line = format!("{request:?}").to_lowercase();
        assert!(
            !line.contains("refresh=") && !line.contains("refreshcache"),
            "{line}"
        );
        assert_eq!(
            (request.header("cookie"), request.header("referer")),
            (None, None)
        );
        paths.insert(request.path().to_owned());
    }
    assert_eq!(paths.len(), 4, "each of the four was used: {paths:?}");
}

#[test]
fn redirects_and_links_elsewhere_are_never_followed() {
    let (stranger, came) = server(|_| answer("200 OK", "", "{}"));
    let elsewhere = format!("location: {stranger}/api/v3/accounts/1/customers\r\n");
    let token = r#"{"access_token":"an-access-token","expires_in":7200,"refresh_token":"another"}"#;
    let links = format!(
        r#"{{"customers":[{{"name":"accounts/1/customers/7","customerOrganization":"Acme"}}],"nextPageToken":"{stranger}/x",
            "next":"{stranger}/x","links":{{"next":"{stranger}/x"}},"@odata.nextLink":"{stranger}/x"}}"#
    );
    type Answers = Box<dyn Fn(&str, bool) -> String + Send + Sync>;
    let redirects = elsewhere.clone();
    let forwards = elsewhere.clone();
    let stories: [(&str, i32, Answers); 3] = [
        (
            "a listing that leads away",
            8,
            Box::new(move |path, _| match path {
                "/oauth/token" => answer("200 OK", "", token),
                _ => answer("302 Found", &redirects, ""),
            }),
        ),
        (
            "a token call that leads away",
            3,
            Box::new(move |_, _| answer("307 Temporary Redirect", &forwards, "")),
        ),
        (
            "links to another place",
            0,
            Box::new(move |path, is_later| match path {
                "/oauth/token" => answer("200 OK", "", token),
                path if path.ends_with("/subscriptions") => answer(
                    "200 OK",
                    "",
                    r#"{"items":[],"paginationResponse":{"totalSize":0}}"#,
                ),
                _ if is_later => answer("200 OK", "", r#"{"customers":[],"nextPageToken":""}"#),
                _ => answer("200 OK", "", &links),
            }),
        ),
    ];
    for (name, code, answers) in stories {
        let home = Home::new();
        let (base, asked) =
            server(move |request| answers(request.path(), request.target.contains("pageToken=")));
        set(&home, &base, "1", "a-refresh-token");
        let ran = home.run(["sync", "--json"]).expect(code);
        let asked = asked.lock().expect("not poisoned").len();
        assert!(asked > 0, "{name}: {ran:#?}");
        assert_eq!(*came.lock().expect("not poisoned"), [], "{name}");
    }
}
