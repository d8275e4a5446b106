use std::sync::Mutex;

use serde_json::{Value, json};

use super::*;
use crate::domain::party::Profile;
use crate::domain::problem::ProblemKind;
use crate::http::testing::{Asked, MemoryGrants, Reply, Server, parts};
use crate::psa::testing::{Pages, scope};

fn connector(server: &Server) -> Halo {
    let credential = Credential {
        tenant: "tallgrass".to_owned(),
        client_id: "5a1b2c3d".to_owned(),
        client_secret: "very-secret".into(),
    };
    let grants = Arc::new(MemoryGrants::default());
    let calendar = Calendar::wall();
    Halo::new(&server.url(), credential, parts().0, grants, calendar).unwrap()
}

async fn read_all(server: &Server) -> Reading {
    let (scope, pages) = (scope(Companies::All), Pages::default());
    connector(server).read(&scope, &pages).await.unwrap()
}

fn token() -> Reply {
    Reply::ok(
        json!({"access_token": "eyJ0.e30.c2ln", "token_type": "Bearer", "expires_in": 3600, "scope": "all"}),
    )
}

fn rows(name: &str, rows: Value) -> Reply {
    let count = rows.as_array().map(Vec::len);
    Reply::ok(json!({"record_count": count, "page_no": 1, "page_size": 100, name: rows}))
}

fn line(id: i64, code: &str, quantity: i64) -> Value {
    json!({"id": id, "item_code": code, "item_shortdescription": code, "qty_order": quantity, "unit_price": 24})
}

/// Two clients, three invoices with lines, one of them without in the list.
fn small(asked: &Asked) -> Reply {
    match asked.path() {
        "/auth/token" => token(),
        "/api/Client" => rows(
            "clients",
            json!([
                {"id": 12, "name": "Harbour Dental", "azure_tenants": [
                    {"azure_tenant_id": "0b6f4d1a-7c55-4e0a-9d6b-3a1f2c4d5e6f"},
                    {"azure_tenant_id": "1b6f4d1a-7c55-4e0a-9d6b-3a1f2c4d5e6f"}]},
                {"id": 13, "name": "Quay Clinic", "inactive": true},
                {"name": "no id"}
            ]),
        ),
        "/api/Site" => rows(
            "sites",
            json!([{"id": 31, "client_id": 12.0, "phonenumber": "555 0101",
                "delivery_address": {"line1": "10 Quay St", "line3": "Salem"}}]),
        ),
        "/api/RecurringInvoice" => rows(
            "invoices",
            json!([
                {"id": -301, "client_id": 12, "name": "Monthly", "currency_code_name": "USD", "period": 3,
                 "lastcreated": "2026-11-01T00:00:00", "nextcreationdate": "2026-12-01T00:00:00",
                 "lines": [line(9001, "O365-BP", 38), {"id": 9002, "isgroupdesc": true},
                    {"id": 9003, "item_code": "EXO", "qty_order": 12, "unit_price": 4, "quantity_users": [{"id": 1}], "_itemid": 55},
                    {"id": 9004, "item_code": "SETUP", "qty_order": 1, "onetimecharge": true}]},
                {"id": -302, "client_id": 12, "name": "Other", "currency_code_name": "USD", "period": 3, "lines": null},
                {"id": -303, "client_id": 12, "disabled": true, "lines": [line(9020, "VISIO", 2)]},
                {"id": -304, "client_id": 99, "lines": [line(9030, "VISIO", 2)]},
                {"id": 305, "client_id": 13, "currency_code_name": "USD", "period": 8, "lines": [line(9040, "VISIO", 2)]}
            ]),
        ),
        "/api/Item/55" => Reply::ok(
            json!({"id": 55, "name": "Exchange Online", "supplier_part_code": "CFQ7TTC0LH16:0001"}),
        ),
        "/api/RecurringInvoice/-302" => {
            Reply::ok(json!({"id": -302, "client_id": 12, "lines": [line(9010, "VISIO", 5)]}))
        }
        other => panic!("asked for {other}"),
    }
}

#[tokio::test]
async fn a_reading_joins_clients_sites_and_invoices() {
    let server = Server::start(small).await;
    let pages = Pages::default();
    let reading = connector(&server)
        .read(&scope(Companies::All), &pages)
        .await
        .unwrap();
    assert!(reading.whole);
    let companies: Vec<_> = reading
        .companies
        .iter()
        .map(|c| (c.id.as_str(), c.active, c.profile.city.as_str()))
        .collect();
    assert_eq!(companies, [("12", true, "Salem"), ("13", false, "")]);
    assert!(
        reading.companies[0]
            .profile
            .ms_tenant_id
            .starts_with("0b6f4d1a")
    );
    assert_eq!(reading.companies[0].other_ms_tenants.len(), 1);
    let exchange = reading.lines.iter().find(|l| l.product_code == "EXO");
    let exchange = exchange.map(|l| (l.product_name.as_str(), l.vendor_sku.as_str()));
    assert_eq!(exchange, Some(("Exchange Online", "CFQ7TTC0LH16:0001")));
    let lines: Vec<_> = reading
        .lines
        .iter()
        .map(|l| (l.line_id.as_str(), l.seats, l.billing_cycle.tag()))
        .collect();
    assert_eq!(
        lines,
        [
            ("9010", Some(5), "monthly"),
            ("9001", Some(38), "monthly"),
            ("9003", Some(12), "monthly"),
            ("9040", Some(2), "unknown")
        ]
    );
    assert_eq!(reading.quarantined.len(), 1);
    let notes = reading.notes.join("\n");
    for part in [
        "1 lines have a quantity that HaloPSA computes itself",
        "1 recurring invoices are disabled",
        "1 lines of recurring invoices are charged once",
        "1 recurring invoices are of clients that are not listed",
        "1 recurring invoices do not tell how often they bill (period 8)",
    ] {
        assert!(notes.contains(part), "{part}: {notes}");
    }
    // the token, three listings, the lines of one invoice, and an item
    let asked = server.asked();
    assert_eq!(asked.len(), 6);
    let told = pages.told();
    assert_eq!(told.last().unwrap().requests_left, Some(0));
    assert_eq!(asked[0].target, "/auth/token?tenant=tallgrass");
    assert!(
        asked[0].body.contains("grant_type=client_credentials")
            && asked[0].body.contains("scope=all")
    );
    assert!(asked[1..].iter().all(|asked| asked.method == "GET"));
    assert_eq!(
        asked[1].header("authorization"),
        Some("Bearer eyJ0.e30.c2ln")
    );
    assert_eq!(asked[1].field("includeinactive").as_deref(), Some("true"));
}

#[tokio::test]
async fn what_changed_is_laid_over_what_is_known() {
    let server = Server::start(small).await;
    let known = |id: &str, name: &str| PsaCompany {
        id: PsaId::new(id),
        profile: Profile {
            name: name.to_owned(),
            ..Profile::default()
        },
        other_ms_tenants: Vec::new(),
        active: true,
    };
    let changed = || Companies::Changed {
        since: "2026-11-20T00:00:00Z".parse().unwrap(),
        known: vec![known("7", "Untouched"), known("12", "Old name")],
    };
    let read = connector(&server)
        .read(&scope(changed()), &Pages::default())
        .await
        .unwrap();
    assert!(!read.whole);
    let names: Vec<&str> = read
        .companies
        .iter()
        .map(|c| c.profile.name.as_str())
        .collect();
    assert_eq!(names, ["Harbour Dental", "Quay Clinic", "Untouched"]);
    assert_eq!(
        server.asked()[1].field("lastupdatefromdate").as_deref(),
        Some("2026-11-20T00:00:00Z")
    );
    // A server that knows no such filter is asked for all; where nothing changed no site is read.
    let other = Server::start(|asked| match asked.path() {
        "/api/Client" if asked.field("lastupdatefromdate").is_some() => {
            Reply::Json(400, json!("no such filter"))
        }
        "/api/Client" => rows("clients", json!([])),
        _ => small(asked),
    })
    .await;
    let read = connector(&other)
        .read(&scope(changed()), &Pages::default())
        .await
        .unwrap();
    assert_eq!(read.companies.len(), 2);
    assert_eq!(other.count("/api/Site"), 0);
}

#[tokio::test]
async fn pages_go_on_to_the_end_and_a_listing_that_moved_is_read_again() {
    let calls = Mutex::new(0);
    let server = Server::start(move |asked| {
        let page = asked.number("page_no").unwrap_or(1);
        match asked.path() {
            "/api/Client" => {
                let mut calls = calls.lock().unwrap();
                *calls += 1;
                // In the first pass row 100 moves to the page that was read already.
                let from = (page - 1) * 100 + usize::from(*calls == 2);
                let ids = from..(from + 100).min(230);
                let page: Vec<Value> = ids
                    .map(|id| json!({"id": id, "name": format!("C{id}")}))
                    .collect();
                Reply::ok(json!({"record_count": 230, "clients": page}))
            }
            "/api/Site" => rows("sites", json!([])),
            "/api/RecurringInvoice" => rows("invoices", json!([])),
            _ => small(asked),
        }
    })
    .await;
    let reading = read_all(&server).await;
    assert_eq!(reading.companies.len(), 230);
    assert_eq!(
        server.count("/api/Client"),
        7,
        "three pages, the last again, three more"
    );
    let notes = reading.notes.join("|");
    assert!(notes.contains("no recurring invoice"), "{notes}");
}

#[tokio::test]
async fn a_list_that_stays_short_is_no_reading() {
    let server = Server::start(|asked| match asked.path() {
        "/api/RecurringInvoice" => Reply::ok(json!({"record_count": 3, "invoices": []})),
        _ => small(asked),
    })
    .await;
    let problem = connector(&server)
        .read(&scope(Companies::All), &Pages::default())
        .await
        .unwrap_err();
    assert_eq!(problem.seen, "3 rows are told, 0 came (recurring invoices)");
}

async fn failure(replies: impl IntoIterator<Item = Reply>) -> Problem {
    let replies: Vec<Reply> = replies.into_iter().collect();
    let tested = connector(&Server::script(replies.clone()).await)
        .test(&CompanyChoice::default())
        .await
        .unwrap_err();
    let read = connector(&Server::script(replies).await)
        .read(&scope(Companies::All), &Pages::default())
        .await
        .unwrap_err();
    assert_eq!(tested.kind, read.kind);
    tested
}

#[tokio::test]
async fn every_refusal_is_explained_in_halos_own_terms() {
    let page = || {
        Reply::Raw(
            200,
            vec![("content-type", "text/html".to_owned())],
            b"<!DOCTYPE html><title>Sign in</title>".to_vec(),
        )
    };
    let oauth = json!({"error": "invalid_client", "error_description": "The client is unknown"});
    let refused = failure([Reply::Json(401, oauth)]).await;
    assert_eq!(refused.kind, ProblemKind::CredentialsRejected);
    assert!(
        refused.remedy.contains("--client-secret-file") && refused.seen.contains("invalid_client")
    );
    let tenant = failure([Reply::Json(500, json!(null))]).await;
    assert_eq!(tenant.kind, ProblemKind::ServerFailure);
    assert!(tenant.remedy.contains("--tenant"));
    for replies in [vec![page()], vec![token(), page()]] {
        let page = failure(replies).await;
        assert_eq!(page.kind, ProblemKind::CredentialsRejected);
        assert!(page.title.contains("sign-in page"));
    }
    let of = async |status| failure([token(), Reply::Json(status, json!({"message": "no"}))]).await;
    assert_eq!(of(403).await.kind, ProblemKind::AccessDenied);
    assert!(of(403).await.remedy.starts_with("Give the agent"));
    assert_eq!(of(404).await.kind, ProblemKind::AccountNotFound);
    let odd = failure([token(), Reply::ok(json!({"rows": "none"}))]).await;
    assert_eq!(odd.kind, ProblemKind::ServerFailure);
}

#[tokio::test]
async fn a_test_counts_the_clients_and_says_what_looks_like_too_few_rights() {
    let server = Server::start(|asked| match asked.path() {
        "/auth/token" => token(),
        "/api/Client" if asked.field("includeinactive").as_deref() == Some("false") => {
            Reply::ok(json!({"record_count": 400, "clients": [{"id": 1}]}))
        }
        "/api/Client" => Reply::ok(json!({"record_count": 412, "clients": [{"id": 1}]})),
        _ => Reply::ok(json!({"record_count": 0, "invoices": []})),
    })
    .await;
    let seen = connector(&server)
        .test(&CompanyChoice::default())
        .await
        .unwrap();
    assert_eq!((seen.companies, seen.active), (412, 400));
    assert_eq!(seen.notes.len(), 1);
    assert!(seen.notes[0].contains("no recurring invoice") && seen.notes[0].contains("agent"));
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn without_the_sites_the_rest_is_read_all_the_same() {
    let server = Server::start(|asked| match asked.path() {
        "/api/Site" => Reply::Json(403, json!("forbidden")),
        _ => small(asked),
    })
    .await;
    let reading = read_all(&server).await;
    assert_eq!((reading.companies.len(), reading.lines.len()), (2, 4));
    assert!(
        reading
            .notes
            .iter()
            .any(|n| n.contains("sites may not be read"))
    );
}

#[tokio::test]
async fn a_token_that_ends_in_the_middle_is_renewed() {
    let refused = Mutex::new(false);
    let server = Server::start(move |asked| {
        let mut refused = refused.lock().unwrap();
        match asked.path() {
            "/api/RecurringInvoice" if !*refused => {
                *refused = true;
                Reply::Json(401, json!({"message": "expired"}))
            }
            _ => small(asked),
        }
    })
    .await;
    let reading = connector(&server)
        .read(&scope(Companies::All), &Pages::default())
        .await;
    assert_eq!(reading.unwrap().lines.len(), 4);
    assert_eq!(server.count("/auth/token"), 2);
}

#[tokio::test]
async fn an_invoice_that_never_tells_its_lines_is_put_aside_and_the_rest_is_read() {
    let server = Server::start(|asked| match asked.path() {
        "/api/RecurringInvoice/-302" => Reply::ok(json!({"id": -302, "client_id": 12})),
        _ => small(asked),
    })
    .await;
    let reading = read_all(&server).await;
    assert_eq!(reading.lines.len(), 3);
    let last = reading.quarantined.last().unwrap();
    assert_eq!(last.source_id, "-302");
    assert!(last.reason.contains("without its lines"), "{}", last.reason);
}

#[tokio::test]
async fn clients_of_other_types_are_kept_inactive() {
    let server = Server::start(|asked| match asked.path() {
        "/api/Client" => rows(
            "clients",
            json!([
                {"id": 12, "name": "Harbour Dental", "customertype_new": "Client"},
                {"id": 13, "name": "Quay Clinic", "customertype_new": "Prospect"},
                {"id": 14, "name": "Old Mill", "customertype_new": "Client", "inactive": true}
            ]),
        ),
        _ => small(asked),
    })
    .await;
    let chosen = Scope {
        choice: CompanyChoice::of("Client, Partner", ""),
        ..scope(Companies::All)
    };
    let reading = connector(&server)
        .read(&chosen, &Pages::default())
        .await
        .unwrap();
    let active: Vec<bool> = reading.companies.iter().map(|c| c.active).collect();
    assert_eq!(active, [true, false, false]);
    let notes = reading.notes.join("|");
    assert!(
        notes.contains("of the type 'Partner'; there are: Client, Prospect"),
        "{notes}"
    );
    let seen = connector(&server).test(&chosen.choice).await.unwrap();
    assert_eq!((seen.companies, seen.active), (3, 1));
}
