use std::sync::Arc;

use super::knowledge::Knowledge;
use super::rule::Rule;
use crate::analyze::{Model, Site};
use crate::diagnostic::{Capped, Diagnostic, Fix, Severity};
use crate::files::locate_toml;
use crate::shape::SamplePlace;
use crate::text::{Source, Span, locate_json};

/// The findings of a rule.
#[derive(Debug)]
pub struct Findings<'k> {
    rule: &'static Rule,
    severity: Severity,
    known: &'k Knowledge,
    found: Capped,
}

/// A diagnostic under construction.
#[derive(Debug)]
pub struct Reported<'f> {
    diagnostic: &'f mut Diagnostic,
    known: &'f Knowledge,
}

impl<'k> Findings<'k> {
    /// Collects findings of `rule` at a severity.
    #[must_use]
    pub fn new(rule: &'static Rule, severity: Severity, known: &'k Knowledge) -> Findings<'k> {
        Findings { rule, severity, known, found: Capped::default() }
    }

    /// Reports a span of a template. For a span in a content block, the including message is shown
    /// too.
    pub fn report(
        &mut self,
        model: &Model<'_>,
        at: Site<'_>,
        message: impl Into<String>,
    ) -> Reported<'_> {
        let mut diagnostic =
            Diagnostic::new(self.rule.name, self.severity, at.source, at.span, message);
        let mut via = at.via;
        while let Some(inclusion) = via.and_then(|via| model.inclusions.get(via)) {
            diagnostic = diagnostic.related(
                inclusion.at.source,
                inclusion.at.span,
                format!("`{}` is included here", inclusion.name),
            );
            via = inclusion.at.via;
        }
        self.push(diagnostic)
    }

    /// Reports a span of any source.
    pub fn report_in(
        &mut self,
        source: &Arc<Source>,
        span: Span,
        message: impl Into<String>,
    ) -> Reported<'_> {
        let diagnostic = Diagnostic::new(self.rule.name, self.severity, source, span, message);
        self.push(diagnostic)
    }

    fn push(&mut self, diagnostic: Diagnostic) -> Reported<'_> {
        Reported { diagnostic: self.found.push(diagnostic), known: self.known }
    }

    #[must_use]
    pub fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.found.into_kept()
    }
}

impl Reported<'_> {
    /// Adds a label to the span.
    pub fn label(self, text: impl Into<String>) -> Self {
        self.diagnostic.primary.text = text.into();
        self
    }

    /// Adds an action to take.
    pub fn help(self, text: impl Into<String>) -> Self {
        self.diagnostic.help = Some(text.into());
        self
    }

    /// Adds "did you mean", if there is a similar name.
    pub fn did_you_mean(self, near: Option<&str>) -> Self {
        match near {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None => self,
        }
    }

    /// Adds another place that explains it.
    pub fn related(self, at: Site<'_>, text: impl Into<String>) -> Self {
        self.related_in(at.source, at.span, text)
    }

    /// Adds another place, in any source, that explains it.
    pub fn related_in(self, source: &Arc<Source>, span: Span, text: impl Into<String>) -> Self {
        let label =
            crate::diagnostic::Label { source: Arc::clone(source), span, text: text.into() };
        self.diagnostic.related.push(label);
        self
    }

    /// Adds the line of a recording, scenario, or schema that shows it, if that is a file.
    pub fn evidence(self, place: &SamplePlace, text: impl Into<String>) -> Self {
        let Some(source) = self.known.file(&place.sample.file) else { return self };
        let steps = place.steps();
        let range = if place.sample.shown.ends_with(".toml") {
            locate_toml(source.text(), &steps)
        } else {
            locate_json(source.text(), &steps)
        };
        match range {
            Some(range) => self.related_in(&source, Span::new(range.start, range.end), text),
            None => self,
        }
    }

    /// Lowers the severity where the evidence is weaker.
    pub fn at_most(self, severity: Severity) -> Self {
        self.diagnostic.severity = self.diagnostic.severity.min(severity);
        self
    }

    /// Adds a fix.
    pub fn fix(self, fix: Fix) -> Self {
        self.diagnostic.fix = Some(fix);
        self
    }
}
