use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use serde::Deserialize;

use super::config::Config;
use super::error::ProjectError;
use super::host_pattern::HostPattern;
use super::selector::Selector;
use crate::diagnostic::{Diagnostic, Severity};
use crate::files::locate_toml;
use crate::text::{Source, Span, Step};

/// `[live]`: where calls may go. By default nowhere.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LiveSettings {
    /// Names of hosts, `api.example.com` or `*.example.com`.
    pub allow_hosts: Vec<String>,
    /// Ports beside 80 and 443: Braze calls no other.
    pub allow_ports: Vec<u16>,
    /// Networks and addresses that are not of the public internet.
    pub allow_addresses: Vec<String>,
    /// The variable that holds the URL of a proxy; none is used by itself.
    pub proxy_env: Option<String>,
    /// Credentials, by the name that calls give them.
    pub credentials: BTreeMap<String, CredentialSettings>,
}

/// A credential of `[live.credentials]`: variables of the environment, never the secret itself.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CredentialSettings {
    /// The header; `Authorization` where none is named.
    pub header: Option<String>,
    /// The variable that holds the header's value.
    pub env: Option<String>,
    /// The variable that holds the user of `Authorization: Basic …`.
    pub user_env: Option<String>,
    /// The variable that holds its password.
    pub password_env: Option<String>,
    /// The hosts that it may be sent to; without any, all of `allow_hosts`.
    pub hosts: Vec<String>,
}

/// `[redact]`: what is personal in recordings.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RedactSettings {
    /// Paths in bodies.
    pub json: Vec<String>,
    /// Names of query parameters and form fields.
    pub query: Vec<String>,
    /// The variable that holds the key under which values are invented.
    pub key_env: Option<String>,
}

impl CredentialSettings {
    /// The credential that the settings make; none where they don't go together.
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

/// Where the secret of a credential is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialSource {
    /// The whole value of a header.
    Header {
        /// The header's name.
        header: String,
        /// The variable that holds its value.
        env: String,
    },
    /// User and password, sent as `Authorization: Basic …`.
    Basic {
        /// The variable that holds the user.
        user_env: String,
        /// The variable that holds the password.
        password_env: String,
    },
}

impl CredentialSource {
    /// Returns the variables that it is read from.
    #[must_use]
    pub fn variables(&self) -> Vec<&str> {
        match self {
            Self::Header { env, .. } => vec![env],
            Self::Basic { user_env, password_env } => vec![user_env, password_env],
        }
    }
}

/// Reads a network, `10.1.0.0/16`, or an address, which is a network of one.
///
/// # Errors
///
/// What is wrong with it, found first and then expected.
pub fn parse_network(text: &str) -> Result<IpNet, String> {
    let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network.map_err(|_| {
        format!("found `{text}`, expected an address or a network such as `127.0.0.1/32`")
    })
}

/// Checks what the types of `[live]` and `[redact]` do not say.
///
/// # Errors
/// The first thing that is wrong, at its characters.
pub(super) fn check(config: &Config, source: &Arc<Source>) -> Result<(), ProjectError> {
    for (index, host) in config.live.allow_hosts.iter().enumerate() {
        HostPattern::parse(host).map_err(|message| {
            let path = [Step::Key("live"), Step::Key("allow_hosts"), Step::Index(index)];
            wrong(source, &path, message, "name the hosts one by one")
        })?;
    }
    for (index, network) in config.live.allow_addresses.iter().enumerate() {
        parse_network(network).map_err(|message| {
            let path = [Step::Key("live"), Step::Key("allow_addresses"), Step::Index(index)];
            wrong(source, &path, message, "names of hosts stand in `allow_hosts`")
        })?;
    }
    for (name, credential) in &config.live.credentials {
        for (index, host) in credential.hosts.iter().enumerate() {
            HostPattern::parse(host).map_err(|message| {
                let path = ["live", "credentials", name, "hosts"].map(Step::Key);
                let path = path.into_iter().chain([Step::Index(index)]).collect::<Vec<_>>();
                wrong(source, &path, message, "name the hosts one by one")
            })?;
        }
        if credential.source().is_none() {
            let path = [Step::Key("live"), Step::Key("credentials"), Step::Key(name)];
            let message = format!(
                "found a credential `{name}` that is neither `header` with `env`, nor `user_env` with `password_env`"
            );
            let help =
                format!("write `{name} = {{ header = \"Authorization\", env = \"VARIABLE\" }}`");
            return Err(wrong(source, &path, message, &help));
        }
    }
    for (index, path) in config.redact.json.iter().enumerate() {
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

fn wrong(source: &Arc<Source>, path: &[Step<'_>], message: String, help: &str) -> ProjectError {
    let place = locate_toml(source.text(), path);
    let span = place.map_or(Span::empty(0), |place| Span::new(place.start, place.end));
    let diagnostic = Diagnostic::new("workspace-file", Severity::Error, source, span, message);
    ProjectError::Content(Box::new(diagnostic.help(help)))
}
