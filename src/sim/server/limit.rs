//! The rate limit: a strict sliding window by the server's clock.

use std::collections::VecDeque;
use std::time::Duration;

/// Counts requests in a window that slides with every instant; times are since the server's start.
#[derive(Debug)]
pub struct SlidingWindow {
    limit: usize,
    window: Duration,
    answered: VecDeque<Duration>,
    arrived: VecDeque<Duration>,
    most: usize,
}

impl SlidingWindow {
    /// At most `limit` requests in any window; 0 is no limit.
    pub fn new(limit: usize, window: Duration) -> Self {
        Self {
            limit,
            window,
            answered: VecDeque::new(),
            arrived: VecDeque::new(),
            most: 0,
        }
    }

    /// Counts a request. `Err` says in how many whole seconds there is room again; refused requests take no room, but
    /// `most` counts them.
    pub fn admit(&mut self, now: Duration) -> Result<(), u64> {
        forget(&mut self.arrived, now, self.window);
        self.arrived.push_back(now);
        self.most = self.most.max(self.arrived.len());
        if self.limit == 0 {
            return Ok(());
        }
        forget(&mut self.answered, now, self.window);
        match self.answered.front() {
            Some(oldest) if self.answered.len() >= self.limit => {
                let wait = (*oldest + self.window).saturating_sub(now);
                Err(wait
                    .as_millis()
                    .div_ceil(1000)
                    .try_into()
                    .unwrap_or(60)
                    .max(1))
            }
            _ => {
                self.answered.push_back(now);
                Ok(())
            }
        }
    }

    /// The most requests that arrived in any window, refused ones included.
    pub fn most(&self) -> usize {
        self.most
    }
}

fn forget(times: &mut VecDeque<Duration>, now: Duration, window: Duration) {
    while times.front().is_some_and(|t| *t + window <= now) {
        times.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn room_comes_back_when_the_oldest_leaves() {
        let at = Duration::from_secs;
        let mut window = SlidingWindow::new(2, at(60));
        assert_eq!(window.admit(at(0)), Ok(()));
        assert_eq!(window.admit(at(20)), Ok(()));
        assert_eq!(window.admit(at(30)), Err(30));
        assert_eq!(window.admit(at(60)), Ok(()));
        assert_eq!(window.admit(at(61)), Err(19));
        assert_eq!(window.most(), 4);
        let mut open = SlidingWindow::new(0, at(60));
        assert!((0..500).all(|_| open.admit(at(1)).is_ok()));
        assert_eq!(open.most(), 500);
    }

    proptest! {
        #[test]
        fn never_more_than_the_limit_in_any_window(gaps in proptest::collection::vec(0u64..9_000, 1..200), limit in 1usize..8) {
            let (mut now, mut answered) = (0u64, Vec::new());
            let mut window = SlidingWindow::new(limit, Duration::from_secs(10));
            for gap in gaps {
                now += gap;
                if window.admit(Duration::from_millis(now)).is_ok() {
                    answered.push(now);
                }
            }
            for start in &answered {
                let inside = answered.iter().filter(|t| (*start..start + 10_000).contains(t)).count();
                prop_assert!(inside <= limit);
            }
        }
    }
}
