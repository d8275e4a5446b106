//! One customer's licensing is the same whether everybody's rows are read for it or only its own.

use vectis::domain::agreement::{AgreementLine, ProductLink};
use vectis::domain::log::RunState;
use vectis::domain::money::Money;
use vectis::domain::party::{LinkState, PsaSystem};
use vectis::domain::subscription::BillingCycle;
use vectis::domain::time::Calendar;
use vectis::domain::vendor::Vendor;
use vectis::engine::context::Context;
use vectis::engine::judge::{evaluate_now, licensing_of};
use vectis::secret::{Key, Sealer};
use vectis::store::connections::Connection;
use vectis::store::links::LinkWrite;
use vectis::store::pages::PageWrite;
use vectis::store::psa::PsaSettings;

use crate::support::context::settings;
use crate::support::database::on_both_engines;
use crate::support::rows::{
    account, company, ended, ion, looked_at, now, page, start, subscription, usd,
};

const CUSTOMERS: usize = 8;
/// Of two products or one: that depends on the names which other customers' rows have.
const NAMES: [&str; 3] = [
    "Defender for Endpoint",
    "365 Business Premium",
    "365 Business Premium (annual)",
];

fn line(n: usize) -> AgreementLine {
    AgreementLine {
        line_id: n.to_string(),
        company: (n % CUSTOMERS).to_string().into(),
        agreement: "Managed workplace".to_owned(),
        product_code: "M365".to_owned(),
        vendor_sku: String::new(),
        product_name: "Suite".to_owned(),
        seats: Some(8),
        quantity_text: "8".to_owned(),
        unit_price: Some(Money::from_cents(2_200)),
        unit_cost: None,
        currency: Some(usd()),
        billing_cycle: BillingCycle::Monthly,
        starts_on: None,
        ends_on: None,
        active: true,
    }
}

on_both_engines! {
    async fn one_customer_as_among_all(db: Database) {
        let mut random = fastrand::Rng::with_seed(5);
        let store = db.open().await;
        let connection = Connection {
            name: ion(),
            vendor: Vendor::Synnex,
            base_url: "https://example.com".to_owned(),
            settings: [].into(),
            requests_per_minute: None,
            created_at: now(),
            last_sync_at: None,
            listed_at: None,
        };
        store.put_connection(&connection).await.unwrap();
        let psa = PsaSettings::new(PsaSystem::Csv);
        store.put_psa_settings(&psa).await.unwrap();
        let companies: Vec<_> = (0..CUSTOMERS).map(|n| company(&n.to_string(), &format!("Customer {n}"))).collect();
        let lines: Vec<_> = (0..CUSTOMERS * 2).map(line).collect();
        store.replace_psa(PsaSystem::Csv, &companies, &lines, now()).await.unwrap();
        for sku in 0..3 {
            let link = ProductLink {
                vendor: Vendor::Synnex,
                sku: format!("SKU-{sku}").into(),
                product_code: "M365".to_owned(),
                seats_per_unit: 1,
            };
            store.save_product_links(&[(link, LinkState::Auto, 0.99)]).await.unwrap();
        }

        // The first listing, and one twenty days later: what is new then is within its days of grace.
        let accounts: Vec<_> = (0..CUSTOMERS).map(|n| account(&n.to_string(), &format!("Account {n}"))).collect();
        for (round, at) in [now().plus_seconds(-20 * 86_400), now()].into_iter().enumerate() {
            let listed: Vec<_> = (0..30 + round * 10)
                .map(|n| {
                    let mut sub = subscription(&format!("s{n}"), &(n % (CUSTOMERS + 1)).to_string());
                    let sku = random.usize(0..4);
                    sub.sku = format!("SKU-{sku}").into();
                    sub.product_name = NAMES[random.usize(0..3)].to_owned();
                    sub.starts_on = None;
                    sub
                })
                .collect();
            let run = store.begin_run(&vectis::store::runs::RunStart { now: at, ..start("test") }).await.unwrap();
            let customers = PageWrite { customers: &accounts, now: at, ..page("customers") };
            store.save_page(&run, &customers).await.unwrap();
            let subscriptions = PageWrite { subscriptions: &listed, now: at, ..page("subscriptions") };
            store.save_page(&run, &subscriptions).await.unwrap();
            store.snapshot_week(&run, at).await.unwrap();
            store.end_run(&run, &ended(RunState::Complete, None, 0, at)).await.unwrap();
        }
        let hub = store.companies().await.unwrap();
        let links: Vec<_> = hub
            .iter()
            .skip(1)
            .map(|(id, company)| LinkWrite {
                state: LinkState::Auto,
                customer_id: Some(*id),
                ..looked_at(company.id.as_str())
            })
            .collect();
        store.save_links(&links).await.unwrap();

        let sealer = Sealer::new(&Key::from_bytes([7; 32]));
        let ctx = Context::new(store, sealer, Calendar::fixed(now()), settings());
        let all = evaluate_now(&ctx).await.unwrap().licensing;
        assert!(all.iter().any(|row| row.in_grace > 0), "some are new");
        assert!(all.iter().any(|row| row.in_grace == 0), "some are not");
        for (id, _) in hub {
            let mut among = all.clone();
            among.retain(|row| row.customer_id == id);
            assert_eq!(licensing_of(&ctx, id).await.unwrap(), among);
        }
    }
}
