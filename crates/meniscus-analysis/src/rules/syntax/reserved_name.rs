use crate::analyze::{DefinitionKind, Model};
use crate::dialect::families::FAMILIES;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A variable with a name that Braze or Liquid uses itself.
    ///
    /// Braze warns that a variable `language` may change which message is sent, and the name of an
    /// object such as `campaign` hides what `campaign.${name}` reads from whoever edits the message
    /// next. A variable called `blank` or `true` cannot be read at all.
    ///
    /// Source: the reference's section 7.3.
    ///
    /// ```liquid bad
    /// {% assign language = ${most_recent_locale} | slice: 0, 2 %}{% if language == 'fr' %}Salut{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% assign spoken = ${most_recent_locale} | slice: 0, 2 %}{% if spoken == 'fr' %}Salut{% endif %}
    /// ```
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
            let message = format!("found a variable called `{}`, {why}", one.name);
            findings.report(model, one.at, message).help("call it otherwise");
        }
    }
}

fn reason(model: &Model<'_>, name: &str, kind: DefinitionKind) -> Option<&'static str> {
    if VALUES.contains(&name) {
        return Some("which Liquid reads as a value");
    }
    if name == "language" {
        return Some("by which Braze may choose the message");
    }
    if FAMILIES.iter().any(|family| !family.name.is_empty() && family.name == name) {
        return Some("which is an object of Braze's");
    }
    // A call without `:save` sets it.
    let calls = || model.calls.iter().any(|call| call.target_span.is_none());
    let set = !matches!(kind, DefinitionKind::Call(_));
    (name == "connected" && set && calls()).then_some("to which calls without `:save` write")
}
