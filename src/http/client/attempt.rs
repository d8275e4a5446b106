//! One attempt over the network: from the slot it was given to the body of its answer.

use std::sync::Arc;
use std::time::Instant;

use serde_json::Value;

use super::{ApiClient, Outgoing};
use crate::domain::quota::Quota;
use crate::domain::time::Calendar;
use crate::http::error::ErrorKind;
use crate::http::exchange::{Failure, Head, receive, send, told_wait};
use crate::http::observe::{Note, telling};
use crate::http::pacing::{Pacer, Slot, Used};
use crate::http::recording::Seen;
use crate::http::retry::Policy;

impl ApiClient {
    /// One attempt over the network with its slot, which is handed back as soon as the headers are here; they are left
    /// in `seen`.
    pub(super) async fn exchange(
        &self,
        out: &Outgoing<'_>,
        slot: Slot,
        seen: &mut Option<Seen>,
    ) -> Result<(Value, usize), Failure> {
        let pacer = &self.parts.pacer;
        let request = match self.request(out) {
            Ok(request) => request,
            Err(kind) => {
                pacer.release(slot, Used::NeverSent).await;
                return Err(kind.into());
            }
        };
        self.budget.sent();
        self.note(&Note::Sent {
            call: out.call.clone(),
            class: out.class,
        });
        let started = Instant::now();
        let host = out.url.host_str().unwrap_or_default();
        let sending = send(request, host, &self.limits);
        let sent = match out.policy {
            Policy::Spend => sending.await,
            Policy::Read | Policy::Ask => tokio::select! {
                sent = sending => sent,
                () = out.cancel.cancelled() => {
                    pacer.release(slot, Used::Lost).await;
                    return Err(ErrorKind::Cancelled.into());
                }
            },
        };
        let head = match sent {
            Ok(head) => head,
            Err(kind) => {
                let used = if kind.never_sent() {
                    Used::NeverSent
                } else {
                    Used::Lost
                };
                pacer.release(slot, used).await;
                self.note(&Note::Failed {
                    call: out.call.clone(),
                    seen: kind.to_string(),
                });
                return Err(kind.into());
            }
        };
        let now = Calendar::wall().now();
        let answer = seen.insert(telling_head(out, &head));
        self.note(&Note::Answered {
            call: out.call.clone(),
            status: answer.status,
            latency: started.elapsed(),
            headers: answer.headers.clone(),
        });
        self.remark(self.watch.clock(head.text("date"), now));
        let quota = head.quota(now);
        if head.status() == 429 {
            let wait = match (head.retry_after(now), self.habits.told_wait) {
                (None, Some(read)) => told_wait(head, read).await,
                (wait, _) => wait,
            };
            arrived(pacer.as_ref(), slot, quota, Used::RateLimited(wait)).await;
            self.note(&Note::RateLimited {
                call: out.call.clone(),
                wait,
            });
            return Err(ErrorKind::RateLimited(wait).into());
        }
        match out.policy {
            Policy::Read | Policy::Ask => {
                arrived(pacer.as_ref(), slot, quota, Used::Answered).await;
            }
            // Nothing may stand between a new token's arrival and its storing, a busy database least of all.
            Policy::Spend => {
                let pacer = Arc::clone(pacer);
                self.parts.tasks.spawn(async move {
                    arrived(pacer.as_ref(), slot, quota, Used::Answered).await;
                });
            }
        }
        let receiving = receive(head, &self.limits, &out.redactor);
        let received = tokio::select! {
            received = receiving => received,
            () = out.cancel.cancelled(), if out.policy != Policy::Spend => Err(ErrorKind::Cancelled.into()),
        };
        if let Err(failure) = &received {
            self.note(&Note::Failed {
                call: out.call.clone(),
                seen: failure.kind.to_string(),
            });
        }
        let (body, bytes) = received?;
        if let Some(key) = &body.repeated_key {
            self.remark(self.watch.repeated(&out.call, &out.redactor.text(key)));
        }
        Ok((body.json, bytes))
    }
}

/// Hands the slot back; what the server told of its own limit comes first.
async fn arrived(pacer: &dyn Pacer, slot: Slot, quota: Quota, used: Used) {
    if !quota.is_empty() {
        pacer.told(quota).await;
    }
    pacer.release(slot, used).await;
}

/// Status and telling headers, redacted.
fn telling_head(out: &Outgoing<'_>, head: &Head) -> Seen {
    let told = head
        .headers()
        .iter()
        .filter(|(name, _)| telling(name.as_str()));
    let headers = told.map(|(name, value)| {
        let text = out.redactor.text(value.to_str().unwrap_or_default());
        (
            name.as_str().to_owned(),
            crate::domain::text::clean(&text, 120),
        )
    });
    Seen {
        status: head.status(),
        headers: headers.collect(),
    }
}
