use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use super::bare_schema::{self, Bound};
use super::checks::{wrong_family, wrong_method, wrong_path};
use super::error::PackError;
use super::pack::{Access, Confidence, Endpoint, Family, Pack};
use super::schema::Schema;
use super::schema_file::{SchemaFile, SchemaPlace, read_json};
use crate::files::{Files, Walk, content_error, locate_toml, read_toml};
use crate::text::{Source, Span, Step, nearest};

/// File name ending of schemas that may bind themselves.
const SCHEMA_ENDING: &str = ".schema.json";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PackFile {
    name: String,
    title: String,
    #[serde(default)]
    endpoint: Vec<EndpointEntry>,
    #[serde(default)]
    family: Vec<FamilyEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EndpointEntry {
    name: String,
    title: String,
    method: String,
    path: String,
    #[serde(default)]
    hosts: Vec<String>,
    access: Access,
    response: Option<String>,
    request: Option<String>,
    source: Option<String>,
    confidence: Option<Confidence>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FamilyEntry {
    name: String,
    schema: String,
}

/// Builds the pack that a file describes; `schema` resolves references.
pub(super) fn pack_of(file: PackFile, schema: &dyn Fn(&str) -> Arc<Schema>) -> Pack {
    let endpoints = file.endpoint.into_iter().map(|entry| Endpoint {
        name: entry.name,
        title: entry.title,
        system: file.title.clone(),
        method: entry.method.to_ascii_uppercase(),
        path: entry.path,
        hosts: entry.hosts,
        access: entry.access,
        response: entry.response.as_deref().map(schema),
        request: entry.request.as_deref().map(schema),
        is_built_in: false,
        source: entry.source,
        confidence: entry.confidence,
    });
    let endpoints = endpoints.collect();
    let families = file.family.into_iter();
    let families =
        families.map(|entry| Family { name: entry.name, schema: schema(&entry.schema) }).collect();
    Pack { name: file.name, title: file.title, endpoints, families }
}

/// Loads the packs below a folder: one for each TOML file, and one for the schemas that bind
/// themselves.
pub(super) fn packs(
    files: &Arc<dyn Files>,
    root: &Path,
    shown: &str,
    families: &[&str],
) -> Result<Vec<Arc<Pack>>, Vec<PackError>> {
    let mut packs = Vec::new();
    let mut errors = Vec::new();
    let mut bound = Vec::new();
    let folder = &root.join(shown);
    if !files
        .check_folder(root, folder)
        .map_err(|error| vec![PackError::unreadable(shown, error)])?
    {
        return Ok(packs);
    }
    for entry in files.walk(folder, Walk { is_ignoring: false, skips: |_, _| false }) {
        let path = match entry {
            Ok(path) => path,
            Err(error) => {
                errors.push(PackError::unreadable(shown, error.error));
                continue;
            }
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_data = name.ends_with(".toml") || name.ends_with(".json");
        let fit = match path == *folder {
            true => continue,
            false if is_data => {
                files.check_entry(&path).and_then(|()| files.check_file(root, &path))
            }
            false => files.check_entry(&path),
        };
        if fit.is_ok() && !is_data {
            continue;
        }
        let file = SchemaPlace::new(files, folder, shown, path);
        if let Err(error) = fit {
            errors.push(PackError::unreadable(&file.shown, error));
        } else if name.ends_with(".toml") {
            match pack(&file, families) {
                Ok(pack) => packs.push(Arc::new(pack)),
                Err(found) => errors.extend(found),
            }
        } else if name.ends_with(SCHEMA_ENDING) {
            match bare_schema::read(&file, name.trim_end_matches(SCHEMA_ENDING), families) {
                Ok(found) => bound.extend(found),
                Err(found) => errors.push(found),
            }
        } else if let Err(found) = file.read().and_then(|source| read_json(&source)) {
            errors.push(found);
        }
    }
    if !bound.is_empty() {
        packs.push(Arc::new(workspace_pack(bound)));
    }
    // Every pack that uses a broken schema finds it; it is reported once.
    let mut said = Vec::new();
    errors.retain(|error| {
        let text = error.place();
        let fresh = !said.contains(&text);
        said.push(text);
        fresh
    });
    if errors.is_empty() { Ok(packs) } else { Err(errors) }
}

fn workspace_pack(bound: Vec<Bound>) -> Pack {
    let mut pack = Pack {
        name: "workspace".to_owned(),
        title: "workspace".to_owned(),
        endpoints: Vec::new(),
        families: Vec::new(),
    };
    for one in bound {
        match one {
            Bound::Endpoint(endpoint) => pack.endpoints.push(endpoint),
            Bound::Family(family) => pack.families.push(family),
        }
    }
    pack
}

/// Reads and validates a pack's file.
fn pack(file: &SchemaPlace, families: &[&str]) -> Result<Pack, Vec<PackError>> {
    let source = file.read().map_err(|error| vec![error])?;
    let read: PackFile =
        read_toml(&source).map_err(|diagnostic| vec![PackError::Content(diagnostic)])?;
    let mut check = Check { file, source: &source, schemas: HashMap::new(), errors: Vec::new() };
    let mut names: Vec<&str> = Vec::new();
    for (index, entry) in read.endpoint.iter().enumerate() {
        let at = |key| [Step::Key("endpoint"), Step::Index(index), Step::Key(key)];
        if names.contains(&&*entry.name) {
            let message = format!("the endpoint `{}` is defined twice", entry.name);
            check.refuse(&at("name"), &message, "give each endpoint a different name");
        }
        names.push(&entry.name);
        if let Some((message, help)) = wrong_path(&entry.path) {
            check.refuse(&at("path"), &message, help);
        }
        if let Some((message, help)) = wrong_method(&entry.method) {
            check.refuse(&at("method"), &message, help);
        }
        for (key, reference) in [("response", &entry.response), ("request", &entry.request)] {
            if let Some(reference) = reference {
                check.schema(&at(key), reference);
            }
        }
    }
    for (index, entry) in read.family.iter().enumerate() {
        let at = |key| [Step::Key("family"), Step::Index(index), Step::Key(key)];
        if let Some((message, help)) = wrong_family(&entry.name, families) {
            check.refuse(&at("name"), &message, &help);
        }
        check.schema(&at("schema"), &entry.schema);
    }
    let Check { schemas, errors, .. } = check;
    if !errors.is_empty() {
        return Err(errors);
    }
    // Every referenced file was read above.
    let schema = |reference: &str| match schemas.get(reference) {
        Some(known) => Arc::clone(known),
        None => Arc::new(SchemaFile::schema(file, reference)),
    };
    Ok(pack_of(read, &schema))
}

/// Validation of a pack's file.
struct Check<'f> {
    file: &'f SchemaPlace,
    source: &'f Arc<Source>,
    schemas: HashMap<String, Arc<Schema>>,
    errors: Vec<PackError>,
}

impl Check<'_> {
    fn span(&self, steps: &[Step<&str>]) -> Span {
        let range = locate_toml(self.source.text(), steps);
        range.map_or(Span::empty(0), |range| Span::new(range.start, range.end))
    }

    fn refuse(&mut self, steps: &[Step<&str>], message: &str, help: &str) {
        let mut diagnostic = content_error(self.source, self.span(steps), message);
        diagnostic.help = Some(help.to_owned());
        self.errors.push(PackError::Content(diagnostic));
    }

    /// Reads a schema that the file references.
    fn schema(&mut self, steps: &[Step<&str>], reference: &str) {
        if self.schemas.contains_key(reference) {
            return;
        }
        let name = reference.split('#').next().unwrap_or_default();
        let target = self.file.beside(name);
        if name.is_empty() || !self.file.files.is_file(&target.path) {
            let message = format!("the schema `{name}` doesn't exist next to the pack");
            let near = siblings(self.file);
            let help = match nearest(name, near.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("create `{}`", target.shown),
            };
            return self.refuse(steps, &message, &help);
        }
        let schema = SchemaFile::schema(self.file, reference);
        match SchemaFile::check(&target, &schema) {
            Ok(()) => {
                self.schemas.insert(reference.to_owned(), Arc::new(schema));
            }
            Err(Some(error)) => self.errors.push(error),
            Err(None) => {
                let message = format!("`{reference}` doesn't lead to a schema");
                self.refuse(
                    steps,
                    &message,
                    "use the name of a schema in `$defs`, or the file alone",
                );
            }
        }
    }
}

fn siblings(file: &SchemaPlace) -> Vec<String> {
    let entries = file.path.parent().and_then(|folder| file.files.entries(folder).ok());
    let names = entries.unwrap_or_default().into_iter();
    let names =
        names.map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned());
    names.filter(|name| name.ends_with(".json")).collect()
}
