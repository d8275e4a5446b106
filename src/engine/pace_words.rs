//! What the log says of 429s and of whoever else uses a credential.

use std::time::Duration;

use crate::domain::time::duration_words;
use crate::store::pacing::{PaceNews, PaceRule, Refusal, Suspicion};

/// From so many 429s in a row a person is told what may be behind them.
const MANY: u32 = 3;

/// What a 429 led to. `asked` is true if the server named the time.
pub(super) fn refusal_words(refusal: &Refusal, rule: &PaceRule, asked: bool) -> String {
    let pause = Duration::from_millis(refusal.pause_ms);
    if refusal.repeated {
        return format!(
            "429 Too Many Requests, on its way before the pause ({})",
            wait(pause)
        );
    }
    let why = if asked {
        "as the server asked"
    } else {
        "the server named no time"
    };
    let mut text = format!(
        "429 Too Many Requests: all requests wait {} ({why}), then one goes alone; the server took {} of our {} in this \
         window",
        wait(pause),
        refusal.own,
        rule.limit
    );
    if refusal.ceiling < rule.limit {
        text.push_str(&format!("; slowed to {}", refusal.ceiling));
    }
    if refusal.in_a_row >= MANY {
        text.push_str(&format!(
            ". {} in a row although next to nothing is sent: another program uses this credential up, or the distributor \
             is in trouble",
            refusal.in_a_row
        ));
    }
    text
}

/// What was learned, and what to do.
pub(super) fn news_words(news: &PaceNews, rule: &PaceRule) -> String {
    let minute = rule.window_ms == rule.minute_ms;
    let per = if minute { "a minute" } else { "in each window" };
    match news {
        PaceNews::Suspected(Suspicion { at_least, or_limit: None }) => format!(
            "Another program uses this credential, at least {at_least} requests {per}: the server refuses although we keep \
             below our {}. Mint a dedicated credential for this program, or lower --requests-per-minute",
            rule.limit
        ),
        PaceNews::Suspected(Suspicion { at_least, or_limit: Some(limit) }) => format!(
            "The server refuses at about {limit} of our {} requests {per}: either another program uses this credential, at \
             least {at_least} requests {per}, or its real limit is {limit}. Mint a dedicated credential for this program, \
             or set --requests-per-minute {limit}",
            rule.limit
        ),
        PaceNews::Cleared => {
            "No 429 for a while at the full pace: whatever was in the way seems to be gone".to_owned()
        }
        PaceNews::ServerLimit(limit) => format!(
            "The server says that its limit is {limit} requests {per}, less than the {} set: we keep to {limit}",
            rule.limit
        ),
        PaceNews::Spaced => {
            "The 429 came while requests followed each other closely: they are spaced evenly for the next week".to_owned()
        }
    }
}

fn wait(pause: Duration) -> String {
    if pause < Duration::from_secs(1) {
        return format!("{} ms", pause.as_millis());
    }
    duration_words(i64::try_from(pause.as_secs()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: PaceRule = PaceRule {
        limit: 28,
        window_ms: 60_000,
        hold_ms: 60_000,
        minute_ms: 60_000,
    };

    #[test]
    fn a_429_says_how_long_why_and_what_follows() {
        let refusal = Refusal {
            own: 24,
            ceiling: 22,
            pause_ms: 12_400,
            in_a_row: 1,
            repeated: false,
            news: Vec::new(),
        };
        let text = refusal_words(&refusal, &RULE, true);
        assert_eq!(
            text,
            "429 Too Many Requests: all requests wait 12 s (as the server asked), then one goes alone; the server took 24 \
             of our 28 in this window; slowed to 22"
        );
        let storm = Refusal {
            in_a_row: 4,
            own: 0,
            ..refusal
        };
        let text = refusal_words(&storm, &RULE, false);
        assert!(
            text.contains("named no time") && text.contains("4 in a row"),
            "{text}"
        );
    }

    #[test]
    fn the_other_program_is_named_with_advice_and_so_is_the_other_explanation() {
        let words = |at_least, or_limit| {
            news_words(
                &PaceNews::Suspected(Suspicion { at_least, or_limit }),
                &RULE,
            )
        };
        let sure = words(5, None);
        assert!(
            sure.contains("Another program uses this credential, at least 5 requests a minute")
        );
        assert!(
            sure.contains("Mint a dedicated credential")
                && sure.contains("lower --requests-per-minute")
        );
        let either = words(5, Some(23));
        assert!(either.contains("its real limit is 23") && either.contains("another program"));
    }
}
