//! The request sent by `connected_content`.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::{percent_decode_str, utf8_percent_encode};

use super::held::{longest_first, masked_by};
use super::secret::{REDACTED, is_secret_header, mask_body, mask_url};
use crate::text::percent;

/// An HTTP request, as far as the response can depend on it.
///
/// `Debug` and `Display` mask secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    pub method: String,
    /// The full URL as written in the template, possibly with characters that need encoding.
    pub url: String,
    pub headers: Vec<(String, String)>,
    /// The body, if any.
    pub body: Option<String>,
    pub credential: Option<Credential>,
    /// Whether the call is retried on failure (`:retry`); it doesn't affect matching.
    pub retry: bool,
    /// Strings in it that are secret whatever the request calls them, as they are in it.
    pub secrets: Vec<String>,
}

/// The name of a credential stored in Braze, never the secret itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Which option names it.
    pub kind: CredentialKind,
    pub name: String,
}

/// The option of `connected_content` that names a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialKind {
    /// `:basic_auth NAME`, sent as an `Authorization: Basic` header.
    BasicAuth,
    /// `:auth_credentials NAME`, a token of the connected-content settings.
    AuthCredentials,
}

impl CredentialKind {
    /// Returns the option's name as written in templates, without the colon.
    #[must_use]
    pub fn option(self) -> &'static str {
        match self {
            Self::BasicAuth => "basic_auth",
            Self::AuthCredentials => "auth_credentials",
        }
    }
}

/// The components of a URL, borrowed and still encoded as written.
struct Parts<'u> {
    scheme: &'u str,
    authority: &'u str,
    path: &'u str,
    query: Option<&'u str>,
}

impl Request {
    /// Makes a request without headers, body, or credential; the method is converted to uppercase.
    #[must_use]
    pub fn new(method: &str, url: impl Into<String>) -> Self {
        Self {
            method: method.to_ascii_uppercase(),
            url: url.into(),
            headers: Vec::new(),
            body: None,
            credential: None,
            retry: false,
            secrets: Vec::new(),
        }
    }

    /// Returns the value of the first header with a name, ignoring case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Yields the values of all headers with a name, ignoring case.
    pub(crate) fn header_values<'r>(&'r self, name: &'r str) -> impl Iterator<Item = &'r str> {
        self.headers
            .iter()
            .filter(move |(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Returns the scheme as written; empty if the URL has none.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.parts().scheme
    }

    /// Returns the host without user and port, as written; empty if the URL has none.
    #[must_use]
    pub fn host(&self) -> &str {
        self.host_and_port().0
    }

    /// Returns the port in the URL, or the default for `http` and `https`.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        let scheme = self.scheme();
        self.host_and_port().1.parse().ok().or_else(|| match scheme.to_ascii_lowercase().as_str() {
            "http" => Some(80),
            "https" => Some(443),
            _ => None,
        })
    }

    /// Returns the path as sent: at least `/`, with invalid characters percent-encoded.
    #[must_use]
    pub fn path(&self) -> Cow<'_, str> {
        match self.parts().path {
            "" => Cow::Borrowed("/"),
            path => encode_for_wire(path),
        }
    }

    /// Returns the query as sent, without the `?`; `None` if the URL has no `?`.
    #[must_use]
    pub fn query(&self) -> Option<Cow<'_, str>> {
        self.parts().query.map(encode_for_wire)
    }

    /// Returns path and query as sent: WireMock's `url` of a request.
    #[must_use]
    pub fn path_and_query(&self) -> String {
        let path = self.path();
        match self.query() {
            Some(query) => format!("{path}?{query}"),
            None => path.into_owned(),
        }
    }

    /// Returns the decoded query parameters in order; names may repeat, and a parameter without `=`
    /// has an empty value.
    #[must_use]
    pub fn query_parameters(&self) -> Vec<(String, String)> {
        decode_pairs(self.parts().query.unwrap_or_default())
    }

    /// Notes which of these secrets are in the request.
    pub fn note_secrets<'s>(&mut self, secrets: impl IntoIterator<Item = &'s String>) {
        let values = self.headers.iter().map(|(_, value)| value).chain(&self.body);
        let texts = values.chain([&self.url]).collect::<Vec<_>>();
        let is_here = |secret: &&String| texts.iter().any(|text| text.contains(secret.as_str()));
        let mut found = secrets.into_iter().filter(is_here).cloned().collect::<Vec<_>>();
        longest_first(&mut found);
        self.secrets = found;
    }

    /// Returns the request as it may be shown: what is secret whatever its name is masked.
    #[must_use]
    pub fn shown(&self) -> Cow<'_, Request> {
        if self.secrets.is_empty() {
            return Cow::Borrowed(self);
        }
        let without = |text: &str| masked_by(text, &self.secrets).into_owned();
        let headers = self.headers.iter().map(|(name, value)| (name.clone(), without(value)));
        Cow::Owned(Request {
            method: self.method.clone(),
            url: without(&self.url),
            headers: headers.collect(),
            body: self.body.as_deref().map(without),
            credential: self.credential.clone(),
            retry: self.retry,
            secrets: Vec::new(),
        })
    }

    /// Returns the request in HTTP format, with secrets masked in headers, parameters, and fields.
    #[must_use]
    pub fn to_http(&self) -> String {
        self.to_string()
    }

    fn parts(&self) -> Parts<'_> {
        let address = self.url.split('#').next().unwrap_or_default();
        let (address, query) = match address.split_once('?') {
            Some((address, query)) => (address, Some(query)),
            None => (address, None),
        };
        let (scheme, rest) = match address.split_once("://") {
            // A `://` after a slash belongs to the path.
            Some((scheme, rest)) if !scheme.contains('/') => (scheme, rest),
            _ => ("", address),
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        Parts { scheme, authority, path, query }
    }

    fn host_and_port(&self) -> (&str, &str) {
        let authority = self.parts().authority;
        let address = authority.rsplit_once('@').map_or(authority, |(_, address)| address);
        match address.rsplit_once(':') {
            // The last colon of an IPv6 address is inside its brackets.
            Some((host, port)) if !port.contains(']') => (host, port),
            _ => (address, ""),
        }
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.shown();
        write!(f, "{} {}", self.method, mask_url(&shown.url))?;
        for (name, value) in &shown.headers {
            let value = if is_secret_header(name) { REDACTED } else { value };
            // A line break inside a value would look like another header.
            write!(
                f,
                "\n{}: {}",
                name.escape_debug(),
                value.replace('\r', "\\r").replace('\n', "\\n")
            )?;
        }
        if let Some(credential) = &self.credential {
            write!(f, "\n[:{} {}]", credential.kind.option(), credential.name)?;
        }
        match shown.body.as_deref() {
            Some(body) if !body.is_empty() => write!(f, "\n\n{}", mask_body(body)),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({:?})", self.to_http())
    }
}

/// Percent-encodes what an HTTP client encodes before sending; existing escapes are kept.
pub(crate) fn encode_for_wire(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, percent::NEVER_SENT).into()
}

/// Decodes a query or form body into pairs.
pub fn decode_pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode_component(name).into_owned(), decode_component(value).into_owned())
        })
        .collect()
}

/// Decodes `%41` and `+`; a broken escape is kept, and invalid UTF-8 becomes U+FFFD.
pub fn decode_component(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let decoded = text.replace('+', " ");
    Cow::Owned(percent_decode_str(&decoded).decode_utf8_lossy().into_owned())
}

/// Escapes everything except letters, digits, and `-._~` for use in a URL.
#[must_use]
pub fn in_url(text: &str) -> String {
    utf8_percent_encode(text, percent::RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_split_into_its_parts() {
        let request = Request::new(
            "get",
            "https://ada:pw@Host.test:8443/a b/é?x=1&y=%41+b&x=2&flag&=v&%zz=%e9#frag?no",
        );
        assert_eq!(request.method, "GET");
        assert_eq!(
            (request.scheme(), request.host(), request.port()),
            ("https", "Host.test", Some(8443))
        );
        assert_eq!(request.path(), "/a%20b/%C3%A9");
        let query = request.query_parameters();
        let pairs: Vec<_> =
            query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            pairs,
            [("x", "1"), ("y", "A b"), ("x", "2"), ("flag", ""), ("", "v"), ("%zz", "\u{fffd}")]
        );
    }

    #[test]
    fn odd_urls_do_not_panic() {
        for (url, host, path) in [
            ("", "", "/"),
            ("/only/path", "", "/only/path"),
            ("host.test/x", "host.test", "/x"),
            ("https://", "", "/"),
            ("https://[::1]/x", "[::1]", "/x"),
            ("https://[::1]:99999/x", "[::1]", "/x"),
            ("https://h?x=/y", "h", "/"),
            ("?a", "", "/"),
            ("#", "", "/"),
            ("://", "", "/"),
            ("/to/http://x", "", "/to/http://x"),
            ("https://h/%", "h", "/%"),
        ] {
            let request = Request::new("GET", url);
            assert_eq!((request.host(), request.path().as_ref()), (host, path), "{url}");
            let _ = (request.port(), request.query_parameters(), request.to_http());
        }
        assert_eq!(Request::new("GET", "https://h").path_and_query(), "/");
        assert_eq!(Request::new("GET", "https://h/a?").path_and_query(), "/a?");
    }

    #[test]
    fn printing_masks_secrets_and_shows_the_rest() {
        let mut request = Request::new("POST", "https://h.test/a?api_key=s3cr3t&x=1");
        request.headers = vec![
            ("authorization".into(), "Bearer s3cr3t".into()),
            ("X-Tenant".into(), "a\nb".into()),
        ];
        request.body = Some("{\"user\": 1, \"password\": \"s3cr3t\"}".into());
        request.credential =
            Some(Credential { kind: CredentialKind::BasicAuth, name: "sessionm".into() });
        assert_eq!(
            request.to_http(),
            "POST https://h.test/a?api_key=[redacted]&x=1\nauthorization: [redacted]\nX-Tenant: a\\nb\n\
             [:basic_auth sessionm]\n\n{\"user\": 1, \"password\": \"[redacted]\"}"
        );
        assert!(!format!("{request:?}").contains("s3cr3t"));
        assert_eq!(request.header("AUTHORIZATION"), Some("Bearer s3cr3t"));
    }
}
