//! What an author may write at a position, and what is there: for editors.
//!
//! A position is a byte offset in a text that may be incomplete or wrong. The expression in
//! question is inserted as an output before the markup being written, and analyzed there.

mod allowing;
mod closing;
mod complete;
mod cursor;
mod data_file;
mod definition;
mod describe;
mod hover;
mod occurrences;
mod probe;
mod recipient;
mod rename;
mod rename_shared;
mod rewrite;
mod settings;
mod target;
mod toml_file;
mod uses;

use std::ops::Range;
use std::sync::Arc;

pub use closing::missing_end;
pub use complete::{Completion, Item, ItemKind, complete};
pub use cursor::option_before;
pub use data_file::is_known_data;
pub use definition::{Definition, Place, RecordedField, definition};
pub use describe::usage;
pub use hover::{Hover, hover};
pub use recipient::{Received, Recipient};
pub use rename::{RenameError, Renaming, renamable, rename};
pub use rename_shared::{SharedName, SharedRenaming, shared_name};
pub use rewrite::{Rewrite, rewrites};
pub use target::blocks_in;
pub use uses::{Uses, uses};

use crate::files::toml_path_at;
use crate::project::Message;
use crate::rules::Knowledge;
use crate::text::{DataPath, json_path_at};

#[derive(Clone, Copy, Debug)]
pub struct Writing<'a> {
    pub known: &'a Knowledge,
    /// The message that the text belongs to, or the content block's own name.
    pub message: &'a str,
    pub text: &'a str,
    /// The file of the text, as shown.
    pub path: &'a str,
    /// Whether it is a content block, which may see variables of its includer.
    pub is_block: bool,
    /// All messages, in which uses are found.
    pub messages: &'a [Arc<Message>],
    /// The recipient whose values come before those of others.
    pub recipient: Option<&'a Recipient<'a>>,
}

impl Writing<'_> {
    /// Returns the path of the key or scalar at an offset of a TOML or JSON file, with its range.
    fn path_at(&self, offset: usize) -> Option<(DataPath, Range<usize>)> {
        match self.path.ends_with(".toml") {
            true => toml_path_at(self.text, offset),
            false => json_path_at(self.text, offset),
        }
    }
}
