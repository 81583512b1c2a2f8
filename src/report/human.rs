use std::fmt;
use std::sync::Arc;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};

use super::long_line::{self, LongLine};
use super::masked::masked;
use crate::diagnostic::{Diagnostic, Label, Severity};

/// How things are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Whether in colour.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
}

/// Appends a diagnostic as miette draws it: the source, the characters, the help.
pub fn draw(diagnostic: &Diagnostic, look: Look, out: &mut String) {
    let theme =
        if look.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(look.width)
        .with_links(false)
        // Requests and JSON are to be copied: the terminal may wrap them, we do not.
        .with_wrap_lines(false)
        .with_context_lines(1);
    let drawn = Drawn::of(diagnostic);
    let mut text = String::new();
    // Writing to a `String` cannot fail.
    let _ = handler.render_report(&mut text, &drawn);
    // miette pads its lines; nobody needs that at the end of one.
    for line in text.lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// A diagnostic in miette's terms. Places in other files become diagnostics below it.
struct Drawn {
    severity: miette::Severity,
    code: &'static str,
    message: String,
    help: Option<String>,
    source: LongLine<NamedSource<String>>,
    labels: Vec<LabeledSpan>,
    others: Vec<Drawn>,
}

impl Drawn {
    fn of(diagnostic: &Diagnostic) -> Drawn {
        let severity = match diagnostic.severity {
            Severity::Info => miette::Severity::Advice,
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        };
        let primary = &diagnostic.primary;
        let mut labels = vec![span_of(primary, true)];
        let mut others = Vec::new();
        for label in &diagnostic.related {
            // Labels of one long line would have to be drawn side by side.
            let together = label.source.name() == primary.source.name()
                && !long_line::holds(primary.source.text(), primary.span.start as usize);
            if together {
                labels.push(span_of(label, false));
            } else {
                others.push(Drawn {
                    severity: miette::Severity::Advice,
                    code: "",
                    message: label.text.clone(),
                    help: None,
                    source: source_of(label),
                    labels: vec![span_of(label, true)],
                    others: Vec::new(),
                });
            }
        }
        Drawn {
            severity,
            code: diagnostic.code,
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
            source: source_of(primary),
            labels,
            others,
        }
    }
}

fn source_of(label: &Label) -> LongLine<NamedSource<String>> {
    let drawn = NamedSource::new(label.source.name(), masked(label.source.text()));
    LongLine { drawn, source: Arc::clone(&label.source) }
}

fn span_of(label: &Label, primary: bool) -> LabeledSpan {
    let text = (!label.text.is_empty()).then(|| label.text.clone());
    let place = long_line::shortened(label.source.text(), label.span);
    if primary {
        LabeledSpan::new_primary_with_span(text, place)
    } else {
        LabeledSpan::new_with_span(text, place)
    }
}

impl fmt::Debug for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawn {}

impl miette::Diagnostic for Drawn {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.code.is_empty()).then(|| Box::new(self.code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        if self.others.is_empty() {
            return None;
        }
        Some(Box::new(self.others.iter().map(|other| other as &dyn miette::Diagnostic)))
    }
}
