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
use super::snapshot::{Role, Snapshot, add_new, in_file};
use crate::diagnostic::Diagnostic;
use crate::session::Session;
use crate::text::Source;

/// A workspace as a report needs it.
#[derive(Clone, Debug)]
pub(super) struct Whole {
    pub session: Arc<Session>,
    pub linted: Arc<Lints>,
}

/// A report that the client has: the address as the client writes it, and its name.
pub(super) type Before = HashMap<PathBuf, (lsp::Uri, String)>;

/// Returns a report of all files with findings, and of those that had some in `before`.
pub(super) fn reports(
    workspaces: &[Whole],
    uris: &Arc<HashMap<PathBuf, lsp::Uri>>,
    encoding: Encoding,
    before: &Before,
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
                has_mark: false,
                encoding,
                role: Role::Data,
                recipient: None,
                uris: Arc::clone(uris),
                line_index: Arc::default(),
                known_lines: Arc::default(),
            };
            let path = workspace.session.workspace.root.join(source.name());
            let known = before.get(&path);
            // Clients write the same address in several ways.
            let uri = known.map(|(uri, _)| uri.clone()).or_else(|| file.uri_of(source.name()));
            let Some(uri) = uri else { continue };
            let file = Snapshot { uri: uri.clone(), ..file };
            let found = found.iter().map(|one| convert(&file, one)).collect::<Vec<_>>();
            items.push(item(&uri, &found, known.map(|(_, id)| id.as_str())));
            reported.insert(path);
        }
    }
    // What had findings and has none now must be told.
    let mut gone = before.iter().filter(|(path, _)| !reported.contains(*path)).collect::<Vec<_>>();
    gone.sort_by_key(|(path, _)| path.as_path());
    items.extend(gone.into_iter().map(|(_, (uri, id))| item(uri, &[], Some(id))));
    json!({ "items": items })
}

fn item(uri: &lsp::Uri, found: &[lsp::Diagnostic], before: Option<&str>) -> Value {
    let mut item = report(found, before);
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
        let (source, _) = in_file(&found.primary.source, found.primary.span);
        let entry = files.entry(source.name().to_owned());
        let (_, all) = entry.or_insert_with(|| (Arc::clone(source), Vec::new()));
        add_new(all, found);
    };
    for found in messages.collect::<Vec<_>>() {
        found.iter().for_each(&mut add);
    }
    session.findings().iter().for_each(add);
    files.into_values().collect()
}
