//! Lint results in formats for people and programs, one per file.
//!
//! All print the same findings in the same order on every machine. None shows secrets in templates:
//! excerpts are masked, and a fix that would write one is left out.

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
pub use junit::junit;
pub use sarif::sarif;

use crate::diagnostic::{Diagnostic, Fix, Safety, Severity};

#[derive(Clone, Copy, Debug)]
pub struct Findings<'a> {
    /// Sorted by path and place.
    pub diagnostics: &'a [Diagnostic],
    /// Names of the files that were read, sorted.
    pub files: &'a [String],
    /// Every rule, sorted by name.
    pub rules: &'a [Described<'a>],
    /// Number of diagnostics hidden by the baseline.
    pub hidden: usize,
    /// Number of recorded diagnostics that no longer exist.
    pub stale: usize,
}

impl<'a> Findings<'a> {
    /// Wraps diagnostics without rules and baseline.
    #[must_use]
    pub fn of(diagnostics: &'a [Diagnostic], files: &'a [String]) -> Findings<'a> {
        Findings { diagnostics, files, rules: &[], hidden: 0, stale: 0 }
    }
}

/// A rule as described in reports.
#[derive(Clone, Copy, Debug)]
pub struct Described<'a> {
    /// Its name in kebab case.
    pub name: &'a str,
    /// What it finds, on one line.
    pub summary: &'a str,
    pub docs: &'a str,
    /// Its severity in this run; `None` if it is off.
    pub level: Option<Severity>,
}

/// Returns the message followed by the help, for formats with a single text.
fn with_help(diagnostic: &Diagnostic) -> String {
    match &diagnostic.help {
        Some(help) => format!("{} ({help})", diagnostic.message),
        None => diagnostic.message.clone(),
    }
}

/// Returns the option that applies a fix.
fn option_of(fix: &Fix) -> &'static str {
    match fix.safety {
        Safety::Safe => "--fix",
        Safety::Unsafe => "--fix --unsafe",
    }
}
