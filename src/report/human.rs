use std::fmt;
use std::sync::Arc;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};

use super::long_line::{self, LongLine};
use super::masked::{masked, starred, visible};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::text::Source;

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
    let diagnostic = &diagnostic.clone().in_files();
    let mut drawer = Drawer::new(look).hiding(std::slice::from_ref(diagnostic));
    drawer.draw(diagnostic, diagnostic.help.clone(), out);
}

/// Sources whose text is kept as it is drawn.
const KEPT: usize = 16;

/// Draws one diagnostic after the other.
///
/// The text of a source is masked once for all that is said of it: with a hundred diagnostics in
/// one large file, that is most of the work.
pub(super) struct Drawer {
    look: GraphicalReportHandler,
    kept: Vec<(Arc<Source>, Arc<str>)>,
    /// What was found to be a secret.
    secrets: Vec<Label>,
}

/// The rule that finds secrets which no pattern knows.
const FINDS_SECRETS: &str = "hard-coded-credential";

impl Drawer {
    /// One that has drawn nothing yet.
    pub(super) fn new(look: Look) -> Drawer {
        let theme =
            if look.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let look = GraphicalReportHandler::new_themed(theme)
            .with_width(look.width)
            .with_links(false)
            // Requests and JSON are to be copied: the terminal may wrap them, we do not.
            .with_wrap_lines(false)
            .with_show_related_as_nested(true)
            .with_context_lines(1);
        Drawer { look, kept: Vec::new(), secrets: Vec::new() }
    }

    /// Appends a diagnostic, with this help in place of its own.
    pub(super) fn draw(&mut self, diagnostic: &Diagnostic, help: Option<String>, out: &mut String) {
        let drawn = self.drawn(diagnostic, help);
        let mut text = String::new();
        // Writing to a `String` cannot fail.
        let _ = self.look.render_report(&mut text, &drawn);
        // miette pads its lines; nobody needs that at the end of one.
        for line in text.lines() {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }

    /// The same, for diagnostics of which some point at secrets: nothing that is drawn shows those.
    pub(super) fn hiding(mut self, diagnostics: &[Diagnostic]) -> Drawer {
        let found = diagnostics.iter().filter(|diagnostic| diagnostic.code == FINDS_SECRETS);
        self.secrets = found.map(|diagnostic| diagnostic.primary.clone()).collect();
        self
    }

    fn source_of(&mut self, label: &Label) -> LongLine<NamedSource<Arc<str>>> {
        let source = &label.source;
        let known = self.kept.iter().find(|(known, _)| Arc::ptr_eq(known, source));
        let text = match known {
            Some((_, text)) => Arc::clone(text),
            None => {
                let secrets = self.secrets.iter();
                let secrets = secrets.filter(|secret| secret.source.name() == source.name());
                let text = starred(masked(source.text()), secrets.map(|one| one.span.range()));
                let text = Arc::from(visible(&text));
                if self.kept.len() == KEPT {
                    self.kept.remove(0);
                }
                self.kept.push((Arc::clone(source), Arc::clone(&text)));
                text
            }
        };
        // miette draws no place behind the last character.
        let text = if label.span.start as usize >= text.len() {
            Arc::from(format!("{text} "))
        } else {
            text
        };
        LongLine { drawn: NamedSource::new(source.name(), text), source: Arc::clone(source) }
    }

    fn drawn(&mut self, diagnostic: &Diagnostic, help: Option<String>) -> Drawn {
        let severity = match diagnostic.severity {
            Severity::Info => miette::Severity::Advice,
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        };
        let primary = &diagnostic.primary;
        let mut labels = vec![span_of(primary, true, said_at(primary))];
        let mut others = Vec::new();
        for label in &diagnostic.related {
            // Labels of one long line would have to be drawn side by side.
            let is_long =
                |label: &Label| long_line::holds(label.source.text(), label.span.start as usize);
            let together = label.source.name() == primary.source.name()
                && !is_long(primary)
                && !is_long(label);
            if together {
                labels.push(span_of(label, false, said_at(label)));
            } else {
                others.push(Drawn {
                    severity: miette::Severity::Advice,
                    code: "",
                    // The headline says it, or the characters do.
                    message: match &*label.text {
                        "" => "it has to do with this".to_owned(),
                        text => visible(text),
                    },
                    help: None,
                    source: self.source_of(label),
                    labels: vec![span_of(label, true, None)],
                    others: Vec::new(),
                });
            }
        }
        Drawn {
            severity,
            code: diagnostic.code,
            message: visible(&diagnostic.message),
            help: help.as_deref().map(visible),
            source: self.source_of(primary),
            labels,
            others,
        }
    }
}

/// A diagnostic in miette's terms. Places in other files become diagnostics below it.
struct Drawn {
    severity: miette::Severity,
    code: &'static str,
    message: String,
    help: Option<String>,
    source: LongLine<NamedSource<Arc<str>>>,
    labels: Vec<LabeledSpan>,
    others: Vec<Drawn>,
}

/// The words at a label's characters. Between two characters miette draws nothing but words.
fn said_at(label: &Label) -> Option<String> {
    match &*label.text {
        "" => label.span.is_empty().then(|| "here".to_owned()),
        text => Some(visible(text)),
    }
}

fn span_of(label: &Label, primary: bool, text: Option<String>) -> LabeledSpan {
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
