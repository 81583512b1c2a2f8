use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use lsp_server::RequestId;

/// Requests that have no response yet, and whether the client still waits for it.
#[derive(Debug, Default)]
pub(super) struct Pending(Mutex<HashMap<RequestId, bool>>);

impl Pending {
    pub fn add(&self, id: RequestId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id, true);
    }

    /// Notes that the client doesn't wait any more; a request that has its response isn't known.
    pub fn cancel(&self, id: &RequestId) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(is_wanted) = known.get_mut(id) {
            *is_wanted = false;
        }
    }

    /// Takes a request out, and returns whether the client still waits for it.
    pub fn take(&self, id: &RequestId) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        known.unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::Pending;

    #[test]
    fn only_what_waits_can_be_cancelled() {
        let pending = Pending::default();
        pending.cancel(&1.into());
        pending.add(1.into());
        pending.add(2.into());
        pending.cancel(&2.into());
        assert!(pending.take(&1.into()));
        assert!(!pending.take(&2.into()));
        // Its response is on its way: the same number may come again.
        pending.cancel(&1.into());
        pending.add(1.into());
        assert!(pending.take(&1.into()));
    }
}
