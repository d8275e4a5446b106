//! The distributors' words for states, cycles and terms, in every spelling: Ion's documents have them in upper case, its
//! answers in lower case, other feeds with one `l` (the vendors' API documents, answers published by their staff, a
//! data-lake feed).

use crate::domain::subscription::{BillingCycle, SubscriptionStatus};

/// Lower case, letters and digits only: `IN_PROGRESS`, `In Progress` and `in-progress` are one word.
fn fold(word: &str) -> String {
    (word.chars().filter(|c| c.is_alphanumeric()))
        .flat_map(char::to_lowercase)
        .collect()
}

/// A word and whether it is a documented one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word<T> {
    /// A documented one.
    Known(T),
    /// Documented by nobody: to be reported.
    New,
}

/// A subscription's state. A documented word whose meaning for billing nobody knows is unknown, never inactive.
pub fn status(word: &str) -> Word<SubscriptionStatus> {
    use SubscriptionStatus as S;
    let status = match fold(word).as_str() {
        "active" | "activated" | "enabled" | "running" | "pastdue" => S::Active,
        // On its way out, and billed until it is.
        "pendingcancel" => S::Active,
        "trial" => S::Trial,
        "suspended" | "paused" | "disabled" | "stopped" => S::Suspended,
        "cancelled" | "canceled" | "deleted" => S::Cancelled,
        "expired" => S::Expired,
        "pending" | "initiated" | "inprogress" | "working" | "accepted" | "confirmed" => S::Pending,
        "pendingmanual" | "pendingautomated" | "pendingactivation" | "waitingfordetails" => {
            S::Pending
        }
        "available" | "complete" | "completed" | "error" | "failed" | "converted" | "" => {
            S::Unknown
        }
        _ => return Word::New,
    };
    Word::Known(status)
}

/// A billing cycle.
pub fn cycle(word: &str) -> Word<BillingCycle> {
    use BillingCycle as C;
    let cycle = match fold(word).as_str() {
        "monthly" | "month" | "m" | "p1m" | "1month" => C::Monthly,
        "quarterly" | "quarter" | "q" | "p3m" | "3months" => C::Quarterly,
        "semiannual" | "semiannually" | "halfyearly" | "p6m" | "6months" => C::SemiAnnual,
        "annual" | "annually" | "yearly" | "year" | "y" | "a" | "p1y" | "p12m" | "1year" => {
            C::Annual
        }
        "biennial" | "biennially" | "p2y" | "p24m" | "2years" | "2year" => C::Biennial,
        "triennial" | "triennially" | "p3y" | "p36m" | "3years" | "3year" => C::Triennial,
        "onetime" | "once" | "perpetual" | "ot" => C::OneTime,
        "usage" | "usagebased" | "consumption" | "metered" | "payasyougo" | "payg" => C::Usage,
        "unspecified" | "none" | "trial" | "activation" | "" => C::Unknown,
        _ => return Word::New,
    };
    Word::Known(cycle)
}

/// A term as ISO 8601 duration (`P1Y`); empty if none is told.
pub fn term(word: &str) -> Word<String> {
    let folded = fold(word).to_uppercase();
    let known = match folded.as_str() {
        "" | "NONE" | "UNSPECIFIED" | "ONETIME" | "PERPETUAL" => "",
        "MONTHLY" | "MONTH" | "1MONTH" => "P1M",
        "ANNUAL" | "ANNUALLY" | "YEARLY" | "YEAR" | "1YEAR" => "P1Y",
        "BIENNIAL" | "2YEARS" | "2YEAR" => "P2Y",
        "TRIENNIAL" | "3YEARS" | "3YEAR" => "P3Y",
        duration if is_duration(duration) => duration,
        _ => return Word::New,
    };
    Word::Known(known.to_owned())
}

/// `P`, one to three digits, and one unit of days, weeks, months or years.
fn is_duration(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('P') else {
        return false;
    };
    let digits = rest.trim_end_matches(['D', 'W', 'M', 'Y']);
    rest.len() == digits.len() + 1
        && (1..=3).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spelling_does_not_matter() {
        for word in ["ACTIVE", "active", " Active "] {
            assert_eq!(status(word), Word::Known(SubscriptionStatus::Active));
        }
        for word in ["IN_PROGRESS", "In Progress", "in-progress"] {
            assert_eq!(status(word), Word::Known(SubscriptionStatus::Pending));
        }
        assert_eq!(status("canceled"), status("CANCELLED"));
        assert_eq!(status("hibernating"), Word::New);
        assert_eq!(cycle("one_time"), Word::Known(BillingCycle::OneTime));
        assert_eq!(cycle("Y"), Word::Known(BillingCycle::Annual));
        assert_eq!(cycle("fortnightly"), Word::New);
    }

    #[test]
    fn terms_become_durations() {
        for (word, expected) in [
            ("P1Y", "P1Y"),
            ("p3y", "P3Y"),
            ("Monthly", "P1M"),
            ("", ""),
            ("P30D", "P30D"),
        ] {
            assert_eq!(term(word), Word::Known(expected.to_owned()), "{word}");
        }
        for word in ["P", "PY", "P1", "P1Y2M", "for ever", "P9999Y"] {
            assert_eq!(term(word), Word::New, "{word}");
        }
    }

    proptest! {
        #[test]
        fn any_word_is_read(word in ".{0,30}") {
            let _ = (status(&word), cycle(&word), term(&word));
        }
    }
}
