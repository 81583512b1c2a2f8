use std::sync::Arc;

use crate::analyze::{Model, TagUse};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::Markup;
use crate::text::{Source, Span};

rule! {
    /// A translation id that stands for two texts, or for none.
    ///
    /// Ids are unique in a message: Braze refuses to export texts for translation where two
    /// differ under one id, and a translation that comes back is printed in both places.
    ///
    /// Source: the reference's section 2.6.
    ///
    /// ```liquid bad
    /// {% translation headline %}Your films{% endtranslation %}
    /// {% translation headline %}Our films{% endtranslation %}
    /// ```
    ///
    /// ```liquid good
    /// {% translation headline %}Your films{% endtranslation %}
    /// {% translation second_line %}Our films{% endtranslation %}
    /// ```
    name: "translation-id", level: Error, check: Check::Message(check),
}

struct Found<'a> {
    id: &'a str,
    text: &'a str,
    source: &'a Arc<Source>,
    span: Span,
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    let mut found: Vec<Found<'_>> = Vec::new();
    for model in subject.models() {
        for tag in model.tags.iter().filter(|tag| tag.name == "translation") {
            let Some(one) = id_of(tag) else {
                findings
                    .report(model, tag.at, "found a translation without an id")
                    .help("write `{% translation ID %}text{% endtranslation %}`");
                continue;
            };
            // Content blocks are translated by themselves.
            let clash = found.iter().find(|other| {
                other.id == one.id && other.text != one.text && same_texts(model, &one, other)
            });
            if let Some(other) = clash {
                let message =
                    format!("found the id `{}` for two texts, expected one for each", one.id);
                findings
                    .report(model, tag.at.at(one.span), message)
                    .related_in(other.source, other.span, "the other text")
                    .help("give it an id of its own");
            }
            found.push(one);
        }
    }
}

/// Whether both are of the message itself, or of the same content block.
fn same_texts(model: &Model<'_>, one: &Found<'_>, other: &Found<'_>) -> bool {
    let own = |found: &Found<'_>| {
        !model.inclusions.iter().any(|inclusion| {
            inclusion.known
                && found.source.name().rsplit('/').next().and_then(|file| file.split('.').next())
                    == Some(inclusion.name)
        })
    };
    Arc::ptr_eq(one.source, other.source) || (own(one) && own(other))
}

fn id_of<'a>(tag: &TagUse<'a>) -> Option<Found<'a>> {
    let Markup::Options(options) = &tag.tag.markup else { return None };
    let word = options.words.first()?;
    let close = tag.tag.close?;
    let source = tag.at.source;
    let text = source.slice(Span { start: tag.tag.open.end, end: close.start }).trim();
    Some(Found { id: source.slice(word.span), text, source, span: word.span })
}
