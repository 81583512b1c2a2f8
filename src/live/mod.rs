//! Calls to real hosts, under Braze's conditions.
//!
//! We don't do what Braze wouldn't: a call takes at most 2 s, a body at most 1 MB, there are no
//! redirects, only GET and POST, only ports 80 and 443, and five attempts if a call asks for them
//! (reference 2.1.2, 2.1.4, 2.1.6). In addition, templates can't reach unintended places: hosts are
//! allowed by name, their addresses are checked, and the connection goes to the checked address.

mod address;
mod attempt;
pub mod credential;
mod exchange;
pub mod record;
pub mod redact;
mod resolve;
mod settings;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ipnet::IpNet;
use reqwest::Url;
use reqwest::blocking::Client;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use thiserror::Error;

use credential::{Credentials, Secret};
use exchange::{Failure, Prepared, send};
use resolve::{NoAddress, Pinned};

use crate::http::{Answer, Request};
use crate::recording::{Fetch, Unanswered};

pub use crate::project::{HostPattern, parse_network};
pub use address::closed;
pub use attempt::Attempt;
pub use settings::LiveConfig;

const TIMEOUT: Duration = Duration::from_secs(2);
/// Braze's size limit for a body, 1 MB (reference 2.1.6).
const MAX_BODY_BYTES: usize = 1 << 20;
/// Braze's attempts with `:retry` (reference 2.1.2).
const ATTEMPTS: u32 = 5;
/// Delay before the second attempt, doubled for each further one. Braze doesn't publish its delay.
const BACK_OFF: Duration = Duration::from_millis(250);
/// The longest delay between attempts, whatever `Retry-After` says.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// Timeout for connecting. Braze's 2 s end earlier; this distinguishes an absent host from a slow
/// one.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a connection is kept open: less than hosts do, so that no request is sent into a
/// closing one.
const IDLE: Duration = Duration::from_secs(4);
/// Headers of the connection, which a template can't set without breaking it.
const CONNECTION_HEADERS: [&str; 7] =
    ["connection", "content-length", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];

/// Where live calls may go, and how they are made.
#[derive(Clone, Debug)]
pub struct LiveOptions {
    /// Allowed hosts; by default none.
    pub hosts: Vec<HostPattern>,
    /// Ports in addition to 80 and 443.
    pub ports: Vec<u16>,
    /// Non-public networks to allow.
    pub networks: Vec<IpNet>,
    /// The credentials that calls may name.
    pub credentials: Credentials,
    /// The hosts each credential may be sent to, by name; by default, any allowed host.
    pub credential_hosts: BTreeMap<String, Vec<HostPattern>>,
    /// The URL of a proxy for all calls; the environment's isn't used by default.
    pub proxy: Option<Secret>,
    /// Timeout for an attempt, from name lookup to the last byte.
    pub timeout: Duration,
    /// Size limit for a decompressed body.
    pub body_bytes: usize,
    /// Attempts of a call with `:retry`.
    pub attempts: u32,
    /// Delay before the second attempt.
    pub back_off: Duration,
}

impl Default for LiveOptions {
    /// Braze's conditions, without hosts.
    fn default() -> Self {
        Self {
            hosts: Vec::new(),
            ports: Vec::new(),
            networks: Vec::new(),
            credentials: Credentials::default(),
            credential_hosts: BTreeMap::new(),
            proxy: None,
            timeout: TIMEOUT,
            body_bytes: MAX_BODY_BYTES,
            attempts: ATTEMPTS,
            back_off: BACK_OFF,
        }
    }
}

/// Why live calls aren't possible.
#[derive(Debug, Error)]
pub enum LiveError {
    /// The client can't be set up, such as without system certificates.
    #[error("can't make live calls: {0}")]
    Client(String),
    /// The proxy's URL is invalid.
    #[error("can't use the proxy: {0}")]
    Proxy(String),
}

/// Real hosts as a source of responses.
///
/// Blocks the calling thread, and can be shared between threads. Must not be used inside an
/// asynchronous runtime.
pub struct Live {
    client: Client,
    /// Why TLS isn't available.
    no_tls: Option<String>,
    pinned: Pinned,
    options: LiveOptions,
    /// Host and port of the proxy.
    proxy: Option<(String, u16)>,
    /// The secrets sent so far, to be masked in saved responses.
    sent: Mutex<BTreeSet<Secret>>,
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").field("options", &self.options).finish_non_exhaustive()
    }
}

/// Why a call isn't made.
#[derive(Debug)]
struct Refusal {
    problem: String,
    help: String,
}

impl Live {
    /// Makes a source of live responses.
    ///
    /// # Errors
    ///
    /// If the client can't be set up.
    pub fn new(options: LiveOptions) -> Result<Self, LiveError> {
        // An existing provider works as well.
        let _known = rustls::crypto::ring::default_provider().install_default();
        let pinned = Pinned::default();
        let proxy = options.proxy.as_ref().map(proxy_of).transpose()?;
        let builder = || {
            let builder = Client::builder()
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .timeout(options.timeout)
                .connect_timeout(CONNECT_TIMEOUT)
                .pool_idle_timeout(IDLE)
                .user_agent(concat!("meniscus/", env!("CARGO_PKG_VERSION")))
                .dns_resolver(Arc::new(pinned.clone()));
            match &proxy {
                Some((proxy, ..)) => builder.proxy(proxy.clone()),
                None => builder,
            }
        };
        let (client, no_tls) = match builder().build() {
            Ok(client) => (client, None),
            // Without certificates, plain HTTP still works.
            Err(error) => {
                let client = builder().tls_certs_only([]).build();
                let client = client.map_err(|_| LiveError::Client(exchange::words(&error)))?;
                (client, Some(exchange::words(&error)))
            }
        };
        let proxy = proxy.map(|(_, host, port)| (host, port));
        Ok(Self { client, no_tls, pinned, options, proxy, sent: Mutex::default() })
    }

    /// Returns the secrets of all credentials sent so far.
    #[must_use]
    pub fn secrets(&self) -> Vec<Secret> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Checks whether a call would be made, without making it or looking up its host.
    ///
    /// # Errors
    ///
    /// What the call lacks: an allowed host or port, or a credential.
    pub fn check(&self, request: &Request) -> Result<(), Unanswered> {
        self.prepare(request).map(drop).map_err(|refusal| refused(request, refusal))
    }

    fn prepare(&self, request: &Request) -> Result<Prepared, Refusal> {
        let refuse = |problem: String, help: &str| Refusal { problem, help: help.to_owned() };
        let post = match request.method.as_str() {
            "GET" => false,
            "POST" => true,
            method => {
                return Err(refuse(
                    format!("Braze can't call with the method {method}, only with GET or POST"),
                    "use `:method get` or `:method post`",
                ));
            }
        };
        let url = Url::parse(&request.url).map_err(|error| {
            let shown = crate::http::secret::mask_url(&request.url);
            refuse(format!("the URL `{shown}` can't be called: {error}"), "fix the URL")
        })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refuse(
                format!("the URL starts with `{}` instead of `https`", url.scheme()),
                "start the URL with `https://`",
            ));
        }
        if let (Some(why), "https") = (&self.no_tls, url.scheme()) {
            return Err(refuse(
                format!("can't verify hosts: {why}"),
                "install the system's root certificates, such as the package `ca-certificates`",
            ));
        }
        let host = url.host_str().unwrap_or_default().to_owned();
        self.allowed(&host)?;
        let port = url.port_or_known_default().unwrap_or_default();
        if !matches!(port, 80 | 443) && !self.options.ports.contains(&port) {
            return Err(refuse(
                format!("Braze can't call port {port}, only 80 and 443"),
                &format!(
                    "remove the port, or for tests add `allow_ports = [{port}]` under `[live]` in \
                     meniscus.toml"
                ),
            ));
        }
        let headers = self.headers(request, &host)?;
        let body = request.body.clone().filter(|_| post);
        Ok(Prepared { post, url, host, port, headers, body })
    }

    fn allowed(&self, host: &str) -> Result<(), Refusal> {
        if self.options.hosts.iter().any(|pattern| pattern.matches(host)) {
            return Ok(());
        }
        let mut names =
            self.options.hosts.iter().map(|known| format!("\"{known}\"")).collect::<Vec<_>>();
        let problem = match names.len() {
            0 => format!("the host `{host}` isn't allowed: meniscus.toml allows no hosts"),
            _ => format!("the host `{host}` isn't allowed"),
        };
        names.push(format!("\"{host}\""));
        let help =
            format!("add `allow_hosts = [{}]` under `[live]` in meniscus.toml", names.join(", "));
        Err(Refusal { problem, help })
    }

    fn headers(&self, request: &Request, host: &str) -> Result<HeaderMap, Refusal> {
        let mut headers = HeaderMap::new();
        for (name, value) in &request.headers {
            let plain = name.to_ascii_lowercase();
            if CONNECTION_HEADERS.contains(&plain.as_str()) {
                continue;
            }
            if plain == "host" {
                // A custom `Host` would reach a disallowed host at an allowed address.
                self.allowed(value.split(':').next().unwrap_or_default())?;
            }
            let (name, value) = header(name, value)?;
            headers.append(name, value);
        }
        if let Some(credential) = &request.credential {
            let meant = self.options.credential_hosts.get(&credential.name);
            if meant.is_some_and(|meant| !meant.iter().any(|pattern| pattern.matches(host))) {
                let name = &credential.name;
                return Err(Refusal {
                    problem: format!("the credential `{name}` isn't allowed for `{host}`"),
                    help: format!(
                        "to send it there, add \"{host}\" to `hosts` of `{name}` under \
                            `[live.credentials]` in meniscus.toml"
                    ),
                });
            }
            let found = self.options.credentials.header(&credential.name);
            let found = found
                .map_err(|error| Refusal { problem: error.to_string(), help: error.help() })?;
            let (name, mut value) = header(&found.name, found.value.expose())?;
            value.set_sensitive(true);
            headers.insert(name, value);
            self.sent.lock().unwrap_or_else(PoisonError::into_inner).extend(found.secrets);
        }
        Ok(headers)
    }

    /// Makes one attempt: name, address, request, response.
    fn attempt(&self, prepared: &Prepared) -> Result<Result<exchange::Received, Failure>, Refusal> {
        let start = Instant::now();
        let looked_up = match &self.proxy {
            Some((host, port)) => self.pinned.trust(host, *port, self.options.timeout),
            None => Ok(()),
        };
        let by_name = prepared.url.domain().is_some();
        let looked_up = looked_up.and_then(|()| {
            if self.proxy.is_some() && by_name {
                // The proxy looks up the name, which we can't see.
                return Ok(());
            }
            self.pinned.check(
                &prepared.host,
                prepared.port,
                &self.options.networks,
                self.options.timeout,
            )
        });
        match looked_up {
            Ok(()) => {}
            Err(NoAddress::Closed { address, kind }) => {
                let host = &prepared.host;
                let leads = if by_name {
                    format!("the host `{host}` resolves to {address}")
                } else {
                    format!("the host is {address}")
                };
                return Err(Refusal {
                    problem: format!("{leads}, a {kind} address that isn't on the public internet"),
                    help: format!(
                        "to allow it, add `allow_addresses = [\"{}\"]` under `[live]` in \
                            meniscus.toml",
                        IpNet::from(address)
                    ),
                });
            }
            Err(NoAddress::Unknown(why)) => {
                return Ok(Err(Failure::Unconnected(format!(
                    "the host `{}` can't be found: {why}",
                    prepared.host
                ))));
            }
            Err(NoAddress::TimedOut) => return Ok(Err(Failure::TimedOut)),
        }
        Ok(send(&self.client, prepared, start, self.options.timeout, self.options.body_bytes))
    }

    /// Returns the delay before another attempt; `None` if that wouldn't help.
    fn wait(&self, number: u32, outcome: &Result<exchange::Received, Failure>) -> Option<Duration> {
        let asked = match outcome {
            // The next response would be the same.
            Err(Failure::Encoding(_)) => return None,
            Err(_) => None,
            Ok(received) if matches!(received.status, 408 | 429 | 500..=599) => {
                received.retry_after()
            }
            Ok(_) => return None,
        };
        let growing = self.options.back_off.saturating_mul(1 << (number - 1).min(16));
        Some(growing.max(asked.unwrap_or_default()).min(LONGEST_WAIT))
    }
}

impl Fetch for Live {
    fn fetch(&self, request: &Request) -> Result<Answer, Unanswered> {
        let prepared = self.prepare(request).map_err(|refusal| refused(request, refusal))?;
        let attempts = if request.retry { self.options.attempts.max(1) } else { 1 };
        let mut number = 1;
        loop {
            let outcome = self.attempt(&prepared).map_err(|refusal| refused(request, refusal))?;
            match self.wait(number, &outcome) {
                Some(wait) if number < attempts => std::thread::sleep(wait),
                _ => return Ok(exchange::answer(outcome, &self.options, &self.secrets())),
            }
            number += 1;
        }
    }
}

/// Parses a proxy's URL into host and port. Errors don't show the URL, which may contain a
/// password.
fn proxy_of(url: &Secret) -> Result<(reqwest::Proxy, String, u16), LiveError> {
    let wrong = || {
        LiveError::Proxy(
            "its environment variable doesn't contain a URL such as `http://proxy.example:3128`"
                .to_owned(),
        )
    };
    let parsed = Url::parse(url.expose()).map_err(|_| wrong())?;
    let host = parsed.host_str().ok_or_else(wrong)?.to_owned();
    let port = parsed.port_or_known_default().unwrap_or(80);
    let proxy = reqwest::Proxy::all(url.expose()).map_err(|_| wrong())?;
    Ok((proxy, host, port))
}

fn refused(request: &Request, refusal: Refusal) -> Unanswered {
    Unanswered::new(request, refusal.problem).help(refusal.help)
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Refusal> {
    let refuse = |what: &str| Refusal {
        problem: format!("the header `{}` contains {what}", name.escape_debug()),
        help: "remove line breaks and control characters, also from environment variables"
            .to_owned(),
    };
    let parsed_name = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| refuse("characters that aren't allowed in names"))?;
    let value = HeaderValue::from_bytes(value.trim().as_bytes())
        .map_err(|_| refuse("characters that aren't allowed in values"))?;
    Ok((parsed_name, value))
}
