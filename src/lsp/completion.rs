use gen_lsp_types as lsp;
use serde::{Deserialize, Serialize};

use super::requests::Wants;
use super::snapshot::Snapshot;
use crate::dialect::tags::TAGS;
use crate::language::{Completion, Item, ItemKind, complete};

/// What asks for completion while it is typed. No letter and no space: templates are mostly HTML.
pub(super) const TRIGGERS: [&str; 5] = [".", "|", "$", "{", "%"];

/// Returns what may be written at a position. Where snippets are wanted, a tag with a body comes
/// whole; where documentation can be asked for later, items come without it.
pub(super) fn at(
    file: &Snapshot,
    position: lsp::Position,
    wants: Wants,
) -> Vec<lsp::CompletionItem> {
    let offset = file.lines().offset(position);
    let Some(found) = file.writing(|writing| complete(writing, offset)) else { return Vec::new() };
    let range = file.range(found.replaces.clone());
    let items = found.items.iter().enumerate().map(|(at, item)| convert(item, at, range));
    let mut items = items.collect::<Vec<_>>();
    if wants.has_snippets {
        items.extend(blocks(file, &found, range));
    }
    if wants.resolves_docs {
        let origin = Origin { uri: file.uri.clone(), position };
        for item in items.iter_mut().filter(|item| item.documentation.is_some()) {
            item.documentation = None;
            item.data = serde_json::to_value(&origin).ok();
        }
    }
    items
}

/// Where an item was offered, for the request of its documentation.
#[derive(Debug, Serialize, Deserialize)]
struct Origin {
    uri: lsp::Uri,
    position: lsp::Position,
}

/// Returns an item with its documentation; as it is, if it isn't offered there any more.
pub(super) fn resolved(
    file: &Snapshot,
    mut item: lsp::CompletionItem,
    wants: Wants,
) -> lsp::CompletionItem {
    let origin = item.data.clone().and_then(|data| serde_json::from_value::<Origin>(data).ok());
    if let Some(Origin { position, .. }) = origin {
        let all = at(file, position, Wants { resolves_docs: false, ..wants });
        let same = all.into_iter().find(|one| one.label == item.label && one.kind == item.kind);
        item.documentation = same.and_then(|one| one.documentation);
    }
    item
}

fn convert(item: &Item, at: usize, range: lsp::Range) -> lsp::CompletionItem {
    let docs = [
        item.docs.clone(),
        item.sample.as_ref().map(|sample| format!("Seen: `{}`", sample.replace('`', "'"))),
    ];
    let docs = docs.into_iter().flatten().collect::<Vec<_>>().join("\n\n");
    lsp::CompletionItem {
        label: item.label.clone(),
        kind: Some(match item.kind {
            ItemKind::Field => lsp::CompletionItemKind::Field,
            ItemKind::Variable => lsp::CompletionItemKind::Variable,
            ItemKind::Attribute => lsp::CompletionItemKind::Property,
            ItemKind::Family => lsp::CompletionItemKind::Module,
            ItemKind::Tag | ItemKind::Keyword => lsp::CompletionItemKind::Keyword,
            ItemKind::Filter => lsp::CompletionItemKind::Function,
            ItemKind::Block => lsp::CompletionItemKind::File,
        }),
        detail: (!item.detail.is_empty()).then(|| detail(item)),
        documentation: (!docs.is_empty()).then(|| markdown(docs).into()),
        // The likeliest come first, whatever they are called.
        sort_text: Some(format!("{at:04}")),
        filter_text: Some(item.label.clone()),
        text_edit: Some(lsp::TextEdit { range, new_text: item.label.clone() }.into()),
        ..lsp::CompletionItem::default()
    }
}

/// Returns what an item is, with a value that was seen: `integer, in 5 of 5 recordings · 480`.
fn detail(item: &Item) -> String {
    match &item.sample {
        Some(sample) => format!("{} · {sample}", item.detail),
        None => item.detail.clone(),
    }
}

pub(super) fn markdown(value: String) -> lsp::MarkupContent {
    lsp::MarkupContent { kind: lsp::MarkupKind::Markdown, value }
}

/// Returns tags with their ends, where a tag is being written and its `%}` isn't there yet.
fn blocks(file: &Snapshot, found: &Completion, range: lsp::Range) -> Vec<lsp::CompletionItem> {
    let is_tag = found.items.first().is_some_and(|item| item.kind == ItemKind::Tag);
    let rest = &file.text[found.replaces.end..];
    let rest = rest.lines().next().unwrap_or_default();
    let is_open = !rest.contains("%}")
        || rest.find("{%").is_some_and(|next| rest.find("%}").is_some_and(|close| next < close));
    if !is_tag || !is_open {
        return Vec::new();
    }
    let named = |name: &str| TAGS.iter().find(|tag| tag.syntax.name == name);
    let whole = [
        ("if", "if ${1:condition} %}$0{% endif %}"),
        ("unless", "unless ${1:condition} %}$0{% endunless %}"),
        ("for", "for ${1:item} in ${2:items} %}$0{% endfor %}"),
        ("case", "case ${1:value} %}{% when ${2:'a'} %}$0{% else %}{% endcase %}"),
        ("capture", "capture ${1:name} %}$0{% endcapture %}"),
        ("comment", "comment %}$0{% endcomment %}"),
        ("connected_content", "connected_content ${1:https://} :save ${2:response} %}$0"),
    ];
    let items = whole.into_iter().filter_map(|(name, snippet)| {
        let tag = named(name)?;
        Some(lsp::CompletionItem {
            label: format!("{name} …"),
            kind: Some(lsp::CompletionItemKind::Snippet),
            detail: Some("whole tag".to_owned()),
            documentation: Some(markdown(tag.summary.to_owned()).into()),
            sort_text: Some(format!("0000{name}")),
            filter_text: Some(name.to_owned()),
            insert_text_format: Some(lsp::InsertTextFormat::Snippet),
            text_edit: Some(lsp::TextEdit { range, new_text: snippet.to_owned() }.into()),
            ..lsp::CompletionItem::default()
        })
    });
    items.collect()
}
