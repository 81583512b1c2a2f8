//! Variables of a Postman collection.

use std::collections::BTreeMap;

use serde_json::Value;

use super::document::{list, text};
use super::placeholder::ANY;

/// Parts of a lowercase name that mark a variable as secret. Broader than for fields: such a
/// variable usually holds a credential, and a pattern in its place still matches.
const MARKS: [&str; 6] = ["key", "secret", "token", "password", "passwd", "auth"];
/// The deepest nesting of variables.
const MAX_DEPTH: usize = 8;

/// Values by name, except secret ones.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables(BTreeMap<String, String>);

impl Variables {
    /// Adds the variables of a collection or folder, overriding outer ones; returns secret values.
    pub(super) fn extend(&mut self, owner: &Value) -> Vec<String> {
        let mut secrets = Vec::new();
        for variable in list(owner, "variable") {
            let name = match text(variable, "key") {
                "" => text(variable, "id"),
                name => name,
            };
            if name.is_empty() || variable.get("disabled") == Some(&Value::Bool(true)) {
                continue;
            }
            let value = match variable.get("value") {
                Some(Value::String(value)) => value.clone(),
                Some(Value::Null) | None => continue,
                Some(value) => value.to_string(),
            };
            if text(variable, "type") == "secret" || is_secret(name) {
                self.0.remove(name);
                if !value.contains("{{") {
                    secrets.push(value);
                }
            } else {
                self.0.insert(name.to_owned(), value);
            }
        }
        secrets
    }

    /// Replaces variables in a string; without a value, by a placeholder.
    pub(super) fn resolve(&self, written: &str) -> String {
        self.resolve_to(written, MAX_DEPTH)
    }

    fn resolve_to(&self, written: &str, depth: usize) -> String {
        let mut whole = String::with_capacity(written.len());
        let mut rest = written;
        while let Some(start) = rest.find("{{") {
            let Some(length) = rest[start..].find("}}") else { break };
            whole.push_str(&rest[..start]);
            let name = rest[start + 2..start + length].trim();
            match self.0.get(name).filter(|value| depth > 0 && !value.is_empty()) {
                Some(value) => whole.push_str(&self.resolve_to(value, depth - 1)),
                None => whole.push_str(ANY),
            }
            rest = &rest[start + length + 2..];
        }
        whole.push_str(rest);
        whole
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    MARKS.iter().any(|mark| name.contains(mark))
}
