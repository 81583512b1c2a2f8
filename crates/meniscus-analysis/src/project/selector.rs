use serde_json::Value;

use crate::recording::json_path::JsonPathPart;

/// A JSONPath that selects any number of values: `$.payload.users[*].email`, `$..phone`.
///
/// It supports names, quoted names, indexes, `*` for all members or items, and `..name` for a name
/// at any depth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    source: String,
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    One(JsonPathPart),
    All,
    /// This value and everything below it.
    Below,
}

impl Selector {
    /// Parses a path.
    ///
    /// # Errors
    ///
    /// What doesn't work in the path.
    pub fn parse(source: &str) -> Result<Self, String> {
        let wrong = |rest: &str| {
            format!(
                "`{rest}` doesn't work in the path `{source}`; use names, positions, `*`, or \
                 `..name`, as in `$.users[*].email`"
            )
        };
        let mut rest = source.strip_prefix('$').ok_or_else(|| wrong(source))?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            if let Some(name) = rest.strip_prefix("..") {
                steps.push(Step::Below);
                if name.starts_with('[') {
                    rest = name;
                    continue;
                }
                // The rest of `..name` parses as `.name`.
                rest = &rest[1..];
            }
            if let Some(after) = rest.strip_prefix("[*]").or_else(|| rest.strip_prefix(".*")) {
                steps.push(Step::All);
                rest = after;
                continue;
            }
            let (part, after) = JsonPathPart::parse(rest).ok_or_else(|| wrong(rest))?;
            steps.push(Step::One(part));
            rest = after;
        }
        if steps.is_empty() {
            return Err(wrong("$"));
        }
        Ok(Self { source: source.to_owned(), steps })
    }

    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether the path selects this very value in the body that contains it.
    pub fn leads_to(&self, root: &Value, wanted: &Value) -> bool {
        let mut found = false;
        self.each(root, &mut |value| found |= std::ptr::eq(value, wanted));
        found
    }

    /// Calls `visit` for each selected value.
    pub fn each<'v>(&self, root: &'v Value, visit: &mut impl FnMut(&'v Value)) {
        walk(&self.steps, root, visit);
    }

    /// Calls `visit` for each selected value, which it may change.
    pub fn each_mut(&self, root: &mut Value, visit: &mut impl FnMut(&mut Value)) {
        walk_mut(&self.steps, root, visit);
    }
}

fn walk<'v>(steps: &[Step], value: &'v Value, visit: &mut impl FnMut(&'v Value)) {
    let Some((step, rest)) = steps.split_first() else { return visit(value) };
    match step {
        Step::One(part) => {
            if let Some(inner) = part.of(value) {
                walk(rest, inner, visit);
            }
        }
        Step::All => children(value).for_each(|inner| walk(rest, inner, visit)),
        Step::Below => {
            walk(rest, value, visit);
            children(value).for_each(|inner| walk(steps, inner, visit));
        }
    }
}

fn children(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Array(items) => Box::new(items.iter()),
        Value::Object(members) => Box::new(members.values()),
        _ => Box::new(std::iter::empty()),
    }
}

fn walk_mut(steps: &[Step], value: &mut Value, visit: &mut impl FnMut(&mut Value)) {
    let Some((step, rest)) = steps.split_first() else { return visit(value) };
    match step {
        Step::One(part) => {
            if let Some(inner) = part.of_mut(value) {
                walk_mut(rest, inner, visit);
            }
        }
        Step::All => children_mut(value).for_each(|inner| walk_mut(rest, inner, visit)),
        Step::Below => {
            walk_mut(rest, value, visit);
            children_mut(value).for_each(|inner| walk_mut(steps, inner, visit));
        }
    }
}

fn children_mut(value: &mut Value) -> Box<dyn Iterator<Item = &mut Value> + '_> {
    match value {
        Value::Array(items) => Box::new(items.iter_mut()),
        Value::Object(members) => Box::new(members.values_mut()),
        _ => Box::new(std::iter::empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_lead_to_many_places() {
        let body = json!({"a": [{"e": 1}, {"e": 2, "b": {"e": 3}}], "e": 4, "x y": {"z": 5}});
        let found = |path: &str| {
            let mut found = Vec::new();
            Selector::parse(path).unwrap().each(&body, &mut |value| found.push(value.clone()));
            found
        };
        assert_eq!(found("$.a[*].e"), [json!(1), json!(2)]);
        assert_eq!(found("$..e"), [json!(4), json!(1), json!(2), json!(3)]);
        assert_eq!(found("$..['z']"), [json!(5)]);
        assert_eq!(found("$['x y'].*"), [json!(5)]);
        assert_eq!(found("$.a[-1].b.e"), [json!(3)]);
        assert_eq!(found("$.none[*]"), Vec::<Value>::new());
        let mut changed = body.clone();
        Selector::parse("$..e").unwrap().each_mut(&mut changed, &mut |value| *value = json!(0));
        assert_eq!(
            changed,
            json!({"a": [{"e": 0}, {"e": 0, "b": {"e": 0}}], "e": 0, "x y": {"z": 5}})
        );
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for odd in ["", "$", "a.b", "$..", "$.a[?(@.b)]", "$.a[0:2]", "$x", "$.a..", "$...a"] {
            assert!(Selector::parse(odd).is_err(), "{odd}");
        }
    }
}
