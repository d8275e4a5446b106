//! The checks of an acceptance run: what failed is told from what was never reached.

use super::psa;
use crate::domain::acceptance::{
    Acceptance, Check, CheckName, CheckState, Completeness, ListingRead,
};
use crate::domain::problem::{Problem, ProblemKind};
use crate::domain::time::{Ts, duration_words};
use crate::engine::test::Connected;
use crate::engine::token_age::{Urgency, urgency};

/// When the access token ends, and when the refresh token does.
pub(super) type Lives = (Option<Ts>, Ts);

/// Every check, in order. `tested` is there if Test succeeded; the report's problem says what ended the run early.
pub(super) fn checks(
    report: &Acceptance,
    tested: Option<&Connected>,
    lives: Option<Lives>,
    now: Ts,
) -> Vec<Check> {
    let failed = report.problem.as_ref().map(|problem| {
        let at = match tested {
            None => stage_of_test(problem),
            Some(_) => stage_of_sync(problem, report),
        };
        (at, problem)
    });
    let mut checks = Vec::new();
    for check in CheckName::ALL {
        let (state, seen, remedy) = match &failed {
            Some((at, problem)) if check == *at && problem.kind == ProblemKind::Interrupted => {
                let words = "the run was stopped here".to_owned();
                (CheckState::NotReached, words, String::new())
            }
            Some((at, problem)) if check == *at => (
                CheckState::Fail,
                format!("{}: {}", problem.title, problem.seen),
                problem.remedy.clone(),
            ),
            Some((at, problem)) if check > *at && !survives(check, report) => {
                not_reached(*at, problem)
            }
            Some((CheckName::CustomersPermission, problem))
                if check == CheckName::Account && problem.kind == ProblemKind::AccessDenied =>
            {
                let words =
                    "the refusal does not say whether the account or the permission is wrong";
                (CheckState::Unknown, words.to_owned(), String::new())
            }
            _ => verdict(check, report, tested, lives, now),
        };
        checks.push(Check {
            check,
            state,
            seen,
            remedy,
        });
    }
    checks
}

type Verdict = (CheckState, String, String);

fn pass(seen: impl Into<String>) -> Verdict {
    (CheckState::Pass, seen.into(), String::new())
}

fn warning(seen: impl Into<String>, remedy: impl Into<String>) -> Verdict {
    (CheckState::Warning, seen.into(), remedy.into())
}

fn not_reached(at: CheckName, problem: &Problem) -> Verdict {
    let words = match problem.kind {
        ProblemKind::Interrupted => "the run was stopped before".to_owned(),
        _ => format!("the run ended at: {}", at.label()),
    };
    (CheckState::NotReached, words, String::new())
}

/// These say something as soon as anything was read.
fn survives(check: CheckName, report: &Acceptance) -> bool {
    match check {
        CheckName::PacingKept => report.traffic.requests > 0,
        CheckName::RowsTaken => !report.quarantine.is_empty(),
        CheckName::Psa => true,
        _ => false,
    }
}

/// Which check Test's failure belongs to.
fn stage_of_test(problem: &Problem) -> CheckName {
    let read = problem
        .request
        .as_deref()
        .is_some_and(|r| r.starts_with("GET "));
    match problem.kind {
        ProblemKind::AccountNotFound => CheckName::Account,
        // The vendor's words tell a foreign account ("permission denied to access accounts/N") from a missing role.
        ProblemKind::AccessDenied if problem.seen.contains("access account") => CheckName::Account,
        ProblemKind::AccessDenied => CheckName::CustomersPermission,
        ProblemKind::CredentialsRejected => CheckName::Authentication,
        _ if read => CheckName::CustomersPermission,
        _ => CheckName::Authentication,
    }
}

/// Which check a failure of the sync belongs to: Test has read the customers before.
fn stage_of_sync(problem: &Problem, report: &Acceptance) -> CheckName {
    let ended = |stream: &str| {
        let found = report.listings.iter().find(|l| l.stream == stream);
        found.is_some_and(|l| l.completeness != Completeness::Unfinished)
    };
    match problem.kind {
        ProblemKind::CredentialsRejected => CheckName::Authentication,
        ProblemKind::Database | ProblemKind::RunHeld | ProblemKind::Unexpected => {
            CheckName::PagingComplete
        }
        _ if !ended("customers") => CheckName::CustomersVisible,
        _ if report.listings.iter().any(|l| l.stream == "subscriptions") => {
            CheckName::PagingComplete
        }
        _ => CheckName::SubscriptionsPermission,
    }
}

fn verdict(
    check: CheckName,
    report: &Acceptance,
    tested: Option<&Connected>,
    lives: Option<Lives>,
    now: Ts,
) -> Verdict {
    match check {
        CheckName::Authentication => authentication(lives, now),
        CheckName::Account => pass(format!("account {} answers", report.account)),
        CheckName::CustomersPermission => pass("the list of customers may be read"),
        CheckName::CustomersVisible => {
            let tested = tested.map_or(0, |t| t.customers_visible);
            visible("customers", report, tested)
        }
        CheckName::SubscriptionsPermission => pass("the list of subscriptions may be read"),
        CheckName::SubscriptionsVisible => visible("subscriptions", report, 0),
        CheckName::PagingComplete => paging(&report.listings),
        CheckName::PacingKept => pacing(report),
        CheckName::RowsTaken => rows_taken(report),
        CheckName::CostPeriod => costs(report),
        CheckName::Psa => psa::verdict(report.psa.as_ref(), now),
    }
}

fn authentication(lives: Option<Lives>, now: Ts) -> Verdict {
    let Some((access, refresh)) = lives else {
        return pass("a token was issued; how long it lives was not told");
    };
    let left = |end: Ts| duration_words(end.seconds_since(now).max(0));
    let access = access.map_or_else(String::new, |end| {
        format!("access token for {}, ", left(end))
    });
    let seen = format!("{access}refresh token for {}", left(refresh));
    if urgency(Some(refresh), now) > Urgency::None {
        return warning(
            seen,
            "the refresh token ends soon: sync now and then, since each sync that renews it gives it a new life, or paste a new one",
        );
    }
    pass(seen)
}

fn visible(stream: &str, report: &Acceptance, tested: u64) -> Verdict {
    let listing = report.listings.iter().find(|l| l.stream == stream);
    let seen = listing.map_or(tested, |l| l.distinct);
    if seen > 0 {
        return pass(format!("{seen} {stream}"));
    }
    let causes = match stream {
        "customers" => {
            "likely the integration user's role shows it no customers, or the account ID is that of an account without any \
             (a parent or a test account): compare with the customers in the vendor's own portal, as that user"
        }
        _ => {
            "likely the integration user's role shows it no subscriptions, or nothing was bought through this account: compare \
             with the vendor's own portal, as that user"
        }
    };
    warning(format!("0 {stream} with a credential that is good"), causes)
}

fn paging(listings: &[ListingRead]) -> Verdict {
    let words = |l: &ListingRead| {
        let pages = if l.pages == 1 { "page" } else { "pages" };
        let (of, untold) = match l.total {
            Some(total) => (format!("{} of {total}", l.distinct), ""),
            None => (l.distinct.to_string(), ", no total is told"),
        };
        let again = match l.rereads {
            0 => String::new(),
            n => format!(", begun again {n} ×"),
        };
        format!("{of} {} on {} {pages}{untold}{again}", l.stream, l.pages)
    };
    let all: Vec<String> = listings.iter().map(words).collect();
    let seen = all.join("; ");
    let short = |l: &ListingRead| l.completeness == Completeness::Short;
    if listings.iter().any(short) {
        return (
            CheckState::Fail,
            seen,
            "rows are missing although the listing was read again: run `vectis onboard` once more at a quiet hour; if it stays so, \
             send this report to support"
                .to_owned(),
        );
    }
    pass(seen)
}

fn pacing(report: &Acceptance) -> Verdict {
    let traffic = &report.traffic;
    let seen = format!(
        "{} requests, at most {} in any minute, {} allowed, {} × 429",
        traffic.requests, traffic.most_in_window, traffic.allowed_in_window, traffic.rate_limited
    );
    if traffic.most_in_window > traffic.allowed_in_window {
        let remedy = "this must not happen: send this report to support";
        return (CheckState::Fail, seen, remedy.to_owned());
    }
    if traffic.rate_limited > 0 {
        return warning(
            seen,
            "another tool uses this credential, or the limit is lower than thought: give vectis a credential of its own, or set \
             --requests-per-minute lower",
        );
    }
    pass(seen)
}

fn rows_taken(report: &Acceptance) -> Verdict {
    let aside: u64 = report.quarantine.iter().map(|q| q.count).sum();
    if aside == 0 {
        return pass("no row in quarantine");
    }
    let rows = if aside == 1 { "row is" } else { "rows are" };
    warning(
        format!("{aside} {rows} in quarantine"),
        "nothing else is held up by them; the reasons are below",
    )
}

fn costs(report: &Acceptance) -> Verdict {
    let reading = &report.cost_period;
    let pairs = reading.fit_cycle + reading.fit_month + reading.fit_neither;
    let in_force = format!("costs are read as those of {}", reading.in_force.label());
    match (reading.reading, &reading.command) {
        (None, _) if pairs == 0 => (
            CheckState::Unknown,
            format!(
                "{in_force}; no SKU is billed both monthly and annually, so this cannot be told"
            ),
            "compare one annual subscription's cost with an invoice".to_owned(),
        ),
        (None, _) => (
            CheckState::Unknown,
            format!("{in_force}; the {pairs} SKUs that are billed both ways do not agree"),
            "compare one annual subscription's cost with an invoice".to_owned(),
        ),
        (Some(fits), Some(command)) => warning(
            format!("{in_force}, but those of {} fit", fits.label()),
            format!("set it with `{command}` and sync again"),
        ),
        (Some(_), None) => pass(format!(
            "{in_force}, which fits {pairs} SKUs that are billed both ways"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::acceptance::sample;
    use crate::domain::subscription::CostPeriod;
    use crate::domain::vendor::Vendor;

    const DAY: i64 = 86_400;

    fn made(report: &Acceptance, refresh_days: i64) -> Vec<Check> {
        let connected = Connected {
            ok: true,
            vendor: Vendor::Synnex,
            label: "TD SYNNEX".to_owned(),
            customers_visible: 60,
            message: String::new(),
        };
        let now = report.at;
        let lives = (
            Some(now.plus_seconds(7_000)),
            now.plus_seconds(refresh_days * DAY),
        );
        checks(report, Some(&connected), Some(lives), now)
    }

    fn state(report: &Acceptance, check: CheckName) -> (CheckState, String) {
        let found = made(report, 30).into_iter().find(|c| c.check == check);
        found.map(|c| (c.state, c.seen)).unwrap()
    }

    #[test]
    fn rows_that_never_came_fail_and_requests_over_the_budget_fail() {
        let mut report = sample::clean();
        assert_eq!(
            state(&report, CheckName::PagingComplete).0,
            CheckState::Pass
        );
        report.listings[1].completeness = Completeness::Short;
        report.listings[1].distinct = 449;
        let (verdict, seen) = state(&report, CheckName::PagingComplete);
        assert_eq!(verdict, CheckState::Fail);
        assert!(
            seen.contains("449 of 450 subscriptions on 5 pages"),
            "{seen}"
        );
        report.traffic.most_in_window = 28;
        assert_eq!(state(&report, CheckName::PacingKept).0, CheckState::Pass);
        report.traffic.most_in_window = 29;
        assert_eq!(state(&report, CheckName::PacingKept).0, CheckState::Fail);
    }

    #[test]
    fn a_token_near_its_end_asks_for_a_look() {
        let report = sample::clean();
        for (days, expected) in [
            (8, CheckState::Pass),
            (6, CheckState::Warning),
            (0, CheckState::Warning),
        ] {
            assert_eq!(made(&report, days)[0].state, expected, "{days}");
        }
    }

    #[test]
    fn a_failure_in_the_middle_of_a_listing_is_no_question_of_permission() {
        let mut report = sample::clean();
        report.listings[1].completeness = Completeness::Unfinished;
        report.problem =
            Some(Problem::new(ProblemKind::ServerFailure, "HTTP 500").seen("after 5 tries"));
        let of = |check| state(&report, check).0;
        assert_eq!(of(CheckName::SubscriptionsPermission), CheckState::Pass);
        assert_eq!(of(CheckName::PagingComplete), CheckState::Fail);
        assert_eq!(of(CheckName::PacingKept), CheckState::Pass);
        assert_eq!(of(CheckName::CostPeriod), CheckState::NotReached);
    }

    #[test]
    fn only_a_reading_that_fits_another_setting_asks_for_a_change() {
        let mut report = sample::clean();
        let of = |report: &Acceptance| state(report, CheckName::CostPeriod).0;
        assert_eq!(of(&report), CheckState::Unknown);
        report.cost_period.reading = Some(CostPeriod::Month);
        report.cost_period.fit_month = 3;
        report.cost_period.command = Some("vectis connection set x".to_owned());
        assert_eq!(of(&report), CheckState::Warning);
        report.cost_period.command = None;
        assert_eq!(of(&report), CheckState::Pass);
    }
}
