use std::borrow::Cow;

use crate::http::{masked_output, secret::REDACTED};
use crate::value::{Object, Value, View};

use super::values::shown;

/// The shortest string masked as a secret everywhere, in bytes: a shorter one may be an ordinary
/// word.
const SHORTEST: usize = 8;

/// Secrets in variables and scenarios, to be recognized in text.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    /// Longest first, so that one inside another doesn't hide the rest of it.
    known: Vec<String>,
}

impl Secrets {
    /// Adds values under secret names in a named value.
    pub fn add(&mut self, name: &str, value: &Value) {
        match value.view() {
            View::Object(object) => {
                for (key, value) in Object::iter(object) {
                    self.add(key, value);
                }
            }
            View::Array(items) => items.iter().for_each(|item| self.add(name, item)),
            View::Str(text) if text.len() >= SHORTEST && shown(name, value) == REDACTED => {
                self.know(text);
            }
            _ => {}
        }
    }

    /// Adds a secret.
    pub fn know(&mut self, text: &str) {
        self.known.push(text.to_owned());
        self.known.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        self.known.dedup();
    }

    /// Masks known secrets in a text, and what looks like one.
    #[must_use]
    pub fn hide<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut hidden = masked_output(text);
        for secret in &self.known {
            if hidden.contains(secret.as_str()) {
                hidden = Cow::Owned(hidden.replace(secret.as_str(), &"*".repeat(secret.len())));
            }
        }
        hidden
    }
}

#[cfg(test)]
mod tests {
    use super::Secrets;
    use crate::value::from_json;

    #[test]
    fn what_is_secret_by_its_name_is_hidden_wherever_it_stands() {
        let mut secrets = Secrets::default();
        let values = serde_json::json!({
            "api_key": "larkspur-1", "first_name": "Anna Larkspur", "token": "short",
            "inner": [{ "client_secret": "larkspur-1-and-more" }],
        });
        secrets.add("variables", &from_json(values));
        let text = "larkspur-1 larkspur-1-and-more Anna Larkspur short";
        assert_eq!(secrets.hide(text), "********** ******************* Anna Larkspur short");
    }
}
