//! Text and the files it is read from: spans, sources with their lines, places in data files, and "did
//! you mean".
//!
//! Floor 0: knows nothing of templates, so that every other module can point at characters.

mod embedded;
mod file;
mod locate;
mod source;
mod span;
mod suggest;
mod utf16;
mod write;

pub use file::{
    FileError, check_entry, check_file, check_folder, check_inside, check_target, read_file,
    read_file_to_string, read_stream_to_string, reason_of, root_of,
};
pub use locate::{Step, line_of, locate_json, locate_json_key, locate_toml, locate_toml_key};
pub use source::{Position, Source};
pub use span::Span;
pub use suggest::nearest;
pub use utf16::Utf16Places;
pub use write::{Placement, Readers, UNFINISHED, unfinished, write_synced, write_whole};
