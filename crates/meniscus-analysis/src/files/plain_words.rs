//! Rewords a deserializer's messages for people who write TOML and JSON.

/// Returns what is wrong, and a replacement if there is an obvious one: `invalid type: string "x",
/// expected u16` becomes `this must be a whole number from 0 to 65535, not the string "x"`.
///
/// `None` for other messages.
pub(super) fn plain_words(message: &str) -> Option<(String, Option<String>)> {
    if let Some(key) = message.strip_prefix("missing field ") {
        return Some((format!("the key {key} is missing"), Some(format!("add {key}"))));
    }
    if message.starts_with("duplicate key") {
        let help = "merge it into the first one";
        return Some(("this key or table is defined twice".to_owned(), Some(help.to_owned())));
    }
    let said = message
        .strip_prefix("invalid type: ")
        .or_else(|| message.strip_prefix("invalid value: "))
        .or_else(|| message.strip_prefix("invalid length "))?;
    let (found, wanted) = said.rsplit_once(", expected ")?;
    let (wanted, is_number) = match wanted {
        "u8" => ("a whole number from 0 to 255", true),
        "u16" => ("a whole number from 0 to 65535", true),
        "u32" | "u64" | "usize" => ("a whole number from 0", true),
        "i8" | "i16" | "i32" | "i64" | "isize" => ("a whole number", true),
        "f32" | "f64" => ("a number", true),
        "a string" | "string" | "str" => ("a string", false),
        "a boolean" | "bool" => ("`true` or `false`", false),
        "a sequence" => ("a list", false),
        "a map" => ("a table", false),
        other if other.starts_with("struct ") => ("a table", false),
        other if other.starts_with("tuple ") || other.starts_with("a tuple ") => ("a list", false),
        other => (other, false),
    };
    let text = found.strip_prefix("string ").filter(|text| text.starts_with('"'));
    let help = match text {
        Some(text) if is_number && text.trim_matches('"').parse::<f64>().is_ok() => {
            Some("remove the quotes".to_owned())
        }
        Some(text) if wanted == "a list" => Some(format!("put it in brackets: `[{text}]`")),
        Some(text) if wanted == "`true` or `false`" => match text.trim_matches('"') {
            word @ ("true" | "false") => Some(format!("write `{word}`, without quotes")),
            _ => None,
        },
        None if wanted == "a string" && found.contains('`') => {
            let value = found.split('`').nth(1).unwrap_or_default();
            Some(format!("put it in quotes: `\"{value}\"`"))
        }
        _ => None,
    };
    let found = match found {
        "map" => "a table".to_owned(),
        "sequence" => "a list".to_owned(),
        "null" | "unit value" => "`null`".to_owned(),
        _ => match found.split_once(' ') {
            Some(("string", text)) => format!("the string `{}`", text.trim_matches('"')),
            Some(("integer", value)) => format!("the number {value}"),
            Some(("floating", value)) => {
                format!("the number {}", value.trim_start_matches("point "))
            }
            Some(("boolean", value)) => value.to_owned(),
            _ => found.to_owned(),
        },
    };
    Some((format!("this must be {wanted}, not {found}"), help))
}

#[cfg(test)]
mod tests {
    use super::plain_words;

    #[test]
    fn a_parser_s_words_do_not_show() {
        for (message, plain, help) in [
            (
                "invalid type: string \"x\", expected u16",
                "this must be a whole number from 0 to 65535, not the string `x`",
                None,
            ),
            (
                "invalid type: string \"80\", expected u16",
                "this must be a whole number from 0 to 65535, not the string `80`",
                Some("remove the quotes"),
            ),
            (
                "invalid value: integer `70000`, expected u16",
                "this must be a whole number from 0 to 65535, not the number `70000`",
                None,
            ),
            (
                "invalid type: string \"a\", expected a sequence",
                "this must be a list, not the string `a`",
                Some("put it in brackets: `[\"a\"]`"),
            ),
            (
                "invalid type: integer `3`, expected a string",
                "this must be a string, not the number `3`",
                Some("put it in quotes: `\"3\"`"),
            ),
            (
                "invalid type: floating point `1.5`, expected a boolean",
                "this must be `true` or `false`, not the number `1.5`",
                None,
            ),
            (
                "invalid type: string \"true\", expected a boolean",
                "this must be `true` or `false`, not the string `true`",
                Some("write `true`, without quotes"),
            ),
            ("invalid type: map, expected a string", "this must be a string, not a table", None),
            (
                "invalid type: boolean `true`, expected struct Limits",
                "this must be a table, not `true`",
                None,
            ),
            ("missing field `paths`", "the key `paths` is missing", Some("add `paths`")),
        ] {
            let found = plain_words(message).expect("a known form");
            assert_eq!((found.0.as_str(), found.1.as_deref()), (plain, help), "{message}");
        }
        assert_eq!(plain_words("unknown field `a`"), None);
    }
}
