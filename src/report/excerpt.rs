//! The lines of a source shown in a frame, shortened to the terminal's width.

use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use unicode_width::UnicodeWidthChar;

use super::masked::visible;
use crate::text::{Position, Source, Span};

/// Replaces the rest of a shortened line.
const CUT: &str = "…";
/// miette's tab width.
const TAB: usize = 4;
/// Columns of a line shown even in the narrowest terminal.
const LEAST: usize = 24;
/// Columns between a label's span and its text.
const ARM: usize = 4;

/// A label's span, and the columns of its text.
pub(super) struct Marked {
    pub span: Span,
    pub words: usize,
}

/// The lines around the labels of one source. If a line is too wide for the terminal, a part is
/// shown, with `…` where it is cut, so that no line wraps and marks stay below their characters.
///
/// For miette, offsets refer to the excerpt; lines and columns are the source's.
pub(super) struct Excerpt {
    name: String,
    text: String,
    first_line: usize,
    /// Where the labels start in the excerpt, and in the source.
    starts: Vec<(usize, Position)>,
}

impl Excerpt {
    /// Makes the excerpt of a source that may be shown as `shown`, byte for byte; returns the
    /// offset and length of each label in it.
    ///
    /// The first label is always included. Another on the same line may be outside the shown part;
    /// it is `None` then.
    pub fn new(
        source: &Source,
        shown: &str,
        labels: &[Marked],
        columns: usize,
    ) -> (Excerpt, Vec<Option<(usize, usize)>>) {
        let line_of = |offset: usize| source.position(offset).line;
        let mut needed = labels
            .iter()
            .map(|label| {
                let (start, end) = (label.span.start as usize, label.span.end as usize);
                line_of(start).saturating_sub(1).max(1)..line_of(end.max(start)) + 2
            })
            .collect::<Vec<_>>();
        let first = needed.iter().map(|lines| lines.start).min().unwrap_or(1);
        let last = needed.iter().map(|lines| lines.end).max().unwrap_or(1);
        needed.sort_by_key(|lines| lines.start);
        let budget = columns.saturating_sub(last.to_string().len() + 4).max(LEAST);
        let mut cutter = Cutter { shown, labels, budget, text: String::new(), parts: Vec::new() };
        let mut line = first;
        for lines in needed {
            // Lines between distant labels aren't drawn, only counted.
            while line < lines.start {
                cutter.text.push('\n');
                line += 1;
            }
            while line < lines.end {
                let start = source.offset(Position { line, column: 1 });
                if line_of(start) != line {
                    break;
                }
                cutter.add(source.line_around(start));
                line += 1;
            }
        }
        let Cutter { mut text, parts, .. } = cutter;
        let mut places = Vec::new();
        let mut starts = Vec::new();
        for (index, label) in labels.iter().enumerate() {
            let (start, end) = (label.span.start as usize, label.span.end as usize);
            let shown_start = place_of(&parts, start);
            if index > 0 && shown_start.is_none() {
                places.push(None);
                continue;
            }
            let begin = shown_start.unwrap_or_else(|| nearest_of(&parts, start));
            let finish = nearest_of(&parts, end).max(begin);
            starts.push((begin, source.position(start)));
            places.push(Some((begin, finish - begin)));
            // miette draws no place after the last character.
            if begin >= text.len() {
                text.push(' ');
            }
        }
        let name = visible(source.name());
        (Excerpt { name, text, first_line: first - 1, starts }, places)
    }
}

/// A part of a line: its bytes in the source, and its start in the excerpt.
struct LinePart {
    range: Range<usize>,
    at: usize,
}

/// Returns where a byte of the source is shown, if it is.
fn place_of(parts: &[LinePart], offset: usize) -> Option<usize> {
    let behind = parts.partition_point(|part| part.range.start <= offset);
    let part = parts.get(behind.checked_sub(1)?)?;
    (offset <= part.range.end).then(|| part.at + offset - part.range.start)
}

/// Returns where a byte is shown, or the nearest shown one before or after it.
fn nearest_of(parts: &[LinePart], offset: usize) -> usize {
    let behind = parts.partition_point(|part| part.range.start <= offset);
    match behind.checked_sub(1).and_then(|at| parts.get(at)) {
        Some(part) => part.at + offset.min(part.range.end) - part.range.start,
        None => parts.first().map_or(0, |part| part.at),
    }
}

struct Cutter<'t> {
    shown: &'t str,
    labels: &'t [Marked],
    /// Columns available for a line.
    budget: usize,
    text: String,
    parts: Vec<LinePart>,
}

impl Cutter<'_> {
    fn add(&mut self, line: Range<usize>) {
        let line = line.start.min(self.shown.len())..line.end.min(self.shown.len());
        let bytes = self.shown.as_bytes();
        let end = match bytes[line.clone()] {
            [.., b'\r', b'\n'] => line.end - 2,
            [.., b'\n'] => line.end - 1,
            _ => line.end,
        };
        let part = self.part(line.start..end);
        if part.start > line.start {
            self.text.push_str(CUT);
        }
        self.parts.push(LinePart { range: part.clone(), at: self.text.len() });
        self.text.push_str(&self.shown[part.clone()]);
        if part.end < end {
            self.text.push_str(CUT);
        }
        self.text.push_str(&self.shown[end..line.end]);
    }

    /// Returns the part of a line to show.
    fn part(&self, line: Range<usize>) -> Range<usize> {
        if self.fitting(line.clone(), self.budget) == line.end {
            return line;
        }
        let on_line = |label: &&Marked| {
            let start = label.span.start as usize;
            line.start <= start && start <= line.end
        };
        let start = match self.labels.iter().find(on_line) {
            Some(label) => self.start(&line, label),
            None => line.start,
        };
        let before = usize::from(start > line.start);
        let room = self.budget - before;
        let whole = self.fitting(start..line.end, room);
        if whole == line.end {
            return start..whole;
        }
        start..self.fitting(start..line.end, room - 1)
    }

    /// Returns where the shown part starts, so that it contains a label with its text.
    fn start(&self, line: &Range<usize>, label: &Marked) -> usize {
        let at = label.span.start as usize;
        let end = (label.span.end as usize).min(line.end);
        // Without the marks for cuts.
        let room = self.budget - 2;
        let marked = columns_of(&self.shown[at..self.fitting(at..end, room)]);
        let words = if label.words == 0 { 0 } else { marked / 2 + ARM + label.words };
        let taken = marked.max(words);
        let mut lead = room.saturating_sub(taken);
        if self.shown[line.start..at].len() > lead * 4
            || columns_of(&self.shown[line.start..at]) > lead
        {
            lead = lead.min(room / 3);
        } else {
            return line.start;
        }
        let mut start = at;
        for (offset, c) in self.shown[line.start..at].char_indices().rev() {
            match lead.checked_sub(columns(c)) {
                Some(left) => lead = left,
                None => break,
            }
            start = line.start + offset;
        }
        start
    }

    /// Returns the end of what fits into these columns.
    fn fitting(&self, range: Range<usize>, mut room: usize) -> usize {
        for (offset, c) in self.shown[range.clone()].char_indices() {
            match room.checked_sub(columns(c)) {
                Some(left) => room = left,
                None => return range.start + offset,
            }
        }
        range.end
    }
}

fn columns(c: char) -> usize {
    if c == '\t' { TAB } else { c.width().unwrap_or(0) }
}

/// Returns the width of a text in columns.
pub(super) fn columns_of(text: &str) -> usize {
    text.chars().map(columns).sum()
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let contents = self.text.read_span(span, before, after)?;
        let start = self.starts.iter().find(|(start, _)| *start == span.offset());
        // The header only needs the place.
        let header = start.filter(|_| before == 0 && after == 0);
        let (line, column) = match header {
            Some((_, position)) => (position.line - 1, position.column - 1),
            None => (contents.line() + self.first_line, contents.column()),
        };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            contents.data(),
            *contents.span(),
            line,
            column,
            contents.line_count(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::columns_of;
    use crate::diagnostic::{Diagnostic, Severity};
    use crate::report::{Look, draw};
    use crate::text::{Source, Span};

    fn drawn(text: &str, marked: &str, said: &str, width: usize) -> String {
        let start = text.find(marked).expect("the characters");
        let source = Arc::new(Source::new("mail.html", text));
        let span = Span::new(start, start + marked.len());
        let diagnostic =
            Diagnostic::new("code", Severity::Error, &source, span, "found it").label(said);
        let mut out = String::new();
        draw(&diagnostic, Look::plain(width), &mut out);
        for line in out.lines() {
            assert!(columns_of(line) <= width, "over {width} columns:\n{out}");
        }
        let lines = out.lines().collect::<Vec<_>>();
        let place = |line: &str| line.find(marked).map(|at| columns_of(&line[..at]));
        let at = lines.iter().find_map(|line| place(line)).expect("the characters");
        let below = lines.iter().position(|line| place(line).is_some()).map(|at| lines[at + 1]);
        let marks = below.and_then(|line| line.find('─').map(|at| columns_of(&line[..at])));
        let short = below.and_then(|line| line.find('┬').map(|at| columns_of(&line[..at])));
        assert_eq!(marks.min(short.or(marks)), Some(at), "{out}");
        out
    }

    #[test]
    fn a_line_is_cut_to_the_terminal_around_the_label() {
        let cell = "<td style=\"padding:0\">cell</td>";
        let text = format!("<table>\n{}{{{{ x }}}}{}\n</table>\n", cell.repeat(9), cell.repeat(9));
        for width in [40, 80, 160] {
            let out = drawn(&text, "{{ x }}", "renders as blank", width);
            assert!(out.contains("[mail.html:2:280]"), "{out}");
            assert!(out.contains("…") && out.contains("renders as blank"), "{out}");
        }
        let wanted = [
            "code",
            "",
            "  × found it",
            "   ╭─[mail.html:2:280]",
            " 1 │ <table>",
            " 2 │ …le=\"padding:0\">cell</td>{{ x }}<td style=\"padding:0\">cell</td><td style=\"…",
            "   ·                          ───┬───",
            "   ·                             ╰── renders as blank",
            " 3 │ </table>",
            "   ╰────",
            "",
        ];
        assert_eq!(drawn(&text, "{{ x }}", "renders as blank", 80), wanted.join("\n"));
    }

    #[test]
    fn what_fits_is_not_cut() {
        let text = format!("{}{{{{ x }}}}", "ü".repeat(60));
        assert!(!drawn(&text, "{{ x }}", "", 80).contains('…'));
        let text = format!("{{{{ x }}}}{}", "wide 漢字".repeat(20));
        let out = drawn(&text, "{{ x }}", "blank", 80);
        assert!(!out.contains("│ …") && out.trim_end().contains('…'), "{out}");
    }

    #[test]
    fn a_label_as_wide_as_the_line_is_cut() {
        let long = format!("{{{{ {} }}}}", "x".repeat(500));
        let text = format!("{}{long}", "y".repeat(500));
        let source = Arc::new(Source::new("mail.html", text.as_str()));
        let span = Span::new(500, text.len());
        let diagnostic = Diagnostic::new("code", Severity::Error, &source, span, "found it");
        let mut out = String::new();
        draw(&diagnostic, Look::plain(80), &mut out);
        assert!(out.lines().all(|line| columns_of(line) <= 80), "{out}");
        assert!(out.contains("[mail.html:1:501]"), "{out}");
    }

    #[test]
    fn a_place_far_along_a_line_is_drawn_with_what_is_around_it() {
        let text = format!("first\n{}here{}\nlast", "ü".repeat(70_000), "y".repeat(70_000));
        let start = 6 + 140_000;
        let source = Arc::new(Source::new("long", text));
        let span = Span::new(start, start + 4);
        let diagnostic = Diagnostic::new("code", Severity::Error, &source, span, "found it")
            .label("what")
            .related(&source, Span::new(6, 140_000), "the rest");
        let mut out = String::new();
        draw(&diagnostic, Look::plain(80), &mut out);
        assert!(out.contains("[long:2:70001]"), "{out}");
        assert!(out.contains("üühereyy"), "{out}");
        assert!(out.contains("the rest"), "{out}");
        assert!(out.len() < 3_000, "{out}");
    }

    #[test]
    fn the_end_of_a_text_has_a_place() {
        for text in ["", "a\n", "a"] {
            let source = Arc::new(Source::new("t", text));
            let span = Span::empty(text.len());
            let diagnostic =
                Diagnostic::new("code", Severity::Error, &source, span, "found").label("here");
            let mut out = String::new();
            draw(&diagnostic, Look::plain(80), &mut out);
            assert!(out.contains("here"), "{text:?}: {out}");
        }
    }
}
