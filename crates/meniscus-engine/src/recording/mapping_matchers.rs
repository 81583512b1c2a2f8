//! Parses the matchers of a stub mapping's `request`.

use serde_json::Value;

use super::body_match::{BodyMatch, PathValue};
use super::json_diff::JsonMatch;
use super::json_path::JsonPath;
use super::matcher::{Pattern, TextMatch, excerpt};
use super::reader::{Node, Reader};

/// Matchers for strings.
const TEXT_KEYS: &[&str] =
    &["equalTo", "contains", "doesNotContain", "matches", "doesNotMatch", "absent"];

/// Parses `{"equalTo": "x"}` and similar, as in `queryParameters`, `headers`, and `host`.
pub(super) fn text_match(
    reader: &mut Reader<'_>,
    node: &Node<'_>,
    place: &str,
) -> Option<TextMatch> {
    reader.object(node, place, &with(TEXT_KEYS, &["caseInsensitive"]))?;
    let operator = only_operator(reader, node, place, TEXT_KEYS)?;
    text_match_of(reader, node, operator)
}

/// Parses an element of `bodyPatterns`.
pub(super) fn body_match(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<BodyMatch> {
    let place = "a body pattern";
    let operators = with(TEXT_KEYS, &["equalToJson", "matchesJsonPath"]);
    reader.object(
        node,
        place,
        &with(&operators, &["caseInsensitive", "ignoreArrayOrder", "ignoreExtraElements"]),
    )?;
    match only_operator(reader, node, place, &operators)? {
        "equalToJson" => json_match(reader, node).map(BodyMatch::Json),
        "matchesJsonPath" => {
            let path = node.get("matchesJsonPath")?;
            if path.value.is_object() {
                path_match(reader, &path)
            } else {
                bare_path(reader, &path)
            }
        }
        operator => text_match_of(reader, node, operator).map(BodyMatch::Text),
    }
}

pub(super) fn pattern(reader: &mut Reader<'_>, node: &Node<'_>, place: &str) -> Option<Pattern> {
    let source = reader.string(node, place)?;
    Pattern::new(source)
        .map_err(|message| {
            reader.refuse(
                node,
                message,
                "fix the pattern; look-around and backreferences aren't supported",
            )
        })
        .ok()
}

fn with<'k>(keys: &[&'k str], more: &[&'k str]) -> Vec<&'k str> {
    [keys, more].concat()
}

/// Returns the object's only matcher, or reports that there is none or more than one.
///
/// WireMock takes the first it knows and silently ignores the rest.
fn only_operator<'k>(
    reader: &mut Reader<'_>,
    node: &Node<'_>,
    place: &str,
    operators: &[&'k str],
) -> Option<&'k str> {
    let used: Vec<_> =
        operators.iter().copied().filter(|operator| node.get(operator).is_some()).collect();
    match used.as_slice() {
        [operator] => {
            refuse_idle_option(reader, node, operator, "caseInsensitive", "equalTo");
            refuse_idle_option(reader, node, operator, "ignoreArrayOrder", "equalToJson");
            refuse_idle_option(reader, node, operator, "ignoreExtraElements", "equalToJson");
            Some(operator)
        }
        [] => {
            let list = operators
                .iter()
                .map(|operator| format!("`{operator}`"))
                .collect::<Vec<_>>()
                .join(", ");
            reader.refuse(
                node,
                format!("{place} has no matcher; use one of {list}"),
                "add a matcher, or remove the object",
            );
            None
        }
        [first, second, ..] => {
            let help = if operators.contains(&"equalToJson") {
                "write each matcher as a separate body pattern"
            } else {
                "keep one of them, or combine them in one `matches` pattern"
            };
            reader.refuse(
                node,
                format!("{place} has the matchers `{first}` and `{second}`; it can have only one"),
                help,
            );
            None
        }
    }
}

fn refuse_idle_option(
    reader: &mut Reader<'_>,
    node: &Node<'_>,
    operator: &str,
    option: &str,
    serves: &str,
) {
    if let Some(member) = node.get(option).filter(|_| operator != serves) {
        let message = format!("`{option}` only works with `{serves}`, not with `{operator}`");
        reader.refuse_key(&member, message, format!("remove `{option}`"));
    }
}

fn text_match_of(reader: &mut Reader<'_>, node: &Node<'_>, operator: &str) -> Option<TextMatch> {
    let operand = node.get(operator)?;
    let place = format!("`{operator}`");
    if operator == "absent" {
        return match reader.boolean(&operand, &place)? {
            true => Some(TextMatch::Absent),
            false => {
                reader.refuse(
                    &operand,
                    "`absent` can only be `true`",
                    "use `\"matches\": \".*\"` to match any value",
                );
                None
            }
        };
    }
    Some(match operator {
        "matches" => TextMatch::Matches(pattern(reader, &operand, &place)?),
        "doesNotMatch" => TextMatch::DoesNotMatch(pattern(reader, &operand, &place)?),
        "contains" => TextMatch::Contains(reader.string(&operand, &place)?.to_owned()),
        "doesNotContain" => TextMatch::DoesNotContain(reader.string(&operand, &place)?.to_owned()),
        _ => TextMatch::EqualTo {
            value: reader.string(&operand, &place)?.to_owned(),
            ignore_case: option(reader, node, "caseInsensitive")?,
        },
    })
}

/// Parses a boolean that defaults to `false`.
fn option(reader: &mut Reader<'_>, node: &Node<'_>, name: &str) -> Option<bool> {
    match node.get(name) {
        Some(member) => reader.boolean(&member, &format!("`{name}`")),
        None => Some(false),
    }
}

/// Parses `equalToJson`, whose operand is a JSON value or a string with JSON.
fn json_match(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<JsonMatch> {
    let operand = node.get("equalToJson")?;
    let expected = match operand.value {
        Value::String(text) => match serde_json::from_str(text) {
            Ok(value) => value,
            Err(error) => {
                let message = format!(
                    "the string {} in `equalToJson` isn't valid JSON: {error}",
                    excerpt(text)
                );
                reader.refuse(
                    &operand,
                    message,
                    "write the JSON value itself, without quotes around it",
                );
                return None;
            }
        },
        value => value.clone(),
    };
    let ignore_array_order = option(reader, node, "ignoreArrayOrder")?;
    let ignore_extra_elements = option(reader, node, "ignoreExtraElements")?;
    JsonMatch::new(expected, ignore_array_order, ignore_extra_elements)
        .map_err(|message| {
            reader.refuse(&operand, message, "fix the placeholder, or write the value itself")
        })
        .ok()
}

fn bare_path(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<BodyMatch> {
    json_path(reader, node, "`matchesJsonPath`")
        .map(|path| BodyMatch::Path { path, wanted: PathValue::Something })
}

/// Parses the form `{"expression": "$.a", "equalTo": "x"}`.
fn path_match(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<BodyMatch> {
    let place = "`matchesJsonPath`";
    let operators = with(TEXT_KEYS, &["equalToJson"]);
    let options = ["expression", "caseInsensitive", "ignoreArrayOrder", "ignoreExtraElements"];
    reader.object(node, place, &with(&operators, &options))?;
    let Some(expression) = node.get("expression") else {
        reader.refuse(
            node,
            "`matchesJsonPath` has no `expression`",
            "add `expression` with a path such as `$.a.b[0]`",
        );
        return None;
    };
    let path = json_path(reader, &expression, "`expression`")?;
    if operators.iter().all(|operator| node.get(operator).is_none()) {
        return Some(BodyMatch::Path { path, wanted: PathValue::Something });
    }
    let wanted = match only_operator(reader, node, place, &operators)? {
        "equalToJson" => PathValue::Json(json_match(reader, node)?),
        operator => PathValue::Text(text_match_of(reader, node, operator)?),
    };
    Some(BodyMatch::Path { path, wanted })
}

fn json_path(reader: &mut Reader<'_>, node: &Node<'_>, place: &str) -> Option<JsonPath> {
    let source = reader.string(node, place)?;
    JsonPath::parse(source)
        .map_err(|rest| {
            let message = format!(
                "{} doesn't work in the path {}; use names and positions, as in `$.a.b[0]`",
                excerpt(&rest),
                excerpt(source)
            );
            reader.refuse(
                node,
                message,
                "write a path to one value, or use `equalToJson` with `ignoreExtraElements`",
            );
        })
        .ok()
}
