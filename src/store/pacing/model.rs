//! A model of days: many clients on one ring, random latency, kills, people, other programs, and servers with a mind of
//! their own. The ring's functions are the program's; only clock, network and server are played.

use std::collections::{BTreeSet, VecDeque};

use fastrand::Rng;

use super::ring::{Ring, RingSlot, window};
use super::{Grant, PaceClass, PaceNews, PaceRule};

/// What the server does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limiter {
    /// At most so many in any window; a 429 names the seconds until there is room.
    Strict(usize),
    /// A bucket of so many, filled with one each so many milliseconds; a 429 names no time.
    Bucket(u32, i64),
    /// Strict, but everything is refused between two instants, without a time.
    Sick(usize, i64, i64),
}

/// Another program with the same credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Other {
    /// Nobody.
    None,
    /// Evenly, one each so many milliseconds, from an instant on.
    Even(i64, i64),
    /// At random, so many milliseconds apart on average, from an instant on.
    Random(i64, i64),
}

/// A story to play.
#[derive(Debug, Clone, Copy)]
pub(super) struct Story {
    pub(super) seed: u64,
    pub(super) rule: PaceRule,
    pub(super) limiter: Limiter,
    pub(super) other: Other,
    /// Clients that always have more to do.
    pub(super) bulk: usize,
    /// People, and the mean of the milliseconds between their calls.
    pub(super) people: usize,
    pub(super) thinking: i64,
    /// From sending to arriving and again to the answer, in milliseconds at most.
    pub(super) latency: i64,
    /// One in so many requests is never handed back.
    pub(super) killed: u64,
    pub(super) until: i64,
    /// The bulk clients stop after so many requests together.
    pub(super) requests: usize,
}

impl Story {
    /// A quiet minute-rule of 28 under a strict limit of 30.
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            rule: PaceRule {
                limit: 28,
                window_ms: 60_000,
                hold_ms: 60_000,
                minute_ms: 60_000,
            },
            limiter: Limiter::Strict(30),
            other: Other::None,
            bulk: 1,
            people: 0,
            thinking: 1,
            latency: 400,
            killed: u64::MAX,
            until: 24 * 3_600_000,
            requests: usize::MAX,
        }
    }
}

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// When our requests arrived, refused ones among them.
    pub(super) arrivals: Vec<i64>,
    /// When 429s were given to us.
    pub(super) refused: Vec<i64>,
    /// How long people waited for their slots, sorted.
    pub(super) waits: Vec<i64>,
    /// What was told, and when.
    pub(super) news: Vec<(i64, PaceNews)>,
    /// When the last bulk request was answered.
    pub(super) ended: i64,
}

impl Seen {
    /// The most that arrived in any window.
    pub(super) fn most_in(&self, window: i64) -> usize {
        let mut from = 0;
        let mut most = 0;
        for (n, at) in self.arrivals.iter().enumerate() {
            while self.arrivals[from] + window <= *at {
                from += 1;
            }
            most = most.max(n + 1 - from);
        }
        most
    }

    /// When something was first suspected.
    pub(super) fn suspected(&self) -> Option<i64> {
        let first =
            |(at, news): &(i64, PaceNews)| matches!(news, PaceNews::Suspected(_)).then_some(*at);
        self.news.iter().find_map(first)
    }

    /// The 99th percentile of people's waits.
    pub(super) fn p99(&self) -> i64 {
        self.waits[self.waits.len() * 99 / 100]
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// A client asks for a slot, since that instant.
    Ask(usize, i64),
    /// Its request arrives.
    Arrive(usize, i64),
    /// Its answer is here: taken, or 429 with a wait.
    Answer(usize, i64, Option<Option<i64>>),
    /// The other program's request arrives.
    Foreign,
}

/// When stories begin: the ring has been idle since long before.
const START: i64 = 1_000_000_000;

struct Server {
    limiter: Limiter,
    taken: VecDeque<i64>,
    tokens: f64,
    filled: i64,
}

impl Server {
    /// None if it is taken, else the 429's wait in milliseconds.
    fn admit(&mut self, now: i64, window: i64) -> Option<Option<i64>> {
        while self.taken.front().is_some_and(|t| t + window <= now) {
            self.taken.pop_front();
        }
        let strict = match self.limiter {
            Limiter::Bucket(size, each) => {
                let filled = (now - self.filled) as f64 / each as f64;
                self.tokens = (self.tokens + filled).min(f64::from(size));
                self.filled = now;
                if self.tokens < 1.0 {
                    return Some(None);
                }
                self.tokens -= 1.0;
                return None;
            }
            Limiter::Sick(_, from, to) if (from..to).contains(&(now - START)) => {
                return Some(None);
            }
            Limiter::Sick(limit, ..) | Limiter::Strict(limit) => limit,
        };
        if self.taken.len() >= strict {
            let wait = self.taken[0] + window - now;
            return Some(Some((wait as u64).div_ceil(1000) as i64 * 1000));
        }
        self.taken.push_back(now);
        None
    }
}

/// Plays a story from an idle start.
pub(super) fn play(story: &Story) -> Seen {
    let (rule, mut rng) = (story.rule, Rng::with_seed(story.seed));
    let start = START;
    let mut ring = Ring {
        slots: (0..i64::from(rule.limit)).map(RingSlot::open).collect(),
        ..Ring::default()
    };
    let mut server = Server {
        limiter: story.limiter,
        taken: VecDeque::new(),
        tokens: match story.limiter {
            Limiter::Bucket(size, _) => f64::from(size),
            _ => 0.0,
        },
        filled: start,
    };
    let mut events: BTreeSet<(i64, u64, Event)> = BTreeSet::new();
    let mut number = 0;
    let mut plan = |events: &mut BTreeSet<_>, at, event| {
        number += 1;
        events.insert((at, number, event));
    };
    for client in 0..story.bulk + story.people {
        let at = start + if client < story.bulk { 0 } else { 1_500 };
        plan(&mut events, at, Event::Ask(client, at));
    }
    match story.other {
        Other::None => {}
        Other::Even(_, from) | Other::Random(_, from) => {
            plan(&mut events, start + from, Event::Foreign);
        }
    }
    let (mut seen, mut sent, mut answered) = (Seen::default(), 0, 0);
    while let Some((now, _, event)) = events.pop_first().filter(|e| e.0 < start + story.until) {
        ring.now = now;
        let mut leg = || rng.i64(1..=story.latency.max(2) / 2);
        match event {
            Event::Ask(client, since) => {
                let bulk = client < story.bulk;
                if bulk && sent >= story.requests {
                    continue;
                }
                let class = match bulk {
                    true => PaceClass::Bulk,
                    false => PaceClass::Interactive,
                };
                match ring.take(&rule, class) {
                    Grant::Slot(slot) => {
                        sent += usize::from(bulk);
                        if !bulk {
                            seen.waits.push(now - since);
                        }
                        let arrives = now + leg();
                        plan(&mut events, arrives, Event::Arrive(client, slot));
                    }
                    Grant::Wait { ms } | Grant::Paused { ms } => {
                        plan(
                            &mut events,
                            now + ms.cast_signed(),
                            Event::Ask(client, since),
                        );
                    }
                }
            }
            Event::Arrive(client, slot) => {
                seen.arrivals.push(now - start);
                let verdict = server.admit(now, window(&rule));
                if verdict.is_some() {
                    seen.refused.push(now - start);
                }
                let back = now + leg();
                if rng.u64(0..story.killed) == 0 {
                    // Nobody hands the slot back; another process takes over.
                    plan(&mut events, back, Event::Ask(client, back));
                } else {
                    plan(&mut events, back, Event::Answer(client, slot, verdict));
                }
            }
            Event::Answer(client, slot, verdict) => {
                let news = match verdict {
                    None => ring.answered(&rule, slot),
                    Some(asked) => {
                        let jitter = rng.i64(0..1_000);
                        ring.refused(&rule, slot, asked, jitter).news
                    }
                };
                seen.news.extend(news.into_iter().map(|n| (now - start, n)));
                let bulk = client < story.bulk;
                if bulk && verdict.is_some() {
                    sent -= 1;
                }
                if bulk && verdict.is_none() {
                    answered += 1;
                    seen.ended = now - start;
                    if answered >= story.requests {
                        break;
                    }
                }
                let rest = match (bulk, verdict) {
                    (true, _) | (false, Some(_)) => 0,
                    (false, None) => (-rng.f64().max(1e-9).ln() * story.thinking as f64) as i64,
                };
                let at = now + 2 + rest;
                plan(&mut events, at, Event::Ask(client, at));
            }
            Event::Foreign => {
                server.admit(now, window(&rule));
                let next = match story.other {
                    Other::None => continue,
                    Other::Even(gap, _) => gap,
                    Other::Random(gap, _) => (-rng.f64().max(1e-9).ln() * gap as f64) as i64,
                };
                plan(&mut events, now + next.max(1), Event::Foreign);
            }
        }
    }
    seen.waits.sort_unstable();
    seen
}
