use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Node, Tag};
use crate::text::Source;

rule! {
    /// A translation inside another translation.
    ///
    /// ## What it does
    ///
    /// Reports a `translation` tag inside another `translation` tag.
    ///
    /// ## Why it matters
    ///
    /// Braze can't tell one from the other, so the message can't be translated.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% translation intro %}From {% translation day %}Thursday{% endtranslation %} on.{% endtranslation %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% translation intro %}From Thursday on.{% endtranslation %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: `translation` (reference, section 2.6).
    name: "translation-nested", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for tag in model.tags.iter().filter(|tag| tag.name == "translation") {
            let branches = tag.tag.branches.iter();
            let Some(inner) =
                branches.flat_map(|branch| nested(&branch.body, tag.at.source)).next()
            else {
                continue;
            };
            findings
                .report(model, tag.at.at(inner.open), "this translation is inside another one")
                .related(tag.at, "the outer one is opened here")
                .help("end the outer translation first, or remove the inner one");
        }
    }
}

fn nested<'a>(nodes: &'a [Node], source: &'a Source) -> Vec<&'a Tag> {
    let mut found = Vec::new();
    for node in nodes {
        let Node::Tag(tag) = node else { continue };
        if source.slice(tag.name) == "translation" {
            found.push(&**tag);
            continue;
        }
        for branch in &tag.branches {
            found.extend(nested(&branch.body, source));
        }
    }
    found
}
