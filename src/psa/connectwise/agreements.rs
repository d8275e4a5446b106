//! `GET /finance/agreements`. Dates and flags decide whether one is in force; the status texts lag behind them.

use jiff::civil::Date;
use serde_json::Value;

use super::companies::{named, referred};
use crate::domain::ids::PsaId;
use crate::domain::money::Currency;
use crate::domain::subscription::{BillingCycle, Quarantined};
use crate::http::json::aside::aside;
use crate::http::json::row::Row;
use crate::http::json::shape::{Kind, Shape, always, often};
use crate::http::json::surprises::Surprises;
use crate::psa::words::billing_cycle;

/// The listing's name in notes and in quarantine.
pub(super) const LISTING: &str = "agreements";
/// What is asked for; the whole row has some hundred fields.
pub(super) const FIELDS: &str = "id,name,company/id,parentAgreement/id,agreementStatus,startDate,endDate,\
     noEndingDateFlag,cancelledFlag,dateCancelled,oneTimeFlag,billingCycle/name,currency/currencyCode";
/// The additions of an agreement that ended longer ago are not read: each agreement costs a request.
const ENDED_DAYS: i64 = 90;

const SHAPE: Shape = Shape {
    path: "agreements",
    fields: &[
        always("id", Kind::Number),
        always("name", Kind::Text),
        always("company", Kind::Object),
        often("parentAgreement", Kind::Object),
        often("agreementStatus", Kind::Text),
        often("startDate", Kind::Text),
        often("endDate", Kind::Text),
        often("noEndingDateFlag", Kind::Flag),
        often("cancelledFlag", Kind::Flag),
        often("dateCancelled", Kind::Text),
        often("oneTimeFlag", Kind::Flag),
        often("billingCycle", Kind::Object),
        often("currency", Kind::Object),
        often("_info", Kind::Object),
    ],
};

const CURRENCY: Shape = Shape {
    path: "agreements.currency",
    fields: &[often("currencyCode", Kind::Text)],
};

/// A contract with a company. One with a parent holds additions of its own, as any other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Agreement {
    pub id: String,
    pub name: String,
    /// Who has the seats; who pays for them may be another.
    pub company: PsaId,
    pub cycle: BillingCycle,
    pub currency: Option<Currency>,
    pub starts_on: Option<Date>,
    /// The last day on which it bills.
    pub ends_on: Option<Date>,
    /// False for one that was cancelled nobody knows when.
    pub active: bool,
    /// What the status text says against the dates.
    pub called: Option<String>,
}

/// Why the additions of an agreement are not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Skipped {
    /// It ended long ago.
    Over,
    /// It does not recur.
    NotRecurring,
    /// It was cancelled, and nobody knows when.
    CancelledUndated,
}

impl Agreement {
    /// Whether its additions matter to that day.
    pub fn skipped(&self, today: Date) -> Option<Skipped> {
        let over =
            |end: Date| (today - end).get_days() > i32::try_from(ENDED_DAYS).unwrap_or(i32::MAX);
        if self.ends_on.is_some_and(over) {
            Some(Skipped::Over)
        } else if self.cycle == BillingCycle::OneTime {
            Some(Skipped::NotRecurring)
        } else if !self.active {
            Some(Skipped::CancelledUndated)
        } else {
            None
        }
    }

    fn is_in_force_on(&self, day: Date) -> bool {
        self.active
            && self.starts_on.is_none_or(|d| d <= day)
            && self.ends_on.is_none_or(|d| d >= day)
    }
}

/// Reads a row.
pub(super) fn agreement(
    value: &Value,
    today: Date,
    surprises: &Surprises,
) -> Result<Agreement, Quarantined> {
    let refuse = |reason: &str| aside(LISTING, value, &["id"], reason);
    let row = Row::of(value, &SHAPE, surprises).ok_or_else(|| refuse("the row is no object"))?;
    let id = row.id("id").map_err(|reason| refuse(&reason))?;
    let company = referred(&row, "company", surprises);
    if company.is_empty() {
        return Err(refuse("the agreement names no company"));
    }
    let cancelled = row.flag("cancelledFlag") == Some(true);
    let cancelled_on = row
        .time("dateCancelled")
        .map(|at| at.date())
        .filter(|_| cancelled);
    let planned_end = match row.flag("noEndingDateFlag") {
        Some(true) => None,
        _ => row.time("endDate").map(|at| at.date()),
    };
    // On the day of the cancellation nothing bills any more; the planned end is the last day.
    let last = cancelled_on.and_then(|day| day.yesterday().ok());
    let ends_on = [last, planned_end].into_iter().flatten().min();
    let cycle_word = named(&row, "billingCycle", surprises);
    let cycle = match row.flag("oneTimeFlag") {
        Some(true) => BillingCycle::OneTime,
        _ => cycle(&cycle_word),
    };
    if cycle == BillingCycle::Unknown {
        surprises.seen.count("agreements.billingCycle", &cycle_word);
    }
    let currency = row
        .child("currency", &CURRENCY, surprises)
        .and_then(|c| Currency::parse(&c.text("currencyCode")));
    let mut agreement = Agreement {
        id,
        name: row.text("name"),
        company: PsaId::new(company),
        cycle,
        currency,
        starts_on: row.time("startDate").map(|at| at.date()),
        ends_on,
        active: !cancelled || ends_on.is_some(),
        called: None,
    };
    let word = row.text("agreementStatus");
    let says_over = !word.is_empty() && !word.eq_ignore_ascii_case("active");
    agreement.called = Some(word).filter(|_| says_over && agreement.is_in_force_on(today));
    Ok(agreement)
}

/// Billing cycles are named by the MSP; `None` is the vendor's own word for an agreement that does not recur.
fn cycle(word: &str) -> BillingCycle {
    match word.trim().to_ascii_lowercase().as_str() {
        "none" => BillingCycle::OneTime,
        _ => billing_cycle(word),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn today() -> Date {
        "2026-11-24".parse().unwrap()
    }

    fn read(value: Value) -> Agreement {
        agreement(&value, today(), &Surprises::default()).unwrap()
    }

    fn row() -> Value {
        json!({"id":77,"name":"Managed services","type":{"id":3,"name":"Managed"},
            "company":{"id":1042,"identifier":"HarbourDental","name":"Harbour Dental Group, LLC"},"billToCompany":null,
            "parentAgreement":null,"agreementStatus":"Active","startDate":"2025-01-01T00:00:00Z","endDate":null,
            "noEndingDateFlag":true,"cancelledFlag":false,"billingCycle":{"id":2,"name":"Monthly"},
            "currency":{"id":7,"currencyCode":"USD"}})
    }

    fn with(changes: Value) -> Agreement {
        let mut value = row();
        let members = value.as_object_mut().unwrap();
        members.extend(changes.as_object().unwrap().clone());
        read(value)
    }

    #[test]
    fn a_documented_row_becomes_an_agreement() {
        let a = read(row());
        assert_eq!(
            (a.id.as_str(), a.company.as_str(), a.name.as_str()),
            ("77", "1042", "Managed services")
        );
        assert_eq!(a.cycle, BillingCycle::Monthly);
        assert_eq!(a.currency.as_ref().map(Currency::as_str), Some("USD"));
        assert_eq!(
            (a.starts_on, a.ends_on),
            (Some("2025-01-01".parse().unwrap()), None)
        );
        assert_eq!((a.skipped(today()), a.called), (None, None));
    }

    #[test]
    fn dates_and_flags_decide_and_texts_are_told() {
        let stale = with(json!({"agreementStatus": "Expired"}));
        assert_eq!(
            (stale.skipped(today()), stale.called.as_deref()),
            (None, Some("Expired"))
        );
        let open_ended = with(json!({"endDate": "2020-01-01T00:00:00Z"}));
        assert_eq!(
            open_ended.ends_on, None,
            "the flag says that there is no end"
        );
        let ended = with(json!({"endDate": "2026-11-23T00:00:00Z", "noEndingDateFlag": false}));
        assert_eq!(ended.ends_on, Some("2026-11-23".parse().unwrap()));
        assert_eq!(ended.skipped(today()), None, "lately");
        let long_ago = with(json!({"endDate": "2026-03-01T00:00:00Z", "noEndingDateFlag": false}));
        assert_eq!(long_ago.skipped(today()), Some(Skipped::Over));
    }

    #[test]
    fn a_cancellation_counts_from_its_day_on() {
        let cancelled =
            with(json!({"cancelledFlag": true, "dateCancelled": "2026-11-24T00:00:00Z"}));
        assert_eq!(cancelled.ends_on, Some("2026-11-23".parse().unwrap()));
        let undated = with(json!({"cancelledFlag": true, "dateCancelled": ""}));
        assert_eq!(undated.skipped(today()), Some(Skipped::CancelledUndated));
        let left_over =
            with(json!({"cancelledFlag": false, "dateCancelled": "2024-01-01T00:00:00Z"}));
        assert_eq!(left_over.ends_on, None, "reactivated: the flag is off");
    }

    #[test]
    fn what_does_not_recur_is_skipped() {
        for changes in [
            json!({"billingCycle": {"name": "None"}}),
            json!({"oneTimeFlag": true}),
        ] {
            assert_eq!(with(changes).skipped(today()), Some(Skipped::NotRecurring));
        }
        let own = with(json!({"billingCycle": {"name": "Fortnightly"}}));
        assert_eq!(
            (own.cycle, own.skipped(today())),
            (BillingCycle::Unknown, None)
        );
        let nobody = agreement(&json!({"id": 3}), today(), &Surprises::default());
        assert_eq!(nobody.unwrap_err().reason, "the agreement names no company");
    }
}
