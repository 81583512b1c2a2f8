//! Three versions of each file: as it was pulled or pushed last, as it is here, as it is in Braze.

use std::path::Path;

use meniscus_preview::snapshot::digest;

use super::client::{BrazeError, Client};
use super::files::{EMAIL_PARTS, PulledFile, Style, files_of, folder_of};
use super::kinds::{Kind, Listed};
use super::lock::Entry;
use crate::files::read_file_to_string;
use crate::project::{MESSAGE_FILE, Paths, Workspace};

/// The files of braze-sync's configuration.
const BRAZE_SYNC: [&str; 2] = ["braze-sync.config.yaml", "braze-sync.config.yml"];

/// Where a file has changed since it was pulled or pushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nowhere, or alike in both places.
    None,
    Here,
    Braze,
    Both,
}

/// The versions of a file.
#[derive(Clone, Debug)]
pub struct Versions {
    /// Relative to the workspace.
    pub path: String,
    /// Its digest when it was pulled or pushed last; nothing if it wasn't.
    pub before: Option<String>,
    /// As it is here; nothing if it isn't.
    pub here: Option<String>,
    /// As it is in Braze; nothing if it isn't.
    pub there: Option<PulledFile>,
}

/// An object's files with their versions, and what Braze doesn't return.
#[derive(Debug, Default)]
pub struct ObjectVersions {
    pub files: Vec<Versions>,
    pub gaps: Vec<String>,
}

/// Where files are, and how they are laid out.
#[derive(Clone, Copy, Debug)]
pub struct Site<'s> {
    pub root: &'s Path,
    pub paths: &'s Paths,
    pub style: Style,
}

impl<'s> Site<'s> {
    /// Returns the site of a workspace.
    #[must_use]
    pub fn of(workspace: &'s Workspace) -> Site<'s> {
        let is_there = |name: &&str| workspace.root.join(name).is_file();
        let style = match BRAZE_SYNC.iter().any(is_there) {
            true => Style::BrazeSync,
            false => Style::Plain,
        };
        Site { root: &workspace.root, paths: &workspace.config.paths, style }
    }

    /// Reads an object from Braze, and its files here.
    ///
    /// # Errors
    /// If Braze refuses, or a file can't be read.
    pub(super) fn versions(
        self,
        client: &Client,
        listed: &Listed,
        known: &Entry,
        place: &str,
    ) -> Result<ObjectVersions, VersionsError> {
        let json = listed.kind.read(client, &listed.id)?;
        let mut pulled = files_of(listed, &json, place, self.paths, self.style);
        if let Some(draft) = listed.kind.read_draft(client, &listed.id, &json)? {
            // Beside what is live, under a name that no object has.
            let place = format!("{place}.draft");
            let draft = files_of(listed, &draft, &place, self.paths, self.style);
            pulled.files.extend(draft.files);
            pulled.gaps.extend(draft.gaps);
        }
        let mut files = Vec::new();
        for file in pulled.files {
            // What a push sent that nobody saw the end of isn't somebody else's change.
            let sent = known.sending.get(&file.path);
            let sent = sent.filter(|sent| **sent == digest_of(&file.contents));
            files.push(Versions {
                before: sent.or_else(|| known.files.get(&file.path)).cloned(),
                here: self.here(&file.path)?,
                path: file.path.clone(),
                there: Some(file),
            });
        }
        let folder = self.email_folder(listed.kind, place);
        for path in
            folder.iter().flat_map(|folder| EMAIL_PARTS.map(|(part, _)| format!("{folder}/{part}")))
        {
            if !files.iter().any(|file| file.path == path) && !known.files.contains_key(&path) {
                let here = self.here(&path)?;
                let new = Versions { path, before: None, here, there: None };
                files.extend(Some(new).filter(|new| new.here.is_some()));
            }
        }
        for (path, before) in &known.files {
            if !files.iter().any(|file| file.path == *path) {
                let (before, here) = (Some(before.clone()), self.here(path)?);
                files.push(Versions { path: path.clone(), before, here, there: None });
            }
        }
        Ok(ObjectVersions { files, gaps: pulled.gaps })
    }

    /// Returns the folder of an email template, all of whose parts Braze returns: what is here alone is
    /// new.
    fn email_folder(self, kind: Kind, place: &str) -> Option<String> {
        let is_email = kind == Kind::EmailTemplate && self.style == Style::Plain;
        is_email.then(|| folder_of(kind, place, self.paths))
    }

    /// Returns a file as it is here; nothing if it isn't.
    pub(super) fn here(self, path: &str) -> Result<Option<String>, VersionsError> {
        match read_file_to_string(&self.root.join(path)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => {
                Err(VersionsError::Read { path: path.to_owned(), reason: error.to_string() })
            }
        }
    }
}

/// Why an object's versions aren't known.
#[derive(Debug, thiserror::Error)]
pub enum VersionsError {
    #[error(transparent)]
    Braze(#[from] BrazeError),
    #[error("can't read `{path}`: {reason}")]
    Read { path: String, reason: String },
}

impl VersionsError {
    /// Returns what to do.
    #[must_use]
    pub fn help(&self) -> &str {
        match self {
            VersionsError::Braze(error) => &error.help,
            VersionsError::Read { .. } => {
                "check that it is a UTF-8 file that may be read, or move it"
            }
        }
    }
}

impl Versions {
    /// Returns where it has changed.
    #[must_use]
    pub fn change(&self) -> Change {
        let here = self.here.as_deref().map(digest_of);
        let there = self.there.as_ref().map(|file| digest_of(&file.contents));
        match (here == there, here == self.before, there == self.before) {
            (true, ..) | (_, true, true) => Change::None,
            // A text that an author copied from the composer is better than none.
            _ if self.here.is_some() && self.is_placeholder() => Change::Here,
            (_, false, true) => Change::Here,
            (_, true, false) => Change::Braze,
            (_, false, false) => Change::Both,
        }
    }

    fn is_placeholder(&self) -> bool {
        self.there.as_ref().is_some_and(|file| file.is_placeholder)
    }

    /// Whether the versions here and in Braze differ in nothing that is sent: what `message.toml`
    /// says in comments, and texts that Braze doesn't return.
    #[must_use]
    pub fn is_noise(&self) -> bool {
        let Some(there) = &self.there else { return false };
        if there.is_placeholder {
            return true;
        }
        let told = |text: &str| {
            let lines = text.lines().filter(|line| !line.starts_with('#'));
            lines.collect::<Vec<_>>().join("\n")
        };
        let here = self.here.as_deref();
        self.path.ends_with(MESSAGE_FILE)
            && here.is_some_and(|here| told(here) == told(&there.contents))
    }
}

/// Returns a digest that doesn't depend on how lines end, which Git may change.
pub(super) fn digest_of(text: &str) -> String {
    digest(text.replace("\r\n", "\n").as_bytes())
}
