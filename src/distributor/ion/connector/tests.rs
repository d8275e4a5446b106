use std::sync::atomic::AtomicUsize;

use serde_json::json;

use super::tenant::Tenant;
use super::*;
use crate::distributor::testing::{MemoryStore, NOW};
use crate::http::pacing::{Class, Used};
use crate::http::testing::{FreePacer, Reply, Server, parts};

pub struct Bench {
    pub ion: Ion,
    pacer: Arc<FreePacer>,
    pub store: MemoryStore,
}

pub fn bench(server: &Server, store: &MemoryStore) -> Bench {
    let (parts, pacer, _) = parts();
    let config = IonConfig {
        base_url: server.url(),
        account_id: "10505".into(),
        client_id: Some("id".into()),
        client_secret: Some("very-secret".into()),
        client_pair: ClientPair::Keep,
        cost_period: CostPeriod::Cycle,
    };
    let calendar = Calendar::fixed(NOW.parse().unwrap());
    let ion = Ion::new(config, parts, Arc::new(store.clone()), calendar).unwrap();
    Bench {
        ion,
        pacer,
        store: store.clone(),
    }
}

pub async fn read_all(ion: &Ion, stream: Stream) -> Result<Vec<Page>, Problem> {
    let (mut pages, mut cursor) = (Vec::new(), None);
    loop {
        let page = ion.page(stream, cursor.as_ref()).await?;
        cursor = page.next.clone();
        pages.push(page);
        if cursor.is_none() {
            return Ok(pages);
        }
    }
}

async fn sync(ion: &Ion) -> (Vec<Page>, Vec<Page>) {
    ion.authenticate().await.unwrap();
    let customers = read_all(ion, Stream::Customers).await.unwrap();
    (
        customers,
        read_all(ion, Stream::Subscriptions).await.unwrap(),
    )
}

#[tokio::test]
async fn a_sync_makes_the_fewest_requests_and_reads_everything() {
    for (cap, most) in [(100, 17), (1_000, 4)] {
        let server = Tenant {
            subscription_cap: cap,
            ..Tenant::default()
        }
        .serve()
        .await;
        let bench = bench(&server, &MemoryStore::pasted("r0"));
        let (customers, subscriptions) = sync(&bench.ion).await;
        assert_eq!(
            customers
                .iter()
                .map(|page| page.customers.len())
                .sum::<usize>(),
            200
        );
        let mut ids: Vec<_> = subscriptions
            .iter()
            .flat_map(|page| &page.subscriptions)
            .map(|s| &s.id)
            .collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 1_500);
        assert_eq!(server.asked().len(), most, "cap {cap}");
        assert_eq!(
            bench.pacer.fates().len(),
            most,
            "every request takes a slot"
        );
        for (n, page) in subscriptions.iter().enumerate() {
            assert_eq!(
                page.requests_left,
                Some((subscriptions.len() - n - 1) as u64)
            );
        }
    }
}

#[tokio::test]
async fn nothing_but_reads_and_the_two_token_calls_is_sent() {
    let server = Tenant {
        customer_cap: 50,
        ..Tenant::default()
    }
    .serve()
    .await;
    let bench = bench(&server, &MemoryStore::pasted("r0"));
    bench.ion.test().await.unwrap();
    sync(&bench.ion).await;
    for asked in server.asked() {
        match asked.method.as_str() {
            "GET" => assert!(
                asked.path().starts_with("/api/v3/accounts/10505/"),
                "{}",
                asked.target
            ),
            "POST" => assert!(matches!(
                asked.path(),
                "/oauth/token" | "/oauth/validateAccess"
            )),
            other => panic!("{other}"),
        }
        assert!(!asked.target.contains("refresh"), "{}", asked.target);
        assert!(
            !format!("{asked:?}").contains("very-secret"),
            "the pair goes along only by a setting"
        );
        let bearer = asked.header("authorization").is_some();
        assert_eq!(bearer, asked.method == "GET");
    }
}

#[tokio::test]
async fn test_counts_what_it_sees_and_learns_the_lives() {
    let server = Tenant::default().serve().await;
    let bench = bench(&server, &MemoryStore::fresh("good"));
    assert_eq!(
        bench.ion.test().await.unwrap(),
        Visible {
            customers: 200,
            exact: true
        }
    );
    assert_eq!(
        server.count("/oauth/token"),
        0,
        "a living token is not rotated"
    );
    assert_eq!(server.asked().len(), 2);
    let ends = bench.store.row.lock().unwrap().refresh_expires_at.unwrap();
    assert_eq!(ends.seconds_since(NOW.parse().unwrap()), 2_700_000);

    let many = Tenant {
        customers: 700,
        customer_cap: 100,
        ..Tenant::default()
    }
    .serve()
    .await;
    let bench = self::bench(&many, &MemoryStore::fresh("good"));
    assert_eq!(
        bench.ion.test().await.unwrap(),
        Visible {
            customers: 500,
            exact: false
        }
    );
}

#[tokio::test]
async fn test_renews_a_dead_access_token() {
    let server = Tenant::default().serve().await;
    let bench = bench(&server, &MemoryStore::fresh("revoked"));
    assert!(bench.ion.test().await.unwrap().exact);
    assert_eq!(server.count("/oauth/token"), 1);
    assert_eq!(bench.store.refresh(), "r1");
}

#[tokio::test]
async fn an_access_token_that_dies_in_a_run_is_renewed_once() {
    let server = Tenant::default().serve().await;
    let bench = bench(&server, &MemoryStore::fresh("revoked"));
    let page = bench.ion.page(Stream::Customers, None).await.unwrap();
    assert_eq!(page.customers.len(), 200);
    assert_eq!(server.asked().len(), 3, "rejected, renewed, repeated");
}

#[tokio::test]
async fn a_page_size_that_is_refused_is_lowered() {
    let tenant = Tenant {
        subscription_cap: 100,
        subscriptions: 250,
        ..Tenant::default()
    };
    let server = Server::start(move |asked| match asked.number("pagination.limit") {
        Some(limit) if limit > 100 => Reply::Json(400, json!({"error": "INVALID_ARGUMENT"})),
        _ => tenant.answer(asked, &AtomicUsize::new(0)),
    })
    .await;
    let bench = bench(&server, &MemoryStore::fresh("good"));
    let pages = read_all(&bench.ion, Stream::Subscriptions).await.unwrap();
    assert_eq!(pages.iter().map(|page| page.received).sum::<u64>(), 250);
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn settings_that_cannot_be_are_refused_before_anything_is_sent() {
    let (parts, _, _) = parts();
    let config = |base: &str, account: &str| IonConfig {
        base_url: base.into(),
        account_id: account.into(),
        client_id: None,
        client_secret: None,
        client_pair: ClientPair::Keep,
        cost_period: CostPeriod::Cycle,
    };
    for (base, account) in [
        ("http://ion.tdsynnex.com", "1"),
        ("https://u@x", "1"),
        (super::super::DEFAULT_BASE_URL, "1/2"),
    ] {
        let store = Arc::new(MemoryStore::pasted("r0"));
        let made = Ion::new(
            config(base, account),
            parts.clone(),
            store,
            Calendar::wall(),
        );
        assert_eq!(made.err().unwrap().kind.exit_code(), 3);
    }
}

#[tokio::test]
async fn the_client_pair_goes_along_where_a_setting_says_so() {
    let server = Tenant::default().serve().await;
    let (parts, pacer, _) = parts();
    let config = IonConfig {
        base_url: server.url(),
        account_id: "10505".into(),
        client_id: Some("id".into()),
        client_secret: Some("very-secret".into()),
        client_pair: ClientPair::Send,
        cost_period: CostPeriod::Cycle,
    };
    let store = Arc::new(MemoryStore::pasted("r0"));
    let ion = Ion::new(config, parts, store, Calendar::fixed(NOW.parse().unwrap())).unwrap();
    ion.authenticate().await.unwrap();
    let form = &server.asked()[0];
    assert_eq!(form.field("client_secret").as_deref(), Some("very-secret"));
    assert_eq!(form.field("grant_type").as_deref(), Some("refresh_token"));
    assert_eq!(pacer.fates(), [Used::Answered]);
}

#[tokio::test]
async fn evidence_is_asked_for_one_customer_at_a_time() {
    let guid = "5d0c1a34-0000-4000-8000-000000000001";
    let server = Server::start(move |asked| match asked.path() {
        "/api/v3/accounts/10505/customers/7/cloudProfiles" => Reply::ok(
            json!({"customerCloudProfiles": [{"providerId": "30", "customerTenantId": guid}]}),
        ),
        _ => Reply::Json(404, json!({"error": "NOT_FOUND"})),
    })
    .await;
    let bench = bench(&server, &MemoryStore::fresh("good"));
    assert_eq!(
        bench
            .ion
            .evidence(&"7".into(), Class::Interactive)
            .await
            .unwrap()
            .ms_tenant_id,
        guid
    );
    assert_eq!(
        bench
            .ion
            .evidence(&"8".into(), Class::Interactive)
            .await
            .unwrap(),
        Evidence::default()
    );
    assert_eq!(
        bench
            .ion
            .evidence(&"7/orders".into(), Class::Interactive)
            .await
            .unwrap(),
        Evidence::default()
    );
    assert_eq!(server.asked().len(), 2);
}
