//! The entry point for programs that embed the engine: an [`Engine`] compiles a [`Template`], which
//! renders for a [`Recipient`] in an [`Environment`].

#![warn(missing_docs)]

mod engine;
mod environment;
mod recipient;

pub use engine::{Engine, Template};
pub use environment::Environment;
pub use recipient::{Recipient, RecipientError};
