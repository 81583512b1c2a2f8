use std::sync::Arc;

use serde_json::Value as Json;

use super::body::TriggerBody;
use super::target::Kind;
use crate::contract::{Contract, Payload, check};
use crate::diagnostic::{Diagnostic, Severity};
use crate::endpoint::Endpoints;
use crate::project::Scenario;
use crate::send::schema_faults::schema_faults;
use crate::text::{DataPath, Source, Span, Step, locate_json, locate_json_key};

/// Braze's size limit for a request, in bytes (reference 6).
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Checks a body: its inputs, its size, its form, and its properties against what the message
/// reads. Problems in a scenario are reported there.
///
/// # Errors
/// If the body isn't a JSON object.
pub fn check_body(
    body: &TriggerBody,
    contract: &Contract,
    scenarios: &[Scenario],
    endpoints: &Endpoints,
) -> Result<Vec<Diagnostic>, Box<Diagnostic>> {
    let mut found = body.diagnostics.clone();
    let bytes = body.source.text().trim_end().len();
    if bytes > MAX_BYTES {
        let message = format!("the request has {bytes} bytes; the limit is {MAX_BYTES}");
        let help = "send fewer recipients or smaller properties";
        found.push(body.error("trigger-size", message).help(help));
    }
    let json = serde_json::from_str::<Json>(body.source.text()).unwrap_or_default();
    let endpoint = endpoints.get(body.target.kind.endpoint());
    if let Some(schema) = endpoint.and_then(|endpoint| endpoint.request.as_ref())
        && let Ok(faults) = schema_faults(schema, &json)
    {
        // The number of recipients is checked with the payload.
        let faults =
            faults.into_iter().filter(|fault| fault.trail != DataPath::of_keys(&["recipients"]));
        found.extend(faults.map(|fault| {
            let span = span_of(body.source.text(), &fault.trail);
            Diagnostic::new("trigger-schema", Severity::Error, &body.source, span, fault.message)
                .help(fault.help)
        }));
    }
    found.extend(other_families(body.target.kind, contract));
    // Without recipients or properties, all fields would seem to be missing.
    if body.diagnostics.iter().any(|known| known.severity == Severity::Error) {
        return Ok(found);
    }
    let bare = body.target.kind.families()[0];
    let checked = check(contract, &Payload::read(&body.source, bare)?);
    let checked = checked.diagnostics.into_iter();
    found.extend(checked.map(|diagnostic| moved(diagnostic, body, &json, scenarios)));
    Ok(found)
}

/// Reports families that messages read but the trigger doesn't fill.
fn other_families(kind: Kind, contract: &Contract) -> Vec<Diagnostic> {
    if !kind.is_read(contract) {
        // Checking the payload reports it.
        return Vec::new();
    }
    let others = Kind::ALL.into_iter().filter(|other| *other != kind).flat_map(Kind::families);
    let read = others.filter_map(|family| {
        let node = contract.family(family)?;
        let first = node.fields.values().flat_map(|node| &node.uses).next()?;
        let message =
            format!("a {} doesn't fill `{family}`, only `{}`", kind.word(), kind.families()[0]);
        let found =
            Diagnostic::new("payload-family", Severity::Error, &first.source, first.span, message);
        Some(found.help(format!("use `{}` instead", kind.families()[0])))
    });
    read.collect()
}

/// Moves a diagnostic about properties to the scenarios they come from.
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

/// Returns where a scenario contains the value at a place in the body.
fn in_scenario(
    span: Span,
    body: &TriggerBody,
    json: &Json,
    scenarios: &[Scenario],
) -> Option<(Arc<Source>, Span)> {
    let text = body.source.text();
    let inside = |trail: &[Step]| {
        let around = whole_span(text, trail);
        around.is_some_and(|around| around.start <= span.start && span.end <= around.end)
    };
    let origin = body.origins.iter().find(|origin| inside(&origin.trail))?;
    let scenario = scenarios.get(origin.scenario)?;
    let value = origin.trail.of(json);
    let mut trail = origin.trail.clone();
    deepest(text, value.unwrap_or(&Json::Null), span, &mut trail);
    let path = DataPath::of_keys(&[origin.table]).join(&trail[origin.trail.len()..]);
    // A value set by an option isn't in a file; use the enclosing table.
    let known = (1..=path.len()).rev().find_map(|length| scenario.locate(&path[..length].into()));
    let first = || Some((scenario.sources.first()?, Span::empty(0)));
    known.or_else(first).map(|(source, span)| (Arc::clone(source), span))
}

/// Follows a value to the innermost member or item around an offset.
fn deepest(text: &str, value: &Json, span: Span, trail: &mut DataPath) {
    let steps = match value {
        Json::Object(members) => {
            members.iter().map(|(name, value)| (Step::key(name), value)).collect::<Vec<_>>()
        }
        Json::Array(items) => {
            items.iter().enumerate().map(|(index, value)| (Step::Index(index), value)).collect()
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

/// Returns the span of a value with its name.
fn whole_span(text: &str, trail: &[Step]) -> Option<Span> {
    let value = locate_json(text, trail)?;
    let key = locate_json_key(text, trail);
    Some(Span::new(key.map_or(value.start, |key| key.start), value.end))
}

fn span_of(text: &str, trail: &[Step]) -> Span {
    whole_span(text, trail).unwrap_or(Span::empty(0))
}
