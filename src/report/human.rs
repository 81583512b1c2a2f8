use std::fmt;
use std::sync::Arc;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use super::excerpt::{Excerpt, Marked, columns_of};
use super::masked::{masked, starred, visible};
use super::style::{link, marked};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::rules::rule_of;
use crate::text::Source;

/// Output style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    pub color: bool,
    /// Whether names of rules link to their documentation.
    pub links: bool,
    pub width: usize,
}

impl Look {
    /// Neither color nor links.
    #[must_use]
    pub const fn plain(width: usize) -> Look {
        Look { color: false, links: false, width }
    }
}

/// Appends a diagnostic drawn by miette: the source, the labels, the help.
pub fn draw(diagnostic: &Diagnostic, look: Look, out: &mut String) {
    let diagnostic = &diagnostic.clone().in_files();
    let mut drawer = Drawer::new(look).hiding(std::slice::from_ref(diagnostic));
    drawer.draw(diagnostic, diagnostic.help.clone(), out);
}

/// Most masked sources that are cached.
const KEPT: usize = 16;

/// Offset and length of a label in an excerpt, if it is in it.
type LabelPlace = Option<(usize, usize)>;

/// Draws diagnostics.
///
/// The text of a source is masked once for all its diagnostics: with a hundred in a large file,
/// that is most of the work.
pub(super) struct Drawer {
    look: GraphicalReportHandler,
    links: bool,
    width: usize,
    kept: Vec<(Arc<Source>, Arc<str>)>,
    /// Labels on secrets that were found.
    secrets: Vec<Label>,
}

/// The rule that finds secrets without a known pattern.
const FINDS_SECRETS: &str = "hard-coded-credential";

impl Drawer {
    pub(super) fn new(look: Look) -> Drawer {
        let theme =
            if look.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let Look { links, width, .. } = look;
        let look = GraphicalReportHandler::new_themed(theme)
            .with_width(width)
            .with_links(false)
            // Requests and JSON are meant to be copied, so we don't wrap lines.
            .with_wrap_lines(false)
            .with_show_related_as_nested(true)
            .with_context_lines(1);
        Drawer { look, links, width, kept: Vec::new(), secrets: Vec::new() }
    }

    /// Appends a diagnostic, with this help instead of its own.
    pub(super) fn draw(&mut self, diagnostic: &Diagnostic, help: Option<String>, out: &mut String) {
        let drawn = self.drawn(diagnostic, help);
        let mut text = String::new();
        // Writing to a `String` can't fail.
        let _ = self.look.render_report(&mut text, &drawn);
        let code = diagnostic.code;
        let rule = if self.links { rule_of(code) } else { None };
        let link = rule.map(|rule| link(&rule.url(), code));
        // miette pads lines with trailing spaces.
        for (number, line) in marked(&text).lines().enumerate() {
            match &link {
                Some(link) if number == 0 => out.push_str(&line.trim_end().replacen(code, link, 1)),
                _ => out.push_str(line.trim_end()),
            }
            out.push('\n');
        }
    }

    /// Masks secrets that any of these diagnostics points to.
    pub(super) fn hiding(mut self, diagnostics: &[Diagnostic]) -> Drawer {
        let found = diagnostics.iter().filter(|diagnostic| diagnostic.code == FINDS_SECRETS);
        self.secrets = found.map(|diagnostic| diagnostic.primary.clone()).collect();
        self
    }

    /// Returns the masked text of a source, byte for byte.
    fn text_of(&mut self, source: &Arc<Source>) -> Arc<str> {
        let known = self.kept.iter().find(|(known, _)| Arc::ptr_eq(known, source));
        match known {
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
        }
    }

    /// Returns the lines around labels of one source, with the labels' places; the first has one.
    fn excerpt(&mut self, labels: &[(&Label, Option<String>)]) -> (Excerpt, Vec<LabelPlace>) {
        let source = &labels[0].0.source;
        let text = self.text_of(source);
        let marked = labels.iter().map(|(label, said)| Marked {
            span: label.span,
            words: said.as_deref().map_or(0, columns_of),
        });
        Excerpt::new(source, &text, &marked.collect::<Vec<_>>(), self.width)
    }

    fn drawn(&mut self, diagnostic: &Diagnostic, help: Option<String>) -> Drawn {
        let severity = match diagnostic.severity {
            Severity::Info => miette::Severity::Advice,
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        };
        let primary = &diagnostic.primary;
        let (near, far) = diagnostic
            .related
            .iter()
            .partition::<Vec<_>, _>(|label| label.source.name() == primary.source.name());
        let mut marked = vec![(primary, text_at(primary))];
        marked.extend(near.into_iter().map(|label| (label, text_at(label))));
        let (source, places) = self.excerpt(&marked);
        let mut labels = Vec::new();
        let mut others = Vec::new();
        for ((label, said), place) in marked.into_iter().zip(places) {
            match place {
                Some(place) if labels.is_empty() => {
                    labels.push(LabeledSpan::new_primary_with_span(said, place));
                }
                Some(place) => labels.push(LabeledSpan::new_with_span(said, place)),
                // The shown part of the line doesn't include it.
                None => others.push(self.other(label)),
            }
        }
        others.extend(far.into_iter().map(|label| self.other(label)));
        Drawn {
            severity,
            code: diagnostic.code,
            message: visible(&diagnostic.message),
            help: help.as_deref().map(visible),
            source,
            labels,
            others,
        }
    }

    /// Makes a label with its own frame.
    fn other(&mut self, label: &Label) -> Drawn {
        let (source, places) = self.excerpt(&[(label, None)]);
        let place = places.into_iter().flatten().next().unwrap_or_default();
        // miette can't mark an empty span, only write text.
        let said = label.span.is_empty().then(|| "here".to_owned());
        Drawn {
            severity: miette::Severity::Advice,
            code: "",
            // The headline or the marked text says it.
            message: match &*label.text {
                "" => "related to this".to_owned(),
                text => visible(text),
            },
            help: None,
            source,
            labels: vec![LabeledSpan::new_primary_with_span(said, place)],
            others: Vec::new(),
        }
    }
}

/// A diagnostic in miette's terms. Places in other files become diagnostics below it.
struct Drawn {
    severity: miette::Severity,
    code: &'static str,
    message: String,
    help: Option<String>,
    source: Excerpt,
    labels: Vec<LabeledSpan>,
    others: Vec<Drawn>,
}

/// Returns a label's text; for an empty span, miette only draws text.
fn text_at(label: &Label) -> Option<String> {
    match &*label.text {
        "" => label.span.is_empty().then(|| "here".to_owned()),
        text => Some(visible(text)),
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
