//! Faults on demand: what goes wrong, with which requests, how often.

use std::time::Duration;

use serde::Deserialize;

use super::errors;
use super::reply::{Delivery, Reply};
use super::route::PathKind;

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
}

/// Faults for the next requests; the JSON of `POST /sim/fault`, such as
/// `{"fault":"status","status":503,"path":"subscriptions","times":3}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FaultOrder {
    /// What goes wrong.
    #[serde(flatten)]
    pub fault: Fault,
    /// With which kind of request; any if absent.
    #[serde(default)]
    pub path: Option<PathKind>,
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

impl FaultOrder {
    /// Once, with the next request of a kind.
    pub fn next(fault: Fault, path: PathKind) -> Self {
        Self {
            fault,
            path: Some(path),
            after: 0,
            times: 1,
        }
    }
}

/// The orders that are not used up. The oldest that fits a request is served.
#[derive(Debug, Default)]
pub(super) struct FaultQueue(Vec<FaultOrder>);

impl FaultQueue {
    /// Queues an order.
    pub(super) fn push(&mut self, order: FaultOrder) {
        self.0.push(order);
    }

    /// The fault of a request of that kind, if one is due.
    pub(super) fn take(&mut self, kind: PathKind) -> Option<Fault> {
        let at = self
            .0
            .iter()
            .position(|o| o.path.is_none_or(|p| p == kind))?;
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
    pub(super) fn instead(&self, request: &str) -> Option<Reply> {
        match self {
            Fault::Status {
                status: 429,
                retry_after,
            } => Some(errors::too_many(retry_after.as_deref(), request)),
            Fault::Status {
                status,
                retry_after,
            } => {
                let reply = errors::of_status(*status, request);
                Some(match retry_after {
                    Some(wait) => reply.with_header("retry-after", wait.clone()),
                    None => reply,
                })
            }
            Fault::Html { status } => Some(Reply::html(*status)),
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
            Fault::Status { .. } | Fault::Html { .. } | Fault::Reset | Fault::ExpireAccess => reply,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_served_in_turn_and_used_up() {
        let mut queue = FaultQueue::default();
        let order = r#"{"fault":"status","status":503,"path":"subscriptions","after":1,"times":2}"#;
        queue.push(serde_json::from_str(order).unwrap());
        queue.push(FaultOrder::next(Fault::Reset, PathKind::Customers));
        assert_eq!(queue.take(PathKind::Token), None);
        let seen: Vec<bool> = (0..4)
            .map(|_| queue.take(PathKind::Subscriptions).is_some())
            .collect();
        assert_eq!(seen, [false, true, true, false]);
        assert_eq!(queue.take(PathKind::Customers), Some(Fault::Reset));
        assert_eq!(queue.take(PathKind::Customers), None);
    }
}
