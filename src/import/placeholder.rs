//! Values that an import can't know, and their patterns in a recording.

use serde_json::Value;

use crate::recording::open_matchers;

pub(super) use crate::http::secret::ANY;

/// Quotes bare placeholders in a body if that makes it JSON.
pub(super) fn quoted(body: &str) -> String {
    if !body.contains(ANY) || serde_json::from_str::<Value>(body).is_ok() {
        return body.to_owned();
    }
    let mut whole = String::with_capacity(body.len() + 16);
    let (mut inside, mut escaped) = (false, false);
    let mut rest = body;
    while let Some(c) = rest.chars().next() {
        if !inside && rest.starts_with(ANY) {
            whole.push_str(&format!("\"{ANY}\""));
            rest = &rest[ANY.len()..];
            continue;
        }
        match c {
            _ if escaped => escaped = false,
            '\\' if inside => escaped = true,
            '"' => inside = !inside,
            _ => {}
        }
        whole.push(c);
        rest = &rest[c.len_utf8()..];
    }
    if serde_json::from_str::<Value>(&whole).is_ok() { whole } else { body.to_owned() }
}

/// Lets the `request` of a stub mapping match any value in place of [`ANY`].
pub(super) fn open(request: &mut Value) {
    open_matchers(request, ANY);
}

/// Removes [`ANY`] from strings that aren't matched: a name, a file path.
pub(super) fn named(text: &str) -> String {
    text.replace(ANY, "any")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_values_are_quoted_where_that_makes_json() {
        assert_eq!(quoted(&format!("{{\"a\": {ANY}}}")), format!("{{\"a\": \"{ANY}\"}}"));
        assert_eq!(quoted(&format!("{{\"a\": \"{ANY}\"}}")), format!("{{\"a\": \"{ANY}\"}}"));
        let broken = format!("{{\"a\\\"{ANY}\": {ANY}");
        assert_eq!(quoted(&broken), broken);
    }
}
