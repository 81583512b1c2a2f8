use crate::diagnostic::{Edit, Fix, Safety};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::Markup;
use crate::text::Span;

rule! {
    /// A comma between the IDs of `catalog_items`.
    ///
    /// ## What it does
    ///
    /// Reports a comma between the IDs in `catalog_items` or `catalog_selection_items`.
    ///
    /// ## Why it matters
    ///
    /// Spaces separate IDs. A comma becomes part of the ID before it: Braze looks for an item with
    /// that ID, finds none, and leaves it out of `items`.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% catalog_items breads rye, spelt %}
    /// {% if items.size > 0 %}{{ items[0].name }}{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% catalog_items breads rye spelt %}
    /// {% if items.size > 0 %}{{ items[0].name }}{% endif %}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it changes which items Braze looks up, and with it what is sent.
    ///
    /// ## Source
    ///
    /// Braze: Catalogs (reference, section 2.4).
    name: "catalog-id-comma", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        let tags = model.tags.iter();
        for tag in
            tags.filter(|tag| matches!(tag.name, "catalog_items" | "catalog_selection_items"))
        {
            let Markup::Options(options) = &tag.tag.markup else { continue };
            let source = tag.at.source;
            let mut commas = Vec::new();
            for word in &options.words {
                let text = source.slice(word.span);
                let mut depth = 0usize;
                for (at, c) in text.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' => depth = depth.saturating_sub(1),
                        ',' if depth == 0 => {
                            let start = word.span.start as usize + at;
                            commas.push((Span::new(start, start + 1), word.span));
                        }
                        _ => {}
                    }
                }
            }
            let Some((_, first)) = commas.first() else { continue };
            let edits = commas.iter().map(|(span, word)| {
                let text = if span.end == word.end || span.start == word.start { "" } else { " " };
                Edit { span: *span, text: text.to_owned() }
            });
            let title = "remove the commas".to_owned();
            let fix = Fix { title, safety: Safety::Unsafe, edits: edits.collect() };
            findings
                .report(model, tag.at.at(*first), "the comma becomes part of the catalog item's id")
                .label("no item has this id")
                .help("use spaces between ids, without commas")
                .fix(fix);
        }
    }
}
