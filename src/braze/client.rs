use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value as Json;

use super::destination::Destination;
use super::waiting::Waiting;
use crate::http::{Request, Response};
use crate::live::{Attempt, Live};

/// Times that a request is made until it is given up.
const ATTEMPTS: u32 = 6;

/// The longest time to wait for Braze: its limits are by the hour.
const LONGEST_WAIT: Duration = Duration::from_secs(3_700);

/// The first pause after a failure; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// The most pages of a list.
const MOST_PAGES: usize = 10_000;

/// Rows of a page that is numbered, and the most of one with an offset (reference: paging).
const ROWS: usize = 100;
const MOST_ROWS: usize = 1_000;

/// Most characters that are shown of what Braze says.
const MOST_SHOWN: usize = 300;

/// What is written as it is in a query.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Why Braze didn't answer as wanted. Contains no secrets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct BrazeError {
    pub problem: String,
    pub help: String,
    /// The status, if there is a response.
    pub status: Option<u16>,
    /// Whether Braze may have done what it was sent.
    pub is_unknown: bool,
}

/// Waits, and says why; returns whether to go on.
type Pause = Box<dyn Fn(Duration, &str) -> bool>;

/// Braze's REST API.
pub struct Client {
    live: Live,
    destination: Destination,
    pause: Pause,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Client({})", self.destination.endpoint())
    }
}

impl Client {
    /// Connects to nothing yet. `pause` waits for Braze, and returns false to give up.
    ///
    /// # Errors
    /// If calls aren't possible from here.
    pub fn new(
        destination: Destination,
        pause: impl Fn(Duration, &str) -> bool + 'static,
    ) -> Result<Client, BrazeError> {
        let live = Live::new(destination.options().clone()).map_err(|error| BrazeError {
            problem: error.to_string(),
            help: "check `proxy_env` in meniscus.toml and the system's root certificates"
                .to_owned(),
            status: None,
            is_unknown: false,
        })?;
        Ok(Client { live, destination, pause: Box::new(pause) })
    }

    /// Braze's REST endpoint.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        self.destination.endpoint()
    }

    /// Reads a JSON document. `permission` is what the key needs.
    ///
    /// # Errors
    /// If Braze can't be reached, or doesn't answer with what was asked for.
    pub fn get(
        &self,
        path: &str,
        query: &[(&str, &str)],
        permission: &str,
    ) -> Result<Json, BrazeError> {
        self.answered(&with_query(path, query), permission).map(|(json, _)| json)
    }

    /// Reads a list by numbered pages.
    ///
    /// # Errors
    /// As [`Client::get`], or if `member` isn't a list.
    pub fn pages(
        &self,
        path: &str,
        member: &str,
        query: &[(&str, &str)],
        permission: &str,
    ) -> Result<Vec<Json>, BrazeError> {
        self.list(member, permission, |page, _| {
            let number = page.to_string();
            let mut all = query.to_vec();
            all.push(("page", &number));
            (with_query(path, &all), ROWS)
        })
    }

    /// Reads a list by offsets.
    ///
    /// # Errors
    /// As [`Client::pages`].
    pub fn offsets(
        &self,
        path: &str,
        member: &str,
        query: &[(&str, &str)],
        permission: &str,
    ) -> Result<Vec<Json>, BrazeError> {
        let limit = MOST_ROWS.to_string();
        self.list(member, permission, |_, rows| {
            let offset = rows.to_string();
            let mut all = query.to_vec();
            all.push(("limit", &limit));
            // Braze calls 0 an error.
            if rows > 0 {
                all.push(("offset", &offset));
            }
            (with_query(path, &all), MOST_ROWS)
        })
    }

    fn list(
        &self,
        member: &str,
        permission: &str,
        address: impl Fn(usize, usize) -> (String, usize),
    ) -> Result<Vec<Json>, BrazeError> {
        let mut found: Vec<Json> = Vec::new();
        let mut starts = std::collections::BTreeSet::new();
        for page in 0..MOST_PAGES {
            let (path, full) = address(page, found.len());
            let (mut json, _) = self.answered(&path, permission)?;
            let rows = taken(&mut json, member, &path)?;
            let count = rows.len();
            // A server that doesn't know the parameter would send the same page for ever.
            if rows.first().is_some_and(|first| !starts.insert(first.to_string())) {
                return Err(unexpected(&path, "repeats a page of the list"));
            }
            found.extend(rows);
            if count < full {
                return Ok(found);
            }
        }
        Err(unexpected(&address(0, 0).0, "doesn't end the list"))
    }

    /// Reads a list whose pages are linked by the header `Link`.
    ///
    /// # Errors
    /// As [`Client::pages`].
    pub fn linked(
        &self,
        path: &str,
        member: &str,
        permission: &str,
    ) -> Result<Vec<Json>, BrazeError> {
        self.linked_up_to(path, member, permission, usize::MAX).map(|(rows, _)| rows)
    }

    /// Reads such a list until there are `most` rows; returns them, and whether they are all.
    ///
    /// # Errors
    /// As [`Client::pages`].
    pub fn linked_up_to(
        &self,
        path: &str,
        member: &str,
        permission: &str,
        most: usize,
    ) -> Result<(Vec<Json>, bool), BrazeError> {
        let mut found = Vec::new();
        let mut next = path.to_owned();
        for _ in 0..MOST_PAGES {
            let (mut json, response) = self.answered(&next, permission)?;
            found.extend(taken(&mut json, member, &next)?);
            let linked = response.header("Link").and_then(next_link);
            match linked.map(|link| local(self.endpoint(), link)) {
                None => return Ok((found, true)),
                Some(Some(_)) if found.len() >= most => return Ok((found, false)),
                Some(Some(link)) if link != next => next = link,
                Some(_) => {
                    return Err(unexpected(&next, "links to another address as its next page"));
                }
            }
        }
        Err(unexpected(path, "doesn't end the list"))
    }

    /// Sends a document. It is sent again only where Braze has certainly done nothing. What Braze
    /// answers is null where it isn't JSON: not every page says that there is something.
    ///
    /// # Errors
    /// If Braze refuses, or nobody knows what became of it: [`BrazeError::is_unknown`].
    pub fn post(&self, path: &str, body: &Json, permission: &str) -> Result<Json, BrazeError> {
        let mut request = self.destination.request("POST", path);
        request.headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        request.body = Some(body.to_string());
        let (json, _) = self.asked(&request, path, permission, false)?;
        Ok(json)
    }

    fn answered(&self, path: &str, permission: &str) -> Result<(Json, Response), BrazeError> {
        let shown = path.split('?').next().unwrap_or(path);
        self.asked(&self.destination.request("GET", path), shown, permission, true)
    }

    /// Makes a request until there is an answer; `is_read` is one that may be made twice.
    fn asked(
        &self,
        request: &Request,
        shown: &str,
        permission: &str,
        is_read: bool,
    ) -> Result<(Json, Response), BrazeError> {
        let mut pause = FIRST_PAUSE;
        for attempt in 1.. {
            let outcome = self.live.try_once(request).map_err(|refused| BrazeError {
                problem: format!("no request was sent to Braze: {}", refused.problem),
                help: refused
                    .help
                    .unwrap_or_else(|| "check `[braze]` and `[live]` in meniscus.toml".to_owned()),
                status: None,
                is_unknown: false,
            })?;
            let (error, wanted) = match outcome {
                Attempt::Failed { sent, reason, .. } => {
                    let problem = format!("Braze can't be reached for `{shown}`: {reason}");
                    let help = "check `endpoint` under `[braze]` and the network".to_owned();
                    let is_unknown = sent && !is_read;
                    let error = BrazeError { problem, help, status: None, is_unknown };
                    if is_unknown {
                        return Err(error);
                    }
                    (error, None)
                }
                Attempt::Answered(response) if matches!(response.status, 200..=299) => {
                    let response = std::sync::Arc::unwrap_or_clone(response);
                    let json = match is_read {
                        true => read(shown, &response)?,
                        false => sent(shown, &response)?,
                    };
                    return Ok((json, response));
                }
                Attempt::Answered(response) => {
                    let error = rejected(shown, &response, permission);
                    match response.status {
                        429 => {
                            let now = jiff::Timestamp::now();
                            (error, Waiting::of(&response).from(now))
                        }
                        500 | 502..=504 if is_read => (error, None),
                        status => return Err(BrazeError { is_unknown: status >= 500, ..error }),
                    }
                }
            };
            let wait = wanted.unwrap_or(pause);
            if attempt == ATTEMPTS || wait > LONGEST_WAIT || !(self.pause)(wait, &error.problem) {
                return Err(error);
            }
            pause *= 2;
        }
        Err(unexpected(shown, "never ends"))
    }
}

fn with_query(path: &str, query: &[(&str, &str)]) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, PLAIN).to_string();
    let pairs = query.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
    let pairs = pairs.collect::<Vec<_>>().join("&");
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{pairs}") }
}

/// Takes the rows out of a document.
pub(super) fn taken(json: &mut Json, member: &str, path: &str) -> Result<Vec<Json>, BrazeError> {
    match json.get_mut(member).map(Json::take) {
        Some(Json::Array(rows)) => Ok(rows),
        _ => Err(unexpected(path, &format!("has no list `{member}`"))),
    }
}

fn unexpected(path: &str, what: &str) -> BrazeError {
    let shown = path.split('?').next().unwrap_or(path);
    BrazeError {
        problem: format!("the response to `{shown}` {what}"),
        help: "check that `endpoint` under `[braze]` is Braze's REST endpoint".to_owned(),
        status: None,
        is_unknown: false,
    }
}

/// Reads the JSON of a response; some refusals have status 200.
fn read(path: &str, response: &Response) -> Result<Json, BrazeError> {
    let json = serde_json::from_slice::<Json>(&response.body)
        .map_err(|_| unexpected(path, "isn't JSON"))?;
    succeeded(path, response, json)
}

fn succeeded(path: &str, response: &Response, json: Json) -> Result<Json, BrazeError> {
    let said = json.get("message").and_then(Json::as_str);
    match said {
        Some(said) if !said.eq_ignore_ascii_case("success") => Err(BrazeError {
            problem: format!("Braze rejects `{path}`: {}", shown(said)),
            help: "run the command again; objects that were deleted in the meantime are no longer \
                   listed"
                .to_owned(),
            status: Some(response.status),
            is_unknown: false,
        }),
        _ => Ok(json),
    }
}

/// Reads the JSON of a response to what was sent.
fn sent(path: &str, response: &Response) -> Result<Json, BrazeError> {
    match serde_json::from_slice::<Json>(&response.body) {
        Ok(json @ Json::Object(_)) => succeeded(path, response, json),
        _ => Ok(Json::Null),
    }
}

fn rejected(path: &str, response: &Response, permission: &str) -> BrazeError {
    let said = serde_json::from_slice::<Json>(&response.body).unwrap_or_default();
    let first = first_error(&said);
    let words = said.get("message").and_then(Json::as_str).map(str::to_owned);
    let words = words.into_iter().chain(first).filter(|words| !words.is_empty());
    let words = words.map(|words| shown(&words)).collect::<Vec<_>>().join("; ");
    let words = if words.is_empty() { words } else { format!(": {words}") };
    let status = response.status;
    let (what, help) = match status {
        401 => (
            "Braze rejects the API key",
            "check the environment variable with the key, and that `endpoint` matches your instance"
                .to_owned(),
        ),
        403 => (
            "the API key lacks a permission",
            format!(
                "create a new key with the permission `{permission}`; the permissions of a key \
                 can't be changed"
            ),
        ),
        404 => (
            "Braze has nothing at this address",
            "check that `endpoint` under `[braze]` is Braze's REST endpoint".to_owned(),
        ),
        429 => ("Braze's rate limit is reached", Waiting::of(response).words()),
        300..=399 => (
            "Braze redirects to another address",
            "check `endpoint` under `[braze]`; redirects aren't followed".to_owned(),
        ),
        500..=599 => ("Braze has an error", "run the command again later".to_owned()),
        _ => ("Braze rejects the request", "see Braze's documentation".to_owned()),
    };
    BrazeError {
        problem: format!("{what} (status {status} for `{path}`){words}"),
        help,
        status: Some(status),
        is_unknown: false,
    }
}

/// Returns the first of the errors that Braze lists, which are strings or objects.
pub(super) fn first_error(said: &Json) -> Option<String> {
    let first = said.get("errors")?.as_array()?.first()?;
    Some(match first {
        Json::String(text) => shown(text),
        other => shown(other.get("message").and_then(Json::as_str).unwrap_or("something")),
    })
}

/// Makes external text safe to show on one line.
fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST_SHOWN).collect()
}

/// Returns the target of `rel="next"`.
fn next_link(header: &str) -> Option<&str> {
    header.split(',').find_map(|link| {
        let (target, parameters) = link.split_once('>')?;
        let target = target.trim().strip_prefix('<')?;
        let is_next = parameters.split(';').any(|parameter| {
            let parameter = parameter.replace([' ', '"'], "");
            parameter.eq_ignore_ascii_case("rel=next")
        });
        is_next.then_some(target)
    })
}

/// Returns the path of a link, which must not lead to another host.
fn local(endpoint: &str, link: &str) -> Option<String> {
    let path = link.strip_prefix(endpoint).unwrap_or(link);
    (path.starts_with('/') && !path.starts_with("//")).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_stay_with_the_host() {
        let header =
            r#"</catalogs/a/items?cursor=1>; rel="prev", </catalogs/a/items?cursor=3>; rel="next""#;
        assert_eq!(next_link(header), Some("/catalogs/a/items?cursor=3"));
        assert_eq!(next_link(r#"</a>; rel="prev""#), None);
        let here = "https://rest.iad-01.braze.com";
        assert_eq!(local(here, "/a?b=1").as_deref(), Some("/a?b=1"));
        assert_eq!(local(here, "https://rest.iad-01.braze.com/a").as_deref(), Some("/a"));
        for away in ["//evil.example/a", "https://evil.example/a", "a"] {
            assert_eq!(local(here, away), None, "{away}");
        }
    }

    #[test]
    fn queries_are_encoded() {
        let query = [("last_edit.time[gt]", "2026-01-01T00:00:00"), ("page", "0")];
        assert_eq!(
            with_query("/campaigns/list", &query),
            "/campaigns/list?last_edit.time%5Bgt%5D=2026-01-01T00%3A00%3A00&page=0"
        );
    }
}
