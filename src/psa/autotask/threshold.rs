//! The budget of requests, which all integrations of an account share (10,000 in an hour: vendor's help). From half of it
//! on each call is slowed, at its end every integration is refused.

use serde_json::Value;

use super::problems;
use crate::domain::party::PsaSystem;
use crate::domain::problem::{Problem, ProblemKind};
use crate::http::json::read;
use crate::http::pacing::Class;
use crate::psa::session::{Failed, Session};

/// One in so many requests of the budget is left to the account's other integrations.
const RESERVE: i64 = 20;

/// How much of the budget is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Threshold {
    /// Requests used and allowed, where both are told.
    known: Option<(i64, i64)>,
    minutes: i64,
}

impl Threshold {
    /// Asks for it.
    pub async fn ask(session: &Session, class: Class) -> Result<Self, Problem> {
        let answer = session.get("/V1.0/ThresholdInformation", &[], class).await;
        let json = match answer {
            // Nothing else depends on it.
            Err(Failed::Api(e)) if matches!(e.status(), Some(403 | 404)) => Value::Null,
            answer => answer.map_err(|failed| problems::reading(&failed, "request threshold"))?,
        };
        let number = |key: &str| json.get(key).and_then(|n| read::int(n).ok());
        let used = number("currentTimeframeRequestCount");
        let limit = number("externalRequestThreshold").filter(|limit| *limit > 0);
        Ok(Self {
            known: used.zip(limit),
            minutes: number("requestThresholdTimeframe").unwrap_or(60),
        })
    }

    /// In words.
    pub fn words(&self) -> String {
        let Some((used, limit)) = self.known else {
            return "Autotask does not say how many requests this account has left".to_owned();
        };
        let slow = match used.saturating_mul(2) >= limit {
            true => "; from half of it on Autotask slows every call",
            false => "",
        };
        format!(
            "Autotask counts {used} of {limit} requests in {} minutes, of all integrations of this account{slow}",
            self.minutes
        )
    }

    /// Why nothing may be read now: what is left belongs to the other integrations.
    pub fn refusal(&self) -> Option<Problem> {
        let (used, limit) = self.known?;
        (limit.saturating_sub(used) < limit / RESERVE).then(|| {
            Problem::new(
                ProblemKind::RateLimited,
                format!("{}'s requests of the hour are used up", PsaSystem::Autotask.label()),
            )
            .seen(self.words())
            .cause(
                "All integrations of the account share one budget; at its end Autotask refuses them all. The last twentieth is left \
                 to the others.",
            )
            .remedy(format!(
                "Nothing was changed: what was read last stays in use. Try again in up to {} minutes: vectis psa sync. Which \
                 integration uses so much stands in Autotask under Admin → Resources (Users) → API users.",
                self.minutes
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_twentieth_of_the_budget_is_left_alone() {
        let used = |used| Threshold {
            known: Some((used, 10_000)),
            minutes: 60,
        };
        assert!(!used(4_999).words().contains("slows"));
        assert!(used(5_000).words().contains("slows every call"));
        assert!(used(9_500).refusal().is_none());
        let refusal = used(9_501).refusal().unwrap();
        assert_eq!(refusal.kind, ProblemKind::RateLimited);
        assert!(refusal.seen.contains("9501 of 10000"), "{}", refusal.seen);
        let untold = Threshold {
            known: None,
            minutes: 60,
        };
        assert!(untold.refusal().is_none() && untold.words().contains("does not say"));
    }
}
