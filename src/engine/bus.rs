//! How the engine's news reach everybody: a bounded channel, and the present state for whoever fell behind.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::broadcast::{self, error::RecvError};

use super::event::Event;
use crate::domain::ids::ConnectionName;
use crate::domain::log::{Gauge, Progress};

/// Events that a slow reader may lag behind before it gets a snapshot instead.
const CAPACITY: usize = 2048;

/// The newest state of everything that events update piece by piece.
#[derive(Debug, Default)]
struct Latest {
    progress: BTreeMap<ConnectionName, Progress>,
    gauges: BTreeMap<ConnectionName, Gauge>,
}

/// The sending side; clones share it. Sending never waits.
#[derive(Debug, Clone)]
pub struct Bus {
    sender: broadcast::Sender<Event>,
    latest: Arc<Mutex<Latest>>,
}

impl Default for Bus {
    fn default() -> Self {
        Self {
            sender: broadcast::channel(CAPACITY).0,
            latest: Arc::default(),
        }
    }
}

impl Bus {
    /// Tells everybody. Nobody listening is no error.
    pub fn send(&self, event: Event) {
        {
            let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
            match &event {
                Event::Progress(p) => {
                    latest.progress.insert(p.connection.clone(), p.clone());
                }
                Event::Gauge(g) => {
                    latest.gauges.insert(g.connection.clone(), g.clone());
                }
                _ => {}
            }
        }
        let _ = self.sender.send(event);
    }

    /// A new reader, which begins with a snapshot.
    pub fn subscribe(&self) -> EventStream {
        EventStream {
            receiver: self.sender.subscribe(),
            bus: self.clone(),
            greet: true,
        }
    }

    /// The newest gauge of a connection.
    pub fn gauge(&self, connection: &ConnectionName) -> Option<Gauge> {
        let latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        latest.gauges.get(connection).cloned()
    }

    /// The newest gauge of every connection.
    pub fn gauges(&self) -> Vec<Gauge> {
        let latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        latest.gauges.values().cloned().collect()
    }

    fn snapshot(&self) -> Event {
        let latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        Event::Snapshot {
            progress: latest.progress.values().cloned().collect(),
            gauges: latest.gauges.values().cloned().collect(),
        }
    }
}

/// The receiving side: every event in order, or a snapshot after a gap.
#[derive(Debug)]
pub struct EventStream {
    receiver: broadcast::Receiver<Event>,
    bus: Bus,
    greet: bool,
}

impl EventStream {
    /// The next event; none once the engine is gone.
    pub async fn next(&mut self) -> Option<Event> {
        if std::mem::take(&mut self.greet) {
            return Some(self.bus.snapshot());
        }
        match self.receiver.recv().await {
            Ok(event) => Some(event),
            Err(RecvError::Lagged(_)) => Some(self.bus.snapshot()),
            Err(RecvError::Closed) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_reader_that_fell_behind_gets_the_present_state() {
        let bus = Bus::default();
        let mut stream = bus.subscribe();
        assert!(matches!(stream.next().await, Some(Event::Snapshot { .. })));
        let gauge = |used| Gauge {
            used,
            ..Gauge::of("ion".into(), "ion")
        };
        for n in 0..(CAPACITY as u32 + 10) {
            bus.send(Event::Gauge(gauge(n)));
        }
        let Some(Event::Snapshot { gauges, .. }) = stream.next().await else {
            panic!("a lagging reader gets a snapshot")
        };
        assert_eq!(gauges[0].used, CAPACITY as u32 + 9);
        assert!(matches!(stream.next().await, Some(Event::Gauge(_))));
    }
}
