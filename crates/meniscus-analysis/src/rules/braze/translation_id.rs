use std::collections::HashMap;
use std::sync::Arc;

use crate::analyze::{Site, TagUse};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::Markup;
use crate::text::Span;

rule! {
    /// A translation ID used for two texts, or a translation without an ID.
    ///
    /// ## What it does
    ///
    /// Reports a `translation` tag without an ID, and one whose ID is also used for a different
    /// text in the message.
    ///
    /// ## Why it matters
    ///
    /// IDs are unique in a message. Braze refuses to export texts for translation if two different
    /// ones share an ID. A translation for that ID would be printed in both places.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% translation headline %}Your films{% endtranslation %}
    /// {% translation headline %}Our films{% endtranslation %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% translation headline %}Your films{% endtranslation %}
    /// {% translation second_line %}Our films{% endtranslation %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: `translation` (reference, section 2.6).
    name: "translation-id", level: Error, check: Check::Message(check),
}

/// A translation with its text, and the content block it is in.
struct Found<'a> {
    text: &'a str,
    id: Site<'a>,
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    let mut found: HashMap<&str, Vec<Found<'_>>> = HashMap::new();
    for model in subject.models() {
        for tag in model.tags.iter().filter(|tag| tag.name == "translation") {
            let Some(one) = id_of(tag) else {
                findings
                    .report(model, tag.at, "this translation has no id")
                    .help("write `{% translation ID %}text{% endtranslation %}`");
                continue;
            };
            let others = found.entry(one.id.text()).or_default();
            if let Some(other) = others.iter().find(|other| clash(&one, other)) {
                let id = one.id.text();
                let message = format!("the id `{id}` is used for two different texts");
                findings
                    .report(model, one.id, message)
                    .related(other.id, "the other text")
                    .help("use a different id for each text");
            } else if !others.iter().any(|other| is_again(&one, other)) {
                others.push(one);
            }
        }
    }
}

/// Whether two texts of the message, or of one content block, differ; blocks are translated
/// separately.
fn clash(one: &Found<'_>, other: &Found<'_>) -> bool {
    let own = one.id.via.is_none() && other.id.via.is_none();
    (own || Arc::ptr_eq(one.id.source, other.id.source)) && one.text != other.text
}

/// Whether the same text was seen before, with the same conflicts.
fn is_again(one: &Found<'_>, other: &Found<'_>) -> bool {
    one.id.via.is_none() == other.id.via.is_none()
        && Arc::ptr_eq(one.id.source, other.id.source)
        && one.text == other.text
}

fn id_of<'a>(tag: &TagUse<'a>) -> Option<Found<'a>> {
    let Markup::Options(options) = &tag.tag.markup else { return None };
    let word = options.words.first()?;
    let close = tag.tag.close?;
    let text = tag.at.source.slice(Span { start: tag.tag.open.end, end: close.start }).trim();
    Some(Found { text, id: tag.at.at(word.span) })
}
