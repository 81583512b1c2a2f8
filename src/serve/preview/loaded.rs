//! A workspace as it was read last: nothing in it changes, so a render and a save never meet.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;

use crate::diagnostic::Diagnostic;
use crate::dialect::BRAZE;
use crate::endpoint::{Endpoints, Packs};
use crate::project::{Finding, Message, ProjectError, Scenario, Unusable, Workspace};
use crate::render::ContentBlock;
use crate::rules::{Knowledge, Levels};
use crate::syntax::{Template, parse};

use super::changes::{Changes, Kind};

/// A workspace, read and parsed.
#[derive(Debug)]
pub(super) struct Loaded {
    /// Counts the times that it was read, from 1.
    pub generation: u64,
    /// Counts the times that accepted texts came, changed or went.
    pub accepted: u64,
    /// Where it is, and its configuration.
    pub workspace: Arc<Workspace>,
    /// The messages, in order of path.
    pub messages: Vec<Arc<Ready>>,
    /// Scenarios, content blocks, recordings, shapes.
    pub known: Arc<Knowledge>,
    /// How much each rule matters.
    pub levels: Arc<Levels>,
    /// What could not be read; in its place stands what was read last.
    pub troubles: Vec<Trouble>,
}

/// A message with the trees of its parts, in their order.
#[derive(Debug)]
pub(super) struct Ready {
    /// The message.
    pub message: Message,
    /// The trees.
    pub templates: Vec<Arc<Template>>,
    /// Whether a part is a link: then it changes with a file of another name.
    pub is_linked: bool,
}

/// Something that could not be read.
#[derive(Debug, Clone)]
pub(super) struct Trouble {
    /// What was being read.
    pub kind: Kind,
    /// What is the matter, at its place.
    pub finding: Arc<Diagnostic>,
}

impl Ready {
    /// Parses the parts of a message.
    pub fn new(workspace: &Workspace, message: Message) -> Ready {
        let options = workspace.config.settings().parse;
        let parse = |part: &crate::project::Part| Arc::new(parse(&part.source, &BRAZE, options));
        let templates = message.parts.iter().map(parse).collect();
        let is_linked = message
            .parts
            .iter()
            .any(|part| part.path.is_symlink() || part.path.parent().is_some_and(Path::is_symlink));
        Ready { message, templates, is_linked }
    }

    /// The template or folder that the message is.
    pub fn path(&self) -> PathBuf {
        let first = self.message.parts.first().map(|part| part.path.clone()).unwrap_or_default();
        match (self.message.channel, first.parent()) {
            (Some(_), Some(folder)) => folder.to_owned(),
            _ => first,
        }
    }

    /// Whether a file, as it is shown, is one of the message.
    fn has_file(&self, shown: &str) -> bool {
        let parts = self.message.parts.iter().map(|part| &part.source);
        parts.chain(&self.message.settings.source).any(|source| source.name() == shown)
    }

    /// Whether the files say what they said when this was read.
    fn says(&self, message: &Message) -> bool {
        let mut pairs = self.message.parts.iter().zip(&message.parts);
        let settings =
            |message: &Message| message.settings.source.as_ref().map(|file| file.text().to_owned());
        self.message.name == message.name
            && settings(&self.message) == settings(message)
            && self.message.channel == message.channel
            && self.message.parts.len() == message.parts.len()
            && pairs.all(|(a, b)| {
                a.name == b.name
                    && a.source.name() == b.source.name()
                    && a.source.text() == b.source.text()
            })
    }
}

impl Loaded {
    /// Reads a workspace; `scope` is what is shown of it. What cannot be read is told in
    /// [`Loaded::troubles`].
    ///
    /// # Errors
    /// Where its configuration cannot be read.
    pub fn read(workspace: Workspace, scope: &Path) -> Result<Loaded, ProjectError> {
        let levels = levels(&workspace)?;
        let workspace = Arc::new(workspace);
        let none = Endpoints::new(Packs::built_in(), &Default::default());
        let known =
            Knowledge::new(&workspace, Vec::new(), Arc::default(), Default::default(), none);
        let nothing = Loaded {
            generation: 0,
            accepted: 0,
            workspace,
            messages: Vec::new(),
            known: Arc::new(known),
            levels: Arc::new(levels),
            troubles: Vec::new(),
        };
        Ok(nothing.again(scope, &Changes::all()))
    }

    /// Reads again what has changed; the rest is shared.
    #[must_use]
    pub fn again(&self, scope: &Path, changes: &Changes) -> Loaded {
        let mut reading = Reading { changes, troubles: Vec::new() };
        let kept = self.troubles.iter().filter(|trouble| !changes.read(trouble.kind));
        reading.troubles.extend(kept.cloned());
        let (workspace, levels) = reading.config(self);
        let known = reading.known(self, &workspace);
        let messages = reading.messages(self, &workspace, scope);
        let troubles = reading.troubles;
        let generation = self.generation + 1;
        let accepted = self.accepted + u64::from(changes.has(Kind::Snapshot));
        Loaded { generation, accepted, workspace, messages, known, levels, troubles }
    }

    /// The message of a name.
    #[must_use]
    pub fn message(&self, name: &str) -> Option<&Arc<Ready>> {
        self.messages.iter().find(|ready| ready.message.name == name)
    }

    /// Whether a folder, there or not, is one of a message or above one.
    pub fn holds_messages(&self, folder: &Path) -> bool {
        let mut parts = self.messages.iter().flat_map(|ready| &ready.message.parts);
        parts.any(|part| part.path.starts_with(folder))
    }

    /// The scenario of a name.
    #[must_use]
    pub fn scenario(&self, name: &str) -> Option<&Scenario> {
        self.known.scenarios.iter().find(|scenario| scenario.name == name)
    }
}

fn levels(workspace: &Workspace) -> Result<Levels, ProjectError> {
    Levels::of(&workspace.config, &workspace.root.join("meniscus.toml"))
}

/// One reading of what has changed.
struct Reading<'c> {
    changes: &'c Changes,
    troubles: Vec<Trouble>,
}

impl Reading<'_> {
    fn trouble(&mut self, kind: Kind, finding: Diagnostic) {
        self.troubles.push(Trouble { kind, finding: Arc::new(finding) });
    }

    fn config(&mut self, before: &Loaded) -> (Arc<Workspace>, Arc<Levels>) {
        let same = (Arc::clone(&before.workspace), Arc::clone(&before.levels));
        if !self.changes.has(Kind::Config) || before.generation == 0 {
            return same;
        }
        let read = Workspace::at(&before.workspace.root).and_then(|workspace| {
            let levels = levels(&workspace)?;
            Ok((workspace, levels))
        });
        match read {
            Ok((workspace, levels)) => (Arc::new(workspace), Arc::new(levels)),
            Err(error) => {
                let name = "meniscus.toml".to_owned();
                let unusable = Unusable { name: name.clone(), shown: name, error };
                self.trouble(Kind::Config, unusable.finding(&before.workspace.root));
                same
            }
        }
    }

    fn known(&mut self, before: &Loaded, workspace: &Workspace) -> Arc<Knowledge> {
        let kinds = [Kind::Config, Kind::Scenario, Kind::Block, Kind::Recording, Kind::Schema];
        if !kinds.into_iter().any(|kind| self.changes.has(kind)) {
            return Arc::clone(&before.known);
        }
        let known = &before.known;
        let scenarios = match self.changes.read(Kind::Scenario) {
            true => self.scenarios(known, workspace),
            false => known.scenarios.clone(),
        };
        let blocks = match self.changes.read(Kind::Block) {
            true => self.blocks(known, workspace),
            false => Arc::clone(&known.blocks),
        };
        let endpoints = match self.changes.read(Kind::Recording) {
            true => self.endpoints(known, workspace),
            false => Arc::clone(&known.endpoints),
        };
        let recordings = endpoints.recordings().clone();
        Arc::new(Knowledge::new(workspace, scenarios, blocks, recordings, endpoints))
    }

    fn blocks(
        &mut self,
        known: &Knowledge,
        workspace: &Workspace,
    ) -> Arc<IndexMap<String, ContentBlock>> {
        let mut blocks = IndexMap::new();
        for each in workspace.each_content_block() {
            match each {
                Ok((name, block)) => drop(blocks.insert(name, block)),
                Err(unusable) => {
                    self.trouble(Kind::Block, unusable.finding(&workspace.root));
                    let known = known.blocks.get_key_value(&unusable.name);
                    blocks.extend(known.map(|(name, block)| (name.clone(), block.clone())));
                }
            }
        }
        Arc::new(blocks)
    }

    fn scenarios(&mut self, known: &Knowledge, workspace: &Workspace) -> Vec<Scenario> {
        let mut scenarios = Vec::new();
        for each in workspace.each_scenario() {
            match each {
                Ok(scenario) => scenarios.push(scenario),
                Err(unusable) => {
                    self.trouble(Kind::Scenario, unusable.finding(&workspace.root));
                    let known = known.scenarios.iter();
                    let mut known = known.filter(|known| known.name == unusable.name);
                    scenarios.extend(known.next().cloned());
                }
            }
        }
        scenarios
    }

    fn endpoints(&mut self, known: &Knowledge, workspace: &Workspace) -> Arc<Endpoints> {
        let (recordings, wrong) = workspace.sound_recordings();
        for error in &wrong {
            self.trouble(Kind::Recording, error.finding(&workspace.root));
        }
        let packs = workspace.packs();
        for error in packs.as_ref().err().into_iter().flatten() {
            self.trouble(Kind::Schema, error.finding(&workspace.root));
        }
        // While a file is being written, what it said before is better than nothing.
        let wrong = wrong.iter().map(|error| error.path()).collect::<Vec<_>>();
        let recordings = recordings.or_of(&known.recordings, &wrong);
        let packs = packs.unwrap_or_else(|_| known.endpoints.packs().clone());
        Arc::new(Endpoints::new(packs, &recordings))
    }

    fn messages(
        &mut self,
        before: &Loaded,
        workspace: &Workspace,
        scope: &Path,
    ) -> Vec<Arc<Ready>> {
        if !self.changes.has(Kind::Template) && !self.changes.has(Kind::Config) {
            return before.messages.clone();
        }
        let touched = self.touched(before, &workspace.root);
        let mut messages = Vec::with_capacity(before.messages.len());
        let each = match &touched {
            Some(touched) => {
                let is_touched =
                    |ready: &Arc<Ready>| touched.iter().any(|one| Arc::ptr_eq(one, ready));
                let others = before.messages.iter().filter(|ready| !is_touched(ready));
                messages.extend(others.cloned());
                touched.iter().try_fold(Vec::new(), |mut all, ready| {
                    all.extend(read_messages(workspace, &ready.path())?);
                    Ok(all)
                })
            }
            None => read_messages(workspace, scope),
        };
        let each = each.unwrap_or_else(|error| {
            let shown = workspace.shown(scope);
            let unusable = Unusable { name: shown.clone(), shown, error };
            self.trouble(Kind::Template, unusable.finding(&workspace.root));
            Vec::new()
        });
        let same_options =
            before.workspace.config.settings().parse == workspace.config.settings().parse;
        for message in each {
            match message {
                Ok(message) => {
                    let mut known = before.messages.iter();
                    let known = known.find(|ready| same_options && ready.says(&message));
                    messages.push(match known {
                        Some(ready) => Arc::clone(ready),
                        None => Arc::new(Ready::new(workspace, message)),
                    });
                }
                Err(unusable) => {
                    self.trouble(Kind::Template, unusable.finding(&workspace.root));
                    messages.extend(before.message(&unusable.name).cloned());
                }
            }
        }
        messages.sort_by(|a, b| a.message.name.cmp(&b.message.name));
        messages
    }
}

impl Reading<'_> {
    /// The messages of which files changed, where nothing else did: the others, of which there may be many,
    /// need not be read. None where messages may have come or gone.
    fn touched<'l>(&self, before: &'l Loaded, root: &Path) -> Option<Vec<&'l Arc<Ready>>> {
        let in_trouble = before.troubles.iter().any(|trouble| trouble.kind == Kind::Template);
        let is_linked = before.messages.iter().any(|ready| ready.is_linked);
        if self.changes.kinds != [Kind::Template]
            || self.changes.paths.is_empty()
            || in_trouble
            || is_linked
        {
            return None;
        }
        let mut touched: Vec<&Arc<Ready>> = Vec::new();
        for shown in &self.changes.paths {
            let path = root.join(shown);
            match before.messages.iter().find(|ready| ready.has_file(shown)) {
                Some(ready) if path.is_file() => {
                    if !touched.iter().any(|known| Arc::ptr_eq(known, ready)) {
                        touched.push(ready);
                    }
                }
                // What an editor wrote beside for a moment; the folder of a message is none of that.
                None if !path.exists() && !before.holds_messages(&path) => {}
                _ => return None,
            }
        }
        Some(touched)
    }
}

/// The messages that are shown: one, or all below a folder.
fn read_messages(
    workspace: &Workspace,
    scope: &Path,
) -> Result<Vec<Result<Message, Unusable>>, ProjectError> {
    let folder = scope.parent().unwrap_or(Path::new(""));
    let is_part = scope.is_file() && folder.join("message.toml").is_file();
    workspace.each_message(if is_part { folder } else { scope })
}
