use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Number, Value};

use super::Selector;
use super::canonical::layers;
use super::detect::{self, Certainty};
use super::encoded::encoded_in;
use super::invent::{Inventor, is_email};
use super::ready::Ready;
use super::replace::Replacer;
use crate::http::Request;
use crate::http::request::{decode_component, decode_pairs};
use crate::http::secret::ANY;
use crate::http::secret::{
    REDACTED, app_key_in_path, is_held_secret, is_mixed, is_secret_field, is_secret_header,
    is_secret_parameter, is_secret_value, secret_of_pair,
};
use crate::http::secrets_in;
use crate::live::credential::{Secret, decoded_basic};

/// Digits that identify a customer; fewer occur everywhere.
const MIN_DIGITS: usize = 5;
/// Letters that are enough for a word.
const MIN_LETTERS: usize = 3;
/// Words that identify nobody.
const PLAIN_WORDS: [&str; 7] = ["true", "false", "null", "none", "yes", "unknown", "n/a"];

/// The longest credential searched for elsewhere, in bytes.
const LONGEST_SECRET: usize = 8 << 10;
/// Depth to which nested Base64 is decoded: each level may contain several of the next.
pub(super) const MAX_DEPTH: usize = 3;

/// What is redacted in addition to credentials.
#[derive(Clone, Debug, Default)]
pub struct RedactOptions {
    /// Where personal data is in request and response bodies.
    pub json: Vec<Selector>,
    /// Query parameters and form fields with personal data.
    pub query: Vec<String>,
    /// Whether to also detect personal data by key and format.
    pub detect: bool,
    /// The key for inventing values; without it, a guessed value can be confirmed.
    pub key: Option<Secret>,
    /// Known credentials: those in the environment.
    pub secrets: Vec<Secret>,
}

/// Descriptions of a redaction: paths, names of headers and parameters, never a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redacted(pub BTreeSet<String>);

/// Redacts credentials and personal data in requests and responses.
///
/// It learns from everything first, then changes everything: a value that one response shows to be
/// personal is replaced in all others, and in requests and URLs.
#[derive(Debug, Default)]
pub struct Redactor {
    pub(super) options: RedactOptions,
    pub(super) inventor: Inventor,
    secrets: BTreeSet<String>,
    /// Real values in lowercase, with their replacements.
    pub(super) known: BTreeMap<String, KnownValue>,
    /// Values invented earlier, as found in recordings.
    inventions: BTreeSet<String>,
    /// Values to keep, in lowercase, because scenarios contain them.
    kept: BTreeSet<String>,
    /// Possible personal data: paths with descriptions.
    doubtful: BTreeSet<String>,
    /// Current nesting depth in Base64 while learning.
    depth: usize,
}

#[derive(Debug, Clone)]
pub(super) struct KnownValue {
    real: String,
    pub(super) invented: String,
    /// Whether case distinguishes it from a word, because it isn't configured as personal
    /// everywhere.
    exact: bool,
}

impl Redactor {
    /// Makes a redactor that knows nothing yet.
    #[must_use]
    pub fn new(options: RedactOptions) -> Self {
        let inventor = Inventor { key: options.key.clone() };
        let secrets = options.secrets.clone();
        let mut redactor = Self { options, inventor, ..Self::default() };
        secrets.iter().for_each(|secret| redactor.add_secret(secret.expose()));
        redactor
    }

    /// Whether personal data in bodies is configured.
    #[must_use]
    pub fn reads_bodies(&self) -> bool {
        !self.options.json.is_empty()
    }

    /// Learns a credential.
    pub fn add_secret(&mut self, secret: &str) {
        let secret = secret.trim();
        if secret == ANY {
            return;
        }
        // Longer ones are redacted by their name.
        let is_one = (1..=LONGEST_SECRET).contains(&secret.len());
        if is_one && !secret.eq_ignore_ascii_case(REDACTED) {
            self.secrets.insert(secret.to_owned());
        }
    }

    /// Learns the credentials and personal data of a request.
    pub fn learn_request(&mut self, request: &Request) {
        for (name, value) in request.headers.iter().filter(|(name, _)| is_secret_header(name)) {
            self.learn_credential(value);
            if name.eq_ignore_ascii_case("cookie") {
                let pairs = value.split(';').filter_map(|pair| pair.split_once('='));
                let values = pairs.map(|(_, value)| value.trim()).filter(|value| is_mixed(value));
                values.for_each(|value| self.add_secret(value));
            }
        }
        if let Some((user, _)) = request.url.split_once("://").and_then(|(_, rest)| {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            authority.rsplit_once('@')
        }) {
            let user = user.to_owned();
            user.split(':').for_each(|part| self.add_secret(&decode_component(part)));
        }
        let path = request.path().into_owned();
        if let Some(key) = app_key_in_path(&path) {
            self.add_secret(&decode_component(&path[key]));
        }
        self.learn_again(request);
        self.learn_text_body(&path);
        self.learn_pairs(&request.query_parameters());
        let body = request.body.as_deref().unwrap_or_default();
        match serde_json::from_str::<Value>(body) {
            Ok(json) => self.learn_json(&json),
            Err(_) => {
                self.learn_secrets_in(body);
                self.learn_pairs(&decode_pairs(body));
            }
        }
    }

    /// Learns the credentials and personal data of a response: its headers and body.
    pub fn learn_response(&mut self, headers: &[(String, String)], body: &[u8]) {
        for (name, value) in headers {
            if is_secret_header(name) {
                match value.contains(';') {
                    true => self.add_secret(value),
                    false => self.learn_credential(value),
                }
                // In `Set-Cookie: NAME=VALUE; Path=/`, the value is secret.
                let pair = value.split(';').next().and_then(|pair| pair.split_once('='));
                pair.into_iter().for_each(|(_, value)| self.add_secret(value));
            } else {
                self.learn_text_body(value);
                if let Some((_, query)) = value.split_once('?') {
                    self.learn_pairs(&decode_pairs(query));
                }
            }
        }
        self.learn_body(body);
    }

    /// Learns a header's credential, possibly after a scheme.
    fn learn_credential(&mut self, value: &str) {
        self.add_secret(value);
        if let Some((_, rest)) = value.trim().split_once(' ') {
            self.add_secret(rest);
        }
        decoded_basic(value.trim()).iter().for_each(|part| self.add_secret(part));
    }

    /// Learns credentials that a text itself identifies, to find them elsewhere too.
    fn learn_secrets_in(&mut self, text: &str) {
        self.learn_secrets_of(text, &layers(text));
    }

    /// Learns the credentials of a text with known layers of escapes.
    fn learn_secrets_of(&mut self, text: &str, layers: &[String]) {
        for text in layers.iter().map(String::as_str).chain([text]) {
            for range in secrets_in(text) {
                self.add_secret(&text[range]);
            }
        }
        for inner in layers.iter().filter_map(|layer| json_in(layer)) {
            self.learn_json(&inner);
        }
        if self.depth < MAX_DEPTH {
            self.depth += 1;
            for text in layers.iter().map(String::as_str).chain([text]) {
                encoded_in(text).iter().for_each(|inner| self.learn_body(inner.content.as_bytes()));
            }
            self.depth -= 1;
        }
    }

    /// Learns what was invented in an existing recording, from its whole file: a real value with
    /// the same replacement is personal, even if no current response shows it.
    ///
    /// Names are left out: there are too few to conclude that one was invented for a particular
    /// word.
    pub fn learn_inventions(&mut self, recording: &Value) {
        let mut found = Vec::new();
        scalars(recording, &mut found);
        for text in found {
            let parts =
                text.split(['/', '?', '&', '=']).map(|part| decode_component(part).into_owned());
            let parts = parts.chain([text.clone()]).filter(|part| is_unmistakable(part));
            self.inventions.extend(parts.map(|part| part.to_lowercase()));
        }
    }

    /// Learns parts of a request that were replaced before.
    fn learn_again(&mut self, request: &Request) {
        if self.inventions.is_empty() {
            return;
        }
        let mut parts = parts_of(request);
        let headers = request.headers.iter().filter(|(name, _)| !is_secret_header(name));
        parts.extend(headers.map(|(_, value)| value.clone()));
        for part in parts {
            let part = part.trim();
            if !is_specific(part) {
                continue;
            }
            let number = parse_number(part).map(|number| self.inventor.number(number.as_str()));
            if number.as_ref().is_some_and(|invented| self.inventions.contains(invented)) {
                self.learn_value(&parse_number(part).map_or(Value::Null, Value::Number));
            } else if self.inventions.contains(&self.inventor.text(part).to_lowercase()) {
                self.learn_text(part);
            }
        }
    }

    /// Learns the credentials and personal data of a response body, JSON or text.
    pub fn learn_body(&mut self, body: &[u8]) {
        match serde_json::from_slice(body) {
            Ok(json) => self.learn_json(&json),
            Err(_) => self.learn_text_body(&String::from_utf8_lossy(body)),
        }
    }

    /// Learns the credentials and personal data of a JSON body.
    pub fn learn_json(&mut self, body: &Value) {
        self.learn_secrets(body);
        if self.options.detect {
            self.learn_personal(body);
        }
        let selectors = std::mem::take(&mut self.options.json);
        for selector in &selectors {
            selector.each(body, &mut |value| self.learn_value(value));
        }
        self.options.json = selectors;
    }

    fn learn_pairs(&mut self, pairs: &[(String, String)]) {
        for (name, value) in pairs {
            if is_secret_parameter(name, value) {
                self.add_secret(value);
            } else if self.options.query.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                self.learn_text(value);
            } else if self.options.detect
                && !self.kept.contains(&value.trim().to_lowercase())
                && detect::personal(&[detect::plain(name)], value)
                    .is_some_and(|found| found.certainty == Certainty::Certain)
            {
                self.learn_word(value, true);
            }
        }
    }

    fn learn_secrets(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.learn_secrets(item)),
            Value::String(text) => {
                self.learn_secrets_in(text);
                if let Some(inner) = json_in(text) {
                    self.learn_json(&inner);
                }
            }
            Value::Object(members) => {
                secret_of_pair(members).iter().for_each(|secret| self.add_secret(secret));
                for (name, member) in members {
                    if matches!(member, Value::Array(_) | Value::Object(_)) {
                        let mut held = Vec::new();
                        scalars(member, &mut held);
                        held.retain(|text| is_mixed(text) && is_held_secret(name, text));
                        held.iter().for_each(|text| self.add_secret(text));
                    }
                    match member {
                        Value::String(text) if is_secret_value(name, text) => self.add_secret(text),
                        Value::Number(number) if is_secret_field(name) => {
                            self.add_secret(number.as_str())
                        }
                        _ => self.learn_secrets(member),
                    }
                }
            }
            _ => {}
        }
    }

    fn learn_value(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.learn_text(text),
            Value::Number(number) if is_specific(number.as_str()) => {
                let real = number.as_str().to_owned();
                let invented = self.inventor.number(&real);
                self.known.entry(real.clone()).or_insert(KnownValue {
                    real,
                    invented,
                    exact: false,
                });
            }
            Value::Array(items) => items.iter().for_each(|item| self.learn_value(item)),
            Value::Object(members) => members.values().for_each(|member| self.learn_value(member)),
            _ => {}
        }
    }

    fn learn_text(&mut self, text: &str) {
        self.learn_word(text, false);
    }

    fn learn_word(&mut self, text: &str, exact: bool) {
        let real = text.trim();
        if is_specific(real) {
            let invented = self.inventor.text(real);
            // A name may be a common word; an address or number is recognizable in any case.
            let exact = exact && real.chars().all(|c| c.is_alphabetic() || " '’-.".contains(c));
            let known = KnownValue { real: real.to_owned(), invented, exact };
            let entry = self.known.entry(real.to_lowercase()).or_insert(known);
            entry.exact &= exact;
        }
    }

    /// Keeps a request's values, even where a response repeats them: they come from a scenario
    /// stored next to the recordings, and the recording should answer that scenario.
    pub fn keep_request(&mut self, request: &Request) {
        let parts = parts_of(request).into_iter().map(|part| part.trim().to_lowercase());
        self.kept.extend(parts.filter(|part| !part.is_empty()));
    }

    /// Returns possible personal data that is kept: paths with descriptions.
    #[must_use]
    pub fn doubtful(&self) -> &BTreeSet<String> {
        &self.doubtful
    }

    /// Learns personal data in a text by its format.
    fn learn_text_body(&mut self, text: &str) {
        let layers = layers(text);
        self.learn_secrets_of(text, &layers);
        if !self.options.detect {
            return;
        }
        for text in layers.iter().map(String::as_str).chain([text]) {
            for found in detect::embedded(text).chain(detect::elements(text)) {
                if !self.kept.contains(&found.to_lowercase()) {
                    self.learn_word(found, true);
                }
            }
        }
    }

    fn learn_personal(&mut self, body: &Value) {
        let mut texts = Vec::new();
        scalars(body, &mut texts);
        keys(body, &mut texts);
        texts.iter().for_each(|text| self.learn_text_body(text));
        let mut found = Vec::new();
        detect::each(body, &mut |path, value, personal| {
            found.push((path.to_owned(), value, personal));
        });
        for (path, value, personal) in found {
            let (text, is_number) = match value {
                Value::String(text) => (text.as_str(), false),
                Value::Number(number) => (number.as_str(), true),
                _ => continue,
            };
            if self.kept.contains(&text.trim().to_lowercase()) {
                continue;
            }
            if personal.certainty == Certainty::Doubtful {
                if !self.options.json.iter().any(|selector| selector.leads_to(body, value)) {
                    self.doubtful.insert(format!("`{path}`, {}", personal.what));
                }
            } else if is_number {
                self.learn_value(value);
            } else {
                self.learn_word(text, true);
            }
        }
    }

    pub(super) fn is_kept(&self, value: &Value) -> bool {
        let text = match value {
            Value::String(text) => text.trim().to_lowercase(),
            Value::Number(number) => number.as_str().to_owned(),
            _ => return false,
        };
        self.kept.contains(&text)
    }

    /// Returns the redactor with everything it has learned.
    #[must_use]
    pub fn ready(&self) -> Ready<'_> {
        let pairs = |exact: bool| {
            let known = self.known.values().filter(move |known| known.exact == exact);
            known.map(|known| (known.real.clone(), known.invented.clone()))
        };
        Ready {
            redactor: self,
            // Secrets from the environment come first, because they are searched for in every form.
            secrets: Replacer::of_secrets(
                self.options
                    .secrets
                    .iter()
                    .map(Secret::expose)
                    .chain(self.secrets.iter().map(String::as_str)),
            ),
            depth: Cell::new(0),
            is_request: Cell::new(false),
            words: Replacer::of_words(pairs(false)),
            names: Replacer::of_names(pairs(true)),
        }
    }
}

/// Returns the decoded values of a request's path, query, and body.
fn parts_of(request: &Request) -> Vec<String> {
    let path = request.path();
    let mut parts =
        path.split('/').map(|part| decode_component(part).into_owned()).collect::<Vec<_>>();
    parts.extend(request.query_parameters().into_iter().map(|(_, value)| value));
    let body = request.body.as_deref().unwrap_or_default();
    match serde_json::from_str::<Value>(body) {
        Ok(json) => scalars(&json, &mut parts),
        Err(_) => parts.extend(decode_pairs(body).into_iter().map(|(_, value)| value)),
    }
    parts
}

/// Parses a string as a JSON object or list.
fn json_in(text: &str) -> Option<Value> {
    let is_it = text.trim_start().starts_with(['{', '[']);
    is_it.then(|| serde_json::from_str(text).ok()).flatten()
}

/// Appends all strings and numbers in a value.
fn scalars(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Number(number) => found.push(number.as_str().to_owned()),
        Value::Array(items) => items.iter().for_each(|item| scalars(item, found)),
        Value::Object(members) => members.values().for_each(|member| scalars(member, found)),
        Value::Null | Value::Bool(_) => {}
    }
}

/// Appends all object keys in a value that may contain an address.
fn keys(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| keys(item, found)),
        Value::Object(members) => {
            for (name, member) in members {
                if name.contains(['@', '+']) {
                    found.push(name.clone());
                }
                keys(member, found);
            }
        }
        _ => {}
    }
}

/// Whether a value is specific enough to be searched for everywhere.
pub(super) fn is_specific(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let enough = letters >= MIN_LETTERS || digits >= MIN_DIGITS;
    enough && !PLAIN_WORDS.contains(&&*text.to_lowercase())
}

/// Whether this format has so many values that none occurs by chance.
fn is_unmistakable(text: &str) -> bool {
    is_email(text) || text.chars().filter(char::is_ascii_hexdigit).count() > 2 * MIN_DIGITS
}

pub(super) fn parse_number(text: &str) -> Option<Number> {
    match serde_json::from_str(text) {
        Ok(Value::Number(number)) => Some(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn redactor(paths: &[&str]) -> Redactor {
        let json = paths.iter().map(|path| Selector::parse(path).unwrap()).collect();
        Redactor::new(RedactOptions {
            json,
            query: vec!["mail".to_owned()],
            ..RedactOptions::default()
        })
    }

    #[test]
    fn what_is_personal_in_one_place_is_replaced_in_all() {
        let mut redactor = redactor(&["$.user.email", "$.user.id", "$.user.first_name"]);
        let mut body = json!({
            "user": {"email": "ada@x.example", "id": 4711042, "first_name": "Ada", "age": 30},
            "text": "Dear Ada <ada@x.example>", "ref": "4711042", "list": [4711042], "ADA@X.EXAMPLE": null,
        });
        redactor.learn_json(&body);
        let ready = redactor.ready();
        let mut redacted = Redacted::default();
        ready.json(&mut body, &mut redacted);
        let text = body.to_string();
        assert!(
            !text.contains("Ada")
                && !text.to_lowercase().contains("ada@x")
                && !text.contains("4711042"),
            "{text}"
        );
        assert_eq!(body["list"][0], body["user"]["id"]);
        assert_eq!(body["ref"].as_str().unwrap(), body["user"]["id"].to_string());
        assert_eq!(body["user"]["age"], 30);
        assert_eq!(redacted.0.len(), 4, "{redacted:?}");
        let mut request =
            Request::new("POST", "https://h.test/users/4711042?to=ada%40x.example&x=1");
        request.body = Some("{\"id\": 4711042}".to_owned());
        let safe = ready.request(&request, &mut redacted);
        assert!(!safe.url.contains("4711042") && !safe.url.contains("ada%40"), "{safe:?}");
        assert!(safe.url.starts_with("https://h.test/users/") && safe.url.ends_with("&x=1"));
        assert_eq!(safe.body.unwrap(), format!("{{\"id\":{}}}", body["user"]["id"]));
    }

    #[test]
    fn credentials_go_wherever_they_stand() {
        let mut redactor = redactor(&[]);
        let mut request =
            Request::new("GET", "https://u:passw0rd@h.test/a?api_key=k3yk3yk3y&mail=bo&b=2");
        request.headers = vec![
            ("Authorization".into(), "Bearer tok3n-tok3n".into()),
            ("X-Echo".into(), "tok3n-tok3n".into()),
        ];
        redactor.learn_request(&request);
        let mut body = json!({"echo": "you sent tok3n-tok3n", "access_token": "n3wn3wn3w", "key": "k3yk3yk3y"});
        redactor.learn_json(&body);
        let ready = redactor.ready();
        let mut redacted = Redacted::default();
        ready.json(&mut body, &mut redacted);
        assert_eq!(
            body,
            json!({"echo": "you sent [redacted]", "access_token": "[redacted]", "key": "[redacted]"})
        );
        let safe = ready.request(&request, &mut redacted);
        assert!(
            !format!("{} {:?}", safe.url, safe.headers).contains("3"),
            "{} {:?}",
            safe.url,
            safe.headers
        );
        assert!(!safe.url.contains("mail=bo"));
        assert_eq!(ready.bytes(b"\xff tok3n-tok3n"), b"\xff [redacted]");
    }

    #[test]
    fn what_is_short_is_replaced_where_it_is_named_and_nowhere_else() {
        let mut redactor = redactor(&["$.age", "$.tier", "$.none", "$.ok"]);
        let mut body = json!({"age": 7, "tier": "x1", "none": null, "ok": true, "count": 7});
        redactor.learn_json(&body);
        redactor.ready().json(&mut body, &mut Redacted::default());
        assert_eq!(
            (&body["count"], &body["none"], &body["ok"]),
            (&json!(7), &json!(null), &json!(true))
        );
        assert_ne!(body["age"], 7);
        assert_ne!(body["tier"], "x1");
    }
}
