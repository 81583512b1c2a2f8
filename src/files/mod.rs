//! What is read from disk, and written to it: whole or not at all.

mod write;

pub use meniscus_analysis::files::*;
pub use write::{Placement, Readers, remove_left, unfinished, write_synced, write_whole};
