//! Numbers that went through a browser: `5.0` comes back as `5`, and long ones come back rounded.

use serde_json::Value;

/// Writes numbers as they were before, where they are the same for a browser.
pub fn restore(value: &mut Value, before: &Value) {
    match (value, before) {
        (new @ Value::Number(_), Value::Number(_)) if is_same(new, before) => *new = before.clone(),
        (Value::Array(items), Value::Array(known)) => {
            for (index, item) in items.iter_mut().enumerate() {
                // Items may have moved: one that is the same as another is that one.
                let place = known.get(index);
                let stayed = place.filter(|known| is_same(item, known));
                let moved = || known.iter().find(|known| is_same(item, known));
                if let Some(known) = stayed.or_else(moved).or(place) {
                    restore(item, known);
                }
            }
        }
        (Value::Object(members), Value::Object(known)) => {
            for (name, member) in members {
                if let Some(known) = known.get(name) {
                    restore(member, known);
                }
            }
        }
        _ => {}
    }
}

/// Whether a browser takes both for the same.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            let is_there = |(name, value): (&String, &Value)| {
                b.get(name).is_some_and(|known| is_same(value, known))
            };
            a.len() == b.len() && a.iter().all(is_there)
        }
        (a, b) => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_they_were() {
        let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let before =
            json(r#"{"a": [{"p": 5.0, "n": "x"}, {"p": 7.50}], "id": 12345678901234567890}"#);
        let mut now =
            json(r#"{"a": [{"p": 7.5}, {"p": 5, "n": "y"}], "id": 12345678901234567000}"#);
        restore(&mut now, &before);
        let expected = r#"{"a":[{"p":7.50},{"p":5,"n":"y"}],"id":12345678901234567890}"#;
        assert_eq!(now.to_string(), expected);
        let mut now = json(r#"{"a": [{"p": 5, "n": "y"}], "id": 1}"#);
        restore(&mut now, &before);
        assert_eq!(now.to_string(), r#"{"a":[{"p":5.0,"n":"y"}],"id":1}"#);
    }
}
