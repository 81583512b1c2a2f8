//! Styles, and making text safe for terminals.

use std::borrow::Cow;

use crate::rules::SITE;

/// Starts a style until output. A Unicode noncharacter, so that an escape sequence in a template or
/// response is never taken for one of our styles.
pub(super) const MARK: char = '\u{fdd0}';

pub(super) const RED: &str = "\u{fdd0}[31m";
pub(super) const GREEN: &str = "\u{fdd0}[32m";
pub(super) const YELLOW: &str = "\u{fdd0}[33m";
pub(super) const CYAN: &str = "\u{fdd0}[36m";
pub(super) const DIM: &str = "\u{fdd0}[2m";
pub(super) const BOLD: &str = "\u{fdd0}[1m";
pub(super) const REVERSED: &str = "\u{fdd0}[7m";
pub(super) const PLAIN: &str = "\u{fdd0}[0m";

/// Applies styles if color is on.
#[derive(Clone, Copy)]
pub(super) struct Paint(pub bool);

impl Paint {
    pub fn with(self, style: &str, text: &str) -> String {
        match self.0 && !style.is_empty() {
            true => format!("{style}{text}{PLAIN}"),
            false => text.to_owned(),
        }
    }

    pub fn line(self, style: &str, text: &str) -> String {
        format!("{}\n", self.with(style, text))
    }
}

/// Returns a text that links to a page of the site, for terminals that support OSC 8.
pub(super) fn link(url: &str, text: &str) -> String {
    format!("{MARK}]8;;{url}{MARK}\\{text}{MARK}]8;;{MARK}\\")
}

/// Marks the styles in text drawn by a library, which has no other escape characters.
pub(super) fn marked(drawn: &str) -> Cow<'_, str> {
    match drawn.contains('\u{1b}') {
        true => Cow::Owned(drawn.replace('\u{1b}', "\u{fdd0}")),
        false => Cow::Borrowed(drawn),
    }
}

/// Converts a report for a terminal: applies styles, and makes other control characters and
/// bidirectional marks visible.
#[must_use]
pub fn for_terminal(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| c == MARK || is_control_or_bidi(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        match c {
            MARK if is_style(rest) || is_link(rest) => out.push('\u{1b}'),
            MARK => out.push('\u{fffd}'),
            '\r' if rest.starts_with('\n') => out.push(c),
            '\u{7f}' => out.push('\u{2421}'),
            c if c.is_ascii_control() && is_control_or_bidi(c) => {
                out.extend(char::from_u32(0x2400 + c as u32));
            }
            c if is_control_or_bidi(c) => out.push_str(&format!("<U+{:04X}>", c as u32)),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Whether a style such as `[31m` follows a mark.
fn is_style(rest: &str) -> bool {
    let digits = rest.strip_prefix('[').and_then(|rest| rest.split_once('m'));
    digits.is_some_and(|(codes, _)| {
        codes.len() <= 12 && codes.bytes().all(|byte| byte.is_ascii_digit() || byte == b';')
    })
}

/// Whether the address of a link to our site, up to its end, or that end follows a mark. An address
/// without an end would hide all that comes after it.
fn is_link(rest: &str) -> bool {
    if rest.starts_with('\\') {
        return true;
    }
    let address = rest.strip_prefix("]8;;").and_then(|rest| rest.split_once(MARK));
    address.is_some_and(|(address, rest)| {
        let is_ours = address.is_empty() || address.starts_with(SITE);
        is_ours && address.bytes().all(|byte| byte.is_ascii_graphic()) && rest.starts_with('\\')
    })
}

/// Whether a character controls the terminal, or reorders text.
pub(super) fn is_control_or_bidi(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n'))
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::{BOLD, Paint, for_terminal, link};
    use crate::rules::SITE;

    #[test]
    fn styles_take_effect_and_nothing_else_does() {
        let title = Paint(true).with(BOLD, "a\u{1b}]0;title\u{7}b");
        assert_eq!(for_terminal(&title), "\u{1b}[1ma␛]0;title␇b\u{1b}[0m");
        let page = format!("{SITE}reference/rules/#x");
        let linked = format!("\u{1b}]8;;{page}\u{1b}\\x\u{1b}]8;;\u{1b}\\");
        assert_eq!(for_terminal(&link(&page, "x")), linked);
        assert!(!for_terminal(&link("https://elsewhere.example", "x")).contains("\u{1b}]8;;h"));
        for open in [format!("\u{fdd0}]8;;{SITE}"), format!("\u{fdd0}]8;;{SITE} x\n\u{fdd0}\\")] {
            assert!(!for_terminal(&open).contains("\u{1b}]"), "an address that hides text");
        }
        assert_eq!(for_terminal("\u{fdd0}]0;x\u{fdd0}[2J"), "\u{fffd}]0;x\u{fffd}[2J");
        assert_eq!(for_terminal("a\rb\r\n\tc\u{7f}"), "a␍b\r\n\tc␡");
        assert_eq!(for_terminal("\u{9b}31m\u{202e}x"), "<U+009B>31m<U+202E>x");
        assert_eq!(for_terminal("Zoë 漢字\u{200f}"), "Zoë 漢字\u{200f}");
    }
}
