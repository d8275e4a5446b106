use secrecy::SecretString;
use serde_json::{Value, json};

use super::super::config::Fees;
use super::*;
use crate::domain::problem::ProblemKind;
use crate::http::testing::{Asked, MemoryGrants, Reply, Server, parts};

const KEY: &str = "k3y-of-ours";
const SECRET: &str = "s3cret-of-ours";

fn config(server: &Server) -> SherwebConfig {
    SherwebConfig {
        base_url: format!("{}/service-provider/v1", server.url()),
        client_id: "client".to_owned(),
        client_secret: SECRET.into(),
        subscription_key: KEY.into(),
        scope: "service-provider distributor".to_owned(),
        fees: Fees::Unknown,
    }
}

fn connect(config: SherwebConfig) -> Sherweb {
    let calendar = Calendar::fixed("2026-11-24T12:00:00Z".parse().unwrap());
    Sherweb::new(
        config,
        parts().0,
        Arc::new(MemoryGrants::default()),
        calendar,
    )
    .unwrap()
}

/// Answers as Sherweb does, for customers c1 to c9 with one subscription each, unless `odd` answers first.
async fn sherweb(odd: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static) -> Server {
    Server::start(move |asked| odd(asked).unwrap_or_else(|| usual(asked))).await
}

fn usual(asked: &Asked) -> Reply {
    if asked.header(KEY_HEADER) != Some(KEY) {
        let message = "Access denied due to invalid subscription key.";
        return Reply::Json(401, json!({"statusCode": 401, "message": message}));
    }
    if asked.path() == "/auth/oidc/connect/token" {
        return match asked.field("client_secret").as_deref() {
            Some(SECRET) => Reply::ok(
                json!({"access_token": "good-token", "expires_in": 3600, "token_type": "Bearer"}),
            ),
            _ => Reply::Json(400, json!({"error": "invalid_client"})),
        };
    }
    if asked.header("authorization") != Some("Bearer good-token") {
        return Reply::Json(401, json!({"title": "Unauthorized", "status": 401}));
    }
    let id = asked.field("customerId").unwrap_or_default();
    let details = json!({"id": format!("s-{id}"), "productName": "Business Premium", "sku": "BP", "quantity": 7,
        "purchaseDate": "2026-02-01T00:00:00.0000000Z", "description": "x", "renewalSettingsConfigurable": true,
        "commitmentTerm": null});
    let fees = json!({"recurringFee": 22.0, "setupFee": 0, "currency": "Usd"});
    match asked.path() {
        CUSTOMERS => Reply::ok(
            json!({"items": (1..=9).map(|n| json!({"id": format!("c{n}"),
            "displayName": format!("Customer {n}"), "path": ["MSP"], "suspendedOn": null})).collect::<Vec<_>>()}),
        ),
        endpoints::DETAILS => Reply::ok(json!({"items": [details]})),
        endpoints::PRICING => Reply::ok(json!({"items": [
            {"id": format!("s-{id}"), "billingCycle": "monthly", "fees": fees, "commitmentTerm": null}]})),
        endpoints::BOTH => {
            let mut both = details;
            both["billingCycle"] = json!("monthly");
            both["fees"] = fees;
            Reply::ok(json!({"items": [both]}))
        }
        PAYABLE => Reply::ok(
            json!({"periodFrom": "2026-11-01", "periodTo": "2026-11-30", "charges": [
            {"sku": "BP", "chargeType": "Recurring", "billingCycleType": "Monthly", "quantity": 7, "netPrice": 17.55,
             "currency": "USD", "tags": [{"name": "Customer", "value": "Customer 1"}]}]}),
        ),
        _ => Reply::Json(404, json!({"title": "Not Found", "status": 404})),
    }
}

async fn read_all(sherweb: &Sherweb) -> Result<Vec<Page>, Problem> {
    sherweb.authenticate().await?;
    sherweb.page(Stream::Customers, None).await?;
    read_on(sherweb, None).await
}

async fn read_on(sherweb: &Sherweb, mut cursor: Option<Cursor>) -> Result<Vec<Page>, Problem> {
    let mut pages = Vec::new();
    loop {
        let page = sherweb.page(Stream::Subscriptions, cursor.as_ref()).await?;
        cursor = page.next.clone();
        pages.push(page);
        if cursor.is_none() {
            return Ok(pages);
        }
    }
}

fn ids(pages: &[Page]) -> Vec<&str> {
    let all = pages.iter().flat_map(|page| &page.subscriptions);
    all.map(|sub| sub.id.as_str()).collect()
}

fn fails(asked: &Asked, customer: &str, status: u16) -> Option<Reply> {
    let is_it = asked.field("customerId").as_deref() == Some(customer);
    is_it.then(|| {
        Reply::Json(
            status,
            json!({"title": "Oops", "detail": "no luck", "status": status}),
        )
    })
}

#[tokio::test]
async fn a_sync_takes_two_calls_for_each_customer_and_sends_nothing_but_reads() {
    let server = sherweb(|_| None).await;
    let connector = connect(config(&server));
    let pages = read_all(&connector).await.unwrap();
    assert_eq!(ids(&pages).len(), 9);
    let left: Vec<_> = pages.iter().map(|page| page.requests_left).collect();
    assert_eq!(left, [Some(10), Some(2), Some(0)]);
    // The token, the customers, the charges, and two for each.
    assert_eq!(server.asked().len(), 3 + 2 * 9);
    for asked in server.asked() {
        let is_token = asked.path() == "/auth/oidc/connect/token";
        assert_eq!(asked.method == "POST", is_token, "{}", asked.target);
        assert_eq!(asked.header("accept-language"), Some("en"));
        assert!(!asked.target.contains(KEY) && !asked.target.contains(SECRET));
    }
    let costs: Vec<_> = pages[0]
        .subscriptions
        .iter()
        .map(|s| s.unit_cost.is_some())
        .collect();
    assert_eq!(costs, [true, false, false, false], "only one is billed");
    assert!(
        connector
            .surprises()
            .iter()
            .all(|s| !s.path.starts_with("subscriptions"))
    );
}

#[tokio::test]
async fn a_customer_that_fails_harms_no_other() {
    let server = sherweb(|asked| fails(asked, "c3", 400)).await;
    let pages = read_all(&connect(config(&server))).await.unwrap();
    assert_eq!(ids(&pages).len(), 8);
    let unread: Vec<_> = pages.iter().flat_map(|page| &page.unread).collect();
    assert_eq!(unread.len(), 1);
    assert_eq!(unread[0].customer.as_str(), "c3");
    assert!(
        unread[0].problem.seen.contains("no luck"),
        "{}",
        unread[0].problem.seen
    );
}

#[tokio::test]
async fn what_fails_for_everybody_fails_the_run() {
    for (status, kind, most) in [
        (422, ProblemKind::Unexpected, 4 + 2 * AT_ONCE + 3),
        (403, ProblemKind::AccessDenied, 4 + AT_ONCE),
    ] {
        let server = sherweb(move |asked| {
            let is_detail = asked.path() == endpoints::DETAILS;
            is_detail.then(|| Reply::Json(status, json!({"title": "No"})))
        })
        .await;
        let problem = read_all(&connect(config(&server))).await.unwrap_err();
        assert_eq!(problem.kind, kind, "{problem}");
        assert!(server.asked().len() <= most, "{}", server.asked().len());
    }
}

#[tokio::test]
async fn a_run_goes_on_at_the_customer_where_it_stopped() {
    let server = sherweb(|_| None).await;
    let later = connect(config(&server));
    let pages = read_on(&later, Some(Cursor("c7".into()))).await.unwrap();
    assert_eq!(ids(&pages), ["s-c8", "s-c9"]);
    assert_eq!(server.count("/customers"), 1);
}

#[tokio::test]
async fn the_deprecated_call_serves_an_account_without_the_newer_ones() {
    let server = sherweb(|asked| {
        let newer = [endpoints::DETAILS, endpoints::PRICING].contains(&asked.path());
        newer.then(|| Reply::Json(404, json!({"title": "Not Found"})))
    })
    .await;
    let pages = read_all(&connect(config(&server))).await.unwrap();
    assert_eq!(ids(&pages).len(), 9);
    assert!(
        pages[0]
            .notes
            .iter()
            .any(|note| note.contains("deprecated"))
    );
    assert_eq!(server.count("/subscriptions"), 9);
    assert!(
        server.count("/details") <= AT_ONCE,
        "asked no longer once it is known"
    );

    // Details without pricing are not the newer calls either.
    let server = sherweb(|asked| {
        let lacks = asked.path() == endpoints::PRICING;
        lacks.then(|| Reply::Json(404, json!({"title": "Not Found"})))
    })
    .await;
    let pages = read_all(&connect(config(&server))).await.unwrap();
    assert_eq!((ids(&pages).len(), server.count("/subscriptions")), (9, 9));

    // A 404 for one customer alone: nobody knows it any more.
    let server = sherweb(|asked| fails(asked, "c2", 404)).await;
    let pages = read_all(&connect(config(&server))).await.unwrap();
    let unread: Vec<_> = pages.iter().flat_map(|page| &page.unread).collect();
    assert_eq!((unread.len(), ids(&pages).len()), (1, 8));
    assert_eq!(server.count("/subscriptions"), 1);
}

#[tokio::test]
async fn what_only_the_pricing_knows_goes_on() {
    let server = sherweb(|asked| {
        let lonely = json!({"items": [{"id": "lonely", "billingCycle": "monthly", "fees": null}]});
        (asked.path() == endpoints::PRICING).then(|| Reply::ok(lonely))
    })
    .await;
    let pages = read_all(&connect(config(&server))).await.unwrap();
    let aside = &pages[0].quarantined[0];
    assert_eq!(aside.source_id, "lonely", "{aside:?}");
    assert_eq!(ids(&pages).len(), 9);
}

#[tokio::test]
async fn cost_is_unknown_where_the_bills_may_not_be_read() {
    let server = sherweb(|asked| {
        (asked.path() == PAYABLE).then(|| Reply::Json(403, json!({"title": "Forbidden"})))
    })
    .await;
    let pages = read_all(&connect(config(&server))).await.unwrap();
    assert!(
        pages
            .iter()
            .flat_map(|page| &page.subscriptions)
            .all(|s| s.unit_cost.is_none())
    );
    assert!(
        pages[0].notes[0].starts_with("cost is unknown"),
        "{:?}",
        pages[0].notes
    );

    // Nor do bills that break, or are none, harm the seats.
    for broken in [
        Reply::Json(501, json!({"title": "Oops"})),
        Reply::ok(json!({"error": "x"})),
    ] {
        let server = sherweb(move |asked| (asked.path() == PAYABLE).then(|| broken.clone())).await;
        let pages = read_all(&connect(config(&server))).await.unwrap();
        assert_eq!(ids(&pages).len(), 9);
        assert!(pages[0].notes[0].starts_with("cost is unknown"));
        assert_eq!(server.count("/payable-charges"), 1);
    }

    let server = sherweb(|_| None).await;
    let seats_only = SherwebConfig {
        scope: "service-provider".to_owned(),
        ..config(&server)
    };
    read_all(&connect(seats_only)).await.unwrap();
    assert_eq!(server.count("/payable-charges"), 0);
}

#[tokio::test]
async fn before_anything_is_charged_the_month_before_tells_the_cost() {
    let charged = |date: &'static str| {
        sherweb(move |asked| {
            let is_other = asked.path() == PAYABLE && asked.field("date").as_deref() != Some(date);
            is_other.then(|| Reply::ok(json!({"periodFrom": "x", "charges": null})))
        })
    };
    let server = charged("2026-10-31").await;
    let pages = read_all(&connect(config(&server))).await.unwrap();
    assert!(pages[0].subscriptions[0].unit_cost.is_some());
    assert!(
        pages[0].notes[0].contains("2026-10-31"),
        "{:?}",
        pages[0].notes
    );
    let server = charged("never").await;
    let pages = read_all(&connect(config(&server))).await.unwrap();
    assert_eq!(pages[0].subscriptions[0].unit_cost, None);
    assert!(pages[0].notes[0].starts_with("cost is unknown"));
    assert_eq!(server.count("/payable-charges"), 2);
}

#[tokio::test]
async fn a_client_without_the_wider_scope_still_reads_seats() {
    let server = sherweb(|asked| {
        let wide = asked
            .field("scope")
            .is_some_and(|scope| scope.contains("distributor"));
        wide.then(|| Reply::Json(400, json!({"error": "invalid_scope"})))
    })
    .await;
    let connector = connect(config(&server));
    let seen = connector.test().await.unwrap();
    assert_eq!((seen.customers, seen.exact), (9, true));
    assert_eq!(server.count("/token"), 2);
}

#[tokio::test]
async fn test_tells_which_credential_is_wrong() {
    let server = sherweb(|_| None).await;
    assert_eq!(connect(config(&server)).test().await.unwrap().customers, 9);
    assert_eq!(server.asked().len(), 2);
    let wrong_key = SherwebConfig {
        subscription_key: "another-key".into(),
        ..config(&server)
    };
    let problem = connect(wrong_key).test().await.unwrap_err();
    assert!(problem.title.contains("subscription key"), "{problem}");
    let wrong_secret = SherwebConfig {
        client_secret: SecretString::from("another-secret"),
        ..config(&server)
    };
    let problem = connect(wrong_secret).test().await.unwrap_err();
    assert!(problem.title.contains("client secret"), "{problem}");
    assert_eq!(problem.kind, ProblemKind::CredentialsRejected);

    let stale = sherweb(|asked| {
        (asked.method == "GET").then(|| Reply::Json(401, json!({"title": "Unauthorized"})))
    })
    .await;
    let problem = connect(config(&stale)).test().await.unwrap_err();
    assert!(problem.title.contains("access token"), "{problem}");
    let elsewhere =
        sherweb(|asked| (asked.method == "GET").then(|| Reply::Json(404, json!({})))).await;
    let problem = connect(config(&elsewhere)).test().await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::AccountNotFound, "{problem}");
    let traced = sherweb(|asked| {
        let body = json!({"title": "Forbidden", "status": 403, "instance": "/customers",
            "extensions": {"traceId": "00-abc"}});
        (asked.method == "GET").then_some(Reply::Json(403, body))
    })
    .await;
    let problem = connect(config(&traced)).test().await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::AccessDenied);
    assert!(problem.request.unwrap().contains("00-abc"));
}

#[tokio::test]
async fn evidence_comes_from_the_platforms() {
    const TENANT: &str = "9a9a9a9a-1111-4222-8333-444455556666";
    let server = sherweb(|asked| {
        let details = |id: &str, details: Value| {
            Some(Reply::ok(json!({"customerId": "c1", "platformDetails": {"platformId": id, "details": details}})))
        };
        match asked.path().strip_prefix("/service-provider/v1/customers/c1/")? {
            "platforms-configurations" => {
                Some(Reply::ok(json!({"customerId": "c1", "configuredPlatforms": [{"id": "p1"}, {"id": "p2"}]})))
            }
            "platforms/p1/details" => details("p1", json!({"Site": "harbour.example"})),
            "platforms/p2/details" => details("p2", json!({"TenantId": TENANT, "Domain": "h.onmicrosoft.com"})),
            _ => None,
        }
    })
    .await;
    let connector = connect(config(&server));
    let told = connector.evidence(&"c1".into(), Class::Bulk).await.unwrap();
    assert_eq!(
        (told.ms_tenant_id.as_str(), told.domain.as_str()),
        (TENANT, "h.onmicrosoft.com")
    );
    let nothing = connector.evidence(&"c2".into(), Class::Bulk).await.unwrap();
    assert_eq!(nothing, Evidence::default());
    let climber = connector
        .evidence(&"../x".into(), Class::Bulk)
        .await
        .unwrap();
    assert_eq!(climber, Evidence::default());
}
