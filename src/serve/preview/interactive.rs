//! The page as static files that can be changed: the program for browsers, and the workspace's texts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value as Json, json};
use toml_edit::{DocumentMut, Value};

use super::assets::{ASSETS, Mode, page};
use super::export::{ExportError, Exported, Files};
use crate::files::Walk;
use crate::http::secret::{REDACTED, is_secret_field, is_secret_header, mask_body, mask_url};
use crate::project::{Workspace, is_workspace, normal};
use crate::session::{FileKind, Places, Session};

/// The file with the program for browsers, as it lies beside the program or below `share`.
pub const ENGINE: &str = "meniscus-engine.js";

/// The file beside a message's parts.
const SETTINGS: &str = "message.toml";

/// Returns the program for browsers: the file named, or that which came with this program.
///
/// # Errors
/// If there is none, it can't be read, or it is of another version.
pub fn engine(named: Option<&Path>) -> Result<Vec<u8>, ExportError> {
    let wrong = |message: String| ExportError::Engine { message };
    let path = match named {
        Some(path) => path.to_owned(),
        None => beside_program().ok_or_else(|| {
            wrong(format!("there is no `{ENGINE}` beside this program, which runs in the page"))
        })?,
    };
    let bytes = std::fs::read(&path)
        .map_err(|error| wrong(format!("cannot read `{}`: {error}", path.display())))?;
    let version = concat!("// meniscus ", env!("CARGO_PKG_VERSION"), "\n");
    match bytes.starts_with(version.as_bytes()) {
        true => Ok(bytes),
        false => Err(wrong(format!(
            "`{}` isn't the program for browsers of meniscus {}",
            path.display(),
            env!("CARGO_PKG_VERSION")
        ))),
    }
}

/// Returns where the program for browsers came with this program.
fn beside_program() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?.canonicalize().ok()?;
    let folder = program.parent()?;
    let places = [folder.join(ENGINE), folder.join("../share/meniscus").join(ENGINE)];
    places.into_iter().find(|place| place.is_file())
}

/// Writes the preview of a workspace to files below a folder, with the program that renders it
/// there; `scope` is what is shown of it. Values under secret names in `meniscus.toml` and in
/// recordings are left out.
///
/// # Errors
/// If the workspace can't be read, or a file exists or can't be written.
pub fn export_interactive(
    workspace: Workspace,
    scope: &Path,
    folder: &Path,
    overwrite: bool,
    engine: &[u8],
) -> Result<Exported, ExportError> {
    let session = Arc::new(Session::read(workspace, vec![normal(scope)]));
    session.require_config()?;
    let files = Files::new(folder, overwrite);
    let assets = ASSETS.iter().filter(|(name, _)| !name.ends_with(".js"));
    let assets = assets.map(|(name, bytes)| (format!("page/{name}"), *bytes)).collect::<Vec<_>>();
    let data = ["data/engine.js", "data/workspace.js", "index.html"].map(str::to_owned);
    files.require_free(assets.iter().map(|(name, _)| name.clone()).chain(data))?;
    let root = session.workspace.root.file_name();
    let name = root.map_or_else(|| "workspace".to_owned(), |name| name.to_string_lossy().into());
    let workspace = json!({ "name": name, "texts": texts(&session, &normal(scope)) });
    for (name, bytes) in &assets {
        files.write(name, bytes)?;
    }
    files.write("data/engine.js", engine)?;
    files.write("data/workspace.js", format!("meniscusWorkspace = {workspace};\n").as_bytes())?;
    files.write("index.html", page(Mode::Interactive).as_bytes())?;
    files.remove_stale()?;
    let files = assets.len() + 3;
    Ok(Exported { messages: session.messages.len(), files, troubles: session.findings() })
}

/// Returns the texts of the workspace's files by their paths; templates are those in `scope`.
fn texts(session: &Session, scope: &Path) -> BTreeMap<String, String> {
    let workspace = &session.workspace;
    let places = Places::of(workspace, scope);
    let parts = session.messages.iter().flat_map(|message| &message.parts);
    let parts = parts.flat_map(|part| [part.path.clone(), part.path.with_file_name(SETTINGS)]);
    let templates = parts.collect::<BTreeSet<_>>();
    // A nested workspace is separate.
    let walk = Walk { is_ignoring: true, skips: is_workspace };
    let paths = workspace.files.walk(&workspace.root, walk).into_iter().flatten();
    let texts = paths.filter_map(|path| {
        let kind = places.kind_of(&path)?;
        if !workspace.files.is_file(&path)
            || (kind == FileKind::Template && !templates.contains(&path))
            || workspace.files.check_inside(&workspace.root, &path).is_err()
        {
            return None;
        }
        let text = workspace.files.read_to_string(&path).ok()?;
        let text = match kind {
            FileKind::Config => without_secrets(&text),
            FileKind::Recording => without_credentials(&text),
            _ => text,
        };
        Some((workspace.shown(&path), text))
    });
    texts.collect()
}

/// Replaces strings under secret names in a TOML file; what isn't TOML is left out.
fn without_secrets(text: &str) -> String {
    let Ok(mut document) = text.parse::<DocumentMut>() else { return String::new() };
    let mut tables = vec![document.as_table_mut() as &mut dyn toml_edit::TableLike];
    while let Some(table) = tables.pop() {
        for (name, item) in table.iter_mut() {
            if is_secret_field(&name) && item.is_str() {
                *item = toml_edit::Item::Value(Value::from(REDACTED));
            } else if let Some(inner) = item.as_table_like_mut() {
                tables.push(inner);
            }
        }
    }
    document.to_string()
}

/// Replaces credentials in the JSON of a recording, in its request and its response.
fn without_credentials(text: &str) -> String {
    let Ok(mut json) = serde_json::from_str::<Json>(text) else {
        return mask_body(text).into_owned();
    };
    hide(&mut json, false);
    let pretty = serde_json::to_string_pretty(&json).unwrap_or_default();
    // Bodies that are JSON in a string.
    mask_body(&pretty).into_owned()
}

/// Replaces strings under secret names, whatever is between, and secrets of URLs.
fn hide(json: &mut Json, is_secret: bool) {
    match json {
        Json::String(text) if is_secret => REDACTED.clone_into(text),
        Json::String(text) if text.starts_with(['{', '[']) => {
            *text = mask_body(text).into_owned();
        }
        Json::String(text) if text.contains(['?', '/']) => *text = mask_url(text),
        Json::Array(items) => items.iter_mut().for_each(|item| hide(item, is_secret)),
        Json::Object(members) => {
            for (name, member) in members {
                hide(member, is_secret || is_secret_field(name) || is_secret_header(name));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{without_credentials, without_secrets};

    #[test]
    fn credentials_of_recordings_are_left_out() {
        let text = r#"{"request": {"method": "GET", "url": "/wallet?api_key=abcdefghijk&user=7",
            "queryParameters": {"api_key": {"equalTo": "abcdefghijk"}},
            "headers": {"Authorization": {"equalTo": "Bearer abcdefghijk"}}},
            "response": {"status": 200, "headers": {"Set-Cookie": "abcdefghijk"},
            "body": "{\"access_token\": \"abcdefghijk\", \"points\": 12}",
            "jsonBody": {"points": 12.50, "secret": ["abcdefghijk"]}}}"#;
        let shown = without_credentials(text);
        assert!(!shown.contains("abcdefghijk"), "{shown}");
        assert!(shown.contains("user=7") && shown.contains("12.50"), "{shown}");
        assert!(shown.contains(r#"\"points\": 12}"#), "{shown}");
    }

    #[test]
    fn secret_settings_are_left_out() {
        let text = "# ours\n[variables]\nendpoint = \"https://shop.example\"\napi_key = \"abcdefgh\"\n\
                    [live]\nheaders = { Authorization = \"x\", token = \"ijklmnop\" }\n";
        let shown = without_secrets(text);
        assert!(shown.contains("# ours") && shown.contains("shop.example"), "{shown}");
        assert!(!shown.contains("abcdefgh") && !shown.contains("ijklmnop"), "{shown}");
        assert_eq!(without_secrets("api_key = \"abc"), "");
    }
}
