use crate::analyze::{Read, ReadRoot, Usage};
use crate::diagnostic::{Fix, Safety, Severity};
use crate::rules::reading::evidence::{known_names, samples_of};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::nearest;

rule! {
    /// A property of a trigger, event, or context that no scenario has.
    ///
    /// ## What it does
    ///
    /// Reports a property that is in neither the scenarios of the message nor a schema. A message
    /// is ignored if no scenario says what its trigger contains.
    ///
    /// ## Why it matters
    ///
    /// SessionM's delivery team names the properties of a trigger. A name that they don't send
    /// renders as blank, and customers see a gap.
    ///
    /// ## Example
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
    /// ## Use instead
    ///
    /// ```liquid good
    /// {{api_trigger_properties.${offer_title} | default: 'A new offer'}}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: the most similar name may not be the one that was meant.
    ///
    /// ## Source
    ///
    /// Braze: Namespaces and API-triggered sends (reference, sections 1.4 and 9). SessionM:
    /// Triggered sends (reference, section 7).
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
    let is_optional = read.usage == Usage::Tested || read.defaulted || read.reach.asked;
    if near.is_none() && is_optional {
        return;
    }
    let at = read.at.at(fault.span);
    let message = format!("the trigger has no property `{name}` ({})", samples_of(object));
    let mut report = findings.report(model, at, message).label("renders as blank");
    match near {
        Some(near) => {
            let title = format!("replace `{name}` with `{near}`");
            report = report.help(format!("did you mean `{near}`?")).fix(Fix::replace(
                title,
                Safety::Unsafe,
                fault.span,
                near,
            ));
            if let Some(place) =
                object.fields.get(near).and_then(|known| known.shape.place.as_deref())
            {
                report = report.evidence(place, format!("`{near}` seen here"));
            }
        }
        None => {
            let names = known_names(object).take(12).collect::<Vec<_>>().join("`, `");
            report = report
                .help(format!("use one of `{names}`, or add `{name}` to a scenario if it is sent"));
        }
    }
    report.at_most(Severity::Warning);
}
