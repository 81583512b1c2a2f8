//! Ends of blocks, while their openings are typed.

use gen_lsp_types as lsp;

use super::snapshot::Snapshot;
use crate::language::missing_end;

/// What asks for an end: the last character of a tag.
pub(super) const TRIGGER: &str = "}";

/// Returns the end of the block whose opening was just typed, if it has none.
pub(super) fn at(file: &Snapshot, position: lsp::Position) -> Vec<lsp::TextEdit> {
    let Some(template) = file.template() else { return Vec::new() };
    let offset = file.lines().offset(position);
    let options = file.session.workspace.config.settings().parse;
    let end = missing_end(&template, offset, options);
    let range = lsp::Range { start: position, end: position };
    end.into_iter().map(|new_text| lsp::TextEdit { range, new_text }).collect()
}
