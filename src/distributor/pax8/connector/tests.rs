use serde_json::json;

use super::*;
use crate::distributor::Reach;
use crate::domain::problem::ProblemKind;
use crate::domain::subscription::Subscription;
use crate::http::testing::{Asked, MemoryGrants, Reply, Server, parts};

fn connector(server: &Server) -> Pax8 {
    let config = Pax8Config {
        base_url: format!("{}/v1/", server.url()),
        client_id: "client-of-ours".to_owned(),
        client_secret: "s3cret-of-ours".into(),
        audience: "https://api.pax8.com".to_owned(),
        token_url: None,
        cost_period: CostPeriod::Cycle,
    };
    let store = Arc::new(MemoryGrants::default());
    Pax8::new(config, parts().0, store, Calendar::wall()).unwrap()
}

/// A partner with so many companies and subscriptions, each subscription of one of so many products, out of a catalogue.
#[derive(Clone, Copy)]
struct Partner {
    companies: usize,
    subscriptions: usize,
    products: usize,
    catalogue: usize,
}

fn token() -> Reply {
    Reply::ok(
        json!({"access_token": "t0ken-of-ours", "expires_in": 86_400, "token_type": "Bearer"}),
    )
}

fn paged(asked: &Asked, total: usize, row: impl Fn(usize) -> Value) -> Reply {
    let (page, size) = (asked.number("page").unwrap(), asked.number("size").unwrap());
    let rows: Vec<_> = (0..total).skip(page * size).take(size).map(row).collect();
    Reply::ok(json!({"content": rows, "page": {
        "size": size, "totalElements": total, "totalPages": total.div_ceil(size), "number": page,
    }}))
}

fn product(n: usize) -> Value {
    json!({"id": format!("p{n}"), "name": format!("Product {n}"), "sku": format!("SKU-{n}"), "vendorSku": "V"})
}

fn answer(partner: Partner, asked: &Asked) -> Reply {
    match asked.path() {
        "/v1/token" => token(),
        "/v1/companies" => paged(
            asked,
            partner.companies,
            |n| json!({"id": format!("c{n}"), "name": format!("Company {n}"), "status": "Active"}),
        ),
        "/v1/subscriptions" => paged(asked, partner.subscriptions, |n| {
            json!({"id": format!("s{n}"), "companyId": "c0", "productId": format!("p{}", n % partner.products),
                   "quantity": 1, "status": "Active", "billingTerm": "Monthly", "vendorSkuId": "V"})
        }),
        "/v1/products" => paged(asked, partner.catalogue, product),
        path => match path
            .strip_prefix("/v1/products/p")
            .and_then(|n| n.parse().ok())
        {
            Some(n) if n < partner.catalogue => Reply::ok(product(n)),
            _ => Reply::Json(
                404,
                json!({"type": "NOT_FOUND", "message": "Not found", "status": 404}),
            ),
        },
    }
}

async fn read_all(pax8: &Pax8, stream: Stream) -> Vec<Page> {
    let (mut pages, mut cursor) = (Vec::<Page>::new(), None);
    loop {
        let page = pax8.page(stream, cursor.as_ref()).await.unwrap();
        cursor = page.next.clone();
        pages.push(page);
        if cursor.is_none() {
            return pages;
        }
    }
}

#[tokio::test]
async fn two_listings_are_read_to_their_ends_in_the_fewest_requests() {
    for (companies, pages) in [(0, 1), (1, 1), (200, 1), (201, 2)] {
        let partner = Partner {
            companies,
            subscriptions: 600,
            products: 1,
            catalogue: 1,
        };
        let server = Server::start(move |asked| answer(partner, asked)).await;
        let pax8 = connector(&server);
        let read = read_all(&pax8, Stream::Customers).await;
        assert_eq!(
            read.iter().map(|page| page.customers.len()).sum::<usize>(),
            companies
        );
        let read = read_all(&pax8, Stream::Subscriptions).await;
        assert_eq!(
            read.iter()
                .map(|page| page.subscriptions.len())
                .sum::<usize>(),
            600
        );
        // a token, the pages, the one product
        assert_eq!(server.asked().len(), 1 + pages + 3 + 1);
        assert_eq!(pax8.surprises(), []);
    }
}

#[tokio::test]
async fn a_listing_goes_on_at_its_page() {
    let partner = Partner {
        companies: 500,
        subscriptions: 0,
        products: 1,
        catalogue: 1,
    };
    let server = Server::start(move |asked| answer(partner, asked)).await;
    let first = connector(&server)
        .page(Stream::Customers, None)
        .await
        .unwrap();
    let later = connector(&server);
    let second = later
        .page(Stream::Customers, first.next.as_ref())
        .await
        .unwrap();
    assert_eq!(second.customers[0].id.as_str(), "c200");
    assert_eq!(
        (second.requests_left, second.reach),
        (Some(1), Reach::Whole)
    );
}

#[tokio::test]
async fn products_come_from_the_catalogue_where_that_is_shorter() {
    // products in use, in the catalogue, requests for them
    for (products, catalogue, requests) in
        [(3, 9_000, 3), (30, 300, 2), (30, 30, 1), (30, 9_000, 31)]
    {
        let partner = Partner {
            companies: 1,
            subscriptions: 200,
            products,
            catalogue,
        };
        let server = Server::start(move |asked| answer(partner, asked)).await;
        let pax8 = connector(&server);
        let page = pax8.page(Stream::Subscriptions, None).await.unwrap();
        let skus: BTreeSet<_> = page
            .subscriptions
            .iter()
            .map(|s| s.sku.to_string())
            .collect();
        assert_eq!(skus.len(), products, "{page:?}");
        assert!(skus.iter().all(|sku| sku.starts_with("SKU-")));
        let asked = server.asked();
        let of_products = asked
            .iter()
            .filter(|asked| asked.path().starts_with("/v1/products"));
        let fewest = of_products.count();
        assert!(fewest <= requests, "{products} of {catalogue}: {fewest}");
    }
}

#[tokio::test]
async fn a_product_that_is_not_given_leaves_the_vendors_sku() {
    let partner = Partner {
        companies: 1,
        subscriptions: 4,
        products: 4,
        catalogue: 3,
    };
    let server = Server::start(move |asked| answer(partner, asked)).await;
    let page = connector(&server)
        .page(Stream::Subscriptions, None)
        .await
        .unwrap();
    let skus: Vec<_> = page.subscriptions.iter().map(|s| s.sku.as_str()).collect();
    assert_eq!(skus, ["SKU-0", "SKU-1", "SKU-2", "V"]);
    assert!(
        page.notes
            .iter()
            .any(|note| note.contains("a product cannot be read")),
        "{:?}",
        page.notes
    );
}

#[tokio::test]
async fn a_row_that_comes_twice_on_a_page_is_one_and_counted() {
    let row = json!({"id": "c1", "name": "Company", "status": "Active"});
    let server = Server::start(move |asked: &Asked| match asked.path() {
        "/v1/token" => token(),
        _ => Reply::ok(json!({"content": [row, row], "page": {
            "size": 200, "totalElements": 2, "totalPages": 1, "number": 0}})),
    })
    .await;
    let pages = read_all(&connector(&server), Stream::Customers).await;
    assert_eq!((pages[0].customers.len(), pages[0].twice), (1, 1));
    assert_eq!((pages[0].total, pages[0].received), (Some(2), 2));
}

#[tokio::test]
async fn products_of_stored_rows_are_not_asked_for_again() {
    let partner = Partner {
        companies: 1,
        subscriptions: 4,
        products: 4,
        catalogue: 3,
    };
    let server = Server::start(move |asked| answer(partner, asked)).await;
    let first = connector(&server);
    let read = first.page(Stream::Subscriptions, None).await.unwrap();
    let known = |rows: &[Subscription]| -> Known {
        let marks = rows
            .iter()
            .map(|row| (row.id.clone(), row.revision.clone()));
        marks.collect()
    };
    let of_products = || {
        let asked = server.asked();
        let reads = asked
            .iter()
            .filter(|asked| asked.path().starts_with("/v1/products"));
        reads.count()
    };
    assert_eq!(of_products(), 4);
    // The one that Pax8 does not give is not asked for either.
    let again = connector(&server);
    again.recall(known(&read.subscriptions));
    let same = again.page(Stream::Subscriptions, None).await.unwrap();
    assert_eq!(
        (of_products(), &same.subscriptions),
        (4, &read.subscriptions)
    );
    assert_eq!(same.notes, [""; 0]);
    // What is not known is read, and a mark of something else is none.
    let third = connector(&server);
    let mut some = known(&read.subscriptions[..3]);
    some.insert("s9".into(), "1|2026-10-15|active".to_owned());
    third.recall(some);
    let same = third.page(Stream::Subscriptions, None).await.unwrap();
    assert_eq!(
        (of_products(), &same.subscriptions),
        (5, &read.subscriptions)
    );
}

#[tokio::test]
async fn a_size_that_is_refused_is_learned() {
    let partner = Partner {
        companies: 150,
        subscriptions: 0,
        products: 1,
        catalogue: 1,
    };
    let server = Server::start(move |asked| match asked.number("size") {
        Some(200) if asked.method == "GET" => Reply::Json(
            400,
            json!({
                "type": "BAD_REQUEST", "message": "Validation failed", "status": 400,
                "details": [{"type": "INVALID_VALUE", "message": "size must be at most 100"}],
            }),
        ),
        _ => answer(partner, asked),
    })
    .await;
    let pages = read_all(&connector(&server), Stream::Customers).await;
    assert_eq!(
        pages
            .iter()
            .map(|page| page.customers.len())
            .collect::<Vec<_>>(),
        [100, 50]
    );
}

#[tokio::test]
async fn test_is_one_request_beside_the_token() {
    let partner = Partner {
        companies: 450,
        subscriptions: 0,
        products: 1,
        catalogue: 1,
    };
    let server = Server::start(move |asked| answer(partner, asked)).await;
    let seen = connector(&server).test().await.unwrap();
    assert_eq!((seen.customers, seen.exact), (450, true));
    let asked = server.asked();
    assert_eq!(asked.len(), 2);
    let body: Value = serde_json::from_str(&asked[0].body).unwrap();
    assert_eq!(
        body,
        json!({
            "client_id": "client-of-ours", "client_secret": "s3cret-of-ours",
            "audience": "https://api.pax8.com", "grant_type": "client_credentials",
        })
    );
}

#[tokio::test]
async fn each_refusal_says_what_to_do() {
    let told = |status: u16| json!({"type": "X", "message": "because", "status": status});
    let denied = json!({"error": "access_denied", "error_description": "Unauthorized"});
    for (path, status, kind, words) in [
        (
            "/v1/token",
            401,
            ProblemKind::CredentialsRejected,
            "client ID and secret",
        ),
        (
            "/v1/token",
            404,
            ProblemKind::Configuration,
            "token address",
        ),
        (
            "/v1/companies",
            401,
            ProblemKind::CredentialsRejected,
            "access token",
        ),
        ("/v1/companies", 403, ProblemKind::AccessDenied, "companies"),
        (
            "/v1/companies",
            404,
            ProblemKind::AccountNotFound,
            "companies",
        ),
        (
            "/v1/subscriptions",
            403,
            ProblemKind::AccessDenied,
            "subscriptions",
        ),
    ] {
        let body = if path == "/v1/token" {
            denied.clone()
        } else {
            told(status)
        };
        let partner = Partner {
            companies: 1,
            subscriptions: 1,
            products: 1,
            catalogue: 1,
        };
        let server = Server::start(move |asked| match asked.path() == path {
            true => Reply::Json(status, body.clone()),
            false => answer(partner, asked),
        })
        .await;
        let pax8 = connector(&server);
        let mut failed = pax8.authenticate().await;
        for stream in [Stream::Customers, Stream::Subscriptions] {
            if failed.is_ok() {
                failed = pax8.page(stream, None).await.map(|_| ());
            }
        }
        let problem = failed.unwrap_err();
        assert_eq!(problem.kind, kind, "{path} {status}: {problem:?}");
        assert!(problem.title.contains(words), "{problem:?}");
        assert!(!problem.remedy.is_empty() && !format!("{problem:?}").contains("s3cret"));
    }
}

#[tokio::test]
async fn contacts_tell_the_domain() {
    let server = Server::start(|asked: &Asked| match asked.path() {
        "/v1/token" => token(),
        "/v1/companies/c1/contacts" => {
            Reply::ok(json!({"content": [{"id": "x", "email": "ana@harbour.example"}]}))
        }
        _ => Reply::Json(404, json!({"message": "Not found"})),
    })
    .await;
    let pax8 = connector(&server);
    let of = |id: &str| VendorCustomerId::new(id);
    let known = pax8.evidence(&of("c1"), Class::Bulk).await.unwrap();
    assert_eq!(known.domain, "harbour.example");
    for id in ["c2", "../c1"] {
        assert_eq!(
            pax8.evidence(&of(id), Class::Bulk).await.unwrap(),
            Evidence::default()
        );
    }
}
