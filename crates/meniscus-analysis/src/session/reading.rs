use std::path::PathBuf;
use std::sync::Arc;

use indexmap::IndexMap;

use super::{Changes, FileKind, Session, Unread};
use crate::endpoint::{Endpoints, PackError};
use crate::project::{Finding, Message, ProjectError, Scenario, Unusable, Workspace};
use crate::render::ContentBlock;
use crate::rules::{Knowledge, Levels};

/// Reads what has changed since a session.
pub(super) struct Reading<'s> {
    before: &'s Session,
    changes: &'s Changes,
    /// Unusable files, including those not read again.
    pub(super) unread: Vec<Unread>,
    /// The error of the first path in scope without a message.
    pub(super) absent: Option<ProjectError>,
}

impl<'s> Reading<'s> {
    pub(super) fn new(before: &'s Session, changes: &'s Changes) -> Reading<'s> {
        let kept = before.unread.iter().filter(|unread| !changes.read(unread.kind));
        let unread = kept.cloned().collect();
        Reading { before, changes, unread, absent: before.absent.clone() }
    }

    fn cannot_use(&mut self, kind: FileKind, unusable: Unusable) {
        self.unread.push(Unread::new(kind, unusable, &self.before.workspace));
    }

    pub(super) fn config(&mut self) -> (Arc<Workspace>, Arc<Levels>) {
        let before = self.before;
        let same = (Arc::clone(&before.workspace), Arc::clone(&before.levels));
        if !self.changes.has(FileKind::Config) || before.generation == 0 {
            return same;
        }
        let read = Workspace::of(Arc::clone(&before.workspace.files), &before.workspace.root)
            .and_then(|workspace| {
                let levels = Levels::of(&workspace.config)?;
                Ok((workspace, levels))
            });
        match read {
            Ok((workspace, levels)) => (Arc::new(workspace), Arc::new(levels)),
            Err(error) => {
                self.cannot_use(FileKind::Config, Unusable::config(error));
                same
            }
        }
    }

    pub(super) fn known(&mut self, workspace: &Workspace) -> Arc<Knowledge> {
        let kinds = [
            FileKind::Config,
            FileKind::Scenario,
            FileKind::Block,
            FileKind::Recording,
            FileKind::Schema,
        ];
        let known = &self.before.known;
        if !kinds.into_iter().any(|kind| self.changes.has(kind)) {
            return Arc::clone(known);
        }
        let endpoints = match self.changes.read(FileKind::Recording) {
            true => self.endpoints(workspace),
            false => Arc::clone(&known.endpoints),
        };
        let blocks = match self.changes.read(FileKind::Block) {
            true => self.blocks(workspace),
            false => Arc::clone(&known.blocks),
        };
        let scenarios = match self.changes.read(FileKind::Scenario) {
            true => self.scenarios(workspace),
            false => known.scenarios.clone(),
        };
        Arc::new(knowledge_of(workspace, scenarios, blocks, endpoints))
    }

    /// Reads everything known about the workspace again.
    pub(super) fn whole_knowledge(&mut self, workspace: &Workspace) -> Knowledge {
        let endpoints = self.endpoints(workspace);
        let blocks = self.blocks(workspace);
        let scenarios = self.scenarios(workspace);
        knowledge_of(workspace, scenarios, blocks, endpoints)
    }

    fn blocks(&mut self, workspace: &Workspace) -> Arc<IndexMap<String, ContentBlock>> {
        let mut blocks = IndexMap::new();
        for each in workspace.each_content_block() {
            match each {
                Ok((name, block)) => drop(blocks.insert(name, block)),
                Err(unusable) => {
                    let known = self.before.known.blocks.get_key_value(&unusable.name);
                    blocks.extend(known.map(|(name, block)| (name.clone(), block.clone())));
                    self.cannot_use(FileKind::Block, unusable);
                }
            }
        }
        Arc::new(blocks)
    }

    fn scenarios(&mut self, workspace: &Workspace) -> Vec<Scenario> {
        let mut scenarios = Vec::new();
        for each in workspace.each_scenario() {
            match each {
                Ok(scenario) => scenarios.push(scenario),
                Err(unusable) => {
                    scenarios.extend(self.before.scenario(&unusable.name).cloned());
                    self.cannot_use(FileKind::Scenario, unusable);
                }
            }
        }
        scenarios
    }

    fn endpoints(&mut self, workspace: &Workspace) -> Arc<Endpoints> {
        let known = &self.before.known;
        let packs = workspace.packs().unwrap_or_else(|errors| {
            for error in &errors {
                self.cannot_use(FileKind::Schema, unusable_pack(error, workspace));
            }
            known.endpoints.packs().clone()
        });
        let (recordings, wrong) = workspace.sound_recordings();
        for error in &wrong {
            let unusable = Unusable::recording(error, &*workspace.files, &workspace.root);
            self.cannot_use(FileKind::Recording, unusable);
        }
        // While a file is being written, its previous contents are kept.
        let wrong = wrong.iter().map(|error| error.path()).collect::<Vec<_>>();
        let recordings = recordings.or_of(&known.recordings, &wrong);
        Arc::new(Endpoints::new(packs, &recordings))
    }

    pub(super) fn messages(&mut self, workspace: &Workspace) -> Vec<Arc<Message>> {
        let before = self.before;
        if !self.changes.has(FileKind::Template) && !self.changes.has(FileKind::Config) {
            return before.messages.clone();
        }
        let mut messages: Vec<Arc<Message>> = Vec::with_capacity(before.messages.len());
        let touched = self.touched(workspace);
        let paths: Vec<PathBuf> = match &touched {
            Some(touched) => {
                let is_touched =
                    |message: &Arc<Message>| touched.iter().any(|one| Arc::ptr_eq(one, message));
                let others = before.messages.iter().filter(|message| !is_touched(message));
                messages.extend(others.cloned());
                touched.iter().map(|message| message.path().to_owned()).collect()
            }
            None => {
                self.absent = None;
                let whole = |path: &PathBuf| workspace.message_around(path).unwrap_or(path.clone());
                before.scope.iter().map(whole).collect()
            }
        };
        let same_options =
            before.workspace.config.settings().parse == workspace.config.settings().parse;
        for path in paths {
            let each = workspace.each_message(&path).unwrap_or_else(|error| {
                self.absent.get_or_insert_with(|| error.clone());
                let shown = workspace.shown(&path);
                vec![Err(Unusable { name: shown.clone(), shown, error })]
            });
            for message in each {
                match message {
                    Ok(message) => {
                        let known = before.message(&message.name);
                        let known =
                            known.filter(|known| same_options && known.has_same_texts(&message));
                        messages.push(known.cloned().unwrap_or_else(|| Arc::new(message)));
                    }
                    Err(unusable) => {
                        messages.extend(before.message(&unusable.name).cloned());
                        self.cannot_use(FileKind::Template, unusable);
                    }
                }
            }
        }
        messages.sort_by(|a, b| a.name.cmp(&b.name));
        messages
    }

    /// Returns the messages whose files changed, if nothing else did, so that the others needn't be
    /// read. `None` if messages may have been added or removed.
    fn touched(&self, workspace: &Workspace) -> Option<Vec<&'s Arc<Message>>> {
        let before = self.before;
        let in_trouble = before.unread_of(FileKind::Template).next().is_some();
        let is_linked = before.messages.iter().any(|message| message.is_linked);
        if self.changes.kinds != [FileKind::Template]
            || self.changes.paths.is_empty()
            || in_trouble
            || is_linked
        {
            return None;
        }
        let mut touched: Vec<&Arc<Message>> = Vec::new();
        for shown in &self.changes.paths {
            let (files, path) = (&workspace.files, workspace.root.join(shown));
            match before.messages.iter().find(|message| message.has_file(shown)) {
                Some(message) if files.is_file(&path) => {
                    if !touched.iter().any(|known| Arc::ptr_eq(known, message)) {
                        touched.push(message);
                    }
                }
                // A temporary file of an editor, unless it is a message's folder.
                None if files.kind(&path).is_none() && !before.holds_messages(&path) => {}
                _ => return None,
            }
        }
        Some(touched)
    }
}

fn knowledge_of(
    workspace: &Workspace,
    scenarios: Vec<Scenario>,
    blocks: Arc<IndexMap<String, ContentBlock>>,
    endpoints: Arc<Endpoints>,
) -> Knowledge {
    let recordings = endpoints.recordings().clone();
    Knowledge::new(workspace, scenarios, blocks, recordings, endpoints)
}

fn unusable_pack(error: &PackError, workspace: &Workspace) -> Unusable {
    let finding = error.finding(&*workspace.files, &workspace.root);
    let shown = finding.primary.source.name().to_owned();
    Unusable { name: shown.clone(), shown, error: ProjectError::Content(Box::new(finding)) }
}
