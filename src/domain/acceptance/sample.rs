//! A report of a small clean tenant, for tests.

use super::{
    Acceptance, Check, CheckName, CheckState, Completeness, Compression, CostReading, Counts,
    ListingRead, Outcome, PsaRead, PsaReading, RowOrder, Traffic,
};
use crate::domain::party::PsaSystem;
use crate::domain::subscription::CostPeriod;
use crate::domain::time::CalendarSource;
use crate::domain::vendor::Vendor;

/// Sixty customers, 450 subscriptions on five pages, every check passed.
pub(crate) fn clean() -> Acceptance {
    let listing = |stream: &str, distinct, pages, total| ListingRead {
        stream: stream.to_owned(),
        pages,
        asked: 1_000,
        largest_page: distinct / pages,
        received: distinct,
        distinct,
        total,
        rereads: 0,
        completeness: Completeness::Counted,
        order: RowOrder::Ascending,
    };
    Acceptance {
        outcome: Outcome::Passed,
        connection: "synnex".into(),
        vendor: Vendor::Synnex,
        label: Vendor::Synnex.label(),
        account: "10505".to_owned(),
        base_url: "https://ion.example".to_owned(),
        at: "2026-11-24T06:00:00Z".parse().unwrap_or_default(),
        calendar: CalendarSource::Machine,
        version: "1.0.0",
        seconds: 12,
        checks: (CheckName::ALL.iter())
            .map(|check| Check {
                check: *check,
                state: CheckState::Pass,
                seen: "as it should be".to_owned(),
                remedy: String::new(),
            })
            .collect(),
        error: None,
        problem: None,
        counts: Counts::default(),
        listings: vec![
            listing("customers", 60, 1, None),
            listing("subscriptions", 450, 5, Some(450)),
        ],
        traffic: Traffic {
            requests: 9,
            most_in_window: 9,
            allowed_in_window: 28,
            statuses: [(200, 9)].into(),
            compression: Compression {
                plain: 9,
                ..Compression::default()
            },
            ..Traffic::default()
        },
        differences: Vec::new(),
        notes: Vec::new(),
        values: Vec::new(),
        quarantine: Vec::new(),
        cost_period: CostReading {
            in_force: CostPeriod::Cycle,
            reading: None,
            fit_cycle: 0,
            fit_month: 0,
            fit_neither: 0,
            evidence: Vec::new(),
            command: None,
        },
        psa: Some(PsaRead {
            system: PsaSystem::Halo,
            label: PsaSystem::Halo.label(),
            reading: PsaReading::Read,
            read_at: "2026-11-24T06:00:00Z".parse().ok(),
            companies: 412,
            companies_active: 398,
            lines: 1_308,
            requests: 14,
            rejected: Vec::new(),
            surprises: Vec::new(),
            error: None,
            problem: None,
        }),
        answers: Vec::new(),
    }
}
