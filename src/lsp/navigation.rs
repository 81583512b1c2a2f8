//! Ways from a name to where it comes from, to its uses, and to another name.

use std::collections::BTreeMap;

use gen_lsp_types as lsp;

use super::edits;
use super::snapshot::Snapshot;
use crate::language::{
    RenameError, SharedRenaming, definition, renamable, rename, shared_name, uses,
};
use crate::session::FileKind;

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
    // A field of a recipient or of a recording leads to what reads it.
    let keeps_all = with_definitions || !file.is_template();
    let set = if keeps_all { Vec::new() } else { definitions(file, position) };
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
    if let Some(shared) = file.writing(|writing| shared_name(writing, offset)) {
        return Ok(Some(file.range(shared.range)));
    }
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
    renames_files: bool,
) -> Result<Option<lsp::WorkspaceEdit>, String> {
    let offset = file.lines().offset(position);
    let shared = file.writing(|writing| {
        shared_name(writing, offset).map(|shared| shared.renamed(writing, name))
    });
    if let Some(shared) = shared {
        let renaming = shared.map_err(|error: RenameError| error.to_string())?;
        return renamed_everywhere(file, &renaming, renames_files).map(Some);
    }
    let found = file.writing(|writing| Some(rename(writing, offset, name)));
    let Some(found) = found else { return Ok(None) };
    let found = found.map_err(|error: RenameError| error.to_string())?;
    let edits = found
        .places
        .into_iter()
        .map(|range| lsp::TextEdit { range: file.range(range), new_text: name.to_owned() });
    Ok(Some(edits::of_files([(file.uri.clone(), edits.collect())])))
}

/// Returns the edits of several files, and the new name of a content block's file.
fn renamed_everywhere(
    file: &Snapshot,
    renaming: &SharedRenaming,
    renames_files: bool,
) -> Result<lsp::WorkspaceEdit, String> {
    if let Some((from, _)) = &renaming.file
        && !renames_files
    {
        return Err(format!("this editor can't rename `{from}` and its uses together"));
    }
    // A file with a mistake is known as it was before, and its uses may be elsewhere by now.
    if let Some(broken) = file.session.unread.iter().find(|one| one.kind != FileKind::Snapshot) {
        let name = broken.finding.primary.in_file().source.name().to_owned();
        return Err(format!("`{name}` has a mistake, so its uses aren't known; fix it first"));
    }
    let mut all = BTreeMap::<String, (lsp::Uri, Vec<lsp::TextEdit>)>::new();
    for (source, span, text) in &renaming.places {
        let Some(lsp::Location { uri, range }) = file.location_of(source, *span) else { continue };
        let (_, own) = all.entry(source.name().to_owned()).or_insert_with(|| (uri, Vec::new()));
        own.push(lsp::TextEdit { range, new_text: text.clone() });
    }
    let all = all.into_values();
    let Some((from, to)) = &renaming.file else { return Ok(edits::of_files(all)) };
    let mut changes = all.map(|(uri, all)| edits::step(uri, all)).collect::<Vec<_>>();
    let unknown = || format!("`{from}` has no file URL");
    let rename = lsp::RenameFile {
        old_uri: file.uri_of(from).ok_or_else(unknown)?,
        new_uri: file.uri_of(to).ok_or_else(unknown)?,
        options: None,
        annotation_id: None,
    };
    // After the edits: they name the file as it is.
    changes.push(rename.into());
    Ok(edits::in_order(changes))
}
