//! The page and its assets, embedded in the program.

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
use percent_encoding::{AsciiSet, CONTROLS, percent_encode};
use serde_json::{Map, Value, json};

use super::response::refused;

const PAGE: &str = include_str!("page/index.html");

/// A file of the page, by name and content.
macro_rules! assets {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("page/", $name)))),*]
    };
}

/// All assets, sorted by name; a test keeps the list in sync with the folder.
pub(super) const ASSETS: &[(&str, &[u8])] = assets![
    "answer.js",
    "api.js",
    "app.js",
    "begin.js",
    "blank_places.js",
    "blanks.js",
    "blocks.js",
    "calls.js",
    "change_marks.js",
    "change_text.js",
    "changes.css",
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
    "compare.js",
    "controls.js",
    "data.js",
    "dialog.js",
    "editing.js",
    "files.js",
    "find.js",
    "focus.js",
    "form.js",
    "frame.js",
    "go.js",
    "grid.js",
    "icon.svg",
    "jump.js",
    "keep.js",
    "keys.js",
    "labels.js",
    "labels_en.js",
    "labels_ja.js",
    "liquid.js",
    "local.js",
    "marks.js",
    "memory.js",
    "menu.js",
    "names.js",
    "origin.js",
    "page.js",
    "panel.js",
    "panels.css",
    "pictures.js",
    "preact.js",
    "preact.txt",
    "problems.js",
    "search.js",
    "sheets.js",
    "sidebar.js",
    "signs.js",
    "stage.js",
    "start.css",
    "start.js",
    "state.js",
    "style.css",
    "text.js",
    "top.js",
    "tree.js",
    "tree_edit.js",
    "tree_of_messages.js",
    "typed.js",
    "typing.js",
    "undo.js",
    "value.js",
    "width.js",
    "workspace.js",
];

/// What can't stand in an address of this kind, or would end the script around it. Base64 would be
/// shorter, and half as long again once it is compressed.
const IN_ADDRESS: &AsciiSet = &CONTROLS.add(b'%').add(b'#').add(b'<');

/// Returns the files beside an exported page; its scripts are in the page.
pub(super) fn page_files() -> Vec<(String, &'static [u8])> {
    let files = ASSETS.iter().filter(|(name, _)| !name.ends_with(".js"));
    files.map(|(name, bytes)| (format!("page/{name}"), *bytes)).collect()
}

/// How the page is used.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mode<'a> {
    /// From this server, with the run's token and a nonce.
    Live { token: &'a str, nonce: &'a str },
    /// From files, with a script that locates the data.
    Export { data: &'a str },
    /// From files, with the program for browsers, which answers what the server would.
    Interactive,
}

/// Returns the page with its placeholders filled.
pub(super) fn page(mode: Mode<'_>) -> String {
    let (token, nonce, name, folder, data) = match mode {
        Mode::Live { token, nonce } => (token, nonce, "live", "/page/", ""),
        Mode::Export { data } => ("", "", "export", "page/", data),
        Mode::Interactive => ("", "", "interactive", "page/", ""),
    };
    let mut page = PAGE.to_owned();
    for (asset, _) in ASSETS {
        page = page.replace(&format!("@ASSET:{asset}@"), &format!("{folder}{asset}"));
    }
    // Data comes last, because it may contain placeholders.
    page.replace("@TOKEN@", token)
        .replace("@NONCE@", nonce)
        .replace("@MODE@", name)
        .replace("@IMPORTMAP@", &import_map(mode).to_string())
        .replace("@DATA@", data)
}

/// Returns where each module is. Browsers don't load modules from files, so an export embeds them.
fn import_map(mode: Mode<'_>) -> Value {
    let modules = ASSETS.iter().filter(|(name, _)| name.ends_with(".js"));
    let imports = modules.map(|(name, bytes)| {
        let place = match mode {
            Mode::Live { .. } => format!("/page/{name}"),
            Mode::Export { .. } | Mode::Interactive => {
                let text = percent_encode(bytes, IN_ADDRESS);
                format!("data:text/javascript;charset=utf-8,{text}")
            }
        };
        (format!("meniscus/{name}"), json!(place))
    });
    json!({ "imports": imports.collect::<Map<_, _>>() })
}

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

#[cfg(test)]
mod tests {
    use super::ASSETS;

    #[test]
    fn the_list_is_that_of_the_folder() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/serve/preview/page");
        let entries = std::fs::read_dir(folder).expect("the folder of the page").flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        let mut names = names.filter(|name| name != "index.html").collect::<Vec<_>>();
        names.sort();
        let listed = ASSETS.iter().map(|(name, _)| *name).collect::<Vec<_>>();
        assert_eq!(listed, names);
    }
}
