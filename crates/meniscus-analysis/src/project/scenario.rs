use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::error::ProjectError;
use super::expectation::{self, Expectation};
use super::patterns::Patterns;
use super::reading::{from_toml, read};
use super::tables::{TABLES, merge_table, remove_value};
use crate::diagnostic::{Diagnostic, Severity};
use crate::files::{Disk, FileError, Files, content_error, locate_toml, locate_toml_key, root_of};
use crate::text::{DataPath, Source, Span, Step, locate_json, locate_json_key, nearest};
use crate::value::{Object, Value, View, parse_json};

/// A recipient, trigger, clock, and choice of recordings: everything that a render depends on.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The file name without its extension.
    pub name: String,
    /// Its file and those it extends, nearest first.
    pub sources: Vec<Arc<Source>>,
    /// The value of `'now'`, as written.
    pub now: Option<String>,
    /// The seed for random choices.
    pub seed: u64,
    /// The messages it applies to.
    templates: Patterns,
    /// The recordings to answer from; `None` for all.
    pub recordings: Option<Vec<String>>,
    /// Assertions in addition to snapshots.
    pub expectations: Arc<[Expectation]>,
    pub tables: Object,
    /// Spans of entries, cached.
    located: Located,
}

/// Locations of entries by path: the index of the source, and the span.
type Located = Arc<Mutex<HashMap<DataPath, Option<(usize, Span)>>>>;

/// The keys of a scenario other than tables.
pub const SCENARIO_KEYS: [&str; 7] =
    ["now", "seed", "templates", "extends", "recordings", "without", expectation::KEY];

/// The longest chain of `extends`.
const MAX_EXTENDS: usize = 10;

impl Scenario {
    /// Makes a scenario in which nothing is known.
    #[must_use]
    pub fn empty() -> Scenario {
        Scenario {
            name: "none".to_owned(),
            sources: Vec::new(),
            now: None,
            seed: 0,
            templates: Patterns::default(),
            recordings: None,
            expectations: Arc::default(),
            tables: Object::new(),
            located: Arc::default(),
        }
    }

    /// Reads a scenario in TOML or JSON with those it extends.
    ///
    /// # Errors
    /// If a file can't be read, has a key that is unknown or of the wrong kind, or extends itself.
    pub fn load(files: &dyn Files, path: &Path, shown: &str) -> Result<Scenario, ProjectError> {
        let mut chain = Vec::new();
        let root = root_of(path, Path::new(shown)).map(Path::to_owned);
        let (mut path, mut shown) = (path.to_owned(), shown.to_owned());
        loop {
            let file = ScenarioFile::read(&path, read(files, &path, &shown)?)?;
            let base = file.base();
            chain.push(file);
            let Some((base, span)) = base else { break };
            if chain.len() > MAX_EXTENDS {
                let source = &chain[chain.len() - 1].source;
                let message =
                    format!("more than {MAX_EXTENDS} scenarios in a row extend one another");
                let diagnostic =
                    Diagnostic::new("scenario", Severity::Error, source, span, message)
                        .help("check that no scenario extends itself");
                return Err(ProjectError::Content(Box::new(diagnostic)));
            }
            let next = sibling(files, &path, &base);
            if !files.is_file(&next) {
                let source = &chain[chain.len() - 1].source;
                let message = format!("the scenario `{base}` doesn't exist");
                let diagnostic =
                    Diagnostic::new("scenario", Severity::Error, source, span, message).help(
                        format!(
                            "create `{base}.toml` next to this file, or extend another scenario"
                        ),
                    );
                return Err(ProjectError::Content(Box::new(diagnostic)));
            }
            let inside = match &root {
                Some(root) if !next.starts_with(root) => Err(FileError::Outside.into()),
                Some(root) => files.check_inside(root, &next),
                None => Ok(()),
            };
            if let Err(error) = inside {
                let source = &chain[chain.len() - 1].source;
                let message = format!("can't extend `{base}`: {error}");
                let help = FileError::help_or(&error, "check that it can be read");
                let diagnostic =
                    Diagnostic::new("scenario", Severity::Error, source, span, message).help(help);
                return Err(ProjectError::Content(Box::new(diagnostic)));
            }
            let folder = path.parent().unwrap_or(Path::new(""));
            let inner = next.strip_prefix(folder).unwrap_or(&next);
            let beside = Path::new(&shown).parent().unwrap_or(Path::new("")).join(inner);
            shown = beside.display().to_string();
            path = next;
        }
        let mut scenario = Scenario::empty();
        for file in chain.iter().rev() {
            file.apply(files, &mut scenario)?;
        }
        scenario.name = chain[0].name.clone();
        scenario.sources = chain.into_iter().map(|file| file.source).collect();
        Ok(scenario)
    }

    /// Reads a standalone scenario: JSON if the source's name ends in `.json`, otherwise TOML.
    ///
    /// # Errors
    /// If it can't be parsed, has a key that is unknown or of the wrong kind, or extends another
    /// scenario.
    pub fn from_source(source: &Arc<Source>) -> Result<Scenario, ProjectError> {
        let file = ScenarioFile::read(Path::new(source.name()), Arc::clone(source))?;
        if file.base().is_some() {
            let message = "a standalone scenario can't use `extends`".to_owned();
            return Err(file.error("extends", message, "write all tables in this file".to_owned()));
        }
        let mut scenario = Scenario::empty();
        file.apply(&Disk, &mut scenario)?;
        scenario.name = file.name;
        scenario.sources = vec![file.source];
        Ok(scenario)
    }

    /// Whether it applies to a message, by the message's path.
    #[must_use]
    pub fn applies_to(&self, message: &str) -> bool {
        self.templates.has(message)
    }

    /// Makes an error about a key, with its span.
    #[must_use]
    pub fn error(&self, key: &str, message: String, help: String) -> ProjectError {
        match self.locate(&DataPath::of_keys(&[key])) {
            Some((source, span)) => {
                let diagnostic =
                    Diagnostic::new("scenario", Severity::Error, source, span, message).help(help);
                ProjectError::Content(Box::new(diagnostic))
            }
            None => ProjectError::Unknown { message, help },
        }
    }

    /// Makes an error about something missing, at the start of its file.
    #[must_use]
    pub fn error_at_start(&self, message: String, help: String) -> ProjectError {
        match self.sources.first() {
            Some(source) => {
                let span = Span::empty(0);
                let diagnostic =
                    Diagnostic::new("scenario", Severity::Error, source, span, message).help(help);
                ProjectError::Content(Box::new(diagnostic))
            }
            None => ProjectError::Unknown { message, help },
        }
    }

    /// Locates a table's entry in the nearest file that has it.
    #[must_use]
    pub fn locate(&self, path: &DataPath) -> Option<(&Arc<Source>, Span)> {
        let mut located = self.located.lock().unwrap_or_else(PoisonError::into_inner);
        // Locating parses the file again, and a message looks up many values.
        let found = *located.entry(path.clone()).or_insert_with(|| {
            let mut sources = self.sources.iter().enumerate();
            sources.find_map(|(index, source)| Some((index, place(source, path)?)))
        });
        let (index, span) = found?;
        Some((&self.sources[index], span))
    }
}

/// Returns the path of the scenario that `extends` names, next to the one that names it.
fn sibling(files: &dyn Files, path: &Path, name: &str) -> PathBuf {
    let folder = path.parent().unwrap_or(Path::new(""));
    let named = folder.join(name);
    if named.extension().is_some() {
        return named;
    }
    let json = folder.join(format!("{name}.json"));
    if files.is_file(&json) { json } else { folder.join(format!("{name}.toml")) }
}

/// A single file, before it is merged with what it extends.
struct ScenarioFile {
    name: String,
    path: PathBuf,
    source: Arc<Source>,
    keys: Object,
}

impl ScenarioFile {
    fn read(path: &Path, source: Arc<Source>) -> Result<ScenarioFile, ProjectError> {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let value = if path.extension().is_some_and(|ending| ending == "json") {
            read_json(&source)?
        } else {
            let table: toml::Table = crate::files::read_toml(&source)?;
            from_toml(toml::Value::Table(table))
        };
        let keys = match value {
            Value::Object(keys) => Arc::unwrap_or_clone(keys),
            other => {
                let message =
                    format!("a scenario must be an object of tables, not {}", other.view().kind());
                return Err(content_error(&source, Span::empty(0), &message).into());
            }
        };
        let file = ScenarioFile { name, path: path.to_owned(), source, keys };
        for key in file.keys.keys() {
            if !SCENARIO_KEYS.contains(&key) && !TABLES.contains(&key) {
                return Err(file.unknown_key(key));
            }
        }
        Ok(file)
    }

    fn span(&self, key: &str) -> Span {
        let locate = if self.is_json() { locate_json_key } else { locate_toml_key };
        let range = locate(self.source.text(), &[Step::Key(key)]);
        range.map_or(Span::empty(0), |range| Span::new(range.start, range.end))
    }

    fn span_of_value(&self, path: &[Step<&str>]) -> Span {
        let locate = if self.is_json() { locate_json } else { locate_toml };
        let range = locate(self.source.text(), path);
        range.map_or(Span::empty(0), |range| Span::new(range.start, range.end))
    }

    fn is_json(&self) -> bool {
        self.source.name().ends_with(".json")
    }

    fn error(&self, key: &str, message: String, help: String) -> ProjectError {
        self.error_at(self.span(key), message, help)
    }

    fn error_at(&self, span: Span, message: String, help: String) -> ProjectError {
        let diagnostic =
            Diagnostic::new("scenario", Severity::Error, &self.source, span, message).help(help);
        ProjectError::Content(Box::new(diagnostic))
    }

    fn unknown_key(&self, key: &str) -> ProjectError {
        let known = SCENARIO_KEYS.iter().chain(&TABLES).copied();
        let help = match nearest(key, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                format!(
                    "use one of the keys {}, or the tables {}",
                    SCENARIO_KEYS.join(", "),
                    TABLES.join(", ")
                )
            }
        };
        self.error(key, format!("unknown key `{key}`"), help)
    }

    fn base(&self) -> Option<(String, Span)> {
        match self.keys.get("extends")?.view() {
            View::Str(name) => Some((name.to_owned(), self.span_of_value(&[Step::Key("extends")]))),
            _ => None,
        }
    }

    /// Merges this file over what it extends: tables key by key, everything else as a whole.
    fn apply(&self, files: &dyn Files, scenario: &mut Scenario) -> Result<(), ProjectError> {
        let mut without = Vec::new();
        for (key, value) in self.keys.iter() {
            match (&**key, value.view()) {
                ("extends", View::Str(_)) => {}
                ("without", View::Array(items)) => without = self.texts(key, items)?,
                ("now", View::Str(now)) => scenario.now = Some(now.to_owned()),
                ("seed", View::Int(seed)) if seed >= 0 => scenario.seed = seed.unsigned_abs(),
                ("templates", View::Array(items)) => {
                    scenario.templates = Patterns::new(&self.texts(key, items)?);
                }
                ("recordings", View::Array(items)) => {
                    scenario.recordings = Some(self.texts(key, items)?);
                }
                (expectation::KEY, found) => {
                    scenario.expectations = expectation::read(&self.source, found)?;
                }
                ("user", View::Str(file)) => {
                    let export = self.export(files, file)?;
                    self.lay_user(&export, scenario);
                }
                ("user", View::Object(object)) => self.lay_user(object, scenario),
                (table, View::Object(object)) if TABLES.contains(&table) => {
                    merge_table(&mut scenario.tables, table, object);
                }
                (_, found) => {
                    let expected = match &**key {
                        "now" => "a time such as `2026-03-01T09:00:00Z`",
                        "seed" => "a whole number from 0",
                        "extends" => "the name of a scenario",
                        "templates" | "recordings" | "without" => "a list of strings",
                        _ => "a table",
                    };
                    let message = format!("`{key}` must be {expected}, not {}", found.kind());
                    return Err(self.error(key, message, format!("write {expected}")));
                }
            }
        }
        for (index, entry) in without.iter().enumerate() {
            let at = self.span_of_value(&[Step::Key("without"), Step::Index(index)]);
            self.take_out(entry, at, &mut scenario.tables)?;
        }
        Ok(())
    }

    /// Removes an entry from the tables: `user.first_name`, `context.offer.terms`, `catalogs`.
    fn take_out(&self, entry: &str, at: Span, tables: &mut Object) -> Result<(), ProjectError> {
        let (table, rest) = entry.split_at(entry.find(['.', '[']).unwrap_or(entry.len()));
        if entry.ends_with('.') {
            let message = format!("`{entry}` in `without` ends with a dot");
            return Err(self.error_at(
                at,
                message,
                "add a key after the dot, or remove the dot".to_owned(),
            ));
        }
        if !TABLES.contains(&table) {
            let message = format!("`{entry}` in `without` doesn't start with a table");
            let help = match nearest(table, TABLES) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write a table and a key, as in `user.first_name`".to_owned(),
            };
            return Err(self.error_at(at, message, help));
        }
        let mut path = DataPath::of_keys(&[table]);
        let mut names = match tables.get(table).map(Value::view) {
            Some(View::Object(object)) => Some(object),
            _ => None,
        };
        let mut rest = rest.strip_prefix('.').unwrap_or(rest);
        while let Some(object) = names.filter(|_| !rest.is_empty()) {
            // The longest matching key, because attribute names may contain dots and spaces.
            let after = |key: &str| {
                let quoted = [format!("['{key}']"), format!("[\"{key}\"]")];
                [key, &quoted[0], &quoted[1]].into_iter().find_map(|form| {
                    let more = rest.strip_prefix(form)?;
                    (more.is_empty() || more.starts_with(['.', '['])).then_some(more)
                })
            };
            let fitting = object.keys().filter_map(|key| Some((key, after(key)?)));
            let Some((key, more)) = fitting.max_by_key(|(key, _)| key.len()) else {
                let name = rest.split('.').next().unwrap_or(rest);
                let message = format!("`{entry}` in `without` doesn't exist in the scenario");
                let help = match nearest(name, object.keys()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "remove it from `without`".to_owned(),
                };
                return Err(self.error_at(at, message, help));
            };
            path.push(Step::key(key));
            names = match object.get(key).map(Value::view) {
                Some(View::Object(inner)) => Some(inner),
                _ => None,
            };
            rest = more.strip_prefix('.').unwrap_or(more);
        }
        if !rest.is_empty() {
            let message = format!("`{entry}` in `without` doesn't exist in the scenario");
            return Err(self.error_at(at, message, "remove it from `without`".to_owned()));
        }
        remove_value(tables, &path);
        Ok(())
    }

    fn texts(&self, key: &str, items: &[Value]) -> Result<Vec<String>, ProjectError> {
        items
            .iter()
            .enumerate()
            .map(|(index, item)| match item.view() {
                View::Str(text) => Ok(text.to_owned()),
                other => {
                    let at = self.span_of_value(&[Step::Key(key), Step::Index(index)]);
                    let message = format!("`{key}` must contain strings, not {}", other.kind());
                    Err(self.error_at(at, message, "put each entry in quotes".to_owned()))
                }
            })
            .collect()
    }

    /// Reads a profile exported from Braze, from a file next to the scenario.
    fn export(&self, files: &dyn Files, file: &str) -> Result<Object, ProjectError> {
        let path = self.path.parent().unwrap_or(Path::new("")).join(file);
        let source = read(files, &path, file)?;
        let value = read_json(&source)?;
        let user = match value.view() {
            View::Object(object) => match object.get("users").map(Value::view) {
                Some(View::Array(users)) => users.first().cloned(),
                _ => Some(value.clone()),
            },
            _ => None,
        };
        match user {
            Some(Value::Object(user)) => Ok(Arc::unwrap_or_clone(user)),
            _ => {
                let message = format!("`{file}` isn't a user export from Braze");
                Err(self.error(
                    "user",
                    message,
                    "save the response of `/users/export/ids` in it".to_owned(),
                ))
            }
        }
    }

    /// Merges a profile with the field names of templates or of Braze's export.
    fn lay_user(&self, user: &Object, scenario: &mut Scenario) {
        let mut profile = Object::new();
        for (key, value) in user.iter() {
            match (&**key, value.view()) {
                ("custom_attributes", View::Object(attributes)) => {
                    merge_table(&mut scenario.tables, "custom_attribute", attributes);
                }
                (key, _) => profile.insert(exported_name(key), value.clone()),
            }
        }
        merge_table(&mut scenario.tables, "user", &profile);
    }
}

/// Converts a field name of Braze's user export to the one in templates.
#[must_use]
pub fn exported_name(name: &str) -> &str {
    match name {
        "external_id" => "user_id",
        "email" => "email_address",
        "dob" => "date_of_birth",
        "home_city" => "city",
        "phone" => "phone_number",
        "random_bucket" => "random_bucket_number",
        other => other,
    }
}

/// Parses a JSON file; errors have a span.
fn read_json(source: &Arc<Source>) -> Result<Value, ProjectError> {
    parse_json(source.text()).map_err(|error| {
        let offset = offset_of(source.text(), error.line, error.column);
        content_error(source, Span::empty(offset), &error.message).into()
    })
}

/// Locates an entry in a file of tables, JSON or TOML.
fn place(source: &Source, path: &DataPath) -> Option<Span> {
    let range = if source.name().ends_with(".json") {
        locate_json_key(source.text(), path)
    } else {
        locate_toml(source.text(), path)
    };
    range.map(|range| Span::new(range.start, range.end))
}

fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut offset = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
