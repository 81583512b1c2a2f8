//! Redaction of recordings: credentials, and personal data that a workspace configures.
//!
//! A credential becomes `[redacted]`. Personal data becomes invented data in the same format; the
//! same data is replaced consistently in all files and runs, which preserves relations.

mod canonical;
mod detect;
mod encoded;
mod invent;
mod ready;
mod redactor;
mod replace;

pub use crate::project::Selector;
pub(super) use ready::HIDDEN_LABEL;
pub use ready::Ready;
pub use redactor::{RedactOptions, Redacted, Redactor};

pub use replace::Masker;
