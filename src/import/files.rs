//! Makes recordings from imports.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{Import, Imported, ImportedMappings, matcher_secrets, placeholder};
use crate::http::Request;
use crate::live::record::{Metadata, distinguish_hosts, mapping, personal_part};
use crate::live::redact::{Ready, Redacted, Redactor};

/// Headers of browsers and proxies that clients also have, by their prefix.
const OF_BROWSERS: [&str; 5] =
    ["x-requested-with", "x-forwarded", "x-real-ip", "x-client-data", "x-amzn-"];
/// The key in `metadata` for our data.
const OURS: &str = "meniscus";

/// A recording to write.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// Its path below the folder, with `/` and `.json`.
    pub path: String,
    pub file: PathBuf,
    pub contents: String,
    /// Its state compared with an existing file.
    pub state: State,
    pub origin: String,
    /// Descriptions of what was redacted.
    pub redacted: Vec<String>,
    /// The recording that answers the same request with precedence.
    pub also: Option<String>,
    /// The request it should answer, redacted; `None` for a mapping with its own matchers.
    pub request: Option<Request>,
    /// Whether personal data in the request was replaced, so that it matches the replacements.
    pub request_changed: bool,
    /// Whether the body isn't JSON, so that only email addresses, phone numbers, and values known
    /// from elsewhere were redacted.
    pub unread_body: bool,
}

/// The state of a recording compared with an existing file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// No file exists.
    New,
    /// Another file exists.
    Other,
    /// The same file exists.
    Same,
}

/// Returns the recordings of all imports in order, without duplicates.
///
/// `taken` maps names of existing recordings to their files; mappings from other files can't reuse
/// them.
pub fn files(
    imports: &[Import],
    redactor: &mut Redactor,
    folder: &Path,
    taken: &BTreeMap<String, PathBuf>,
) -> Vec<NewFile> {
    learn(imports, redactor);
    let ready = redactor.ready();
    let mut made = Made { folder, files: Vec::new(), texts: BTreeMap::new() };
    let mut names = taken.clone();
    let answers = imports.iter().flat_map(|import| &import.answers);
    let mut answers = answers.map(|answer| Answer::new(&ready, answer)).collect::<Vec<_>>();
    let mappings = answers.iter_mut();
    distinguish_hosts(&ready, mappings.map(|one| (one.host.clone(), &mut one.value)));
    for answer in answers {
        made.add_answer(answer);
    }
    for mappings in imports.iter().filter_map(|import| import.mappings.as_ref()) {
        made.add_mappings(&ready, mappings, &mut names);
    }
    made.files
}

fn learn(imports: &[Import], redactor: &mut Redactor) {
    for import in imports {
        import.secrets.iter().for_each(|secret| redactor.add_secret(secret));
        for Imported { request, response, .. } in &import.answers {
            redactor.learn_request(request);
            redactor.learn_response(&response.headers, &response.body);
        }
        for mapping in import.mappings.iter().flat_map(|mappings| &mappings.values) {
            matcher_secrets::learn(mapping, redactor);
            if let Some(body) = mapping.pointer("/response/jsonBody") {
                redactor.learn_json(body);
            }
        }
    }
}

/// The mapping of a response, before it has a file.
struct Answer {
    request: Request,
    request_changed: bool,
    unread_body: bool,
    key: String,
    host: String,
    value: Value,
    origin: String,
    redacted: Vec<String>,
}

impl Answer {
    fn new(ready: &Ready<'_>, imported: &Imported) -> Self {
        let mut request = imported.request.clone();
        // Headers from a browser aren't conditions for Braze's requests.
        request.headers.retain(|(name, _)| {
            let name = name.to_ascii_lowercase();
            name.starts_with("x-") && !OF_BROWSERS.iter().any(|known| name.starts_with(known))
        });
        let origin = ready.text(&imported.origin);
        let metadata = Metadata {
            origin: vec![("imported_from".to_owned(), origin.clone())],
            ..Metadata::default()
        };
        let made = mapping(ready, &request, &imported.response, &metadata).sorted();
        let (mut value, key) = (made.value, placeholder::named(&made.key));
        placeholder::open(&mut value["request"]);
        value["metadata"][OURS]["id"] = json!(key);
        let redacted = made.redacted.0.into_iter().collect();
        let safe = ready.request(&request, &mut Redacted::default());
        Self {
            request_changed: personal_part(&safe) != personal_part(&request)
                && ready.has_personal(&request),
            unread_body: made.unread_body,
            request: safe,
            key,
            host: request.host().to_ascii_lowercase(),
            value,
            origin,
            redacted,
        }
    }
}

struct Made<'f> {
    folder: &'f Path,
    files: Vec<NewFile>,
    /// Contents of the files so far, by path, without their origin.
    texts: BTreeMap<String, String>,
}

impl Made<'_> {
    fn add_answer(&mut self, answer: Answer) {
        let mut value = answer.value;
        let said = without_metadata(&value);
        let mut key = answer.key.clone();
        let mut number = 1;
        while let Some(text) = self.texts.get(&key) {
            if *text == said {
                return;
            }
            number += 1;
            key = format!("{}-{number}", answer.key);
        }
        let also = (number > 1).then(|| answer.key.clone());
        value["metadata"][OURS]["id"] = json!(key);
        self.texts.insert(key.clone(), said);
        self.push(key, &value, answer.origin, answer.redacted, also);
        if let Some(file) = self.files.last_mut() {
            file.request = Some(answer.request);
            file.request_changed = answer.request_changed;
            file.unread_body = answer.unread_body;
        }
    }

    fn add_mappings(
        &mut self,
        ready: &Ready<'_>,
        mappings: &ImportedMappings,
        names: &mut BTreeMap<String, PathBuf>,
    ) {
        let origin = ready.text(&mappings.origin);
        let mut key = mappings.stem.clone();
        let mut number = 1;
        while self.texts.contains_key(&key) {
            number += 1;
            key = format!("{}-{number}", mappings.stem);
        }
        let file = self.folder.join(format!("{key}.json"));
        let mut redacted = Vec::new();
        let mut values = Vec::new();
        for value in &mappings.values {
            let mut value = value.clone();
            let mut noted = Redacted::default();
            redact(ready, &mut value, &mut noted);
            redacted.extend(noted.0);
            redacted.extend(matcher_secrets::remove(&mut value));
            let name = value.get("name").and_then(Value::as_str).map(str::to_owned);
            if let Some(name) = name {
                if names.get(&name).is_some_and(|known| *known != file)
                    && let Some(members) = value.as_object_mut()
                {
                    members.shift_remove("name");
                }
                names.entry(name).or_insert_with(|| file.clone());
            }
            if !value["metadata"].is_object() {
                value["metadata"] = json!({});
            }
            value["metadata"][OURS] = json!({"imported_from": origin});
            values.push(value);
        }
        redacted.sort();
        redacted.dedup();
        self.texts.insert(key.clone(), String::new());
        let whole = match values.len() {
            1 => values.remove(0),
            _ => json!({"mappings": values}),
        };
        self.push(key, &whole, origin, redacted, None);
    }

    fn push(
        &mut self,
        key: String,
        value: &Value,
        origin: String,
        redacted: Vec<String>,
        also: Option<String>,
    ) {
        let path = format!("{key}.json");
        let file = self.folder.join(&path);
        let contents = format!("{value:#}\n");
        let state = match std::fs::read(&file) {
            Err(_) if !file.exists() => State::New,
            Ok(bytes) if bytes == contents.as_bytes() => State::Same,
            _ => State::Other,
        };
        self.files.push(NewFile {
            path,
            file,
            contents,
            state,
            origin,
            redacted,
            also,
            request: None,
            request_changed: false,
            unread_body: false,
        });
    }
}

/// Redacts a mapping, including any bodies in it.
fn redact(ready: &Ready<'_>, mapping: &mut Value, noted: &mut Redacted) {
    if let Some(body) = mapping.pointer_mut("/response/jsonBody") {
        ready.json(body, noted);
    }
    if let Some(Value::String(body)) = mapping.pointer_mut("/response/body") {
        *body = ready.body(body, noted);
    }
    if let Some(Value::Array(patterns)) = mapping.pointer_mut("/request/bodyPatterns") {
        for pattern in patterns {
            match pattern.get_mut("equalToJson") {
                Some(Value::String(body)) => *body = ready.body(body, noted),
                Some(body) => ready.json(body, noted),
                None => {}
            }
        }
    }
    ready.json(mapping, &mut Redacted::default());
}

fn without_metadata(value: &Value) -> String {
    format!("{}{}", value["request"], value["response"])
}
