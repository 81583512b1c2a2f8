//! Reading and writing files atomically.

mod write;

pub use meniscus_analysis::files::*;
pub use write::{Placement, Readers, remove_left, unfinished, write_synced, write_whole};
