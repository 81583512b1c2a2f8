//! Which content blocks a message or block includes, and what includes a block.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use gen_lsp_types as lsp;
use serde_json::{Value, json};

use super::lines::{Encoding, KnownLines};
use super::snapshot::{Role, Snapshot};
use super::uri::uri_of;
use crate::language::blocks_in;
use crate::session::Session;
use crate::syntax::Template;
use crate::text::Span;

/// Returns what is at a position: the content block that is named there, or the file itself.
pub(super) fn prepared(file: &Snapshot, position: lsp::Position) -> Vec<lsp::CallHierarchyItem> {
    let Some(template) = file.template() else { return Vec::new() };
    let offset = file.lines().offset(position);
    let holds = |span: &Span| span.range().contains(&offset) || span.end as usize == offset;
    let named = blocks_in(&template).into_iter().find(|(_, span)| holds(span));
    let tree = Tree {
        session: &file.session,
        uris: &file.uris,
        encoding: file.encoding,
        lines: KnownLines::default(),
    };
    let item = match (named, &file.role) {
        (Some((name, _)), _) => tree.block(&name),
        (None, Role::Block(name)) => tree.block(name),
        (None, Role::Part(message)) => tree.part(&message.name, &template),
        _ => None,
    };
    item.into_iter().collect()
}

/// A workspace in which inclusions are looked for.
pub(super) struct Tree<'s> {
    pub session: &'s Session,
    pub uris: &'s HashMap<PathBuf, lsp::Uri>,
    pub encoding: Encoding,
    pub lines: KnownLines,
}

impl Tree<'_> {
    /// Returns what includes a content block, with the places.
    pub fn incoming(&self, item: &Value) -> Vec<lsp::CallHierarchyIncomingCall> {
        let Some(wanted) = item["data"]["block"].as_str() else { return Vec::new() };
        let calls = self.all().into_iter().filter_map(|(from, template)| {
            let named = blocks_in(template).into_iter().filter(|(name, _)| name == wanted);
            let ranges = named.map(|(_, span)| self.range(template, span)).collect::<Vec<_>>();
            let from = from.filter(|_| !ranges.is_empty())?;
            Some(lsp::CallHierarchyIncomingCall { from, from_ranges: ranges })
        });
        calls.collect()
    }

    /// Returns the content blocks that a file includes, with the places.
    pub fn outgoing(&self, item: &Value) -> Vec<lsp::CallHierarchyOutgoingCall> {
        let Some(shown) = item["data"]["file"].as_str() else { return Vec::new() };
        let mut all = self.templates();
        let Some(template) = all.find(|template| template.source.name() == shown) else {
            return Vec::new();
        };
        let mut calls = Vec::<lsp::CallHierarchyOutgoingCall>::new();
        for (name, span) in blocks_in(template) {
            let range = self.range(template, span);
            match calls.iter_mut().find(|call| call.to.name == name) {
                Some(call) => call.from_ranges.push(range),
                None => calls.extend(
                    self.block(&name)
                        .map(|to| lsp::CallHierarchyOutgoingCall { to, from_ranges: vec![range] }),
                ),
            }
        }
        calls
    }

    fn templates(&self) -> impl Iterator<Item = &Arc<Template>> {
        let parts = self.session.messages.iter().flat_map(|message| &message.parts);
        let blocks = self.session.known.blocks.values();
        parts.map(|part| &part.template).chain(blocks.map(|block| &block.template))
    }

    fn all(&self) -> Vec<(Option<lsp::CallHierarchyItem>, &Arc<Template>)> {
        let messages = self.session.messages.iter();
        let parts = messages.flat_map(|message| {
            let parts = message.parts.iter();
            parts.map(|part| (self.part(&message.name, &part.template), &part.template))
        });
        let blocks = self.session.known.blocks.iter();
        let blocks = blocks.map(|(name, block)| (self.block(name), &block.template));
        parts.chain(blocks).collect()
    }

    fn range(&self, template: &Template, span: Span) -> lsp::Range {
        let (source, span) = template.source.in_file(span).unwrap_or((&template.source, span));
        self.lines.of(source, self.encoding).range(span.range())
    }

    fn part(&self, message: &str, template: &Template) -> Option<lsp::CallHierarchyItem> {
        let file = template.source.file_name();
        let name = file.rsplit('/').next().unwrap_or(file);
        let data = json!({ "file": template.source.name() });
        self.item(&format!("{message}: {name}"), lsp::SymbolKind::Class, file, data)
    }

    fn block(&self, name: &str) -> Option<lsp::CallHierarchyItem> {
        let block = self.session.known.blocks.get(name)?;
        let file = block.template.source.name();
        self.item(name, lsp::SymbolKind::Module, file, json!({ "file": file, "block": name }))
    }

    fn item(
        &self,
        name: &str,
        kind: lsp::SymbolKind,
        shown: &str,
        data: Value,
    ) -> Option<lsp::CallHierarchyItem> {
        let path = self.session.workspace.root.join(shown);
        let uri = self.uris.get(&path).cloned().or_else(|| uri_of(&path))?;
        let item = json!({
            "name": name,
            "kind": kind,
            "detail": shown,
            "uri": uri,
            "range": lsp::Range::default(),
            "selectionRange": lsp::Range::default(),
            "data": data,
        });
        serde_json::from_value(item).ok()
    }
}
