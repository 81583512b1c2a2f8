//! Diagnostics of whole workspaces, also of files that aren't open.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use gen_lsp_types as lsp;
use rayon::prelude::*;
use serde_json::{Value, json};

use super::diagnostics::{convert, report};
use super::lines::Encoding;
use super::open::Lints;
use super::snapshot::{Role, Snapshot, in_file};
use crate::diagnostic::Diagnostic;
use crate::session::Session;
use crate::text::Source;

/// A workspace as a report needs it.
#[derive(Clone, Debug)]
pub(super) struct Whole {
    pub session: Arc<Session>,
    pub linted: Arc<Lints>,
}

/// Returns a report of all files with findings, and of those that had some in `before`, which is by
/// address.
pub(super) fn reports(
    workspaces: &[Whole],
    uris: &Arc<HashMap<PathBuf, lsp::Uri>>,
    encoding: Encoding,
    before: &HashMap<String, String>,
) -> Value {
    let mut items = Vec::new();
    let mut reported = HashSet::new();
    for workspace in workspaces {
        for (source, found) in by_file(workspace) {
            let file = Snapshot {
                session: Arc::clone(&workspace.session),
                linted: Arc::clone(&workspace.linted),
                shown: source.name().to_owned(),
                uri: lsp::Uri(String::new()),
                text: source.text().into(),
                encoding,
                role: Role::Data,
                recipient: None,
                uris: Arc::clone(uris),
            };
            let Some(uri) = file.uri_of(source.name()) else { continue };
            let file = Snapshot { uri: uri.clone(), ..file };
            let found = found.iter().map(|one| convert(&file, one)).collect::<Vec<_>>();
            items.push(item(&uri.0, &found, before));
            reported.insert(uri.0);
        }
    }
    // What had findings and has none now must be told.
    let mut gone = before.keys().filter(|uri| !reported.contains(*uri)).collect::<Vec<_>>();
    gone.sort();
    items.extend(gone.into_iter().map(|uri| item(uri, &[], before)));
    json!({ "items": items })
}

fn item(uri: &str, found: &[lsp::Diagnostic], before: &HashMap<String, String>) -> Value {
    let mut item = report(found, before.get(uri).map(String::as_str));
    item["uri"] = json!(uri);
    item["version"] = Value::Null;
    item
}

/// Returns the findings of a workspace by the files that they are in.
fn by_file(workspace: &Whole) -> Vec<(Arc<Source>, Vec<Diagnostic>)> {
    let Whole { session, linted } = workspace;
    let messages = session.messages.par_iter().map(|message| linted.of(session, message));
    let mut files = BTreeMap::<String, (Arc<Source>, Vec<Diagnostic>)>::new();
    let mut add = |found: &Diagnostic| {
        let (source, span) = in_file(&found.primary.source, found.primary.span);
        let entry = files.entry(source.name().to_owned());
        let (_, all) = entry.or_insert_with(|| (Arc::clone(source), Vec::new()));
        let is_known = all.iter().any(|one| {
            one.code == found.code
                && one.message == found.message
                && in_file(&one.primary.source, one.primary.span).1 == span
        });
        if !is_known {
            all.push(found.clone());
        }
    };
    for found in messages.collect::<Vec<_>>() {
        found.iter().for_each(&mut add);
    }
    session.findings().iter().for_each(add);
    files.into_values().collect()
}
