use std::io;
use std::path::Path;
use std::sync::Arc;

use meniscus_analysis::project::Workspace;
use meniscus_engine::text::Source;

use super::{Placement, write_whole};

/// A changed text that can't be written.
#[derive(Debug, thiserror::Error)]
#[error("can't write `{name}`: {error}")]
pub struct ChangeError {
    /// The file, as shown.
    pub name: String,
    pub error: io::Error,
}

/// Writes changed texts over the files that they were read from, each through a temporary file that
/// is then renamed.
///
/// # Errors
/// If a file can't be written, or says something else by now. Those before it are written.
pub fn write_changes<'c>(
    workspace: &Workspace,
    changed: impl IntoIterator<Item = (&'c String, &'c (Arc<Source>, Arc<Source>))>,
) -> Result<(), ChangeError> {
    for (name, (before, after)) in changed {
        let path = workspace.root.join(name);
        let written = write_over(&path, before.text(), after.text());
        written.map_err(|error| ChangeError { name: name.clone(), error })?;
    }
    Ok(())
}

fn write_over(path: &Path, before: &str, after: &str) -> io::Result<()> {
    // A link is kept: its target is written.
    let path = &std::fs::canonicalize(path)?;
    let found = std::fs::read_to_string(path)?;
    // A byte order mark isn't part of the text, and is kept.
    let mark = if found.starts_with('\u{feff}') { "\u{feff}" } else { "" };
    if found.trim_start_matches('\u{feff}') != before {
        return Err(io::Error::other("it has changed since it was read"));
    }
    write_whole(path, format!("{mark}{after}").as_bytes(), Placement::Replace)
}
