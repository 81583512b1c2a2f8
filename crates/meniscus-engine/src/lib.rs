//! The engine of meniscus: Braze's dialect of Liquid, parsed and rendered from recorded responses.
//!
//! It uses no network, files, threads, or clock. The program that embeds it passes in all templates
//! and values, and the same inputs give the same bytes on every machine. It builds for
//! `wasm32-unknown-unknown`.
//!
//! An [`Engine`] compiles a [`Template`], which renders for a [`Recipient`] in an [`Environment`]:
//!
//! ```
//! use meniscus_engine::recording::Replay;
//! use meniscus_engine::{Engine, Recipient};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let engine = Engine::braze();
//! let recordings = Replay::of_texts([(
//!     "wallet",
//!     r#"{"request": {"urlPath": "/wallet"}, "response": {"jsonBody": {"points": 1250}}}"#,
//! )])
//! .map_err(|errors| errors[0].to_string())?;
//! let environment = engine.environment().recordings(recordings);
//! let template = engine.compile(
//!     "{% connected_content https://api.example/wallet :save wallet %}\
//!      {{${first_name} | default: 'Hello'}}, you have {{wallet.points}} points",
//! );
//! let anna = Recipient::from_json(r#"{"user": {"first_name": "Anna"}}"#)?;
//! assert_eq!(template.render(&environment, &anna).output, "Anna, you have 1250 points");
//! # Ok(())
//! # }
//! ```
//!
//! The result reports what went wrong: [`render::Outcome::abort`] says why a message isn't sent,
//! [`render::Outcome::diagnostics`] lists problems, and [`Template::explain`] says which outputs
//! are blank, and why.
//!
//! The modules form floors; each uses only the floors below it:
//!
//! | floor | modules |
//! |---|---|
//! | 0 | [`text`], [`diagnostic`], [`value`] |
//! | 1 | [`syntax`], [`http`], [`shape`] |
//! | 2 | [`recording`], [`semantics`] |
//! | 3 | [`render`] |
//! | 4 | [`dialect`] |
//! | 5 | [`Engine`], [`Template`], [`Environment`], [`Recipient`] |

pub mod diagnostic;
pub mod dialect;
mod facade;
pub mod http;
pub mod recording;
pub mod render;
// For crates that analyze templates.
#[doc(hidden)]
pub mod semantics;
pub mod shape;
#[doc(hidden)]
pub mod syntax;
pub mod text;
pub mod value;

pub use facade::{Engine, Environment, Recipient, RecipientError, Template};
