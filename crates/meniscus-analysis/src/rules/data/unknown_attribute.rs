use crate::analyze::{Model, Read, ReadRoot, Usage};
use crate::diagnostic::{Fix, Safety, Severity};
use crate::rules::reading::evidence::{known_names, samples_of};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::{nearest, nearest_typo};

rule! {
    /// An attribute that Braze doesn't have, or a custom attribute that no scenario has.
    ///
    /// ## What it does
    ///
    /// Reports an attribute of the profile, the device, the campaign, or another family that Braze
    /// doesn't document. Custom attributes are checked against the scenarios, unless no scenario of
    /// the message has any. If a schema lists them, as after `meniscus pull`, they are checked
    /// against it, too.
    ///
    /// ## Why it matters
    ///
    /// Braze renders an unknown name as blank, so customers see a gap.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {{${frist_name} | default: 'Hello'}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {{${first_name} | default: 'Hello'}}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: the most similar name may not be the one that was meant.
    ///
    /// ## Source
    ///
    /// Braze: Profile attributes and namespaces (reference, sections 1.3 and 1.4).
    name: "unknown-attribute", level: Error, check: Check::Message(check),
}

/// The family with custom names.
const CUSTOM: &str = "custom_attribute";

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for read in &model.reads {
            let Some(name) = subject.family_of(&read.root) else { continue };
            if filter_inside(model, read, findings) || read.fault.is_none() {
                continue;
            }
            let family =
                crate::dialect::families::FAMILIES.iter().find(|family| family.name == name);
            if name == CUSTOM || family.is_some_and(|family| family.closed) {
                report(subject, (model, read), name, findings);
            }
        }
    }
}

/// Reports `${name | filter}`, whatever the family: nobody has an attribute of such a name.
fn filter_inside(model: &Model<'_>, read: &Read<'_>, findings: &mut Findings<'_>) -> bool {
    let ReadRoot::Attribute { name, span, .. } = read.root else { return false };
    let Some((field, filters)) = name.split_once('|') else { return false };
    let family = read.at.text().split_once("${").map_or("", |(family, _)| family);
    let (field, filters) = (field.trim(), filters.trim());
    findings
        .report(model, read.at.at(span), "a filter inside `${…}` is part of the name")
        .label("renders as blank")
        .help(format!("use `{{{{{family}${{{field}}} | {filters}}}}}`"));
    true
}

/// Returns Braze's name for a profile field that people call something else.
fn other_word(family: &str, name: &str) -> Option<&'static str> {
    let plain = name.to_ascii_lowercase().replace(['_', '-', ' '], "");
    match plain.as_str() {
        _ if !family.is_empty() => None,
        "email" | "mail" | "emailid" => Some("email_address"),
        "phone" | "mobile" | "phonenumber" | "mobilenumber" | "cellphone" => Some("phone_number"),
        "firstname" | "givenname" | "fname" => Some("first_name"),
        "lastname" | "surname" | "familyname" | "lname" => Some("last_name"),
        "birthday" | "dateofbirth" | "dob" | "birthdate" => Some("date_of_birth"),
        "externalid" | "externaluserid" | "userid" => Some("user_id"),
        "locale" | "lang" => Some("language"),
        "homecity" => Some("city"),
        "timezone" => Some("time_zone"),
        _ => None,
    }
}

fn report(
    subject: &Subject<'_>,
    (model, read): (&Model<'_>, &Read<'_>),
    family: &str,
    findings: &mut Findings<'_>,
) {
    let (Some(fault), ReadRoot::Attribute { name, .. }) = (&read.fault, read.root) else { return };
    let Some(object) = fault.owner.object.as_ref().filter(|_| fault.step.is_none()) else { return };
    // An index inside the braces is a different mistake.
    if name.contains('[') {
        return;
    }
    let custom = family == CUSTOM;
    let near = other_word(family, name).or_else(|| match custom {
        true => nearest_typo(name, known_names(object)),
        false => nearest(name, known_names(object)),
    });
    let is_listed = custom && subject.known.lists_all(CUSTOM);
    // Scenarios of other messages are about other customers.
    let is_known_of = is_listed || subject.scenarios().next().is_some();
    let is_covered = read.usage == Usage::Tested || read.defaulted;
    if custom && near.is_none() && (is_covered && !is_listed || !is_known_of) {
        return;
    }
    let message = match family {
        "" => format!("Braze has no profile attribute `{name}`"),
        CUSTOM if is_listed && object.samples == 0 => {
            format!("the custom attribute `{name}` isn't in the schema of custom attributes")
        }
        CUSTOM => format!("the custom attribute `{name}` is unknown ({})", samples_of(object)),
        family => format!("`{family}` has no attribute `{name}`"),
    };
    let label = if is_covered { "no customer has it" } else { "renders as blank" };
    let mut report = findings.report(model, read.at.at(fault.span), message).label(label);
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
        None if is_listed => {
            report = report.help(format!(
                "check the name; if Braze got `{name}` recently, run `meniscus pull`"
            ));
        }
        None if custom => {
            report = report.help(format!("add `{name}` to a scenario if customers have it"));
        }
        None if family.is_empty() => {
            report = report
                .help(format!("use `custom_attribute.${{{name}}}` if it is a custom attribute"));
        }
        None => {
            let names = known_names(object).collect::<Vec<_>>().join("`, `");
            report = report.help(format!("use one of `{names}`"));
        }
    }
    // A new attribute that has a default may not have reached Braze yet.
    if custom && near.is_none() && is_covered {
        report.at_most(Severity::Info);
    } else if custom {
        report.at_most(Severity::Warning);
    }
}
