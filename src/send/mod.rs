//! What goes out: the request of a webhook message, tags of the customers of a segment, and the
//! requests that trigger messages.
//!
//! Nothing here shows a credential: in
//! what is printed a variable stands in its place ([`Piece::Variable`]).

mod bulk;
mod hidden;
mod schema_faults;
mod shell;
pub mod tags;
pub mod trigger;
pub mod webhook;

pub use bulk::bulk_hint;
pub use hidden::{Hidden, Piece, plain, with_stars};
pub use shell::{CurlCommand, quoted, shell_word};
