//! A small Ion of our own for tests: single-use refresh tokens, both ways of paging, page caps, error bodies.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use crate::http::testing::{Asked, Reply, Server};

/// An Ion account of its own: `customers`, `subscriptions`, the page caps that the server honours, one good access token.
#[derive(Clone)]
pub struct Tenant {
    pub customers: usize,
    pub subscriptions: usize,
    pub customer_cap: usize,
    pub subscription_cap: usize,
}

impl Default for Tenant {
    fn default() -> Self {
        Self {
            customers: 200,
            subscriptions: 1_500,
            customer_cap: 1_000,
            subscription_cap: 1_000,
        }
    }
}

impl Tenant {
    pub async fn serve(self) -> Server {
        let issued = AtomicUsize::new(0);
        Server::start(move |asked| self.answer(asked, &issued)).await
    }

    pub fn answer(&self, asked: &Asked, issued: &AtomicUsize) -> Reply {
        if asked.path() == "/oauth/token" {
            let n = issued.fetch_add(1, Ordering::SeqCst);
            let spent = asked.field("refresh_token") != Some(format!("r{n}"));
            return match spent {
                true => Reply::Json(400, json!({"error": "cannot validate token: redis: nil"})),
                false => Reply::ok(
                    json!({"access_token": "good", "expires_in": 7200, "token_type": "Bearer",
                    "refresh_token": format!("r{}", n + 1)}),
                ),
            };
        }
        if asked.path() == "/oauth/validateAccess" {
            return match asked.field("access_token").as_deref() {
                Some("good") => {
                    Reply::ok(json!({"access_expires_in": 6_500, "refresh_expires_in": 2_700_000}))
                }
                _ => Reply::Json(400, json!({"error": "cannot validate token: redis: nil"})),
            };
        }
        if asked.header("authorization") != Some("Bearer good") {
            return Reply::Json(401, json!({"error": "UNAUTHENTICATED"}));
        }
        match asked.path() {
            "/api/v3/accounts/10505/customers" => self.customers(asked),
            "/api/v3/accounts/10505/subscriptions" => self.subscriptions(asked),
            other => Reply::Json(
                404,
                json!({"error": "NOT_FOUND", "message": format!("resource '{other}' not found"),
                "code": 404, "details": [{"requestId": "req-404"}]}),
            ),
        }
    }

    fn customers(&self, asked: &Asked) -> Reply {
        let Some(size) = asked.number("pageSize") else {
            return Reply::Json(400, json!({"error": "INVALID_REQUEST"}));
        };
        let from = asked.number("pageToken").unwrap_or(0);
        let to = (from + size.min(self.customer_cap)).min(self.customers);
        let rows: Vec<_> = (from..to)
            .map(|n| json!({"name": format!("accounts/10505/customers/{n}"), "customerOrganization": format!("C{n}")}))
            .collect();
        let token = if to < self.customers {
            to.to_string()
        } else {
            String::new()
        };
        Reply::ok(json!({"customers": rows, "nextPageToken": token}))
    }

    fn subscriptions(&self, asked: &Asked) -> Reply {
        let limit = asked
            .number("pagination.limit")
            .unwrap_or(100)
            .min(self.subscription_cap);
        let from = asked
            .number("pagination.offset")
            .unwrap_or(0)
            .min(self.subscriptions);
        let to = (from + limit).min(self.subscriptions);
        let rows: Vec<_> = (from..to)
            .map(|n| json!({"id": n.to_string(), "customerId": (n % 201).to_string(), "subscriptionTotalLicenses": "2"}))
            .collect();
        Reply::ok(json!({"items": rows, "paginationResponse": {"totalSize": self.subscriptions}}))
    }
}
