use serde_json::json;

use super::*;
use crate::domain::party::Profile;
use crate::domain::problem::ProblemKind;
use crate::http::testing::{Asked, Reply, Server, parts};
use crate::psa::testing::{Pages, scope};

fn connector(server: &Server) -> ConnectWise {
    let credential = Credential {
        company: "tallgrass".to_owned(),
        public_key: "pub".to_owned(),
        private_key: "very-private".into(),
        client_id: "5a1b2c3d-0000-4000-8000-000000000000".to_owned(),
    };
    ConnectWise::new(&server.url(), credential, parts().0).unwrap()
}

/// A company of two agreements; the second is cancelled on the day.
fn small(asked: &Asked) -> Reply {
    let rows = match asked.path() {
        "/company/companies" => json!([
            {"id": 1042, "identifier": "HD", "name": "Harbour Dental", "status": {"id": 1, "name": "Active"}},
            {"id": 1043, "identifier": "HD2", "name": "Harbour Dental", "deletedFlag": true},
            {"identifier": "no id"}
        ]),
        "/finance/agreements" => json!([
            {"id": 77, "name": "Managed", "company": {"id": 1042}, "agreementStatus": "Expired", "noEndingDateFlag": true,
             "billingCycle": {"name": "Monthly"}, "currency": {"currencyCode": "USD"}},
            {"id": 78, "name": "Child", "company": {"id": 1042}, "parentAgreement": {"id": 77},
             "billingCycle": {"name": "Annual"}},
            {"id": 79, "name": "Of a deleted one", "company": {"id": 1043}, "billingCycle": {"name": "Monthly"}},
            {"id": 80, "name": "Once", "company": {"id": 1042}, "billingCycle": {"name": "None"}}
        ]),
        "/finance/agreements/77/additions" => json!([
            {"id": 9001, "product": {"id": 55, "identifier": "O365-BP"}, "quantity": 38, "unitPrice": 24,
             "billCustomer": "Billable", "effectiveDate": "2025-01-01T00:00:00Z"},
            {"id": 9105, "product": {"id": 55, "identifier": "O365-BP"}, "quantity": 38, "unitPrice": 25,
             "billCustomer": "Billable", "effectiveDate": "2026-11-01T00:00:00Z"}
        ]),
        "/finance/agreements/78/additions" => json!([
            {"id": 9002, "product": {"id": 56, "identifier": "VISIO"}, "quantity": 2.5, "unitPrice": 100,
             "billCustomer": "Billable"}
        ]),
        "/procurement/catalog" => json!([
            {"id": 55, "identifier": "O365-BP", "description": "M365 BP", "manufacturerPartNumber": "CFQ7TTC0LCHC:0002"}
        ]),
        other => panic!("asked for {other}"),
    };
    Reply::ok(rows)
}

#[tokio::test]
async fn a_reading_joins_all_listings_with_as_few_requests_as_there_can_be() {
    let server = Server::start(small).await;
    let pages = Pages::default();
    let reading = connector(&server)
        .read(&scope(Companies::All), &pages)
        .await
        .unwrap();
    assert!(reading.whole);
    let ids: Vec<&str> = reading.companies.iter().map(|c| c.id.as_str()).collect();
    assert_eq!(ids, ["1042"]);
    let lines: Vec<_> = reading
        .lines
        .iter()
        .map(|l| {
            (
                l.line_id.as_str(),
                l.seats,
                l.vendor_sku.as_str(),
                l.product_name.as_str(),
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            ("9001", Some(38), "CFQ7TTC0LCHC:0002", "M365 BP"),
            ("9105", Some(38), "CFQ7TTC0LCHC:0002", "M365 BP"),
            ("9002", None, "", "VISIO"),
        ]
    );
    assert_eq!(reading.quarantined.len(), 1);
    let notes = reading.notes.join("\n");
    for part in [
        "companies left out because they are in the recycle bin: 1",
        "agreements left out because they do not recur: 1",
        "agreements left out because their companies are deleted or unreadable: 1",
        "agreements called expired, cancelled or inactive that are in force by their dates, which count: 1",
        "lines 9001 (since 2025-01-01) and 9105 (since 2026-11-01) both bill 38 of O365-BP",
    ] {
        assert!(notes.contains(part), "{part}: {notes}");
    }
    // companies, agreements, one for each of two agreements, one for the products
    assert_eq!(server.asked().len(), 5);
    let told = pages.told();
    assert_eq!(told.last().unwrap().requests_left, Some(0));
    let proof = &server.asked()[0];
    assert!(proof.header("authorization").unwrap().starts_with("Basic "));
    assert!(proof.header("clientid").unwrap().starts_with("5a1b2c3d"));
    assert!(server.asked().iter().all(|asked| asked.method == "GET"));
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
    let changed = Companies::Changed {
        since: "2026-11-20T00:00:00Z".parse().unwrap(),
        known: vec![
            known("7", "Untouched"),
            known("1042", "Old name"),
            known("1043", "Deleted now"),
        ],
    };
    let reading = connector(&server)
        .read(&scope(changed), &Pages::default())
        .await
        .unwrap();
    assert!(!reading.whole);
    let names: Vec<&str> = reading
        .companies
        .iter()
        .map(|c| c.profile.name.as_str())
        .collect();
    assert_eq!(names, ["Harbour Dental", "Untouched"]);
    let condition = server.asked()[0].field("conditions");
    assert_eq!(
        condition.as_deref(),
        Some("lastUpdated > [2026-11-20T00:00:00Z]")
    );
}

#[tokio::test]
async fn pages_go_on_to_the_end_whatever_the_server_caps() {
    let server = Server::start(|asked| {
        let after: usize = asked
            .field("conditions")
            .and_then(|c| c.strip_prefix("id > ")?.parse().ok())
            .unwrap_or(0);
        let rows = |last: usize, cap: usize| {
            let ids = after + 1..=last.min(after + cap);
            Value::from(
                ids.map(|id| json!({"id": id, "name": format!("C{id}")}))
                    .collect::<Vec<_>>(),
            )
        };
        match asked.path() {
            "/company/companies" => Reply::ok(rows(612, 250)),
            _ => Reply::ok(json!([])),
        }
    })
    .await;
    let reading = connector(&server)
        .read(&scope(Companies::All), &Pages::default())
        .await
        .unwrap();
    assert_eq!(reading.companies.len(), 612);
    assert_eq!(server.count("/company/companies"), 3);
}

async fn failure(reply: Reply) -> Problem {
    let server = Server::script([reply]).await;
    let tested = connector(&server)
        .test(&CompanyChoice::default())
        .await
        .unwrap_err();
    let read = connector(&server)
        .read(&scope(Companies::All), &Pages::default())
        .await
        .unwrap_err();
    assert_eq!(tested.kind, read.kind);
    tested
}

#[tokio::test]
async fn every_refusal_is_explained_in_connectwises_own_terms() {
    let json = |status, code: &str, message: &str| {
        Reply::Json(
            status,
            json!({"code": code, "message": message, "errors": []}),
        )
    };
    let raw = |status, kind: &str, body: &str| {
        Reply::Raw(
            status,
            vec![("content-type", kind.to_owned())],
            body.as_bytes().to_vec(),
        )
    };
    let keys = failure(json(401, "Unauthorized", "Incorrect public/private key")).await;
    assert_eq!(keys.kind, ProblemKind::CredentialsRejected);
    assert!(keys.cause.contains("client ID") && keys.cause.contains("private key"));
    let unrouted = failure(raw(
        400,
        "text/plain",
        "Cannot route. Codebase/company is invalid",
    ))
    .await;
    assert_eq!(unrouted.kind, ProblemKind::CredentialsRejected);
    assert!(unrouted.remedy.contains("--company") && unrouted.remedy.contains("--region"));
    let page = failure(raw(
        200,
        "text/html",
        "<!DOCTYPE html><title>Sign in</title>",
    ))
    .await;
    assert_eq!(page.kind, ProblemKind::CredentialsRejected);
    assert!(page.title.contains("sign-in page"));
    let role = failure(json(403, "Security", "You do not have security permission")).await;
    assert_eq!(role.kind, ProblemKind::AccessDenied);
    assert!(role.remedy.contains("Inquire"));
    assert_eq!(
        failure(json(404, "NotFound", "x")).await.kind,
        ProblemKind::AccountNotFound
    );
    assert_eq!(
        failure(json(500, "Timeout", "x")).await.kind,
        ProblemKind::ServerFailure
    );
    assert_eq!(
        failure(Reply::ok(json!({"rows": "none"}))).await.kind,
        ProblemKind::ServerFailure
    );
}

#[tokio::test]
async fn a_test_counts_the_companies_and_looks_at_the_agreements() {
    let server = Server::start(small).await;
    let seen = connector(&server)
        .test(&CompanyChoice::default())
        .await
        .unwrap();
    assert_eq!((seen.companies, seen.active), (2, 2));
    assert_eq!(server.asked().len(), 2);
    let refused = Server::start(|asked| match asked.path() {
        "/finance/agreements" => Reply::Json(403, json!({"code": "Security", "message": "no"})),
        _ => Reply::ok(json!([{"id": 1, "status": {"name": "Active"}}])),
    })
    .await;
    let problem = connector(&refused)
        .test(&CompanyChoice::default())
        .await
        .unwrap_err();
    assert!(problem.title.contains("agreements"), "{}", problem.title);
}

#[tokio::test]
async fn without_the_catalogue_the_seats_are_read_all_the_same() {
    let server = Server::start(|asked| match asked.path() {
        "/procurement/catalog" => Reply::Json(403, json!({"code": "Security", "message": "no"})),
        _ => small(asked),
    })
    .await;
    let reading = connector(&server)
        .read(&scope(Companies::All), &Pages::default())
        .await
        .unwrap();
    assert_eq!(reading.lines.len(), 3);
    assert!(reading.notes.iter().any(|n| n.contains("catalogue")));
}

#[tokio::test]
async fn companies_of_other_types_and_statuses_are_kept_inactive() {
    let company = |id: u64, kind: &str, status: &str| {
        json!({"id": id, "name": format!("C{id}"), "types": [{"id": 1, "name": kind}, {"id": 9, "name": "Partner"}],
            "status": {"id": 1, "name": status}})
    };
    let server = Server::start(move |asked| match asked.path() {
        "/company/companies" => Reply::ok(json!([
            company(1, "Client", "Active"),
            company(2, "Prospect", "Active"),
            company(3, "Client", "Credit Hold"),
            company(4, "Client", "Imported")
        ])),
        _ => Reply::ok(json!([])),
    })
    .await;
    let active = async |types: &str, statuses: &str| {
        let chosen = Scope {
            choice: CompanyChoice::of(types, statuses),
            ..scope(Companies::All)
        };
        let reading = connector(&server).read(&chosen, &Pages::default()).await;
        let active = reading.unwrap().companies.into_iter().filter(|c| c.active);
        let ids: Vec<String> = active.map(|c| c.id.to_string()).collect();
        let seen = connector(&server).test(&chosen.choice).await.unwrap();
        assert_eq!((seen.companies, seen.active), (4, ids.len() as u64));
        ids.join(" ")
    };
    assert_eq!(
        active("", "").await,
        "1 2 3 4",
        "words of the MSP's own are active"
    );
    assert_eq!(active("client", "Active, credit-hold").await, "1 3");
    assert_eq!(active("partner", "active").await, "1 2");
}

#[tokio::test]
async fn a_server_that_heeds_no_condition_is_read_by_page_numbers() {
    let server = Server::start(|asked| {
        let page = asked.number("page").unwrap_or(1);
        let rows: Vec<Value> = ((page - 1) * 1_000 + 1..=(page * 1_000).min(1_100))
            .map(|id| json!({"id": id, "name": format!("C{id}")}))
            .collect();
        match asked.path() {
            "/company/companies" => Reply::ok(rows.into()),
            _ => Reply::ok(json!([])),
        }
    })
    .await;
    let reading = connector(&server)
        .read(&scope(Companies::All), &Pages::default())
        .await
        .unwrap();
    assert_eq!(reading.companies.len(), 1_100);
}
