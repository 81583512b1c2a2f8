//! A file of recordings, as whoever reads files hands it over.

use std::path::Path;

use super::error::RecordingError;
use super::mapping::read_mappings;
use super::stub::Recording;
use crate::http::{BodyFile, Origin};

/// The folder of bodies that recordings name by `bodyFileName`.
pub trait BodyFiles: Sync {
    /// Returns the bytes of a file below the folder.
    ///
    /// # Errors
    /// See [`NoBody`].
    fn read(&self, name: &Path) -> Result<Vec<u8>, NoBody>;

    /// Returns where a file of this name lies.
    fn place(&self, name: &str) -> BodyFile;
}

/// Why a body can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoBody {
    /// A link leads out of the folder: a recording must not show any other file of the machine.
    Outside,
    /// What the system says.
    Unreadable(String),
}

/// A file of recordings.
#[derive(Clone, Copy)]
pub struct RecordingFile<'f> {
    /// Its path below the folder of recordings, with `/` and without `.json`.
    pub key: &'f str,
    /// The path that people read.
    pub path: &'f Path,
    /// Where it lies.
    pub file: &'f Path,
    /// The folder of bodies, where there is one.
    pub bodies: Option<&'f dyn BodyFiles>,
}

impl RecordingFile<'_> {
    /// Returns the recordings of the file: one, or those of a list of `mappings`.
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
            let origin = Origin {
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
