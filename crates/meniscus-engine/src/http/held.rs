//! Secrets that data holds under a secret name, to be recognized wherever they are used.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use super::masked_output;
use super::request::in_url;
use super::secret::{REDACTED, is_mixed, is_secret_field};
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

/// Returns a secret in the forms in which templates print it: as it is, in another letter case,
/// percent-encoded, escaped for HTML and JSON, and in Base64; the longest first.
#[must_use]
pub fn secret_forms(secret: &str) -> Vec<String> {
    let mut forms = Vec::new();
    let mut capitalized = secret.to_lowercase();
    if let Some(first) = capitalized.chars().next() {
        capitalized.replace_range(..first.len_utf8(), &first.to_uppercase().to_string());
    }
    let cases = [secret.to_owned(), secret.to_uppercase(), secret.to_lowercase(), capitalized];
    for cased in cases {
        let json = serde_json::Value::from(cased.as_str()).to_string();
        // Without the quotes around it.
        forms.push(json[1..json.len() - 1].to_owned());
        for engine in [&STANDARD, &URL_SAFE] {
            let base64 = engine.encode(&cased);
            let base64 = base64.trim_end_matches('=');
            forms.extend([base64.to_owned(), in_url(base64)]);
        }
        let html = cased.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        for text in [html.replace('"', "&quot;").replace('\'', "&#39;"), cased] {
            let percent = in_url(&text);
            forms.extend([percent.replace("%20", "+"), percent.to_lowercase(), percent, text]);
        }
    }
    longest_first(&mut forms);
    forms
}

/// Sorts secrets so that one inside another doesn't leave the rest of it.
pub fn longest_first(secrets: &mut Vec<String>) {
    secrets.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    secrets.dedup();
}

/// Masks secrets, of which the longest are first, in a text, and what is left of one where the text
/// was cut.
#[must_use]
pub fn masked_by<'t>(text: &'t str, secrets: &[String]) -> Cow<'t, str> {
    let mut shown = Cow::Borrowed(text);
    for secret in secrets {
        if shown.contains(secret.as_str()) {
            shown = Cow::Owned(shown.replace(secret.as_str(), REDACTED));
        }
        let uncut = shown.trim_end_matches('"');
        let Some(cut) = uncut.strip_suffix('…') else { continue };
        let starts = secret.char_indices().map(|(at, _)| at);
        let mut starts = starts.filter(|at| *at >= SHORTEST_SECRET).rev();
        if let Some(start) = starts.find(|at| cut.ends_with(&secret[..*at])) {
            let quotes = &shown[uncut.len()..];
            shown = Cow::Owned(format!("{}{REDACTED}…{quotes}", &cut[..cut.len() - start]));
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{masked_by, secret_forms};

    #[test]
    fn a_secret_is_known_in_every_form() {
        let secrets = secret_forms("k/Ey \"1234");
        for text in [
            "k/Ey \"1234",
            "K/EY \"1234",
            "k%2FEy%20%221234",
            "K%2FEY+%221234",
            "k%2fey%20%221234",
            "k/Ey \\\"1234",
            "K/ey \"1234",
            "k/Ey &quot;1234",
            "k%2FEy+%26quot%3B1234",
        ] {
            assert_eq!(masked_by(&format!("a{text}b"), &secrets), "a[redacted]b", "{text}");
        }
        assert_eq!(masked_by("ay9FeSAiMTIzNA==", &secrets), "a[redacted]==".replacen('a', "", 1));
        assert_eq!(masked_by("x k/Ey \"12…\"", &secrets), "x [redacted]…\"");
        assert!(secret_forms("\"k3y-1234\"").contains(&"\\\"k3y-1234\\\"".to_owned()));
        assert_eq!(masked_by("k/Ey", &secrets), "k/Ey");
    }
}
