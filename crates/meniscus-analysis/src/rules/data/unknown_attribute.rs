use crate::analyze::{Read, ReadRoot, Usage};
use crate::diagnostic::{Fix, Safety, Severity};
use crate::rules::reading::evidence::{known_names, samples_of};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::nearest;

rule! {
    /// An attribute that Braze does not have, or a custom attribute that no scenario has.
    ///
    /// Braze prints nothing for a name that it does not know. The names of the profile, of devices,
    /// campaigns and the like are documented; custom attributes are known from the scenarios, and
    /// where no scenario of the message has any, nothing is said of them.
    ///
    /// Source: the reference's sections 1.3 and 1.4.
    ///
    /// ```liquid bad
    /// {{${frist_name} | default: 'Hello'}}
    /// ```
    ///
    /// ```liquid good
    /// {{${first_name} | default: 'Hello'}}
    /// ```
    name: "unknown-attribute", level: Error, check: Check::Message(check),
}

/// The family with custom names.
const CUSTOM: &str = "custom_attribute";

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for read in model.reads.iter().filter(|read| read.fault.is_some()) {
            let Some(name) = subject.family_of(&read.root) else { continue };
            let family =
                crate::dialect::families::FAMILIES.iter().find(|family| family.name == name);
            if name == CUSTOM || family.is_some_and(|family| family.closed) {
                report(subject, (model, read), name, findings);
            }
        }
    }
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
    (model, read): (&crate::analyze::Model<'_>, &Read<'_>),
    family: &str,
    findings: &mut Findings<'_>,
) {
    let (Some(fault), ReadRoot::Attribute { name, .. }) = (&read.fault, read.root) else { return };
    let Some(object) = fault.owner.object.as_ref().filter(|_| fault.step.is_none()) else { return };
    // An index inside the braces is a different mistake.
    if name.contains('[') {
        return;
    }
    if let Some((field, filters)) = name.split_once('|') {
        let (field, filters) = (field.trim(), filters.trim());
        findings
            .report(model, read.at.at(fault.span), "a filter inside `${…}` is part of the name")
            .label("prints nothing")
            .help(format!("write `{{{{${{{field}}} | {filters}}}}}`"));
        return;
    }
    let near = other_word(family, name).or_else(|| nearest(name, known_names(object)));
    let custom = family == CUSTOM;
    // Scenarios of other messages are about other customers.
    let is_known_of = subject.scenarios().next().is_some();
    if custom && near.is_none() && (read.usage == Usage::Tested || read.defaulted || !is_known_of) {
        return;
    }
    let message = match family {
        "" => format!("Braze's profiles have no `{name}`"),
        CUSTOM => format!("no customer has the attribute `{name}`: {}", samples_of(object)),
        family => format!("`{family}` has no `{name}`"),
    };
    let mut report =
        findings.report(model, read.at.at(fault.span), message).label("prints nothing");
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
        None if custom => {
            report = report.help(format!("add `{name}` to a scenario, if customers have it"));
        }
        None if family.is_empty() => {
            report = report.help(format!(
                "write `custom_attribute.${{{name}}}`, if it is an attribute of your own"
            ));
        }
        None => {
            let names = known_names(object).collect::<Vec<_>>().join("`, `");
            report = report.help(format!("the names are `{names}`"));
        }
    }
    if custom {
        report.at_most(Severity::Warning);
    }
}
