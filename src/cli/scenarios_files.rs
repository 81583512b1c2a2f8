//! What the `scenarios` subcommands read, and the files they write.

use std::path::{Path, PathBuf};

use anyhow::Result;
use meniscus::live::record::write_file;
use meniscus::project::{Message, ProjectError, Workspace};
use meniscus::recipients::Stub;
use meniscus::rules::Knowledge;

use super::contract::{messages_at, workspace_around};
use super::reading::knowledge;
use super::terminal::note;

/// The input of the subcommands: the workspace, what is known about it, and the messages.
pub(super) struct Asked {
    pub workspace: Workspace,
    pub known: Knowledge,
    pub messages: Vec<Message>,
}

impl Asked {
    /// Reads the messages at these paths, without duplicates.
    pub fn new(templates: &[PathBuf]) -> Result<Asked> {
        let first = templates.first().map(PathBuf::as_path);
        let workspace = workspace_around(first.unwrap_or(Path::new("")))?;
        let known = knowledge(&workspace);
        let mut messages = Vec::new();
        for path in templates {
            messages.extend(messages_at(&workspace, path)?);
        }
        messages.sort_by(|a, b| a.name.cmp(&b.name));
        messages.dedup_by(|a, b| a.name == b.name && a.parts.len() == b.parts.len());
        Ok(Asked { workspace, known, messages })
    }
}

/// Reports what a stub can't provide.
pub(super) fn report_gaps(stub: &Stub) {
    for file in &stub.broken {
        note(&format!(
            "note: `{file}` has syntax errors and may read more; run `meniscus lint` to see them\n"
        ));
    }
    for open in &stub.open {
        note(&format!("note: {open} is still missing: only the response of a call contains it\n"));
    }
}

/// A file to write.
pub(super) struct File {
    path: PathBuf,
    shown: String,
    text: String,
}

impl File {
    /// Makes a scenario's file; `name` is its name in the scenarios folder.
    pub fn new(workspace: &Workspace, name: &str, text: String) -> Result<File> {
        let name = name.strip_suffix(".toml").unwrap_or(name);
        let plain = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0']);
        if !plain {
            let message = format!("`{name}` can't be the name of a scenario");
            let help = "use a name without folders, such as `mara`".to_owned();
            return Err(ProjectError::Unknown { message, help }.into());
        }
        let folder = &workspace.config.paths.scenarios;
        let other = workspace.root.join(folder).join(format!("{name}.json"));
        if other.is_file() {
            let message = format!("the scenario `{folder}/{name}.json` already exists");
            let help = "choose another name".to_owned();
            return Err(ProjectError::Unknown { message, help }.into());
        }
        let path = workspace.root.join(folder).join(format!("{name}.toml"));
        Ok(File { path, shown: format!("{folder}/{name}.toml"), text })
    }

    /// Makes a recording's file; `name` is its path below the recordings folder.
    pub fn recording(workspace: &Workspace, name: &str, text: String) -> File {
        let shown = format!("{}/{name}.json", workspace.config.paths.recordings);
        File { path: workspace.root.join(&shown), shown, text }
    }
}

/// Writes files atomically. Conflicting files are reported before any is written, unless they may
/// be replaced.
pub(super) fn write(root: &Path, files: &[File], overwrite: bool) -> Result<()> {
    let known = |file: &File| std::fs::read(&file.path).ok();
    if !overwrite {
        let other = |file: &&File| known(file).is_some_and(|known| known != file.text.as_bytes());
        let others = files.iter().filter(other).map(|file| format!("`{}`", file.shown));
        let others = others.collect::<Vec<_>>();
        if !others.is_empty() {
            let message = format!("{} would change", others.join(", "));
            let help =
                "pass `--overwrite` to replace existing files, or choose another name".to_owned();
            return Err(ProjectError::Unknown { message, help }.into());
        }
    }
    for file in files {
        if known(file).is_some_and(|known| known == file.text.as_bytes()) {
            note(&format!("unchanged {}\n", file.shown));
            continue;
        }
        write_file(root, &file.path, &file.text).map_err(|error| ProjectError::Unknown {
            message: error.to_string(),
            help: error.help.clone(),
        })?;
        note(&format!("wrote {}\n", file.shown));
    }
    Ok(())
}
