//! WireMock stub mappings, with bodies in `__files`.

use std::path::{Component, Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::document::{Document, ImportError, kind_of};
use super::{Import, ImportedMappings, Kind, Skipped};
use crate::files::read_file;
use crate::text::Step;

const BODY_FILES: &str = "__files";
/// WireMock's internal keys, which don't affect responses.
const IDLE: [&str; 6] = [
    "insertionIndex",
    "postServeActions",
    "serveEventListeners",
    "scenarioName",
    "requiredScenarioState",
    "newScenarioState",
];
/// Keys about a response's delivery, which are dropped with a note.
const IDLE_OF_RESPONSE: [&str; 4] =
    ["chunkedDribbleDelay", "delayDistribution", "transformerParameters", "fromConfiguredStub"];

/// Reads the mappings of a file.
pub(super) fn read(document: &Document<'_>, path: &Path) -> Result<Import, ImportError> {
    let (values, in_list) = match document.json.get("mappings") {
        Some(Value::Array(list)) => (list.clone(), true),
        Some(other) => {
            let message = format!("`mappings` is {} instead of a list", kind_of(other));
            return Err(document.wrong(
                &[Step::Key("mappings")],
                message,
                "write `mappings` as a list of stub mappings",
            ));
        }
        None => (vec![document.json.clone()], false),
    };
    let mut import = Import { kind: Some(Kind::WireMock), ..Import::default() };
    let folder = body_folder(path);
    let mut kept = Vec::new();
    for (index, mut value) in values.into_iter().enumerate() {
        let steps = [Step::Key("mappings"), Step::Index(index)];
        let steps = if in_list { &steps[..] } else { &[] };
        let place = match value.get("name").and_then(Value::as_str) {
            Some(name) => format!("mapping {} `{name}`", index + 1),
            None => format!("mapping {}", index + 1),
        };
        let state = value.get("requiredScenarioState").and_then(Value::as_str);
        if state.is_some_and(|state| state != "Started") {
            let reason =
                "it matches only after another mapping, which recordings don't support".to_owned();
            import.skipped.push(Skipped { place, reason });
            continue;
        }
        adapt(&mut value, &place, &mut import.skipped);
        if let Err(error) = put_in_body(document, steps, &mut value, folder.as_deref())
            .and_then(|()| check(document, steps, &value))
        {
            let at =
                error.place.map_or(String::new(), |(line, column)| format!(" at {line}:{column}"));
            let reason = format!("{}; {}", error.message, error.help);
            import.skipped.push(Skipped { place: format!("{place}{at}"), reason });
            continue;
        }
        kept.push(value);
    }
    let stem = path.file_stem().filter(|stem| *stem != "-");
    let stem = stem.map_or_else(|| "wiremock".into(), |stem| stem.to_string_lossy().into_owned());
    let origin = format!("WireMock {}", document.name);
    if !kept.is_empty() {
        import.mappings = Some(ImportedMappings { stem, values: kept, origin });
    }
    Ok(import)
}

/// Removes keys that recordings don't support; those that may affect the response are reported.
fn adapt(mapping: &mut Value, place: &str, told: &mut Vec<Skipped>) {
    let mut tell = |what: &str, reason: &str| {
        told.push(Skipped { place: format!("{place}, `{what}`"), reason: reason.to_owned() });
    };
    if let Some(members) = mapping.as_object_mut() {
        for name in IDLE {
            if members.shift_remove(name).is_some() && name == "scenarioName" {
                tell(name, "recordings have no states, so it always matches");
            }
        }
    }
    if let Some(Value::Object(response)) = mapping.get_mut("response") {
        for name in IDLE_OF_RESPONSE {
            if response.shift_remove(name).is_some() {
                tell(name, "recordings don't support it");
            }
        }
        if let Some(transformers) = response.shift_remove("transformers")
            && transformers.as_array().is_some_and(|list| !list.is_empty())
        {
            tell("transformers", "the body is used as it is written");
        }
    }
    if let Some(Value::Object(request)) = mapping.get_mut("request")
        && let Some(Value::String(template)) = request.get("urlPathTemplate")
        && let Some(pattern) = pattern_of(template)
    {
        *request = std::mem::take(request)
            .into_iter()
            .map(|(name, value)| {
                if name == "urlPathTemplate" {
                    ("urlPathPattern".to_owned(), json!(pattern))
                } else {
                    (name, value)
                }
            })
            .collect();
    }
}

/// Converts `/users/{id}` to a pattern.
fn pattern_of(template: &str) -> Option<String> {
    let mut pattern = String::new();
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        let length = rest[start..].find('}')?;
        pattern.push_str(&regex::escape(&rest[..start]));
        pattern.push_str("[^/]+");
        rest = &rest[start + length + 1..];
    }
    pattern.push_str(&regex::escape(rest));
    Some(pattern)
}

/// Returns the `__files` next to the mappings folder, or in the file's own folder.
fn body_folder(path: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(path).ok()?;
    let near = absolute.ancestors().skip(1).take(4);
    near.map(|folder| folder.join(BODY_FILES)).find(|folder| folder.is_dir())
}

/// Embeds a separate body file, so that the recording is self-contained.
fn put_in_body(
    document: &Document<'_>,
    steps: &[Step<&str>],
    mapping: &mut Value,
    folder: Option<&Path>,
) -> Result<(), ImportError> {
    let Some(Value::Object(response)) = mapping.get_mut("response") else { return Ok(()) };
    let Some(name) = response.get("bodyFileName").and_then(Value::as_str).map(str::to_owned) else {
        return Ok(());
    };
    let wrong = |why: &str| {
        let mut at = steps.to_vec();
        at.extend([Step::Key("response"), Step::Key("bodyFileName")]);
        let message = format!("`bodyFileName` `{name}` can't be read from `{BODY_FILES}`: {why}");
        document.wrong(&at, message, "add the file, or remove the mapping")
    };
    let relative = Path::new(&name);
    // A mapping from someone else must not bring in other files of the machine.
    let inside =
        relative.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    let folder = folder.ok_or_else(|| wrong("the folder doesn't exist"))?;
    let real = folder.join(relative).canonicalize().map_err(|_| wrong("the file doesn't exist"))?;
    let root = folder.canonicalize().map_err(|_| wrong("the folder can't be read"))?;
    if !inside || !real.starts_with(root) {
        return Err(wrong("it is outside the folder"));
    }
    let bytes = read_file(&real).map_err(|error| wrong(&error.to_string()))?;
    let (key, body) = match (serde_json::from_slice::<Value>(&bytes), std::str::from_utf8(&bytes)) {
        (Ok(json), _) => ("jsonBody", json),
        (_, Ok(text)) => ("body", json!(text)),
        _ => ("base64Body", json!(STANDARD.encode(&bytes))),
    };
    *response =
        std::mem::take(response)
            .into_iter()
            .map(|(name, value)| {
                if name == "bodyFileName" { (key.to_owned(), body.clone()) } else { (name, value) }
            })
            .collect::<Map<_, _>>();
    Ok(())
}

/// Checks that a recording can represent the mapping, with the recording parser's own messages.
fn check(
    document: &Document<'_>,
    steps: &[Step<&str>],
    mapping: &Value,
) -> Result<(), ImportError> {
    let read = || -> std::io::Result<Option<(String, String)>> {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("mapping.json"), mapping.to_string())?;
        Ok(crate::files::recordings::load(folder.path()).err().and_then(|errors| {
            let error = errors.into_iter().next()?;
            let (said, help) = (error.to_string(), error.help());
            // The location is in a file that users don't see.
            let said = said.split_once(".json:").map_or(said.as_str(), |(_, said)| said);
            let said = said.splitn(2, ": ").last().unwrap_or(said);
            Some((said.to_owned(), help))
        }))
    };
    match read() {
        Ok(None) => Ok(()),
        Ok(Some((message, help))) => {
            // The message names the wrong key first.
            let key = message.split('`').nth(1).unwrap_or_default();
            let mut path = steps.to_vec();
            path.extend(path_to(mapping, key).unwrap_or_default());
            let error = document.wrong(&path, message.clone(), help.clone());
            // A part embedded by this importer has no location in the file.
            Err(if error.place.is_some() { error } else { document.wrong(steps, message, help) })
        }
        Err(error) => Err(document.wrong(
            steps,
            format!("can't check the mapping: {error}"),
            "free some disk space",
        )),
    }
}

/// Returns the path to the first member with this name.
fn path_to<'v>(value: &'v Value, key: &str) -> Option<Vec<Step<&'v str>>> {
    let found = |step: Step<&'v str>, inner: &'v Value| {
        let mut path = vec![step];
        path.extend(path_to(inner, key)?);
        Some(path)
    };
    match value {
        Value::Object(members) => members.iter().find_map(|(name, inner)| {
            if name == key {
                Some(vec![Step::Key(name.as_str())])
            } else {
                found(Step::Key(name), inner)
            }
        }),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, inner)| found(Step::Index(index), inner))
        }
        _ => None,
    }
}
