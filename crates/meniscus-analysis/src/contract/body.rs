use serde_json::Value as Json;

use super::calls::{interpolation_text, written};
use crate::analyze::{Pieces, TextPart};
use crate::http::secret::is_secret_field;

/// The request body of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// JSON members; nested ones are joined with dots.
    Json(Vec<Member>),
    Form(Vec<Member>),
    /// Anything else, or a body put together by branches and loops.
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The path of the member: `user.id`, `tags[]`.
    pub name: String,
    /// Its value, with `{{…}}` for interpolations; `None` if it must not be shown.
    pub value: Option<String>,
}

/// Replaces an interpolation that may be a number; its index follows.
const MARK: &str = "7140093021";

impl Body {
    /// Parses a body as far as the template determines it; `mask` hides secrets.
    pub(super) fn of(pieces: &Pieces<'_>, mask: impl Fn(&str) -> String) -> Body {
        let mut interpolations = Vec::new();
        let mut text = String::new();
        for part in &pieces.parts {
            match part {
                TextPart::Text { text: fixed, .. } => text.push_str(&mask(fixed)),
                TextPart::Interpolation(interpolation) => {
                    // Digits are valid JSON with and without quotes.
                    text.push_str(&format!("{MARK}{:04}", interpolations.len()));
                    interpolations.push(interpolation_text(interpolation));
                }
            }
        }
        let text = text.trim();
        if let Ok(json @ (Json::Object(_) | Json::Array(_))) = serde_json::from_str(text) {
            let mut members = Vec::new();
            flatten(String::new(), &json, &interpolations, &mut members);
            return Body::Json(members);
        }
        match form(text, &interpolations) {
            Some(members) => Body::Form(members),
            None => Body::Other(mask(written(pieces).trim())),
        }
    }
}

fn flatten(name: String, value: &Json, interpolations: &[String], members: &mut Vec<Member>) {
    match value {
        Json::Object(fields) if !fields.is_empty() => {
            for (field, value) in fields {
                let dot = if name.is_empty() { "" } else { "." };
                flatten(
                    format!("{name}{dot}{}", filled(field, interpolations)),
                    value,
                    interpolations,
                    members,
                );
            }
        }
        Json::Array(items) if !items.is_empty() => {
            for item in items {
                flatten(format!("{name}[]"), item, interpolations, members);
            }
        }
        value => {
            let last = name.rsplit('.').next().unwrap_or_default();
            let shown =
                (!is_secret_field(last)).then(|| filled(&value.to_string(), interpolations));
            members.push(Member { name, value: shown });
        }
    }
}

/// Parses `a=b&c=d`; returns `None` for anything else.
fn form(text: &str, interpolations: &[String]) -> Option<Vec<Member>> {
    let simple = !text.is_empty() && !text.contains(['{', '<', '\n', ' ']);
    let fields = text.split('&').map(|field| {
        let (name, value) = field.split_once('=')?;
        let value = (!is_secret_field(name)).then(|| filled(value, interpolations));
        Some(Member { name: filled(name, interpolations), value })
    });
    simple.then(|| fields.collect::<Option<Vec<_>>>()).flatten()
}

/// Restores interpolations from their marks.
fn filled(text: &str, interpolations: &[String]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(MARK) {
        let behind = &rest[at + MARK.len()..];
        let number = behind.get(..4).and_then(|digits| digits.parse::<usize>().ok());
        out.push_str(&rest[..at]);
        match number.and_then(|number| interpolations.get(number)) {
            Some(interpolation) => {
                out.push_str(interpolation);
                rest = &behind[4..];
            }
            None => {
                out.push_str(MARK);
                rest = behind;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, value: &str) -> Member {
        Member { name: name.to_owned(), value: Some(value.to_owned()) }
    }

    fn body(text: &str) -> Body {
        Body::of(&Pieces::value(text.to_owned()), str::to_owned)
    }

    #[test]
    fn json_is_told_member_by_member() {
        let found = body(r#"{"user": {"id": "u", "password": "p"}, "tags": ["a", 1], "none": {}}"#);
        let password = Member { name: "user.password".to_owned(), value: None };
        let all = vec![
            member("user.id", "\"u\""),
            password,
            member("tags[]", "\"a\""),
            member("tags[]", "1"),
            member("none", "{}"),
        ];
        assert_eq!(found, Body::Json(all));
    }

    #[test]
    fn forms_are_told_from_texts() {
        assert_eq!(body("a=1&b="), Body::Form(vec![member("a", "1"), member("b", "")]));
        assert_eq!(body("a=1&b"), Body::Other("a=1&b".to_owned()));
        assert_eq!(body("<a b=\"c\"/>"), Body::Other("<a b=\"c\"/>".to_owned()));
    }

    #[test]
    fn marks_become_what_comes_in() {
        let interpolations = ["{{a}}".to_owned(), "{{b}}".to_owned()];
        assert_eq!(filled(&format!("x{MARK}0001-{MARK}0000"), &interpolations), "x{{b}}-{{a}}");
        assert_eq!(
            filled(&format!("{MARK}0002 {MARK}"), &interpolations),
            format!("{MARK}0002 {MARK}")
        );
    }
}
