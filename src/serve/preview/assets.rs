//! The page's files over HTTP, and what the page may do in a browser.

use std::io::Write;
use std::sync::LazyLock;

use axum::body::Body;
use axum::extract::Path;
use axum::http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap,
    HeaderValue, VARY,
};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use meniscus_preview::page::refusal::Refusal;

use super::response::refused;
use crate::embedded::ASSETS;

/// Returns the page's policy: run its own scripts, connect to this server, show messages in frames.
pub(super) fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; \
         form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// The files, compressed, in the order of [`ASSETS`].
static COMPRESSED: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let compress = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        // Writing to memory doesn't fail; an empty file is never served.
        encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default()
    };
    ASSETS.iter().map(|(_, bytes)| compress(bytes)).collect()
});

/// Responds with an asset, compressed if the browser accepts that.
pub(super) async fn asset(Path(name): Path<String>, asked: HeaderMap) -> Response {
    let Some(place) = ASSETS.iter().position(|(known, _)| *known == name) else {
        return refused(Refusal::missing(format!("the page has no file `{name}`")));
    };
    let (name, bytes) = ASSETS[place];
    let takes_gzip = asked.get_all(ACCEPT_ENCODING).iter().any(|value| {
        let value = value.to_str().unwrap_or_default();
        value.split(',').any(|coding| coding.trim() == "gzip")
    });
    let compressed = COMPRESSED.get(place).filter(|packed| takes_gzip && !packed.is_empty());
    let mut response = match compressed {
        Some(packed) => Response::new(Body::from(packed.as_slice())),
        None => Response::new(Body::from(bytes)),
    };
    let headers = response.headers_mut();
    if compressed.is_some() {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind_of(name)));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'"));
    response
}

fn kind_of(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        _ => "text/plain; charset=utf-8",
    }
}
