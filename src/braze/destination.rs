use std::collections::BTreeMap;
use std::time::Duration;

use crate::http::{Credential, CredentialKind, Request};
use crate::live::credential::{CredentialSource, Credentials, Environment};
use crate::live::{HostPattern, LiveConfig, LiveOptions, parse_network};
use crate::project::{ProjectError, Workspace, check_endpoint};

/// Timeout for Braze, which doesn't publish its own (`unverified`).
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);

/// The most bytes of a response: campaigns have emails of many variations.
const MOST_BYTES: usize = 64 << 20;

/// What Braze is asked for, which decides the settings that count first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// `[trigger]`, then `[braze]`.
    Trigger,
    /// `[braze]`, then `[trigger]`.
    Pull,
}

/// Where a request goes, and with which credential.
#[derive(Debug)]
pub struct Destination {
    endpoint: String,
    options: LiveOptions,
    /// The credential's name; `None` for a mock, which gets no key.
    credential: Option<String>,
}

impl Destination {
    /// Returns Braze as configured in meniscus.toml, with the key from the environment.
    ///
    /// # Errors
    /// If no endpoint is set, or the credential is missing or isn't a key.
    pub fn braze(
        workspace: &Workspace,
        environment: &Environment,
        purpose: Purpose,
    ) -> Result<Destination, ProjectError> {
        let (trigger, braze) = (&workspace.config.trigger, &workspace.config.braze);
        let (table, first, second) = match purpose {
            Purpose::Trigger => ("trigger", &trigger.endpoint, &braze.endpoint),
            Purpose::Pull => ("braze", &braze.endpoint, &trigger.endpoint),
        };
        let Some(endpoint) = first.clone().or_else(|| second.clone()) else {
            return Err(ProjectError::Unknown {
                message: format!("`endpoint` isn't set under `[{table}]` in meniscus.toml"),
                help: "add `endpoint = \"https://rest.iad-01.braze.com\"`, with the host of your \
                       instance"
                    .to_owned(),
            });
        };
        let mut options = workspace.config.live_options(environment)?;
        let own = braze.credential.as_deref().filter(|_| purpose == Purpose::Pull);
        let name = own.unwrap_or(&trigger.credential);
        options.credentials = bearer(&options.credentials, name, environment)?;
        options.timeout = TIMEOUT;
        options.body_bytes = MOST_BYTES;
        Ok(Destination { endpoint, options, credential: Some(name.to_owned()) })
    }

    /// Returns a mock on this machine: it needs no permission in meniscus.toml, and gets no key.
    ///
    /// # Errors
    /// If the URL's address isn't a loopback one.
    pub fn mock(url: &str) -> Result<Destination, ProjectError> {
        let wrong = |message: String| ProjectError::Unknown {
            message,
            help: "use the address that `meniscus mock` prints, such as `--mock \
                   http://127.0.0.1:8080`"
                .to_owned(),
        };
        check_endpoint(url).map_err(&wrong)?;
        let parsed = reqwest::Url::parse(url).map_err(|error| wrong(error.to_string()))?;
        if !crate::project::is_this_machine(&parsed) {
            return Err(wrong(format!("`--mock {url}` isn't an address of this machine")));
        }
        let host = parsed.host_str().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let options = LiveOptions {
            hosts: HostPattern::parse(host).into_iter().collect(),
            ports: parsed.port_or_known_default().into_iter().collect(),
            networks: parse_network(bare).into_iter().collect(),
            timeout: TIMEOUT,
            body_bytes: MOST_BYTES,
            ..LiveOptions::default()
        };
        Ok(Destination { endpoint: url.to_owned(), options, credential: None })
    }

    /// Braze's REST endpoint, without a path.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        self.endpoint.trim_end_matches('/')
    }

    /// Makes a request with the key.
    pub(crate) fn request(&self, method: &str, path: &str) -> Request {
        let mut request = Request::new(method, format!("{}{path}", self.endpoint()));
        match &self.credential {
            Some(name) => {
                let (kind, name) = (CredentialKind::AuthCredentials, name.clone());
                request.credential = Some(Credential { kind, name });
            }
            None => request.headers.push(("Authorization".to_owned(), "Bearer mock".to_owned())),
        }
        request
    }

    /// Returns how calls are made.
    pub(crate) fn options(&self) -> &LiveOptions {
        &self.options
    }
}

/// Returns the credentials with a key as Braze expects: `Bearer KEY`, with or without the scheme in
/// the variable.
fn bearer(
    credentials: &Credentials,
    name: &str,
    environment: &Environment,
) -> Result<Credentials, ProjectError> {
    let told = |error: crate::live::credential::CredentialError| ProjectError::Unknown {
        message: error.to_string(),
        help: match error {
            crate::live::credential::CredentialError::Unknown { nearest: None, ref name } => {
                format!(
                    "add to meniscus.toml, under `[live.credentials]`: {name} = {{ env = \"BRAZE_REST_KEY\" }}"
                )
            }
            error => error.help(),
        },
    };
    let wrong = |message: String| ProjectError::Unknown {
        message,
        help: format!("add `{name} = {{ env = \"BRAZE_REST_KEY\" }}` under `[live.credentials]`"),
    };
    let CredentialSource::Header { header, env } = credentials.source(name).map_err(told)? else {
        return Err(wrong(format!("`{name}` has a user and password instead of a REST API key")));
    };
    if !header.eq_ignore_ascii_case("authorization") {
        return Err(wrong(format!(
            "`{name}` uses the header `{header}` instead of `Authorization`"
        )));
    }
    let secret = environment.secret(env).map_err(told)?;
    let value = match secret.expose().split_once(' ') {
        None => format!("Bearer {}", secret.expose()),
        Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => {
            format!("Bearer {}", key.trim())
        }
        Some(_) => {
            return Err(ProjectError::Unknown {
                message: format!("the environment variable `{env}` contains more than a key"),
                help: format!("set `{env}` to only the REST API key"),
            });
        }
    };
    let source = CredentialSource::Header { header: header.clone(), env: env.clone() };
    let environment = Environment::of(BTreeMap::from([(env.clone(), value)]));
    Ok(Credentials::new(BTreeMap::from([(name.to_owned(), source)]), environment))
}
