use std::io::Read as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::Url;
use reqwest::blocking::Client;
use reqwest::header::HeaderMap;

use super::LiveOptions;
use crate::http::{Answer, Fault, Response};
use crate::live::credential::Secret;
use crate::live::redact::Masker;

/// Braze's status for a failed connection (reference 2.1.7).
const CONNECTION_FAILED: u16 = 599;
/// Bytes read at a time.
const CHUNK: usize = 16 * 1024;

/// A request that may be sent.
pub(super) struct Prepared {
    pub(super) post: bool,
    pub(super) url: Url,
    /// The host as in the URL, with brackets around an IPv6 address.
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<String>,
}

#[derive(Debug)]
pub(super) struct Received {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    took: Duration,
}

impl Received {
    /// Returns the delay in `Retry-After`, if it is in seconds.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        let (_, value) =
            self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("retry-after"))?;
        value.trim().parse().ok().map(Duration::from_secs)
    }
}

/// Why there is no complete response.
#[derive(Debug)]
pub(super) enum Failure {
    /// The timeout expired.
    TimedOut,
    /// There was no connection, so nothing was sent.
    Unconnected(String),
    Connection(String),
    /// The body is incomplete, or not compressed as declared.
    Broken(String),
    /// The body is compressed in an unrequested way.
    Encoding(String),
}

/// Sends a request and reads the response, until `timeout` after `start`.
pub(super) fn send(
    client: &Client,
    prepared: &Prepared,
    start: Instant,
    timeout: Duration,
    most_bytes: usize,
) -> Result<Received, Failure> {
    let left = || {
        timeout.checked_sub(start.elapsed()).filter(|left| !left.is_zero()).ok_or(Failure::TimedOut)
    };
    let url = prepared.url.clone();
    let request = if prepared.post { client.post(url) } else { client.get(url) };
    let mut request = request.headers(prepared.headers.clone()).timeout(left()?);
    if let Some(body) = &prepared.body {
        request = request.body(body.clone());
    }
    let mut response = request.send().map_err(|error| failure(&error))?;
    let status = response.status().as_u16();
    if let Some(encoding) = response.headers().get("content-encoding")
        && !encoding.as_bytes().eq_ignore_ascii_case(b"identity")
    {
        // gzip, which we requested, is already decompressed and no longer declared.
        return Err(Failure::Encoding(String::from_utf8_lossy(encoding.as_bytes()).into_owned()));
    }
    let headers = response.headers().iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    let headers = headers.collect();
    let mut body = Vec::new();
    let mut chunk = vec![0; CHUNK];
    // Reading one extra byte detects an oversized body; the rest, possibly a zip bomb, is never
    // decompressed.
    while body.len() <= most_bytes {
        left()?;
        match response.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => body.extend_from_slice(chunk.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) if is_time_out(&error) || left().is_err() => return Err(Failure::TimedOut),
            Err(error) => return Err(Failure::Broken(innermost(&error))),
        }
    }
    Ok(Received { status, headers, body, took: start.elapsed() })
}

/// Returns the response for renders and recordings.
pub(super) fn answer(
    outcome: Result<Received, Failure>,
    options: &LiveOptions,
    secrets: &[Secret],
) -> Answer {
    let timeout = millis(options.timeout);
    let masker = Masker::new(secrets);
    let clean = |text: &str| masker.text(text).into_owned();
    let (response, failure) = match outcome {
        Ok(mut received) => {
            let most = options.body_bytes;
            let too_long = received.body.len() > most;
            let failure = too_long.then(|| {
                format!("the response has more than {most} bytes, which is Braze's limit")
            });
            received.body.truncate(most + 1);
            // A host that echoes requests would put a credential into the message.
            let body = masker.bytes(received.body);
            let headers = received.headers.iter().map(|(name, value)| (clean(name), clean(value)));
            let response = Response {
                status: received.status,
                headers: headers.collect(),
                body,
                delay_ms: millis(received.took).min(timeout),
                ..Response::default()
            };
            (response, failure)
        }
        Err(failure) => {
            let (response, failure) = failed(failure, timeout);
            (response, failure.map(|words| clean(&words)))
        }
    };
    Answer { response: Arc::new(response), recording: None, failure }
}

fn failed(failure: Failure, timeout: u64) -> (Response, Option<String>) {
    let nothing = |fault, delay_ms| Response {
        status: CONNECTION_FAILED,
        delay_ms,
        fault,
        ..Response::default()
    };
    match failure {
        Failure::TimedOut => (
            nothing(None, timeout + 1),
            Some(format!(
                "no complete response arrived within {timeout} ms, which is Braze's limit"
            )),
        ),
        Failure::Unconnected(why) | Failure::Connection(why) => (
            nothing(Some(Fault::ConnectionResetByPeer), 0),
            Some(format!("the connection failed: {why}")),
        ),
        Failure::Broken(why) => (
            nothing(Some(Fault::MalformedResponseChunk), 0),
            Some(format!("the response broke off or can't be read: {why}")),
        ),
        Failure::Encoding(name) => (
            nothing(Some(Fault::MalformedResponseChunk), 0),
            Some(format!(
                "the body uses the compression `{}`; only gzip is supported",
                name.escape_debug()
            )),
        ),
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn failure(error: &reqwest::Error) -> Failure {
    if error.is_connect() {
        Failure::Unconnected(words(error))
    } else if error.is_timeout() {
        Failure::TimedOut
    } else {
        Failure::Connection(words(error))
    }
}

fn is_time_out(error: &std::io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<reqwest::Error>());
    error.kind() == std::io::ErrorKind::TimedOut || inner.is_some_and(reqwest::Error::is_timeout)
}

/// Returns an error's root cause, without the URL, which may contain a secret.
pub(super) fn words(error: &reqwest::Error) -> String {
    innermost(error)
}

fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    loop {
        // An I/O error hides its cause behind `get_ref`.
        let hidden = cause.downcast_ref::<std::io::Error>().and_then(|error| error.get_ref());
        match hidden
            .map(|inner| inner as &(dyn std::error::Error + 'static))
            .or_else(|| cause.source())
        {
            Some(inner) => cause = inner,
            None => break,
        }
    }
    match cause.downcast_ref::<reqwest::Error>() {
        // Its own message repeats the URL.
        Some(_) => "the request can't be made".to_owned(),
        None => cause.to_string(),
    }
}
