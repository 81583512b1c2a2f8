//! What can be wrong with a recording.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// One problem of one recording file.
#[derive(Debug, Error)]
pub enum RecordingError {
    /// The file or folder cannot be read.
    #[error("{}: cannot be read: {source}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
        /// What to do about it.
        help: &'static str,
    },
    /// The file is no JSON.
    #[error("{}:{line}:{column}: found broken JSON ({message}), expected a stub mapping", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line of the break, from 1.
        line: usize,
        /// The column of the break in bytes, from 1; 0 when the line is empty.
        column: usize,
        /// What the JSON parser says.
        message: String,
    },
    /// The file is JSON and no recording that `meniscus` can replay.
    #[error("{}{}: {message}", path.display(), position(*.line, *.column))]
    Content {
        /// The file.
        path: PathBuf,
        /// The line of the key or value at fault, from 1, where known.
        line: Option<usize>,
        /// The column in characters, from 1, where known.
        column: Option<usize>,
        /// What was found and what was expected.
        message: String,
        /// What to do about it.
        help: String,
    },
    /// Two recordings of one folder have the same name, so a scenario could not choose between them.
    #[error("{}: found the name `{name}` a second time, it is also the name of {}", second.display(), first.display())]
    DuplicateName {
        /// The name.
        name: String,
        /// The file that has it first, in path order.
        first: PathBuf,
        /// The file that has it again; the same one when two of its mappings share the name.
        second: PathBuf,
    },
}

impl RecordingError {
    /// Returns the file or folder at fault.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Unreadable { path, .. }
            | Self::Syntax { path, .. }
            | Self::Content { path, .. } => path,
            Self::DuplicateName { second, .. } => second,
        }
    }

    /// Returns line and column, both from 1, where known.
    #[must_use]
    pub fn position(&self) -> Option<(usize, usize)> {
        match self {
            Self::Syntax { line, column, .. } => Some((*line, *column)),
            Self::Content { line: Some(line), column: Some(column), .. } => Some((*line, *column)),
            _ => None,
        }
    }

    /// Returns what to do about the problem.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Unreadable { help, .. } => (*help).to_owned(),
            Self::Syntax { .. } => "correct the JSON at that place".to_owned(),
            Self::Content { help, .. } => help.clone(),
            Self::DuplicateName { name, .. } => {
                format!("give one of the two another `name` than `{name}`")
            }
        }
    }
}

/// A scenario names a recording that the folder does not have.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("found no recording and no folder of recordings named `{name}`{}", did_you_mean(.nearest.as_deref()))]
pub struct UnknownRecording {
    /// The name as the scenario writes it.
    pub name: String,
    /// The name, path or folder that comes nearest, if any comes near.
    pub nearest: Option<String>,
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map(|nearest| format!(", the nearest is `{nearest}`")).unwrap_or_default()
}

fn position(line: Option<usize>, column: Option<usize>) -> String {
    match (line, column) {
        (Some(line), Some(column)) => format!(":{line}:{column}"),
        _ => String::new(),
    }
}
