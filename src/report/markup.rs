//! Text in HTML pages.

/// Escapes text for content and attributes in double quotes; control characters are replaced.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\r' | '\t' => out.push(c),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn markup_and_controls_are_text() {
        let shown = escaped("<a b=\"&\">\u{0}\u{1b}\n");
        assert_eq!(shown, "&lt;a b=&quot;&amp;&quot;&gt;\u{fffd}\u{fffd}\n");
    }
}
