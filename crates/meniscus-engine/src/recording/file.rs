//! Parsing a file of recordings, which the caller has read.

use std::path::Path;

use super::error::RecordingError;
use super::mapping::read_mappings;
use super::stub::Recording;
use crate::http::{BodyFile, RecordingOrigin};

/// The folder of response bodies named by `bodyFileName`.
pub trait BodyFiles: Sync {
    /// Returns the bytes of a file in the folder.
    ///
    /// # Errors
    /// See [`NoBody`].
    fn read(&self, name: &Path) -> Result<Vec<u8>, NoBody>;

    /// Returns the location of a file with this name.
    fn place(&self, name: &str) -> BodyFile;
}

/// Why a body can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoBody {
    /// A link leads out of the folder: recordings must not expose other files of the machine.
    Outside,
    Unreadable(String),
}

#[derive(Clone, Copy)]
pub struct RecordingFile<'f> {
    /// Path below the recordings folder, with `/` and without `.json`.
    pub key: &'f str,
    /// The path to show.
    pub path: &'f Path,
    /// The path to open.
    pub file: &'f Path,
    /// The folder of response bodies, if any.
    pub bodies: Option<&'f dyn BodyFiles>,
}

impl RecordingFile<'_> {
    /// Parses the file: one recording, or a list of `mappings`.
    ///
    /// # Errors
    /// Every problem of the file.
    pub fn read(&self, bytes: Vec<u8>) -> Result<Vec<Recording>, Vec<RecordingError>> {
        let text = String::from_utf8(bytes).map_err(|error| {
            let sound = error.utf8_error().valid_up_to();
            let before = &error.as_bytes()[..sound];
            let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
            let column = 1 + before.iter().rev().take_while(|&&byte| byte != b'\n').count();
            vec![RecordingError::Syntax {
                path: self.path.to_owned(),
                line,
                column,
                message: "bytes that are not UTF-8".to_owned(),
            }]
        })?;
        let read = read_mappings(self.path, &text, self.bodies)?;
        let many = read.mappings.len() > 1;
        let recordings = read.mappings.into_iter().enumerate().map(|(index, mapping)| {
            let name = match &mapping.name {
                Some(name) => name.clone(),
                None if many => format!("{}#{}", self.key, index + 1),
                None => self.key.to_owned(),
            };
            let origin = RecordingOrigin {
                name,
                path: self.path.to_owned(),
                key: self.key.to_owned(),
                index: read.is_list.then_some(index),
                file: self.file.to_owned(),
                body: mapping
                    .body_file
                    .as_ref()
                    .zip(self.bodies)
                    .map(|(name, bodies)| bodies.place(name)),
            };
            Recording::new(origin, mapping)
        });
        Ok(recordings.collect())
    }
}
