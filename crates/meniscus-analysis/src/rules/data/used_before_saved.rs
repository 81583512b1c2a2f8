use crate::analyze::{Definition, DefinitionKind, Model, ReadRoot, Usage};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A variable that is read before anything sets it.
    ///
    /// It is `nil` there: nothing is printed, a body is sent empty. The tag that sets it stands
    /// further down, or is reached later.
    ///
    /// Source: tags are rendered in order; a variable is there from its tag on.
    ///
    /// ```liquid bad
    /// {{ greeting }}
    /// {% assign greeting = 'Good morning' %}
    /// {{ greeting }}
    /// ```
    ///
    /// ```liquid good
    /// {% assign greeting = 'Good morning' %}
    /// {{ greeting }}
    /// ```
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
            if read.usage == Usage::Tested || read.defaulted {
                continue;
            }
            let Some(later) = set_in(model, name) else { continue };
            let is_call = matches!(later.kind, DefinitionKind::Call(_));
            let verb = if is_call { "saved" } else { "set" };
            findings
                .report(model, read.at.at(span), format!("`{name}` is read before it is {verb}"))
                .label("nothing yet")
                .related(later.at, format!("it is {verb} here"))
                .help(if is_call {
                    "move the call in front"
                } else {
                    "move the tag that sets it in front"
                });
        }
    }
}

/// Returns what sets a variable in a template, except for loops.
fn set_in<'m, 'a>(model: &'m Model<'a>, name: &str) -> Option<&'m Definition<'a>> {
    model.definitions_of(name).find(|definition| definition.kind != DefinitionKind::Item)
}
