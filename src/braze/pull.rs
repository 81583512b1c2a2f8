//! Three versions of each file: as it was pulled last, as it is here, as it is in Braze.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::client::{BrazeError, Client};
use super::files::{PulledFile, Style, files_of, place_of};
use super::kinds::{Kind, Listed};
use super::lock::{Entry, Lock};
use super::names::unused;
use crate::files::read_file_to_string;
use crate::live::record::{WriteError, write_file};
use crate::project::{Paths, Workspace};
use meniscus_preview::snapshot::digest;

/// The files of braze-sync's configuration.
const BRAZE_SYNC: [&str; 2] = ["braze-sync.config.yaml", "braze-sync.config.yml"];

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
    Braze(#[from] BrazeError),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error("can't read `{path}`: {reason}")]
    Read { path: String, reason: String },
}

impl PullError {
    /// Returns what to do.
    #[must_use]
    pub fn help(&self) -> &str {
        match self {
            PullError::Braze(error) => &error.help,
            PullError::Write(error) => &error.help,
            PullError::Read { .. } => "check that it is a UTF-8 file that may be read, or move it",
        }
    }
}

/// Brings objects into a workspace.
#[derive(Debug)]
pub struct Pull<'p> {
    client: &'p Client,
    root: &'p Path,
    paths: &'p Paths,
    style: Style,
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
        let is_there = |name: &&str| workspace.root.join(name).is_file();
        let style = match BRAZE_SYNC.iter().any(is_there) {
            true => Style::BrazeSync,
            false => Style::Plain,
        };
        let places = |kind| (kind, lock.places(kind).map(str::to_lowercase).collect());
        let taken = Kind::ALL.map(places).into();
        let (root, paths) = (&*workspace.root, &workspace.config.paths);
        Pull { client, root, paths, style, preference, is_dry, lock, taken }
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
        if self.is_dry { Ok(()) } else { self.lock.write(self.root) }
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
        let json = listed.kind.read(self.client, &listed.id)?;
        let place = known.as_ref().map(|known| known.place.clone()).unwrap_or_else(|| {
            unused(&place_of(listed), self.taken.entry(listed.kind).or_default())
        });
        let known = known.unwrap_or_default();
        let mut pulled = files_of(listed, &json, &place, self.paths, self.style);
        if let Some(draft) = listed.kind.read_draft(self.client, &listed.id, &json)? {
            // Beside what is live, under a name that no object has.
            let place = format!("{place}.draft");
            let draft = files_of(listed, &draft, &place, self.paths, self.style);
            pulled.files.extend(draft.files);
            pulled.gaps.extend(draft.gaps);
        }
        let mut done = Done {
            gaps: pulled.gaps,
            renamed: Some(known.name.clone())
                .filter(|name| !name.is_empty() && *name != listed.name),
            ..Done::default()
        };
        let mut files = BTreeMap::new();
        let mut steps = Vec::new();
        for file in &pulled.files {
            let here = self.here(&file.path)?;
            let step = self.step(known.files.get(&file.path), here.as_deref(), Some(file));
            files.insert(file.path.clone(), digest_of(&file.contents));
            steps.push((file.path.clone(), here, Some(&*file.contents), step));
        }
        for (path, before) in &known.files {
            if !files.contains_key(path) {
                let here = self.here(path)?;
                let step = self.step(Some(before), here.as_deref(), None);
                steps.push((path.clone(), here, None, step));
            }
        }
        for (path, here, there, step) in &steps {
            let to = match step {
                Step::Nothing => continue,
                Step::Conflict => {
                    let there = there.map(str::to_owned);
                    done.conflicts.push(Conflict { path: path.clone(), here: here.clone(), there });
                    continue;
                }
                Step::Create => &mut done.created,
                Step::Update => &mut done.updated,
                Step::Remove => &mut done.removed,
                Step::Keep => &mut done.kept,
            };
            to.push(path.clone());
        }
        if !done.conflicts.is_empty() {
            (done.created, done.updated, done.removed) = Default::default();
            return Ok(done);
        }
        if self.is_dry {
            return Ok(done);
        }
        for (path, _, there, step) in &steps {
            let target = self.root.join(path);
            match (step, there) {
                (Step::Create | Step::Update, Some(contents)) => {
                    write_file(self.root, &target, contents)?;
                }
                (Step::Remove, _) => {
                    std::fs::remove_file(&target).map_err(|error| PullError::Read {
                        path: path.clone(),
                        reason: error.to_string(),
                    })?;
                }
                _ => {}
            }
        }
        let (name, edited) = (listed.name.clone(), listed.edited.clone());
        self.lock.put(listed, Entry { name, edited, place, files });
        Ok(done)
    }

    /// Returns a file as it is here; nothing if it isn't.
    fn here(&self, path: &str) -> Result<Option<String>, PullError> {
        match read_file_to_string(&self.root.join(path)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(PullError::Read { path: path.to_owned(), reason: error.to_string() }),
        }
    }

    /// Decides what happens to a file, by its digest at the last pull.
    fn step(
        &self,
        before: Option<&String>,
        here: Option<&str>,
        there: Option<&PulledFile>,
    ) -> Step {
        let digest_here = here.map(digest_of);
        let is_changed_here = digest_here.as_ref() != before;
        let digest_there = there.map(|file| digest_of(&file.contents));
        let is_changed_there = digest_there.as_ref() != before;
        if digest_here == digest_there || !is_changed_there {
            return if is_changed_here && digest_here != digest_there {
                Step::Keep
            } else {
                Step::Nothing
            };
        }
        // A text that an author copied from the composer is better than none.
        if here.is_some() && there.is_some_and(|file| file.is_placeholder) {
            return Step::Keep;
        }
        let wanted = match (here, there) {
            (None, _) => Step::Create,
            (Some(_), Some(_)) => Step::Update,
            (Some(_), None) => Step::Remove,
        };
        match self.preference {
            _ if !is_changed_here => wanted,
            Preference::Braze => wanted,
            Preference::Mine => Step::Keep,
            Preference::Stop => Step::Conflict,
        }
    }
}

/// Returns a digest that doesn't depend on how lines end, which Git may change.
fn digest_of(text: &str) -> String {
    digest(text.replace("\r\n", "\n").as_bytes())
}
