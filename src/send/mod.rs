//! Sending: requests of webhook messages, tags for the customers in a segment, and requests that
//! trigger messages.
//!
//! Output never shows a credential: a variable is printed instead ([`ShownPiece::Variable`]).

mod bulk;
pub mod tags;
pub mod trigger;

use meniscus_preview::send::schema_faults;

pub use bulk::bulk_hint;
pub use meniscus_preview::send::{
    CurlCommand, Hidden, ShownPiece, plain, quoted, shell_word, webhook, with_stars,
};
