//! Who else uses a credential, judged by what was seen of its limit. Pure.
//!
//! We never send more than our own limit, so a 429 has one of few reasons: another program uses the credential, the real
//! limit is lower than ours, the server wants requests spaced, or it has a bad moment. One 429 proves nothing; two that
//! are apart, one of them on a spaced request, do: the ring keeps our promise by the server's clock.

use serde::{Deserialize, Serialize};

/// The server's own count is so far above ours before it is a sign: requests may be on their way.
const MARGIN: i64 = 3;
/// Two signs of this age tell, in minutes.
const RECENT: i64 = 10;
/// Our own counts at 429s that differ by less point to a fixed limit.
const SPREAD: i64 = 2;

/// Something seen of a credential's limit; times in milliseconds of the database's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sign {
    /// When.
    pub(super) at: i64,
    /// Our own requests that the server took in the window before.
    pub(super) own: i64,
    /// What it is.
    pub(super) kind: SignKind,
}

/// The kinds of signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SignKind {
    /// 429 on a request that followed another one closely: it may be the spacing.
    Close,
    /// 429 on a request at an even pace.
    Spaced,
    /// 429 although little was sent: a bad moment of the server, or next to no room is left by others.
    Chance,
    /// 429 while another one was being dealt with: it only counts as a request that was not taken.
    Repeated,
    /// The server counts so many more requests than we sent.
    Counted(i64),
}

/// The most requests of ours that the server took in one window, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Most {
    /// When.
    pub(super) at: i64,
    /// How many.
    pub(super) own: i64,
}

/// Why requests are refused although we keep to our limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspicion {
    /// Requests a window that another program makes at least with the credential.
    pub at_least: u32,
    /// The other explanation that the evidence allows: the real limit is this number.
    pub or_limit: Option<u32>,
}

/// What the signs say about a limit of ours; `minute` is a minute of the API in milliseconds.
pub(super) fn judge(
    signs: &[Sign],
    most: Most,
    now: i64,
    minute: i64,
    limit: i64,
) -> Option<Suspicion> {
    let recent = || signs.iter().filter(|s| s.at > now - RECENT * minute);
    let apart = |of: &[&Sign]| match (of.first(), of.last()) {
        (Some(first), Some(last)) => last.at - first.at >= minute,
        _ => false,
    };
    let counted: Vec<i64> = recent().filter_map(Sign::counted).collect();
    let told: Vec<&Sign> = recent().filter(|s| s.counted().is_some()).collect();
    if apart(&told) {
        return Some(Suspicion {
            at_least: clip(counted.iter().copied().min().unwrap_or(0)),
            or_limit: None,
        });
    }
    let below: Vec<&Sign> = recent()
        .filter(|s| matches!(s.kind, SignKind::Close | SignKind::Spaced))
        .collect();
    let spaced = below.iter().any(|s| s.kind == SignKind::Spaced);
    if !apart(&below) || !spaced {
        return None;
    }
    let own = || below.iter().map(|s| s.own);
    let (least, largest) = (own().min().unwrap_or(0), own().max().unwrap_or(0));
    let varies = largest - least >= SPREAD || most.own >= largest + SPREAD;
    Some(Suspicion {
        at_least: clip((limit - least).max(1)),
        or_limit: (!varies).then(|| clip(largest)),
    })
}

impl Sign {
    fn counted(&self) -> Option<i64> {
        match self.kind {
            SignKind::Counted(more) => Some(more),
            _ => None,
        }
    }

    /// True for any 429.
    pub(super) fn is_429(&self) -> bool {
        self.counted().is_none()
    }
}

/// True if the server counts so many more requests than ours that it is a sign.
pub(super) fn is_telling(more: i64) -> bool {
    more >= MARGIN
}

fn clip(n: i64) -> u32 {
    u32::try_from(n.max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn sign(minutes: i64, own: i64, kind: SignKind) -> Sign {
        let at = minutes * MINUTE;
        Sign { at, own, kind }
    }

    fn judged(signs: &[Sign], most: i64) -> Option<(u32, Option<u32>)> {
        let most = Most { at: 0, own: most };
        let found = judge(signs, most, 10 * MINUTE, MINUTE, 28);
        found.map(|s| (s.at_least, s.or_limit))
    }

    #[test]
    fn two_refusals_below_our_limit_tell_and_one_does_not() {
        use SignKind::{Chance, Close, Repeated, Spaced};
        let first = sign(2, 24, Spaced);
        assert_eq!(judged(&[first], 0), None);
        assert_eq!(judged(&[first, sign(2, 24, Spaced)], 0), None, "one moment");
        assert_eq!(judged(&[first, sign(6, 24, Repeated)], 0), None);
        assert_eq!(judged(&[first, sign(6, 1, Chance)], 0), None);
        assert_eq!(judged(&[sign(-1, 24, Spaced), first], 0), None, "too old");
        let close = [sign(2, 24, Close), sign(6, 24, Close)];
        assert_eq!(judged(&close, 0), None, "it may be the spacing");
        assert_eq!(
            judged(&[close[0], sign(6, 24, Spaced)], 0),
            Some((4, Some(24)))
        );
    }

    #[test]
    fn a_lower_limit_is_another_explanation_while_nothing_speaks_against_it() {
        use SignKind::Spaced;
        let same = [sign(2, 23, Spaced), sign(5, 22, Spaced)];
        assert_eq!(judged(&same, 23), Some((6, Some(23))));
        assert_eq!(judged(&same, 28), Some((6, None)), "more went through once");
        let varying = [sign(2, 25, Spaced), sign(5, 21, Spaced)];
        assert_eq!(judged(&varying, 0), Some((7, None)));
    }

    #[test]
    fn the_servers_own_count_tells() {
        let counted = |at, more| sign(at, 10, SignKind::Counted(more));
        assert_eq!(judged(&[counted(3, 6)], 0), None);
        assert_eq!(judged(&[counted(3, 6), counted(5, 4)], 0), Some((4, None)));
        assert!(is_telling(3) && !is_telling(2));
    }
}
