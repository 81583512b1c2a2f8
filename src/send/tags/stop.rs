use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::error::TagError;

/// Why a run ended before its last row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Somebody asked for it.
    Asked,
    /// The host failed this many times in a row.
    HostFails {
        /// How many.
        times: u32,
        /// The code of the last failure.
        code: String,
    },
    /// The host lets nobody in.
    Closed {
        /// What it said.
        code: String,
    },
    /// None of the first customers was taken.
    NoneTaken {
        /// How many were tried.
        tried: u32,
        /// The code of the last failure.
        code: String,
    },
    /// The host asks for a longer wait than is waited.
    LongWait {
        /// For how long, in seconds.
        seconds: u64,
    },
    /// It cannot go on: the journal cannot be written, or the call is not allowed.
    Failed(TagError),
}

/// A way to stop a run from anywhere: no more requests begin, those under way are waited for.
#[derive(Clone, Debug, Default)]
pub struct Halt(Arc<(Mutex<Option<Stopped>>, Condvar)>);

impl Halt {
    /// Stops the run; the first reason counts.
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

    /// Waits; returns whether it may go on.
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
