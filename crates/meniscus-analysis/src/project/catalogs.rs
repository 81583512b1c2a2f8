//! The catalogs that all scenarios share.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::ProjectError;
use super::links;
use super::reading::read;
use crate::catalogs::Catalogs;
use crate::diagnostic::{Diagnostic, Severity};
use crate::files::Files;
use crate::text::{DataPath, Position, Source, Span, Step, locate_json};
use crate::value::{Object, Value, View, parse_json};

/// The file with the items, in a catalog's folder. braze-sync keeps `schema.yaml` beside it.
const ITEMS: &str = "items.json";

/// Reads the catalogs of a folder by name, each as a scenario would have it: `items`, and perhaps
/// `selections`. A catalog is `NAME.json` or `NAME/items.json`. A missing folder has none.
///
/// # Errors
/// If one can't be read, or isn't a list of items.
pub(super) fn load(files: &dyn Files, root: &Path, shown: &str) -> Result<Catalogs, ProjectError> {
    let mut catalogs = Catalogs::default();
    for path in links::files_below(files, root, &root.join(shown))? {
        let Some((name, path)) = place_of(files, path) else { continue };
        links::refuse_unfit(files, root, &path)?;
        let inner = path.strip_prefix(root).unwrap_or(&path);
        let shown = inner.to_string_lossy().replace('\\', "/");
        let (catalog, base) = catalog_of(&read(files, &path, &shown)?)?;
        catalogs.add(name, catalog, shown, base);
    }
    Ok(catalogs)
}

/// Returns a catalog's name and the file with its items, by an entry of the folder.
fn place_of(files: &dyn Files, path: PathBuf) -> Option<(String, PathBuf)> {
    let name = path.file_name()?.to_str()?;
    if let Some(name) = name.strip_suffix(".json") {
        return Some((name.to_owned(), path));
    }
    let items = path.join(ITEMS);
    (files.is_folder(&path) && files.is_anything(&items)).then(|| (name.to_owned(), items))
}

/// Reads a catalog: a list of items, each an object with an `id`, or an object with such `items`.
/// Returns it as an object, and where the items are in the file.
fn catalog_of(source: &Arc<Source>) -> Result<(Value, DataPath), ProjectError> {
    let wrong = |span: Span, message: String, help: &str| {
        let diagnostic = Diagnostic::new("catalog", Severity::Error, source, span, message);
        ProjectError::Content(Box::new(diagnostic.help(help)))
    };
    let text = source.text();
    let json = parse_json(text).map_err(|error| {
        let place = Position { line: error.line, column: error.column };
        let span = Span::empty(source.offset(place));
        wrong(span, format!("it isn't valid JSON: {}", error.message), "fix the JSON")
    })?;
    let (catalog, base) = match json {
        Value::Array(items) => {
            let mut catalog = Object::new();
            catalog.insert("items", Value::Array(items));
            (Value::from(catalog), DataPath::new())
        }
        other => (other, DataPath::of_keys(&["items"])),
    };
    const FORM: &str = "write a list of items, such as `[{\"id\": \"1\"}]`, or an object with \
                        `items` and `selections`";
    let items = match catalog.view() {
        View::Object(object) => object.get("items").map(Value::view),
        _ => None,
    };
    let Some(View::Array(items)) = items else {
        return Err(wrong(Span::empty(0), "a catalog needs a list of items".to_owned(), FORM));
    };
    let has_id = |item: &Value| match item.view() {
        View::Object(item) => item.get("id").is_some_and(|id| !id.view().is_nil()),
        _ => false,
    };
    if let Some(index) = items.iter().position(|item| !has_id(item)) {
        let path = base.iter().cloned().chain([Step::Index(index)]).collect::<DataPath>();
        let span =
            locate_json(text, &path).map_or(Span::empty(0), |at| Span::new(at.start, at.end));
        let message = format!("item {} has no `id`", index + 1);
        return Err(wrong(span, message, "add an `id`: templates choose items by it"));
    }
    Ok((catalog, base))
}
