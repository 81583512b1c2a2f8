//! The open files as snapshots, which requests are answered from.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types as lsp;

use super::documents::Document;
use super::lines::MARK;
use super::open::{Lints, Unopened};
use super::server::Server;
use super::snapshot::{Role, Snapshot};
use super::uri;
use crate::files::Memory;
use crate::project::{CONFIG_FILE, Workspace};
use crate::session::Session;

/// What a snapshot is taken of.
struct State {
    session: Arc<Session>,
    linted: Arc<Lints>,
    is_configured: bool,
}

impl Server<'_> {
    pub fn uris(&self) -> Arc<HashMap<PathBuf, lsp::Uri>> {
        let open = self.documents.iter();
        Arc::new(open.map(|(path, document)| (path.clone(), document.uri.clone())).collect())
    }

    /// Returns an open file in its workspace; nothing if it isn't open.
    pub fn snapshot(&mut self, uri: &lsp::Uri) -> Option<Result<Snapshot, Unopened>> {
        let path = uri::path_of(uri)?;
        let document = self.documents.get(&path)?.clone();
        let state = self.open(&path).map(|opened| State {
            session: Arc::clone(&opened.session),
            linted: Arc::clone(&opened.linted),
            is_configured: opened.is_configured,
        });
        Some(state.map(|state| self.snapshot_in(&path, document, state)))
    }

    /// Returns a configuration that can't be read, by itself: its keys are known all the same.
    pub fn settings_alone(&self, uri: &lsp::Uri, root: &Path) -> Option<Snapshot> {
        let path = uri::path_of(uri).filter(|path| *path == root.join(CONFIG_FILE))?;
        let document = self.documents.get(&path)?.clone();
        let nothing = Workspace::of(Arc::new(Memory::default()), root).ok()?;
        let state = State {
            session: Arc::new(Session::read(nothing, vec![root.to_owned()])),
            linted: Arc::default(),
            is_configured: true,
        };
        Some(self.snapshot_in(&path, document, state))
    }

    fn snapshot_in(&self, path: &Path, document: Document, state: State) -> Snapshot {
        let has_mark = document.text.starts_with(MARK);
        let text = match document.text.strip_prefix(MARK) {
            Some(text) => Arc::from(text),
            None => Arc::clone(&document.text),
        };
        let State { session, linted, is_configured } = state;
        let shown = session.workspace.shown(path);
        let role = Role::of(&session, is_configured, path, &shown, &text);
        Snapshot {
            session,
            linted,
            shown,
            uri: document.uri,
            text,
            has_mark,
            encoding: self.client.encoding,
            role,
            recipient: self.client.settings.recipient.clone(),
            uris: self.uris(),
            line_index: Arc::default(),
            known_lines: Arc::default(),
        }
    }
}
