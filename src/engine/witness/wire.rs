//! What went over the wire, counted.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::domain::acceptance::{HeaderSeen, Latency, Traffic};
use crate::domain::text::clean;
use crate::http::observe::Note;
use crate::http::redact;

/// Instants of requests, and latencies of one path, that are kept.
const MOST_SAMPLES: usize = 20_000;

/// Kinds of paths, headers and failures that are kept.
const MOST_KINDS: usize = 40;

/// Waits of 429s that are kept.
const MOST_WAITS: usize = 10;

/// Headers that are evaluated rather than shown.
const UNSHOWN: [&str; 4] = [
    "date",
    "content-type",
    "content-length",
    "transfer-encoding",
];

/// Counts what the client tells.
#[derive(Default)]
pub(super) struct WireSeen {
    counts: Traffic,
    sent: Vec<Instant>,
    latencies: BTreeMap<String, Vec<u64>>,
}

impl WireSeen {
    /// Counts one note.
    pub(super) fn note(&mut self, note: &Note) {
        match note {
            Note::Sent { .. } => {
                self.counts.requests += 1;
                if self.sent.len() < MOST_SAMPLES {
                    self.sent.push(Instant::now());
                }
            }
            Note::Answered {
                call,
                status,
                latency,
                headers,
            } => self.answered(&call.path, *status, *latency, headers),
            Note::Failed { seen, .. } => {
                let seen = redact::impersonal_text(&clean(seen, 120));
                if let Some(count) = kept(&mut self.counts.failures, seen) {
                    *count += 1;
                }
            }
            Note::RateLimited { wait, .. } => {
                self.counts.rate_limited += 1;
                let waits = &mut self.counts.asked_to_wait;
                if let Some(wait) = wait.filter(|_| waits.len() < MOST_WAITS) {
                    waits.push(wait.as_secs());
                }
            }
            Note::Retrying { .. } | Note::Token(_) | Note::Remark(_) => {}
        }
    }

    fn answered(
        &mut self,
        path: &str,
        status: u16,
        latency: Duration,
        headers: &[(String, String)],
    ) {
        *self.counts.statuses.entry(status).or_default() += 1;
        let times = kept(&mut self.latencies, last_word(path));
        if let Some(times) = times.filter(|times| times.len() < MOST_SAMPLES) {
            times.push(u64::try_from(latency.as_millis()).unwrap_or(u64::MAX));
        }
        let find = |name: &str| headers.iter().find(|(n, _)| n == name).map(|(_, v)| v);
        let content_type = find("content-type").map_or("none", String::as_str);
        let content_type = format!("{status} {}", clean(content_type, 60));
        if let Some(count) = kept(&mut self.counts.content_types, content_type) {
            *count += 1;
        }
        // The HTTP library takes the length away with the encoding; an answer in pieces has no length in any case.
        let sort = match (find("content-length"), find("transfer-encoding")) {
            (Some(_), _) => &mut self.counts.compression.plain,
            (None, Some(_)) => &mut self.counts.compression.unknown,
            (None, None) => &mut self.counts.compression.compressed,
        };
        *sort += 1;
        for (name, value) in headers {
            if UNSHOWN.contains(&name.as_str()) {
                continue;
            }
            let seen = &mut self.counts.headers;
            match seen.iter().position(|header| header.name == *name) {
                Some(at) => seen[at].count += 1,
                None if seen.len() < MOST_KINDS => seen.push(HeaderSeen {
                    name: clean(name, 60),
                    count: 1,
                    example: redact::impersonal_text(&clean(value, 80)),
                }),
                None => {}
            }
        }
    }

    /// The sum of it.
    pub(super) fn traffic(&self, window: Duration, allowed: u64) -> Traffic {
        let mut traffic = self.counts.clone();
        traffic.most_in_window = most_in(&self.sent, window);
        traffic.allowed_in_window = allowed;
        traffic.headers.sort_by(|a, b| a.name.cmp(&b.name));
        let latencies = self.latencies.iter().map(|(path, times)| {
            let mut sorted = times.clone();
            sorted.sort_unstable();
            let at = |part: usize| sorted.get((sorted.len() * part).div_ceil(100).max(1) - 1);
            Latency {
                path: path.clone(),
                count: sorted.len() as u64,
                p50_ms: at(50).copied().unwrap_or(0),
                p95_ms: at(95).copied().unwrap_or(0),
                max_ms: sorted.last().copied().unwrap_or(0),
            }
        });
        traffic.latencies = latencies.collect();
        traffic
    }
}

/// The entry of a key; none for a new key where the map is full.
fn kept<V: Default>(map: &mut BTreeMap<String, V>, key: String) -> Option<&mut V> {
    if map.len() >= MOST_KINDS && !map.contains_key(&key) {
        return None;
    }
    Some(map.entry(key).or_default())
}

/// The last part of the path that is a word: ids hold digits.
fn last_word(path: &str) -> String {
    let is_word = |part: &&str| !part.is_empty() && !part.bytes().any(|b| b.is_ascii_digit());
    clean(path.rsplit('/').find(is_word).unwrap_or("/"), 40)
}

/// The most instants in any half-open window.
fn most_in(instants: &[Instant], window: Duration) -> u64 {
    let (mut from, mut most) = (0, 0);
    for (to, at) in instants.iter().enumerate() {
        while at.duration_since(instants[from]) >= window {
            from += 1;
        }
        most = most.max(to - from + 1);
    }
    most as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::http::observe::Call;
    use crate::http::pacing::Class;

    fn call(path: &str) -> Call {
        Call {
            method: "GET",
            path: path.to_owned(),
            query: String::new(),
        }
    }

    fn answered(path: &str, status: u16, ms: u64, headers: &[(&str, &str)]) -> Note {
        let headers = headers
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        Note::Answered {
            call: call(path),
            status,
            latency: Duration::from_millis(ms),
            headers: headers.collect(),
        }
    }

    #[test]
    fn answers_are_counted_by_what_they_tell() {
        let mut wire = WireSeen::default();
        let json = ("content-type", "application/json");
        for ms in 1..=100 {
            wire.note(&answered(
                "/api/v3/accounts/10505/customers",
                200,
                ms,
                &[json, ("content-length", "12"), ("server", "edge")],
            ));
        }
        wire.note(&answered("/oauth/token", 200, 7, &[json]));
        wire.note(&answered(
            "/api/v3/accounts/10505",
            429,
            7,
            &[
                json,
                ("transfer-encoding", "chunked"),
                ("x-note", "ask ana@example.com"),
            ],
        ));
        wire.note(&Note::RateLimited {
            call: call("/x"),
            wait: Some(Duration::from_secs(12)),
        });
        let traffic = wire.traffic(Duration::from_secs(60), 28);
        assert_eq!(traffic.statuses, [(200, 101), (429, 1)].into());
        assert_eq!(
            (traffic.rate_limited, &*traffic.asked_to_wait),
            (1, &[12][..])
        );
        let sorts = traffic.compression;
        assert_eq!((sorts.plain, sorts.compressed, sorts.unknown), (100, 1, 1));
        let headers: Vec<_> = (traffic.headers.iter())
            .map(|h| (h.name.as_str(), h.count, h.example.as_str()))
            .collect();
        assert_eq!(headers, [("server", 100, "edge"), ("x-note", 1, "ask •••")]);
        let times: Vec<_> = (traffic.latencies.iter())
            .map(|l| (l.path.as_str(), l.count, l.p50_ms, l.p95_ms, l.max_ms))
            .collect();
        assert_eq!(
            times,
            [
                ("accounts", 1, 7, 7, 7),
                ("customers", 100, 50, 95, 100),
                ("token", 1, 7, 7, 7)
            ]
        );
    }

    #[test]
    fn a_server_that_invents_names_fills_no_memory() {
        let mut wire = WireSeen::default();
        for n in 0..5_000u32 {
            let name = format!("x-ratelimit-{n}");
            let path = format!("/p{}", "q".repeat(n as usize % 300));
            wire.note(&answered(&path, 200, 1, &[(&name, "1")]));
            wire.note(&Note::Failed {
                call: call("/"),
                seen: format!("failure {n}"),
            });
            wire.note(&Note::Sent {
                call: call("/"),
                class: Class::Bulk,
            });
        }
        let traffic = wire.traffic(Duration::from_secs(60), 28);
        assert!(traffic.headers.len() <= MOST_KINDS && traffic.failures.len() <= MOST_KINDS);
        assert!(traffic.latencies.len() <= MOST_KINDS);
        assert_eq!((traffic.requests, traffic.most_in_window), (5_000, 5_000));
    }

    proptest! {
        #[test]
        fn the_busiest_window_is_found(mut offsets in prop::collection::vec(0u64..300, 0..80)) {
            offsets.sort_unstable();
            let start = Instant::now();
            let at: Vec<Instant> = offsets.iter().map(|s| start + Duration::from_secs(*s)).collect();
            let slow = offsets.iter().map(|from| {
                offsets.iter().filter(|s| (*from..from + 60).contains(*s)).count()
            });
            prop_assert_eq!(most_in(&at, Duration::from_secs(60)), slow.max().unwrap_or(0) as u64);
        }
    }
}
