//! Our own, as rust-analyzer's crate `line-index` counts UTF-16 units within a line, and the page's
//! editor counts them from the start of the file.

/// Bytes between two precomputed offsets.
const STEP: usize = 512;

/// Converts between bytes and UTF-16 code units, which browsers and editors use.
#[derive(Debug)]
pub struct Utf16Places {
    /// Units before each block of [`STEP`] bytes; empty if every byte is a unit.
    before: Vec<u32>,
    length: usize,
}

impl Utf16Places {
    #[must_use]
    pub fn of(text: &str) -> Utf16Places {
        let mut before = Vec::new();
        if !text.is_ascii() {
            let mut units = 0;
            for block in text.as_bytes().chunks(STEP) {
                before.push(units);
                units += units_in(block);
            }
            before.push(units);
        }
        Utf16Places { before, length: text.len() }
    }

    /// Converts a byte offset of the same text to units; past the end counts as the end.
    #[must_use]
    pub fn units(&self, text: &str, offset: usize) -> usize {
        let offset = offset.min(self.length);
        if self.before.is_empty() {
            return offset;
        }
        let block = offset / STEP;
        let rest = text.as_bytes().get(block * STEP..offset).unwrap_or_default();
        self.before.get(block).map_or(0, |units| *units as usize) + units_in(rest) as usize
    }

    /// Converts units to the byte offset where their character starts; past the end, returns the
    /// end.
    #[must_use]
    pub fn offset(&self, text: &str, units: usize) -> usize {
        if self.before.is_empty() {
            return units.min(self.length);
        }
        let block = self.before.partition_point(|&before| before as usize <= units);
        let block = block.saturating_sub(1);
        let mut start = block * STEP;
        let mut seen = self.before.get(block).map_or(0, |units| *units as usize);
        // A character may start in the previous block; its units count there.
        while start < text.len() && !text.is_char_boundary(start) {
            start += 1;
        }
        for (at, c) in text.get(start..).unwrap_or_default().char_indices() {
            seen += c.len_utf16();
            if seen > units {
                return start + at;
            }
        }
        text.len()
    }
}

/// Counts the units of characters that start in these bytes.
fn units_in(bytes: &[u8]) -> u32 {
    let units = |byte: &u8| match byte {
        0x80..=0xbf => 0,
        // A four-byte character is outside the basic plane and takes two units.
        0xf0.. => 2,
        _ => 1,
    };
    bytes.iter().map(units).sum()
}

#[cfg(test)]
mod tests {
    use super::Utf16Places;

    #[test]
    fn places_are_those_that_counting_gives() {
        for text in ["", "plain", &"aé€𐍈".repeat(400), &format!("{}𐍈x", "a".repeat(509))] {
            let places = Utf16Places::of(text);
            let mut units = 0;
            for (offset, c) in text.char_indices() {
                assert_eq!(places.units(text, offset), units, "{offset}");
                assert_eq!(places.offset(text, units), offset, "{units}");
                units += c.len_utf16();
            }
            assert_eq!(places.units(text, text.len() + 9), units);
            assert_eq!(places.offset(text, units + 9), text.len());
        }
    }
}
