//! The page as static files, with all data it would request: nothing to run, nothing to change.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use meniscus_preview::page::ask::Ask;
use meniscus_preview::page::counting::{Compared, Counted, found_in};
use meniscus_preview::page::marks::{Naming, Responses};
use meniscus_preview::page::rendering::Rendering;
use meniscus_preview::page::{calls, grid, listing, shown, snapshots};
use rayon::prelude::*;
use serde::Serialize;
use serde_json::{Map, json};
use thiserror::Error;

use super::files;
use super::script::{Maps, Piece, Script, Values};
use crate::diagnostic::Diagnostic;
use crate::embedded::{Mode, page, page_files};
use crate::files::{Placement, remove_left, write_whole};
use crate::http::masked;
use crate::project::Message;
use crate::project::{ProjectError, Unusable, Workspace, normal};
use crate::session::Session;
use crate::snapshot::{
    Case, Comparison, Plan, PlannedRecordings, Selection, Tested, idle_expectations,
};
use crate::wire::{MessagePart, Places, Texts};

/// Why an export can't be written.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The workspace can't be read at all.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// A file exists and would be replaced.
    #[error("`{}` already exists and isn't an empty folder", .0.display())]
    Exists(PathBuf),
    /// A file can't be written.
    #[error("can't write `{}`: {reason}", path.display())]
    Unwritable { path: PathBuf, reason: io::Error },
    /// The program for browsers can't be used.
    #[error("{message}")]
    Engine { message: String },
}

impl ExportError {
    /// Returns what to do about it.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Project(error) => error.help().unwrap_or("fix the file").to_owned(),
            Self::Exists(_) => "choose another folder, or add `--overwrite`".to_owned(),
            Self::Unwritable { .. } => "check the folder's permissions".to_owned(),
            Self::Engine { .. } => {
                "pass the engine of this version with `--engine FILE`; release archives contain \
                 it, and `packages/engine.sh` builds it"
                    .to_owned()
            }
        }
    }
}

/// The result of an export.
#[derive(Debug)]
pub struct Exported {
    /// Number of exported messages.
    pub messages: usize,
    pub files: usize,
    /// Parts of the workspace that couldn't be read, and aren't shown.
    pub troubles: Vec<Diagnostic>,
}

/// Writes the preview of a workspace to files below a folder; `scope` is what is shown of it.
///
/// The files need no server, and the same workspace gives the same bytes. Without `overwrite`, no
/// file is replaced. Each message is written as soon as it is rendered, so that exporting thousands
/// needs little memory.
///
/// # Errors
/// If the workspace can't be read, or a file exists or can't be written.
pub fn export(
    workspace: Workspace,
    scope: &Path,
    folder: &Path,
    overwrite: bool,
    progress: &Progress<'_>,
) -> Result<Exported, ExportError> {
    let session = Arc::new(Session::read(workspace, vec![normal(scope)]));
    session.require_config()?;
    let plan = Plan::of(&session, &Selection::default())?;
    let idle = idle_expectations(&session, &plan);
    let shown = Shown {
        session: &session,
        comparison: Comparison::new(&session.workspace, &plan),
        cases: cases(&plan),
        recordings: &plan.recordings,
        plan: &plan,
        idle: idle.into_iter().map(Arc::new).collect(),
        responses: Responses::default(),
    };
    let files = Files::new(folder, overwrite);
    let recordings = session.known.recordings.iter().collect::<Vec<_>>();
    let assets = page_files();
    let data = session.messages.len() + 1 + recordings.len();
    let names = (1..=data).map(data_name).chain(assets.iter().map(|(name, _)| name.clone()));
    files.require_free(names.chain(["data/values".to_owned(), "index.html".to_owned()]))?;
    let unwritten = Mutex::new(None);
    let write = |name: &str, bytes: &[u8]| {
        if let Err(error) = files.write(&format!("data/values/{name}.js"), bytes) {
            unwritten.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
    };
    let values = Values::new(&write);
    let done = AtomicUsize::new(0);
    let messages = session.messages.par_iter().enumerate().map(|(place, message)| {
        let (script, counted) = shown.message(message, &values);
        let file = data_name(place + 1);
        files.write(&file, &script)?;
        progress(done.fetch_add(1, Ordering::Relaxed) + 1, session.messages.len());
        Ok(((format!("message:{}", message.name), file), counted))
    });
    let messages = messages.collect::<Result<Vec<_>, ExportError>>()?;
    if let Some(error) = unwritten.lock().unwrap_or_else(PoisonError::into_inner).take() {
        return Err(error);
    }
    let (mut places, counted): (Vec<_>, Vec<_>) = messages.into_iter().unzip();
    let mut written = places.len() + values.count();
    let place = session.messages.len() + 1;
    let others = recordings.par_iter().enumerate().map(|(index, recording)| {
        let name = recording.name();
        let answer = calls::recording(&session, name).ok();
        let answer = answer.map(|answer| (format!("recording:{name}"), json_of(&answer)));
        files.data(place + 1 + index, answer)
    });
    let others = others.collect::<Result<Vec<_>, ExportError>>()?;
    for keys in others.into_iter().chain([files.data(place, texts(&session))?]) {
        written += usize::from(!keys.is_empty());
        places.extend(keys);
    }
    let script = known(&session, &Counted::of(&session, counted), places);
    for (name, bytes) in &assets {
        files.write(name, bytes)?;
    }
    files.write("index.html", page(Mode::Export { data: &script }).as_bytes())?;
    files.remove_stale()?;
    let files = written + assets.len() + 1;
    Ok(Exported { messages: session.messages.len(), files, troubles: session.findings() })
}

/// Returns the script with what the page knows from the start: the listing, and which file has what.
fn known(session: &Session, counts: &Counted, places: Vec<(String, String)>) -> String {
    let places = places.into_iter().map(|(key, name)| (key, json!(name)));
    let known = json!({
        "workspace": listing::listing(session),
        "counts": listing::counts(session, Some(counts)),
        "files": places.collect::<Map<_, _>>(),
        "values": {},
    });
    // `<` would end the surrounding script.
    let known = known.to_string().replace('<', "\\u003c");
    format!("<script>window.meniscusData = {known};</script>")
}

/// Called with the number of written messages, and the total.
pub type Progress<'p> = dyn Fn(usize, usize) + Sync + 'p;

/// Groups the cases of a plan by message and scenario.
fn cases(plan: &Plan) -> HashMap<(&str, &str), Vec<&Case>> {
    let mut cases: HashMap<_, Vec<&Case>> = HashMap::new();
    for case in &plan.cases {
        let key = (&*case.part.message, &*case.scenario.scenario.name);
        cases.entry(key).or_default().push(case);
    }
    cases
}

/// What an export shows.
struct Shown<'s> {
    session: &'s Arc<Session>,
    comparison: Comparison<'s>,
    cases: HashMap<(&'s str, &'s str), Vec<&'s Case>>,
    recordings: &'s PlannedRecordings,
    plan: &'s Plan,
    /// Expectations that don't apply to anything.
    idle: Vec<Arc<Unusable>>,
    responses: Responses,
}

/// A request of the page, and the response.
type Answer = (String, String);

/// A message with what the linter found in it, and how it compares with its snapshots.
type CountedMessage = (String, Vec<Diagnostic>, Compared);

impl Shown<'_> {
    /// Returns the script with all responses for a message, and its counts. Each text is rendered once.
    fn message(&self, message: &Arc<Message>, values: &Values<'_>) -> (Vec<u8>, CountedMessage) {
        let session = self.session;
        let name = &message.name;
        let mut scenarios = session.scenarios_for(name).map(|one| &*one.name).collect::<Vec<_>>();
        if scenarios.is_empty() {
            scenarios.push("");
        }
        let mut script = Script::new(values);
        let (places, mut compared, mut cells) =
            (Places::default(), Compared::default(), Vec::new());
        let mut all = Vec::new();
        for scenario in scenarios {
            let (cell, mut tested) =
                self.scenario(message, scenario, &mut script, &places, &mut compared);
            cells.push(cell);
            all.append(&mut tested);
        }
        let generation = session.generation;
        let before =
            format!("{{\"generation\":{generation},\"message\":{},\"cells\":[", json!(name));
        script.list(&format!("grid:{name}"), &before, cells);
        let changes = snapshots::changes_json(session, name, &all);
        script.answer(&format!("changes:{name}"), &changes, Maps::Objects);
        let linted = found_in(session, message);
        let problems = grid::problems_of(session, message, &linted);
        script.answer(&format!("problems:{name}"), &problems, Maps::Objects);
        (script.finish(), (name.clone(), linted, compared))
    }

    /// Adds the responses for a message and a scenario, and returns its cell in the grid, and how
    /// it compares with its snapshots.
    fn scenario(
        &self,
        message: &Arc<Message>,
        scenario: &str,
        script: &mut Script<'_>,
        places: &Places,
        compared: &mut Compared,
    ) -> (Piece, Vec<Tested>) {
        let session = self.session;
        let name = &*message.name;
        let ask = Ask { message: name.to_owned(), scenario: scenario.to_owned(), ..Ask::default() };
        let key = format!("render:{name}:{scenario}");
        let mut tested = Vec::new();
        let cell = match Rendering::of(&ask, session) {
            Ok(rendering) => {
                for (part, outcome) in rendering.parts() {
                    compared.take(outcome);
                    let mut cases = self.cases.get(&(name, scenario)).into_iter().flatten();
                    let case = cases.find(|case| case.part.part.name == part.name);
                    tested.extend(case.map(|case| self.comparison.of(case, outcome)));
                }
                tested.iter().for_each(|tested| compared.add(tested));
                let naming = Naming::new(places, &rendering).sharing(&self.responses);
                let shown = shown::message(&naming, &ask, session, None);
                script.answer(&key, &shown, Maps::Data);
                // The page takes frames and marks from the message next to them.
                let parts = shown.parts.into_iter();
                let parts = parts.map(|part| MessagePart {
                    frame_html: None,
                    marks: Vec::new(),
                    texts: Texts::default(),
                    ..part
                });
                let state = compared.scenarios.get(scenario).copied();
                script.piece(&grid::cell_of(&rendering, scenario, parts, state), Maps::Objects)
            }
            // Errors are reported where the page requests it.
            Err(refusal) => {
                let error = refusal.to_json();
                script.answer(&key, &json!({ "error": error }), Maps::Objects);
                let cell = json!({ "scenario": scenario, "error": error, "snapshot": null });
                script.piece(&cell, Maps::Objects)
            }
        };
        let mut problems = self.plan.problems_of(name, scenario);
        problems.extend(self.idle.iter().filter(|one| one.name == scenario).cloned());
        let recordings = self.recordings;
        let beside = snapshots::to_json(session, message, recordings, None, &tested, &problems);
        script.answer(&format!("snapshot:{name}:{scenario}"), &beside, Maps::Objects);
        (cell, tested)
    }
}

/// Serializes a value as JSON; only maps with non-string keys could fail, which these types don't
/// have.
fn json_of(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Returns the texts for the page's editor, without literal secrets.
fn texts(session: &Session) -> Vec<Answer> {
    let parts = session.messages.iter().flat_map(|message| &message.parts);
    let blocks = session.known.blocks.values().map(|block| &block.template.source);
    let scenarios = session.known.scenarios.iter().filter_map(|scenario| scenario.sources.first());
    let all = parts.map(|part| part.source()).chain(blocks).chain(scenarios);
    let read = all.filter_map(|source| {
        let (mut answer, _) = files::read(session, source.name()).ok()?;
        // An export goes to others. Offsets stay valid.
        let text = answer["text"].as_str().map(masked)?;
        answer["text"] = text.into();
        Some((format!("file:{}", source.name()), json_of(&answer)))
    });
    read.collect()
}

/// Returns the name of a data file.
fn data_name(number: usize) -> String {
    format!("data/{number:04}.js")
}

/// The files of an export.
pub(super) struct Files<'f> {
    folder: &'f Path,
    overwrite: bool,
    written: Mutex<HashSet<PathBuf>>,
}

impl Files<'_> {
    pub(super) fn new(folder: &Path, overwrite: bool) -> Files<'_> {
        Files { folder, overwrite, written: Mutex::default() }
    }

    /// Checks that names are free, unless files may be replaced, before anything is written.
    pub(super) fn require_free(
        &self,
        names: impl Iterator<Item = String>,
    ) -> Result<(), ExportError> {
        let folders = ["", "data", "data/values", "page"].map(|inner| self.folder.join(inner));
        folders.iter().for_each(|folder| remove_left(folder));
        if self.overwrite {
            return Ok(());
        }
        // A folder with other files, such as `templates`, is named by mistake.
        let is_used = std::fs::read_dir(self.folder).is_ok_and(|mut all| all.next().is_some());
        let mut paths = names.map(|name| self.folder.join(name));
        match paths.find(|path| path.symlink_metadata().is_ok()) {
            Some(path) => Err(ExportError::Exists(path)),
            None if is_used => Err(ExportError::Exists(self.folder.to_owned())),
            None => Ok(()),
        }
    }

    /// Writes responses to a numbered file, and returns which file contains which; without any,
    /// writes nothing.
    fn data(
        &self,
        number: usize,
        answers: impl IntoIterator<Item = Answer>,
    ) -> Result<Vec<(String, String)>, ExportError> {
        let name = data_name(number);
        let mut text = String::new();
        let mut keys = Vec::new();
        for (key, answer) in answers {
            text.push_str(&format!("meniscusData[{}] = {answer};\n", json!(key)));
            keys.push((key, name.clone()));
        }
        if !keys.is_empty() {
            self.write(&name, text.as_bytes())?;
        }
        Ok(keys)
    }

    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), ExportError> {
        let path = self.folder.join(name);
        let placement = if self.overwrite { Placement::Replace } else { Placement::New };
        self.written.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone());
        write_whole(&path, bytes, placement)
            .map_err(|reason| ExportError::Unwritable { path, reason })
    }

    /// Removes data of an earlier export that this one doesn't have: it may be what was corrected.
    pub(super) fn remove_stale(&self) -> Result<(), ExportError> {
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        for folder in ["data", "data/values"].map(|inner| self.folder.join(inner)) {
            let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
            for path in entries.map(|entry| entry.path()) {
                let name = path.file_stem().unwrap_or_default().to_string_lossy();
                let is_own = path.extension().is_some_and(|ending| ending == "js")
                    && name.chars().all(|c| c.is_ascii_hexdigit());
                if is_own && !written.contains(&path) {
                    std::fs::remove_file(&path)
                        .map_err(|reason| ExportError::Unwritable { path, reason })?;
                }
            }
        }
        Ok(())
    }
}
