//! Where markup without its closing braces most likely ends: what follows is parsed as usual.

use memchr::memchr;

use super::cursor::is_space;

/// Whether a quote may start a string: not in `don't`, and not in `href="…"`.
pub(super) fn opens_string(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| bytes[before]);
    match bytes[at] {
        b'\'' => !before.is_some_and(|byte| byte.is_ascii_alphanumeric()),
        b'"' => before != Some(b'='),
        _ => false,
    }
}

/// Whether an HTML tag, and not a comparison, starts here.
pub(super) fn is_html(bytes: &[u8], at: usize) -> bool {
    let next = bytes.get(at + 1);
    bytes[at] == b'<'
        && next.is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, b'/' | b'!'))
}

/// Returns where an output that is never closed ends, before `limit`: at the end of its line, the
/// first `<`, or the next output.
pub(super) fn output_end(bytes: &[u8], from: usize, limit: usize) -> usize {
    let stops = |at: usize| {
        bytes[at] == b'<' || (bytes[at] == b'{' && matches!(bytes.get(at + 1), Some(b'{' | b'%')))
    };
    end_in_line(bytes, from, limit, stops)
}

/// Returns where a tag that is never closed ends, before `limit`: at the end of its line, or the
/// first HTML tag. The options of a call may be on lines of their own.
pub(super) fn tag_end(bytes: &[u8], from: usize, limit: usize, has_options: bool) -> usize {
    let mut end = end_in_line(bytes, from, limit, |at| is_html(bytes, at));
    while has_options && bytes.get(end) == Some(&b'\n') && end < limit {
        let rest = &bytes[end..limit];
        let Some(first) = rest.iter().position(|byte| !is_space(*byte)) else { break };
        let goes_on = matches!(rest[first], b':' | b'{' | b'}' | b'"' | b'[' | b']' | b'\'' | b',')
            || rest[first..].starts_with(b"http");
        if !goes_on {
            break;
        }
        end = end_in_line(bytes, end + first, limit, |at| is_html(bytes, at));
    }
    while end > from && is_space(bytes[end - 1]) {
        end -= 1;
    }
    end
}

/// Returns the first place outside strings that `stops`, or the end of the line.
fn end_in_line(bytes: &[u8], from: usize, limit: usize, stops: impl Fn(usize) -> bool) -> usize {
    let line = memchr(b'\n', &bytes[from..limit]).map_or(limit, |length| from + length);
    let mut at = from;
    while at < line {
        if opens_string(bytes, at)
            && let Some(length) = memchr(bytes[at], &bytes[at + 1..line])
        {
            at += length + 2;
            continue;
        }
        if stops(at) {
            return at;
        }
        at += 1;
    }
    line
}
