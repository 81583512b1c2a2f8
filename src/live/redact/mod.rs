//! What nobody is to read in a recording: credentials, and personal data that a workspace names.
//!
//! A credential becomes `[redacted]`. Personal data becomes invented data of the same form, and the same data becomes the
//! same invented data wherever it stands, in whichever file and run: what belonged together still does.

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
