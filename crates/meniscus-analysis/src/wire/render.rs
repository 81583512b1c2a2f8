use indexmap::IndexMap;
use serde::Serialize;

use super::{Call, Finding, Place, Places, in_files};
use crate::diagnostic::Diagnostic;
use crate::http::masked_output;
use crate::http::secret::{REDACTED, is_secret_field};
use crate::reason::{self, Reason};
use crate::render::{self, Mark, Outcome};
use crate::syntax::Template;
use crate::text::Step;

/// What `meniscus render --format json` prints.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct RenderDocument<'a> {
    /// The version of this format: 1.
    pub version: u32,
    /// The rendered parts, in order.
    pub renders: Vec<RenderedPart<'a>>,
}

/// A part of a message for a scenario.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct RenderedPart<'a> {
    /// The message.
    pub message: &'a str,
    /// The part.
    pub part: &'a str,
    /// The scenario.
    pub scenario: &'a str,
    /// The output that a customer gets; null if the message is aborted.
    pub output: Option<&'a str>,
    /// Why the message is aborted.
    pub aborted: Option<Abort<'a>>,
    /// What the tag `message_extras` adds, by key.
    #[cfg_attr(test, ts(type = "Record<string, string>"))]
    pub message_extras: &'a IndexMap<String, String>,
    /// The calls, in order.
    pub calls: Vec<Call<'a>>,
    /// The outputs that render as blank.
    pub blanks: Vec<BlankPlace<'a>>,
    /// The output of `--why` and `--trace`, line by line; null if not requested.
    pub why: Option<Vec<&'a str>>,
    /// The findings of rendering.
    pub diagnostics: Vec<Finding<'a>>,
}

/// An output that renders as blank.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct BlankPlace<'a> {
    /// The output without its braces: `custom_attribute.${tier}`.
    pub expression: String,
    /// Why it is blank.
    pub reason: Reason,
    /// The location of the output.
    pub at: Place<'a>,
}

/// Why a message isn't sent.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Abort<'a> {
    /// The abort type, such as `liquid_abort_message`.
    #[serde(rename = "type")]
    pub kind: &'a str,
    /// The reason in the template, or what went wrong.
    pub reason: &'a str,
    /// The location.
    pub at: Option<Place<'a>>,
}

impl<'a> Abort<'a> {
    /// Converts the reason why a message isn't sent.
    #[must_use]
    pub fn of(places: &Places, abort: &'a render::Abort) -> Abort<'a> {
        let at = abort.at.as_ref().map(|at| places.place(at));
        Abort { kind: abort.kind.name(), reason: &abort.reason, at }
    }
}

/// A rendered part, to be described in a [`RenderDocument`].
#[derive(Debug)]
pub struct Rendered<'a> {
    pub message: &'a str,
    pub part: &'a str,
    pub scenario: &'a str,
    /// The result; with a source map, blanks are described.
    pub outcome: &'a Outcome,
    /// The texts that may set variables: the part and the content blocks.
    pub templates: &'a [&'a Template],
    /// The output of `--why` and `--trace`, if requested, line by line.
    pub why: Option<&'a str>,
}

/// Describes rendered parts, and returns what `then` makes of the description.
pub fn describe<T>(renders: &[Rendered<'_>], then: impl FnOnce(RenderDocument<'_>) -> T) -> T {
    let places = Places::default();
    let in_files = renders.iter().map(|rendered| InFiles::of(rendered.outcome));
    let in_files = in_files.collect::<Vec<_>>();
    let renders = renders.iter().zip(&in_files);
    let renders = renders.map(|(rendered, in_files)| rendered.describe(&places, in_files));
    then(RenderDocument { version: 1, renders: renders.collect() })
}

/// Maps locations to files: a header is a value in `message.toml`.
struct InFiles {
    abort: Option<render::Abort>,
    calls: Vec<render::Call>,
    diagnostics: Vec<Diagnostic>,
    blanks: Vec<Mark>,
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
        let marks = outcome.map.iter().flat_map(|map| &map.marks);
        let mut blanks = marks.filter(|mark| mark.kind.is_blank()).cloned().collect::<Vec<_>>();
        for mark in &mut blanks {
            mark.at = mark.at.in_file();
        }
        InFiles { abort, calls, diagnostics: in_files(&outcome.diagnostics), blanks }
    }
}

impl Rendered<'_> {
    fn describe<'a>(&'a self, places: &Places, in_files: &'a InFiles) -> RenderedPart<'a> {
        let Rendered { message, part, scenario, outcome, templates, why } = self;
        let known = reason::Rendered { calls: &outcome.calls, templates, shown: &shown };
        let blanks = in_files.blanks.iter().filter_map(|mark| {
            let reason = known.reason(mark)?;
            Some(BlankPlace { expression: mark.expression(), reason, at: places.place(&mark.at) })
        });
        RenderedPart {
            message,
            part,
            scenario,
            output: outcome.abort.is_none().then_some(&outcome.output),
            aborted: in_files.abort.as_ref().map(|abort| Abort::of(places, abort)),
            message_extras: &outcome.extras,
            calls: in_files
                .calls
                .iter()
                .map(|call| Call::of(places, call, part, &|_| false))
                .collect(),
            blanks: blanks.collect(),
            why: why.map(|why| why.lines().collect()),
            diagnostics: in_files
                .diagnostics
                .iter()
                .map(|found| Finding::of(places, found, Some(part)))
                .collect(),
        }
    }
}

/// Returns a value as it may be shown: a secret is masked.
fn shown(fact: &render::Fact) -> String {
    let last = fact.origin.as_ref().and_then(|origin| origin.path.last());
    match last {
        Some(Step::Key(name)) if is_secret_field(name) => REDACTED.to_owned(),
        _ => masked_output(&fact.value).into_owned(),
    }
}
