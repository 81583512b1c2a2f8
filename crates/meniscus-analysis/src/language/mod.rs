//! What an author may write at a place, and what stands there: for editors.
//!
//! A place is a byte of a text that need not
//! be whole or right: what is asked about is put before the markup that is being written, as an output of its
//! own, and analysed there.

mod complete;
mod cursor;
mod describe;
mod hover;
mod probe;

pub use complete::{Completion, Item, ItemKind, complete};
pub use hover::{Hover, hover};

use crate::rules::Knowledge;

/// A text that is being written.
#[derive(Clone, Copy, Debug)]
pub struct Writing<'a> {
    /// What is known of the workspace.
    pub known: &'a Knowledge,
    /// The message that the text is a part of, or the content block's own name.
    pub message: &'a str,
    /// The text.
    pub text: &'a str,
    /// Whether it is a content block: whoever includes it may set more variables.
    pub is_block: bool,
}
