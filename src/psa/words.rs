//! Words of PSAs in our words.

use crate::domain::money::Currency;
use crate::domain::subscription::BillingCycle;
pub(super) use crate::domain::text::folded;

/// The cycle that a word means; unknown where it means none.
pub(super) fn billing_cycle(cell: &str) -> BillingCycle {
    let word = folded(cell);
    let word = ["billed", "every", "per", "paid"]
        .iter()
        .fold(word.as_str(), |w, lead| w.strip_prefix(lead).unwrap_or(w));
    match word {
        "monthly" | "month" | "mo" | "m" | "mth" | "mon" | "1month" | "1m" | "1" | "p1m"
        | "months" => BillingCycle::Monthly,
        "quarterly" | "quarter" | "qtr" | "q" | "3months" | "3m" | "3" | "p3m" | "threemonths" => {
            BillingCycle::Quarterly
        }
        "semiannual" | "semiannually" | "semiannualy" | "halfyearly" | "halfyear" | "biannual"
        | "biannually" | "semiyearly" | "6months" | "6m" | "6" | "p6m" | "sixmonths" => {
            BillingCycle::SemiAnnual
        }
        "annual" | "annually" | "yearly" | "year" | "yr" | "y" | "a" | "1year" | "1yr" | "1y"
        | "12months" | "12m" | "12" | "p1y" | "p12m" | "oneyear" => BillingCycle::Annual,
        "biennial" | "biennially" | "2years" | "2year" | "2yr" | "2y" | "24months" | "24"
        | "p2y" | "twoyears" => BillingCycle::Biennial,
        "triennial" | "triennially" | "3years" | "3year" | "3yr" | "3y" | "36months" | "36"
        | "p3y" | "threeyears" => BillingCycle::Triennial,
        "onetime" | "once" | "oneoff" | "perpetual" | "single" | "nonrecurring" => {
            BillingCycle::OneTime
        }
        "usage" | "usagebased" | "consumption" | "metered" | "payasyougo" | "payg" => {
            BillingCycle::Usage
        }
        _ => BillingCycle::Unknown,
    }
}

/// What a status cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// In force; also an empty cell.
    Active,
    /// Ended.
    Inactive,
    /// A word of the MSP's own: taken as active, and said.
    Unknown,
}

/// Reads a status.
pub(super) fn status(cell: &str) -> Status {
    match folded(cell).as_str() {
        "" | "active" | "true" | "yes" | "y" | "1" | "current" | "enabled" | "live" | "open"
        | "inforce" | "ok" | "customer" | "client" | "billable" | "running" | "inprogress"
        | "approved" => Status::Active,
        "inactive" | "notactive" | "false" | "no" | "n" | "0" | "cancelled" | "canceled"
        | "expired" | "ended" | "terminated" | "closed" | "disabled" | "deleted" | "archived"
        | "former" | "formerclient" | "lost" | "complete" | "completed" | "deactivated"
        | "dead" | "obsolete" => Status::Inactive,
        _ => Status::Unknown,
    }
}

/// True if a cell of the column "billable" says that nothing is billed.
pub(super) fn is_not_billed(cell: &str) -> bool {
    matches!(
        folded(cell).as_str(),
        "false"
            | "no"
            | "n"
            | "0"
            | "nonbillable"
            | "notbillable"
            | "donotbill"
            | "dontbill"
            | "nocharge"
            | "free"
            | "unbilled"
            | "never"
    )
}

/// The currency named by a cell of a currency column; a bare dollar sign names none.
pub(super) fn currency(cell: &str) -> Option<Currency> {
    currency_label(cell.trim()).flatten()
}

/// What stands beside a number: nothing or `$` (no currency), a sign or a code; none if it is something else.
pub(super) fn currency_label(label: &str) -> Option<Option<Currency>> {
    let code = match label {
        "" | "$" => return Some(None),
        "€" => "EUR",
        "£" => "GBP",
        "US$" | "$US" => "USD",
        "A$" | "AU$" => "AUD",
        "C$" | "CA$" => "CAD",
        "NZ$" => "NZD",
        "R$" => "BRL",
        "zł" => "PLN",
        "₹" => "INR",
        code => code,
    };
    let code = code
        .strip_suffix('$')
        .or_else(|| code.strip_prefix('$'))
        .unwrap_or(code);
    Currency::parse(code).map(Some)
}

/// True for the first cell of a row that sums up others.
pub(super) fn is_totals_label(cell: &str) -> bool {
    if cell.len() > 40 {
        return false;
    }
    let word = folded(cell);
    [
        "total",
        "totals",
        "grandtotal",
        "grandtotals",
        "subtotal",
        "subtotals",
        "sum",
        "summe",
        "gesamt",
        "overalltotal",
        "reporttotal",
    ]
    .contains(&word.trim_end_matches(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_several_systems_are_known() {
        for (word, cycle) in [
            ("Monthly", BillingCycle::Monthly),
            ("per month", BillingCycle::Monthly),
            ("Every 3 Months", BillingCycle::Quarterly),
            ("Semi-Annual", BillingCycle::SemiAnnual),
            ("Yearly", BillingCycle::Annual),
            ("12 months", BillingCycle::Annual),
            ("P3Y", BillingCycle::Triennial),
            ("One-Time", BillingCycle::OneTime),
            ("fortnightly", BillingCycle::Unknown),
            ("", BillingCycle::Unknown),
        ] {
            assert_eq!(billing_cycle(word), cycle, "{word}");
        }
        assert_eq!(status("Not Active"), Status::Inactive);
        assert_eq!(status(""), Status::Active);
        assert_eq!(status("On hold"), Status::Unknown);
        assert!(is_not_billed("Do Not Bill") && !is_not_billed("Billable"));
        assert!(is_totals_label("Grand Total:") && !is_totals_label("Total Care Ltd"));
        assert_eq!(currency(" eur ").unwrap().as_str(), "EUR");
        assert_eq!(currency("$"), None);
        assert_eq!(currency("Euro"), None);
    }
}
