//! One customer's licensing is the same whether everybody's rows are read for it or only its own.

use vectis::domain::agreement::AgreementLine;
use vectis::domain::hub::CustomerLine;
use vectis::domain::log::RunState;
use vectis::domain::money::Money;
use vectis::domain::party::{LinkState, PsaSystem, Verdict};
use vectis::domain::product::ProductItem;
use vectis::domain::subscription::BillingCycle;
use vectis::domain::time::Calendar;
use vectis::domain::vendor::Vendor;
use vectis::engine::context::Context;
use vectis::engine::decisions::{decide, undo};
use vectis::engine::judge::{evaluate_now, judge, licensing_of};
use vectis::findings::customer_lines;
use vectis::secret::{Key, Sealer};
use vectis::store::connections::Connection;
use vectis::store::hub::HubMark;
use vectis::store::links::LinkWrite;
use vectis::store::pages::PageWrite;
use vectis::store::psa::PsaSettings;

use crate::support::context::settings;
use crate::support::database::on_both_engines;
use crate::support::rows::{
    account, candidate, company, ended, ion, looked_at, now, page, psa_product, sku_item, start,
    subscription, usd,
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

/// The sums that are kept for the list of customers are those that an evaluation of everything gives.
async fn agree_on_the_hub(ctx: &Context) -> Vec<CustomerLine> {
    let (customers, accounts) = (ctx.store.customers().await, ctx.store.accounts().await);
    let licensing = evaluate_now(ctx).await.unwrap().licensing;
    let accounts = accounts.unwrap().into_iter();
    let owners = accounts.filter_map(|account| account.customer_id);
    let mut lines = customer_lines(customers.unwrap(), owners, &licensing);
    lines.sort_by_key(|line| line.customer.id);
    let mut kept = Vec::new();
    let mut mark = HubMark::default();
    loop {
        let (page, read_to) = ctx.store.hub_since(&mark, 2).await.unwrap();
        if page.is_empty() {
            break;
        }
        kept.extend(page);
        mark = read_to;
    }
    kept.sort_by_key(|line| line.customer.id);
    assert_eq!(kept, lines);
    kept
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
        let skus: Vec<_> = (0..3)
            .map(|sku| ProductItem {
                state: LinkState::Auto,
                candidates: vec![candidate("M365", 0.99)],
                ..sku_item(&format!("SKU-{sku}"))
            })
            .collect();
        store.save_products(&skus, &[psa_product("M365")]).await.unwrap();

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

        judge(&ctx).await.unwrap();
        let kept = agree_on_the_hub(&ctx).await;
        assert!(kept.iter().any(|line| line.seats > 0));
        // A decision is in the sums at once, and nothing else is written again.
        let account = ctx.store.accounts().await.unwrap().into_iter().find(|a| a.customer_id.is_some()).unwrap();
        let (_, mark) = ctx.store.hub_since(&HubMark::default(), 1_000).await.unwrap();
        let verdict = Verdict::Exclude { reason: "test".to_owned() };
        decide(&ctx, &account.key, &verdict).await.unwrap();
        undo(&ctx, None).await.unwrap();
        decide(&ctx, &account.key, &Verdict::NoCounterpart).await.unwrap();
        assert_ne!(agree_on_the_hub(&ctx).await, kept);
        assert!(ctx.store.hub_since(&mark, 1_000).await.unwrap().0.len() < 3);
    }
}
