use serde_json::{Value, json};

use super::lint::shown_fix;
use crate::diagnostic::Diagnostic;
use crate::render::{self, Outcome};
use crate::wire::{Abort, Call, Finding, Places, RenderDocument, RenderedPart};

#[derive(Debug)]
pub struct Rendered<'a> {
    pub message: &'a str,
    pub part: &'a str,
    pub scenario: &'a str,
    /// The result.
    pub outcome: &'a Outcome,
    /// The output of `--why` and `--trace`, if requested, line by line.
    pub why: Option<&'a str>,
}

#[must_use]
pub fn to_json(renders: &[Rendered<'_>]) -> Value {
    let places = Places::default();
    let in_files = renders.iter().map(|rendered| InFiles::of(rendered.outcome));
    let in_files = in_files.collect::<Vec<_>>();
    let renders = renders.iter().zip(&in_files);
    let renders = renders.map(|(rendered, places_of)| render(&places, rendered, places_of));
    json!(RenderDocument { version: 1, renders: renders.collect() })
}

/// Maps locations to files: a header is a value in `message.toml`.
struct InFiles {
    abort: Option<render::Abort>,
    calls: Vec<render::Call>,
    diagnostics: Vec<Diagnostic>,
}

impl InFiles {
    fn of(outcome: &Outcome) -> InFiles {
        let mut abort = outcome.abort.clone();
        if let Some(at) = abort.as_mut().and_then(|abort| abort.at.as_mut()) {
            *at = at.in_file();
        }
        let mut calls = outcome.calls.clone();
        for call in &mut calls {
            call.at = call.at.in_file();
        }
        InFiles { abort, calls, diagnostics: in_files(&outcome.diagnostics) }
    }
}

fn render<'a>(
    places: &Places,
    rendered: &'a Rendered<'a>,
    in_files: &'a InFiles,
) -> RenderedPart<'a> {
    let Rendered { message, part, scenario, outcome, why } = rendered;
    let calls = in_files.calls.iter();
    let found = in_files.diagnostics.iter();
    RenderedPart {
        message,
        part,
        scenario,
        output: outcome.abort.is_none().then_some(&outcome.output),
        aborted: in_files.abort.as_ref().map(|abort| Abort::of(places, abort)),
        message_extras: &outcome.extras,
        calls: calls.map(|call| Call::of(places, call, part, &|_| false)).collect(),
        why: why.map(|why| why.lines().collect()),
        diagnostics: found.map(|one| finding(places, one, Some(part))).collect(),
    }
}

/// Converts a diagnostic, without a fix that would contain or complete a secret.
pub(super) fn finding<'a>(
    places: &Places,
    diagnostic: &'a Diagnostic,
    part: Option<&'a str>,
) -> Finding<'a> {
    let mut found = Finding::of(places, diagnostic, part);
    if shown_fix(diagnostic).is_none() {
        found.fixes.clear();
    }
    found
}

/// Maps diagnostics to files. [`finding`] borrows from what it converts, so the caller keeps them.
pub(super) fn in_files<'d>(found: impl IntoIterator<Item = &'d Diagnostic>) -> Vec<Diagnostic> {
    found.into_iter().map(|diagnostic| diagnostic.clone().in_files()).collect()
}
