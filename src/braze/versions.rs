//! Three versions of each file: as it was pulled or pushed last, as it is here, as it is in Braze.

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::client::{BrazeError, Client};
use super::files::{PulledFile, Style, files_of, folder_of};
use super::kinds::{Kind, Listed};
use super::lock::Entry;
use crate::files::{Disk, Files, read_file_to_string};
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

impl ObjectVersions {
    /// Returns the digests of the files that are here, by their paths.
    pub(super) fn digests_here(&self) -> BTreeMap<String, String> {
        let files = self.files.iter();
        files
            .filter_map(|file| Some((file.path.clone(), digest_of(file.here.as_deref()?))))
            .collect()
    }

    /// Returns the digests of the files that Braze has, by their paths.
    pub(super) fn digests_there(&self) -> BTreeMap<String, String> {
        let files = self.files.iter();
        files
            .filter_map(|file| Some((file.path.clone(), digest_of(&file.there.as_ref()?.contents))))
            .collect()
    }
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
        let unreadable = |why: String| VersionsError::Answer { why };
        let mut pulled =
            files_of(listed, &json, place, self.paths, self.style).map_err(unreadable)?;
        if let Some(draft) = listed.kind.read_draft(client, &listed.id, &json)? {
            // Beside what is live, under a name that no object has.
            let place = format!("{place}.draft");
            let draft =
                files_of(listed, &draft, &place, self.paths, self.style).map_err(unreadable)?;
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
        for path in self.email_parts(listed.kind, place) {
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

    /// Returns the parts of an email template that are here: Braze returns all of them, so that what
    /// is here alone is new.
    fn email_parts(self, kind: Kind, place: &str) -> Vec<String> {
        if kind != Kind::EmailTemplate || self.style != Style::Plain {
            return Vec::new();
        }
        let folder = folder_of(kind, place, self.paths);
        let entries = std::fs::read_dir(self.root.join(&folder)).into_iter().flatten().flatten();
        let is_part = |name: &String| {
            let ending = name.rsplit('.').next().unwrap_or_default();
            !name.starts_with('.') && ["liquid", "html", "txt", "json"].contains(&ending)
        };
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let mut parts =
            names.filter(is_part).map(|name| format!("{folder}/{name}")).collect::<Vec<_>>();
        parts.sort();
        parts
    }

    /// Returns the folders of email templates that are here, each with its parts.
    pub(super) fn email_folders(self) -> Vec<(String, Vec<String>)> {
        let all = self.root.join(folder_of(Kind::EmailTemplate, "", self.paths));
        let entries = std::fs::read_dir(all).into_iter().flatten().flatten();
        let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        let names = folders.filter_map(|entry| entry.file_name().into_string().ok());
        let parts = names.map(|name| (self.email_parts(Kind::EmailTemplate, &name), name));
        let found = parts.filter(|(parts, name)| !parts.is_empty() && !name.starts_with('.'));
        found.map(|(parts, name)| (name, parts)).collect()
    }

    /// Whether anything is here under the name of an object.
    pub(super) fn has(self, kind: Kind, place: &str) -> bool {
        let path = match kind {
            Kind::ContentBlock => format!("{}/{place}.liquid", self.paths.content_blocks),
            _ => folder_of(kind, place, self.paths),
        };
        Disk.is_anything(&self.root.join(path))
    }

    /// Returns a file as it is here; nothing if it isn't.
    pub(super) fn here(self, path: &str) -> Result<Option<String>, VersionsError> {
        let full = self.root.join(path);
        if Disk.is_anything(&full) {
            Disk.check_file(self.root, &full).map_err(|error| VersionsError::Read {
                path: path.to_owned(),
                reason: error.to_string(),
            })?;
        }
        match read_file_to_string(&full) {
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
    /// Braze's answer isn't one about the object.
    #[error("Braze's response can't be used: {why}")]
    Answer { why: String },
    #[error("can't read `{path}`: {reason}")]
    Read { path: String, reason: String },
}

impl VersionsError {
    /// Whether other objects may be fine: Braze is there and accepts the key.
    #[must_use]
    pub fn is_about_one(&self) -> bool {
        match self {
            VersionsError::Braze(error) => {
                error.status.is_some_and(|status| matches!(status, 200..=299 | 400 | 404))
            }
            VersionsError::Answer { .. } | VersionsError::Read { .. } => true,
        }
    }

    /// Returns what to do.
    #[must_use]
    pub fn help(&self) -> &str {
        match self {
            VersionsError::Braze(error) => &error.help,
            VersionsError::Answer { .. } => "run the command again; nothing was changed here",
            VersionsError::Read { .. } => "check that it is a readable UTF-8 file, or move it",
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

    /// Whether the versions here and in Braze differ in nothing that is sent: ids and comments of
    /// `message.toml`, schemas, catalogs, and texts that Braze doesn't return.
    #[must_use]
    pub fn is_noise(&self) -> bool {
        let Some(there) = &self.there else { return false };
        // What is known of attributes and catalogs isn't sent.
        let known = [".schema.json", "/schema.yaml", "/items.json"];
        there.is_placeholder
            || known.iter().any(|end| self.path.ends_with(end))
            || self.has_same_settings()
    }

    /// Whether this is a `message.toml` with the same settings here and in Braze: ids and comments
    /// may differ.
    pub(super) fn has_same_settings(&self) -> bool {
        let Some(there) = &self.there else { return false };
        let told = |text: &str| {
            let mut told = toml::from_str::<toml::Table>(text).ok()?;
            told.remove("trigger");
            Some(told)
        };
        let here = self.here.as_deref().and_then(told);
        self.path.ends_with(MESSAGE_FILE) && here.is_some() && here == told(&there.contents)
    }
}

/// Returns a digest that doesn't depend on how lines end, which Git may change.
pub(super) fn digest_of(text: &str) -> String {
    let digest = Sha256::digest(text.replace("\r\n", "\n").as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
