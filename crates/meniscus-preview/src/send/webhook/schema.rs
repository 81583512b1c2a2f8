use serde_json::Value as Json;

use super::body::Shown;
use super::place::whole;
use super::request::Rendered;
use crate::diagnostic::{Diagnostic, Severity};
use crate::endpoint::{Endpoint, Schema};
use crate::project::Part;
use crate::send::schema_faults::schema_faults;
use crate::text::{Span, Step, locate_json, locate_json_key};

/// Holds a body against the schema of its endpoint's request.
pub(super) fn check(
    body: &Rendered<'_>,
    json: &Json,
    endpoint: &Endpoint,
    schema: &Schema,
    shown: &Shown,
    diagnostics: &mut Vec<Diagnostic>,
) {
    match schema_faults(schema, json) {
        Ok(faults) => diagnostics.extend(faults.into_iter().map(|fault| {
            let mut trail = fault.trail.clone();
            if let Some(near) = &fault.near {
                trail.push(Step::key(near));
            }
            let span = json_span(body.text, &trail).unwrap_or(Span::empty(0));
            let message = format!("{} ({})", fault.message, endpoint.title_of_request());
            shown.diagnostic("webhook-schema", span, message).help(fault.help).related(
                body.part.source(),
                template_span(body.part, &trail),
                "comes from here",
            )
        })),
        Err(reason) => {
            let (source, span) = whole(body.part);
            let message = format!("can't use the schema `{}`: {reason}", schema.shown());
            let found = Diagnostic::new("webhook-schema", Severity::Warning, source, span, message);
            diagnostics.push(found.help("fix the schema"));
        }
    }
}

/// Returns the span of a value in JSON: all of it if short, otherwise its key or bracket.
fn json_span(text: &str, trail: &[Step]) -> Option<Span> {
    let value = locate_json(text, trail)?;
    if !text[value.start..].starts_with(['{', '[']) {
        return Some(Span::new(value.start, value.end));
    }
    let key = locate_json_key(text, trail);
    Some(key.map_or(Span::new(value.start, value.start + 1), |key| Span::new(key.start, key.end)))
}

/// Returns where a template writes a value, if its own text is JSON around placeholders; otherwise
/// what contains the value, or the whole part.
fn template_span(part: &Part, trail: &[Step]) -> Span {
    let text = part.source().text();
    let around = (1..=trail.len()).rev().find_map(|length| json_span(text, &trail[..length]));
    around.unwrap_or_else(|| whole(part).1)
}
