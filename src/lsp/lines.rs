//! Positions of the protocol and offsets in a text, either way.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use gen_lsp_types as lsp;

use crate::text::{Source, Utf16Places};

/// A byte order mark, which some editors put before a text. It is no part of a template.
pub(super) const MARK: &str = "\u{feff}";

/// What a client counts columns in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Bytes of UTF-8.
    Utf8,
    /// Units of UTF-16, which every client knows.
    Utf16,
}

/// The lines of a text. A line ends with `\n`, `\r\n` or `\r`.
#[derive(Debug)]
pub(super) struct Lines<'t> {
    text: &'t str,
    index: Arc<LineIndex>,
    encoding: Encoding,
    /// Columns of a byte order mark before the text, which is part of the client's first line.
    mark: u32,
}

/// Where the lines of a text start, and the columns of long ones.
#[derive(Debug)]
pub(super) struct LineIndex {
    starts: Vec<usize>,
    units: Utf16Places,
}

/// The lines of the sources that a request is about: each is read once, however many of its places
/// are asked for.
#[derive(Debug, Default)]
pub(super) struct KnownLines(Mutex<HashMap<usize, Known>>);

#[derive(Debug)]
struct Known {
    index: Arc<LineIndex>,
    /// Kept, so that no other source gets its address.
    _source: Arc<Source>,
}

impl KnownLines {
    pub fn of<'s>(&self, source: &'s Arc<Source>, encoding: Encoding) -> Lines<'s> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.entry(Arc::as_ptr(source).addr()).or_insert_with(|| Known {
            index: Arc::new(LineIndex::of(source.text())),
            _source: Arc::clone(source),
        });
        Lines::with(source.text(), Arc::clone(&known.index), encoding)
    }
}

impl LineIndex {
    pub fn of(text: &str) -> LineIndex {
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        LineIndex { starts, units: Utf16Places::of(text) }
    }
}

impl<'t> Lines<'t> {
    pub fn new(text: &'t str, encoding: Encoding) -> Lines<'t> {
        Lines::with(text, Arc::new(LineIndex::of(text)), encoding)
    }

    /// The lines of a text whose index is known.
    pub fn with(text: &'t str, index: Arc<LineIndex>, encoding: Encoding) -> Lines<'t> {
        Lines { text, index, encoding, mark: 0 }
    }

    /// The same for a text that has a byte order mark before it in the client.
    pub fn after_mark(self) -> Lines<'t> {
        let mark = match self.encoding {
            Encoding::Utf8 => MARK.len(),
            Encoding::Utf16 => 1,
        };
        Lines { mark: count(mark), ..self }
    }

    /// Returns the offset of a position; past the end of its line or of the text, that end.
    pub fn offset(&self, position: lsp::Position) -> usize {
        let LineIndex { starts, units } = &*self.index;
        let Some(&start) = starts.get(position.line as usize) else { return self.text.len() };
        let end = starts.get(position.line as usize + 1).copied();
        let line = &self.text[start..end.unwrap_or(self.text.len())];
        let line = line.trim_end_matches(['\n', '\r']);
        let mark = if position.line == 0 { self.mark } else { 0 };
        let wanted = position.character.saturating_sub(mark) as usize;
        match self.encoding {
            Encoding::Utf8 => start + line.floor_char_boundary(wanted.min(line.len())),
            Encoding::Utf16 => {
                let wanted = units.units(self.text, start).saturating_add(wanted);
                units.offset(self.text, wanted).min(start + line.len())
            }
        }
    }

    /// Returns the position of an offset; past the end, that of the end.
    pub fn position(&self, offset: usize) -> lsp::Position {
        let offset = self.text.floor_char_boundary(offset.min(self.text.len()));
        let LineIndex { starts, units } = &*self.index;
        let line = starts.partition_point(|&start| start <= offset) - 1;
        let columns = |offset| match self.encoding {
            Encoding::Utf8 => offset,
            Encoding::Utf16 => units.units(self.text, offset),
        };
        let character = columns(offset) - columns(starts[line]);
        let mark = if line == 0 { self.mark } else { 0 };
        lsp::Position { line: count(line), character: count(character) + mark }
    }

    pub fn range(&self, range: Range<usize>) -> lsp::Range {
        lsp::Range { start: self.position(range.start), end: self.position(range.end) }
    }

    /// Returns the offsets of a range, in order.
    pub fn offsets(&self, range: lsp::Range) -> Range<usize> {
        let start = self.offset(range.start);
        start..self.offset(range.end).max(start)
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use gen_lsp_types::Position;
    use proptest::prelude::*;

    use super::{Encoding, Lines};

    #[test]
    fn columns_count_what_the_client_counts() {
        let text = "a🥐b\r\nżó\rlast";
        let (wide, narrow) = (Lines::new(text, Encoding::Utf16), Lines::new(text, Encoding::Utf8));
        let at = |line, character| Position { line, character };
        assert_eq!(wide.offset(at(0, 3)), 5);
        assert_eq!(narrow.offset(at(0, 5)), 5);
        // Inside a character: its start.
        assert_eq!(wide.offset(at(0, 2)), 1);
        assert_eq!(narrow.offset(at(0, 3)), 1);
        assert_eq!(wide.offset(at(1, 9)), "a🥐b\r\nżó".len());
        assert_eq!(wide.offset(at(2, 1)), text.len() - 3);
        assert_eq!(wide.offset(at(7, 0)), text.len());
        assert_eq!(wide.position(text.len()), at(2, 4));
    }

    proptest! {
        #[test]
        fn positions_and_offsets_agree(text in "[a🥐ż\r\n]{0,40}", wanted in 0_usize..60) {
            for encoding in [Encoding::Utf8, Encoding::Utf16] {
                let lines = Lines::new(&text, encoding);
                let offset = text.floor_char_boundary(wanted.min(text.len()));
                // Between `\r` and `\n` there is no position.
                prop_assume!(!text[..offset].ends_with('\r') || !text[offset..].starts_with('\n'));
                prop_assert_eq!(lines.offset(lines.position(offset)), offset);
            }
        }
    }
}
