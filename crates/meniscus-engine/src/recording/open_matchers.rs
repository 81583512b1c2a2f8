//! Generalizes matchers whose value must not be in a recording.

use serde_json::{Value, json};

use crate::http::request::in_url;

/// Lets the `request` of a stub mapping match any value in place of `mark`.
pub fn open_matchers(request: &mut Value, mark: &str) {
    let Some(members) = request.as_object_mut() else { return };
    for (exact, by_pattern, segment) in
        [("urlPath", "urlPathPattern", "[^/]+"), ("url", "urlPattern", "[^/?&]*")]
    {
        // A mark is escaped when it is sent.
        let text = members.get(exact).and_then(Value::as_str);
        let text = text.map(|text| text.replace(&in_url(mark), mark));
        let found = text.filter(|text| text.contains(mark));
        if let Some(found) = found.map(|text| url_pattern(&text, mark, segment)) {
            // The pattern replaces the string in place, which keeps the file's order.
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
        named.values_mut().for_each(|matcher| open_text(matcher, mark));
    }
    if let Some(Value::Array(patterns)) = members.get_mut("bodyPatterns") {
        for one in patterns {
            if let Some(body) = one.get_mut("equalToJson") {
                open_json(body, mark);
            }
            open_text(one, mark);
        }
    }
}

fn open_text(matcher: &mut Value, mark: &str) {
    for operator in ["equalTo", "contains"] {
        let found =
            matcher.get(operator).and_then(Value::as_str).filter(|text| text.contains(mark));
        if let Some(found) = found {
            let around = if operator == "contains" { ".*" } else { "" };
            *matcher =
                json!({"matches": format!("{around}{}{around}", pattern(found, mark, ".*"))});
        }
    }
}

fn open_json(value: &mut Value, mark: &str) {
    match value {
        Value::String(text) if text == mark => *text = "${json-unit.ignore}".to_owned(),
        Value::String(text) if text.contains(mark) => {
            *text = format!("${{json-unit.regex}}{}", pattern(text, mark, ".*"));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| open_json(value, mark)),
        Value::Object(members) => members.values_mut().for_each(|value| open_json(value, mark)),
        _ => {}
    }
}

/// Returns a URL pattern. Each mark matches what may occur there: a query value, a user before `@`,
/// or a `segment` of the path.
fn url_pattern(text: &str, mark: &str, segment: &str) -> String {
    let mut pattern = String::new();
    let mut pieces = text.split(mark).peekable();
    let mut is_query = false;
    while let Some(piece) = pieces.next() {
        pattern.push_str(&regex::escape(piece));
        is_query |= piece.contains('?');
        match pieces.peek() {
            Some(_) if is_query => pattern.push_str("[^&]*"),
            Some(next) if next.starts_with('@') => pattern.push_str("[^/?]*"),
            Some(_) => pattern.push_str(segment),
            None => {}
        }
    }
    pattern
}

fn pattern(text: &str, mark: &str, any: &str) -> String {
    text.split(mark).map(regex::escape).collect::<Vec<_>>().join(any)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::secret::ANY;

    #[test]
    fn each_mark_of_a_url_takes_what_can_be_there() {
        for (url, expected) in [
            ("/a://ANY@/b", "/a://[^/?]*@/b"),
            ("/apps/ANY/users", "/apps/[^/]+/users"),
            ("/a?k=ANY&n=1&k=ANY", "/a\\?k=[^&]*\\&n=1\\&k=[^&]*"),
        ] {
            assert_eq!(url_pattern(url, "ANY", "[^/]+"), expected);
        }
    }

    #[test]
    fn holes_become_patterns() {
        let mut request = json!({
            "method": "POST",
            "urlPath": format!("/apps/{ANY}/users/1.5"),
            "queryParameters": {"x": {"equalTo": ANY}, "y": {"equalTo": "1"}},
            "bodyPatterns": [{"equalToJson": {"id": ANY, "t": format!("a {ANY}."), "n": 1}}],
        });
        open_matchers(&mut request, ANY);
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
    #[test]
    fn what_is_redacted_matches_anything() {
        let mut request = json!({
            "urlPath": "/priv/v1/apps/%5Bredacted%5D/users",
            "bodyPatterns": [{"equalTo": "to=[redacted]"}, {"contains": "[redacted]"}],
        });
        open_matchers(&mut request, "[redacted]");
        assert_eq!(
            request,
            json!({
                "urlPathPattern": "/priv/v1/apps/[^/]+/users",
                "bodyPatterns": [{"matches": "to=.*"}, {"matches": ".*.*.*"}],
            })
        );
    }
}
