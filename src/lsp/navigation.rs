//! Ways from a name to where it comes from, to its uses, and to another name.

use std::collections::HashMap;

use gen_lsp_types as lsp;

use super::snapshot::Snapshot;
use crate::language::{RenameError, definition, renamable, rename, uses};

/// Returns where the name at a position comes from: a tag, a content block, a recipient, or the
/// field of a recording.
pub(super) fn definitions(file: &Snapshot, position: lsp::Position) -> Vec<lsp::Location> {
    let offset = file.lines().offset(position);
    let Some(found) = file.writing(|writing| definition(writing, offset)) else {
        return Vec::new();
    };
    found.places.iter().filter_map(|place| file.location(place)).collect()
}

/// Returns every use of the name at a position, or all but those that set it.
pub(super) fn references(
    file: &Snapshot,
    position: lsp::Position,
    with_definitions: bool,
) -> Vec<lsp::Location> {
    let offset = file.lines().offset(position);
    let Some(found) = file.writing(|writing| uses(writing, offset)) else { return Vec::new() };
    let set = if with_definitions { Vec::new() } else { definitions(file, position) };
    let places = found.places.iter().filter_map(|place| file.location(place));
    places.filter(|place| !set.contains(place)).collect()
}

/// Returns the uses of the name at a position in this file.
pub(super) fn highlights(file: &Snapshot, position: lsp::Position) -> Vec<lsp::DocumentHighlight> {
    let own = references(file, position, true).into_iter().filter(|place| place.uri == file.uri);
    own.map(|place| lsp::DocumentHighlight { range: place.range, kind: None }).collect()
}

/// Returns the name at a position that can be replaced.
///
/// # Errors
/// Why it can't.
pub(super) fn prepared(
    file: &Snapshot,
    position: lsp::Position,
) -> Result<Option<lsp::Range>, String> {
    let offset = file.lines().offset(position);
    let found = file.writing(|writing| Some(renamable(writing, offset)));
    let Some(found) = found else { return Ok(None) };
    let found = found.map_err(|error| error.to_string())?;
    let at = found.places.iter().find(|range| range.contains(&offset) || range.end == offset);
    Ok(at.map(|range| file.range(range.clone())))
}

/// Returns the edits that give the name at a position another one.
///
/// # Errors
/// Why that isn't possible.
pub(super) fn renamed(
    file: &Snapshot,
    position: lsp::Position,
    name: &str,
) -> Result<Option<lsp::WorkspaceEdit>, String> {
    let offset = file.lines().offset(position);
    let found = file.writing(|writing| Some(rename(writing, offset, name)));
    let Some(found) = found else { return Ok(None) };
    let found = found.map_err(|error: RenameError| error.to_string())?;
    let edits = found
        .places
        .into_iter()
        .map(|range| lsp::TextEdit { range: file.range(range), new_text: name.to_owned() });
    let changes = HashMap::from([(file.uri.clone(), edits.collect())]);
    Ok(Some(lsp::WorkspaceEdit { changes: Some(changes), ..lsp::WorkspaceEdit::default() }))
}
