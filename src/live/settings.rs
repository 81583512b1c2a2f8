//! `[live]`, `[redact]`, and `[tags]` of a configuration, combined with environment variables.

use super::credential::{CredentialError, Credentials, Environment, Secret};
use super::redact::{RedactOptions, Selector};
use super::{HostPattern, LiveOptions, parse_network};
use crate::project::{Config, ProjectError};

/// Settings whose values come from the environment.
pub trait LiveConfig {
    /// Returns the options of live calls.
    ///
    /// # Errors
    /// If the proxy's environment variable isn't set.
    fn live_options(&self, environment: &Environment) -> Result<LiveOptions, ProjectError>;

    /// Returns the credentials that calls may name.
    #[must_use]
    fn credentials(&self, environment: &Environment) -> Credentials;

    /// Returns the secrets in environment variables that are set: credentials, and the app key.
    #[must_use]
    fn secrets(&self, environment: &Environment) -> Vec<Secret>;

    /// Returns what is redacted.
    ///
    /// # Errors
    /// If the key's environment variable isn't set: without it, other values would be invented.
    fn redact_options(&self, environment: &Environment) -> Result<RedactOptions, ProjectError>;
}

impl LiveConfig for Config {
    fn live_options(&self, environment: &Environment) -> Result<LiveOptions, ProjectError> {
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

    fn credentials(&self, environment: &Environment) -> Credentials {
        let named = self.live.credentials.iter();
        let sources = named.filter_map(|(name, setting)| Some((name.clone(), setting.source()?)));
        Credentials::new(sources.collect(), environment.clone())
    }

    fn secrets(&self, environment: &Environment) -> Vec<Secret> {
        let credentials = self.credentials(environment);
        let names = self.live.credentials.keys();
        let headers = names.filter_map(|name| credentials.header(name).ok());
        let mut secrets = headers.flat_map(|header| header.secrets).collect::<Vec<_>>();
        let variables = [&self.tags.app_key_env, &self.redact.key_env, &self.live.proxy_env];
        let values = variables.into_iter().flatten();
        secrets.extend(values.filter_map(|name| environment.secret(name).ok()));
        secrets
    }

    fn redact_options(&self, environment: &Environment) -> Result<RedactOptions, ProjectError> {
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

/// Parses patterns that were validated when the file was read.
fn patterns(hosts: &[String]) -> Vec<HostPattern> {
    hosts.iter().filter_map(|host| HostPattern::parse(host).ok()).collect()
}

fn unset(error: CredentialError) -> ProjectError {
    ProjectError::Unknown { message: error.to_string(), help: error.help() }
}
