use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::Span;
use super::embedded::Embedding;

/// A text with the name it is reported under, and its lines.
#[derive(Debug)]
pub struct Source {
    name: String,
    text: String,
    line_starts: OnceLock<Vec<u32>>,
    /// How many characters begin before each block of [`BLOCK`] bytes.
    chars_before: OnceLock<Vec<u32>>,
    /// The file that the text is a value of.
    embedding: Option<Embedding>,
}

/// Bytes of which the characters are counted anew for each column: a template may be one line of a
/// megabyte with thousands of diagnostics in it.
const BLOCK: usize = 1024;

/// A place in a source as people count: lines and columns from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters (Unicode scalar values), from 1.
    pub column: usize,
}

impl Source {
    /// The longest text that can be read: spans are 32 bits wide.
    pub const MAX_BYTES: usize = u32::MAX as usize;

    /// A source of `text`, reported under `name` (a path relative to the workspace, or `<stdin>`).
    ///
    /// A text over [`Source::MAX_BYTES`] is cut there, at a character's edge; readers of files
    /// refuse such files before.
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

    /// A source of a string in a TOML file, quotes included in `range`: what is found in it is
    /// reported at its characters there.
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

    /// The file that the text is a value of, with the characters of `span` there.
    #[must_use]
    pub fn in_file(&self, span: Span) -> Option<(&Arc<Source>, Span)> {
        let embedding = self.embedding.as_ref()?;
        let range = embedding.range(span.range());
        Some((&embedding.file, Span::new(range.start, range.end)))
    }

    /// The name of the file that the text is in.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.embedding.as_ref().map_or(&self.name, |embedding| embedding.file.name())
    }

    /// The same text under another name.
    #[must_use]
    pub fn renamed(&self, name: impl Into<String>) -> Source {
        Source::new(name, self.text.as_str())
    }

    /// The name it is reported under.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The characters of `span`, or the empty text where the span is not of this source.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// Line and column of a byte offset; an offset behind the end is the end.
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

    /// The byte offset of a place; one behind the end of its line, or of the text, is that end.
    #[must_use]
    pub fn offset(&self, place: Position) -> usize {
        let starts = self.line_starts();
        let line = place.line.clamp(1, starts.len()) - 1;
        let range = self.line_around(starts[line] as usize);
        let text = self.text[range.clone()].trim_end_matches(['\n', '\r']);
        let behind = text.char_indices().nth(place.column.saturating_sub(1));
        range.start + behind.map_or(text.len(), |(at, _)| at)
    }

    /// How many characters begin before a byte offset.
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

    /// The line of a byte offset, with what ends it.
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

/// How many characters begin in these bytes of a text.
fn begun(bytes: &[u8]) -> usize {
    // `10xxxxxx` goes on with a character.
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
