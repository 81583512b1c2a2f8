//! Which headers, parameters and fields hold secrets, and texts with those masked.
//!
//! Names decide, for values cannot be told apart. A name too many costs a little detail in a message; a name too few prints
//! a credential into a log.

use std::borrow::Cow;

/// What stands in the place of a secret.
pub const REDACTED: &str = "[redacted]";

/// Parts of a header's name, without dashes, that mark it as secret.
const HEADER_MARKS: &[&str] = &[
    "authorization",
    "cookie",
    "apikey",
    "token",
    "secret",
    "password",
    "credential",
    "signature",
    "authkey",
];

/// Endings of a parameter's or field's name, without `_` and `-`, that mark it as secret.
///
/// `token` alone is an exact name only: a `page_token` or `push_token` tells requests apart and opens nothing.
const FIELD_ENDINGS: &[&str] = &[
    "password",
    "passwd",
    "secret",
    "apikey",
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "authtoken",
    "apitoken",
    "apptoken",
];

/// Names of a parameter or field, without `_` and `-`, that mark it as secret.
const FIELD_NAMES: &[&str] = &[
    "accesskey",
    "auth",
    "authorization",
    "bearer",
    "clientassertion",
    "jwt",
    "privatekey",
    "pwd",
    "secretkey",
    "sessiontoken",
    "sig",
    "signature",
    "token",
    "xamzsignature",
];

/// Returns whether the header of this name carries a secret, without regard to case.
#[must_use]
pub fn is_secret_header(name: &str) -> bool {
    let plain = plain_name(name);
    HEADER_MARKS.iter().any(|mark| plain.contains(mark)) || plain == "auth" || plain == "xauth"
}

/// Returns whether the query parameter, form field or JSON member of this name carries a secret, without regard to case.
#[must_use]
pub fn is_secret_field(name: &str) -> bool {
    let plain = plain_name(name);
    FIELD_ENDINGS.iter().any(|ending| plain.ends_with(ending))
        || FIELD_NAMES.contains(&plain.as_str())
}

/// Returns the URL with its password and the values of secret query parameters masked.
#[must_use]
pub fn mask_url(url: &str) -> String {
    let (before_fragment, fragment) = split_keeping(url, '#');
    let (address, query) = split_keeping(before_fragment, '?');
    let mut masked = mask_userinfo(address).into_owned();
    if let Some(pairs) = query.strip_prefix('?') {
        masked.push('?');
        masked.push_str(&mask_pairs(pairs));
    }
    masked.push_str(fragment);
    masked
}

/// Returns the body with the values of secret JSON members, or of secret form fields, masked.
///
/// Works on the text, not on parsed JSON, so that the rest stays as it was written and a broken body is masked too.
#[must_use]
pub fn mask_body(body: &str) -> Cow<'_, str> {
    if body.trim_start().starts_with(['{', '[']) {
        mask_json(body)
    } else if body.contains('=') {
        Cow::Owned(mask_pairs(body))
    } else {
        Cow::Borrowed(body)
    }
}

fn plain_name(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Splits before the first `mark`, which stays at the head of the second part.
fn split_keeping(text: &str, mark: char) -> (&str, &str) {
    text.split_at(text.find(mark).unwrap_or(text.len()))
}

fn mask_userinfo(address: &str) -> Cow<'_, str> {
    let Some((scheme, rest)) = address.split_once("://") else {
        return Cow::Borrowed(address);
    };
    let (authority, path) = split_keeping(rest, '/');
    match authority.rsplit_once('@') {
        Some((_, host)) => Cow::Owned(format!("{scheme}://{REDACTED}@{host}{path}")),
        None => Cow::Borrowed(address),
    }
}

fn mask_pairs(pairs: &str) -> String {
    let mut masked = String::with_capacity(pairs.len());
    for (number, pair) in pairs.split('&').enumerate() {
        if number > 0 {
            masked.push('&');
        }
        match pair.split_once('=') {
            Some((name, value))
                if is_secret_field(&super::request::decode_component(name))
                    && !value.is_empty() =>
            {
                masked.push_str(name);
                masked.push('=');
                masked.push_str(REDACTED);
            }
            _ => masked.push_str(pair),
        }
    }
    masked
}

fn mask_json(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut masked = String::new();
    let (mut copied, mut at) = (0, 0);
    while at < bytes.len() {
        if bytes[at] != b'"' {
            at += 1;
            continue;
        }
        let end = string_end(bytes, at);
        let name = text.get(at + 1..end.saturating_sub(1)).unwrap_or_default();
        at = skip_space(bytes, end);
        if bytes.get(at) != Some(&b':') || !is_secret_field(name) {
            continue;
        }
        let value = skip_space(bytes, at + 1);
        at = match bytes.get(value) {
            Some(b'"') => string_end(bytes, value),
            // The members within are looked at by themselves.
            Some(b'{' | b'[') | None => value,
            Some(_) => {
                let length = bytes[value..].iter().position(|byte| b",}] \t\r\n".contains(byte));
                length.map_or(bytes.len(), |length| value + length)
            }
        };
        if at > value {
            masked.push_str(text.get(copied..value).unwrap_or_default());
            masked.push('"');
            masked.push_str(REDACTED);
            masked.push('"');
            copied = at;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    masked.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(masked)
}

/// The offset after the closing quote of the string that starts at `start`, or the end of an unclosed one.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_known_by_name() {
        for name in [
            "Authorization",
            "proxy-authorization",
            "COOKIE",
            "Set-Cookie",
            "X-Api-Key",
            "X-App-Token",
            "X-Auth",
        ] {
            assert!(is_secret_header(name), "{name}");
        }
        for name in ["Content-Type", "Accept", "X-Author", "X-SessionM-Locale"] {
            assert!(!is_secret_header(name), "{name}");
        }
    }

    #[test]
    fn fields_are_known_by_name() {
        for name in
            ["password", "client_secret", "apiKey", "access_token", "token", "X-Amz-Signature"]
        {
            assert!(is_secret_field(name), "{name}");
        }
        for name in ["user_id", "page_token", "push_token", "tokens_left", "authored"] {
            assert!(!is_secret_field(name), "{name}");
        }
    }

    #[test]
    fn urls_and_bodies_are_masked_in_place() {
        assert_eq!(
            mask_url("https://ada:pw@host.test/a@b?x=1&api_key=zzz&token=#f"),
            "https://[redacted]@host.test/a@b?x=1&api_key=[redacted]&token=#f"
        );
        assert_eq!(mask_url("/plain"), "/plain");
        assert_eq!(
            mask_body(
                r#"{ "a": "password", "password" : "p\"w", "token":12, "auth": {"secret": null} , "b": 1}"#
            ),
            r#"{ "a": "password", "password" : "[redacted]", "token":"[redacted]", "auth": {"secret": "[redacted]"} , "b": 1}"#
        );
        assert_eq!(
            mask_body("grant_type=x&client_secret=abc"),
            "grant_type=x&client_secret=[redacted]"
        );
        assert_eq!(mask_body("hello"), "hello");
        assert_eq!(mask_body(r#"{"password": "open"#), r#"{"password": "[redacted]""#);
        for odd in ["{\"", "{\"\\", "{\"token\"", "{\"token\":", "[\"é\\", "{\"token\":é"] {
            let _ = mask_body(odd);
        }
    }
}
