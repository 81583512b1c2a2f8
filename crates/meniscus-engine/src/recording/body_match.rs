//! Conditions of `bodyPatterns`.

use serde_json::Value;

use super::json_diff::JsonMatch;
use super::json_path::JsonPath;
use super::matcher::{Seen, TextMatch, excerpt};
use crate::http::secret::{REDACTED, is_secret_field, mask_body};

/// A condition on a request's body.
#[derive(Debug)]
pub(super) enum BodyMatch {
    /// The body as a string.
    Text(TextMatch),
    /// The body as JSON, `equalToJson`.
    Json(JsonMatch),
    /// A value in the body, `matchesJsonPath`.
    Path { path: JsonPath, wanted: PathValue },
}

/// A condition on the value at a path.
#[derive(Debug)]
pub(super) enum PathValue {
    /// Present, and neither `null` nor an empty array or object: WireMock's rule for a bare path.
    Something,
    /// Its string: a string as it is, anything else as JSON.
    Text(TextMatch),
    Json(JsonMatch),
}

impl BodyMatch {
    pub(super) fn pattern_size(&self) -> usize {
        match self {
            Self::Text(wanted) | Self::Path { wanted: PathValue::Text(wanted), .. } => {
                wanted.pattern_size()
            }
            Self::Json(wanted) | Self::Path { wanted: PathValue::Json(wanted), .. } => {
                wanted.pattern_size()
            }
            Self::Path { wanted: PathValue::Something, .. } => 0,
        }
    }

    /// Returns why the body doesn't match, without secrets; `None` if it matches.
    ///
    /// Without `explain`, the reason is empty: most recordings don't match, and reasons are needed
    /// only if none does.
    pub(super) fn failure(&self, seen: &Seen<'_>, explain: bool) -> Option<String> {
        let reason =
            |write: &dyn Fn() -> String| Some(if explain { write() } else { String::new() });
        match self {
            Self::Text(wanted) => {
                if wanted.holds(seen.body()) {
                    return None;
                }
                reason(&|| {
                    let found = seen
                        .body()
                        .map_or_else(|| "missing".to_owned(), |body| excerpt(&mask_body(body)));
                    format!("body is {found}, the recording expects {}", masked_wanted(wanted))
                })
            }
            Self::Json(wanted) => match seen.json() {
                Ok(found) => wanted.difference(found).and_then(|difference| {
                    reason(&|| format!("body differs at {}", difference.describe()))
                }),
                Err(error) => reason(&|| not_json(seen, error)),
            },
            Self::Path { path, wanted } => match seen.json() {
                Ok(found) => wanted.failure(path, path.find(found), explain),
                // If the body isn't JSON, nothing is at the path.
                Err(_) if matches!(wanted, PathValue::Text(TextMatch::Absent)) => None,
                Err(error) => reason(&|| not_json(seen, error)),
            },
        }
    }
}

impl PathValue {
    pub(super) fn failure(
        &self,
        path: &JsonPath,
        found: Option<&Value>,
        explain: bool,
    ) -> Option<String> {
        let shown = || match found {
            None => "missing".to_owned(),
            Some(_) if path.last_name().is_some_and(is_secret_field) => REDACTED.to_owned(),
            Some(value) => excerpt(&mask_body(&value.to_string())),
        };
        let (holds, wanted) = match self {
            Self::Something => (found.is_some_and(is_something), "any value".to_owned()),
            Self::Text(wanted) => {
                let text = found.and_then(text_of);
                let described = match wanted {
                    _ if !explain => String::new(),
                    TextMatch::Absent => wanted.wanted(),
                    _ if path.last_name().is_some_and(is_secret_field) => {
                        "another value (hidden)".to_owned()
                    }
                    wanted => wanted.wanted(),
                };
                (wanted.holds(text.as_deref()), described)
            }
            Self::Json(wanted) => match found.map(|found| wanted.difference(found)) {
                Some(None) => (true, String::new()),
                Some(Some(difference)) if explain => {
                    return Some(format!(
                        "body at `{}` differs at {}",
                        path.source(),
                        difference.describe()
                    ));
                }
                _ => (false, "equal JSON".to_owned()),
            },
        };
        match (holds, explain) {
            (true, _) => None,
            (false, false) => Some(String::new()),
            (false, true) => Some(format!(
                "body at `{}` is {}, the recording expects {wanted}",
                path.source(),
                shown()
            )),
        }
    }
}

fn not_json(seen: &Seen<'_>, error: &str) -> String {
    match seen.body() {
        Some(_) => format!("body isn't JSON ({error}), the recording expects JSON"),
        None => "body is missing, the recording expects JSON".to_owned(),
    }
}

fn masked_wanted(wanted: &TextMatch) -> String {
    match wanted {
        TextMatch::EqualTo { value, ignore_case } => {
            let case = if *ignore_case { " (ignoring case)" } else { "" };
            format!("{}{case}", excerpt(&mask_body(value)))
        }
        TextMatch::Contains(part) => {
            format!("a string that contains {}", excerpt(&mask_body(part)))
        }
        wanted => wanted.wanted(),
    }
}

fn is_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => true,
    }
}

/// Returns the string that WireMock compares; `null` counts as absent.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        value => Some(value.to_string()),
    }
}
