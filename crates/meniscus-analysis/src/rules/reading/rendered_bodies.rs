//! Request bodies as sent for each scenario.

use std::collections::HashSet;
use std::sync::Arc;

use super::flat::{Flat, INTERPOLATION};
use super::outgoing::looks_like_json;
use super::partial_json::PartialJson;
use crate::project::{Scenario, world};
use crate::render::render;
use crate::rules::subject::Subject;

/// A body that isn't valid JSON once rendered.
pub(in crate::rules) struct Rendered<'m, 'a> {
    pub body: Flat<'m, 'a>,
    /// The template's body, parsed as JSON.
    pub json: PartialJson,
    /// The first scenario that shows the problem.
    pub scenario: &'a Scenario,
    pub message: String,
    /// The offending value, if known: its mark in the body's string.
    pub at: Option<usize>,
}

/// Returns the bodies that aren't valid JSON for some scenario.
pub(in crate::rules) fn rendered<'m, 'a>(
    subject: &'m Subject<'a>,
    mut bodies: Vec<(Flat<'m, 'a>, PartialJson)>,
) -> Vec<Rendered<'m, 'a>> {
    let mut wrong = Vec::new();
    if bodies.is_empty() {
        return wrong;
    }
    let known = subject.known;
    for scenario in subject.scenarios() {
        // An unusable scenario is reported elsewhere.
        let Ok(world) = world(&known.config, scenario, &known.blocks, &known.recordings) else {
            continue;
        };
        for part in &subject.parts {
            let own = |body: &Flat<'_, '_>| std::ptr::eq(body.model, &part.model);
            if !bodies.iter().any(|(body, _)| own(body)) {
                continue;
            }
            let outcome = render(part.template, &world, false);
            let whole = outcome.abort.is_none().then_some(outcome.output.as_str());
            let mut seen = HashSet::new();
            let calls = outcome.calls.iter().filter_map(|call| {
                let source = Arc::as_ptr(&call.at.source);
                // If a loop repeats a call, only the first is checked.
                seen.insert((source, call.at.span)).then_some(())?;
                Some((&call.at, call.request.body.as_deref()?))
            });
            let calls = calls.collect::<Vec<_>>();
            let mut index = 0;
            while index < bodies.len() {
                let body = &bodies[index].0;
                let text = match body.call {
                    _ if !own(body) => None,
                    None => whole,
                    Some(call) => calls.iter().find_map(|(at, text)| {
                        let same =
                            Arc::ptr_eq(&at.source, call.at.source) && at.span == call.at.span;
                        same.then_some(*text)
                    }),
                };
                let fault = text.filter(|text| looks_like_json(text)).and_then(fault);
                let Some((offset, message)) = fault else {
                    index += 1;
                    continue;
                };
                let (body, json) = bodies.swap_remove(index);
                let at = culprit(&body, text.unwrap_or_default(), offset);
                wrong.push(Rendered { body, json, scenario, message, at });
            }
        }
        if bodies.is_empty() {
            break;
        }
    }
    wrong.sort_by_key(|one| one.body.whole.span);
    wrong
}

/// Returns why a string isn't valid JSON, and where.
fn fault(text: &str) -> Option<(usize, String)> {
    let error = serde_json::from_str::<serde::de::IgnoredAny>(text).err()?;
    let line_start = text.split_inclusive('\n').take(error.line() - 1).map(str::len).sum::<usize>();
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default().to_owned();
    Some((line_start + error.column(), message))
}

/// Returns the mark of the last interpolation before an offset in the rendered string, located by the
/// fixed strings around it.
fn culprit(body: &Flat<'_, '_>, text: &str, offset: usize) -> Option<usize> {
    let mut found = None;
    let mut pos = 0;
    let mut marks = body.interpolations().map(|(at, _)| at);
    for (index, fixed) in body.text.split(INTERPOLATION).enumerate() {
        if index > 0 {
            // The value starts where the text before it ends.
            if pos >= offset {
                return found;
            }
            found = marks.next();
        }
        pos += text.get(pos..)?.find(fixed)? + fixed.len();
    }
    found
}
