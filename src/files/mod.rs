//! Reading files, writing them atomically, and watching them.

mod watcher;
mod write;
mod write_changes;

pub use meniscus_analysis::files::*;
pub use watcher::{CHECKED_NOTE, FileWatcher};
pub use write::{Placement, Readers, remove_left, unfinished, write_synced, write_whole};
pub use write_changes::{ChangeError, write_changes};
