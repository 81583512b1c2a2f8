//! Deliberate failures, for testing a client's retries.

use crate::http::Fault;

/// A failure in place of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// An error status, with a sentence as its body.
    Status(u16),
    /// Status 429, with `Retry-After` in seconds.
    RetryAfter(u64),
    Wire(Fault),
}

/// The failures, equally likely.
const FAILURES: [Failure; 5] = [
    Failure::Status(500),
    Failure::Status(503),
    Failure::RetryAfter(1),
    Failure::Wire(Fault::EmptyResponse),
    Failure::Wire(Fault::ConnectionResetByPeer),
];

impl Failure {
    /// Returns the failure for a request, if any: the same for the same seed and number.
    pub(super) fn of(number: u64, seed: u64, rate: f64) -> Option<Self> {
        let chance = mix(seed ^ mix(number));
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
        let share = (chance >> 11) as f64 / (1_u64 << 53) as f64;
        let which = usize::try_from(mix(chance) % FAILURES.len() as u64).unwrap_or_default();
        FAILURES.get(which).copied().filter(|_| share < rate)
    }

    /// Returns the status that the client sees, if any.
    #[must_use]
    pub fn status(self) -> Option<u16> {
        match self {
            Self::Status(status) => Some(status),
            Self::RetryAfter(_) => Some(429),
            Self::Wire(_) => None,
        }
    }
}

/// The finalizer of `SplitMix64` (Steele, Lea, Flood 2014), which distributes consecutive numbers
/// evenly.
fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_keeps_to_the_rate_and_to_the_seed() {
        let failed = |seed, rate| -> Vec<u64> {
            (1..=10_000).filter(|&number| Failure::of(number, seed, rate).is_some()).collect()
        };
        assert!(failed(1, 0.0).is_empty());
        assert_eq!(failed(1, 1.0).len(), 10_000);
        let tenth = failed(1, 0.1);
        assert!((900..1_100).contains(&tenth.len()), "{}", tenth.len());
        assert_eq!(tenth, failed(1, 0.1));
        assert_ne!(tenth, failed(2, 0.1));
        for failure in FAILURES {
            assert!((1..=1_000).any(|number| Failure::of(number, 1, 1.0) == Some(failure)));
        }
    }
}
