//! Reading a workspace: files of limited size inside it, and folders of recordings.
//!
//! They come from a source of [`Files`]: the [`Disk`], [`Memory`], or [`Unsaved`] strings over
//! either.

mod beside;
mod data_file;
mod disk;
mod inside;
mod locate_toml;
mod memory;
mod normal;
mod plain_words;
mod read;
pub mod recordings;
mod source;
mod unsaved;

pub use beside::is_beside;
pub use data_file::{content_error, read_toml};
pub use disk::{Disk, check_regular};
pub use inside::Inside;
pub use locate_toml::{locate_toml, locate_toml_key, toml_path_at};
pub use memory::Memory;
pub use normal::normal;
use read::read_within;
pub use read::{
    FileError, MAX_FILE_BYTES, check_target, read_file, read_file_to_string, read_stream_to_string,
    reason_of, root_of,
};
pub use source::{Files, Kind, Walk, WalkError};
pub use unsaved::Unsaved;

/// Prefix of the names of incomplete files.
pub const UNFINISHED: &str = ".meniscus-";
