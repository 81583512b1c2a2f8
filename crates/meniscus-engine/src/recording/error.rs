//! Errors of recordings.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// A problem with a recording file.
#[derive(Debug, Error)]
pub enum RecordingError {
    /// The file or folder can't be read.
    #[error("{}: can't be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error, help: &'static str },
    /// The file isn't JSON.
    #[error("{}:{line}:{column}: this recording isn't valid JSON: {message}", path.display())]
    Syntax {
        path: PathBuf,
        /// Line of the syntax error, from 1.
        line: usize,
        /// Column of the syntax error in bytes, from 1; 0 on an empty line.
        column: usize,
        /// The JSON parser's message.
        message: String,
    },
    /// The file is JSON, but not a recording that `meniscus` can replay.
    #[error("{}{}: {message}", path.display(), position(*.line, *.column))]
    Content {
        path: PathBuf,
        /// Line of the wrong key or value, from 1, if known.
        line: Option<usize>,
        /// Column in characters, from 1, if known.
        column: Option<usize>,
        /// What was found and expected.
        message: String,
        help: String,
    },
    /// Two recordings of a folder share a name, so scenarios can't choose between them.
    #[error("{}: the name `{name}` is already used by {}", second.display(), first.display())]
    DuplicateName {
        name: String,
        /// The first file with the name, sorted by path.
        first: PathBuf,
        /// The second file with the name; the same one if two of its mappings share it.
        second: PathBuf,
    },
}

impl RecordingError {
    /// Returns the file or folder with the problem.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Unreadable { path, .. }
            | Self::Syntax { path, .. }
            | Self::Content { path, .. } => path,
            Self::DuplicateName { second, .. } => second,
        }
    }

    /// Returns line and column, from 1, if known.
    #[must_use]
    pub fn position(&self) -> Option<(usize, usize)> {
        match self {
            Self::Syntax { line, column, .. } => Some((*line, *column)),
            Self::Content { line: Some(line), column: Some(column), .. } => Some((*line, *column)),
            _ => None,
        }
    }

    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Unreadable { help, .. } => (*help).to_owned(),
            Self::Syntax { .. } => "fix the JSON here".to_owned(),
            Self::Content { help, .. } => help.clone(),
            Self::DuplicateName { name, .. } => {
                format!("change one of the two names `{name}`")
            }
        }
    }
}

/// A scenario names a recording that the folder lacks.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no recording or folder of recordings is named `{name}`{}", did_you_mean(.nearest.as_deref()))]
pub struct UnknownRecording {
    pub name: String,
    /// The most similar name, path, or folder, if any.
    pub nearest: Option<String>,
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map(|nearest| format!("; did you mean `{nearest}`?")).unwrap_or_default()
}

fn position(line: Option<usize>, column: Option<usize>) -> String {
    match (line, column) {
        (Some(line), Some(column)) => format!(":{line}:{column}"),
        _ => String::new(),
    }
}
