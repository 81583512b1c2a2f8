use crate::analyze::{Definition, DefinitionKind, Model, ReadRoot, Usage};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A variable that is read before it is set.
    ///
    /// ## What it does
    ///
    /// Reports a variable that is read before the tag that sets it. That tag is further down, or is
    /// reached later.
    ///
    /// ## Why it matters
    ///
    /// The variable is `nil` at that point: it renders as blank, or an empty body is sent.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {{ greeting }}
    /// {% assign greeting = 'Good morning' %}
    /// {{ greeting }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% assign greeting = 'Good morning' %}
    /// {{ greeting }}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5: tags run in order, and a variable exists only after its tag.
    name: "used-before-saved", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.is_block {
        return;
    }
    for model in subject.models() {
        for read in &model.reads {
            let ReadRoot::Variable { name, span, set: false, .. } = read.root else { continue };
            // A test may decide whether to set it.
            if read.usage == Usage::Tested || model.is_in_broken_markup(name) {
                continue;
            }
            let Some(later) = set_in(model, name) else { continue };
            let is_call = matches!(later.kind, DefinitionKind::Call(_));
            // A loop may come back to it.
            if read.defaulted && !(is_call && read.usage == Usage::Printed && read.loops == 0) {
                continue;
            }
            let verb = if is_call { "saved" } else { "set" };
            findings
                .report(model, read.at.at(span), format!("`{name}` is read before it is {verb}"))
                .label("still `nil` here")
                .related(later.at, format!("{verb} here"))
                .help(if is_call {
                    "move the call before the first use"
                } else {
                    "move the tag that sets it before the first use"
                });
        }
    }
}

/// Returns what sets a variable in a template, except for loops.
fn set_in<'m, 'a>(model: &'m Model<'a>, name: &str) -> Option<&'m Definition<'a>> {
    model.definitions_of(name).find(|definition| definition.kind != DefinitionKind::Item)
}
