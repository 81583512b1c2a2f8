//! Text: spans, sources with lines, locations in data files, and "did you mean".
//!
//! Independent of templates: all other modules refer to source text with it.

mod data_path;
mod embedded;
mod locate;
mod path_at;
pub(crate) mod percent;
mod regex_size;
mod source;
mod span;
mod suggest;
mod utf16;

pub use data_path::{DataPath, Step, json_path};
pub use locate::{line_of, locate_json, locate_json_key};
pub use path_at::json_path_at;
pub use regex_size::{MAX_REGEX_SIZE, regex_size};
pub use source::{Position, Source};
pub use span::Span;
pub use suggest::{is_near, nearest, nearest_typo};
pub use utf16::Utf16Places;
