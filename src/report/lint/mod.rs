//! What a lint run found, in the formats that people and programs read: a file each.
//!
//! All of them print the same findings in the same order, whatever machine they are on. Secrets in
//! templates are shown by none: excerpts are masked, and a fix that would write one is left out.

mod compact;
mod fingerprint;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod path;
mod sarif;
mod summary;

pub use compact::compact;
pub use github::github;
pub(super) use github::{data, property};
pub use gitlab::gitlab;
pub use human::human;
pub use json::json;
pub(super) use junit::escaped;
pub use junit::junit;
pub use sarif::sarif;

use crate::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use crate::report::masked::would_show;

/// What a lint run found, as the formats print it.
#[derive(Clone, Copy, Debug)]
pub struct Findings<'a> {
    /// The diagnostics, sorted by path and place.
    pub diagnostics: &'a [Diagnostic],
    /// The names of the files that were read, sorted.
    pub files: &'a [String],
    /// Every rule, sorted by name.
    pub rules: &'a [Described<'a>],
    /// How many diagnostics are not shown, as the baseline knows them.
    pub hidden: usize,
    /// How many diagnostics the baseline knows that are not there any more.
    pub stale: usize,
}

impl<'a> Findings<'a> {
    /// What was found without rules and without a baseline.
    #[must_use]
    pub fn of(diagnostics: &'a [Diagnostic], files: &'a [String]) -> Findings<'a> {
        Findings { diagnostics, files, rules: &[], hidden: 0, stale: 0 }
    }
}

/// A rule, as the formats describe it.
#[derive(Clone, Copy, Debug)]
pub struct Described<'a> {
    /// Its name in kebab case.
    pub name: &'a str,
    /// What it finds, in a line.
    pub summary: &'a str,
    /// Its documentation, in Markdown.
    pub docs: &'a str,
    /// How much it matters in this run; `None` where it is off.
    pub level: Option<Severity>,
}

/// The message, with the help behind it, for formats that have one text.
fn with_help(diagnostic: &Diagnostic) -> String {
    match &diagnostic.help {
        Some(help) => format!("{} ({help})", diagnostic.message),
        None => diagnostic.message.clone(),
    }
}

/// A diagnostic's fix, where it may be shown: not where its text would be, or complete, a secret.
pub(super) fn shown_fix(diagnostic: &Diagnostic) -> Option<&Fix> {
    let fix = diagnostic.fix.as_ref()?;
    let source = &diagnostic.primary.source;
    let shows = |edit: &Edit| would_show(source.text(), edit.span.range(), &edit.text);
    fix.edits.iter().all(shows).then_some(fix)
}

/// How a fix is asked for.
fn option_of(fix: &Fix) -> &'static str {
    match fix.safety {
        Safety::Safe => "--fix",
        Safety::Unsafe => "--fix --unsafe",
    }
}
