//! The preview's page and its files, embedded in the program: for a browser, as files, and beside a
//! text in an editor.

use percent_encoding::{AsciiSet, CONTROLS, percent_encode};
use serde_json::{Map, Value, json};

const PAGE: &str = include_str!("serve/preview/page/index.html");

/// A file of the page, by name and content.
macro_rules! assets {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("serve/preview/page/", $name)))),*]
    };
}

/// All assets, sorted by name; a test keeps the list in sync with the folder.
pub const ASSETS: &[(&str, &[u8])] = assets![
    "answer.js",
    "api.js",
    "app.js",
    "begin.js",
    "beside.css",
    "beside.js",
    "beside_page.js",
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
    "following.js",
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
    "stored.js",
    "style.css",
    "text.js",
    "text_at.js",
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
pub fn page_files() -> Vec<(String, &'static [u8])> {
    let files = ASSETS.iter().filter(|(name, _)| !name.ends_with(".js"));
    files.map(|(name, bytes)| (format!("page/{name}"), *bytes)).collect()
}

/// How the page is used.
#[derive(Clone, Copy, Debug)]
pub enum Mode<'a> {
    /// From this server, with the run's token and a nonce.
    Live { token: &'a str, nonce: &'a str },
    /// From files, with a script that locates the data.
    Export { data: &'a str },
    /// From files, with the program for browsers, which answers what the server would.
    Interactive,
    /// As one text for a panel of an editor, which answers what the server would.
    Beside { nonce: &'a str, language: &'a str },
}

/// What the page beside a text may do: run its own scripts. Styles need no nonce, because the
/// frames of messages inherit this policy; in them, no script runs.
const BESIDE_POLICY: &str = "default-src 'none'; script-src 'nonce-@NONCE@'; \
     style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'";

/// Files that the page beside a text doesn't need: it has no editor of its own.
const OF_EDITOR: [&str; 2] = ["codemirror.js", "code.js"];

/// Returns the page with its placeholders filled.
pub fn page(mode: Mode<'_>) -> String {
    let (token, nonce, name, data) = match mode {
        Mode::Live { token, nonce } => (token, nonce, "live", ""),
        Mode::Export { data } => ("", "", "export", data),
        Mode::Interactive => ("", "", "interactive", ""),
        Mode::Beside { nonce, .. } => ("", nonce, "beside", ""),
    };
    let mut page = PAGE.to_owned();
    if let Mode::Beside { language, .. } = mode {
        let policy =
            format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{BESIDE_POLICY}\">");
        let language = format!("<meta name=\"meniscus-language\" content=\"{language}\">");
        page = page.replacen("<head>\n", &format!("<head>\n{policy}\n{language}\n"), 1);
    }
    for (asset, bytes) in ASSETS {
        match mode {
            Mode::Live { .. } => fill(&mut page, asset, &format!("/page/{asset}")),
            Mode::Export { .. } | Mode::Interactive => {
                fill(&mut page, asset, &format!("page/{asset}"));
            }
            Mode::Beside { .. } if asset.ends_with(".css") => {
                let link = format!("<link rel=\"stylesheet\" href=\"@ASSET:{asset}@\">");
                let sheet = String::from_utf8_lossy(bytes);
                page = page.replace(&link, &format!("<style>\n{sheet}</style>"));
            }
            Mode::Beside { .. } => fill(&mut page, asset, "data:,"),
        }
    }
    // Data comes last, because it may contain placeholders.
    page.replace("@TOKEN@", token)
        .replace("@NONCE@", nonce)
        .replace("@MODE@", name)
        .replace("@IMPORTMAP@", &import_map(mode).to_string())
        .replace("@DATA@", data)
}

fn fill(page: &mut String, asset: &str, address: &str) {
    *page = page.replace(&format!("@ASSET:{asset}@"), address);
}

/// Returns where each module is. Browsers don't load modules from files, so an export embeds them.
fn import_map(mode: Mode<'_>) -> Value {
    let modules = ASSETS.iter().filter(|(name, _)| name.ends_with(".js"));
    let is_beside = matches!(mode, Mode::Beside { .. });
    let modules = modules.filter(|(name, _)| !is_beside || !OF_EDITOR.contains(name));
    let imports = modules.map(|(name, bytes)| {
        let place = match mode {
            Mode::Live { .. } => format!("/page/{name}"),
            Mode::Export { .. } | Mode::Interactive | Mode::Beside { .. } => {
                let text = percent_encode(bytes, IN_ADDRESS);
                format!("data:text/javascript;charset=utf-8,{text}")
            }
        };
        (format!("meniscus/{name}"), json!(place))
    });
    json!({ "imports": imports.collect::<Map<_, _>>() })
}

#[cfg(test)]
mod tests {
    use super::{ASSETS, Mode, page};

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

    #[test]
    fn beside_a_text_the_page_is_one_text_with_a_policy() {
        let page = page(Mode::Beside { nonce: "n0nce", language: "ja" });
        assert!(page.contains("script-src 'nonce-n0nce';"), "no policy");
        assert!(page.find("Content-Security-Policy") < page.find("<style>"), "styles come first");
        assert!(!page.contains("@ASSET") && !page.contains("@NONCE"), "a place is not filled");
        assert!(!page.contains("rel=\"stylesheet\""), "a style sheet is outside");
        assert!(page.contains("name=\"meniscus-language\" content=\"ja\""), "no language");
        // CodeMirror alone is half of the scripts.
        assert!(!page.contains("meniscus/codemirror.js\":"), "the editor is in it");
    }
}
