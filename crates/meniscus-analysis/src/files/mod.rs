//! What is read of a workspace: files of a bounded size that lie inside it, and folders of recordings.

mod data_file;
mod locate_toml;
mod plain_words;
mod read;
pub mod recordings;

pub use data_file::{content_error, read_toml};
pub use locate_toml::{locate_toml, locate_toml_key};
pub use read::{
    FileError, check_entry, check_file, check_folder, check_inside, check_regular, check_target,
    read_file, read_file_to_string, read_stream_to_string, reason_of, root_of,
};

/// How the name of a file that isn't whole yet begins.
pub const UNFINISHED: &str = ".meniscus-";
