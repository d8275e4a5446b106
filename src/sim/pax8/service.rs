//! Answers requests: the token, then the resources. Nothing can be written.

use serde_json::{Map, Value, json};

use super::super::dice::Dice;
use super::super::hostility::Hostility;
use super::super::server::{Access, Asked, Call, Hint, Query, Reply, Service, Stats, Weather};
use super::super::world::{SharedWorld, World, open};
use super::listing::Listing;
use super::products::Offer;
use super::route::{self, Pax8Path};
use super::{Pax8Options, billing, errors, rows, subscriptions};
use crate::domain::vendor::Vendor;

const AUDIENCES: [&str; 4] = [
    "https://api.pax8.com",
    "api://p8p.client",
    "api://provisioning",
    "api://usage",
];

/// What companies may be sorted by.
const COMPANY_SORTS: &[(&str, &str)] = &[
    ("name", "/name"),
    ("city", "/address/city"),
    ("country", "/address/country"),
    ("stateOrProvince", "/address/stateOrProvince"),
    ("postalCode", "/address/postalCode"),
];
/// What subscriptions may be sorted by; not by id, and none of these is unique.
const SUBSCRIPTION_SORTS: &[(&str, &str)] = &[
    ("quantity", "/quantity"),
    ("startDate", "/startDate"),
    ("endDate", "/endDate"),
    ("createdDate", "/createdDate"),
    ("billingStart", "/billingStart"),
    ("price", "/price"),
];
const PRODUCT_SORTS: &[(&str, &str)] = &[("name", "/name"), ("vendor", "/vendorName")];

/// Pax8.
pub struct Pax8 {
    world: SharedWorld,
    page_cap: usize,
    hint: Hint,
    hostility: Hostility,
    access: Access,
    client_id: String,
    client_secret: String,
}

impl Service for Pax8 {
    type Kind = Pax8Path;

    fn kind(&self, asked: &Asked) -> Pax8Path {
        route::kind(&asked.parts())
    }

    fn answer(
        &mut self,
        asked: &Asked,
        call: &Call<Pax8Path>,
        stats: &mut Stats<Pax8Path>,
    ) -> Reply {
        if call.kind == Pax8Path::Token && asked.method == "POST" {
            return self.token(asked, call, stats);
        }
        if !self.access.admit(asked.bearer(), call.now) {
            return errors::error(401, "Unauthorized", &asked.path);
        }
        if asked.method != "GET" {
            return errors::error(405, "this simulator is read-only", &asked.path);
        }
        let world = open(&self.world);
        let found = self.resource(&world, asked);
        found.unwrap_or_else(|| errors::error(404, "Not found", &asked.path))
    }

    fn refuse(&mut self, status: u16, call: &Call<Pax8Path>) -> Reply {
        match (call.kind, status) {
            (Pax8Path::Token, 401 | 403) => errors::access_denied(),
            _ => errors::error(status, "The request cannot be served", "/v1"),
        }
    }

    fn limited(&mut self, seconds: u64, _call: &Call<Pax8Path>) -> Reply {
        let reply = errors::error(429, "Too many requests", "/v1");
        self.hint.on(reply, seconds)
    }

    fn expire_access(&mut self) {
        self.access.expire();
    }

    fn world(&self) -> &SharedWorld {
        &self.world
    }

    fn introduction(&self) -> Map<String, Value> {
        let world = open(&self.world);
        let line = json!({
            "vendor": "pax8", "client_id": self.client_id, "client_secret": self.client_secret,
            "customers": world.customers_at(Vendor::Pax8).len(),
            "subscriptions": world.subscriptions_at(Vendor::Pax8).len(),
        });
        line.as_object().cloned().unwrap_or_default()
    }
}

impl Pax8 {
    /// A service for one world.
    pub(super) fn new(world: SharedWorld, options: Pax8Options) -> Self {
        let seed = options.server.seed;
        let mut dice = Dice::new(seed, "pax8 credentials", 0);
        Self {
            world,
            page_cap: options.page_cap,
            hint: options.hint,
            hostility: match options.server.weather {
                Weather::Calm => Hostility::None,
                Weather::Chaos => Hostility::Seeded(seed),
            },
            access: Access::new(seed, options.access),
            client_id: dice.letters(32),
            client_secret: dice.letters(64),
        }
    }

    fn token(
        &mut self,
        asked: &Asked,
        call: &Call<Pax8Path>,
        stats: &mut Stats<Pax8Path>,
    ) -> Reply {
        let body: Value = serde_json::from_slice(&asked.body).unwrap_or_default();
        let is = |member: &str, value: &str| body[member] == value;
        let known = is("client_id", &self.client_id)
            && is("client_secret", &self.client_secret)
            && is("grant_type", "client_credentials")
            && AUDIENCES.iter().any(|audience| is("audience", audience));
        if !known {
            return errors::access_denied();
        }
        stats.tokens_issued += 1;
        let (token, seconds) = self.access.issue(call.now);
        let body = json!({"access_token": token, "expires_in": seconds, "token_type": "Bearer"});
        Reply::json(200, &body)
    }

    /// The answer to a read; none where there is nothing.
    fn resource(&self, world: &World, asked: &Asked) -> Option<Reply> {
        let query = Query::of(&asked.query);
        let listing = Listing {
            query: &query,
            instance: &asked.path,
            cap: self.page_cap,
        };
        let parts = asked.parts();
        let (["v1"], rest) = parts.split_at_checked(1)? else {
            return None;
        };
        let reply = match *rest {
            ["companies"] => listing.answer(self.companies(world, &query), COMPANY_SORTS),
            ["companies", id] => {
                let found = rows::customer(world, id)?;
                Reply::json(200, &rows::company(world, found, self.hostility))
            }
            ["companies", id, "contacts"] => {
                listing.answer(rows::contacts(world, rows::customer(world, id)?), &[])
            }
            ["subscriptions"] => match query.get(&["companyId"]) {
                // Also where the company is merely unknown.
                Some(id) if rows::customer(world, id).is_none() => {
                    errors::error(403, "Access is denied", &asked.path)
                }
                _ => listing.answer(self.subscriptions(world, &query), SUBSCRIPTION_SORTS),
            },
            ["subscriptions", id] => {
                let found = subscriptions::find(world, id)?;
                Reply::json(200, &subscriptions::row(world, found, self.hostility))
            }
            ["subscriptions", id, "history"] => Reply::json(
                200,
                &subscriptions::history(world, subscriptions::find(world, id)?),
            ),
            ["subscriptions", id, "usage-summaries"] => listing.answer(
                billing::summaries(world, subscriptions::find(world, id)?),
                &[],
            ),
            ["products"] => listing.answer(products(world, &query), PRODUCT_SORTS),
            ["products", id] => Reply::json(200, &offer(world, id)?.row(world)),
            ["products", id, "pricing"] => Reply::json(200, &offer(world, id)?.pricing(world)),
            ["products", id, "dependencies"] => {
                Reply::json(200, &offer(world, id)?.dependencies(world))
            }
            ["invoices"] => listing.answer(billing::invoices(world), &[]),
            ["invoices", "draftItems"] => {
                listing.answer(billing::items(world, query.get(&["companyId"]), true), &[])
            }
            ["invoices", id] => {
                Reply::json(200, &billing::invoice(world, billing::find(world, id)?))
            }
            ["invoices", id, "items"] => {
                billing::find(world, id)?;
                listing.answer(billing::items(world, None, false), &[])
            }
            _ => return None,
        };
        Some(reply)
    }

    fn companies(&self, world: &World, query: &Query) -> Vec<Value> {
        let rows = world.customers_at(Vendor::Pax8).iter();
        rows.map(|c| rows::company(world, c, self.hostility))
            .filter(|row| {
                let address = ["city", "country", "stateOrProvince", "postalCode"];
                let flags = [
                    "selfServiceAllowed",
                    "billOnBehalfOfEnabled",
                    "orderApprovalRequired",
                ];
                fits(query, row, "/address/", &address)
                    && fits(query, row, "/", &["status"])
                    && fits(query, row, "/", &flags)
            })
            .collect()
    }

    fn subscriptions(&self, world: &World, query: &Query) -> Vec<Value> {
        let rows = world.subscriptions_at(Vendor::Pax8).iter();
        rows.map(|s| subscriptions::row(world, s, self.hostility))
            .filter(|row| {
                fits(
                    query,
                    row,
                    "/",
                    &["status", "billingTerm", "companyId", "productId"],
                )
            })
            .collect()
    }
}

fn offer(world: &World, id: &str) -> Option<Offer> {
    Offer::all().find(|offer| offer.id(world) == id)
}

fn products(world: &World, query: &Query) -> Vec<Value> {
    let search = query.get(&["search"]).map(str::to_lowercase);
    Offer::all()
        .map(|offer| offer.row(world))
        .filter(|row| fits(query, row, "/", &["vendorName"]))
        .filter(|row| {
            let name = row["name"].as_str().unwrap_or_default().to_lowercase();
            search.as_ref().is_none_or(|wanted| name.contains(wanted))
        })
        .collect()
}

/// True if a row has what the query asks for in each of these members.
fn fits(query: &Query, row: &Value, front: &str, members: &[&str]) -> bool {
    members.iter().all(|member| {
        let Some(wanted) = query.get(&[member]) else {
            return true;
        };
        match row.pointer(&format!("{front}{member}")) {
            Some(Value::String(text)) => text == wanted,
            Some(Value::Bool(flag)) => flag.to_string() == wanted,
            _ => false,
        }
    })
}
