//! Which headers, parameters, and fields are secret, and masking them.
//!
//! Names decide, because values can't be distinguished. One name too many costs a little detail in
//! a message; one too few prints a credential into a log.

use std::borrow::Cow;
use std::ops::Range;

/// Replaces a secret.
pub const REDACTED: &str = "[redacted]";

/// Stands for any value while a matcher is generalized: letters and digits, so that it is never
/// escaped.
pub const ANY: &str = "anyvalue00000";

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
    "csrf",
    "xsrf",
];

/// Endings of a parameter's or field's name, without `_` and `-`, that mark it as secret.
///
/// `token` alone must match exactly: a `page_token` or `push_token` distinguishes requests but
/// grants no access.
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
    "appkey",
    "passcode",
    "passphrase",
    "sessionid",
    "setcookie",
    "accesskey",
    "signingkey",
    "subscriptionkey",
    "csrftoken",
    "xsrftoken",
];

/// Names of a parameter or field, without `_` and `-`, that mark it as secret.
const FIELD_NAMES: &[&str] = &[
    "accesskeyid",
    "auth",
    "authorization",
    "bearer",
    "cookie",
    "cookies",
    "clientassertion",
    "csrf",
    "cvc",
    "cvv",
    "jwt",
    "otp",
    "pass",
    "pin",
    "privatekey",
    "pw",
    "pwd",
    "secretkey",
    "sessiontoken",
    "sig",
    "signature",
    "token",
    "xamzsignature",
    "xsrf",
];

/// Names that mark a value as secret if it looks like one: a `key` may be an ordinary word.
const PERHAPS_NAMES: &[&str] = &["key", "session", "sid", "sign"];

const FEWEST_RANDOM: usize = 16;

/// Whether a header is secret by its name, ignoring case.
#[must_use]
pub fn is_secret_header(name: &str) -> bool {
    let plain = plain_name(name);
    let named = HEADER_MARKS.iter().any(|mark| plain.contains(mark));
    // `X-Recs-Key`: a custom header that ends in `key`.
    let key = plain.starts_with('x') && plain.ends_with("key") && name.contains('-');
    let session = matches!(&*plain, "session" | "xsession" | "sessionid" | "xsessionid");
    named || key || session || plain == "auth" || plain == "xauth"
}

/// Whether a query parameter, form field, or JSON member is secret by its name, ignoring case.
#[must_use]
pub fn is_secret_field(name: &str) -> bool {
    // Called for every member of every response: names of usual length don't allocate.
    let mut letters = [0; LONGEST_NAME];
    let mut length = 0;
    for byte in name.bytes().filter(u8::is_ascii_alphanumeric) {
        let Some(slot) = letters.get_mut(length) else { return is_secret_plain(&plain_name(name)) };
        *slot = byte.to_ascii_lowercase();
        length += 1;
    }
    std::str::from_utf8(&letters[..length]).is_ok_and(is_secret_plain)
}

/// Names up to this length are compared without allocating.
const LONGEST_NAME: usize = 64;

fn is_secret_plain(plain: &str) -> bool {
    FIELD_ENDINGS.iter().any(|ending| plain.ends_with(ending)) || FIELD_NAMES.contains(&plain)
}

/// Whether a field, parameter, or member is secret by its name and value.
#[must_use]
pub fn is_secret_value(name: &str, value: &str) -> bool {
    is_secret_field(name)
        || (PERHAPS_NAMES.contains(&plain_name(name).as_str()) && looks_random(value))
}

/// Whether a URL parameter or form field is secret: a `code` there grants access, but in a response
/// it may be an offer's.
#[must_use]
pub fn is_secret_parameter(name: &str, value: &str) -> bool {
    let is_perhaps = || matches!(&*plain_name(name), "code" | "sas" | "ticket");
    // A URL in a parameter, or a second `?`, has its own parameters.
    let has_inner = || {
        let pairs = value.split(['?', '&']).skip(1).filter_map(|pair| pair.split_once('='));
        pairs.into_iter().any(|(name, value)| !value.is_empty() && is_secret_field(name))
    };
    let name = name.rsplit('?').next().unwrap_or(name);
    is_secret_value(name, value) || (is_perhaps() && looks_random(value)) || has_inner()
}

/// Whether a string below a member with this name is secret: `"api_keys": ["…"]`. Tokens may also
/// be collectibles, so theirs must look random.
pub fn is_held_secret(name: &str, text: &str) -> bool {
    let one = name.strip_suffix(['s', 'S']).unwrap_or(name);
    let is_named = is_secret_field(name) || is_secret_field(one);
    is_named && (!plain_name(one).ends_with("token") || is_mixed(text))
}

/// Whether a string has both letters and digits, and no word separators.
pub fn is_mixed(text: &str) -> bool {
    text.len() >= 8
        && text.contains(|c: char| c.is_ascii_digit())
        && text.contains(|c: char| c.is_ascii_alphabetic())
        && !text.contains(char::is_whitespace)
}

pub fn secret_of_pair(members: &serde_json::Map<String, serde_json::Value>) -> Option<&str> {
    let text = |key: &str| members.get(key)?.as_str();
    let name = ["name", "key", "field", "header"].into_iter().find_map(text)?;
    let is_named = is_secret_field(name) || is_secret_header(name);
    text("value").filter(|value| is_named && *value != REDACTED)
}

/// Whether a value looks like a key or token rather than a word, number, or id.
fn looks_random(value: &str) -> bool {
    let is_of_keys = |c: char| c.is_ascii_alphanumeric() || "._~+/=-".contains(c);
    let is_id = value.split('-').count() == 5 && value.len() == 36;
    value.len() >= FEWEST_RANDOM
        && !is_id
        && value.chars().all(is_of_keys)
        && value.contains(|c: char| c.is_ascii_digit())
        && value.contains(|c: char| c.is_ascii_alphabetic())
}

/// Masks secrets in a URL: the password, SessionM's app key in the path, and secret query
/// parameters.
#[must_use]
pub fn mask_url(url: &str) -> String {
    replaced(url, &url_secrets(url), REDACTED)
}

/// Masks what a recording must not contain in a URL; a `key` that is a word is kept, because it
/// distinguishes requests.
pub fn mask_url_of_recording(url: &str) -> String {
    replaced(url, &url_secrets_by(url, is_secret_parameter), REDACTED)
}

/// Returns the app key in the path of a SessionM URL (`/priv/v1/apps/KEY/…`).
#[must_use]
pub fn app_key_in_path(path: &str) -> Option<Range<usize>> {
    let version = path.find("/priv/v")? + "/priv/v".len();
    let (digits, rest) = path[version..].split_once("/apps/")?;
    let key = rest.split(['/', '?', '#']).next()?;
    let is_version = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_key = !key.is_empty() && !key.contains("{{") && key != REDACTED && key != ANY;
    let start = path.len() - rest.len();
    (is_version && is_key).then_some(start..start + key.len())
}

/// Masks secret JSON members or form fields in a body.
///
/// Works on text rather than parsed JSON, which preserves formatting and also masks broken bodies.
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

/// Splits before the first `mark`, which starts the second part.
fn split_keeping(text: &str, mark: char) -> (&str, &str) {
    text.split_at(text.find(mark).unwrap_or(text.len()))
}

/// Returns the secrets of a body with their names, in order.
///
/// For a JSON string, the range excludes its quotes.
#[must_use]
pub fn body_secrets(body: &str) -> Vec<(Range<usize>, String)> {
    if body.trim_start().starts_with(['{', '[']) {
        let inner = |(range, name): (Range<usize>, String)| {
            let quoted = body.as_bytes().get(range.start) == Some(&b'"') && range.len() > 1;
            let closed = quoted && body[range.clone()].ends_with('"');
            let start = range.start + usize::from(quoted);
            (start..range.end - usize::from(closed), name)
        };
        json_secrets(body).into_iter().map(inner).collect()
    } else if body.contains('=') {
        pair_secrets(body, is_secret_parameter)
    } else {
        Vec::new()
    }
}

/// Returns the secrets of a URL with their names, in order: user and password, the app key in the
/// path, and query parameters.
#[must_use]
pub fn url_secrets(url: &str) -> Vec<(Range<usize>, String)> {
    url_secrets_by(url, |name, value| {
        is_secret_parameter(name, value) || matches!(&*plain_name(name), "key" | "sign")
    })
}

fn url_secrets_by(
    url: &str,
    is_secret: impl Fn(&str, &str) -> bool,
) -> Vec<(Range<usize>, String)> {
    let (before_fragment, _) = split_keeping(url, '#');
    let (address, query) = split_keeping(before_fragment, '?');
    let mut found = Vec::new();
    if let Some((scheme, rest)) = address.split_once("://")
        && let Some((user, _)) = split_keeping(rest, '/').0.rsplit_once('@')
        && !user.is_empty()
    {
        let start = scheme.len() + "://".len();
        found.push((start..start + user.len(), "password".to_owned()));
    }
    found.extend(app_key_in_path(address).map(|range| (range, "app_key".to_owned())));
    if let Some(pairs) = query.strip_prefix('?') {
        let start = address.len() + 1;
        let moved = pair_secrets(pairs, is_secret).into_iter();
        found.extend(moved.map(|(range, name)| (range.start + start..range.end + start, name)));
    }
    found
}

fn mask_pairs(pairs: &str) -> String {
    replaced(pairs, &pair_secrets(pairs, is_secret_parameter), REDACTED)
}

fn pair_secrets(
    pairs: &str,
    is_secret: impl Fn(&str, &str) -> bool,
) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let mut start = 0;
    for pair in pairs.split('&') {
        if let Some((name, value)) = pair.split_once('=') {
            let plain = super::request::decode_component(name);
            if !value.is_empty() && is_secret(&plain, value) {
                let at = start + name.len() + 1;
                found.push((at..start + pair.len(), plain.into_owned()));
            }
        }
        start += pair.len() + 1;
    }
    found
}

fn replaced(text: &str, secrets: &[(Range<usize>, String)], by: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut copied = 0;
    for (range, _) in secrets {
        masked.push_str(text.get(copied..range.start).unwrap_or_default());
        masked.push_str(by);
        copied = range.end;
    }
    masked.push_str(text.get(copied..).unwrap_or_default());
    masked
}

fn mask_json(text: &str) -> Cow<'_, str> {
    let secrets = json_secrets(text);
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(replaced(text, &secrets, &format!("\"{REDACTED}\"")))
}

/// Returns the values of secret members, including quotes.
fn json_secrets(text: &str) -> Vec<(Range<usize>, String)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
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
            // The members inside are checked on their own.
            Some(b'{') | None => value,
            Some(b'[') => list_secrets(bytes, value, name, &mut found),
            Some(_) => scalar_end(bytes, value),
        };
        if at > value && bytes[value] != b'[' {
            found.push((value..at, name.to_owned()));
        }
    }
    found
}

/// Returns the offset after the closing quote of the string at `start`, or the end if it is
/// unclosed.
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

/// Adds the items of the list at `start`, including nested lists. Returns the offset after it, or
/// of its first object, whose members have their own names.
fn list_secrets(
    bytes: &[u8],
    start: usize,
    name: &str,
    found: &mut Vec<(Range<usize>, String)>,
) -> usize {
    let (mut at, mut depth) = (start, 0_usize);
    while let Some(byte) = bytes.get(at) {
        let end = match byte {
            b'{' | b'}' => return at,
            b'[' => {
                depth += 1;
                at + 1
            }
            b']' => {
                depth -= 1;
                at + 1
            }
            b',' => at + 1,
            byte if byte.is_ascii_whitespace() => at + 1,
            _ => {
                let end = scalar_end(bytes, at);
                found.push((at..end, name.to_owned()));
                end
            }
        };
        at = end;
        if depth == 0 {
            break;
        }
    }
    at
}

/// Returns the offset after the string, number, or word at `start`.
fn scalar_end(bytes: &[u8], start: usize) -> usize {
    if bytes[start] == b'"' {
        return string_end(bytes, start);
    }
    let length = bytes[start..].iter().position(|byte| b",}] \t\r\n".contains(byte));
    length.map_or(bytes.len(), |length| start + length)
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
            "X-Session",
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
        assert_eq!(mask_url("/x://@b/c"), "/x://@b/c");
        assert_eq!(mask_url("/a?b=1?token=x1"), "/a?b=[redacted]");
        assert_eq!(mask_url("/a?b?token=x1&c=2"), "/a?b?token=[redacted]&c=2");
        assert_eq!(
            mask_url("https://h.test/priv/v1/apps/abc123/users/7?key=x1&page=2"),
            "https://h.test/priv/v1/apps/[redacted]/users/7?key=[redacted]&page=2"
        );
        assert_eq!(mask_url_of_recording("/a?key=home&sid=2"), "/a?key=home&sid=2");
        assert_eq!(mask_url_of_recording("/a?key=ab12ab12ab12ab12"), "/a?key=[redacted]");
        for plain in ["/priv/v1/apps/", "/priv/v1/apps/{{key}}/x", "/priv/vx/apps/abc/", "/apps/a"]
        {
            assert_eq!(mask_url(plain), plain);
        }
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
        assert_eq!(
            mask_body(r#"{"token": ["a]", ["b"]], "auth": [{"x": 1}], "secret": [], "c": [2]}"#),
            r#"{"token": ["[redacted]", ["[redacted]"]], "auth": [{"x": 1}], "secret": [], "c": [2]}"#
        );
        for odd in
            ["{\"token\":[", "{\"", "{\"\\", "{\"token\"", "{\"token\":", "[\"é\\", "{\"token\":é"]
        {
            let _ = mask_body(odd);
        }
    }

    #[test]
    fn secrets_are_told_with_their_names() {
        let told = |text: &str, found: Vec<(Range<usize>, String)>| {
            let told = found.into_iter().map(|(range, name)| format!("{name}={}", &text[range]));
            told.collect::<Vec<_>>().join(" ")
        };
        let body = r#"{"token": "a\"b", "x": 1, "password":12}"#;
        assert_eq!(told(body, body_secrets(body)), r#"token=a\"b password=12"#);
        let form = "a=1&client%5Fsecret=abc&token=";
        assert_eq!(told(form, body_secrets(form)), "client_secret=abc");
        let url = "https://ada:pw@host.test/a?x=1&api_key=zzz#token=f";
        assert_eq!(told(url, url_secrets(url)), "password=ada:pw api_key=zzz");
        assert!(url_secrets("/plain?a=b").is_empty());
    }
}
