use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types as lsp;
use gen_lsp_types::TextDocumentContentChangeEvent as Change;

use super::lines::{Encoding, Lines};

/// A text in the editor, saved or not.
#[derive(Clone, Debug)]
pub(super) struct Document {
    /// Its address as the client writes it.
    pub uri: lsp::Uri,
    pub version: i32,
    pub text: Arc<str>,
}

/// The open texts, by their paths.
#[derive(Debug, Default)]
pub(super) struct Documents(HashMap<PathBuf, Document>);

impl Documents {
    pub fn get(&self, path: &Path) -> Option<&Document> {
        self.0.get(path)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&PathBuf, &Document)> {
        self.0.iter()
    }

    pub fn open(&mut self, path: PathBuf, document: Document) {
        self.0.insert(path, document);
    }

    pub fn close(&mut self, path: &Path) {
        self.0.remove(path);
    }

    /// Applies changes, each to the text that the one before left; returns the new text.
    pub fn change(
        &mut self,
        path: &Path,
        version: i32,
        changes: &[Change],
        encoding: Encoding,
    ) -> Option<Arc<str>> {
        let document = self.0.get_mut(path)?;
        let mut text = document.text.to_string();
        for change in changes {
            match change {
                Change::TextDocumentContentChangePartial(change) => {
                    let range = Lines::new(&text, encoding).offsets(change.range);
                    text.replace_range(range, &change.text);
                }
                Change::TextDocumentContentChangeWholeDocument(change) => {
                    text.clone_from(&change.text);
                }
            }
        }
        document.version = version;
        document.text = text.into();
        Some(Arc::clone(&document.text))
    }
}
