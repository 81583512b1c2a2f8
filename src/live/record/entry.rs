use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::hosts::distinguish_hosts;
use super::mapping::{BODIES, Mapping, Metadata, OURS, RECORDED_AT, mapping};
use super::{Context, Exchange};
use crate::http::{Answer, Request, Response};
use crate::live::credential::Secret;
use crate::live::redact::{Ready, Redacted, Redactor};
use crate::recording::{Recording, Replay};

/// How recordings are made from calls.
#[derive(Clone, Copy, Debug)]
pub struct EntryOptions<'a> {
    pub folder: &'a Path,
    /// Its current contents.
    pub known: &'a Replay,
    /// The time of recording.
    pub recorded_at: &'a str,
    /// Whether to replace hand-edited matchers.
    pub overwrite_matchers: bool,
    /// Whether to keep error responses such as 401 and 500.
    pub failures: bool,
}

/// A recording to write.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its path below the folder, without `.json`.
    pub key: String,
    pub file: PathBuf,
    /// The whole content.
    pub contents: String,
    /// Its state compared with the existing recording.
    pub state: EntryState,
    /// The index of the recording that it replaces.
    pub old: Option<usize>,
    /// Whether hand-edited matchers were kept.
    pub kept_matchers: bool,
    /// Whether personal data in the request was replaced, so that it matches the replacements.
    pub request_changed: bool,
    /// Whether the body isn't JSON, so that paths to personal data don't apply.
    pub unread_body: bool,
    /// The response as recorded.
    pub response: Response,
    pub redacted: Redacted,
    /// The index of its call.
    pub exchange: usize,
}

/// The state of an entry compared with the existing recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryState {
    /// None exists.
    New,
    /// Another exists.
    Changed,
    /// The same exists, apart from the time of recording.
    Same,
}

/// Checks whether a response is representative of its endpoint.
///
/// Rejected credentials and failing hosts aren't, and would replace what is.
///
/// # Errors
///
/// What the response is instead.
pub fn is_worth_keeping(answer: &Answer, failures: bool) -> Result<(), String> {
    if let Some(failure) = &answer.failure {
        return Err(failure.clone());
    }
    match answer.response.status {
        _ if answer.response.fault.is_some() => Err("the connection failed".to_owned()),
        200..=299 => Ok(()),
        _ if failures => Ok(()),
        status @ (401 | 403 | 407) => {
            Err(format!("status {status}: the host rejects the credential"))
        }
        status @ (408 | 429) => Err(format!("status {status}: the host asks for fewer requests")),
        status @ 300..=399 => Err(format!("status {status}: Braze doesn't follow redirects")),
        status @ 500..=599 => Err(format!("status {status}: the host has an error")),
        _ => Ok(()),
    }
}

/// Teaches a redactor everything about calls: their credentials, visible or not, and personal data
/// in responses and existing recordings.
pub fn learn(redactor: &mut Redactor, exchanges: &[Exchange], secrets: &[Secret], known: &Replay) {
    secrets.iter().for_each(|secret| redactor.add_secret(secret.expose()));
    for recording in known.iter() {
        let is_ours = recording.metadata().is_some_and(|metadata| metadata.get(OURS).is_some());
        let bytes = std::fs::read(&recording.origin().file).ok().filter(|_| is_ours);
        if let Some(json) = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
            redactor.learn_inventions(&json);
        }
    }
    exchanges.iter().for_each(|exchange| redactor.keep_request(&exchange.request));
    for exchange in exchanges {
        redactor.learn_request(&exchange.request);
        if let Ok(answer) = &exchange.outcome
            && answer.recording.is_none()
        {
            redactor.learn_response(&answer.response.headers, &answer.response.body);
        }
    }
}

/// Returns the recordings of calls in order, without those not worth keeping.
///
/// The redactor learns everything first, because a value that one response shows to be personal may
/// occur in any other. `secrets` are those sent without appearing in the requests.
#[must_use]
pub fn entries(
    exchanges: &[Exchange],
    redactor: &mut Redactor,
    secrets: &[Secret],
    options: EntryOptions<'_>,
) -> Vec<Entry> {
    learn(redactor, exchanges, secrets, options.known);
    let reads_bodies = redactor.reads_bodies();
    let ready = redactor.ready();
    let mut made = Vec::new();
    let mut seen = BTreeSet::new();
    for (place, exchange) in exchanges.iter().enumerate() {
        let Ok(answer) = &exchange.outcome else { continue };
        if is_worth_keeping(answer, options.failures).is_err() {
            continue;
        }
        let mapping = mapping_of(&ready, exchange, answer, Some(options.recorded_at)).sorted();
        // Requests that differ only in a secret share a recording.
        if seen.insert(mapping.key.clone()) {
            made.push((place, &exchange.request, mapping));
        }
    }
    let mappings = made.iter_mut();
    distinguish_hosts(
        &ready,
        mappings
            .map(|(_, request, mapping)| (request.host().to_ascii_lowercase(), &mut mapping.value)),
    );
    let entry = |(place, request, mapping): (usize, &Request, Mapping)| {
        entry(&ready, options, place, request, mapping, reads_bodies)
    };
    made.into_iter().map(entry).collect()
}

/// Makes the stub mapping of an exchange, without its secrets and personal data.
pub(crate) fn mapping_of(
    ready: &Ready<'_>,
    exchange: &Exchange,
    answer: &Answer,
    recorded_at: Option<&str>,
) -> Mapping {
    let Context { message, part, scenario } = &exchange.context;
    let origin = [("message", message), ("part", part), ("scenario", scenario)];
    let credential = exchange.request.credential.as_ref();
    let metadata = Metadata {
        origin: origin.map(|(name, value)| (name.to_owned(), ready.text(value))).into(),
        credential: credential.map(|credential| credential.name.clone()),
        recorded_at: recorded_at.map(str::to_owned),
    };
    mapping(ready, &exchange.request, &answer.response, &metadata)
}

/// Whether personal data in a request is replaced, so that its recording matches the replacements.
pub(crate) fn changes_request(ready: &Ready<'_>, request: &Request) -> bool {
    let safe = ready.request(request, &mut Redacted::default());
    personal_part(&safe) != personal_part(request) && ready.has_personal(request)
}

fn entry(
    ready: &Ready<'_>,
    options: EntryOptions<'_>,
    exchange: usize,
    request: &Request,
    mapping: Mapping,
    reads_bodies: bool,
) -> Entry {
    let old = options.known.iter().position(|recording| is_of(recording, &mapping.key));
    let known = old.and_then(|place| options.known.get(place));
    let file = known.map_or_else(
        || options.folder.join(format!("{}.json", mapping.key)),
        |known| known.origin().file.clone(),
    );
    let there = known.and_then(|known| std::fs::read(&known.origin().file).ok());
    let there = there.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let mut kept_matchers = false;
    let (value, state) = match there {
        None => (mapping.value.clone(), EntryState::New),
        Some(there) => {
            kept_matchers =
                !options.overwrite_matchers && there["request"] != mapping.value["request"];
            let merged = merged(ready, &there, &mapping.value, options.overwrite_matchers);
            let same = without_moment(&merged) == without_moment(&there);
            (merged, if same { EntryState::Same } else { EntryState::Changed })
        }
    };
    let unread_body = reads_bodies && mapping.unread_body;
    Entry {
        key: known.map_or(mapping.key, |known| known.origin().key.clone()),
        file,
        contents: format!("{value:#}\n"),
        state,
        old,
        kept_matchers,
        request_changed: changes_request(ready, request),
        unread_body,
        response: mapping.response,
        redacted: mapping.redacted,
        exchange,
    }
}

/// Returns the part that redacting credentials alone wouldn't change.
pub(crate) fn personal_part(request: &Request) -> (String, String) {
    let body = request.body.as_deref().unwrap_or_default();
    (
        crate::http::secret::mask_url_of_recording(&request.url),
        crate::http::secret::mask_body(body).into_owned(),
    )
}

/// Whether a recording, even if its file was moved, was made from the call with this key.
fn is_of(recording: &Recording, key: &str) -> bool {
    let origin = recording.origin();
    let id = recording.metadata().and_then(|metadata| metadata.get(OURS)?.get("id")?.as_str());
    // Files with several recordings are hand-written and never rewritten.
    origin.index.is_none() && (id == Some(key) || (id.is_none() && origin.key == key))
}

/// Merges the new response into an existing recording; everything else is kept.
fn merged(ready: &Ready<'_>, there: &Value, new: &Value, overwrite_matchers: bool) -> Value {
    let mut merged = there.clone();
    if overwrite_matchers {
        merged["request"] = new["request"].clone();
    } else {
        // Personal data is also redacted in edited matchers.
        ready.json(&mut merged["request"], &mut Redacted::default());
    }
    let mut response = Map::new();
    let old = there["response"].as_object().cloned().unwrap_or_default();
    let fresh = new["response"].as_object().cloned().unwrap_or_default();
    response.extend(fresh);
    let replaced = |name: &str| {
        BODIES.contains(&name) || matches!(name, "status" | "statusMessage" | "headers" | "fault")
    };
    response.extend(old.into_iter().filter(|(name, _)| !replaced(name)));
    merged["response"] = Value::Object(response);
    if !merged["metadata"].is_object() {
        merged["metadata"] = json!({});
    }
    merged["metadata"][OURS] = new["metadata"][OURS].clone();
    merged
}

fn without_moment(value: &Value) -> Value {
    let mut value = value.clone();
    if let Some(ours) =
        value.get_mut("metadata").and_then(|metadata| metadata.get_mut(OURS)?.as_object_mut())
    {
        ours.remove(RECORDED_AT);
    }
    value
}
