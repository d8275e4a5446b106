//! How the service speaks where no document settles it, or against the documents: what amounts refer to, and a drifted
//! contract with fields, words, types and headers that nobody announced. The same row always drifts in the same way.

use std::io::Write;

use serde_json::{Value, json};

use super::super::hostility::Hostility;
use super::super::licence::{Cycle, Subscription};
use super::super::server::{Delivery, Reply};
use super::chaos;
use crate::domain::money::Money;

/// What amounts of an annual cycle refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Amounts {
    /// The billing cycle.
    #[default]
    PerCycle,
    /// A month.
    PerMonth,
}

/// Whether answers are as documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Contract {
    /// They are.
    #[default]
    Documented,
    /// Unknown fields, words and types, other headers, compressed bodies.
    Drifted,
}

/// How rows and answers are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Manner {
    pub(super) hostility: Hostility,
    pub(super) amounts: Amounts,
    pub(super) contract: Contract,
}

impl Manner {
    /// Cost, price and list price of a subscription as they are sent.
    pub(super) fn amounts(self, s: &Subscription) -> [Money; 3] {
        let parts = match (self.amounts, s.cycle) {
            (Amounts::PerMonth, Cycle::Annual) => 12,
            _ => 1,
        };
        [s.cost, s.price, s.msrp].map(|amount| {
            // Seven decimals, as everywhere.
            Money::from_units(amount.divided_by(parts).units() / 10 * 10)
        })
    }

    /// The row of a customer as it is sent.
    pub(super) fn customer(self, id: u64, mut row: Value) -> Value {
        if self.contract == Contract::Drifted {
            row["marketplaceRegion"] = "NA".into();
            if id.is_multiple_of(7) {
                row["secondaryEmail"] = format!("office{id}@planted.example").into();
                row["mobilePhone"] = format!("+1 555 {id}").into();
                row["portalPassword"] = format!("planted-password-{id}").into();
            }
            if id.is_multiple_of(9) {
                row["customerStatus"] = "ONBOARDING".into();
            }
            if id.is_multiple_of(5) {
                row["languageCode"] = "en-US".into();
            }
        }
        chaos::customer(self.hostility, id, row)
    }

    /// The row of a subscription as it is sent.
    pub(super) fn subscription(self, id: u64, mut row: Value) -> Value {
        if self.contract == Contract::Drifted {
            row["commitment"] =
                json!({"kind": "NCE", "ownerEmail": format!("owner{id}@planted.example")});
            if id.is_multiple_of(9) {
                let seats = row["subscriptionTotalLicenses"].as_str();
                row["subscriptionTotalLicenses"] = seats.and_then(|n| n.parse::<i64>().ok()).into();
            }
            if id.is_multiple_of(41) {
                row["subscriptionStatus"] = "awaiting_migration".into();
            }
            if id.is_multiple_of(43) {
                row["subscriptionBillingCycle"] = "upfront_yearly".into();
            }
            if id.is_multiple_of(47) {
                row["resellerId"] = "20999".into();
            }
            if let Some(fields) = row.as_object_mut().filter(|_| id.is_multiple_of(31)) {
                fields.remove("subscriptionName");
            }
            if id.is_multiple_of(37) {
                row["total"] = json!(1);
            }
        }
        chaos::subscription(self.hostility, id, row)
    }

    /// The answer as it is sent. `window` is how many requests it holds.
    pub(super) fn answer(self, reply: Reply, window: usize, request: &str, gzip: bool) -> Reply {
        if self.contract == Contract::Documented {
            return reply;
        }
        let reply = reply
            .with_header("server", "edge-gateway/2.9")
            .with_header("x-request-id", request)
            .with_header("ratelimit-limit", window.to_string())
            .with_header("ratelimit-policy", format!("{window};w=60"));
        match gzip && reply.delivery == Delivery::Whole && !reply.body.is_empty() {
            true => compressed(reply),
            false => reply,
        }
    }
}

fn compressed(mut reply: Reply) -> Reply {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let written = encoder
        .write_all(&reply.body)
        .and_then(|()| encoder.finish());
    match written {
        Ok(body) => {
            reply.body = body;
            reply.with_header("content-encoding", "gzip")
        }
        Err(_) => reply,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::IonOptions;
    use super::super::caller::{Caller, read, unlimited};
    use super::*;
    use crate::http::network::bare_client;

    async fn rows(options: IonOptions) -> Vec<Value> {
        let caller = Caller::signed_in(30, options).await;
        let (_, body) = caller.get("{a}/subscriptions?pagination.limit=100").await;
        body["items"].as_array().unwrap().clone()
    }

    #[tokio::test]
    async fn amounts_of_a_year_are_told_by_the_month_where_asked() {
        let costs = |rows: Vec<Value>| -> BTreeMap<String, (bool, Money)> {
            let read = |row: &Value| {
                let text = row["cost"].to_string();
                // Some rows end in the residue of binary arithmetic.
                let end = text
                    .find('.')
                    .map_or(text.len(), |dot| text.len().min(dot + 8));
                let cost: Money = text[..end].parse().unwrap();
                let annual = row["subscriptionBillingCycle"] == "annual";
                (row["id"].to_string(), (annual, cost))
            };
            rows.iter().map(read).collect()
        };
        let by_cycle = costs(rows(unlimited()).await);
        let by_month = costs(
            rows(IonOptions {
                amounts: Amounts::PerMonth,
                ..unlimited()
            })
            .await,
        );
        let mut annual = 0;
        for (id, (yearly, cost)) in &by_cycle {
            let other = by_month[id].1;
            match yearly {
                // Residue and cutting off at seven decimals leave next to nothing.
                true => assert!(
                    (other.times(12) - *cost).abs() < Money::from_cents(1),
                    "{id}"
                ),
                false => assert_eq!(other, *cost, "{id}"),
            }
            annual += u32::from(*yearly);
        }
        assert!(annual > 3);
    }

    #[tokio::test]
    async fn a_drifted_answer_is_compressed_for_whoever_takes_it() {
        let options = IonOptions {
            contract: Contract::Drifted,
            ..unlimited()
        };
        let caller = Caller::signed_in(5, options).await;
        let account = caller.server.account_id();
        let path = format!("/api/v3/accounts/{account}/customers?pageSize=10");
        let ask = |gzip: bool| {
            let request = caller
                .http
                .get(caller.url(&path))
                .bearer_auth(&caller.access);
            let plain = bare_client().no_proxy().no_gzip().build().unwrap();
            let bare = plain.get(caller.url(&path)).bearer_auth(&caller.access);
            async move {
                if gzip {
                    request.send().await
                } else {
                    bare.send().await
                }
                .unwrap()
            }
        };
        let (packed, bare) = (ask(true).await, ask(false).await);
        assert_eq!(packed.headers()["server"], "edge-gateway/2.9");
        assert!(packed.content_length().is_none() && bare.content_length().is_some());
        let (packed, bare) = (read(packed).await, read(bare).await);
        assert_eq!(packed, bare);
        assert_eq!(bare["customers"][0]["marketplaceRegion"], "NA");
    }
}
