//! Sending: requests of webhook messages, tags for the customers in a segment, and requests that
//! trigger messages.
//!
//! Output never shows a credential: a variable is printed instead ([`ShownPiece::Variable`]).

mod bulk;
mod hidden;
mod schema_faults;
mod shell;
pub mod tags;
pub mod trigger;
pub mod webhook;

pub use bulk::bulk_hint;
pub use hidden::{Hidden, ShownPiece, plain, with_stars};
pub use shell::{CurlCommand, quoted, shell_word};
