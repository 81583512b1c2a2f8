//! The few lines of YAML that braze-sync keeps with a template.

/// Writes `name: value`, and nothing without a value.
pub(super) fn entry(name: &str, value: Option<&str>) -> String {
    value.map_or_else(String::new, |value| format!("{name}: {}\n", scalar(value)))
}

/// Writes a list, and nothing if it is empty.
pub(super) fn list(name: &str, items: &[String]) -> String {
    if items.is_empty() {
        return String::new();
    }
    let items = items.iter().map(|item| format!("- {}\n", scalar(item))).collect::<String>();
    format!("{name}:\n{items}")
}

/// Writes a string plain where YAML reads it as one, else in single quotes, or in double quotes if
/// it has line breaks.
fn scalar(text: &str) -> String {
    if text
        .chars()
        .any(|c| c.is_control() || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}'))
    {
        let quoted = serde_json::Value::from(text).to_string();
        return quoted.replace('\u{85}', "\\N").replace('\u{feff}', "\\uFEFF");
    }
    match is_plain(text) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', "''")),
    }
}

/// Whether YAML reads an unquoted text as this string.
fn is_plain(text: &str) -> bool {
    let is_word = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    let is_number =
        text.trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_digit() || c == '.')
            && (text.replace('_', "").parse::<f64>().is_ok()
                || text.contains("0x")
                || text.contains("0o"));
    let starts_badly = text.starts_with(|c: char| "-?:,[]{}#&*!|>'\"%@`=<".contains(c));
    !text.is_empty()
        && text.trim() == text
        && !starts_badly
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with(':')
        && !is_number
        && !is_word(&[
            "null", "~", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", ".nan",
        ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_quoted_where_they_would_be_something_else() {
        for (text, written) in [
            ("promo", "promo"),
            ("Tea Club, footer", "Tea Club, footer"),
            ("a: b", "'a: b'"),
            ("{{ x }}", "'{{ x }}'"),
            ("it's: so", "'it''s: so'"),
            ("12", "'12'"),
            ("1.5e3", "'1.5e3'"),
            ("no", "'no'"),
            ("", "''"),
            (" a", "' a'"),
            ("a\nb", "\"a\\nb\""),
        ] {
            assert_eq!(scalar(text), written);
        }
        assert_eq!(list("tags", &["a".to_owned(), "#b".to_owned()]), "tags:\n- a\n- '#b'\n");
        assert_eq!(list("tags", &[]) + &entry("description", None), "");
    }
}
