/// How many bytes lie between two places that are counted beforehand.
const STEP: usize = 512;

/// A text's places in UTF-16 code units, in which browsers and editors count.
#[derive(Debug)]
pub struct Utf16Places {
    /// Units before each block of [`STEP`] bytes; empty where a byte is a unit.
    before: Vec<u32>,
    length: usize,
}

impl Utf16Places {
    /// The places of a text.
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

    /// The units before a byte of the same text; an offset behind the end is the end.
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

    /// The byte at which the character of a unit begins; the text's end where the unit is behind it.
    #[must_use]
    pub fn offset(&self, text: &str, units: usize) -> usize {
        if self.before.is_empty() {
            return units.min(self.length);
        }
        let block = self.before.partition_point(|&before| before as usize <= units);
        let block = block.saturating_sub(1);
        let mut start = block * STEP;
        let mut seen = self.before.get(block).map_or(0, |units| *units as usize);
        // A character may begin in the block before; its units are counted there.
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

/// The units of characters that begin in these bytes.
fn units_in(bytes: &[u8]) -> u32 {
    let units = |byte: &u8| match byte {
        0x80..=0xbf => 0,
        // Four bytes are a character beyond the first plane: two units.
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
