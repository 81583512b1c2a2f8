use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::Exchange;
use super::hosts::tell_hosts_apart;
use super::mapping::{BODIES, Mapping, Metadata, OURS, RECORDED_AT, mapping};
use crate::http::{Answer, Request, Response};
use crate::live::credential::Secret;
use crate::live::redact::{Ready, Redacted, Redactor};
use crate::recording::{Recording, Replay};

/// How recordings are made of calls.
#[derive(Clone, Copy, Debug)]
pub struct EntryOptions<'a> {
    /// The folder of recordings.
    pub folder: &'a Path,
    /// What it holds now.
    pub known: &'a Replay,
    /// The moment of recording.
    pub recorded_at: &'a str,
    /// Whether matchers that were edited by hand are replaced as well.
    pub overwrite_matchers: bool,
    /// Whether answers such as 401 and 500 are kept too.
    pub failures: bool,
}

/// A recording that is to be written.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its path below the folder, without `.json`.
    pub key: String,
    /// The file.
    pub file: PathBuf,
    /// The whole content.
    pub contents: String,
    /// What it is to the recording that is there.
    pub state: EntryState,
    /// The place of the recording that it replaces, among those known.
    pub old: Option<usize>,
    /// Whether matchers that were edited by hand were kept.
    pub kept_matchers: bool,
    /// Whether personal data was replaced in the request, so that it answers to the invented values.
    pub request_changed: bool,
    /// Whether the body is no JSON, so that paths to personal data say nothing about it.
    pub unread_body: bool,
    /// The response as it is recorded.
    pub response: Response,
    /// What was redacted.
    pub redacted: Redacted,
    /// The place of its call.
    pub exchange: usize,
}

/// What an entry is to the recording that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryState {
    /// There is none.
    New,
    /// There is another.
    Changed,
    /// It says the same, whenever it was recorded.
    Same,
}

/// Returns whether an answer says something of its endpoint; why it does not, where it does not.
///
/// Credentials that are refused and hosts in trouble say nothing, and would take the place of what does.
///
/// # Errors
///
/// What the answer is instead.
pub fn is_worth_keeping(answer: &Answer, failures: bool) -> Result<(), String> {
    if let Some(failure) = &answer.failure {
        return Err(failure.clone());
    }
    match answer.response.status {
        _ if answer.response.fault.is_some() => Err("the connection failed".to_owned()),
        200..=299 => Ok(()),
        _ if failures => Ok(()),
        status @ (401 | 403 | 407) => {
            Err(format!("status {status}: the credential is not accepted"))
        }
        status @ (408 | 429) => Err(format!("status {status}: the host wants to be asked later")),
        status @ 300..=399 => Err(format!("status {status}: Braze does not follow redirects")),
        status @ 500..=599 => Err(format!("status {status}: the host is in trouble")),
        _ => Ok(()),
    }
}

/// Teaches a redactor all there is to know of calls: their credentials, seen and unseen, and their personal data, as the
/// answers show it and as the recordings that are there were made of it.
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

/// Returns the recordings of calls, in the order of the calls; those that are not worth it are left out.
///
/// Everything is learnt before anything is made, for what one answer shows to be personal may stand in any other.
/// `secrets` are those that went along unseen by the requests.
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
        let context = &exchange.context;
        let origin = [
            ("message", &context.message),
            ("part", &context.part),
            ("scenario", &context.scenario),
        ];
        let metadata = Metadata {
            origin: origin.map(|(name, value)| (name.to_owned(), ready.text(value))).into(),
            credential: exchange
                .request
                .credential
                .as_ref()
                .map(|credential| credential.name.clone()),
            recorded_at: Some(options.recorded_at.to_owned()),
        };
        let mapping = mapping(&ready, &exchange.request, &answer.response, &metadata);
        // Requests that differ in a secret alone have one recording.
        if seen.insert(mapping.key.clone()) {
            made.push((place, &exchange.request, mapping));
        }
    }
    let mappings = made.iter_mut();
    tell_hosts_apart(
        &ready,
        mappings
            .map(|(_, request, mapping)| (request.host().to_ascii_lowercase(), &mut mapping.value)),
    );
    let entry = |(place, request, mapping): (usize, &Request, Mapping)| {
        entry(&ready, options, place, request, mapping, reads_bodies)
    };
    made.into_iter().map(entry).collect()
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
    let mut unused = Redacted::default();
    let safe = ready.request(request, &mut unused);
    let unread_body = reads_bodies && mapping.unread_body;
    Entry {
        key: known.map_or(mapping.key, |known| known.origin().key.clone()),
        file,
        contents: format!("{value:#}\n"),
        state,
        old,
        kept_matchers,
        request_changed: personal_part(&safe) != personal_part(request)
            && ready.has_personal(request),
        unread_body,
        response: mapping.response,
        redacted: mapping.redacted,
        exchange,
    }
}

/// What redaction of credentials alone does not change.
pub(crate) fn personal_part(request: &Request) -> (String, String) {
    let body = request.body.as_deref().unwrap_or_default();
    (
        crate::http::secret::mask_url_of_recording(&request.url),
        crate::http::secret::mask_body(body).into_owned(),
    )
}

/// Whether a recording, wherever its file was moved to, was made of the call of this key.
fn is_of(recording: &Recording, key: &str) -> bool {
    let origin = recording.origin();
    let id = recording.metadata().and_then(|metadata| metadata.get(OURS)?.get("id")?.as_str());
    // Of a file of several nothing is rewritten: they were put together by hand.
    origin.index.is_none() && (id == Some(key) || (id.is_none() && origin.key == key))
}

/// The recording that is there with the new response: what else stands in it, by hand or not, stays.
fn merged(ready: &Ready<'_>, there: &Value, new: &Value, overwrite_matchers: bool) -> Value {
    let mut merged = there.clone();
    if overwrite_matchers {
        merged["request"] = new["request"].clone();
    } else {
        // What is personal is so in edited matchers too.
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
