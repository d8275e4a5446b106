//! Lines that a renewal may have left behind: the new one was added, the old one never ended, and both bill.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::domain::agreement::AgreementLine;
use crate::domain::party::PsaCompany;

/// So many hints are written out; the rest is counted.
const MOST: usize = 20;

/// Two lines of one company and product with the same seats, both active, the second begun a month or more after the
/// first: a sentence for each, for a person to look at.
pub fn hints(companies: &[PsaCompany], lines: &[AgreementLine], today: Date) -> Vec<String> {
    let mut alike: BTreeMap<_, Vec<&AgreementLine>> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.is_active_on(today)) {
        if line.seats.is_some_and(|seats| seats > 0) && line.starts_on.is_some() {
            let key = (&line.company, &line.product_code, line.seats);
            alike.entry(key).or_default().push(line);
        }
    }
    let mut hints = Vec::new();
    for ((company, product, seats), mut lines) in alike {
        lines.sort_by_key(|line| (line.starts_on, &line.line_id));
        for pair in lines.windows(2) {
            let (Some(old), Some(new)) = (pair[0].starts_on, pair[1].starts_on) else {
                continue;
            };
            let apart = (new - old).get_days();
            if apart < 28 {
                continue;
            }
            let name = companies.iter().find(|c| c.id == *company);
            let name = name.map_or(company.as_str(), |c| c.profile.name.as_str());
            hints.push(format!(
                "{name}: lines {} (since {old}) and {} (since {new}) both bill {} of {product}; \
                 the older one may be left over from a renewal",
                pair[0].line_id,
                pair[1].line_id,
                seats.unwrap_or_default()
            ));
        }
    }
    let more = hints.len().saturating_sub(MOST);
    hints.truncate(MOST);
    if more > 0 {
        hints.push(format!(
            "{more} more pairs of lines may be left over from a renewal"
        ));
    }
    hints
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::PsaId;
    use crate::domain::subscription::BillingCycle;

    fn line(id: &str, seats: i64, starts_on: &str) -> AgreementLine {
        AgreementLine {
            line_id: id.to_owned(),
            company: PsaId::new("7"),
            agreement: String::new(),
            product_code: "O365-BP".to_owned(),
            vendor_sku: String::new(),
            product_name: String::new(),
            seats: Some(seats),
            quantity_text: seats.to_string(),
            unit_price: None,
            unit_cost: None,
            currency: None,
            billing_cycle: BillingCycle::Monthly,
            starts_on: Some(starts_on.parse().unwrap()),
            ends_on: None,
            active: true,
        }
    }

    #[test]
    fn only_equal_seats_a_month_apart_are_hinted_at() {
        let today = "2026-11-24".parse().unwrap();
        let told = |lines: &[AgreementLine]| hints(&[], lines, today);
        let old = line("9001", 38, "2025-01-01");
        let new = line("9105", 38, "2026-11-01");
        assert_eq!(
            told(&[new.clone(), old.clone()]),
            [
                "7: lines 9001 (since 2025-01-01) and 9105 (since 2026-11-01) both bill 38 of O365-BP; \
              the older one may be left over from a renewal"
            ]
        );
        assert!(told(&[old.clone(), line("9105", 5, "2026-11-01")]).is_empty());
        assert!(told(&[old.clone(), line("9105", 38, "2025-01-10")]).is_empty());
        let ended = AgreementLine {
            ends_on: Some("2026-10-31".parse().unwrap()),
            ..old
        };
        assert!(told(&[ended, new]).is_empty());
    }

    #[test]
    fn many_hints_are_counted() {
        let lines: Vec<AgreementLine> = (0..30)
            .map(|n| line(&n.to_string(), 1, &format!("20{:02}-01-01", 10 + n % 16)))
            .collect();
        let told = hints(&[], &lines, "2026-11-24".parse().unwrap());
        assert!(told.len() <= MOST + 1);
    }
}
