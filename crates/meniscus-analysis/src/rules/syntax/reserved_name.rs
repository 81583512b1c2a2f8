use crate::analyze::{DefinitionKind, Model};
use crate::dialect::families::FAMILIES;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A variable with a name that Braze or Liquid uses itself.
    ///
    /// ## What it does
    ///
    /// Reports variables named `language`, named after one of Braze's objects, or named after a
    /// value such as `true`. It also reports `connected` in a template with a call that has no
    /// `:save`.
    ///
    /// ## Why it matters
    ///
    /// Braze warns that a variable named `language` may change which message is sent. A variable
    /// named after an object, such as `campaign`, makes `campaign.${name}` hard to understand for
    /// the next editor. A variable named `blank` or `true` can't be read at all.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% assign language = ${most_recent_locale} | slice: 0, 2 %}{% if language == 'fr' %}Salut{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// Rename the variable.
    ///
    /// ```liquid good
    /// {% assign spoken = ${most_recent_locale} | slice: 0, 2 %}{% if spoken == 'fr' %}Salut{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: reserved names (reference, section 7.3).
    name: "reserved-name", level: Warn, check: Check::Message(check),
}

/// Words that Liquid treats as values.
const VALUES: [&str; 6] = ["blank", "empty", "false", "nil", "null", "true"];

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for one in &model.definitions {
            // A loop's item disappears with it, and fixed names are Braze's own.
            let named = matches!(
                one.kind,
                DefinitionKind::Assign
                    | DefinitionKind::Capture
                    | DefinitionKind::Counter
                    | DefinitionKind::Call(_)
            );
            if !named {
                continue;
            }
            let Some(why) = reason(model, one.name, one.kind) else { continue };
            let message = format!("the variable name `{}` {why}", one.name);
            findings.report(model, one.at, message).help("rename the variable");
        }
    }
}

fn reason(model: &Model<'_>, name: &str, kind: DefinitionKind) -> Option<&'static str> {
    if VALUES.contains(&name) {
        return Some("is a value in Liquid");
    }
    if name == "language" {
        return Some("may change which message Braze sends");
    }
    if FAMILIES.iter().any(|family| !family.name.is_empty() && family.name == name) {
        return Some("is also the name of a Braze object");
    }
    // A call without `:save` sets it.
    let calls = || model.calls.iter().any(|call| call.target_span.is_none());
    let set = !matches!(kind, DefinitionKind::Call(_));
    (name == "connected" && set && calls()).then_some("is set by calls without `:save`")
}
