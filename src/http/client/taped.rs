//! Attempts with a tape: kept after they were made, or answered from a recording in the network's place.

use serde_json::Value;

use super::{ApiClient, Body, Outgoing};
use crate::domain::time::Calendar;
use crate::http::error::ErrorKind;
use crate::http::exchange::Failure;
use crate::http::observe::Note;
use crate::http::pacing::{Slot, Used};
use crate::http::recording::{Asked, Exchange, Player, Recorder, Seen, Taken};

fn asked(out: &Outgoing<'_>) -> Asked {
    let asked = Asked::of(out.call.method, &out.url);
    match &out.body {
        Some(Body::Query(filter)) => asked.with_body(filter),
        Some(Body::Token(..)) | None => asked,
    }
}

impl ApiClient {
    /// Makes an attempt and keeps it. A recording that cannot be written ends with a remark; the run goes on.
    pub(super) async fn recorded(
        &self,
        out: &Outgoing<'_>,
        slot: Slot,
        recorder: &Recorder,
    ) -> Result<(Value, usize), Failure> {
        let mut seen = None;
        let result = self.exchange(out, slot, &mut seen).await;
        let asked = asked(out);
        let answer = result.as_ref().map(|(json, _)| json);
        let kept = recorder.keep(Calendar::wall().now(), &asked, seen.as_ref(), answer);
        if let Err(error) = kept {
            self.note(&Note::Remark(format!(
                "the recording ends here, the run goes on: it cannot be written ({error})"
            )));
        }
        result
    }

    /// Answers from a recording; nothing is sent.
    pub(super) async fn replayed(
        &self,
        out: &Outgoing<'_>,
        slot: Slot,
        player: &Player,
    ) -> Result<(Value, usize), Failure> {
        let exchange = match player.take(&asked(out)) {
            Taken::Recorded(exchange) => *exchange,
            Taken::TokenInHand(answer) => {
                self.parts.pacer.release(slot, Used::NeverSent).await;
                return Ok((answer, 0));
            }
            Taken::Missing => {
                self.parts.pacer.release(slot, Used::NeverSent).await;
                return Err(ErrorKind::Unrecorded.into());
            }
        };
        self.budget.sent();
        self.note(&Note::Sent {
            call: out.call.clone(),
            class: out.class,
        });
        let Exchange { seen, result, .. } = exchange;
        if let Some(Seen { status, headers }) = seen {
            self.note(&Note::Answered {
                call: out.call.clone(),
                status,
                latency: std::time::Duration::ZERO,
                headers,
            });
        }
        let used = match &result {
            Err(failure) if matches!(failure.kind, ErrorKind::RateLimited(_)) => {
                self.note(&Note::RateLimited {
                    call: out.call.clone(),
                    wait: None,
                });
                Used::RateLimited(None)
            }
            Err(failure) if failure.kind.never_sent() => Used::NeverSent,
            _ => Used::Answered,
        };
        self.parts.pacer.release(slot, used).await;
        if let Err(failure) = &result {
            self.note(&Note::Failed {
                call: out.call.clone(),
                seen: failure.kind.to_string(),
            });
        }
        result.map(|json| (json, 0))
    }
}
