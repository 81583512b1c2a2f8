//! What the program has to say about a template: data only, printed elsewhere.
//!
//! A diagnostic carries spans of [`crate::text`].

mod cap;

use std::sync::Arc;

use crate::text::{Source, Span};

pub use cap::Capped;

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Info,
    /// The message is sent, though perhaps not as meant.
    Warning,
    /// The message is not sent, or a customer sees what nobody meant.
    Error,
}

impl Severity {
    /// The word that people read.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// Characters of a source, with what there is to say of them.
#[derive(Clone, Debug)]
pub struct Label {
    /// The text the span is of.
    pub source: Arc<Source>,
    /// The characters.
    pub span: Span,
    /// What is said of them; may be empty.
    pub text: String,
}

impl Label {
    /// The same characters in the file that their text is a value of, where it is one.
    #[must_use]
    pub fn in_file(&self) -> Label {
        let (source, span) = match self.source.in_file(self.span) {
            Some((file, span)) => (Arc::clone(file), span),
            None => (Arc::clone(&self.source), self.span),
        };
        Label { source, span, text: self.text.clone() }
    }
}

/// A replacement of characters in a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The characters that go.
    pub span: Span,
    /// What comes in their place.
    pub text: String,
}

/// Whether a fix leaves what customers get as it is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// It changes nothing that anybody gets, or only what cannot have been meant otherwise.
    Safe,
    /// It is likely what is meant, and may change what customers get.
    Unsafe,
}

/// A change that mends what a diagnostic is about, in the source of its primary label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an action: "replace `avail_points` by `available_points`".
    pub title: String,
    /// Whether it may be made unasked.
    pub safety: Safety,
    /// The replacements, in order of place; they do not overlap.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A fix of one replacement.
    pub fn replace(
        title: impl Into<String>,
        safety: Safety,
        span: Span,
        text: impl Into<String>,
    ) -> Fix {
        Fix { title: title.into(), safety, edits: vec![Edit { span, text: text.into() }] }
    }
}

/// One thing found in a template.
///
/// Messages start in lower case and have no final stop: what was found first, then what was
/// expected. `help` is one action.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Its name in kebab case, stable across versions.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What was found, then what was expected.
    pub message: String,
    /// The characters it is about.
    pub primary: Label,
    /// Other places that explain it.
    pub related: Vec<Label>,
    /// What to do next.
    pub help: Option<String>,
    /// A change that does it.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A diagnostic about `span` of `source`, with nothing said beside the message.
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

    /// The same at characters of files: what is found in a value of a data file is reported there.
    /// A fix of such a value is left out, as it would have to be written as data.
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

    /// The same with the words that stand at the primary characters.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Diagnostic {
        self.primary.text = text.into();
        self
    }

    /// The same with another place that explains it.
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

    /// The same with an action to take.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help = Some(text.into());
        self
    }

    /// The same with a change that mends it.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Diagnostic {
        self.fix = Some(fix);
        self
    }
}
