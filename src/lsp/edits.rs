//! Changes of files, as a client applies them.

use std::collections::HashMap;

use gen_lsp_types as lsp;

use super::snapshot::Snapshot;
use crate::diagnostic::Edit;

/// Returns edits of the file itself.
pub(super) fn edit(file: &Snapshot, edits: &[Edit]) -> lsp::WorkspaceEdit {
    let lines = file.lines();
    let edits = edits.iter().map(|edit| lsp::TextEdit {
        range: lines.range(edit.span.range()),
        new_text: edit.text.clone(),
    });
    of_files([(file.uri.clone(), edits.collect())])
}

/// Returns edits of files that exist, which every client can apply.
pub(super) fn of_files(
    edits: impl IntoIterator<Item = (lsp::Uri, Vec<lsp::TextEdit>)>,
) -> lsp::WorkspaceEdit {
    let changes = edits.into_iter().collect::<HashMap<_, _>>();
    lsp::WorkspaceEdit { changes: Some(changes), ..lsp::WorkspaceEdit::default() }
}

/// Returns changes that are made in this order, which may create and rename files.
pub(super) fn in_order(changes: Vec<lsp::DocumentChange>) -> lsp::WorkspaceEdit {
    lsp::WorkspaceEdit { document_changes: Some(changes), ..lsp::WorkspaceEdit::default() }
}

/// Returns edits of one file, for [`in_order`].
pub(super) fn step(uri: lsp::Uri, edits: Vec<lsp::TextEdit>) -> lsp::DocumentChange {
    let text_document = lsp::OptionalVersionedTextDocumentIdentifier {
        version: None,
        text_document_identifier: lsp::TextDocumentIdentifier { uri },
    };
    let edits = edits.into_iter().map(lsp::Edit::from).collect();
    lsp::TextDocumentEdit { text_document, edits }.into()
}
