//! Base64 strings inside a string, whose content is searched like a body.

use std::borrow::Cow;
use std::ops::Range;

use base64::Engine as _;
use base64::alphabet::{Alphabet, STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Shorter strings can't contain a name and value.
const SHORTEST: usize = 16;
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

/// A Base64 string and its content.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Encoded {
    /// Its range in the surrounding string, including padding.
    pub range: Range<usize>,
    /// The decoded content.
    pub content: String,
    is_url_safe: bool,
    is_padded: bool,
}

impl Encoded {
    /// Encodes other content in the same variant.
    pub fn with(&self, content: &str) -> String {
        let alphabet = if self.is_url_safe { &URL_SAFE } else { &STANDARD };
        engine(alphabet, self.is_padded).encode(content)
    }
}

/// Replaces parts in Base64 that have a replacement.
pub(super) fn within_base64<'t>(
    text: &'t str,
    replacement: &dyn Fn(&Encoded) -> Option<String>,
) -> Cow<'t, str> {
    let mut changed = String::new();
    let mut copied = 0;
    for encoded in encoded_in(text) {
        if let Some(other) = replacement(&encoded) {
            changed.push_str(&text[copied..encoded.range.start]);
            changed.push_str(&other);
            copied = encoded.range.end;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    changed.push_str(&text[copied..]);
    Cow::Owned(changed)
}

/// Finds Base64 inside a string: runs of one of its alphabets that decode to printable UTF-8.
pub(super) fn encoded_in(text: &str) -> Vec<Encoded> {
    // Most strings are shorter.
    if text.len() < SHORTEST {
        return Vec::new();
    }
    let mut found = of_alphabet(text, false);
    let overlaps = |one: &Encoded| {
        let after = found.partition_point(|other| other.range.start < one.range.end);
        after.checked_sub(1).is_some_and(|last| found[last].range.end > one.range.start)
    };
    let mut others = of_alphabet(text, true);
    others.retain(|one| !overlaps(one));
    found.append(&mut others);
    found.sort_by_key(|one| one.range.start);
    found
}

fn of_alphabet(text: &str, is_url_safe: bool) -> Vec<Encoded> {
    let (alphabet, signs) = if is_url_safe { (&URL_SAFE, b"-_") } else { (&STANDARD, b"+/") };
    let engine = engine(alphabet, false);
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || signs.contains(&byte);
    let is_binary = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    let runs = runs(text.as_bytes(), is_letter).into_iter();
    let encoded = runs.filter_map(|letters| {
        let content = String::from_utf8(engine.decode(&text[letters.clone()]).ok()?).ok()?;
        let padding = text[letters.end..].bytes().take(2).take_while(|byte| *byte == b'=').count();
        let range = letters.start..letters.end + padding;
        let is_padded = padding > 0;
        (!content.contains(is_binary)).then_some(Encoded { range, content, is_url_safe, is_padded })
    });
    encoded.collect()
}

fn engine(alphabet: &Alphabet, is_padded: bool) -> GeneralPurpose {
    GeneralPurpose::new(alphabet, LENIENT.with_encode_padding(is_padded))
}

/// Returns the ranges of sufficiently long runs of such bytes.
fn runs(text: &[u8], is_letter: impl Fn(u8) -> bool) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut start = 0;
    for (at, byte) in text.iter().copied().chain([b' ']).enumerate() {
        if !is_letter(byte) {
            if at - start >= SHORTEST {
                runs.push(start..at);
            }
            start = at + 1;
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::encoded_in;

    #[test]
    fn base64_is_found_and_written_again() {
        for (text, range, content) in [
            ("eyJ0b2tlbiI6ICJ4In0=", 0..20, r#"{"token": "x"}"#),
            ("eyJ0b2tlbiI6ICJ4In0", 0..19, r#"{"token": "x"}"#),
            ("data:eyJhIjogIj8_Pz8_Pj4-Pj4ifQ.", 5..31, r#"{"a": "?????>>>>>"}"#),
            ("see eyJhIjogIj8/Pz8/Pj4+Pj4ifQ== here", 4..32, r#"{"a": "?????>>>>>"}"#),
        ] {
            let found = encoded_in(text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert_eq!((found[0].range.clone(), &*found[0].content), (range.clone(), content));
            assert_eq!(found[0].with(content), text[range]);
        }
    }

    #[test]
    fn other_strings_are_not() {
        for text in [
            "a long sentence of several words, with numbers: 1234567890123456",
            "internationalization/interoperability",
            "b7d1a1f2-6f0e-4c7b-9c55-0e6a4f2d9a10",
            "https://img.larkspur.example/assets/breads/rye-loaf-seeded-large.png",
            "eyJhIjo",
            "",
        ] {
            assert_eq!(encoded_in(text), [], "{text}");
        }
    }
}
