use crate::analyze::{Read, ReadRoot, Usage};
use crate::diagnostic::{Fix, Safety, Severity};
use crate::rules::reading::evidence::{known_names, samples_of};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::nearest;

rule! {
    /// A property of a trigger, event or context that no scenario has.
    ///
    /// SessionM's delivery team names the properties of a trigger; a name that they do not send
    /// prints nothing. What is sent is known from the scenarios of the message and from schemas: a
    /// message for which no scenario says what its trigger holds is not looked at.
    ///
    /// Source: the reference's sections 1.4 and 9, and SessionM's section 7.
    ///
    /// ```toml scenario
    /// [api_trigger_properties]
    /// offer_title = "Two rye loaves for one"
    /// ```
    ///
    /// ```liquid bad
    /// {{api_trigger_properties.${offer_titel} | default: 'A new offer'}}
    /// ```
    ///
    /// ```liquid good
    /// {{api_trigger_properties.${offer_title} | default: 'A new offer'}}
    /// ```
    name: "unknown-property", level: Warn, check: Check::Message(check),
}

/// Families whose names the sender chooses.
const FAMILIES: [&str; 4] =
    ["api_trigger_properties", "canvas_entry_properties", "context", "event_properties"];

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for read in &model.reads {
            if subject.family_of(&read.root).is_some_and(|family| FAMILIES.contains(&family)) {
                report(model, read, findings);
            }
        }
    }
}

fn report(model: &crate::analyze::Model<'_>, read: &Read<'_>, findings: &mut Findings<'_>) {
    let (Some(fault), ReadRoot::Attribute { name, .. }) = (&read.fault, read.root) else { return };
    let Some(object) = fault.owner.object.as_ref().filter(|_| fault.step.is_none()) else { return };
    let near = nearest(name, known_names(object));
    // A test may be for what other triggers send.
    if near.is_none() && (read.usage == Usage::Tested || read.defaulted) {
        return;
    }
    let at = read.at.at(fault.span);
    let message = format!("the trigger has no `{name}`: {}", samples_of(object));
    let mut report = findings.report(model, at, message).label("prints nothing");
    match near {
        Some(near) => {
            let title = format!("replace `{name}` by `{near}`");
            report = report.help(format!("did you mean `{near}`?")).fix(Fix::replace(
                title,
                Safety::Unsafe,
                fault.span,
                near,
            ));
            if let Some(place) =
                object.fields.get(near).and_then(|known| known.shape.place.as_deref())
            {
                report = report.evidence(place, format!("`{near}` stands here"));
            }
        }
        None => {
            let names = known_names(object).take(12).collect::<Vec<_>>().join("`, `");
            report = report.help(format!(
                "use one of `{names}`, or add `{name}` to a scenario where it is sent"
            ));
        }
    }
    report.at_most(Severity::Warning);
}
