//! The request of a webhook message: URL, method, headers, and body, and their problems.
//!
//! Source: reference 6 (ports), 8.1 (SessionM's tags), and 9A (`missing_hostname`).

mod body;
mod forms;
mod headers;
mod place;
mod request;
#[cfg(feature = "schemas")]
mod schema;
mod url;

pub use forms::{Form, show};
pub use request::{OutgoingRequest, Requested, WebhookContext, request_of};
