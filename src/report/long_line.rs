use std::sync::Arc;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::text::{Source, Span};

/// Lines longer than this, in bytes, are drawn in part: nobody reads them, and miette panics
/// where it has to indent by more than 65,535 columns.
const MAX_LINE: usize = 2_000;
/// How much of such a line is drawn on each side of the characters, in bytes.
const AROUND: usize = 60;
/// How many characters of such a line are marked at most, in bytes.
const MAX_MARKED: usize = 200;

/// A source of which long lines are drawn in part, and whose columns are characters: miette counts
/// bytes.
pub(super) struct LongLine<S> {
    /// The text as it is drawn, byte for byte where the source has it.
    pub drawn: S,
    /// The source, for its lines and columns.
    pub source: Arc<Source>,
}

impl<S: SourceCode> SourceCode for LongLine<S> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let contents = self.drawn.read_span(span, before, after)?;
        let data = contents.data();
        if before == 0 && after == 0 {
            // What the header asks for: the place alone.
            let position = self.source.position(span.offset());
            return Ok(Box::new(MietteSpanContents::new_named(
                self.source.name().to_owned(),
                data,
                *contents.span(),
                position.line - 1,
                position.column - 1,
                contents.line_count(),
            )));
        }
        if data.split(|&b| b == b'\n').all(|l| l.len() <= MAX_LINE) {
            return Ok(contents);
        }
        let first = contents.span().offset();
        let marked = span.offset().saturating_sub(first).min(data.len());
        let line = data[..marked].iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        let end = (marked + span.len() + AROUND).min(data.len());
        let start = boundary(data, marked.saturating_sub(AROUND).max(line));
        let rest = data[marked..end].iter().skip(span.len()).position(|&b| b == b'\n');
        let end = rest.map_or(boundary(data, end), |length| marked + span.len() + length);
        let breaks = data[..start].iter().filter(|&&b| b == b'\n').count();
        let column = if breaks == 0 { contents.column() + start } else { start - line };
        Ok(Box::new(MietteSpanContents::new_named(
            contents.name().unwrap_or_default().to_owned(),
            &data[start..end],
            (first + start, end - start).into(),
            contents.line() + breaks,
            column,
            contents.line_count(),
        )))
    }
}

/// Whether the line at an offset is drawn in part.
pub(super) fn holds(text: &str, offset: usize) -> bool {
    let bytes = text.as_bytes();
    let offset = offset.min(bytes.len());
    let before = memchr::memrchr(b'\n', &bytes[..offset]).map_or(offset, |at| offset - at - 1);
    let after = memchr::memchr(b'\n', &bytes[offset..]).unwrap_or(bytes.len() - offset);
    before + after > MAX_LINE
}

/// Offset and length of a span, cut short where its line is long.
pub(super) fn shortened(text: &str, span: Span) -> (usize, usize) {
    let start = span.start as usize;
    if span.len() <= MAX_MARKED || !holds(text, start) {
        return (start, span.len());
    }
    (start, boundary(text.as_bytes(), start + MAX_MARKED) - start)
}

/// The nearest place at or in front of `at` where a character begins.
fn boundary(bytes: &[u8], at: usize) -> usize {
    let mut at = at.min(bytes.len());
    // `10xxxxxx` goes on with a character.
    while at > 0 && bytes.get(at).is_some_and(|byte| byte & 0xc0 == 0x80) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::diagnostic::{Diagnostic, Severity};
    use crate::report::{Look, draw};
    use crate::text::{Source, Span};

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
        draw(&diagnostic, Look { color: false, width: 80 }, &mut out);
        assert!(out.contains("[long:2:70001]"), "{out}");
        assert!(out.contains("üühereyy"), "{out}");
        assert!(out.len() < 3_000, "{out}");
    }
}
