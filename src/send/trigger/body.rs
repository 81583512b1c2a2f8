use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::recipient::{Identifier, at, attributes, identity, table};
use super::target::{Kind, Target};
use crate::contract::Contract;
use crate::diagnostic::{Diagnostic, Severity};
use crate::project::{ProjectError, Scenario};
use crate::text::{DataPath, Source, Span, Step};
use crate::value::to_json;

/// How to build a request.
#[derive(Clone, Debug, Default)]
pub struct TriggerOptions {
    /// How to identify recipients; by default, by what the scenario has.
    pub by: Option<Identifier>,
    /// Which profile is used for an email address.
    pub prioritization: Vec<String>,
    /// Whether to send to the whole audience, without listed recipients.
    pub broadcast: bool,
    /// Whether to update the customer's profile from the scenario's before sending.
    pub attributes: bool,
    /// Whether to send to customers unknown to Braze.
    pub to_new: bool,
}

/// The body of a request that triggers a message.
#[derive(Debug)]
pub struct TriggerBody {
    /// The campaign or Canvas.
    pub target: Target,
    /// The body, indented, with a final line break.
    pub source: Arc<Source>,
    /// Number of listed recipients.
    pub recipients: usize,
    /// Problems in its inputs.
    pub diagnostics: Vec<Diagnostic>,
    /// Where its properties come from.
    pub(super) origins: Vec<PropertiesOrigin>,
}

/// Where a recipient's properties come from.
#[derive(Debug)]
pub(super) struct PropertiesOrigin {
    /// Their location in the body, or the recipient's if it has none.
    pub trail: DataPath,
    /// The index of the scenario.
    pub scenario: usize,
    pub table: &'static str,
}

/// The properties in a scenario.
struct Properties {
    values: Map<String, Json>,
    table: &'static str,
}

/// Builds a request with one recipient for each scenario.
///
/// # Errors
/// If it is a broadcast with the properties of several scenarios.
pub fn build(
    target: Target,
    contract: &Contract,
    scenarios: &[Scenario],
    options: &TriggerOptions,
) -> Result<TriggerBody, ProjectError> {
    if options.broadcast && scenarios.len() > 1 {
        let message = format!("a broadcast takes one scenario, found {}", scenarios.len());
        let help =
            "name one scenario; a broadcast sends the same properties to everyone".to_owned();
        return Err(ProjectError::Unknown { message, help });
    }
    let mut diagnostics = Vec::new();
    let member = member_of(target.kind, contract);
    let all = scenarios.iter();
    let all = all.map(|scenario| properties(target.kind, member, scenario, &mut diagnostics));
    let mut all = all.collect::<Vec<_>>();
    let mut body = Map::new();
    body.insert(target.kind.id_member().to_owned(), Json::String(target.id.clone()));
    let mut origins = Vec::new();
    let equal = all.array_windows().all(|[a, b]| a.values == b.values);
    if options.broadcast {
        body.insert("broadcast".to_owned(), Json::Bool(true));
    }
    // Shared properties are written once.
    let shared = options.broadcast || (all.len() > 1 && equal);
    if shared && let Some(first) = all.first_mut() {
        origins.push(PropertiesOrigin {
            trail: DataPath::of_keys(&[member]),
            scenario: 0,
            table: first.table,
        });
        if !first.values.is_empty() {
            body.insert(member.to_owned(), Json::Object(std::mem::take(&mut first.values)));
        }
    }
    let mut recipients = Vec::new();
    if !options.broadcast {
        let mut known: Vec<(Json, &Scenario)> = Vec::new();
        for (number, (scenario, properties)) in scenarios.iter().zip(all).enumerate() {
            let found = identity(scenario, options.by, &options.prioritization, &mut diagnostics);
            let Some((identifier, mut recipient)) = found else { continue };
            let who = recipient.get(identifier.member()).cloned().unwrap_or_default();
            if let Some((_, first)) = known.iter().find(|(known, _)| *known == who) {
                diagnostics.extend(duplicate(scenario, first));
            }
            known.push((who, scenario));
            if !shared {
                let mut trail =
                    DataPath::of_keys(&["recipients"]).with(Step::Index(recipients.len()));
                if !properties.values.is_empty() {
                    recipient.insert(member.to_owned(), Json::Object(properties.values));
                    trail.push(Step::key(member));
                }
                origins.push(PropertiesOrigin { trail, scenario: number, table: properties.table });
            }
            if options.to_new {
                recipient.insert("send_to_existing_only".to_owned(), Json::Bool(false));
            }
            if options.attributes || options.to_new {
                let attributes = attributes(scenario);
                diagnostics.extend(refused_attributes(scenario, identifier, &attributes, options));
                recipient.insert("attributes".to_owned(), Json::Object(attributes));
            }
            recipients.push(Json::Object(recipient));
        }
    }
    let count = recipients.len();
    if count > 0 {
        body.insert("recipients".to_owned(), Json::Array(recipients));
    }
    let text = format!("{:#}\n", Json::Object(body));
    let name = format!("body for {}", target.kind.path());
    let source = Arc::new(Source::new(name, text));
    Ok(TriggerBody { target, source, recipients: count, diagnostics, origins })
}

/// Returns the member for properties: the older Canvas name if messages read nothing else.
fn member_of(kind: Kind, contract: &Contract) -> &'static str {
    let old = contract.family("canvas_entry_properties").is_some();
    match kind {
        Kind::Campaign => "trigger_properties",
        Kind::Canvas if old && contract.family("context").is_none() => "canvas_entry_properties",
        Kind::Canvas => "context",
    }
}

fn properties(
    kind: Kind,
    member: &'static str,
    scenario: &Scenario,
    diagnostics: &mut Vec<Diagnostic>,
) -> Properties {
    let mut tables = kind.families().to_vec();
    tables.sort_by_key(|table| *table != member);
    let filled = tables.iter().find_map(|name| Some((*name, table(scenario, name)?)));
    if let Some((name, values)) = filled {
        let values = values.iter().map(|(name, value)| (name.to_string(), to_json(value.view())));
        return Properties { values: values.collect(), table: name };
    }
    let others = Kind::ALL.into_iter().filter(|other| *other != kind);
    let other = others.flat_map(Kind::families).find(|name| table(scenario, name).is_some());
    if let Some(other) = other {
        let message = format!(
            "the scenario `{}` has `{other}`, but a {} fills `{}`",
            scenario.name,
            kind.word(),
            tables[0],
        );
        let help = format!(
            "rename the table to `{}`, or trigger a message that uses `{other}`",
            tables[0]
        );
        diagnostics.extend(at(scenario, &[other], "payload-family", message, help));
    }
    Properties { values: Map::new(), table: tables[0] }
}

fn duplicate(scenario: &Scenario, first: &Scenario) -> Option<Diagnostic> {
    let message = format!(
        "the scenarios `{}` and `{}` have the same recipient; Braze sends one message with the \
         properties of the last",
        first.name, scenario.name
    );
    let help = "name only one of them".to_owned();
    let mut found = at(scenario, &["user", "user_id"], "trigger-recipient", message, help)?;
    found.severity = Severity::Warning;
    Some(found)
}

/// Reports what Braze rejects in combination with `attributes` and `send_to_existing_only`.
fn refused_attributes(
    scenario: &Scenario,
    identifier: Identifier,
    attributes: &Map<String, Json>,
    options: &TriggerOptions,
) -> Option<Diagnostic> {
    if !options.to_new {
        return None;
    }
    let (message, help) = if identifier == Identifier::UserAlias {
        (
            format!(
                "Braze doesn't allow `send_to_existing_only` false with the alias of the scenario \
                 `{}`",
                scenario.name
            ),
            "identify the recipient by `user_id`".to_owned(),
        )
    } else if attributes.is_empty() {
        (
            format!(
                "the scenario `{}` has no attributes, which Braze needs to create a profile",
                scenario.name
            ),
            "add attributes under `[user]` or `[custom_attribute]`".to_owned(),
        )
    } else {
        return None;
    };
    at(scenario, &["user"], "trigger-recipient", message, help)
}

impl TriggerBody {
    /// Makes an error about the whole body.
    pub(super) fn error(&self, code: &'static str, message: String) -> Diagnostic {
        Diagnostic::new(code, Severity::Error, &self.source, Span::empty(0), message)
    }
}
