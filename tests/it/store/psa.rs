//! The PSA's companies and agreement lines, and product links.

use jiff::civil::date;
use vectis::domain::agreement::AgreementLine;
use vectis::domain::money::Money;
use vectis::domain::party::{PsaCompany, PsaSystem};
use vectis::domain::subscription::BillingCycle;
use vectis::store::psa::{PsaCounts, PsaSettings};

use crate::support::database::on_both_engines;
use crate::support::rows::{company, now, usd};

fn line(id: &str, company: &str) -> AgreementLine {
    AgreementLine {
        line_id: id.to_owned(),
        company: company.into(),
        agreement: "Managed workplace".to_owned(),
        product_code: "M365BP".to_owned(),
        vendor_sku: String::new(),
        product_name: "Business Premium".to_owned(),
        seats: Some(8),
        quantity_text: "8".to_owned(),
        unit_price: Some(Money::from_cents(2200)),
        unit_cost: None,
        currency: Some(usd()),
        billing_cycle: BillingCycle::Monthly,
        starts_on: Some(date(2024, 2, 29)),
        ends_on: None,
        active: true,
    }
}

on_both_engines! {
    async fn what_the_psa_no_longer_lists_is_inactive(db: Database) {
        let store = db.open().await;
        let settings = PsaSettings::new(PsaSystem::Csv);
        store.put_psa_settings(&settings).await.unwrap();
        let several = PsaCompany {
            other_ms_tenants: vec!["t-2".to_owned(), "t-3".to_owned()],
            ..company("1", "Contoso")
        };
        let companies = [several.clone(), company("2", "Fabrikam"), company("2", "Fabrikam Inc")];
        let lines = [line("10", "1"), line("11", "2"), line("12", "nobody")];
        let counts = store.replace_psa(PsaSystem::Csv, &companies, &lines, now()).await.unwrap();
        assert_eq!(counts, PsaCounts { companies_new: 2, lines: 3, ..PsaCounts::default() });
        let hub = store.companies().await.unwrap();
        assert_eq!(hub[0].1, several);
        assert_eq!(store.listed_companies(PsaSystem::Csv).await.unwrap().len(), 2);
        let read = store.agreement_lines().await.unwrap();
        assert_eq!(read[0], (Some(hub[0].0), PsaSystem::Csv, lines[0].clone()));
        assert_eq!((read[1].0, read[2].0), (Some(hub[1].0), None));
        assert_eq!(store.psa_settings().await.unwrap().unwrap().last_sync_at, Some(now()));

        let counts = store.replace_psa(PsaSystem::Csv, &[company("1", "Contoso AG")], &lines[..1], now()).await.unwrap();
        let expected = PsaCounts { companies_new: 0, companies_updated: 1, companies_gone: 1, lines: 1, lines_gone: 2 };
        assert_eq!(counts, expected);
        let after = store.companies().await.unwrap();
        assert_eq!(after[0], (hub[0].0, company("1", "Contoso AG")));
        assert_eq!(after[1], (hub[1].0, PsaCompany { active: false, ..company("2", "Fabrikam Inc") }));
        assert!(!store.agreement_lines().await.unwrap()[1].2.active);
        assert_eq!(store.listed_companies(PsaSystem::Csv).await.unwrap(), [company("1", "Contoso AG")]);
        assert_eq!(store.customers().await.unwrap().len(), 2);
        assert!(!store.customer(hub[1].0).await.unwrap().unwrap().active);

        let counts = store.replace_psa(PsaSystem::Csv, &companies, &lines, now()).await.unwrap();
        assert_eq!((counts.companies_new, counts.companies_updated), (0, 2));
        assert!(store.companies().await.unwrap()[1].1.active);
        let other = store.replace_psa(PsaSystem::Halo, &[company("1", "Halo's")], &[], now()).await.unwrap();
        assert_eq!((other.companies_new, other.companies_gone), (1, 0));
    }

    async fn whatever_changes_in_a_line_is_kept(db: Database) {
        let store = db.open().await;
        let companies = [company("1", "Contoso"), company("2", "Fabrikam")];
        let told = line("10", "1");
        let changes: &[fn(&mut AgreementLine)] = &[
            |l| l.company = "2".into(),
            |l| l.agreement = "Other".to_owned(),
            |l| l.product_code = "M365BS".to_owned(),
            |l| l.vendor_sku = "CFQ7".to_owned(),
            |l| l.product_name = "Business Standard".to_owned(),
            |l| l.seats = None,
            |l| l.quantity_text = "8.0".to_owned(),
            |l| l.unit_price = Some(Money::from_cents(2201)),
            |l| l.unit_cost = Some(Money::from_cents(1)),
            |l| l.currency = None,
            |l| l.billing_cycle = BillingCycle::Annual,
            |l| l.starts_on = None,
            |l| l.ends_on = Some(date(2027, 2, 28)),
            |l| l.active = false,
        ];
        for change in changes {
            store.replace_psa(PsaSystem::Csv, &companies, std::slice::from_ref(&told), now()).await.unwrap();
            let mut changed = told.clone();
            change(&mut changed);
            store.replace_psa(PsaSystem::Csv, &companies, std::slice::from_ref(&changed), now()).await.unwrap();
            let kept = store.agreement_lines().await.unwrap();
            assert_eq!(kept[0].2, changed);
            assert_eq!(kept.len(), 1);
        }
        // A company that comes late: its line is known already, its owner is not.
        store.replace_psa(PsaSystem::Csv, &[], &[line("20", "3")], now()).await.unwrap();
        store.replace_psa(PsaSystem::Csv, &[company("3", "Late")], &[line("20", "3")], now()).await.unwrap();
        let lines = store.agreement_lines().await.unwrap();
        let late = lines.iter().find(|(_, _, line)| line.line_id == "20").unwrap();
        assert!(late.0.is_some());
    }

    async fn many_lines_that_are_gone_are_told_from_those_that_stay(db: Database) {
        let store = db.open().await;
        let companies = [company("1", "Contoso")];
        let lines: Vec<_> = (0..2_500).map(|n| line(&format!("{n}"), "1")).collect();
        store.replace_psa(PsaSystem::Csv, &companies, &lines, now()).await.unwrap();
        let mut fewer: Vec<_> = lines.iter().filter(|l| l.line_id.ends_with('7')).cloned().collect();
        fewer.reverse();
        let twice = AgreementLine { seats: Some(99), ..fewer[0].clone() };
        fewer.push(twice.clone());
        let counts = store.replace_psa(PsaSystem::Csv, &companies, &fewer, now()).await.unwrap();
        assert_eq!((counts.lines, counts.lines_gone), (250, 2_250));
        let after = store.agreement_lines().await.unwrap();
        assert_eq!(after.iter().filter(|(_, _, l)| l.active).count(), 250);
        let last = after.iter().find(|(_, _, l)| l.line_id == twice.line_id).unwrap();
        assert_eq!(last.2, twice, "the last one told counts");
    }
}
