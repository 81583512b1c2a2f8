//! Our own, as rust-analyzer's crate `line-index` visits every non-ASCII character of a line for each
//! column, which takes quadratic time where a message is one long line.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::Span;
use super::embedded::Embedding;

/// A text with its reported name and lines.
#[derive(Debug)]
pub struct Source {
    name: String,
    text: String,
    line_starts: OnceLock<Vec<u32>>,
    /// Number of characters that start before each block of [`BLOCK`] bytes.
    chars_before: OnceLock<Vec<u32>>,
    /// The file, if the text is a value in one.
    embedding: Option<Embedding>,
}

/// Size of a block in bytes, whose characters are counted again for each column. A template may be
/// a single line of a megabyte with thousands of diagnostics.
const BLOCK: usize = 1024;

/// A position as people count: line and column from 1, column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters (Unicode scalar values), from 1.
    pub column: usize,
}

impl Source {
    pub const MAX_BYTES: usize = u32::MAX as usize;

    /// Makes a source reported under `name` (a path relative to the workspace, or `<stdin>`).
    ///
    /// A text over [`Source::MAX_BYTES`] is cut at a character boundary; larger files are rejected
    /// before.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Source {
        let mut text = text.into();
        if text.len() > Source::MAX_BYTES {
            let mut end = Source::MAX_BYTES;
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text.truncate(end);
        }
        let (line_starts, chars_before) = (OnceLock::new(), OnceLock::new());
        Source { name: name.into(), text, line_starts, chars_before, embedding: None }
    }

    /// Makes a source from a string in a TOML file; `range` includes quotes. Findings in it are
    /// reported in the file.
    #[must_use]
    pub fn of_toml(
        name: impl Into<String>,
        text: impl Into<String>,
        file: &Arc<Source>,
        range: Range<usize>,
    ) -> Source {
        let mut source = Source::new(name, text);
        source.embedding = Some(Embedding::of_toml(file, range, &source.text));
        source
    }

    /// Returns the containing file, and `span` converted to it, if the text is a value.
    #[must_use]
    pub fn in_file(&self, span: Span) -> Option<(&Arc<Source>, Span)> {
        let embedding = self.embedding.as_ref()?;
        let range = embedding.range(span.range());
        Some((&embedding.file, Span::new(range.start, range.end)))
    }

    #[must_use]
    pub fn file_name(&self) -> &str {
        self.embedding.as_ref().map_or(&self.name, |embedding| embedding.file.name())
    }

    /// Returns the same text under another name.
    #[must_use]
    pub fn renamed(&self, name: impl Into<String>) -> Source {
        Source::new(name, self.text.as_str())
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the text of `span`, or an empty string if the span isn't from this source.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// Converts an offset to line and column; an offset past the end counts as the end.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let starts = self.line_starts();
        let line = starts.partition_point(|&start| start as usize <= offset);
        let start = starts[line - 1] as usize;
        let column = match self.text.get(start..offset) {
            Some(text) if text.len() <= BLOCK => text.chars().count() + 1,
            Some(_) => self.chars_before(offset) - self.chars_before(start) + 1,
            None => 1,
        };
        Position { line, column }
    }

    /// Converts a position to an offset; past the end of a line or the text, returns that end.
    #[must_use]
    pub fn offset(&self, place: Position) -> usize {
        let starts = self.line_starts();
        let line = place.line.clamp(1, starts.len()) - 1;
        let range = self.line_around(starts[line] as usize);
        let text = self.text[range.clone()].trim_end_matches(['\n', '\r']);
        let behind = text.char_indices().nth(place.column.saturating_sub(1));
        range.start + behind.map_or(text.len(), |(at, _)| at)
    }

    /// Counts the characters that start before an offset.
    fn chars_before(&self, offset: usize) -> usize {
        let bytes = self.text.as_bytes();
        let blocks = self.chars_before.get_or_init(|| {
            let mut chars = 0;
            let counted = bytes.chunks(BLOCK).map(|block| {
                chars += begun(block) as u32;
                chars
            });
            std::iter::once(0).chain(counted).collect()
        });
        let block = offset / BLOCK;
        blocks[block] as usize + begun(&bytes[block * BLOCK..offset])
    }

    /// Returns the line around an offset, with its line break.
    #[must_use]
    pub fn line_around(&self, offset: usize) -> Range<usize> {
        let offset = offset.min(self.text.len());
        let starts = self.line_starts();
        let behind = starts.partition_point(|&start| start as usize <= offset);
        let end = starts.get(behind).map_or(self.text.len(), |&end| end as usize);
        starts[behind - 1] as usize..end
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let newlines = memchr::memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0).chain(newlines.map(|at| at as u32 + 1)).collect()
        })
    }
}

/// Counts the characters that start in these bytes.
fn begun(bytes: &[u8]) -> usize {
    // `10xxxxxx` continues a character.
    bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        let source = Source::new("t", "aé\nçb");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(3), Position { line: 1, column: 3 });
        assert_eq!(source.position(4), Position { line: 2, column: 1 });
        assert_eq!(source.position(6), Position { line: 2, column: 2 });
        assert_eq!(source.position(99), Position { line: 2, column: 3 });
    }
    #[test]
    fn columns_far_along_a_line_count_characters_too() {
        let line = "aé€𐍈".repeat(700);
        let text = format!("{line}\n{line}");
        let source = Source::new("t", &*text);
        for (index, (offset, _)) in text.char_indices().enumerate() {
            let (line, column) = if index > 2800 { (2, index - 2800) } else { (1, index + 1) };
            assert_eq!(source.position(offset), Position { line, column });
        }
        assert_eq!(source.position(text.len()), Position { line: 2, column: 2801 });
        let even = Source::new("t", "x".repeat(2 * BLOCK));
        assert_eq!(even.position(2 * BLOCK), Position { line: 1, column: 2 * BLOCK + 1 });
    }
}
