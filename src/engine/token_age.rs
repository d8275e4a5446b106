//! How old a refresh token is and when it ends, in words that every face of the program uses.

use crate::domain::ids::ConnectionName;
use crate::domain::time::Ts;

const DAY: i64 = 86_400;

/// A refresh token of Ion lives 32 days (its own documents); the warning comes this many days before its end …
const WARN_DAYS: i64 = 7;
/// … and the alarm this many.
const ALARM_DAYS: i64 = 2;

/// How urgent a token's end is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Not at all, or nobody told when it ends.
    None,
    /// Within 7 days.
    Warn,
    /// Within 2 days, or over.
    Alarm,
}

/// How urgent an end is.
pub fn urgency(end: Option<Ts>, now: Ts) -> Urgency {
    match end.map(|end| end.seconds_since(now)) {
        Some(left) if left < ALARM_DAYS * DAY => Urgency::Alarm,
        Some(left) if left < WARN_DAYS * DAY => Urgency::Warn,
        _ => Urgency::None,
    }
}

/// Age and end: `12 d old, 20 d left`; `!` marks the warning and `!!` the alarm, so that neither needs a colour.
pub fn words(age_days: Option<u32>, end: Option<Ts>, now: Ts) -> String {
    let age = age_days.map(|d| format!("{d} d old"));
    let left = end.map(|end| {
        let mark = match urgency(Some(end), now) {
            Urgency::None => "",
            Urgency::Warn => "! ",
            Urgency::Alarm => "!! ",
        };
        match end.seconds_since(now) {
            s if s <= 0 => format!("{mark}expired"),
            s if s < DAY => format!("{mark}{} h left", s / 3600),
            s => format!("{mark}{} d left", s / DAY),
        }
    });
    let parts: Vec<String> = age.into_iter().chain(left).collect();
    if parts.is_empty() {
        "–".to_owned()
    } else {
        parts.join(", ")
    }
}

/// What to say of a token whose end is near; none while it is not.
pub fn warning(credential: &ConnectionName, end: Option<Ts>, now: Ts) -> Option<String> {
    let end = end.filter(|_| urgency(end, now) > Urgency::None)?;
    let left = end.seconds_since(now);
    Some(if left <= 0 {
        format!(
            "!! the refresh token of {credential} expired on {}: paste a new one with `vectis connection set {credential} \
             --refresh-token-file FILE`",
            end.date()
        )
    } else {
        format!(
            "{} the refresh token of {credential} ends in {} ({} {} UTC): a sync or `vectis connection keepalive` renews it, \
             else a new one must be pasted",
            if left < ALARM_DAYS * DAY { "!!" } else { "!" },
            if left < DAY {
                format!("{} h", left / 3600)
            } else {
                format!("{} d", left / DAY)
            },
            end.date(),
            end.clock()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_announced_7_and_2_days_before() {
        let now: Ts = "2026-11-24T12:00:00Z".parse().unwrap();
        let end = |seconds: i64| Some(now.plus_seconds(seconds));
        let table = [
            (end(32 * DAY), Urgency::None, "3 d old, 32 d left"),
            (end(7 * DAY), Urgency::None, "3 d old, 7 d left"),
            (end(7 * DAY - 1), Urgency::Warn, "3 d old, ! 6 d left"),
            (end(2 * DAY), Urgency::Warn, "3 d old, ! 2 d left"),
            (end(2 * DAY - 1), Urgency::Alarm, "3 d old, !! 1 d left"),
            (end(DAY - 1), Urgency::Alarm, "3 d old, !! 23 h left"),
            (end(0), Urgency::Alarm, "3 d old, !! expired"),
            (None, Urgency::None, "3 d old"),
        ];
        for (end, urgent, text) in table {
            assert_eq!(
                (urgency(end, now), words(Some(3), end, now).as_str()),
                (urgent, text)
            );
            let said = warning(&"ion".into(), end, now);
            assert_eq!(said.is_some(), urgent > Urgency::None, "{text}");
        }
        assert_eq!(words(None, None, now), "–");
        let said = warning(&"ion".into(), end(5 * DAY), now).unwrap();
        assert!(
            said.starts_with("! ") && said.contains("in 5 d (2026-11-29 12:00:00 UTC)"),
            "{said}"
        );
    }
}
