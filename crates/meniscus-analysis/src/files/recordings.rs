//! Folders of recordings.

use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::{Disk, FileError, Files, root_of};
use crate::http::BodyFile;
use crate::recording::{BodyFiles, NoBody, RecordingError, RecordingFile, Replay};

/// The folder that holds response bodies rather than recordings.
const BODY_FILES: &str = "__files";

/// Reads all `*.json` files below `folder` except those in `__files`; a missing folder has no
/// recordings.
///
/// `bodyFileName` is looked up in `__files` inside this folder or, if the folder is named
/// `mappings` as in WireMock's layout, next to it. Links to files are followed, links to folders
/// aren't.
///
/// # Errors
///
/// Every problem of every file, sorted by path, then every duplicate name.
pub fn load(folder: &Path) -> Result<Replay, Vec<RecordingError>> {
    load_as(folder, folder)
}

/// Reads a folder like [`load`], but reports files by paths below `shown`, so output doesn't depend
/// on where the workspace is.
///
/// # Errors
///
/// As [`load`].
pub fn load_as(folder: &Path, shown: &Path) -> Result<Replay, Vec<RecordingError>> {
    let (recordings, errors) = load_sound(&Disk, folder, shown);
    if errors.is_empty() { Ok(recordings) } else { Err(errors) }
}

/// Reads a folder like [`load_as`], from any source. Returns the usable recordings and the problems
/// of the others; recordings with a duplicate name are all kept.
#[must_use]
pub fn load_sound(
    source: &dyn Files,
    folder: &Path,
    shown: &Path,
) -> (Replay, Vec<RecordingError>) {
    let root = root_of(folder, shown);
    let mut found = Found { source, root, shown, files: Vec::new(), errors: Vec::new() };
    if source.is_anything(folder) {
        found.collect(folder, "");
    }
    let Found { mut files, mut errors, .. } = found;
    files.sort();
    let bodies = body_files_of(source, folder);
    let read = files.par_iter().map(|(key, file)| {
        let path = &shown.join(format!("{key}.json"));
        let bytes = source.read(file).map_err(|error| vec![unreadable(path.clone(), error)])?;
        let bodies = bodies.as_ref().map(|folder| Bodies { source, folder, file, shown: path });
        let bodies = bodies.as_ref().map(|bodies| bodies as &dyn BodyFiles);
        RecordingFile { key, path, file, bodies }.read(bytes)
    });
    let mut all = Vec::new();
    for file in read.collect::<Vec<_>>() {
        match file {
            Ok(read) => all.extend(read),
            Err(found) => errors.extend(found),
        }
    }
    let (recordings, twice) = Replay::of(all);
    errors.extend(twice);
    (recordings, errors)
}

/// Makes the error of a file or folder of recordings that can't be read.
#[must_use]
pub fn unreadable(path: PathBuf, source: io::Error) -> RecordingError {
    let help = FileError::help_or(&source, "check that the file exists and can be read");
    RecordingError::Unreadable { path, source, help }
}

fn body_files_of(source: &dyn Files, folder: &Path) -> Option<PathBuf> {
    let own = folder.join(BODY_FILES);
    let beside = || {
        folder
            .file_name()
            .is_some_and(|name| name == "mappings")
            .then(|| folder.with_file_name(BODY_FILES))
    };
    if source.is_folder(&own) { Some(own) } else { beside().filter(|path| source.is_folder(path)) }
}

/// The folder of response bodies that a recording's file refers to.
struct Bodies<'f> {
    source: &'f dyn Files,
    folder: &'f Path,
    file: &'f Path,
    shown: &'f Path,
}

impl BodyFiles for Bodies<'_> {
    fn read(&self, name: &Path) -> Result<Vec<u8>, NoBody> {
        let failed = |error: io::Error| NoBody::Unreadable(error.to_string());
        let root = self.source.resolve(self.folder).map_err(failed)?;
        let file = self.source.resolve(&self.folder.join(name)).map_err(failed)?;
        // A symbolic link may lead outside even if the name doesn't.
        if !file.starts_with(&root) {
            return Err(NoBody::Outside);
        }
        self.source.read(&file).map_err(failed)
    }

    fn place(&self, name: &str) -> BodyFile {
        // The common end of the file's two paths is below the folder.
        let base = self.folder.parent().unwrap_or(self.folder);
        let below = self.file.strip_prefix(base).map_or(0, |inner| inner.components().count());
        let root = self.shown.ancestors().nth(below).unwrap_or(Path::new(""));
        BodyFile { path: root.join(BODY_FILES).join(name), file: self.folder.join(name) }
    }
}

/// State of the search for a folder's files.
struct Found<'f> {
    source: &'f dyn Files,
    root: Option<&'f Path>,
    shown: &'f Path,
    files: Vec<(String, PathBuf)>,
    errors: Vec<RecordingError>,
}

impl Found<'_> {
    fn refuse(&mut self, name: &str, source: io::Error) {
        self.errors.push(unreadable(self.shown.join(name), source));
    }

    fn collect(&mut self, folder: &Path, prefix: &str) {
        let source = self.source;
        let entries = match source.entries(folder) {
            Ok(entries) => entries,
            Err(error) => return self.refuse(prefix, error),
        };
        for path in entries {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let is_folder = source.is_folder(&path) && !source.is_link(&path);
            if is_folder && name != BODY_FILES {
                self.collect(&path, &format!("{prefix}{name}/"));
            } else if let Err(error) = source.check_entry(&path) {
                self.refuse(&format!("{prefix}{name}"), error);
            } else if let Some(stem) = name.strip_suffix(".json") {
                match self.root.map_or(Ok(()), |root| source.check_file(root, &path)) {
                    Ok(()) => self.files.push((format!("{prefix}{stem}"), path)),
                    Err(error) => self.refuse(&format!("{prefix}{name}"), error),
                }
            }
        }
    }
}
