use super::style::{MARK, is_control_or_bidi};

pub(super) use crate::http::{masked, masked_part, starred};

/// Makes terminal control characters visible byte for byte, because a template may come from
/// anywhere.
pub(super) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let is_break = c == '\r' && text[at + 1..].starts_with('\n');
        match (is_control_or_bidi(c) || c == MARK, c.len_utf8()) {
            (true, 1) if !is_break => out.push('?'),
            (true, 2) => out.push('¿'),
            (true, 3) => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn what_a_terminal_would_obey_is_replaced_byte_for_byte() {
        let text = "a\rb\r\nc\u{1b}\u{9b}\u{202e}\u{fdd0}ü";
        assert_eq!(visible(text), "a?b\r\nc?¿\u{fffd}\u{fffd}ü");
        assert_eq!(visible(text).len(), text.len());
    }
}
