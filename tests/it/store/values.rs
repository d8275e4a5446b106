//! Money, times and texts come back as they went in, at their ends too.

use vectis::domain::money::Money;
use vectis::domain::subscription::{BillingCycle, Subscription, SubscriptionStatus};
use vectis::domain::time::Ts;
use vectis::store::pages::PageWrite;

use crate::support::database::on_both_engines;
use crate::support::rows::{page, start, subscription};

on_both_engines! {
    async fn extreme_values_come_back(db: Database) {
        let store = db.open().await;
        let run = store.begin_run(&start("one")).await.unwrap();
        let times = [
            i64::MAX, 9_223_371_331_199_999_999, 253_402_300_799_999_999, 1, 0, -1, -62_135_596_800_000_000, i64::MIN,
        ];
        let amounts = [i64::MAX, i64::MIN, 0, 1, -1, 10_000, 99_999_999, -1_234_567_890_123_456_789];
        let rows: Vec<Subscription> = (0..8)
            .map(|i| Subscription {
                unit_cost: Some(Money::from_units(amounts[i])),
                unit_price: (i % 2 == 0).then(|| Money::from_units(amounts[7 - i])),
                starts_on: Some(Ts::from_micros(times[i])),
                renews_on: (i % 3 == 0).then(|| Ts::from_micros(times[7 - i])),
                commitment: Default::default(),
                revision: String::new(),
                seats: [Some(i64::MAX), Some(i64::MIN), None, Some(0)][i % 4],
                status: [SubscriptionStatus::Trial, SubscriptionStatus::Unknown][i % 2],
                billing_cycle: [BillingCycle::Triennial, BillingCycle::SemiAnnual][i % 2],
                product_name: ["'; DROP TABLE customers; --", "日本語 \u{1F600}", "", "\"quoted\" $1 ?"][i % 4].to_owned(),
                currency: None,
                ..subscription(&format!("s{i}"), "a/b c")
            })
            .collect();
        store.save_page(&run, &PageWrite { subscriptions: &rows, ..page("subscriptions") }).await.unwrap();
        let read: Vec<Subscription> =
            store.subscriptions().await.unwrap().into_iter().map(|r| r.subscription).collect();
        assert_eq!(read, rows);
        store.snapshot_week(&run, Ts::from_micros(0)).await.unwrap();
        let usage = store.usage_since(run.week).await.unwrap();
        assert_eq!(usage[1].2.unit_cost, rows[1].unit_cost);
    }
}
