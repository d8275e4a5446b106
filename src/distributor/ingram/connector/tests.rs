use std::sync::atomic::AtomicUsize;

use serde_json::json;

use super::*;
use crate::domain::problem::ProblemKind;
use crate::domain::subscription::Subscription;
use crate::http::testing::{Asked, MemoryGrants, Reply, Server, parts};

const KEY: &str = "0123456789abcdef0123456789abcdef";
const PASSWORD: &str = "p4ssword-of-ours";
const BASIC: &str = "Basic dXMuYXBpOnA0c3N3b3JkLW9mLW91cnM=";

pub(super) fn config(server: &Server) -> IngramConfig {
    IngramConfig {
        base_url: format!("{}/marketplace", server.url()),
        username: "us.api".to_owned(),
        password: PASSWORD.into(),
        subscription_key: KEY.into(),
        marketplace: "us".to_owned(),
        region: "na".to_owned(),
    }
}

pub(super) fn connect(config: IngramConfig) -> Ingram {
    let calendar = Calendar::fixed("2026-11-24T12:00:00Z".parse().unwrap());
    Ingram::new(
        config,
        parts().0,
        Arc::new(MemoryGrants::default()),
        calendar,
    )
    .unwrap()
}

/// A marketplace with so many subscriptions, of ten customers in turn.
#[derive(Clone, Copy)]
pub(super) struct Market {
    subscriptions: usize,
    cap: usize,
    tells_totals: bool,
}

pub(super) const MARKET: Market = Market {
    subscriptions: 130,
    cap: 500,
    tells_totals: true,
};

impl Market {
    pub(super) async fn serve(
        self,
        odd: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static,
    ) -> Server {
        Server::start(move |asked| odd(asked).unwrap_or_else(|| self.usual(asked))).await
    }

    fn usual(&self, asked: &Asked) -> Reply {
        let error = |status: u16, message: &str| {
            Reply::Json(
                status,
                json!({"status": status, "message": message, "correlationId": "c0ffee"}),
            )
        };
        if asked.header(KEY_HEADER) != Some(KEY) {
            return error(403, "Forbidden");
        }
        let Some(path) = asked.path().strip_prefix("/marketplace/na") else {
            return error(404, "Not found");
        };
        if path == "/token" {
            return match (asked.header("authorization"), asked.body.as_str()) {
                (Some(BASIC), r#"{"marketplace":"us"}"#) => {
                    Reply::ok(json!({"token": "good-token", "expiresInSeconds": 1500}))
                }
                (Some(BASIC), _) => error(400, "Invalid marketplace"),
                _ => error(401, "Unauthorized"),
            };
        }
        if asked.header("authorization") != Some("Bearer good-token") {
            return error(401, "Unauthorized");
        }
        match path.split('/').collect::<Vec<_>>()[..] {
            ["", "customers"] => {
                let rows = (0..10).map(|n| json!({"id": n.to_string(), "externalId": "", "name": format!("C{n}"), "status": "active"}));
                self.page(asked, rows.collect())
            }
            ["", "customers", id] => Reply::ok(
                json!({"id": id, "name": "C", "externalId": "", "status": "active",
                "contactPersons": [{"type": "admin", "email": format!("a@c{id}.example")}]}),
            ),
            ["", "subscriptions"] => {
                let of = asked.field("customerId");
                let mine = (0..self.subscriptions)
                    .filter(|n| of.as_ref().is_none_or(|id| (n % 10).to_string() == *id));
                self.page(asked, mine.map(row).collect())
            }
            ["", "subscriptions", id] => Reply::ok(detail(id.parse().unwrap())),
            _ => error(404, "Not found"),
        }
    }

    fn page(&self, asked: &Asked, all: Vec<Value>) -> Reply {
        let (offset, limit) = (
            asked.number("offset").unwrap_or(0),
            asked.number("limit").unwrap_or(10),
        );
        if limit > self.cap {
            return Reply::Json(400, json!({"status": 400, "message": "limit"}));
        }
        let total = all.len();
        let rows: Vec<_> = all.into_iter().skip(offset).take(limit).collect();
        let mut json = json!({"data": rows});
        if self.tells_totals {
            json["pagination"] = json!({"offset": offset, "limit": limit, "total": total});
        }
        Reply::ok(json)
    }
}

fn row(n: usize) -> Value {
    json!({"id": n.to_string(), "customerId": (n % 10).to_string(), "status": "active", "renewalStatus": true,
        "creationDate": "2026-02-01", "renewalDate": "2027-02-01", "lastModifiedDate": "2026-10-15"})
}

/// Every tenth subscription has two products, every one after it none.
fn detail(n: usize) -> Value {
    let product = |id: &str| {
        json!({"id": id, "mpn": "M", "name": "P", "quantity": 5,
        "unitPrice": {"amount": "22.00", "currency": "USD"}})
    };
    let mut json = row(n);
    json["products"] = match n % 10 {
        0 => json!([product("a"), product("b")]),
        1 => json!([]),
        _ => json!([product("a")]),
    };
    json["fulfillmentParameters"] = json!([{"name": "ms_customer_id", "value": format!("9a9a9a9a-1111-4222-8333-44445555666{}", n % 10)}]);
    json
}

async fn read_stream(ingram: &Ingram, stream: Stream) -> Result<Vec<Page>, Problem> {
    let (mut pages, mut cursor) = (Vec::new(), None);
    loop {
        let page = ingram.page(stream, cursor.as_ref()).await?;
        cursor = page.next.clone();
        pages.push(page);
        if cursor.is_none() {
            return Ok(pages);
        }
    }
}

pub(super) async fn read_all(ingram: &Ingram) -> Result<Vec<Page>, Problem> {
    read_stream(ingram, Stream::Customers).await?;
    read_stream(ingram, Stream::Subscriptions).await
}

pub(super) fn subscriptions(pages: &[Page]) -> Vec<&Subscription> {
    pages.iter().flat_map(|page| &page.subscriptions).collect()
}

fn unchanged(pages: &[Page]) -> usize {
    pages.iter().map(|page| page.unchanged.len()).sum()
}

fn details(server: &Server) -> usize {
    let is_detail = |asked: &&Asked| asked.path().contains("/subscriptions/");
    server.asked().iter().filter(is_detail).count()
}

#[tokio::test]
async fn a_subscription_that_is_listed_twice_is_read_once() {
    let server = MARKET
        .serve(|asked| {
            let twice = json!({"data": [row(3), row(3)], "pagination": {"total": 2}});
            let is_list = asked.path().ends_with("/subscriptions");
            is_list.then(|| Reply::ok(twice))
        })
        .await;
    let page = connect(config(&server))
        .page(Stream::Subscriptions, None)
        .await
        .unwrap();
    assert_eq!(
        (page.subscriptions.len(), page.twice, page.total),
        (1, 1, Some(2))
    );
}

#[tokio::test]
async fn a_first_sync_reads_every_detail_once() {
    let server = MARKET.serve(|_| None).await;
    let pages = read_all(&connect(config(&server))).await.unwrap();
    // 13 of the 130 have two products.
    assert_eq!(subscriptions(&pages).len(), 143);
    assert_eq!(
        pages.last().unwrap().total,
        Some(143),
        "as many rows as are stored"
    );
    let bare = subscriptions(&pages)
        .into_iter()
        .filter(|row| row.seats.is_none());
    assert_eq!(bare.count(), 13);
    assert_eq!(details(&server), 130);
    assert_eq!(
        server.asked().len(),
        1 + 1 + 2 + 130,
        "token, customers, two pages, details"
    );
    assert!(pages.iter().all(|page| page.received <= 20));
    let told: usize = pages.iter().map(|page| page.evidence.len()).sum();
    assert_eq!(told, 10, "each customer's tenant once");
    for asked in server.asked() {
        assert_eq!(asked.method == "POST", asked.path().ends_with("/token"));
        assert!(!asked.target.contains(KEY));
    }
}

#[tokio::test]
async fn a_later_sync_reads_what_has_changed() {
    let server = MARKET
        .serve(|asked| {
            let is_moved = asked.path().ends_with("/subscriptions");
            let reply = is_moved.then(|| MARKET.usual(asked));
            let Some(Reply::Json(200, mut json)) = reply else {
                return None;
            };
            for row in json["data"].as_array_mut().unwrap() {
                if row["id"] == "7" {
                    row["lastModifiedDate"] = "2026-11-01".into();
                }
            }
            Some(Reply::Json(200, json))
        })
        .await;
    let before = MARKET.serve(|_| None).await;
    let pages = read_all(&connect(config(&before))).await.unwrap();
    let known: Known = subscriptions(&pages)
        .into_iter()
        .map(|row| (row.id.clone(), row.revision.clone()))
        .collect();
    let later = connect(config(&server));
    later.recall(known);
    let pages = read_all(&later).await.unwrap();
    assert_eq!(details(&server), 1);
    let ids: Vec<_> = subscriptions(&pages)
        .iter()
        .map(|row| row.id.as_str().to_owned())
        .collect();
    assert_eq!(ids, ["7"]);
    assert_eq!(unchanged(&pages), 142);
    assert_eq!(pages.last().unwrap().total, Some(143));
}

#[tokio::test]
async fn a_total_that_moves_has_the_list_read_again_without_its_details() {
    let asked_before = AtomicUsize::new(0);
    let server = MARKET
        .serve(move |asked| {
            if !asked.path().ends_with("/subscriptions") {
                return None;
            }
            let grown = asked_before.fetch_add(1, Ordering::SeqCst) > 0;
            let market = Market {
                subscriptions: MARKET.subscriptions + usize::from(grown),
                ..MARKET
            };
            Some(market.usual(asked))
        })
        .await;
    let ingram = connect(config(&server));
    let pages = read_all(&ingram).await.unwrap();
    assert_eq!(pages.last().unwrap().reach, Reach::Moved);
    let again = read_stream(&ingram, Stream::Subscriptions).await.unwrap();
    assert_eq!(again.last().unwrap().reach, Reach::Whole);
    assert_eq!(details(&server), 131);
    assert_eq!(unchanged(&again) + subscriptions(&again).len(), 145);
    assert_eq!(
        again.last().unwrap().total,
        Some(145),
        "the new one has two products"
    );
}

#[tokio::test]
async fn smaller_pages_and_lists_without_totals_are_taken() {
    let market = Market {
        cap: 30,
        tells_totals: false,
        ..MARKET
    };
    let server = market.serve(|_| None).await;
    let pages = read_all(&connect(config(&server))).await.unwrap();
    assert_eq!(subscriptions(&pages).len(), 143);
    assert_eq!(pages.last().unwrap().total, None);
}

#[tokio::test]
async fn a_detail_that_fails_leaves_its_customer_as_it_was() {
    let server = MARKET
        .serve(|asked| match asked.path().rsplit('/').next() {
            Some("17") => Some(Reply::Json(
                422,
                json!({"message": "no luck", "correlationId": "c0ffee"}),
            )),
            Some("18") => Some(Reply::Json(404, json!({"message": "not found"}))),
            _ => None,
        })
        .await;
    let pages = read_all(&connect(config(&server))).await.unwrap();
    let unread: Vec<_> = pages.iter().flat_map(|page| &page.unread).collect();
    assert_eq!(unread.len(), 1);
    assert_eq!(unread[0].customer.as_str(), "7");
    assert!(
        unread[0]
            .problem
            .request
            .as_ref()
            .unwrap()
            .contains("c0ffee")
    );
    assert_eq!(subscriptions(&pages).len(), 141);
    assert_eq!(pages.last().unwrap().total, Some(141), "no row is missed");

    let broken = MARKET
        .serve(|asked| {
            let is_detail = asked.path().contains("/subscriptions/");
            is_detail.then(|| Reply::Json(422, json!({"message": "no luck"})))
        })
        .await;
    assert!(read_all(&connect(config(&broken))).await.is_err());
    assert!(details(&broken) <= 8, "{}", details(&broken));
}

#[tokio::test]
async fn a_run_goes_on_within_a_page() {
    let server = MARKET.serve(|_| None).await;
    let pages = read_all(&connect(config(&server))).await.unwrap();
    let before = details(&server);
    let later = connect(config(&server));
    let page = later
        .page(Stream::Subscriptions, pages[5].next.as_ref())
        .await
        .unwrap();
    assert_eq!(details(&server) - before, 10, "120 of 130 were read");
    assert_eq!((page.next, page.total), (None, Some(143)));
}

#[tokio::test]
async fn test_counts_in_two_requests_and_tells_what_is_wrong() {
    let server = MARKET.serve(|_| None).await;
    let seen = connect(config(&server)).test().await.unwrap();
    assert_eq!(
        (seen.customers, seen.exact, server.asked().len()),
        (10, true, 2)
    );
    let evidence = connect(config(&server))
        .evidence(&"3".into(), Class::Bulk)
        .await
        .unwrap();
    assert_eq!(evidence.domain, "c3.example");
    let wrong = |change: fn(&mut IngramConfig)| {
        let mut config = config(&server);
        change(&mut config);
        async move { connect(config).test().await.unwrap_err() }
    };
    for (problem, title, kind) in [
        (
            wrong(|c| c.password = "another-one".into()).await,
            "password",
            ProblemKind::CredentialsRejected,
        ),
        (
            wrong(|c| c.subscription_key = "another-key".into()).await,
            "subscription key",
            ProblemKind::CredentialsRejected,
        ),
        (
            wrong(|c| c.marketplace = "uk".to_owned()).await,
            "marketplace",
            ProblemKind::CredentialsRejected,
        ),
        (
            wrong(|c| c.region = "eu".to_owned()).await,
            "at this address",
            ProblemKind::AccountNotFound,
        ),
    ] {
        assert!(problem.title.contains(title), "{problem}");
        assert_eq!(problem.kind, kind, "{problem}");
        assert!(
            problem.request.as_ref().unwrap().contains("c0ffee"),
            "{problem}"
        );
    }
}
