//! The engine's context over a home's own database, key and token folder, as a process of this machine has it.

use std::time::Duration;

use vectis::domain::ids::TenantId;
use vectis::domain::time::Calendar;
use vectis::engine::context::{Context, Settings};
use vectis::secret::{KeyPlaces, Sealer, find_key};
use vectis::store::Store;

use super::program::Home;

/// What a person set: a pace that holds nothing up. The short window is for the few interactive calls that each allows.
pub fn settings() -> Settings {
    Settings {
        matching: Default::default(),
        rules: Default::default(),
        stale_after_seconds: 86_400,
        requests_per_minute: 100_000,
        window: Duration::from_secs(1),
        patience: Duration::from_secs(60),
        actor: "ana@test".to_owned(),
    }
}

/// Another process on a home, without a process.
pub async fn process_of(home: &Home, calendar: Calendar) -> Context {
    let places = KeyPlaces {
        systemd: None,
        configured: None,
        own: home.path("home/key/vectis.key"),
        environment: None,
    };
    let (key, _) = find_key(&places).expect("the home's key");
    let store = Store::open(&home.database(), TenantId::from("default"))
        .await
        .expect("the home's database");
    Context::new(store, Sealer::new(&key), calendar, settings())
        .keeping_tokens_in(&home.path("home/tokens"))
}
