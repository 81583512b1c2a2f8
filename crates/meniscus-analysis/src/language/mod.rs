//! What an author may write at a position, and what is there: for editors.
//!
//! A position is a byte offset in a text that may be incomplete or wrong. The expression in
//! question is inserted as an output before the markup being written, and analyzed there.

mod complete;
mod cursor;
mod describe;
mod hover;
mod probe;

pub use complete::{Completion, Item, ItemKind, complete};
pub use hover::{Hover, hover};

use crate::rules::Knowledge;

#[derive(Clone, Copy, Debug)]
pub struct Writing<'a> {
    pub known: &'a Knowledge,
    /// The message that the text belongs to, or the content block's own name.
    pub message: &'a str,
    pub text: &'a str,
    /// Whether it is a content block, which may see variables of its includer.
    pub is_block: bool,
}
