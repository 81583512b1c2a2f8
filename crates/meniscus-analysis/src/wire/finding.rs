use std::collections::BTreeMap;

use serde::Serialize;

use super::{Place, Places, Span};
use crate::diagnostic::{self, Diagnostic, Safety, Severity};
use crate::http::would_show;
use crate::rules::rule_of;

/// What was found in a file.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Finding<'a> {
    /// The rule: `unknown-field`; or what else found it: `workspace-file`.
    pub rule: &'a str,
    /// `error`, `warn` or `info`.
    pub level: &'static str,
    /// What is wrong, in one clause.
    pub message: &'a str,
    /// The file, relative to the workspace.
    pub path: &'a str,
    /// The characters that are wrong.
    pub span: Span,
    /// What is said of the characters; may be empty.
    pub label: &'a str,
    /// Other places that explain it.
    pub labels: Vec<Place<'a>>,
    /// What to do.
    pub help: Option<&'a str>,
    /// Where the documentation of the rule is, below that of the program; none for what is not a rule.
    pub docs: Option<String>,
    /// What the rule is for, in one sentence.
    pub explain: Option<&'a str>,
    /// Ways to correct it.
    pub fixes: Vec<Fix<'a>>,
    /// The part of the message that it is about, where one is rendered.
    pub part: Option<&'a str>,
}

/// A way to correct what was found.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Fix<'a> {
    /// What it does.
    pub title: &'a str,
    /// `safe` where it never changes what is sent, else `unsafe`.
    pub safety: &'static str,
    /// What is replaced, in order of place.
    pub edits: Vec<Edit<'a>>,
}

/// Characters and what replaces them.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Edit<'a> {
    /// The characters.
    pub span: Span,
    /// What replaces them.
    pub text: &'a str,
}

/// What `meniscus lint --format json` prints.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct LintDocument<'a> {
    /// 1.
    pub version: u32,
    /// What was found, by path and place.
    pub diagnostics: Vec<Finding<'a>>,
    /// How much of it.
    pub summary: LintSummary,
}

/// What a lint run came to, in numbers.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct LintSummary {
    /// Files that were read.
    pub files: usize,
    /// Files in which something was found.
    pub files_with_findings: usize,
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// What is worth knowing.
    pub infos: usize,
    /// What `--fix` corrects.
    pub fixable: usize,
    /// What `--fix --unsafe` corrects beside that.
    pub fixable_unsafe: usize,
    /// What the baseline hides.
    pub hidden: usize,
    /// Entries of the baseline that match nothing any more.
    pub stale: usize,
    /// How often each rule found something.
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
