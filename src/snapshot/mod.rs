//! Snapshots: what is compared is `meniscus_preview::snapshot`'s; here, files are written.

mod accept;

pub use accept::{Accepted, accept, accept_orphan, discard_pending, keep_pending};
pub use meniscus_preview::snapshot::*;
