//! Secrets that data holds under a secret name, to be recognized wherever they are used.

use super::masked_output;
use super::secret::{is_mixed, is_secret_field};
use crate::value::{Object, Value, View};

/// The shortest string masked wherever it is, in bytes: a shorter one may be an ordinary word.
pub const SHORTEST_SECRET: usize = 8;

/// Passes each string that is secret by its name to `found`; `name` is that of the value itself.
pub fn held_secrets(name: &str, value: &Value, found: &mut dyn FnMut(&str)) {
    match value.view() {
        View::Object(object) => {
            Object::iter(object).for_each(|(key, value)| held_secrets(key, value, found));
        }
        View::Array(items) => items.iter().for_each(|item| held_secrets(name, item, found)),
        View::Str(text) if text.len() >= SHORTEST_SECRET && is_secret(name, text) => found(text),
        _ => {}
    }
}

fn is_secret(name: &str, text: &str) -> bool {
    let is_token = || name.to_ascii_lowercase().ends_with("token") && is_mixed(text);
    let has_scheme = || text.contains("://") || text.contains(' ');
    let is_known = || {
        if !is_mixed(text) && !has_scheme() {
            return false;
        }
        let line = format!("{name} = \"{text}\"");
        masked_output(&line) != line
    };
    is_secret_field(name) || is_token() || is_known()
}
