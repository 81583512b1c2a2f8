use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeSet;

use serde_json::Value;

use super::detect::{self, Certainty};
use super::encoded::{encoded_in, within_base64};
use super::redactor::{MAX_DEPTH, Redacted, Redactor, is_specific, parse_number};
use super::replace::{Replacer, replaced, replaced_text};
use crate::http::Request;
use crate::http::request::{decode_component, in_url};
use crate::http::secret::{
    REDACTED, app_key_in_path, is_held_secret, is_secret_field, is_secret_header,
    is_secret_parameter, is_secret_value, secret_of_pair,
};
use crate::http::secrets_in;

/// Replaces a credential in a host name.
pub(in crate::live) const HIDDEN_LABEL: &str = "redacted";

/// A redactor that has learned everything, ready to redact.
#[derive(Debug)]
pub struct Ready<'r> {
    pub(super) redactor: &'r Redactor,
    pub(super) secrets: Replacer,
    pub(super) words: Replacer,
    pub(super) names: Replacer,
    /// Current nesting depth in Base64.
    pub(super) depth: Cell<usize>,
    /// Whether this is a request from which matchers are made.
    pub(super) is_request: Cell<bool>,
}

impl Ready<'_> {
    /// Redacts a text.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let text = self.within_base64(text);
        without_named(replaced_text(&self.replacers(), &text).unwrap_or_else(|| text.into_owned()))
    }

    /// Redacts the parts of a text in Base64.
    fn within_base64<'t>(&self, text: &'t str) -> Cow<'t, str> {
        // Each level may be visited several times, as a name and as a value.
        if self.depth.get() >= MAX_DEPTH {
            return Cow::Borrowed(text);
        }
        self.depth.set(self.depth.get() + 1);
        let safe = within_base64(text, &|encoded| {
            let inner = self.body(&encoded.content, &mut Redacted::default());
            let hides = inner.contains(REDACTED) && !encoded.content.contains(REDACTED);
            match inner == encoded.content {
                true => None,
                // A matcher accepts anything in its place.
                false if hides && self.is_request.get() => Some(REDACTED.to_owned()),
                false => Some(encoded.with(&inner)),
            }
        });
        self.depth.set(self.depth.get() - 1);
        safe
    }

    /// Removes credentials from a text before it is split: one may contain `/`, `&`, or `=`.
    fn without_secrets<'t>(&self, text: &'t str) -> Cow<'t, str> {
        replaced_text(&[&self.secrets], text).map_or(Cow::Borrowed(text), Cow::Owned)
    }

    /// Redacts bytes that contain values literally.
    #[must_use]
    pub fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.text(text).into_bytes(),
            Err(_) => replaced(&self.replacers(), bytes).unwrap_or_else(|| bytes.to_vec()),
        }
    }

    fn replacers(&self) -> [&Replacer; 3] {
        [&self.secrets, &self.words, &self.names]
    }

    /// Redacts a body, and records what it did.
    pub fn json(&self, body: &mut Value, redacted: &mut Redacted) {
        if self.redactor.options.detect {
            let mut named = BTreeSet::new();
            for selector in &self.redactor.options.json {
                selector.each(body, &mut |value| {
                    named.insert(std::ptr::from_ref(value));
                });
            }
            detect::each_mut(body, &mut |value, key, personal| {
                let is_named = named.contains(&std::ptr::from_ref(value));
                let is_certain = personal.certainty == Certainty::Certain;
                if is_certain && !is_named && !self.redactor.is_kept(value) {
                    self.invent_short(value);
                    redacted.0.insert(format!("`{key}`, {}", personal.what));
                }
            });
        }
        for selector in &self.redactor.options.json {
            let mut hit = false;
            selector.each_mut(body, &mut |value| hit |= self.invent_short(value));
            if hit {
                redacted.0.insert(selector.source().to_owned());
            }
        }
        self.walk(body, redacted);
    }

    /// Replaces values too short to be searched for; the rest is found in the full walk. Returns
    /// whether there is any personal data.
    fn invent_short(&self, value: &mut Value) -> bool {
        match value {
            Value::String(text) if text.trim().is_empty() => false,
            Value::String(text) => {
                if !is_specific(text.trim()) {
                    *text = self.redactor.inventor.text(text);
                }
                true
            }
            Value::Number(number) => {
                if !is_specific(number.as_str())
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
                    let holds = |text: &str| {
                        let inner = encoded_in(text);
                        text.contains(REDACTED)
                            || inner.iter().any(|inner| inner.content.contains(REDACTED))
                    };
                    let is_credential = holds(&safe) && !holds(text);
                    let is_whole = self.redactor.known.contains_key(&text.trim().to_lowercase());
                    if is_credential {
                        redacted.0.insert("a credential in text".to_owned());
                    } else if !is_whole {
                        redacted.0.insert("personal data in text".to_owned());
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
                if secret_of_pair(members).is_some() {
                    members.insert("value".to_owned(), Value::from(REDACTED));
                    redacted.0.insert("a credential next to its name".to_owned());
                }
                for (name, member) in members.iter_mut() {
                    if redact_held(name, member) {
                        redacted.0.insert(format!("the field `{}`", self.text(name)));
                    }
                    match member {
                        Value::String(text) if is_secret_value(name, text) => {
                            *member = Value::from(REDACTED);
                            redacted.0.insert(format!("the field `{}`", self.text(name)));
                        }
                        Value::Number(_) if is_secret_field(name) => {
                            *member = Value::from(REDACTED);
                            redacted.0.insert(format!("the field `{}`", self.text(name)));
                        }
                        _ => self.walk(member, redacted),
                    }
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// Redacts a request, and records what it did.
    #[must_use]
    pub fn request(&self, request: &Request, redacted: &mut Redacted) -> Request {
        let mut safe = request.clone();
        self.is_request.set(true);
        safe.url = self.url(&request.url, redacted);
        safe.headers.retain(|(name, _)| {
            let is_safe = self.text(name) == *name;
            if !is_safe {
                redacted.0.insert("a header that is listed as a credential".to_owned());
            }
            is_safe
        });
        for (name, value) in &mut safe.headers {
            if is_secret_header(name) {
                REDACTED.clone_into(value);
                redacted.0.insert(format!("the header `{}`", name.escape_debug()));
            } else {
                *value = self.text(value);
            }
        }
        safe.body = request.body.as_deref().map(|body| self.body(body, redacted));
        self.is_request.set(false);
        safe
    }

    /// Whether a request contains personal data to replace.
    #[must_use]
    pub fn has_personal(&self, request: &Request) -> bool {
        let body = request.body.as_deref().unwrap_or_default();
        let people = [&self.words, &self.names];
        let options = &self.redactor.options;
        replaced_text(&people, &request.url).is_some()
            || replaced_text(&people, body).is_some()
            || !options.json.is_empty()
            || !options.query.is_empty()
    }

    /// Redacts a body: JSON, a form, or any text.
    #[must_use]
    pub fn body(&self, body: &str, redacted: &mut Redacted) -> String {
        if let Ok(json) = serde_json::from_str::<Value>(body) {
            let mut safe = json.clone();
            self.json(&mut safe, redacted);
            // Without changes, the original formatting is kept.
            return if safe == json { body.to_owned() } else { safe.to_string() };
        }
        let is_form = body.contains('=') && !body.contains(['\n', ' ', '<', '{']);
        if !is_form {
            return self.text(body);
        }
        self.pairs(&self.without_secrets(body), redacted)
    }

    /// Redacts a URL, and records what it did.
    #[must_use]
    pub fn url(&self, url: &str, redacted: &mut Redacted) -> String {
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
        let host = self.host(host);
        let path = match app_key_in_path(path) {
            Some(key) => {
                redacted.0.insert("the app key in the path".to_owned());
                format!("{}{REDACTED}{}", &path[..key.start], &path[key.end..])
            }
            None => path.to_owned(),
        };
        let path = self.without_secrets(&path);
        let segments = path.split('/').map(|segment| self.component(segment)).collect::<Vec<_>>();
        let mark = if scheme.is_empty() { "" } else { "://" };
        let mut safe = format!("{scheme}{mark}{host}{}", segments.join("/"));
        if let Some(query) = query {
            safe.push('?');
            safe.push_str(&self.pairs(&self.without_secrets(query), redacted));
        }
        safe
    }

    /// Redacts credentials in a host. Brackets would look like an IPv6 address, so a plain word is
    /// used.
    pub(in crate::live) fn host<'h>(&self, host: &'h str) -> Cow<'h, str> {
        let safe = replaced_text(&[&self.secrets], host);
        safe.map_or(Cow::Borrowed(host), |safe| Cow::Owned(safe.replace(REDACTED, HIDDEN_LABEL)))
    }

    /// Redacts a component of a URL; without changes, it is kept as written.
    fn component(&self, written: &str) -> String {
        let plain = decode_component(written);
        let safe = self.text(&plain);
        if safe == plain {
            return written.to_owned();
        }
        safe.split(REDACTED).map(in_url).collect::<Vec<_>>().join(REDACTED)
    }

    fn pairs(&self, written: &str, redacted: &mut Redacted) -> String {
        let pairs = written.split('&').map(|pair| {
            let Some((name, value)) = pair.split_once('=') else { return self.component(pair) };
            let plain = decode_component(name);
            let name = self.component(name);
            if is_secret_parameter(&plain, &decode_component(value)) {
                if !value.is_empty() {
                    redacted.0.insert(format!("the parameter `{}`", self.text(&plain)));
                    return format!("{name}={REDACTED}");
                }
                return format!("{name}={value}");
            }
            let personal =
                self.redactor.options.query.iter().any(|known| known.eq_ignore_ascii_case(&plain));
            if personal && !value.is_empty() {
                redacted.0.insert(format!("the parameter `{}`", self.text(&plain)));
                let real = decode_component(value);
                if !is_specific(real.trim()) {
                    return format!("{name}={}", in_url(&self.redactor.inventor.text(&real)));
                }
            }
            format!("{name}={}", self.component(value))
        });
        pairs.collect::<Vec<_>>().join("&")
    }
}

/// Redacts strings in a list or object whose name marks them as credentials. Returns whether there
/// were any.
fn redact_held(name: &str, member: &mut Value) -> bool {
    fn each(name: &str, value: &mut Value) -> bool {
        match value {
            Value::String(text) if text != REDACTED && is_held_secret(name, text) => {
                REDACTED.clone_into(text);
                true
            }
            Value::Array(items) => items.iter_mut().fold(false, |hit, item| each(name, item) | hit),
            Value::Object(members) => {
                members.values_mut().fold(false, |hit, member| each(name, member) | hit)
            }
            _ => false,
        }
    }
    matches!(member, Value::Array(_) | Value::Object(_)) && each(name, member)
}

/// Removes secrets that the text itself identifies.
fn without_named(text: String) -> String {
    let secrets = secrets_in(&text);
    if secrets.is_empty() {
        return text;
    }
    let mut safe = String::with_capacity(text.len());
    let mut copied = 0;
    for range in secrets {
        safe.push_str(&text[copied..range.start]);
        safe.push_str(REDACTED);
        copied = range.end;
    }
    safe.push_str(&text[copied..]);
    safe
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use crate::http::Request;
    use crate::live::credential::Secret;
    use crate::live::redact::{RedactOptions, Redacted, Redactor};

    /// Returns a redacted request for a secret in the environment: its URL, headers, and body.
    fn kept(secret: &str, url: &str, headers: &[(&str, &str)], body: &str) -> String {
        let secrets = vec![Secret::new(secret)];
        let redactor = Redactor::new(RedactOptions { secrets, ..RedactOptions::default() });
        let mut request = Request::new("POST", url);
        request.body = Some(body.to_owned());
        request.headers =
            headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let mut redacted = Redacted::default();
        let safe = redactor.ready().request(&request, &mut redacted);
        let headers = safe.headers.iter().map(|(name, value)| format!(" {name}: {value}"));
        let headers = headers.collect::<String>();
        format!("{}{headers} {} {:?}", safe.url, safe.body.unwrap_or_default(), redacted.0)
    }

    #[test]
    fn a_credential_goes_where_it_is_a_name() {
        let secret = "pl41nS3cretT0k3n9";
        let url = format!("https://a.example/x?{secret}=1&b=2");
        let header = format!("X-{secret}");
        let safe = kept(secret, &url, &[(&header, "1"), ("X-B", "2")], &format!("{secret}=1&b=2"));
        assert!(!safe.contains("pl41n"), "{safe}");
        assert!(safe.starts_with("https://a.example/x?[redacted]=1&b=2 X-B: 2 "), "{safe}");
    }

    #[test]
    fn a_credential_with_signs_of_urls_and_forms_goes_whole() {
        for (secret, url, body) in [
            ("4ppk3y/77xyz", "https://a.example/2/4ppk3y/77xyz/z", ""),
            ("ab12cd/ef34gh+ij56==", "https://a.example/ab12cd/ef34gh+ij56==/z", ""),
            ("ab12cd=ef34gh=ij56", "https://a.example/", "k=1&ab12cd=ef34gh=ij56"),
            ("ab12cd&ef34gh", "https://a.example/?k=ab12cd&ef34gh", "k=ab12cd&ef34gh"),
            ("p4ss word-xyz9", "https://a.example/?q=p4ss+word-xyz9", "a=p4ss%20word-xyz9"),
        ] {
            let safe = kept(secret, url, &[], body);
            for part in secret.split(['/', '=', '&', ' ', '+']).filter(|part| !part.is_empty()) {
                assert!(!safe.contains(part), "{secret}: {safe}");
            }
        }
    }

    /// Each string is decoded once, however it is nested.
    #[test]
    fn base64_within_base64_ends() {
        let mut body = "k=v".to_owned();
        for _ in 0..24 {
            body = format!("k={}", STANDARD.encode(body));
        }
        let nested = format!("{{\"v\": \"{body}\", \"{body}\": 1}}");
        assert!(kept("s3cret-of-env", "https://a.example/", &[], &nested).contains(&body));
    }

    /// A matcher accepts anything in place of a credential, so it matches that request.
    #[test]
    fn a_request_with_a_credential_in_base64_is_answered() {
        let held = STANDARD.encode(r#"{"page": 2, "token": "n2"}"#);
        for (url, body) in [
            (format!("https://a.example/x?cursor={held}"), String::new()),
            ("https://a.example/x".to_owned(), format!("{{\"c\": \"{held}\"}}")),
        ] {
            let mut request = Request::new("POST", &url);
            request.body = Some(body.clone()).filter(|body| !body.is_empty());
            let redactor = Redactor::new(RedactOptions::default());
            let safe = redactor.ready().request(&request, &mut Redacted::default());
            assert!(!safe.url.contains(&held), "{}", safe.url);
            let made = crate::recording::Suggestion::for_request(&safe);
            let replay = crate::recording::Replay::of_texts([("one", &*made.contents)]);
            let replay = replay.expect("a recording");
            assert!(replay.find(&request).is_some(), "{}", made.contents);
            assert!(!redactor.ready().has_personal(&request));
        }
    }

    #[test]
    fn a_credential_goes_that_is_escaped_twice() {
        let secret = "ab/cd+q9\"zz";
        let twice = STANDARD.encode(STANDARD.encode(secret));
        for body in [
            "k=ab%252Fcd%252Bq9%2522zz",
            "ab/cd+q9&amp;quot;zz",
            r#"{"t": "{\"t\": \"ab/cd+q9\\\"zz\"}"}"#,
            r"ab\u005c/cd+q9\\u0022zz",
            &twice,
        ] {
            let safe = kept(secret, "https://a.example/", &[], body);
            assert!(safe.contains("[redacted]") || !safe.contains(body), "{body}: {safe}");
            assert!(!safe.contains("zz") || body == twice, "{body}: {safe}");
        }
    }
}
