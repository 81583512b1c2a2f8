//! Makes characters visible that files, editors, and insta don't preserve.
//!
//! insta trims white space at the end of a snapshot and reads `\r\n` as `\n`. So texts end with a
//! mark, and control characters are written as Unicode's pictures of them; an escape precedes such
//! pictures in the original. Everything else is kept.

use std::borrow::Cow;

/// Follows the last character of a text: the picture of ETX, "end of text".
pub const END: char = '\u{2403}';

/// Precedes a literal character: the picture of ESC.
const ESCAPE: char = '\u{241b}';

/// The picture of DEL.
const DELETE: char = '\u{2421}';

/// The pictures of the control characters 0 to 31.
const PICTURES: std::ops::RangeInclusive<char> = '\u{2400}'..='\u{241f}';

/// How ESC itself is written after the escape.
const ESC: char = 'e';

/// Encodes control characters as pictures, without the end mark. Line feeds and tabs are kept; a
/// carriage return becomes `␍`.
#[must_use]
pub fn encode(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| is_hidden(c) || is_picture(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\u{1b}' => out.extend([ESCAPE, ESC]),
            '\u{7f}' => out.push(DELETE),
            c if is_hidden(c) => out.extend(char::from_u32(0x2400 + c as u32)),
            c if is_picture(c) => out.extend([ESCAPE, c]),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Decodes the result of [`encode`]; characters that it never writes are kept.
#[must_use]
pub fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            ESCAPE => match chars.next() {
                Some(ESC) => out.push('\u{1b}'),
                Some(meant) => out.push(meant),
                None => {}
            },
            DELETE => out.push('\u{7f}'),
            c if PICTURES.contains(&c) => out.extend(char::from_u32(c as u32 - 0x2400)),
            c => out.push(c),
        }
    }
    out
}

/// Returns where the end mark of an encoded text is; `None` without one.
#[must_use]
pub(super) fn end_of(text: &str) -> Option<usize> {
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            ESCAPE => drop(chars.next()),
            END => return Some(at),
            _ => {}
        }
    }
    None
}

/// Whether a control character is invisible, or modified by insta, git, or a terminal.
fn is_hidden(c: char) -> bool {
    c.is_ascii_control() && !matches!(c, '\n' | '\t')
}

fn is_picture(c: char) -> bool {
    PICTURES.contains(&c) || c == DELETE
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn what_files_lose_is_written_visibly() {
        assert_eq!(encode("a\r\nb\tc \n"), "a␍\nb\tc \n");
        assert_eq!(encode("\0\u{1b}[1m\u{7f}"), "␀␛e[1m␡");
        assert_eq!(encode("␃ ␍ ␛"), "␛␃ ␛␍ ␛␛");
        for text in ["a\r\nb", "\r", "\0\u{1b}e\u{7f}", "␛␛e␃␡\u{2420}", "é ·\u{a0}\u{2028}"]
        {
            assert_eq!(decode(&encode(text)), text);
        }
    }
}
