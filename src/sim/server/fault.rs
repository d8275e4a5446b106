//! Faults on demand: what goes wrong, with which requests, how often.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::asked::Call;
use super::reply::{Delivery, Reply};
use super::service::Service;

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// An error status with the vendor's body; the request has no effect.
    Status {
        /// HTTP status.
        status: u16,
        /// The header `Retry-After`, as text.
        #[serde(default)]
        retry_after: Option<String>,
    },
    /// An HTML page, with 200 or with a 5xx; the request has no effect.
    Html {
        /// HTTP status.
        status: u16,
    },
    /// The right answer, ending in the middle of its JSON.
    CutJson,
    /// The right answer announced, half of it sent, then the connection breaks.
    CutBody,
    /// A 200 without a body.
    Empty,
    /// The right answer in pieces over that many seconds.
    SlowBody {
        /// From the first to the last piece.
        seconds: u64,
    },
    /// The connection is reset; the request has no effect.
    Reset,
    /// The right answer, with that many bytes of white space behind it.
    HugeBody {
        /// Of white space.
        bytes: u64,
    },
    /// The right answer is made, and takes effect, but the connection is reset: a token answer is lost so.
    AnswerLost,
    /// The right answer under a wrong content type.
    WrongContentType,
    /// Every access token expires just before the request.
    ExpireAccess,
    /// The 429 of the service's own limit, with its own hint: room again in so many seconds.
    Limited {
        /// Until there is room.
        seconds: u64,
    },
    /// A week passes just before the request: rows come, go and move.
    Week,
    /// The right answer with another value at a place; `{"fault":"replace","pointer":"/items/0/fees","value":null}`.
    Replace {
        /// JSON pointer (RFC 6901); a place that is not there is left alone.
        pointer: String,
        /// What stands there instead.
        value: Value,
    },
    /// The right answer without a member, or an element of a list.
    Remove {
        /// JSON pointer to it.
        pointer: String,
    },
    /// Another JSON document under any status; the request has no effect.
    Json {
        /// HTTP status.
        status: u16,
        /// The whole body.
        body: Value,
    },
}

/// Faults for the next requests; the JSON of `POST /sim/fault`, such as
/// `{"fault":"status","status":503,"path":"subscriptions","times":3}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(bound(deserialize = "K: Deserialize<'de>"))]
pub struct FaultOrder<K> {
    /// What goes wrong.
    #[serde(flatten)]
    pub fault: Fault,
    /// With which kind of request; any if absent.
    #[serde(default)]
    pub path: Option<K>,
    /// That many matching requests pass unharmed first.
    #[serde(default)]
    pub after: u32,
    /// With how many matching requests.
    #[serde(default = "once")]
    pub times: u32,
}

fn once() -> u32 {
    1
}

impl<K> FaultOrder<K> {
    /// Once, with the next request of a kind.
    pub fn next(fault: Fault, path: K) -> Self {
        Self {
            fault,
            path: Some(path),
            after: 0,
            times: 1,
        }
    }
}

/// The orders that are not used up. The oldest that fits a request is served.
#[derive(Debug)]
pub(super) struct FaultQueue<K>(Vec<FaultOrder<K>>);

impl<K> Default for FaultQueue<K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: PartialEq> FaultQueue<K> {
    /// Queues an order.
    pub(super) fn push(&mut self, order: FaultOrder<K>) {
        self.0.push(order);
    }

    /// The fault of a request of that kind, if one is due.
    pub(super) fn take(&mut self, kind: K) -> Option<Fault> {
        let fits = |order: &FaultOrder<K>| order.path.as_ref().is_none_or(|path| *path == kind);
        let at = self.0.iter().position(fits)?;
        let order = &mut self.0[at];
        if order.after > 0 {
            order.after -= 1;
            return None;
        }
        let fault = order.fault.clone();
        order.times = order.times.saturating_sub(1);
        if order.times == 0 {
            self.0.remove(at);
        }
        Some(fault)
    }
}

impl Fault {
    /// The answer, where the request must not take effect.
    pub(super) fn instead<S: Service>(
        &self,
        service: &mut S,
        call: &Call<S::Kind>,
    ) -> Option<Reply> {
        match self {
            Fault::Status {
                status,
                retry_after,
            } => {
                let reply = service.refuse(*status, call);
                Some(match retry_after {
                    Some(wait) => reply.with_header("retry-after", wait.clone()),
                    None => reply,
                })
            }
            Fault::Limited { seconds } => Some(service.limited(*seconds, call)),
            Fault::Html { status } => Some(Reply::html(*status)),
            Fault::Json { status, body } => Some(Reply::json(*status, body)),
            Fault::Reset => Some(Reply::new(500, "text/plain", Vec::new()).sent(Delivery::Reset)),
            _ => None,
        }
    }

    /// What becomes of the right answer.
    pub(super) fn spoil(&self, mut reply: Reply) -> Reply {
        match self {
            Fault::CutJson => {
                let half = reply.body.len() / 2;
                reply.body.truncate(half);
                reply
            }
            Fault::Empty => Reply::new(200, "application/json", Vec::new()),
            Fault::CutBody => reply.sent(Delivery::Broken),
            Fault::SlowBody { seconds } => {
                reply.sent(Delivery::Slow(Duration::from_secs(*seconds)))
            }
            Fault::HugeBody { bytes } => reply.sent(Delivery::Huge(*bytes)),
            Fault::AnswerLost => reply.sent(Delivery::Reset),
            Fault::WrongContentType => Reply {
                content_type: "text/plain",
                ..reply
            },
            Fault::Replace { pointer, value } => reply.edited(|body| {
                if let Some(place) = body.pointer_mut(pointer) {
                    place.clone_from(value);
                }
            }),
            Fault::Remove { pointer } => reply.edited(|body| remove(body, pointer)),
            Fault::Status { .. }
            | Fault::Html { .. }
            | Fault::Reset
            | Fault::ExpireAccess
            | Fault::Limited { .. }
            | Fault::Week
            | Fault::Json { .. } => reply,
        }
    }
}

fn remove(body: &mut Value, pointer: &str) {
    let Some((parent, last)) = pointer.rsplit_once('/') else {
        return;
    };
    match body.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.remove(last);
        }
        Some(Value::Array(rows)) => {
            if let Some(at) = last.parse().ok().filter(|at| *at < rows.len()) {
                rows.remove(at);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn orders_are_served_in_turn_and_used_up() {
        let mut queue = FaultQueue::default();
        let order = r#"{"fault":"status","status":503,"path":"rows","after":1,"times":2}"#;
        queue.push(serde_json::from_str(order).unwrap());
        queue.push(FaultOrder::next(Fault::Reset, "customers".to_owned()));
        let mut take = |kind: &str| queue.take(kind.to_owned());
        assert_eq!(take("token"), None);
        let seen: Vec<bool> = (0..4).map(|_| take("rows").is_some()).collect();
        assert_eq!(seen, [false, true, true, false]);
        assert_eq!(take("customers"), Some(Fault::Reset));
        assert_eq!(take("customers"), None);
    }

    #[test]
    fn a_place_in_the_answer_is_changed_or_lost_and_no_other() {
        let reply = || Reply::json(200, &json!({"items": [{"id": 1, "fees": 2}, {"id": 3}]}));
        let spoilt = |order: &str| -> Value {
            let order: FaultOrder<String> = serde_json::from_str(order).unwrap();
            serde_json::from_slice(&order.fault.spoil(reply()).body).unwrap()
        };
        assert_eq!(
            spoilt(r#"{"fault":"replace","pointer":"/items/0/fees","value":null}"#),
            json!({"items": [{"id": 1, "fees": null}, {"id": 3}]})
        );
        assert_eq!(
            spoilt(r#"{"fault":"remove","pointer":"/items/0"}"#),
            json!({"items": [{"id": 3}]})
        );
        assert_eq!(
            spoilt(r#"{"fault":"remove","pointer":"/items"}"#),
            json!({})
        );
        for nowhere in ["/none/1", "/items/7", ""] {
            let order = json!({"fault": "remove", "pointer": nowhere}).to_string();
            assert_eq!(spoilt(&order)["items"].as_array().unwrap().len(), 2);
        }
    }
}
