//! HTTP as `connected_content` sees it: a [`Request`], a [`Response`], and which of their parts are
//! secret.
//!
//! Braze's own rules (timeout, size limit, caching, what counts as JSON) belong to the dialect,
//! which reads [`Response::delay_ms`] and [`Response::fault`] for them.

mod held;
mod masked;
pub mod request;
mod response;
pub mod secret;

pub use held::{SHORTEST_SECRET, held_secrets, longest_first, masked_by, secret_forms};
pub use masked::{masked, masked_output, masked_part, secrets_in, starred, would_show};
pub use request::{Credential, CredentialKind, Request};
pub use response::{Answer, BodyFile, Fault, Parsed, RecordingOrigin, Response};
