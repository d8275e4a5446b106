//! What answers have taught about a credential's limit, and what follows: how long everybody pauses after a 429, how many
//! requests are allowed now, and whether they must be spaced. Pure; kept in the credential's shared row.

use serde::{Deserialize, Serialize};

use super::foreign::{self, Most, Sign, SignKind, Suspicion};
use super::{PaceRule, Refusal};
use crate::domain::quota::Quota;

/// The wait after a 429 that names none, in seconds of the API; doubled with each 429 in a row.
const FIRST_PAUSE: i64 = 60;
const LONGEST_PAUSE: i64 = 300;
/// No pause that a server asks for is longer, in minutes.
const LONGEST_ASKED: i64 = 15;
/// The ceiling never falls below this many requests in a window.
const LOWEST_CEILING: i64 = 5;
/// The ceiling falls to so many below what the server took in the window of a 429.
const BACK: i64 = 2;
/// The ceiling rises by one after so many minutes without a 429: quickly while it may have been chance.
const STEP: i64 = 1;
const STEP_WHILE_SUSPECTED: i64 = 5;
/// For so long requests are spaced after a 429 on requests that came close together, in minutes: a week.
const EVEN: i64 = 7 * DAY;
const DAY: i64 = 24 * 60;
/// As many signs are kept.
const MOST_SIGNS: usize = 32;

/// What is known of a credential's limit; times in milliseconds of the database's clock, 0 for never.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Lesson {
    /// Requests allowed in a window, where that is less than the limit. A column of its own.
    #[serde(skip)]
    pub(super) ceiling: Option<i64>,
    /// Until when nobody sends. A column of its own.
    #[serde(skip)]
    pub(super) paused_until: i64,
    /// 429s since the last success.
    pub(super) in_a_row: u32,
    /// When the last pause began: what was sent before says nothing about the time after.
    pub(super) limited_at: i64,
    /// Until when the request that goes alone after a pause may take.
    pub(super) trial_until: i64,
    /// When the ceiling last changed, or the ring opened after a pause.
    pub(super) stepped_at: i64,
    /// Until when requests are spaced because close ones were refused.
    pub(super) even_until: i64,
    /// When a person last made a request.
    pub(super) person_at: i64,
    /// Since when bulk work has gone on.
    pub(super) busy_since: i64,
    /// The server's own limit, where it says one below ours.
    pub(super) told_limit: Option<u32>,
    /// The most that the server took in one window of the last day.
    pub(super) most: Most,
    /// What was seen, oldest first.
    pub(super) signs: Vec<Sign>,
    /// Who or what gets in our way.
    pub(super) suspicion: Option<Suspicion>,
}

/// A request that got a 429.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refused {
    /// When it started.
    pub(super) started: i64,
    /// Our requests that the server took in the window before it.
    pub(super) own: i64,
    /// Whether it followed another one closely.
    pub(super) close: bool,
    /// The wait that the server asked for, in milliseconds.
    pub(super) asked: Option<i64>,
    /// Some of a second, so that not everybody comes back at once; in milliseconds.
    pub(super) jitter: i64,
}

/// What a person should hear about a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaceNews {
    /// Something gets in our way.
    Suspected(Suspicion),
    /// It has not been seen for long.
    Cleared,
    /// The server says that its limit is lower than ours.
    ServerLimit(u32),
    /// Requests that came close together were refused, so they are spaced from now on.
    Spaced,
}

impl Lesson {
    /// The rule's limit, or the server's where it says a lower one.
    pub(super) fn limit(&self, rule: &PaceRule) -> i64 {
        let told = self.told_limit.map_or(i64::MAX, i64::from);
        i64::from(rule.limit).min(told).max(1)
    }

    /// Requests allowed in a window now.
    pub(super) fn ceiling(&self, rule: &PaceRule) -> i64 {
        let limit = self.limit(rule);
        self.ceiling.unwrap_or(limit).clamp(1, limit)
    }

    /// Until when nobody sends: a pause, or the request that goes alone after it.
    pub(super) fn closed_until(&self) -> i64 {
        match self.in_a_row {
            0 => self.paused_until,
            _ => self.paused_until.max(self.trial_until),
        }
    }

    /// A 429: everybody stops. Those that were on their way when the first one came say nothing new.
    pub(super) fn refused(&mut self, now: i64, rule: &PaceRule, refused: Refused) -> Refusal {
        let (minute, limit) = (minute(rule), self.limit(rule));
        let again = self.in_a_row > 0;
        let repeated = again && refused.started <= self.limited_at;
        let mut news = Vec::new();
        let pause = match refused.asked {
            _ if repeated => refused.asked.unwrap_or(0),
            Some(asked) => asked.max(self.least_pause(minute)),
            None => (FIRST_PAUSE << self.in_a_row.min(3)).min(LONGEST_PAUSE) * minute / 60,
        };
        let until = now + pause.min(LONGEST_ASKED * minute.max(60_000)) + refused.jitter;
        self.paused_until = self.paused_until.max(until);
        let ceiling = self.ceiling(rule);
        let kind = match refused.close {
            _ if again => SignKind::Repeated,
            _ if refused.own * 2 < ceiling => SignKind::Chance,
            true => SignKind::Close,
            false => SignKind::Spaced,
        };
        self.sign(now, rule, refused.own, kind);
        if !repeated {
            self.in_a_row += 1;
            self.limited_at = now;
            self.trial_until = 0;
            self.stepped_at = now;
        }
        if !again {
            // Where it may be the spacing, the window's limit need not be any lower.
            let room = if refused.close { ceiling } else { refused.own };
            let lowest = LOWEST_CEILING.min(limit).max(ceiling / 2);
            self.ceiling = Some((room - BACK).max(lowest).min(ceiling));
            if refused.close && self.even_until <= now {
                news.push(PaceNews::Spaced);
            }
            if refused.close {
                self.even_until = now + EVEN * minute;
            }
            news.extend(self.suspect(now, rule));
        }
        Refusal {
            own: clip(refused.own),
            ceiling: clip(self.ceiling(rule)),
            pause_ms: (self.paused_until - now).max(0).cast_unsigned(),
            in_a_row: self.in_a_row,
            repeated,
            news,
        }
    }

    /// An answer that is no 429, to a request that started then; `own` counts ours in the window up to now.
    pub(super) fn answered(
        &mut self,
        now: i64,
        rule: &PaceRule,
        started: i64,
        own: i64,
    ) -> Vec<PaceNews> {
        let minute = minute(rule);
        if self.in_a_row > 0 {
            if started <= self.limited_at {
                return Vec::new();
            }
            (self.in_a_row, self.trial_until, self.stepped_at) = (0, 0, now);
        }
        let stale = self.most.at < now - DAY * minute;
        if stale || own > self.most.own {
            self.most = Most { at: now, own };
        }
        if self.stepped_at == 0 {
            return Vec::new();
        }
        let clean = now - self.stepped_at;
        let step = match self.suspicion {
            None => STEP,
            Some(_) => STEP_WHILE_SUSPECTED,
        };
        let (ceiling, limit) = (self.ceiling(rule), self.limit(rule));
        if ceiling < limit && clean >= step * minute {
            self.ceiling = Some(ceiling + 1).filter(|c| *c < limit);
            self.stepped_at = now;
        } else if ceiling >= limit && clean >= STEP_WHILE_SUSPECTED * minute {
            (self.ceiling, self.stepped_at) = (None, 0);
            return self
                .suspicion
                .take()
                .map(|_| PaceNews::Cleared)
                .into_iter()
                .collect();
        }
        Vec::new()
    }

    /// What the server said of its limit; `own` counts ours in the window up to now.
    pub(super) fn told(
        &mut self,
        now: i64,
        rule: &PaceRule,
        quota: &Quota,
        own: i64,
    ) -> Vec<PaceNews> {
        let mut news = Vec::new();
        if let Some(wait) = quota.exhausted_for() {
            let wait = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
            let until = now + wait.min(LONGEST_ASKED * 60_000);
            self.paused_until = self.paused_until.max(until);
        }
        let Some(limit) = quota.per_minute() else {
            return news;
        };
        let lower = Some(limit).filter(|l| *l < rule.limit);
        if lower != self.told_limit {
            self.told_limit = lower;
            news.extend(lower.map(PaceNews::ServerLimit));
        }
        let counted = quota
            .remaining
            .map(|left| i64::from(limit.saturating_sub(left)));
        let more = counted.map_or(0, |counted| counted - own);
        let last = self.signs.iter().rev().find(|s| !s.is_429());
        let due = last.is_none_or(|s| s.at <= now - minute(rule));
        if foreign::is_telling(more) && due {
            self.sign(now, rule, own, SignKind::Counted(more));
            self.stepped_at = now;
            news.extend(self.suspect(now, rule));
        }
        news
    }

    /// 429s among the signs since then: requests that the server did not take.
    pub(super) fn refused_since(&self, then: i64) -> i64 {
        let refused = self.signs.iter().filter(|s| s.is_429() && s.at > then);
        i64::try_from(refused.count()).unwrap_or(i64::MAX)
    }

    /// The database's clock went back: what lies too far ahead comes nearer.
    pub(super) fn settle(&mut self, now: i64, rule: &PaceRule) {
        let minute = minute(rule).max(60_000);
        self.paused_until = self.paused_until.min(now + (LONGEST_ASKED + 1) * minute);
        self.trial_until = self.trial_until.min(now + minute);
        for at in [
            &mut self.limited_at,
            &mut self.stepped_at,
            &mut self.person_at,
            &mut self.busy_since,
        ] {
            *at = (*at).min(now);
        }
    }

    /// A server that asks for no pause and refuses again is not hammered.
    fn least_pause(&self, minute: i64) -> i64 {
        match self.in_a_row {
            0 => 0,
            n => (1 << n.min(6)).min(FIRST_PAUSE) * minute / 60,
        }
    }

    fn sign(&mut self, at: i64, rule: &PaceRule, own: i64, kind: SignKind) {
        self.signs.retain(|s| s.at > at - DAY * minute(rule));
        if self.signs.len() >= MOST_SIGNS {
            self.signs.remove(0);
        }
        self.signs.push(Sign { at, own, kind });
    }

    /// What the signs say, if it is news: the first suspicion, or that one explanation is out. A change of numbers alone
    /// is kept but not told.
    fn suspect(&mut self, now: i64, rule: &PaceRule) -> Option<PaceNews> {
        let mut found =
            foreign::judge(&self.signs, self.most, now, minute(rule), self.limit(rule))?;
        let known = self.suspicion;
        if known.is_some_and(|k| k.or_limit.is_none()) {
            found.or_limit = None;
        }
        self.suspicion = Some(found);
        let news = known.is_none_or(|k| k.or_limit.is_some() && found.or_limit.is_none());
        news.then_some(PaceNews::Suspected(found))
    }
}

/// A minute of the API in milliseconds.
pub(super) fn minute(rule: &PaceRule) -> i64 {
    i64::try_from(rule.minute_ms).unwrap_or(60_000).max(1)
}

fn clip(n: i64) -> u32 {
    u32::try_from(n.max(0)).unwrap_or(u32::MAX)
}
