//! Access control: only pages served by this server, on this machine.
//!
//! `Host` and `Origin` must be this server's, and everything except the page requires the token in
//! the page.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use meniscus_preview::page::refusal::Refusal;

use super::Shared;
use super::response;
use crate::serve::own_host;

/// The token's header.
const TOKEN: &str = "x-meniscus-token";

/// Size limit of request bodies in bytes: a template, and temporary edits.
pub(super) const LARGEST_BODY: usize = 4 << 20;

/// Bytes of randomness in a token or frame key.
const KEY_BYTES: usize = 16;

/// The default policy, which forbids everything unless a route overrides it.
const NOTHING: &str =
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox";

/// Returns an unguessable string.
///
/// # Errors
/// If the system provides no randomness.
pub(super) fn unguessable() -> Result<String, getrandom::Error> {
    let mut bytes = [0; KEY_BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Accepts requests from the page, and adds security headers to every response.
pub(super) async fn guard(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = match refused(&shared, &request) {
        Some(refusal) => response::refused(refusal),
        None => next.run(request).await,
    };
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let message = format!("the request is larger than the limit of {LARGEST_BODY} bytes");
        let refusal = Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message);
        response = response::refused(refusal.help("use another program to edit text of this size"));
    }
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(CACHE_CONTROL, "no-store");
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(REFERRER_POLICY, "no-referrer");
    set(X_FRAME_OPTIONS, "DENY");
    set(CONTENT_SECURITY_POLICY, NOTHING);
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("x-dns-prefetch-control"), "off");
    response
}

fn refused(shared: &Shared, request: &Request) -> Option<Refusal> {
    let headers = request.headers();
    let port = shared.address.port();
    if let Some(problem) = own_host::wrong(headers, port) {
        let refusal = Refusal::new(StatusCode::FORBIDDEN, problem);
        return Some(refusal.help(format!("open http://127.0.0.1:{port}/")));
    }
    let path = request.uri().path();
    if !path.starts_with("/api/") {
        return None;
    }
    let in_header = headers.get(TOKEN).and_then(|token| token.to_str().ok());
    // `EventSource` can't send custom headers.
    let is_stream = path == "/api/events" && request.method() == Method::GET;
    let in_query = || {
        let query = request.uri().query().filter(|_| is_stream)?;
        query.split('&').find_map(|pair| pair.strip_prefix("token="))
    };
    let token = in_header.or_else(in_query).unwrap_or_default();
    if same(token.as_bytes(), shared.token.as_bytes()) {
        return None;
    }
    let refusal =
        Refusal::new(StatusCode::UNAUTHORIZED, "the token is missing or from an earlier run");
    Some(refusal.help("reload the page"))
}

/// Compares in constant time.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |odd, (a, b)| odd | (a ^ b)) == 0
}
