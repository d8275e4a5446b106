//! What the tests of every system need.

use std::sync::{Mutex, PoisonError};

use super::{Companies, PageRead, Scope, Told};
use crate::domain::agreement::AgreementLine;
use crate::domain::company_choice::CompanyChoice;
use crate::domain::money::Money;
use crate::domain::subscription::BillingCycle;

/// Keeps every page that is told.
#[derive(Default)]
pub(super) struct Pages(Mutex<Vec<PageRead>>);

impl Pages {
    /// What was told so far.
    pub fn told(&self) -> Vec<PageRead> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Told for Pages {
    fn page(&self, page: PageRead) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.push(page);
    }
}

/// A reading of these companies on Tuesday 2026-11-24, without a currency of its own.
pub(super) fn scope(companies: Companies) -> Scope {
    Scope {
        today: jiff::civil::date(2026, 11, 24),
        companies,
        choice: CompanyChoice::default(),
        currency: None,
    }
}

/// The row that stands for each system in the facts sheet: 38 seats at 24.00 that cost 17.95, each month since 2025, in
/// USD. `place` is its number, its company and its agreement, `product` its code, its part number and its name.
pub(super) fn assert_documented(line: &AgreementLine, place: [&str; 3], product: [&str; 3]) {
    let (company, price, cost) = (line.company.as_str(), line.unit_price, line.unit_cost);
    assert_eq!([line.line_id.as_str(), company, &line.agreement], place);
    let told = [&line.product_code, &line.vendor_sku, &line.product_name];
    assert_eq!(told.map(String::as_str), product);
    assert_eq!((line.seats, line.quantity_text.as_str()), (Some(38), "38"));
    assert_eq!(price, Some(Money::from_cents(2_400)));
    assert_eq!(cost, Some(Money::from_cents(1_795)));
    assert_eq!(line.currency.as_ref().map(|c| c.as_str()), Some("USD"));
    assert_eq!(line.billing_cycle, BillingCycle::Monthly);
    let day = |text: &str| text.parse().unwrap();
    assert_eq!(
        (
            line.starts_on,
            line.ends_on.filter(|d| *d < day("2027-01-01"))
        ),
        (Some(day("2025-01-01")), None)
    );
    assert!(line.is_active_on(day("2026-11-24")));
}
