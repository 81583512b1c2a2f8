use serde_json::Value as Json;

use super::body::Shown;
use super::place::{json_span, template_span, whole};
use super::request::Rendered;
use crate::diagnostic::{Diagnostic, Severity};
use crate::endpoint::{Endpoint, Schema};
use crate::send::schema_faults::schema_faults;
use crate::text::{Span, Step};

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
                "it comes from here",
            )
        })),
        Err(reason) => {
            let (source, span) = whole(body.part);
            let message = format!("the schema `{}` cannot be used: {reason}", schema.shown());
            let found = Diagnostic::new("webhook-schema", Severity::Warning, source, span, message);
            diagnostics.push(found.help("correct the schema"));
        }
    }
}
