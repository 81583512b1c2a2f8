//! Text with its escapes decoded, so that a value is found however it is written.

use std::ops::Range;

use icu_normalizer::properties::{CanonicalDecompositionBorrowed, Decomposed};

/// Which differences other than escapes are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Folding {
    /// Whether case is ignored.
    pub case: bool,
    /// Whether white space is ignored.
    pub space: bool,
}

/// A text with JSON, URL, and HTML escapes decoded and letters decomposed (NFD), each byte mapped
/// to the original text.
#[derive(Debug, Default)]
pub(super) struct Canonical {
    pub bytes: Vec<u8>,
    /// For each byte, the offset and length of its character in the original.
    places: Vec<(u32, u16)>,
}

impl Canonical {
    pub fn of(text: &[u8], folding: Folding) -> Canonical {
        let mut canonical = Canonical {
            bytes: Vec::with_capacity(text.len()),
            places: Vec::with_capacity(text.len()),
        };
        let mut at = 0;
        while at < text.len() {
            let (written, length) = next(&text[at..]);
            let place = (u32::try_from(at).unwrap_or(u32::MAX), u16::try_from(length).unwrap_or(1));
            match written {
                Written::Byte(byte) => canonical.push(&[byte], place),
                Written::Char(c) if folding.space && c.is_whitespace() => {}
                Written::Char(c) if c.is_ascii() => {
                    let c = if folding.case { c.to_ascii_lowercase() } else { c };
                    canonical.push(&[c as u8], place);
                }
                Written::Char(c) => canonical.letter(c, folding.case, place),
            }
            at += length;
        }
        canonical
    }

    fn letter(&mut self, c: char, fold: bool, place: (u32, u16)) {
        match CanonicalDecompositionBorrowed::new().decompose(c) {
            Decomposed::Expansion(first, second) => {
                self.letter(first, fold, place);
                self.letter(second, fold, place);
            }
            Decomposed::Singleton(other) => self.letter(other, fold, place),
            Decomposed::Default => {
                let mut buffer = [0; 4];
                let mut push = |c: char| self.push(c.encode_utf8(&mut buffer).as_bytes(), place);
                if fold { c.to_lowercase().for_each(push) } else { push(c) }
            }
        }
    }

    fn push(&mut self, bytes: &[u8], place: (u32, u16)) {
        self.bytes.extend_from_slice(bytes);
        self.places.extend(std::iter::repeat_n(place, bytes.len()));
    }

    /// Decodes another layer of escapes; `None` if there is none.
    pub fn inner(&self, folding: Folding) -> Option<Canonical> {
        // Most texts have nothing to decode.
        if !self.bytes.iter().any(|byte| b"\\%&".contains(byte)) {
            return None;
        }
        let mut inner = Canonical::of(&self.bytes, folding);
        if inner.bytes == self.bytes {
            return None;
        }
        for place in &mut inner.places {
            let (start, length) = (place.0 as usize, usize::from(place.1));
            let range = self.range(start..start + length);
            let length = u16::try_from(range.len()).unwrap_or(u16::MAX);
            *place = (u32::try_from(range.start).unwrap_or(u32::MAX), length);
        }
        Some(inner)
    }

    /// Converts a range to one of the original text.
    pub fn range(&self, found: Range<usize>) -> Range<usize> {
        let place = |at: usize| self.places.get(at).copied().unwrap_or_default();
        let (start, _) = place(found.start);
        let (last, length) = place(found.end.saturating_sub(1));
        start as usize..last as usize + length as usize
    }
}

/// Layers of escapes that are decoded: JSON in a string in JSON in a URL has three.
pub(super) const MAX_LAYERS: usize = 4;

/// Decodes the text's layers of escapes one after another, if it has any.
pub(super) fn layers(text: &str) -> Vec<String> {
    let mut layers = Vec::<String>::new();
    while layers.len() < MAX_LAYERS {
        let outer = layers.last().map_or(text, String::as_str);
        // Most texts have nothing to decode.
        let may_be_escaped = outer.contains(['\\', '%', '&']);
        let Some(inner) = may_be_escaped.then(|| unescaped(outer)).filter(|inner| inner != outer)
        else {
            break;
        };
        layers.push(inner);
    }
    layers
}

fn unescaped(text: &str) -> String {
    let mut plain = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(rest) = text.as_bytes().get(at..).filter(|rest| !rest.is_empty()) {
        let (written, length) = next(rest);
        match written {
            Written::Byte(byte) => plain.push(byte),
            Written::Char(c) => plain.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        at += length;
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// A character as written.
enum Written {
    Char(char),
    /// A byte that isn't a character, or part of one that is escaped bytewise.
    Byte(u8),
}

/// Returns the first character of a non-empty text, and its length in bytes.
fn next(text: &[u8]) -> (Written, usize) {
    let escaped = match text[0] {
        b'\\' => json_escape(text),
        b'%' => hex(text.get(1..3)).map(|byte| match byte {
            0..=0x7f => (Written::Char(char::from(byte as u8)), 3),
            _ => url_character(text).unwrap_or((Written::Byte(byte as u8), 3)),
        }),
        b'&' => html_escape(text),
        _ => None,
    };
    escaped.unwrap_or_else(|| character(text))
}

fn character(text: &[u8]) -> (Written, usize) {
    let length = match text[0] {
        0..=0x7f => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    };
    let found = text.get(..length).and_then(|bytes| std::str::from_utf8(bytes).ok());
    match found.and_then(|found| found.chars().next()) {
        Some(c) => (Written::Char(c), length),
        None => (Written::Byte(text[0]), 1),
    }
}

/// Parses a multi-byte character with each byte as `%XX`.
fn url_character(text: &[u8]) -> Option<(Written, usize)> {
    let mut bytes = Vec::new();
    for part in text.chunks(3).take(4) {
        if part.first() != Some(&b'%') {
            break;
        }
        bytes.push(u8::try_from(hex(part.get(1..3))?).ok()?);
        if let Ok(found) = std::str::from_utf8(&bytes) {
            return Some((Written::Char(found.chars().next()?), bytes.len() * 3));
        }
    }
    None
}

fn json_escape(text: &[u8]) -> Option<(Written, usize)> {
    let plain = |c: char| Some((Written::Char(c), 2));
    match text.get(1)? {
        b'"' => plain('"'),
        b'\\' => plain('\\'),
        b'/' => plain('/'),
        b'n' => plain('\n'),
        b'r' => plain('\r'),
        b't' => plain('\t'),
        b'u' => {
            let first = hex(text.get(2..6))?;
            if let Some(c) = char::from_u32(first) {
                return Some((Written::Char(c), 6));
            }
            let second = text.get(6..8).filter(|mark| *mark == b"\\u").and(hex(text.get(8..12)))?;
            let pair = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
            let c = char::decode_utf16(pair).next()?.ok()?;
            Some((Written::Char(c), 12))
        }
        _ => None,
    }
}

fn html_escape(text: &[u8]) -> Option<(Written, usize)> {
    let end = text.iter().take(32).position(|&byte| byte == b';')?;
    let name = std::str::from_utf8(text.get(1..end)?).ok()?;
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "sol" => '/',
        "bsol" => '\\',
        "colon" => ':',
        "equals" => '=',
        "plus" => '+',
        "commat" => '@',
        "period" => '.',
        "lowbar" => '_',
        "dash" | "hyphen" => '-',
        "num" => '#',
        "dollar" => '$',
        "percnt" => '%',
        "excl" => '!',
        "ast" => '*',
        "quest" => '?',
        "auml" => 'ä',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "Auml" => 'Ä',
        "Ouml" => 'Ö',
        "Uuml" => 'Ü',
        "szlig" => 'ß',
        "euml" => 'ë',
        "iuml" => 'ï',
        "eacute" => 'é',
        "egrave" => 'è',
        "agrave" => 'à',
        "aacute" => 'á',
        "iacute" => 'í',
        "oacute" => 'ó',
        "uacute" => 'ú',
        "ccedil" => 'ç',
        "ntilde" => 'ñ',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(number) => u32::from_str_radix(number, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((Written::Char(c), end + 1))
}

fn hex(digits: Option<&[u8]>) -> Option<u32> {
    let digits = digits.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::{Canonical, Folding, layers};

    fn canonical(text: &str) -> String {
        let folding = Folding { case: true, space: true };
        String::from_utf8(Canonical::of(text.as_bytes(), folding).bytes).expect("UTF-8")
    }

    #[test]
    fn one_text_is_the_same_however_it_is_written() {
        for written in [
            "Zoë/A b",
            "ZOE\u{308}/a b",
            "zo\\u00eb\\/a b",
            "zo%C3%ABx2f".replace("x2f", "%2fAB").as_str(),
            "Zo&euml;&#47;Ab",
            "Zo&#xEB;/A\n\tb",
        ] {
            assert_eq!(canonical(written), "zoe\u{308}/ab", "{written}");
        }
        assert_eq!(canonical("\\ud83d\\ude00 %f0%9f%98%80"), "😀😀");
    }

    #[test]
    fn escapes_within_escapes_are_undone_one_by_one() {
        let found = layers(r#"a%3D\\u0041 &amp;quot;"#);
        assert_eq!(found, ["a=\\u0041 &quot;", "a=A \""]);
        assert_eq!(layers("100% & more"), [""; 0]);
        assert_eq!(layers(&format!("%{}41", "25".repeat(9))).len(), 4);
    }

    #[test]
    fn a_range_leads_back_to_the_text() {
        let text = "a %5a\\u00eb;";
        let found = Canonical::of(text.as_bytes(), Folding { case: false, space: true });
        assert_eq!(found.bytes, "aZe\u{308};".as_bytes());
        assert_eq!(found.range(1..5), 2..11);
        assert_eq!(&text[found.range(2..3)], "\\u00eb");
    }

    #[test]
    fn what_is_no_escape_stays() {
        for text in ["100% & more", "\\x \\u12 \\ud800x", "&unknown; &#xfffffff;", "%", "\\", "&"] {
            let canonical = Canonical::of(text.as_bytes(), Folding { case: false, space: false });
            assert_eq!(String::from_utf8_lossy(&canonical.bytes), text);
        }
        let bytes = b"\xff%ff\xc3";
        let canonical = Canonical::of(bytes, Folding { case: true, space: true });
        assert_eq!(canonical.bytes, b"\xff\xff\xc3");
    }
}
