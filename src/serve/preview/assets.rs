//! The page and what belongs to it, carried in the program.

use axum::body::Body;
use axum::extract::Path;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::refusal::Refusal;

/// The page itself.
const PAGE: &str = include_str!("page/index.html");

/// A file that the page loads, by name and content.
macro_rules! assets {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("page/", $name)))),*]
    };
}

/// All of them, sorted by name; a test keeps the list in step with the folder.
pub(super) const ASSETS: &[(&str, &[u8])] = assets![
    "api.js",
    "app.js",
    "calls.js",
    "changes.js",
    "channel_card.js",
    "channel_email.js",
    "channel_push.js",
    "channel_sms.js",
    "channel_webhook.js",
    "channels.css",
    "code.js",
    "codemirror.js",
    "codemirror.txt",
    "data.js",
    "dom.js",
    "editing.js",
    "files.js",
    "frame.js",
    "go.js",
    "grid.js",
    "icon.svg",
    "keys.js",
    "liquid.js",
    "marks.js",
    "panel.js",
    "panels.css",
    "problems.js",
    "sidebar.js",
    "stage.js",
    "state.js",
    "style.css",
    "text.js",
    "top.js",
    "tree.js",
];

/// The page, its placeholders filled: the token of the run, and a number that is used once.
pub(super) fn page(token: &str, nonce: &str) -> String {
    let mut page = PAGE.to_owned();
    for (asset, _) in ASSETS {
        page = page.replace(&format!("@ASSET:{asset}@"), &format!("/page/{asset}"));
    }
    page.replace("@TOKEN@", token)
        .replace("@NONCE@", nonce)
        .replace("@MODE@", "live")
        .replace("@IMPORTMAP@", &import_map().to_string())
        .replace("@DATA@", "")
}

/// Where each module is.
fn import_map() -> Value {
    let modules = ASSETS.iter().filter(|(name, _)| name.ends_with(".js"));
    let imports =
        modules.map(|(name, _)| (format!("meniscus/{name}"), json!(format!("/page/{name}"))));
    json!({ "imports": imports.collect::<Map<_, _>>() })
}

/// What the page may do: run its own scripts, speak to this server, show messages in frames.
pub(super) fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; \
         form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// Answers with a file of the page.
pub(super) async fn asset(Path(name): Path<String>) -> Response {
    let Some((name, bytes)) = ASSETS.iter().find(|(known, _)| *known == name) else {
        return Refusal::missing(format!("the page has no file `{name}`")).into_response();
    };
    let mut response = Response::new(Body::from(*bytes));
    let headers = response.headers_mut();
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
