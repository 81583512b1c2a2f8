use super::error::TagError;
use crate::endpoint::{CallPattern, Endpoints, Piece};
use crate::http::request::in_url;
use crate::http::secret::REDACTED;
use crate::http::{Credential, CredentialKind, Request};
use crate::live::credential::Secret;
use crate::project::check_endpoint;
use crate::send::schema_faults::schema_faults;

/// Length limit of tag names in bytes; SessionM publishes none (`unverified`).
const LONGEST_TAG: usize = 255;

/// Tags as SessionM's schema requires: at least one non-empty name, and a time to live of at least
/// a second (reference 6.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tags {
    names: Vec<String>,
    ttl: Option<u64>,
}

impl Tags {
    /// Makes tags; without `ttl`, in seconds, each is a counter that every request increments.
    ///
    /// # Errors
    ///
    /// If there are none, or one is empty, repeated, too long, or has a control character.
    pub fn new(names: &[String], ttl: Option<u64>) -> Result<Self, TagError> {
        let refuse =
            |message: String| Err(TagError::new(message, "pass `--tag NAME` once for each tag"));
        if names.is_empty() {
            return refuse("no tag is given".to_owned());
        }
        for (at, name) in names.iter().enumerate() {
            if name.trim().is_empty() {
                return refuse("a tag is empty".to_owned());
            }
            let shown = name.escape_debug();
            if name.contains(char::is_control) || name.len() > LONGEST_TAG {
                return refuse(format!(
                    "the tag `{shown}` is longer than {LONGEST_TAG} bytes or contains a control \
                     character"
                ));
            }
            if names[..at].contains(name) {
                return refuse(format!("the tag `{shown}` is given twice"));
            }
        }
        if ttl == Some(0) {
            return Err(TagError::new(
                "`--ttl` must be at least 1 second",
                "use `--ttl 2592000` for 30 days, or remove it for counters",
            ));
        }
        Ok(Self { names: names.to_vec(), ttl })
    }

    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Returns the time to live in seconds; `None` for counters.
    #[must_use]
    pub fn ttl(&self) -> Option<u64> {
        self.ttl
    }

    /// Returns a request body: `{"tags":["a"],"ttl":2592000}`.
    #[must_use]
    pub fn body(&self) -> String {
        let mut body = serde_json::json!({ "tags": self.names });
        if let Some(ttl) = self.ttl {
            body["ttl"] = ttl.into();
        }
        body.to_string()
    }
}

/// Where requests go: `{endpoint}/priv/v1/apps/{app_key}/users/{user_id}/tags` (reference 6.3).
#[derive(Clone, Debug)]
pub struct Target {
    endpoint: String,
    /// The key in the path; `None` for requests that are only shown.
    app_key: Option<String>,
    secrets: Vec<Secret>,
    credential: String,
    external: bool,
}

impl Target {
    /// Makes a target. With `external`, ids are the brand's own rather than SessionM's. Without a
    /// key, requests can be shown but not sent. The credential is one in `[live.credentials]`.
    ///
    /// # Errors
    ///
    /// If the endpoint is more than a host or isn't `https`, or the key isn't valid in a path.
    pub fn new(
        endpoint: &str,
        app_key: Option<&Secret>,
        credential: &str,
        external: bool,
    ) -> Result<Self, TagError> {
        let plain = endpoint.trim().trim_end_matches('/');
        let help = "use the URL from SessionM, such as `https://api-….ent-sessionm.com`";
        check_endpoint(plain).map_err(|message| TagError::new(message, help))?;
        let mut secrets = Vec::new();
        let mut encoded_key = None;
        if let Some(key) = app_key {
            if matches!(key.expose(), "." | "..") {
                return Err(TagError::new(
                    "the app key can't be part of a path",
                    "check its environment variable",
                ));
            }
            let encoded = in_url(key.expose());
            secrets = vec![key.clone(), Secret::new(encoded.clone())];
            encoded_key = Some(encoded);
        }
        Ok(Self {
            endpoint: plain.to_owned(),
            app_key: encoded_key,
            secrets,
            credential: credential.to_owned(),
            external,
        })
    }

    /// Returns the endpoint, without a trailing slash.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Whether the ids are the brand's own.
    #[must_use]
    pub fn is_external(&self) -> bool {
        self.external
    }

    /// Makes the request for a customer, with the key in its URL: never show it.
    #[must_use]
    pub fn request(&self, customer: &str, tags: &Tags) -> Request {
        self.with_key(self.app_key.as_deref().unwrap_or_default(), customer, tags)
    }

    /// Writes the request for a customer, with key and credential masked.
    #[must_use]
    pub fn shown(&self, customer: &str, tags: &Tags) -> String {
        self.with_key(REDACTED, customer, tags).to_http()
    }

    /// Validates the body, which is the same for all, against the endpoint's schema.
    ///
    /// # Errors
    ///
    /// Violations of the schema, or why it can't be used. Without a known endpoint for the path,
    /// nothing is validated.
    pub fn check(&self, tags: &Tags, endpoints: &Endpoints) -> Result<(), TagError> {
        let url = vec![Piece::Text(self.with_key("0", "0", tags).url)];
        let call = CallPattern { method: "POST".to_owned(), url, body: None };
        let endpoint = endpoints.answer_whatever_body(&call).endpoint;
        let Some(schema) = endpoint.and_then(|endpoint| endpoint.request.as_ref()) else {
            return Ok(());
        };
        let shown = schema.shown();
        let unusable = |why: String| {
            let help = "fix the schema, which replaces the built-in one in this workspace";
            TagError::new(format!("can't use the schema `{shown}`: {why}"), help)
        };
        let body =
            serde_json::from_str(&tags.body()).map_err(|error| unusable(error.to_string()))?;
        match schema_faults(schema, &body).map_err(unusable)?.into_iter().next() {
            None => Ok(()),
            Some(fault) => Err(TagError::new(
                format!("{}, according to the schema of the endpoint `{shown}`", fault.message),
                fault.help,
            )),
        }
    }

    /// Returns a request's secrets other than its credential.
    pub(super) fn secrets(&self) -> &[Secret] {
        &self.secrets
    }

    fn with_key(&self, key: &str, customer: &str, tags: &Tags) -> Request {
        let users = if self.external { "external/users" } else { "users" };
        let Self { endpoint, .. } = self;
        let url = format!("{endpoint}/priv/v1/apps/{key}/{users}/{}/tags", in_url(customer));
        let mut request = Request::new("POST", url);
        request.headers = vec![
            ("Content-Type".to_owned(), "application/json".to_owned()),
            ("Accept".to_owned(), "application/json".to_owned()),
        ];
        request.body = Some(tags.body());
        request.credential =
            Some(Credential { kind: CredentialKind::BasicAuth, name: self.credential.clone() });
        request
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Packs;
    use crate::recording::Replay;

    fn tags(names: &[&str], ttl: Option<u64>) -> Result<Tags, TagError> {
        Tags::new(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(), ttl)
    }

    #[test]
    fn a_request_is_as_sessionm_documents_it() {
        let key = Secret::new("k/3y");
        let target = Target::new("https://api-x.example/", Some(&key), "core", false).unwrap();
        let tags = tags(&["spring", "two words"], Some(2_592_000)).unwrap();
        let request = target.request("a/b?c é%", &tags);
        assert_eq!(
            request.url,
            "https://api-x.example/priv/v1/apps/k%2F3y/users/a%2Fb%3Fc%20%C3%A9%25/tags"
        );
        assert_eq!(
            request.body.as_deref(),
            Some(r#"{"tags":["spring","two words"],"ttl":2592000}"#)
        );
        assert!(!target.shown("a", &tags).contains("3y"));
        let target = Target::new("https://api-x.example", Some(&key), "core", true).unwrap();
        assert!(target.request("17", &tags).url.ends_with("/external/users/17/tags"));
    }

    #[test]
    fn bodies_are_held_against_the_schema() {
        let key = Secret::new("k");
        let target = Target::new("https://a.example", Some(&key), "core", false).unwrap();
        let endpoints = Endpoints::new(Packs::built_in(), &Replay::default());
        for tags in [tags(&["a"], None), tags(&["a", "b"], Some(1))] {
            assert_eq!(target.check(&tags.unwrap(), &endpoints), Ok(()));
        }
        // The schema would reject what `Tags` rejects.
        for (names, ttl) in [(&[][..], None), (&[""], None), (&["a"], Some(0))] {
            assert!(tags(names, ttl).is_err());
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            let error = target.check(&Tags { names, ttl }, &endpoints).unwrap_err();
            assert!(error.message.contains("the schema of"), "{error}");
        }
        assert!(tags(&[" "], None).is_err() && tags(&["a", "a"], None).is_err());
        assert!(tags(&["a\n"], None).is_err());
    }

    #[test]
    fn endpoints_that_would_tell_the_key_are_refused() {
        for bad in [
            "api.example",
            "http://api.example",
            "https://u:p@api.example",
            "ftp://x",
            "https://a/?b",
        ] {
            let error = Target::new(bad, None, "core", false).unwrap_err();
            assert!(!error.message.contains("u:p"), "{error}");
        }
        for good in ["https://api.example/", "http://127.0.0.1:8080", "http://[::1]:1"] {
            Target::new(good, None, "core", false).unwrap();
        }
        let dots = Secret::new("..");
        assert!(Target::new("https://a.example", Some(&dots), "core", false).is_err());
    }
}
