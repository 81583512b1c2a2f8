use gen_lsp_types as lsp;

use super::snapshot::Snapshot;
use crate::language::blocks_in;

/// Returns the content blocks that a template includes, as links to their files.
pub(super) fn of(file: &Snapshot) -> Vec<lsp::DocumentLink> {
    let Some(template) = file.template() else { return Vec::new() };
    let lines = file.lines();
    let links = blocks_in(&template).into_iter().filter_map(|(name, span)| {
        let block = file.session.known.blocks.get(name.as_str())?;
        let target = file.uri_of(block.template.source.name())?;
        Some(lsp::DocumentLink {
            range: lines.range(span.range()),
            target: Some(target),
            tooltip: Some(format!("Open the content block {name}")),
            data: None,
        })
    });
    links.collect()
}
