//! Positions of the protocol and offsets in a text, either way.

use std::ops::Range;

use gen_lsp_types as lsp;

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

/// Where the lines of a text start. A line ends with `\n`, `\r\n` or `\r`.
#[derive(Debug)]
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
    encoding: Encoding,
    /// Columns of a byte order mark before the text, which is part of the client's first line.
    mark: u32,
}

impl<'t> Lines<'t> {
    pub fn new(text: &'t str, encoding: Encoding) -> Lines<'t> {
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Lines { text, starts, encoding, mark: 0 }
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
        let Some(&start) = self.starts.get(position.line as usize) else { return self.text.len() };
        let end = self.starts.get(position.line as usize + 1).copied();
        let line = &self.text[start..end.unwrap_or(self.text.len())];
        let line = line.trim_end_matches(['\n', '\r']);
        let mark = if position.line == 0 { self.mark } else { 0 };
        let wanted = position.character.saturating_sub(mark) as usize;
        let within = match self.encoding {
            Encoding::Utf8 => line.floor_char_boundary(wanted.min(line.len())),
            Encoding::Utf16 => {
                let mut units = 0;
                let reached = line.char_indices().find(|(_, char)| {
                    let is_there = units + char.len_utf16() > wanted;
                    units += char.len_utf16();
                    is_there
                });
                reached.map_or(line.len(), |(at, _)| at)
            }
        };
        start + within
    }

    /// Returns the position of an offset; past the end, that of the end.
    pub fn position(&self, offset: usize) -> lsp::Position {
        let offset = self.text.floor_char_boundary(offset.min(self.text.len()));
        let line = self.starts.partition_point(|&start| start <= offset) - 1;
        let before = &self.text[self.starts[line]..offset];
        let character = match self.encoding {
            Encoding::Utf8 => before.len(),
            Encoding::Utf16 => before.chars().map(char::len_utf16).sum(),
        };
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
