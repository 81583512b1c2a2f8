//! The page as static files that can be changed: the program for browsers, and the workspace's texts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use meniscus_preview::page::listing::folder_name;
use serde_json::{Value as Json, json};

use super::export::{ExportError, Exported, Files};
use crate::embedded::{Mode, page, page_files};
use crate::files::Walk;
use crate::http::secret::{
    REDACTED, is_held_secret, is_secret_field, is_secret_header, mask_body, mask_url,
    secret_of_pair,
};
use crate::project::{CONFIG_FILE, MESSAGE_FILE, Workspace, is_workspace, normal};
use crate::session::Session;

/// The file with the program for browsers, as it lies beside the program or below `share`.
pub const ENGINE: &str = "meniscus-engine.js";

/// Returns the program for browsers: the file named, or that which came with this program.
///
/// # Errors
/// If there is none, it can't be read, or it is of another version.
pub fn engine(named: Option<&Path>) -> Result<Vec<u8>, ExportError> {
    let wrong = |message: String| ExportError::Engine { message };
    let path = match named {
        Some(path) => path.to_owned(),
        None => beside_program().ok_or_else(|| {
            wrong(format!("`{ENGINE}`, which runs in the page, isn't next to this program"))
        })?,
    };
    let bytes = std::fs::read(&path)
        .map_err(|error| wrong(format!("can't read `{}`: {error}", path.display())))?;
    let version = concat!("// meniscus ", env!("CARGO_PKG_VERSION"), "\n");
    match bytes.starts_with(version.as_bytes()) {
        true => Ok(bytes),
        false => Err(wrong(format!(
            "`{}` isn't the engine of meniscus {}",
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
    let assets = page_files();
    let data = ["data/engine.js", "data/workspace.js", "index.html"].map(str::to_owned);
    files.require_free(assets.iter().map(|(name, _)| name.clone()).chain(data))?;
    let name = folder_name(&session.workspace);
    let workspace = json!({ "name": name, "texts": texts(&session) });
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

/// Returns the texts of the workspace's files by their paths; templates are those that are shown.
fn texts(session: &Session) -> BTreeMap<String, String> {
    let workspace = &session.workspace;
    let paths = &workspace.config.paths;
    let parts = session.messages.iter().flat_map(|message| &message.parts);
    let templates =
        parts.flat_map(|part| [part.path.clone(), part.path.with_file_name(MESSAGE_FILE)]);
    let mut files = templates.collect::<BTreeSet<_>>();
    let config = workspace.root.join(CONFIG_FILE);
    files.insert(config.clone());
    // What is ignored by Git is read as well: recordings often are.
    let walk = Walk { is_ignoring: false, skips: is_workspace };
    let folders =
        workspace.folders().into_iter().chain([paths.schemas.clone(), paths.snapshots.clone()]);
    for folder in folders.map(|name| workspace.root.join(name)) {
        if folder != workspace.root {
            files.extend(workspace.files.walk(&folder, walk).into_iter().flatten());
        }
    }
    let recordings = workspace.root.join(&paths.recordings);
    let texts = files.into_iter().filter_map(|path| {
        if !workspace.files.is_file(&path)
            || workspace.files.check_inside(&workspace.root, &path).is_err()
        {
            return None;
        }
        let text = workspace.files.read_to_string(&path).ok()?;
        let is_settings = path.file_name().is_some_and(|name| name == MESSAGE_FILE);
        let text = match () {
            () if is_settings || path == config => settings_without_secrets(&text),
            () if path.starts_with(&recordings) => recording_without_secrets(&text),
            () => text,
        };
        Some((workspace.shown(&path), text))
    });
    texts.collect()
}

/// Whether a value with this name is a credential.
fn is_secret(name: &str) -> bool {
    is_secret_field(name) || is_secret_header(name)
}

/// Replaces credentials in a TOML file, and drops its comments, which may hold an old one. What
/// isn't TOML is left out. Headers that Liquid makes are the template's.
fn settings_without_secrets(text: &str) -> String {
    let Ok(mut value) = text.parse::<toml::Table>().map(toml::Value::Table) else {
        return String::new();
    };
    hide_toml(&mut value, false);
    toml::to_string(&value).unwrap_or_default()
}

fn hide_toml(value: &mut toml::Value, is_hidden: bool) {
    match value {
        toml::Value::String(text) if is_hidden && !text.contains("{{") => {
            REDACTED.clone_into(text);
        }
        toml::Value::Integer(_) | toml::Value::Float(_) if is_hidden => {
            *value = toml::Value::String(REDACTED.to_owned());
        }
        toml::Value::String(text) => *text = masked(text),
        toml::Value::Array(items) => items.iter_mut().for_each(|item| hide_toml(item, is_hidden)),
        toml::Value::Table(members) => {
            for (name, member) in members {
                let is_held = member.as_str().is_some_and(|text| is_held_secret(name, text));
                hide_toml(member, is_hidden || is_secret(name) || is_held);
            }
        }
        _ => {}
    }
}

/// Replaces credentials in the JSON of a recording, in its request and its response.
fn recording_without_secrets(text: &str) -> String {
    let Ok(mut json) = serde_json::from_str::<Json>(text) else {
        return mask_body(text).into_owned();
    };
    hide_json(&mut json, false);
    serde_json::to_string_pretty(&json).unwrap_or_default()
}

fn hide_json(json: &mut Json, is_hidden: bool) {
    match json {
        Json::String(text) if is_hidden => REDACTED.clone_into(text),
        Json::Number(_) if is_hidden => *json = Json::from(REDACTED),
        Json::String(text) => *text = masked(text),
        Json::Array(items) => items.iter_mut().for_each(|item| hide_json(item, is_hidden)),
        Json::Object(members) => {
            // `{"name": "api_key", "value": "…"}`
            let pair = secret_of_pair(members).map(str::to_owned);
            for (name, member) in members {
                let is_held = member.as_str().is_some_and(|text| is_held_secret(name, text));
                let is_of_pair = pair.as_deref().is_some_and(|secret| *member == *secret);
                hide_json(member, is_hidden || is_secret(name) || is_held || is_of_pair);
            }
        }
        _ => {}
    }
}

/// Replaces credentials in a text that may be a URL, a form, or JSON.
fn masked(text: &str) -> String {
    let start = text.len() - text.trim_start().len();
    match () {
        () if text[start..].starts_with(['{', '[']) && !text[start..].starts_with("{{") => {
            format!("{}{}", &text[..start], mask_body(&text[start..]))
        }
        () if text.contains("://") || text.starts_with('/') => mask_url(text),
        () if text.contains('=') => mask_url(&mask_body(text)),
        () => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{recording_without_secrets, settings_without_secrets};

    #[test]
    fn credentials_of_recordings_are_left_out() {
        let text = r#"{"request": {"method": "GET", "url": "/wallet?api_key=abcdefghijk&user=7",
            "queryParameters": {"api_key": {"equalTo": "abcdefghijk"}},
            "bodyPatterns": [{"equalTo": "grant_type=x&client_secret=abcdefghijk"}],
            "headers": {"Authorization": {"equalTo": "Bearer abcdefghijk"}}},
            "response": {"status": 200, "headers": {"Set-Cookie": "abcdefghijk"},
            "body": " {\"access_token\": \"abcdefghijk\", \"points\": 12}",
            "jsonBody": {"points": 12.50, "secret": ["abcdefghijk"], "password": 12345678901,
              "list": [{"name": "api_key", "value": "abcdefghijk"}]}}}"#;
        let shown = recording_without_secrets(text);
        assert!(!shown.contains("abcdefghijk") && !shown.contains("12345678901"), "{shown}");
        assert!(shown.contains("user=7") && shown.contains("12.50"), "{shown}");
        assert!(shown.contains(r#"\"points\": 12}"#), "{shown}");
    }

    #[test]
    fn credentials_of_settings_are_left_out() {
        let text = "# api_key = 'abcdefghijk'\n[variables]\nendpoint = \"https://shop.example\"\n\
                    api_key = \"abcdefghijk\"\nsecret = { value = \"abcdefghijk\" }\npassword = 12345678901\n\
                    url = \"https://me:abcdefghijk@shop.example/\"\n\
                    [[hosts]]\ntoken = \"abcdefghijk\"\n\
                    [headers]\nAuthorization = \"Bearer abcdefghijk\"\nX-Api-Key = \"{{key}}\"\n";
        let shown = settings_without_secrets(text);
        assert!(shown.contains("shop.example") && shown.contains("{{key}}"), "{shown}");
        assert!(!shown.contains("abcdefghijk") && !shown.contains("12345678901"), "{shown}");
        assert_eq!(settings_without_secrets("api_key = \"abc"), "");
    }
}
