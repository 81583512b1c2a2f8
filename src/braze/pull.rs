//! What is in Braze, brought here: files that nobody has changed here are written.

use std::collections::{BTreeMap, BTreeSet};

use super::client::Client;
use super::files::place_of;
use super::kinds::{Kind, Listed};
use super::lock::{Entry, Lock};
use super::names::unused;
use super::versions::{Change, Site, Versions, VersionsError, digest_of};
use crate::files::check_target;
use crate::live::record::{WriteError, write_file};
use crate::project::Workspace;

/// Which version counts where a file has changed here and in Braze.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preference {
    /// Neither: the object is left alone.
    Stop,
    /// Keep the file here; it differs from Braze from then on.
    Mine,
    /// Replace it by what is in Braze.
    Braze,
}

/// A file that has changed here and in Braze.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub path: String,
    /// As it is here; nothing if it was deleted.
    pub here: Option<String>,
    /// As it is in Braze; nothing if it is no longer there.
    pub there: Option<String>,
}

/// What came of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    pub created: Vec<String>,
    pub updated: Vec<String>,
    pub removed: Vec<String>,
    /// Files that have changed here alone.
    pub kept: Vec<String>,
    pub conflicts: Vec<Conflict>,
    /// What Braze doesn't return.
    pub gaps: Vec<String>,
    /// Its earlier name, if it was renamed in Braze.
    pub renamed: Option<String>,
    /// Whether Braze says that nothing has changed since the last pull.
    pub is_current: bool,
}

impl Done {
    /// Whether nothing was written.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.created.is_empty() && self.updated.is_empty() && self.removed.is_empty()
    }
}

/// Why an object couldn't be pulled.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    #[error(transparent)]
    Versions(#[from] VersionsError),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error("can't remove `{path}`: {reason}")]
    Remove { path: String, reason: String },
}

impl PullError {
    /// Whether other objects may be fine.
    #[must_use]
    pub fn is_about_one(&self) -> bool {
        match self {
            PullError::Versions(error) => error.is_about_one(),
            PullError::Write(_) | PullError::Remove { .. } => true,
        }
    }

    /// Returns what to do.
    #[must_use]
    pub fn help(&self) -> &str {
        match self {
            PullError::Versions(error) => error.help(),
            PullError::Write(error) => &error.help,
            PullError::Remove { .. } => {
                "check the permissions of the folder, then run the command again"
            }
        }
    }
}

/// Brings objects into a workspace.
#[derive(Debug)]
pub struct Pull<'p> {
    client: &'p Client,
    site: Site<'p>,
    preference: Preference,
    is_dry: bool,
    lock: Lock,
    /// Names of files and folders of each kind.
    taken: BTreeMap<Kind, BTreeSet<String>>,
}

/// What is to be done with a file.
enum Step {
    Nothing,
    Create,
    Update,
    Remove,
    Keep,
    Conflict,
}

impl<'p> Pull<'p> {
    /// Begins with what the lock says.
    #[must_use]
    pub fn new(
        client: &'p Client,
        workspace: &'p Workspace,
        lock: Lock,
        preference: Preference,
        is_dry: bool,
    ) -> Pull<'p> {
        let places = |kind| (kind, lock.places(kind).map(str::to_lowercase).collect());
        let taken = Kind::ALL.map(places).into();
        Pull { client, site: Site::of(workspace), preference, is_dry, lock, taken }
    }

    /// Returns what is known to be pulled.
    #[must_use]
    pub fn lock(&self) -> &Lock {
        &self.lock
    }

    /// Writes the lock; not in a dry run.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn save(&self) -> Result<(), WriteError> {
        if self.is_dry { Ok(()) } else { self.lock.write(self.site.root) }
    }

    /// Brings an object here. With a conflict, none of its files is written.
    ///
    /// # Errors
    /// If Braze refuses, or a file can't be read or written. What was written before stays.
    pub fn object(&mut self, listed: &Listed) -> Result<Done, PullError> {
        let known = self.lock.entry(listed).cloned();
        if let Some(known) = &known
            && known.edited == listed.edited
            && !listed.edited.is_empty()
        {
            return Ok(Done { is_current: true, ..Done::default() });
        }
        // Templates include a content block by its name, so its file follows that.
        let follows = listed.kind == Kind::ContentBlock;
        let place = known.as_ref().filter(|known| !follows || known.name == listed.name);
        let place = place.map(|known| known.place.clone()).unwrap_or_else(|| {
            unused(&place_of(listed), self.taken.entry(listed.kind).or_default())
        });
        let known = known.unwrap_or_default();
        let versions = self.site.versions(self.client, listed, &known, &place)?;
        let mut done = Done {
            gaps: versions.gaps,
            renamed: Some(known.name.clone())
                .filter(|name| !name.is_empty() && *name != listed.name),
            ..Done::default()
        };
        let steps = versions.files.into_iter().map(|file| (self.step(&file), file));
        let steps = steps.collect::<Vec<_>>();
        for (step, file) in &steps {
            let to = match step {
                Step::Nothing => continue,
                Step::Conflict => {
                    done.conflicts.push(Conflict {
                        path: file.path.clone(),
                        here: file.here.clone(),
                        there: file.there.as_ref().map(|file| file.contents.clone()),
                    });
                    continue;
                }
                Step::Create => &mut done.created,
                Step::Update => &mut done.updated,
                Step::Remove => &mut done.removed,
                Step::Keep => &mut done.kept,
            };
            to.push(file.path.clone());
        }
        if !done.conflicts.is_empty() {
            (done.created, done.updated, done.removed) = Default::default();
            return Ok(done);
        }
        if self.is_dry {
            return Ok(done);
        }
        for (step, file) in &steps {
            let target = self.site.root.join(&file.path);
            match (step, &file.there) {
                (Step::Create | Step::Update, Some(there)) => {
                    write_file(self.site.root, &target, &there.contents)?;
                }
                (Step::Remove, _) => {
                    let removed = check_target(self.site.root, &target)
                        .and_then(|()| std::fs::remove_file(&target));
                    removed.map_err(|error| PullError::Remove {
                        path: file.path.clone(),
                        reason: error.to_string(),
                    })?;
                }
                _ => {}
            }
        }
        let there = steps.iter().filter_map(|(_, file)| file.there.as_ref());
        let files = there.map(|file| (file.path.clone(), digest_of(&file.contents))).collect();
        let (name, edited) = (listed.name.clone(), listed.edited.clone());
        self.lock.put(listed, Entry { name, edited, place, files, ..Entry::default() });
        self.lock.note(self.site.root, listed)?;
        Ok(done)
    }

    /// Decides what happens to a file.
    fn step(&self, file: &Versions) -> Step {
        let wanted = match (&file.here, &file.there) {
            (None, _) => Step::Create,
            (Some(_), Some(_)) => Step::Update,
            (Some(_), None) => Step::Remove,
        };
        match (file.change(), self.preference) {
            (Change::None, _) => Step::Nothing,
            (Change::Here, _) | (Change::Both, Preference::Mine) => Step::Keep,
            // As after a push that created what it belongs to.
            (Change::Both, Preference::Stop) if file.has_same_settings() => Step::Keep,
            (Change::Braze, _) | (Change::Both, Preference::Braze) => wanted,
            (Change::Both, Preference::Stop) => Step::Conflict,
        }
    }
}
