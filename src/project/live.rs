use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::config::Config;
use super::error::ProjectError;
use crate::diagnostic::{Diagnostic, Severity};
use crate::files::locate_toml;
use crate::live::credential::{CredentialSource, Credentials, Environment, Secret};
use crate::live::redact::{RedactOptions, Selector};
use crate::live::{HostPattern, LiveOptions, parse_network};
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
    fn source(&self) -> Option<CredentialSource> {
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

impl Config {
    /// What live calls may do, with the variables of an environment.
    ///
    /// # Errors
    /// Where the variable of the proxy is not set.
    pub fn live_options(&self, environment: &Environment) -> Result<LiveOptions, ProjectError> {
        let live = &self.live;
        let proxy = live.proxy_env.as_ref().map(|name| environment.secret(name)).transpose();
        Ok(LiveOptions {
            hosts: patterns(&live.allow_hosts),
            ports: live.allow_ports.clone(),
            networks: live
                .allow_addresses
                .iter()
                .filter_map(|text| parse_network(text).ok())
                .collect(),
            credentials: self.credentials(environment),
            credential_hosts: live
                .credentials
                .iter()
                .filter(|(_, credential)| !credential.hosts.is_empty())
                .map(|(name, credential)| (name.clone(), patterns(&credential.hosts)))
                .collect(),
            proxy: proxy.map_err(unset)?,
            ..LiveOptions::default()
        })
    }

    /// The credentials that calls may name, with the variables of an environment.
    #[must_use]
    pub fn credentials(&self, environment: &Environment) -> Credentials {
        let named = self.live.credentials.iter();
        let sources = named.filter_map(|(name, setting)| Some((name.clone(), setting.source()?)));
        Credentials::new(sources.collect(), environment.clone())
    }

    /// The secrets that variables of an environment hold, as far as they are set: those of credentials and the app key.
    #[must_use]
    pub fn secrets(&self, environment: &Environment) -> Vec<Secret> {
        let credentials = self.credentials(environment);
        let names = self.live.credentials.keys();
        let headers = names.filter_map(|name| credentials.header(name).ok());
        let mut secrets = headers.flat_map(|header| header.secrets).collect::<Vec<_>>();
        let variables = [&self.tags.app_key_env, &self.redact.key_env, &self.live.proxy_env];
        let values = variables.into_iter().flatten();
        secrets.extend(values.filter_map(|name| environment.secret(name).ok()));
        secrets
    }

    /// What is redacted, with the variables of an environment.
    ///
    /// # Errors
    /// Where the variable of the key is not set: without it other values would be invented.
    pub fn redact_options(&self, environment: &Environment) -> Result<RedactOptions, ProjectError> {
        let redact = &self.redact;
        let key = redact.key_env.as_ref().map(|name| environment.secret(name)).transpose();
        Ok(RedactOptions {
            json: redact.json.iter().filter_map(|path| Selector::parse(path).ok()).collect(),
            query: redact.query.clone(),
            detect: false,
            key: key.map_err(unset)?,
            secrets: self.secrets(environment),
        })
    }
}

/// Patterns that were checked when the file was read.
fn patterns(hosts: &[String]) -> Vec<HostPattern> {
    hosts.iter().filter_map(|host| HostPattern::parse(host).ok()).collect()
}

fn unset(error: crate::live::credential::CredentialError) -> ProjectError {
    ProjectError::Unknown { message: error.to_string(), help: error.help() }
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
