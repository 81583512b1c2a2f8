//! Diagnostics about templates: data only, printed elsewhere.
//!
//! A diagnostic contains spans of [`crate::text`].

mod cap;

use std::sync::Arc;

use crate::text::{Source, Span};

pub use cap::Capped;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// For information; nothing is wrong.
    Info,
    /// The message is sent, but likely with a mistake.
    Warning,
    /// The message isn't sent, or customers see a wrong or broken one.
    Error,
}

impl Severity {
    /// Returns the word shown to people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A span of a source, with a text about it.
#[derive(Clone, Debug)]
pub struct Label {
    pub source: Arc<Source>,
    pub span: Span,
    pub text: String,
}

impl Label {
    /// Returns the same span in the file that the source is a value of, if any.
    #[must_use]
    pub fn in_file(&self) -> Label {
        let (source, span) = match self.source.in_file(self.span) {
            Some((file, span)) => (Arc::clone(file), span),
            None => (Arc::clone(&self.source), self.span),
        };
        Label { source, span, text: self.text.clone() }
    }
}

/// A replacement in a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The replaced span.
    pub span: Span,
    /// The replacement.
    pub text: String,
}

/// Whether a fix may change what customers get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    Safe,
    /// Probably intended, but may change what customers get.
    Unsafe,
}

/// A fix for a diagnostic, in the source of its primary label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an action: "replace `avail_points` by `available_points`".
    pub title: String,
    /// Whether it may be applied without being requested.
    pub safety: Safety,
    /// The replacements, sorted and disjoint.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// Makes a fix with a single replacement.
    pub fn replace(
        title: impl Into<String>,
        safety: Safety,
        span: Span,
        text: impl Into<String>,
    ) -> Fix {
        Fix { title: title.into(), safety, edits: vec![Edit { span, text: text.into() }] }
    }
}

/// A finding in a template.
///
/// Messages start in lowercase and have no final period: what was found first, then what was
/// expected. `help` is a single action.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Its name in kebab case, stable across versions.
    pub code: &'static str,
    pub severity: Severity,
    /// What was found, then what was expected.
    pub message: String,
    pub primary: Label,
    pub related: Vec<Label>,
    pub help: Option<String>,
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// Makes a diagnostic about `span` of `source` with only a message.
    pub fn new(
        code: &'static str,
        severity: Severity,
        source: &Arc<Source>,
        span: Span,
        message: impl Into<String>,
    ) -> Diagnostic {
        let primary = Label { source: Arc::clone(source), span, text: String::new() };
        Diagnostic {
            code,
            severity,
            message: message.into(),
            primary,
            related: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// Moves labels to files: a finding in a value of a data file is reported there. The fix is
    /// dropped, because it would have to be written as data.
    #[must_use]
    pub fn in_files(mut self) -> Diagnostic {
        if self.primary.source.in_file(self.primary.span).is_some() {
            self.primary = self.primary.in_file();
            self.fix = None;
        }
        for label in &mut self.related {
            *label = label.in_file();
        }
        self
    }

    /// Adds a label to the primary span.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Diagnostic {
        self.primary.text = text.into();
        self
    }

    /// Adds another place that explains it.
    #[must_use]
    pub fn related(
        mut self,
        source: &Arc<Source>,
        span: Span,
        text: impl Into<String>,
    ) -> Diagnostic {
        self.related.push(Label { source: Arc::clone(source), span, text: text.into() });
        self
    }

    /// Adds an action to take.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help = Some(text.into());
        self
    }

    /// Adds a fix.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Diagnostic {
        self.fix = Some(fix);
        self
    }
}
