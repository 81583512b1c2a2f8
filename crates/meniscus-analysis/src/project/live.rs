use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use serde::Deserialize;

use super::error::ProjectError;
use super::host_pattern::HostPattern;
use super::selector::Selector;
use crate::diagnostic::{Diagnostic, Severity};
use crate::files::locate_toml;
use crate::text::{Source, Span, Step};

/// `[live]`: where calls may go. Nowhere by default.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct LiveSettings {
    /// Host names, `api.example.com` or `*.example.com`.
    pub allow_hosts: Vec<String>,
    /// Ports in addition to 80 and 443, the only ones Braze allows.
    pub allow_ports: Vec<u16>,
    /// Non-public networks and addresses to allow.
    pub allow_addresses: Vec<String>,
    /// The environment variable with a proxy's URL; there is no default.
    pub proxy_env: Option<String>,
    /// Credentials, by the name used in calls.
    pub credentials: BTreeMap<String, CredentialSettings>,
}

/// A credential in `[live.credentials]`: environment variables, never the secret itself.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct CredentialSettings {
    /// The header; `Authorization` by default.
    pub header: Option<String>,
    /// The environment variable with the header's value.
    pub env: Option<String>,
    /// The environment variable with the user of `Authorization: Basic …`.
    pub user_env: Option<String>,
    /// The environment variable with its password.
    pub password_env: Option<String>,
    /// Hosts it may be sent to; by default, all of `allow_hosts`.
    pub hosts: Vec<String>,
}

/// `[redact]`: personal data in recordings.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RedactSettings {
    /// JSONPaths in bodies.
    pub json: Vec<String>,
    /// Names of query parameters and form fields.
    pub query: Vec<String>,
    /// The environment variable with the key for replacement values.
    pub key_env: Option<String>,
}

impl CredentialSettings {
    /// Returns the configured credential; `None` if the settings conflict.
    #[must_use]
    pub fn source(&self) -> Option<CredentialSource> {
        match (&self.header, &self.env, &self.user_env, &self.password_env) {
            (header, Some(env), None, None) => {
                let header = header.as_deref().unwrap_or("Authorization").to_owned();
                Some(CredentialSource::Header { header, env: env.clone() })
            }
            (None, None, Some(user), Some(password)) => Some(CredentialSource::Basic {
                user_env: user.clone(),
                password_env: password.clone(),
            }),
            _ => None,
        }
    }
}

/// Where the secret of a credential comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialSource {
    /// The whole value of a header.
    Header {
        header: String,
        /// The environment variable with its value.
        env: String,
    },
    /// User and password, sent as `Authorization: Basic …`.
    Basic {
        /// The environment variable with the user.
        user_env: String,
        /// The environment variable with the password.
        password_env: String,
    },
}

impl CredentialSource {
    /// Returns the environment variables it reads.
    #[must_use]
    pub fn variables(&self) -> Vec<&str> {
        match self {
            Self::Header { env, .. } => vec![env],
            Self::Basic { user_env, password_env } => vec![user_env, password_env],
        }
    }
}

/// Parses a network such as `10.1.0.0/16`, or a single address.
///
/// # Errors
///
/// If it is neither.
pub fn parse_network(text: &str) -> Result<IpNet, String> {
    let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network.map_err(|_| format!("`{text}` isn't an address or a network such as `127.0.0.1/32`"))
}

/// Validates what the types of `[live]` and `[redact]` can't express.
///
/// # Errors
/// The first mistake, with its span.
pub(super) fn check(
    live: &LiveSettings,
    redact: &RedactSettings,
    source: &Arc<Source>,
) -> Result<(), ProjectError> {
    for (index, host) in live.allow_hosts.iter().enumerate() {
        HostPattern::parse(host).map_err(|message| {
            let path = [Step::Key("live"), Step::Key("allow_hosts"), Step::Index(index)];
            wrong(source, &path, message, "list the hosts one by one")
        })?;
    }
    for (index, network) in live.allow_addresses.iter().enumerate() {
        parse_network(network).map_err(|message| {
            let path = [Step::Key("live"), Step::Key("allow_addresses"), Step::Index(index)];
            wrong(
                source,
                &path,
                message,
                "write an IP address or network; host names belong in `allow_hosts`",
            )
        })?;
    }
    for (name, credential) in &live.credentials {
        for (index, host) in credential.hosts.iter().enumerate() {
            HostPattern::parse(host).map_err(|message| {
                let path = ["live", "credentials", name, "hosts"].map(Step::Key);
                let path = path.into_iter().chain([Step::Index(index)]).collect::<Vec<_>>();
                wrong(source, &path, message, "list the hosts one by one")
            })?;
        }
        if credential.source().is_none() {
            let path = [Step::Key("live"), Step::Key("credentials"), Step::Key(name)];
            let message = format!(
                "the credential `{name}` needs `header` with `env`, or `user_env` with \
                 `password_env`"
            );
            let help =
                format!("write `{name} = {{ header = \"Authorization\", env = \"VARIABLE\" }}`");
            return Err(wrong(source, &path, message, &help));
        }
    }
    for (index, path) in redact.json.iter().enumerate() {
        Selector::parse(path).map_err(|message| {
            let path = [Step::Key("redact"), Step::Key("json"), Step::Index(index)];
            wrong(
                source,
                &path,
                message,
                "write a path such as `$.payload.user.email` or `$..email`",
            )
        })?;
    }
    Ok(())
}

fn wrong(source: &Arc<Source>, path: &[Step<&str>], message: String, help: &str) -> ProjectError {
    let place = locate_toml(source.text(), path);
    let span = place.map_or(Span::empty(0), |place| Span::new(place.start, place.end));
    let diagnostic = Diagnostic::new("workspace-file", Severity::Error, source, span, message);
    ProjectError::Content(Box::new(diagnostic.help(help)))
}
