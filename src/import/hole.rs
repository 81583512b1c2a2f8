//! Values that an import cannot know, and the patterns that stand for them in a recording.

use serde_json::{Value, json};

/// Stands for a value that may be any. Its digits make it an identifier where names of files are made of URLs.
pub(super) const ANY: &str = "anyvalue00000";

/// Makes a body JSON where it is so but for values that stand without quotes.
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

/// Lets the `request` of a stub mapping match any value where [`ANY`] stands.
pub(super) fn open(request: &mut Value) {
    let Some(members) = request.as_object_mut() else { return };
    for (exact, by_pattern, any) in
        [("urlPath", "urlPathPattern", "[^/]+"), ("url", "urlPattern", "[^/?&]*")]
    {
        let found = members.get(exact).and_then(Value::as_str).filter(|text| text.contains(ANY));
        if let Some(found) = found.map(|text| pattern(text, any)) {
            // The pattern takes the place of the text, so that the file reads as ever.
            *members = std::mem::take(members)
                .into_iter()
                .map(|(name, value)| {
                    if name == exact {
                        (by_pattern.to_owned(), json!(found))
                    } else {
                        (name, value)
                    }
                })
                .collect();
        }
    }
    for group in ["queryParameters", "headers"] {
        let Some(Value::Object(named)) = members.get_mut(group) else { continue };
        named.values_mut().for_each(open_text);
    }
    if let Some(Value::Array(patterns)) = members.get_mut("bodyPatterns") {
        for one in patterns {
            if let Some(body) = one.get_mut("equalToJson") {
                open_json(body);
            }
            open_text(one);
        }
    }
}

fn open_text(matcher: &mut Value) {
    for operator in ["equalTo", "contains"] {
        let found = matcher.get(operator).and_then(Value::as_str).filter(|text| text.contains(ANY));
        if let Some(found) = found {
            let around = if operator == "contains" { ".*" } else { "" };
            *matcher = json!({"matches": format!("{around}{}{around}", pattern(found, ".*"))});
        }
    }
}

fn open_json(value: &mut Value) {
    match value {
        Value::String(text) if text == ANY => *text = "${json-unit.ignore}".to_owned(),
        Value::String(text) if text.contains(ANY) => {
            *text = format!("${{json-unit.regex}}{}", pattern(text, ".*"));
        }
        Value::Array(items) => items.iter_mut().for_each(open_json),
        Value::Object(members) => members.values_mut().for_each(open_json),
        _ => {}
    }
}

fn pattern(text: &str, any: &str) -> String {
    text.split(ANY).map(regex::escape).collect::<Vec<_>>().join(any)
}

/// Takes [`ANY`] out of what is not to be matched: a name, a path of a file.
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

    #[test]
    fn holes_become_patterns() {
        let mut request = json!({
            "method": "POST",
            "urlPath": format!("/apps/{ANY}/users/1.5"),
            "queryParameters": {"x": {"equalTo": ANY}, "y": {"equalTo": "1"}},
            "bodyPatterns": [{"equalToJson": {"id": ANY, "t": format!("a {ANY}."), "n": 1}}],
        });
        open(&mut request);
        assert_eq!(
            request,
            json!({
                "method": "POST",
                "urlPathPattern": "/apps/[^/]+/users/1\\.5",
                "queryParameters": {"x": {"matches": ".*"}, "y": {"equalTo": "1"}},
                "bodyPatterns": [{"equalToJson": {"id": "${json-unit.ignore}", "t": "${json-unit.regex}a .*\\.", "n": 1}}],
            })
        );
    }
}
