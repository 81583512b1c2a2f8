use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Number, Value};

use super::invent::{Inventor, is_email};
use super::replace::{Replacer, in_url};
use super::selector::Selector;
use crate::fetch::Request;
use crate::fetch::credential::{Secret, decoded_basic};
use crate::fetch::request::{decode_component, decode_pairs};
use crate::fetch::secret::{REDACTED, is_secret_field, is_secret_header};

/// Digits that are enough to tell one customer from another; fewer are found everywhere.
const TELLING_DIGITS: usize = 5;
/// Letters that are enough for a word.
const TELLING_LETTERS: usize = 3;
/// Words that say nothing of anybody.
const PLAIN_WORDS: [&str; 7] = ["true", "false", "null", "none", "yes", "unknown", "n/a"];

/// What is redacted beside credentials.
#[derive(Clone, Debug, Default)]
pub struct RedactOptions {
    /// Where personal data stands in bodies, of requests and of responses.
    pub json: Vec<Selector>,
    /// The query parameters and form fields that hold personal data.
    pub query: Vec<String>,
    /// The key under which values are invented; without it whoever guesses a value can see whether the guess is right.
    pub key: Option<Secret>,
}

/// What a redaction did, in words: paths, names of headers and parameters, never a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redacted(pub BTreeSet<String>);

/// Takes credentials and personal data out of requests and responses.
///
/// It first learns from everything there is, then changes everything: a value that one response shows to be personal is
/// replaced in all the others, in requests and in URLs too.
#[derive(Debug, Default)]
pub struct Redactor {
    options: RedactOptions,
    inventor: Inventor,
    secrets: BTreeSet<String>,
    /// Real values in lower case, with the invented ones.
    known: BTreeMap<String, Known>,
    /// Values that were invented before, as recordings show them.
    inventions: BTreeSet<String>,
}

#[derive(Debug, Clone)]
struct Known {
    real: String,
    invented: String,
}

/// A redactor that has learnt all it will, ready to change things.
#[derive(Debug)]
pub struct Ready<'r> {
    redactor: &'r Redactor,
    secrets: Replacer,
    words: Replacer,
}

impl Redactor {
    /// Returns a redactor that knows nothing yet.
    #[must_use]
    pub fn new(options: RedactOptions) -> Self {
        let inventor = Inventor { key: options.key.clone() };
        Self { options, inventor, ..Self::default() }
    }

    /// Returns whether there is a setting for personal data in bodies.
    #[must_use]
    pub fn reads_bodies(&self) -> bool {
        !self.options.json.is_empty()
    }

    /// Learns a credential.
    pub fn add_secret(&mut self, secret: &str) {
        let secret = secret.trim();
        if !secret.is_empty() && !secret.eq_ignore_ascii_case(REDACTED) {
            self.secrets.insert(secret.to_owned());
        }
    }

    /// Learns the credentials and the personal data of a request.
    pub fn learn_request(&mut self, request: &Request) {
        for (name, value) in request.headers.iter().filter(|(name, _)| is_secret_header(name)) {
            let _ = name;
            self.add_secret(value);
            if let Some((_, rest)) = value.trim().split_once(' ') {
                self.add_secret(rest);
            }
            decoded_basic(value.trim()).iter().for_each(|part| self.add_secret(part));
        }
        if let Some((user, _)) = request.url.split_once("://").and_then(|(_, rest)| {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            authority.rsplit_once('@')
        }) {
            let user = user.to_owned();
            user.split(':').for_each(|part| self.add_secret(&decode_component(part)));
        }
        self.learn_again(request);
        self.learn_pairs(&request.query_parameters());
        let body = request.body.as_deref().unwrap_or_default();
        match serde_json::from_str::<Value>(body) {
            Ok(json) => self.learn_json(&json),
            Err(_) => self.learn_pairs(&decode_pairs(body)),
        }
    }

    /// Learns what was invented for a recording that is there, from all of its file: a real value for which the same
    /// would be invented is personal, though no answer of today shows it.
    ///
    /// Names are left out: there are too few of them to tell that one was invented for just this word.
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

    /// Learns the parts of a request for which something was invented before.
    fn learn_again(&mut self, request: &Request) {
        if self.inventions.is_empty() {
            return;
        }
        let path = request.path().into_owned();
        let mut parts =
            path.split('/').map(|part| decode_component(part).into_owned()).collect::<Vec<_>>();
        parts.extend(request.query_parameters().into_iter().map(|(_, value)| value));
        let body = request.body.as_deref().unwrap_or_default();
        match serde_json::from_str::<Value>(body) {
            Ok(json) => scalars(&json, &mut parts),
            Err(_) => parts.extend(decode_pairs(body).into_iter().map(|(_, value)| value)),
        }
        let headers = request.headers.iter().filter(|(name, _)| !is_secret_header(name));
        parts.extend(headers.map(|(_, value)| value.clone()));
        for part in parts {
            let part = part.trim();
            if !is_telling(part) {
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

    /// Learns the credentials and the personal data of a body.
    pub fn learn_json(&mut self, body: &Value) {
        self.learn_secrets(body);
        let selectors = std::mem::take(&mut self.options.json);
        for selector in &selectors {
            selector.each(body, &mut |value| self.learn_value(value));
        }
        self.options.json = selectors;
    }

    fn learn_pairs(&mut self, pairs: &[(String, String)]) {
        for (name, value) in pairs {
            if is_secret_field(name) {
                self.add_secret(value);
            } else if self.options.query.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                self.learn_text(value);
            }
        }
    }

    fn learn_secrets(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.learn_secrets(item)),
            Value::Object(members) => {
                for (name, member) in members {
                    match member {
                        Value::String(text) if is_secret_field(name) => self.add_secret(text),
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
            Value::Number(number) if is_telling(number.as_str()) => {
                let real = number.as_str().to_owned();
                let invented = self.inventor.number(&real);
                self.known.entry(real.clone()).or_insert(Known { real, invented });
            }
            Value::Array(items) => items.iter().for_each(|item| self.learn_value(item)),
            Value::Object(members) => members.values().for_each(|member| self.learn_value(member)),
            _ => {}
        }
    }

    fn learn_text(&mut self, text: &str) {
        let real = text.trim();
        if is_telling(real) {
            let invented = self.inventor.text(real);
            self.known
                .entry(real.to_lowercase())
                .or_insert(Known { real: real.to_owned(), invented });
        }
    }

    /// Returns what changes things, with all that was learnt.
    #[must_use]
    pub fn ready(&self) -> Ready<'_> {
        let words = self.known.values().map(|known| (known.real.clone(), known.invented.clone()));
        Ready {
            redactor: self,
            secrets: Replacer::of_secrets(self.secrets.iter().map(String::as_str)),
            words: Replacer::of_words(words),
        }
    }
}

impl Ready<'_> {
    /// Returns a text without credentials and personal data.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let safe = self.secrets.replaced_text(text);
        let safe = safe.as_deref().unwrap_or(text);
        self.words.replaced_text(safe).unwrap_or_else(|| safe.to_owned())
    }

    /// Returns bytes without credentials and personal data, where they stand there as they are.
    #[must_use]
    pub fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let safe = self.secrets.replaced(bytes);
        let safe = safe.as_deref().unwrap_or(bytes);
        self.words.replaced(safe).unwrap_or_else(|| safe.to_vec())
    }

    /// Takes credentials and personal data out of a body, and notes what it did.
    pub fn json(&self, body: &mut Value, redacted: &mut Redacted) {
        for selector in &self.redactor.options.json {
            let mut hit = false;
            selector.each_mut(body, &mut |value| hit |= self.invent_short(value));
            if hit {
                redacted.0.insert(selector.source().to_owned());
            }
        }
        self.walk(body, redacted);
    }

    /// Replaces what is too short to be looked for elsewhere; the rest is found when all is walked through. Returns
    /// whether there is anything personal at all.
    fn invent_short(&self, value: &mut Value) -> bool {
        match value {
            Value::String(text) if text.trim().is_empty() => false,
            Value::String(text) => {
                if !is_telling(text.trim()) {
                    *text = self.redactor.inventor.text(text);
                }
                true
            }
            Value::Number(number) => {
                if !is_telling(number.as_str())
                    && let Some(invented) =
                        parse_number(&self.redactor.inventor.number(number.as_str()))
                {
                    *number = invented;
                }
                true
            }
            Value::Array(items) => {
                items.iter_mut().fold(false, |hit, item| self.invent_short(item) | hit)
            }
            Value::Object(members) => {
                members.values_mut().fold(false, |hit, member| self.invent_short(member) | hit)
            }
            Value::Null | Value::Bool(_) => false,
        }
    }

    fn walk(&self, value: &mut Value, redacted: &mut Redacted) {
        match value {
            Value::String(text) => {
                let safe = self.text(text);
                if safe != *text {
                    if safe.contains(REDACTED) && !text.contains(REDACTED) {
                        redacted.0.insert("a credential in a text".to_owned());
                    }
                    *text = safe;
                }
            }
            Value::Number(number) => {
                if let Some(known) = self.redactor.known.get(number.as_str())
                    && let Some(invented) = parse_number(&known.invented)
                {
                    *number = invented;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.walk(item, redacted)),
            Value::Object(members) => {
                let names = members.keys().any(|name| self.text(name) != *name);
                if names {
                    let taken = std::mem::take(members);
                    members
                        .extend(taken.into_iter().map(|(name, member)| (self.text(&name), member)));
                }
                for (name, member) in members.iter_mut() {
                    match member {
                        Value::String(_) | Value::Number(_) if is_secret_field(name) => {
                            *member = Value::from(REDACTED);
                            redacted.0.insert(format!("the field `{name}`"));
                        }
                        _ => self.walk(member, redacted),
                    }
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// Returns the request without credentials and personal data, and notes what it did.
    #[must_use]
    pub fn request(&self, request: &Request, redacted: &mut Redacted) -> Request {
        let mut safe = request.clone();
        safe.url = self.url(&request.url, redacted);
        for (name, value) in &mut safe.headers {
            if is_secret_header(name) {
                REDACTED.clone_into(value);
                redacted.0.insert(format!("the header `{}`", name.escape_debug()));
            } else {
                *value = self.text(value);
            }
        }
        safe.body = request.body.as_deref().map(|body| self.body(body, redacted));
        safe
    }

    /// Returns a body without credentials and personal data: JSON, a form, or any text.
    #[must_use]
    pub fn body(&self, body: &str, redacted: &mut Redacted) -> String {
        if let Ok(json) = serde_json::from_str::<Value>(body) {
            let mut safe = json.clone();
            self.json(&mut safe, redacted);
            // What needs no change stays as it is written.
            return if safe == json { body.to_owned() } else { safe.to_string() };
        }
        let is_form = body.contains('=') && !body.contains(['\n', ' ', '<', '{']);
        if is_form { self.pairs(body, redacted) } else { self.text(body) }
    }

    fn url(&self, url: &str, redacted: &mut Redacted) -> String {
        let (address, query) = match url.split_once('?') {
            Some((address, query)) => (address, Some(query)),
            None => (url, None),
        };
        let (scheme, rest) =
            address.split_once("://").map_or(("", address), |(scheme, rest)| (scheme, rest));
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let host = match authority.rsplit_once('@') {
            Some((_, host)) => {
                redacted.0.insert("the password in the URL".to_owned());
                host
            }
            None => authority,
        };
        let segments = path.split('/').map(|segment| self.component(segment)).collect::<Vec<_>>();
        let mark = if scheme.is_empty() { "" } else { "://" };
        let mut safe = format!("{scheme}{mark}{host}{}", segments.join("/"));
        if let Some(query) = query {
            safe.push('?');
            safe.push_str(&self.pairs(query, redacted));
        }
        safe
    }

    /// A piece of a URL; what needs no change stays as it is written.
    fn component(&self, written: &str) -> String {
        let plain = decode_component(written);
        let safe = self.text(&plain);
        if safe == plain { written.to_owned() } else { in_url(&safe) }
    }

    fn pairs(&self, written: &str, redacted: &mut Redacted) -> String {
        let pairs = written.split('&').map(|pair| {
            let Some((name, value)) = pair.split_once('=') else { return self.component(pair) };
            let plain = decode_component(name);
            if is_secret_field(&plain) {
                if !value.is_empty() {
                    redacted.0.insert(format!("the parameter `{plain}`"));
                    return format!("{name}={REDACTED}");
                }
                return pair.to_owned();
            }
            let personal =
                self.redactor.options.query.iter().any(|known| known.eq_ignore_ascii_case(&plain));
            if personal && !value.is_empty() {
                redacted.0.insert(format!("the parameter `{plain}`"));
                let real = decode_component(value);
                if !is_telling(real.trim()) {
                    return format!("{name}={}", in_url(&self.redactor.inventor.text(&real)));
                }
            }
            format!("{name}={}", self.component(value))
        });
        pairs.collect::<Vec<_>>().join("&")
    }
}

/// Appends the texts and numbers of a value, wherever they stand in it.
fn scalars(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Number(number) => found.push(number.as_str().to_owned()),
        Value::Array(items) => items.iter().for_each(|item| scalars(item, found)),
        Value::Object(members) => members.values().for_each(|member| scalars(member, found)),
        Value::Null | Value::Bool(_) => {}
    }
}

/// Whether a value says enough of somebody to be looked for wherever it may stand.
fn is_telling(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let enough = letters >= TELLING_LETTERS || digits >= TELLING_DIGITS;
    enough && !PLAIN_WORDS.contains(&&*text.to_lowercase())
}

/// Whether there are so many values of this form that none is met by chance.
fn is_unmistakable(text: &str) -> bool {
    is_email(text) || text.chars().filter(char::is_ascii_hexdigit).count() > 2 * TELLING_DIGITS
}

fn parse_number(text: &str) -> Option<Number> {
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
        Redactor::new(RedactOptions { json, query: vec!["mail".to_owned()], key: None })
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
        assert_eq!(redacted.0.len(), 3);
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
