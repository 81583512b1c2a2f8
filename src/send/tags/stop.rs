use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::error::TagError;

/// Why a run stopped before its last row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// The user stopped it.
    Asked,
    /// The host failed repeatedly.
    HostFails {
        /// Number of consecutive failures.
        times: u32,
        /// The code of the last failure.
        code: String,
    },
    /// The host rejects the credential.
    Closed {
        /// The host's code.
        code: String,
    },
    /// None of the first customers was accepted.
    NoneTaken {
        /// Number of attempted customers.
        tried: u32,
        /// The code of the last failure.
        code: String,
    },
    /// The host requests too long a delay.
    LongWait {
        /// The delay in seconds.
        seconds: u64,
    },
    /// It can't continue: the journal can't be written, or the call isn't allowed.
    Failed(TagError),
}

/// Stops a run from anywhere: no more requests are started, those in progress are completed.
#[derive(Clone, Debug, Default)]
pub struct Halt(Arc<(Mutex<Option<Stopped>>, Condvar)>);

impl Halt {
    /// Stops the run; the first reason is kept.
    pub fn stop(&self, why: Stopped) {
        let (reason, told) = &*self.0;
        reason.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why);
        told.notify_all();
    }

    /// Returns why it was stopped, if it was.
    #[must_use]
    pub fn reason(&self) -> Option<Stopped> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sleeps; returns whether to continue.
    pub(super) fn sleep_until(&self, when: Instant) -> bool {
        let (reason, told) = &*self.0;
        let mut reason = reason.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if reason.is_some() {
                return false;
            }
            let left = when.saturating_duration_since(Instant::now());
            if left == Duration::ZERO {
                return true;
            }
            (reason, _) = told.wait_timeout(reason, left).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
