use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Node, Tag};
use crate::text::Source;

rule! {
    /// A translation inside of a translation.
    ///
    /// Braze does not take one apart from the other: the message cannot be translated.
    ///
    /// Source: the reference's section 2.6.
    ///
    /// ```liquid bad
    /// {% translation intro %}From {% translation day %}Thursday{% endtranslation %} on.{% endtranslation %}
    /// ```
    ///
    /// ```liquid good
    /// {% translation intro %}From Thursday on.{% endtranslation %}
    /// ```
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
                .report(model, tag.at.at(inner.open), "found a translation inside of another")
                .related(tag.at, "the other one begins here")
                .help("end the outer translation before it, or take the inner one away");
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
