//! The promises of the pacing, on modelled days.

use proptest::prelude::*;

use super::model::{Limiter, Other, Seen, Story, play};
use super::{PaceNews, PaceRule};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn no_window_ever_holds_more_than_the_limit(
        seed: u64,
        limit in 1u32..40,
        window_ms in 200u64..70_000,
        people in 0usize..4,
        latency in 2i64..1_800,
    ) {
        let rule = PaceRule { limit, window_ms, hold_ms: 2_000, minute_ms: window_ms };
        let window = window_ms.cast_signed();
        let story = Story {
            rule,
            limiter: Limiter::Strict(usize::MAX),
            bulk: 6 - people,
            people,
            latency,
            killed: 17,
            until: window * 4 + 10_000,
            ..Story::new(seed)
        };
        let seen = play(&story);
        prop_assert!(seen.arrivals.len() >= limit as usize, "{}", seen.arrivals.len());
        prop_assert!(seen.most_in(window) <= limit as usize, "{}", seen.most_in(window));
    }
}

/// Four processes, two of them with a person, for a day.
fn day(seed: u64) -> Story {
    Story {
        bulk: 2,
        people: 2,
        thinking: 90_000,
        latency: 900,
        killed: 2_000,
        ..Story::new(seed)
    }
}

#[test]
fn a_day_of_four_processes_keeps_the_limit_and_uses_it_and_people_hardly_wait() {
    for seed in 0..2 {
        // A server that allows not one request more than we think.
        let limiter = Limiter::Strict(28);
        let seen = play(&Story {
            limiter,
            ..day(seed)
        });
        assert_eq!((seen.most_in(MINUTE), seen.refused.len()), (28, 0));
        let share = seen.arrivals.len() as f64 / (28.0 * 24.0 * 60.0);
        assert!(share >= 0.97, "seed {seed}: {share:.4} of the rate");
        assert!(seen.waits.len() > 1_500, "{}", seen.waits.len());
        assert!(seen.p99() <= 2_500, "seed {seed}: p99 {} ms", seen.p99());
        assert_eq!(seen.news, [], "a false alarm");
    }
}

/// When another program was named, after it came.
fn named(story: &Story) -> Option<i64> {
    let from = match story.other {
        Other::Even(_, from) | Other::Random(_, from) => from,
        Other::None => 0,
    };
    play(story).suspected().map(|at| at - from)
}

#[test]
fn a_program_that_sends_five_a_minute_is_named_within_ten() {
    let (gap, from) = (12_000, 45 * MINUTE);
    for seed in 0..8 {
        for other in [
            Other::Even(gap, from),
            Other::Even(gap, 0),
            Other::Random(gap, from),
        ] {
            let story = Story {
                other,
                until: from + 30 * MINUTE,
                ..day(seed)
            };
            let at = named(&story).unwrap_or(i64::MAX);
            assert!(
                at > 0 && at <= 10 * MINUTE,
                "seed {seed} {other:?}: {} s",
                at / 1000
            );
        }
    }
}

#[test]
fn chance_429s_and_a_sick_server_are_nobodys_fault() {
    let (from, to) = (100 * MINUTE, 140 * MINUTE);
    let story = Story {
        limiter: Limiter::Sick(30, from, to),
        until: 6 * 60 * MINUTE,
        ..day(1)
    };
    let seen = play(&story);
    let tried = seen.refused.len();
    assert!(
        (8..=16).contains(&tried),
        "{tried} requests into a sick server"
    );
    assert_eq!(seen.suspected(), None);
    let pauses: Vec<i64> = seen
        .refused
        .windows(2)
        .map(|w| (w[1] - w[0]) / 1000)
        .filter(|s| *s > 5)
        .collect();
    assert!(
        pauses.iter().all(|s| *s >= 59) && pauses.iter().any(|s| *s >= 299),
        "{pauses:?}"
    );
    let late = seen
        .arrivals
        .iter()
        .filter(|at| **at > story.until - 60 * MINUTE)
        .count();
    assert!(
        late > 27 * 60,
        "the ceiling came back: {late} in the last hour"
    );
}

/// How long a sync of so many requests takes, from an idle start.
fn sync(requests: usize, limiter: Limiter) -> Seen {
    play(&Story {
        requests,
        limiter,
        latency: 40,
        until: DAY,
        ..Story::new(9)
    })
}

#[test]
fn a_sync_takes_what_the_limit_itself_needs() {
    for requests in [1, 4, 17, 28, 29, 56, 57, 123, 300, 301, 900, 2_003] {
        let seen = sync(requests, Limiter::Strict(28));
        let least = i64::try_from((requests - 1) / 28).unwrap() * MINUTE;
        let over = seen.ended - least;
        assert!(
            over <= 2_000.max(least * 3 / 100),
            "{requests}: {over} ms over {least}"
        );
        assert_eq!(seen.refused.len(), 0);
    }
}

#[test]
fn a_server_that_wants_requests_spaced_teaches_it_once() {
    let bucket = Limiter::Bucket(5, 2_000);
    let seen = sync(300, bucket);
    assert!(seen.refused.len() <= 3);
    assert_eq!(seen.news.first().map(|n| n.1), Some(PaceNews::Spaced));
    assert_eq!(seen.suspected(), None);
    let least = 299 * 2_000;
    assert!(seen.ended < least * 14 / 10, "{} s", seen.ended / 1000);
}
