//! A workspace for one lint run: written to a folder, read back as the program reads it.

use std::fs;
use std::path::Path;

use meniscus::dialect::families::FAMILIES;
use meniscus::endpoint::{Endpoints, Packs};
use meniscus::project::{ProjectError, Workspace};
use meniscus::rules::{Knowledge, Levels, Linted, Targets, lint};
use tempfile::TempDir;

/// The name of the message that stands in the workspace.
pub const MESSAGE: &str = "example";

/// What is known of a workspace, and the levels that it sets.
pub struct Loaded {
    pub workspace: Workspace,
    pub known: Knowledge,
    pub levels: Levels,
}

/// Reads what rules may depend on.
///
/// # Errors
/// What cannot be read, in words.
pub fn load(root: &Path) -> Result<Loaded, String> {
    let workspace = Workspace::around(root).map_err(|error| shown(&error))?;
    let recordings = workspace
        .recordings()
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    let families = FAMILIES.iter().map(|family| family.name).collect::<Vec<_>>();
    let schemas = &workspace.config.paths.schemas;
    let packs = Packs::load(&workspace.files, &workspace.root, schemas, &families);
    let packs = packs
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    let endpoints = Endpoints::new(packs, &recordings);
    let blocks = workspace.content_blocks().map_err(|error| shown(&error))?;
    let scenarios = workspace.scenarios().map_err(|error| shown(&error))?;
    let levels = Levels::of(&workspace.config).map_err(|error| shown(&error))?;
    let known = Knowledge::new(&workspace, scenarios, blocks, recordings, endpoints);
    Ok(Loaded { workspace, known, levels })
}

/// The words of an error, with its help and place.
fn shown(error: &ProjectError) -> String {
    if let ProjectError::Content(diagnostic) = error {
        let source = &diagnostic.primary.source;
        let place = source.position(diagnostic.primary.span.start as usize);
        let (line, column) = (place.line, place.column);
        return format!("{}:{line}:{column}: {}", source.name(), diagnostic.message);
    }
    let help = error.help().map_or(String::new(), |help| format!(" ({help})"));
    format!("{error}{help}")
}

/// The files of a workspace, by path.
#[derive(Clone, Debug, Default)]
pub struct Files(Vec<(String, String)>);

impl Files {
    /// Adds a file, or replaces the one of that path.
    pub fn put(&mut self, path: impl Into<String>, text: impl Into<String>) {
        let path = path.into();
        self.remove(&path);
        self.0.push((path, text.into()));
    }

    /// Takes a file away.
    pub fn remove(&mut self, path: &str) {
        self.0.retain(|(known, _)| known != path);
    }

    /// Whether there is a file of a path.
    pub fn has(&self, path: &str) -> bool {
        self.0.iter().any(|(known, _)| known == path)
    }

    /// Adds the message: parts by file name, `message.toml` among them where it has one. A body
    /// alone is a bare file.
    pub fn put_message(&mut self, parts: &[(&str, &str)]) {
        match parts {
            [(name, text)] if name.starts_with("body.") => {
                let ending = name.trim_start_matches("body.");
                self.put(format!("templates/{MESSAGE}.{ending}"), *text);
            }
            _ => {
                for (name, text) in parts {
                    self.put(format!("templates/{MESSAGE}/{name}"), *text);
                }
            }
        }
    }

    /// Writes them to a new folder, which is there as long as what is returned.
    ///
    /// # Errors
    /// Where that is impossible.
    pub fn write(&self) -> Result<TempDir, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        for (name, text) in &self.0 {
            let path = folder.path().join(name);
            path.parent()
                .map_or(Ok(()), fs::create_dir_all)
                .and_then(|()| fs::write(&path, text))
                .map_err(|error| format!("cannot write `{name}`: {error}"))?;
        }
        if !self.has("meniscus.toml") {
            fs::write(folder.path().join("meniscus.toml"), "")
                .map_err(|error| error.to_string())?;
        }
        Ok(folder)
    }

    /// Lints the messages of the workspace, with the blocks that they include.
    ///
    /// # Errors
    /// Where the workspace cannot be read.
    pub fn lint(&self) -> Result<Linted, String> {
        let folder = self.write()?;
        let loaded = load(folder.path())?;
        let messages =
            loaded.workspace.messages(&folder.path().join("templates")).map_err(|e| shown(&e))?;
        let messages = messages.into_iter().map(std::sync::Arc::new).collect();
        let targets = Targets { messages, is_whole: true, ..Targets::default() };
        // What is evidence is read while the folder is there.
        Ok(lint(&loaded.known, &loaded.levels, &targets))
    }
}
