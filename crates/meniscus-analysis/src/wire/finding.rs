use std::collections::BTreeMap;

use serde::Serialize;

use super::{Place, Places, Span};
use crate::diagnostic::{self, Diagnostic, Safety, Severity};
use crate::http::would_show;
use crate::rules::rule_of;

/// A finding in a file.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Finding<'a> {
    /// The rule, such as `unknown-field`, or another source, such as `workspace-file`.
    pub rule: &'a str,
    /// `error`, `warn`, or `info`.
    pub level: &'static str,
    /// What is wrong, in one clause.
    pub message: &'a str,
    /// The file, relative to the workspace.
    pub path: &'a str,
    /// The span of the problem.
    pub span: Span,
    /// The label of the span; may be empty.
    pub label: &'a str,
    /// Related locations.
    pub labels: Vec<Place<'a>>,
    /// What to do.
    pub help: Option<&'a str>,
    /// The path of the rule's documentation; absent if it isn't a rule.
    pub docs: Option<String>,
    /// The rule's summary, in one sentence.
    pub explain: Option<&'a str>,
    /// The available fixes.
    pub fixes: Vec<Fix<'a>>,
    /// The part of the message that it is about, if one was rendered.
    pub part: Option<&'a str>,
}

/// A fix for a finding.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Fix<'a> {
    /// What it does.
    pub title: &'a str,
    /// `safe` if it never changes what is sent, otherwise `unsafe`.
    pub safety: &'static str,
    /// The replacements, in source order.
    pub edits: Vec<Edit<'a>>,
}

/// A span and its replacement.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Edit<'a> {
    /// The span.
    pub span: Span,
    /// The new text.
    pub text: &'a str,
}

/// What `meniscus lint --format json` prints.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct LintDocument<'a> {
    /// The version of this format: 1.
    pub version: u32,
    /// The findings, by path and location.
    pub diagnostics: Vec<Finding<'a>>,
    /// The counts.
    pub summary: LintSummary,
}

/// The counts of a lint run.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct LintSummary {
    /// Files read.
    pub files: usize,
    /// Files with findings.
    pub files_with_findings: usize,
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Infos.
    pub infos: usize,
    /// Findings that `--fix` fixes.
    pub fixable: usize,
    /// Further findings that `--fix --unsafe` fixes.
    pub fixable_unsafe: usize,
    /// Findings that the baseline hides.
    pub hidden: usize,
    /// Baseline entries that no longer match anything.
    pub stale: usize,
    /// The number of findings of each rule.
    pub rules: BTreeMap<&'static str, usize>,
}

impl<'a> Finding<'a> {
    /// Converts a diagnostic; `part` is the message part it is about, if any. A fix that would
    /// contain or complete a secret is left out.
    #[must_use]
    pub fn of(places: &Places, diagnostic: &'a Diagnostic, part: Option<&'a str>) -> Finding<'a> {
        let source = &diagnostic.primary.source;
        let rule = rule_of(diagnostic.code);
        Finding {
            rule: diagnostic.code,
            level: level(diagnostic.severity),
            message: &diagnostic.message,
            path: source.name(),
            span: places.span(source, diagnostic.primary.span),
            label: &diagnostic.primary.text,
            labels: diagnostic.related.iter().map(|label| places.place(label)).collect(),
            help: diagnostic.help.as_deref(),
            docs: rule.map(|rule| format!("docs/reference/rules.md#{}", rule.name)),
            explain: rule.map(|rule| rule.summary()),
            fixes: shown_fix(diagnostic)
                .into_iter()
                .map(|fix| Fix::of(places, diagnostic, fix))
                .collect(),
            part,
        }
    }
}

impl<'a> Fix<'a> {
    fn of(places: &Places, diagnostic: &Diagnostic, fix: &'a diagnostic::Fix) -> Fix<'a> {
        let source = &diagnostic.primary.source;
        let edits = fix.edits.iter();
        let edits =
            edits.map(|edit| Edit { span: places.span(source, edit.span), text: &edit.text });
        Fix { title: &fix.title, safety: safety(fix.safety), edits: edits.collect() }
    }
}

/// Returns a diagnostic's fix, unless it would contain or complete a secret.
#[must_use]
pub fn shown_fix(diagnostic: &Diagnostic) -> Option<&diagnostic::Fix> {
    let fix = diagnostic.fix.as_ref()?;
    let source = &diagnostic.primary.source;
    let shows = |edit: &diagnostic::Edit| would_show(source.text(), edit.span.range(), &edit.text);
    fix.edits.iter().all(shows).then_some(fix)
}

/// Maps diagnostics to files: a header is a value in `message.toml`. [`Finding::of`] borrows from
/// what it converts, so the caller keeps them.
pub fn in_files<'d>(found: impl IntoIterator<Item = &'d Diagnostic>) -> Vec<Diagnostic> {
    found.into_iter().map(|diagnostic| diagnostic.clone().in_files()).collect()
}

/// Returns the word used in settings and JSON.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warn",
        Severity::Error => "error",
    }
}

/// Returns the word for programs.
pub fn safety(safety: Safety) -> &'static str {
    match safety {
        Safety::Safe => "safe",
        Safety::Unsafe => "unsafe",
    }
}
