//! Requests of webhook messages, with credentials hidden and bodies held against their schemas.
//!
//! Output never shows a credential: a variable is printed instead ([`ShownPiece::Variable`]).

mod hidden;
#[cfg(feature = "schemas")]
pub mod schema_faults;
mod shell;
pub mod webhook;

pub use hidden::{Hidden, ShownPiece, plain, with_stars};
pub use shell::{CurlCommand, quoted, shell_word};
