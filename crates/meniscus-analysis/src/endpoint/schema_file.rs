use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value as Json;

use super::error::PackError;
use super::schema::Schema;
use crate::files::{Files, content_error};
use crate::shape::SchemaError;
use crate::text::{Source, Span, Step, locate_json, nearest};

/// A file below the schemas folder.
pub(super) struct SchemaPlace {
    pub files: Arc<dyn Files>,
    pub path: PathBuf,
    pub shown: String,
}

impl SchemaPlace {
    pub(super) fn new(
        files: &Arc<dyn Files>,
        folder: &Path,
        shown: &str,
        path: PathBuf,
    ) -> SchemaPlace {
        let inner = path.strip_prefix(folder).unwrap_or(&path).components();
        let parts = std::iter::once(shown.to_owned())
            .chain(inner.map(|part| part.as_os_str().to_string_lossy().into_owned()));
        let shown = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
        SchemaPlace { files: Arc::clone(files), path, shown }
    }

    pub(super) fn beside(&self, name: &str) -> SchemaPlace {
        let folder = self.shown.rsplit_once('/').map_or("", |(folder, _)| folder);
        let shown = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        SchemaPlace { files: Arc::clone(&self.files), path: self.path.with_file_name(name), shown }
    }

    pub(super) fn read(&self) -> Result<Arc<Source>, PackError> {
        let text = self.files.read_to_string(&self.path);
        let text = text.map_err(|error| PackError::unreadable(&self.shown, error))?;
        Ok(Arc::new(Source::new(self.shown.clone(), text)))
    }
}

/// A schema on disk: reading it, and locating its errors.
pub(super) struct SchemaFile;

impl SchemaFile {
    /// Refers to a schema by a reference in a file, without reading it.
    pub(super) fn schema(file: &SchemaPlace, reference: &str) -> Schema {
        let target = file.beside(reference.split('#').next().unwrap_or_default());
        let folder = file.path.parent().map_or_else(PathBuf::new, PathBuf::from);
        let files = Arc::clone(&file.files);
        let documents = move |name: &str| {
            let text = files.read_to_string(&folder.join(name)).ok()?;
            serde_json::from_str(without_mark(&text)).ok()
        };
        Schema::new(reference, target.shown, target.path, Arc::new(documents))
    }

    /// Reads a schema whose file exists.
    ///
    /// # Errors
    /// What is wrong in the file or in one it references; `None` if the reference itself doesn't
    /// resolve.
    pub(super) fn check(target: &SchemaPlace, schema: &Schema) -> Result<(), Option<PackError>> {
        let Err(error) = schema.read() else { return Ok(()) };
        let mut files = vec![target.beside(&name_of(&target.shown))];
        let mut next = 0;
        while let Some(file) = files.get(next) {
            let source = file.read().map_err(Some)?;
            let json = read_json(&source).map_err(Some)?;
            if let Some(found) = place_of(error, &source, &json) {
                return Err(Some(found));
            }
            let mut references = Vec::new();
            find_references(&json, &mut Vec::new(), &mut references);
            for (_, reference) in references {
                let name = reference.split('#').next().unwrap_or_default();
                let other = target.beside(name);
                let known = files.iter().any(|file| file.path == other.path);
                if !name.is_empty() && !known && other.files.is_file(&other.path) {
                    files.push(other);
                }
            }
            next += 1;
        }
        Err(None)
    }
}

/// Parses a schema's JSON.
pub(super) fn read_json(source: &Arc<Source>) -> Result<Json, PackError> {
    serde_json::from_str(without_mark(source.text())).map_err(|error| {
        let line = error.line().saturating_sub(1);
        let lines = source.text().split_inclusive('\n').take(line).map(str::len);
        let start =
            (lines.sum::<usize>() + error.column().saturating_sub(1)).min(source.text().len());
        let start = (0..=start).rev().find(|&at| source.text().is_char_boundary(at));
        let text = error.to_string();
        let reason = text.split(" at line ").next().unwrap_or_default();
        let message = format!("this schema isn't valid JSON: {reason}");
        let span = Span::empty(start.unwrap_or_default());
        let mut diagnostic = content_error(source, span, &message);
        diagnostic.help = Some("fix the JSON here".to_owned());
        PackError::Content(diagnostic)
    })
}

/// Returns the span of a place in a JSON text.
pub(super) fn span_of(source: &Source, steps: &[Step<&str>]) -> Span {
    let range = locate_json(source.text(), steps);
    range.map_or(Span::empty(0), |range| Span::new(range.start, range.end))
}

fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn name_of(shown: &str) -> String {
    shown.rsplit('/').next().unwrap_or_default().to_owned()
}

/// Locates an error, if it is in this file.
fn place_of(error: &SchemaError, source: &Arc<Source>, json: &Json) -> Option<PackError> {
    let (steps, help) = match error {
        SchemaError::Reference(wanted) => {
            let mut references = Vec::new();
            find_references(json, &mut Vec::new(), &mut references);
            let (steps, _) = references.into_iter().find(|(_, found)| found == wanted)?;
            let known = json.get("$defs").and_then(Json::as_object);
            let known = known.into_iter().flatten().map(|(name, _)| format!("#/$defs/{name}"));
            let known = known.collect::<Vec<_>>();
            let help = match nearest(wanted, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write `#/$defs/NAME`, or a file in the same folder".to_owned(),
            };
            (steps, help)
        }
        SchemaError::NoSchema(_) => {
            let help = "write an object, or `true` to allow anything".to_owned();
            (no_schema(json, &mut Vec::new())?, help)
        }
    };
    let mut diagnostic = content_error(source, span_of(source, &steps), &error.to_string());
    diagnostic.help = Some(help);
    Some(PackError::Content(diagnostic))
}

/// Collects each `$ref` with the steps to it.
fn find_references<'j>(
    json: &'j Json,
    steps: &mut Vec<Step<&'j str>>,
    found: &mut Vec<(Vec<Step<&'j str>>, &'j str)>,
) {
    match json {
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                steps.push(Step::Index(index));
                find_references(item, steps, found);
                steps.pop();
            }
        }
        Json::Object(members) => {
            for (key, value) in members {
                steps.push(Step::Key(key.as_str()));
                match value {
                    Json::String(reference) if key == "$ref" => {
                        found.push((steps.clone(), reference));
                    }
                    value => find_references(value, steps, found),
                }
                steps.pop();
            }
        }
        _ => {}
    }
}

/// Returns the steps to a value that isn't a schema where one is expected.
fn no_schema<'j>(schema: &'j Json, steps: &mut Vec<Step<&'j str>>) -> Option<Vec<Step<&'j str>>> {
    let members = match schema {
        Json::Object(members) => members,
        Json::Bool(_) => return None,
        _ => return Some(steps.clone()),
    };
    for (key, value) in members {
        let inner: Vec<(Step<&'j str>, &'j Json)> = match (&**key, value) {
            ("properties" | "$defs", Json::Object(named)) => {
                named.iter().map(|(name, schema)| (Step::Key(name.as_str()), schema)).collect()
            }
            ("allOf" | "anyOf" | "oneOf", Json::Array(listed)) => {
                listed.iter().enumerate().map(|(at, schema)| (Step::Index(at), schema)).collect()
            }
            ("items" | "then", schema) => {
                steps.push(Step::Key(key.as_str()));
                let found = no_schema(schema, steps);
                steps.pop();
                if found.is_some() {
                    return found;
                }
                continue;
            }
            _ => continue,
        };
        for (step, schema) in inner {
            steps.extend([Step::Key(key.as_str()), step]);
            let found = no_schema(schema, steps);
            steps.truncate(steps.len() - 2);
            if found.is_some() {
                return found;
            }
        }
    }
    None
}
