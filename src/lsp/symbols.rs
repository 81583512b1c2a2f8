use std::path::Path;
use std::sync::Arc;

use gen_lsp_types as lsp;

use super::uri::uri_of;
use crate::session::Session;

/// Most symbols that are returned.
const MOST: usize = 200;

/// Finds messages, content blocks, recipients and recordings by their names.
pub(super) fn find(workspaces: &[Arc<Session>], query: &str) -> Vec<lsp::WorkspaceSymbol> {
    let mut found = Vec::new();
    for session in workspaces {
        let root = &session.workspace.root;
        let mut add = |name: &str, kind: lsp::SymbolKind, of: &str, path: &Path| {
            if found.len() < MOST && matches(name, query) {
                found.extend(symbol(name, kind, of, path));
            }
        };
        for message in &session.messages {
            if let Some(part) = message.parts.first() {
                add(&message.name, lsp::SymbolKind::Class, "message", &part.path);
            }
        }
        for (name, block) in session.known.blocks.iter() {
            let path = root.join(block.template.source.name());
            add(name, lsp::SymbolKind::Module, "content block", &path);
        }
        for scenario in &session.known.scenarios {
            if let Some(source) = scenario.sources.first() {
                add(
                    &scenario.name,
                    lsp::SymbolKind::Object,
                    "recipient",
                    &root.join(source.name()),
                );
            }
        }
        for recording in session.known.recordings.iter() {
            add(recording.name(), lsp::SymbolKind::Constant, "recording", &recording.origin().file);
        }
    }
    found
}

fn symbol(
    name: &str,
    kind: lsp::SymbolKind,
    of: &str,
    path: &Path,
) -> Option<lsp::WorkspaceSymbol> {
    let location = lsp::Location { uri: uri_of(path)?, range: lsp::Range::default() };
    Some(lsp::WorkspaceSymbol {
        location: location.into(),
        data: None,
        base_symbol_information: lsp::BaseSymbolInformation {
            name: name.to_owned(),
            kind,
            tags: None,
            container_name: Some(of.to_owned()),
        },
    })
}

/// Whether a name has the characters of a query in order, whatever their case.
fn matches(name: &str, query: &str) -> bool {
    let mut chars = name.chars().flat_map(char::to_lowercase);
    query.chars().flat_map(char::to_lowercase).all(|wanted| chars.any(|char| char == wanted))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_query_is_some_characters_in_order() {
        assert!(matches("offer_wallet", "OW") && matches("offer_wallet", ""));
        assert!(!matches("offer_wallet", "wo"));
    }
}
