use std::sync::Arc;

use serde_json::Value as Json;

use super::body::TriggerBody;
use super::target::Kind;
use crate::contract::{Contract, Payload, check};
use crate::diagnostic::{Diagnostic, Severity};
use crate::endpoint::Endpoints;
use crate::project::Scenario;
use crate::send::schema_faults::schema_faults;
use crate::shape::Trail;
use crate::text::{Source, Span, Step, locate_json, locate_json_key};

/// What Braze takes as one request, in bytes (the reference's section 6).
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// All that is wrong with a body: what it was made of, its size, its form, and its properties against
/// what the message reads. What stands in a scenario is reported there.
///
/// # Errors
/// Where the body is no JSON object.
pub fn check_body(
    body: &TriggerBody,
    contract: &Contract,
    scenarios: &[Scenario],
    endpoints: &Endpoints,
) -> Result<Vec<Diagnostic>, Box<Diagnostic>> {
    let mut found = body.diagnostics.clone();
    let bytes = body.source.text().trim_end().len();
    if bytes > MOST_BYTES {
        let message = format!("the request has {bytes} bytes, expected {MOST_BYTES} at most");
        let help = "send fewer recipients or smaller properties at once";
        found.push(body.error("trigger-size", message).help(help));
    }
    let json = serde_json::from_str::<Json>(body.source.text()).unwrap_or_default();
    let endpoint = endpoints.get(body.target.kind.endpoint());
    if let Some(schema) = endpoint.and_then(|endpoint| endpoint.request.as_ref())
        && let Ok(faults) = schema_faults(schema, &json)
    {
        // The number of recipients is counted with their payload.
        let faults =
            faults.into_iter().filter(|fault| fault.trail != [super::body::key("recipients")]);
        found.extend(faults.map(|fault| {
            let span = span_of(body.source.text(), &fault.trail);
            Diagnostic::new("trigger-schema", Severity::Error, &body.source, span, fault.message)
                .help(fault.help)
        }));
    }
    found.extend(other_families(body.target.kind, contract));
    // Where recipients or their properties are not known, all fields would seem to be missing.
    if body.diagnostics.iter().any(|known| known.severity == Severity::Error) {
        return Ok(found);
    }
    let bare = body.target.kind.families()[0];
    let checked = check(contract, &Payload::read(&body.source, bare)?);
    let checked = checked.diagnostics.into_iter();
    found.extend(checked.map(|diagnostic| moved(diagnostic, body, &json, scenarios)));
    Ok(found)
}

/// Families that messages read beside those that are filled.
fn other_families(kind: Kind, contract: &Contract) -> Vec<Diagnostic> {
    if !kind.is_read(contract) {
        // The comparison of the payload tells.
        return Vec::new();
    }
    let others = Kind::ALL.into_iter().filter(|other| *other != kind).flat_map(Kind::families);
    let read = others.filter_map(|family| {
        let node = contract.family(family)?;
        let first = node.fields.values().flat_map(|node| &node.uses).next()?;
        let message = format!(
            "found `{family}`, which a {} does not fill, expected `{}`",
            kind.word(),
            kind.families()[0]
        );
        let found =
            Diagnostic::new("payload-family", Severity::Error, &first.source, first.span, message);
        Some(found.help(format!("read `{}` instead", kind.families()[0])))
    });
    read.collect()
}

/// A diagnostic about properties, at the scenarios that these come from.
fn moved(
    mut diagnostic: Diagnostic,
    body: &TriggerBody,
    json: &Json,
    scenarios: &[Scenario],
) -> Diagnostic {
    let labels = std::iter::once(&mut diagnostic.primary).chain(&mut diagnostic.related);
    for label in labels.filter(|label| Arc::ptr_eq(&label.source, &body.source)) {
        if let Some((source, span)) = in_scenario(label.span, body, json, scenarios) {
            label.source = source;
            label.span = span;
        }
    }
    diagnostic
}

/// Where a scenario writes what stands at a place of the body.
fn in_scenario(
    span: Span,
    body: &TriggerBody,
    json: &Json,
    scenarios: &[Scenario],
) -> Option<(Arc<Source>, Span)> {
    let text = body.source.text();
    let inside = |trail: &[Trail]| {
        let around = whole_span(text, trail);
        around.is_some_and(|around| around.start <= span.start && span.end <= around.end)
    };
    let origin = body.origins.iter().find(|origin| inside(&origin.trail))?;
    let scenario = scenarios.get(origin.scenario)?;
    let value = origin.trail.iter().try_fold(json, |value, step| match step {
        Trail::Key(name) => value.get(&**name),
        Trail::Index(index) => value.get(*index),
    });
    let mut trail = origin.trail.clone();
    deepest(text, value.unwrap_or(&Json::Null), span, &mut trail);
    let table = [Trail::Key(Arc::from(origin.table))];
    let steps = table.iter().chain(&trail[origin.trail.len()..]).map(step_of).collect::<Vec<_>>();
    // What an option of the command line set stands in no file: then the table tells.
    let known = (1..=steps.len()).rev().find_map(|length| scenario.locate(&steps[..length]));
    let first = || Some((scenario.sources.first()?, Span::empty(0)));
    known.or_else(first).map(|(source, span)| (Arc::clone(source), span))
}

/// Follows a value to the innermost member or item around a place.
fn deepest(text: &str, value: &Json, span: Span, trail: &mut Vec<Trail>) {
    let steps = match value {
        Json::Object(members) => {
            members.iter().map(|(name, value)| (super::body::key(name), value)).collect::<Vec<_>>()
        }
        Json::Array(items) => {
            items.iter().enumerate().map(|(index, value)| (Trail::Index(index), value)).collect()
        }
        _ => return,
    };
    for (step, value) in steps {
        trail.push(step);
        let around = whole_span(text, trail);
        if around.is_some_and(|around| around.start <= span.start && span.end <= around.end) {
            deepest(text, value, span, trail);
            return;
        }
        trail.pop();
    }
}

/// A value with its name.
fn whole_span(text: &str, trail: &[Trail]) -> Option<Span> {
    let steps = trail.iter().map(step_of).collect::<Vec<_>>();
    let value = locate_json(text, &steps)?;
    let key = locate_json_key(text, &steps);
    Some(Span::new(key.map_or(value.start, |key| key.start), value.end))
}

fn span_of(text: &str, trail: &[Trail]) -> Span {
    whole_span(text, trail).unwrap_or(Span::empty(0))
}

fn step_of(step: &Trail) -> Step<'_> {
    match step {
        Trail::Key(name) => Step::Key(name),
        Trail::Index(index) => Step::Index(*index),
    }
}
