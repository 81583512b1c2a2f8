//! The received requests, limited to the newest.

use std::collections::VecDeque;
use std::sync::Arc;

use super::exchange::Exchange;

/// Size limit of kept requests: enough for any test, but not a machine's whole memory.
const MAX_BYTES: usize = 64 << 20;

/// The received requests, oldest first.
#[derive(Debug)]
pub(super) struct Journal {
    kept: VecDeque<Arc<Exchange>>,
    bytes: usize,
    most: usize,
    came: u64,
}

impl Journal {
    /// Makes an empty journal for this many requests.
    pub(super) fn new(most: usize) -> Self {
        Self { kept: VecDeque::new(), bytes: 0, most, came: 0 }
    }

    /// Returns the number of the next request.
    pub(super) fn next_number(&mut self) -> u64 {
        self.came += 1;
        self.came
    }

    pub(super) fn push(&mut self, exchange: Arc<Exchange>) {
        self.bytes += exchange.size();
        self.kept.push_back(exchange);
        while self.kept.len() > self.most || self.bytes > MAX_BYTES {
            let Some(oldest) = self.kept.pop_front() else { break };
            self.bytes -= oldest.size();
        }
    }

    /// Clears the journal; numbers continue.
    pub(super) fn clear(&mut self) {
        self.kept.clear();
        self.bytes = 0;
    }

    pub(super) fn all(&self) -> Vec<Arc<Exchange>> {
        self.kept.iter().cloned().collect()
    }
}
