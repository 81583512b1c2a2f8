//! The requests that came, the newest of them within bounds.

use std::collections::VecDeque;
use std::sync::Arc;

use super::exchange::Exchange;

/// Bytes of requests that are kept: enough for any test, and not all of a machine's memory.
const MOST_BYTES: usize = 64 << 20;

/// The requests that came, the oldest first.
#[derive(Debug)]
pub(super) struct Journal {
    kept: VecDeque<Arc<Exchange>>,
    bytes: usize,
    most: usize,
    came: u64,
}

impl Journal {
    /// Returns an empty journal that keeps this many requests.
    pub(super) fn new(most: usize) -> Self {
        Self { kept: VecDeque::new(), bytes: 0, most, came: 0 }
    }

    /// Returns the number of the request that comes next.
    pub(super) fn next_number(&mut self) -> u64 {
        self.came += 1;
        self.came
    }

    pub(super) fn push(&mut self, exchange: Arc<Exchange>) {
        self.bytes += exchange.size();
        self.kept.push_back(exchange);
        while self.kept.len() > self.most || self.bytes > MOST_BYTES {
            let Some(oldest) = self.kept.pop_front() else { break };
            self.bytes -= oldest.size();
        }
    }

    /// Forgets what is kept; numbers go on.
    pub(super) fn clear(&mut self) {
        self.kept.clear();
        self.bytes = 0;
    }

    pub(super) fn all(&self) -> Vec<Arc<Exchange>> {
        self.kept.iter().cloned().collect()
    }
}
