use std::sync::Arc;

use serde::Deserialize;
use url::Url;

use super::error::ProjectError;
use crate::diagnostic::{Diagnostic, Severity};
use crate::files::locate_toml;
use crate::text::{Source, Span, Step};

/// `[trigger]` in meniscus.toml: where triggered messages are sent, and with which credential.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct TriggerSettings {
    /// Braze's REST endpoint, `https://rest.iad-01.braze.com`; required for sending.
    pub endpoint: Option<String>,
    /// The credential in `[live.credentials]` with the REST key.
    pub credential: String,
    /// Which profile gets the message if several have the same email address.
    pub prioritization: Vec<String>,
}

impl Default for TriggerSettings {
    fn default() -> TriggerSettings {
        TriggerSettings {
            endpoint: None,
            credential: "braze".to_owned(),
            prioritization: ["identified", "most_recently_updated"].map(str::to_owned).into(),
        }
    }
}

/// `[trigger]` in message.toml: the message's identifiers in Braze.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct TriggerIds {
    pub campaign_id: Option<String>,
    pub canvas_id: Option<String>,
}

/// Validates the endpoint in a table.
///
/// # Errors
/// If the endpoint isn't a URL with only a host.
pub(super) fn check(
    endpoint: Option<&str>,
    table: &str,
    source: &Arc<Source>,
) -> Result<(), ProjectError> {
    let Some(endpoint) = endpoint else { return Ok(()) };
    check_endpoint(endpoint).map_err(|message| {
        let place = locate_toml(source.text(), &[Step::Key(table), Step::Key("endpoint")]);
        let span = place.map_or(Span::empty(0), |place| Span::new(place.start, place.end));
        let diagnostic = Diagnostic::new("workspace-file", Severity::Error, source, span, message);
        let help = "write the REST endpoint of your Braze instance, such as `https://rest.iad-01.braze.com`";
        ProjectError::Content(Box::new(diagnostic.help(help)))
    })
}

/// Checks that a string is a host's URL, and that a key isn't sent there unencrypted.
///
/// # Errors
/// What is wrong, without any password in the URL.
pub fn check_endpoint(endpoint: &str) -> Result<(), String> {
    let url =
        Url::parse(endpoint).map_err(|error| format!("`endpoint` isn't a valid URL: {error}"))?;
    let host = url.host_str().unwrap_or_default();
    let bare = !host.is_empty()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
        && url.path() == "/";
    if !bare {
        return Err("`endpoint` must be a scheme and a host, nothing more".to_owned());
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_this_machine(&url) => Ok(()),
        scheme => Err(format!(
            "`endpoint` must use `https`, not `{scheme}`, which would expose the API key"
        )),
    }
}

/// Whether a URL's address is a loopback one.
pub fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::check_endpoint;

    #[test]
    fn a_key_goes_to_a_host_and_never_in_the_clear() {
        for good in [
            "https://rest.iad-01.braze.com",
            "https://a.example/",
            "http://127.0.0.1:8080",
            "http://[::1]:1",
        ] {
            assert_eq!(check_endpoint(good), Ok(()), "{good}");
        }
        for odd in [
            "rest.iad-01.braze.com",
            "http://rest.iad-01.braze.com",
            "http://localhost:8080",
            "https://a.example/campaigns",
            "https://u:p4ss@a.example",
            "https://a.example?x",
            "ftp://a.example",
            "",
        ] {
            let error = check_endpoint(odd).expect_err(odd);
            assert!(!error.contains("p4ss"), "{error}");
        }
    }
}
