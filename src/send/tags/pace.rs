use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::stop::Halt;

/// Spaces requests of all threads evenly.
#[derive(Debug)]
pub(super) struct Pace {
    between: Duration,
    next: Mutex<Instant>,
}

impl Pace {
    /// Makes a pace of requests per second.
    pub(super) fn new(per_second: f64) -> Self {
        let between = Duration::try_from_secs_f64(per_second.recip()).unwrap_or_default();
        Self { between, next: Mutex::new(Instant::now()) }
    }

    /// Waits for its turn; returns whether to continue.
    pub(super) fn wait(&self, halt: &Halt) -> bool {
        let start = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            // Idle time isn't made up for.
            let start = (*next).max(Instant::now());
            *next = start + self.between;
            start
        };
        halt.sleep_until(start)
    }

    /// Delays all requests until a time: a busy host is busy for everyone.
    pub(super) fn hold_until(&self, when: Instant) {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        *next = (*next).max(when);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_begins_before_their_turn() {
        let (halt, pace) = (Halt::default(), Pace::new(50.0));
        let start = Instant::now();
        for _ in 0..4 {
            assert!(pace.wait(&halt));
        }
        assert!(start.elapsed() >= Duration::from_millis(60), "{:?}", start.elapsed());
        pace.hold_until(start + Duration::from_millis(150));
        assert!(pace.wait(&halt));
        assert!(start.elapsed() >= Duration::from_millis(150), "{:?}", start.elapsed());
        pace.hold_until(start + Duration::from_secs(3600));
        halt.stop(super::super::stop::Stopped::Asked);
        assert!(!pace.wait(&halt), "who waits hears that it is over");
    }
}
