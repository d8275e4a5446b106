//! Keeps the gauges true while nothing is sent: what was used in a window falls by itself.

use std::time::Duration;

use super::bus::Bus;
use super::context::Context;
use super::event::Event;
use super::pacer::Pace;
use super::setup::requests_per_minute;
use crate::domain::ids::ConnectionName;
use crate::domain::log::Gauge;
use crate::store::StoreError;
use crate::store::connections::Connection;
use crate::store::pacing::{PaceRule, PaceState};

/// How often a gauge that counts down is looked at.
const TICK: Duration = Duration::from_secs(1);

/// A budget's state as the gauge shows it; what is not in the state stays as it was.
pub(super) fn gauge(before: Gauge, rule: &PaceRule, state: PaceState) -> Gauge {
    Gauge {
        used: state.used,
        ceiling: state.ceiling,
        limit: rule.limit,
        window_ms: rule.window_ms,
        minute_ms: rule.minute_ms,
        next_slot_ms: state.next_slot_ms.max(state.paused_ms),
        rate_limited: state.rate_limited_last_hour,
        history: state.history,
        foreign_per_minute: state.suspicion.map_or(0, |s| s.at_least),
        or_limit: state.suspicion.and_then(|s| s.or_limit),
        ..before
    }
}

/// Tells a gauge if it differs from the last one told.
pub(super) fn tell(bus: &Bus, gauge: Gauge) {
    if bus.gauge(&gauge.connection).as_ref() != Some(&gauge) {
        bus.send(Event::Gauge(gauge));
    }
}

/// Reads the budget that a connection uses and tells its gauge: for what other processes use of it.
pub(super) async fn look(ctx: &Context, connection: &ConnectionName) -> Result<(), StoreError> {
    let all = ctx.store.connections().await?;
    let credential = all.iter().find(|c| c.name == *connection);
    let credential = credential.map(Connection::credential);
    let Some(found) = all.iter().find(|c| Some(&c.name) == credential.as_ref()) else {
        return Ok(());
    };
    let settings = &ctx.settings;
    let pace = Pace {
        limit: requests_per_minute(ctx, found),
        window: settings.window,
        patience: settings.patience,
    };
    let rule = pace.rule();
    let state = ctx.store.pace_state(found.name.as_str(), &rule).await?;
    let before = ctx
        .bus
        .gauge(&found.name)
        .unwrap_or_else(|| Gauge::of(found.name.clone(), found.name.as_str()));
    tell(&ctx.bus, gauge(before, &rule, state));
    Ok(())
}

/// Looks at the gauges that count down, once a second; waits without a tick while none does. Ends with the engine.
pub(super) async fn keep_fresh(ctx: Context) {
    let mut events = ctx.bus.subscribe();
    loop {
        let counting: Vec<Gauge> = ctx
            .bus
            .gauges()
            .into_iter()
            .filter(|g| g.used > 0 || g.next_slot_ms > 0)
            .collect();
        if counting.is_empty() {
            if events.next().await.is_none() {
                return;
            }
            continue;
        }
        tokio::time::sleep(TICK).await;
        for before in counting {
            let rule = PaceRule {
                limit: before.limit,
                window_ms: before.window_ms,
                hold_ms: before.window_ms,
                minute_ms: before.minute_ms.max(before.window_ms),
            };
            if let Ok(state) = ctx.store.pace_state(&before.budget, &rule).await {
                // What was told meanwhile is newer than `before`.
                let newest = ctx.bus.gauge(&before.connection).unwrap_or(before);
                tell(&ctx.bus, gauge(newest, &rule, state));
            }
        }
    }
}
