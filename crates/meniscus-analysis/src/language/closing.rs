//! The end of a block that was just opened.

use std::sync::Arc;

use crate::diagnostic::Severity;
use crate::dialect::BRAZE;
use crate::dialect::tags::TAGS;
use crate::syntax::ast::Tag;
use crate::syntax::{Body, ParseOptions, Template, Visitor, parse, walk_nodes, walk_tag};
use crate::text::Source;

/// Returns the end that the block opened right before `offset` lacks: `{% endif %}`.
///
/// Nothing for tags without a body, and where the block has its end already. A new block takes the
/// end of the one around it, so it counts whether the text would be better off with another one.
#[must_use]
pub fn missing_end(template: &Template, offset: usize, options: ParseOptions) -> Option<String> {
    let text = template.source.text();
    if !text.get(..offset)?.ends_with("%}") {
        return None;
    }
    let mut finder = Finder { offset, found: None };
    walk_nodes(&mut finder, &template.nodes);
    let name = text.get(finder.found?)?;
    let end = format!("{{% end{name} %}}");
    let ended = [&text[..offset], &end, &text[offset..]].concat();
    let ended = parse(&Arc::new(Source::new(template.source.name(), ended)), &BRAZE, options);
    (errors(&ended) < errors(template)).then_some(end)
}

/// Returns the names of the blocks that are open at `offset`, the innermost last.
pub(super) fn open_blocks(text: &str, offset: usize, options: ParseOptions) -> Vec<String> {
    let before = text.get(..offset).unwrap_or_default();
    let template = parse(&Arc::new(Source::new("editor", before)), &BRAZE, options);
    let mut finder = OpenBlocks { text: before, open: Vec::new() };
    walk_nodes(&mut finder, &template.nodes);
    finder.open
}

struct OpenBlocks<'t> {
    text: &'t str,
    open: Vec<String>,
}

impl Visitor for OpenBlocks<'_> {
    fn tag(&mut self, tag: &Tag) {
        // What has no end in the text before is open at its end.
        let name = self.text.get(tag.name.range()).unwrap_or_default();
        let known = TAGS.iter().find(|known| known.syntax.name == name);
        let has_body =
            known.is_some_and(|tag| !matches!(tag.syntax.body, Body::None | Body::Lines));
        if has_body && tag.close.is_none() {
            self.open.push(name.to_owned());
        }
        walk_tag(self, tag);
    }
}

fn errors(template: &Template) -> usize {
    template.diagnostics.iter().filter(|one| one.severity == Severity::Error).count()
}

struct Finder {
    offset: usize,
    found: Option<std::ops::Range<usize>>,
}

impl Visitor for Finder {
    fn tag(&mut self, tag: &Tag) {
        if tag.closed && tag.open.end as usize == self.offset {
            self.found = Some(tag.name.range());
        } else {
            walk_tag(self, tag);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The end that is missing at `|`.
    fn end(marked: &str) -> Option<String> {
        let offset = marked.find('|').expect("a cursor");
        let source = Arc::new(Source::new("t", marked.replacen('|', "", 1)));
        let options = ParseOptions::default();
        missing_end(&parse(&source, &BRAZE, options), offset, options)
    }

    #[test]
    fn a_block_without_its_end_gets_one() {
        assert_eq!(end("{% if a %}| b").as_deref(), Some("{% endif %}"));
        assert_eq!(end("{%- for a in b -%}|").as_deref(), Some("{% endfor %}"));
        assert_eq!(end("{% capture a %}|\n{{ a }}").as_deref(), Some("{% endcapture %}"));
        assert_eq!(end("{% comment %}| {{ x }}").as_deref(), Some("{% endcomment %}"));
        // What was opened takes the end of what is around it.
        let inner = end("{% if a %}{% if b %}| c {% endif %}");
        assert_eq!(inner.as_deref(), Some("{% endif %}"));
        let other = end("{% if a %}{% for b in c %}| d {% endif %}");
        assert_eq!(other.as_deref(), Some("{% endfor %}"));
    }

    #[test]
    fn what_has_its_end_or_needs_none_gets_none() {
        assert_eq!(end("{% if a %}| b {% endif %}"), None);
        assert_eq!(end("{% assign a = 1 %}|"), None);
        assert_eq!(end("{{ a }}|"), None);
        assert_eq!(end("{% if a %} |"), None);
        assert_eq!(end("{% endif %}|"), None);
        assert_eq!(end("{% else %}|"), None);
        assert_eq!(end("{% if a %}{% if b %}{% endif %}| c"), None);
        assert_eq!(end("{% if a |"), None);
    }
}
