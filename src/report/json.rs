use serde_json::{Value, json};

use crate::diagnostic::Diagnostic;
use crate::render::Outcome;
use crate::wire::{Abort, Call, Finding, Places, RenderDocument, RenderedPart};

/// One render, with what was rendered.
#[derive(Debug)]
pub struct Rendered<'a> {
    /// The message.
    pub message: &'a str,
    /// The part.
    pub part: &'a str,
    /// The scenario.
    pub scenario: &'a str,
    /// What came of it.
    pub outcome: &'a Outcome,
    /// What `--why` and `--trace` say of it, where they were asked for: a line each.
    pub why: Option<&'a str>,
}

/// Renders as JSON: a [`RenderDocument`].
#[must_use]
pub fn to_json(renders: &[Rendered<'_>]) -> Value {
    let places = Places::default();
    let found = renders.iter().map(|rendered| in_files(&rendered.outcome.diagnostics));
    let found = found.collect::<Vec<_>>();
    let renders = renders.iter().zip(&found);
    let renders = renders.map(|(rendered, found)| render(&places, rendered, found)).collect();
    json!(RenderDocument { version: 1, renders })
}

fn render<'a>(
    places: &Places,
    rendered: &'a Rendered<'a>,
    found: &'a [Diagnostic],
) -> RenderedPart<'a> {
    let Rendered { message, part, scenario, outcome, why } = rendered;
    let aborted = Abort::of(places, outcome);
    let calls = outcome.calls.iter();
    RenderedPart {
        message,
        part,
        scenario,
        output: aborted.is_none().then_some(&outcome.output),
        aborted,
        message_extras: &outcome.extras,
        calls: calls.map(|call| Call::of(places, call, part, &|_| false)).collect(),
        why: why.map(|why| why.lines().collect()),
        diagnostics: found.iter().map(|one| Finding::of(places, one, Some(part))).collect(),
    }
}

fn in_files(found: &[Diagnostic]) -> Vec<Diagnostic> {
    found.iter().map(|diagnostic| diagnostic.clone().in_files()).collect()
}

/// A diagnostic as all of the program's JSON has it: a [`Finding`].
pub(super) fn diagnostic_json(diagnostic: &Diagnostic) -> Value {
    json!(Finding::of(&Places::default(), &diagnostic.clone().in_files(), None))
}
