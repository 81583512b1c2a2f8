use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;

use super::catalogs;
use super::config::Config;
use super::content_blocks;
use super::error::ProjectError;
use super::links;
use super::message::{MESSAGE_FILE, Message, name_of};
use super::scenario::Scenario;
use super::unusable::Unusable;
use crate::dialect::families::FAMILIES;
use crate::endpoint::{PackError, Packs};
use crate::files::normal;
use crate::files::{Disk, FileError, Files, Walk, WalkError};
use crate::recording::{RecordingError, Replay};
use crate::render::ContentBlock;
use crate::syntax::ParseOptions;
use crate::text::nearest;

/// A folder with `meniscus.toml`, or any folder with the defaults.
#[derive(Clone, Debug)]
pub struct Workspace {
    pub root: PathBuf,
    pub config: Config,
    pub files: Arc<dyn Files>,
}

/// The file that marks a folder as a workspace.
/// The file with the settings of a workspace.
pub const CONFIG_FILE: &str = "meniscus.toml";

impl Workspace {
    /// Returns the workspace around a folder on disk: the nearest ancestor with `meniscus.toml`,
    /// otherwise the folder itself with the defaults.
    ///
    /// # Errors
    /// If `meniscus.toml` or a catalog can't be read or has a mistake.
    pub fn around(folder: &Path) -> Result<Workspace, ProjectError> {
        Workspace::at(&Workspace::root_around(folder))
    }

    /// Returns the folder of [`Workspace::around`].
    #[must_use]
    pub fn root_around(folder: &Path) -> PathBuf {
        let absolute = normal(folder);
        let found = absolute.ancestors().find(|folder| is_workspace(&Disk, folder));
        found.map_or_else(|| absolute.clone(), Path::to_owned)
    }

    /// Returns a folder on disk as a workspace, with its configuration if it has one.
    ///
    /// # Errors
    /// If the configuration can't be read.
    pub fn at(root: &Path) -> Result<Workspace, ProjectError> {
        Workspace::of(Disk::files(), root)
    }

    /// Returns a folder of a source of files as a workspace.
    ///
    /// # Errors
    /// As [`Workspace::at`].
    pub fn of(files: Arc<dyn Files>, root: &Path) -> Result<Workspace, ProjectError> {
        let file = root.join(CONFIG_FILE);
        let config = match is_workspace(&*files, root) {
            true => {
                let config = Config::load(&*files, &file, CONFIG_FILE)?;
                let catalogs = catalogs::load(&*files, root, &config.paths.catalogs)?;
                Config { catalogs, ..config }
            }
            false => Config::default(),
        };
        Ok(Workspace { root: root.to_owned(), config, files })
    }

    /// Returns what a render reads, relative to the root: the configuration and the folders.
    #[must_use]
    pub fn folders(&self) -> Vec<String> {
        let paths = &self.config.paths;
        let mut folders = vec![
            CONFIG_FILE.to_owned(),
            paths.catalogs.clone(),
            paths.content_blocks.clone(),
            paths.scenarios.clone(),
            paths.recordings.clone(),
        ];
        folders.extend(self.template_folders().map(str::to_owned));
        folders
    }

    /// Yields the fixed folder at the start of each template pattern.
    fn template_folders(&self) -> impl Iterator<Item = &str> {
        let patterns = self.config.paths.templates.iter();
        patterns.filter_map(|pattern| pattern.split('/').next().filter(|part| !part.contains('*')))
    }

    /// Whether a folder of this name is searched for templates.
    fn is_for_templates(&self, shown: &str) -> bool {
        let first = shown.split('/').next().unwrap_or_default();
        self.template_folders().any(|folder| folder == first)
    }

    /// Returns a path as it is shown: relative to the workspace if it is inside, with `/`.
    #[must_use]
    pub fn shown(&self, path: &Path) -> String {
        let absolute = normal(path);
        let inner = absolute.strip_prefix(&self.root).unwrap_or(path);
        inner
            .components()
            .map(|part| part.as_os_str().to_string_lossy())
            .collect::<Vec<_>>()
            .join("/")
    }

    /// Returns the messages at a path: a template, a folder with `message.toml`, or all below a
    /// folder.
    ///
    /// # Errors
    /// If nothing is there, or a file has a mistake.
    pub fn messages(&self, path: &Path) -> Result<Vec<Message>, ProjectError> {
        self.each_message(path)?
            .into_iter()
            .map(|found| found.map_err(|unusable| unusable.error))
            .collect()
    }

    /// Returns the messages at a path like [`Workspace::messages`], each as its own result, so a
    /// broken one doesn't hide the others.
    ///
    /// # Errors
    /// If nothing is there.
    pub fn each_message(
        &self,
        path: &Path,
    ) -> Result<Vec<Result<Message, Unusable>>, ProjectError> {
        if path.file_name().is_some_and(|name| name == MESSAGE_FILE) && self.files.is_file(path) {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            return self.each_message(folder.unwrap_or(Path::new(".")));
        }
        if self.files.is_file(path) {
            return Ok(vec![self.message_at(path, Message::of_file)]);
        }
        if self.files.is_file(&path.join(MESSAGE_FILE)) {
            return Ok(vec![self.message_at(path, Message::of_folder)]);
        }
        if !self.files.is_folder(path) {
            return Err(self.no_such_message(path));
        }
        let messages = self.messages_below(path)?;
        if messages.is_empty() {
            let shown = Some(self.shown(path)).filter(|shown| !shown.is_empty());
            let message =
                format!("there are no templates in `{}`", shown.as_deref().unwrap_or("."));
            let help = format!(
                "add a file that matches {}, or change `[paths]` in {CONFIG_FILE}",
                self.config.paths.templates.join(", ")
            );
            return Err(ProjectError::Unknown { message, help });
        }
        Ok(messages)
    }

    /// Returns the folder of the message that a file belongs to, independent of the working
    /// directory.
    #[must_use]
    pub fn message_around(&self, path: &Path) -> Option<PathBuf> {
        let path = normal(path);
        let folder = path.parent().filter(|folder| *folder != self.root)?;
        let files = &self.files;
        (files.is_file(&path) && files.is_file(&folder.join(MESSAGE_FILE)))
            .then(|| folder.to_owned())
    }

    /// Whether a file matches `[paths] templates`.
    ///
    /// # Errors
    /// If a pattern of `[paths] templates` isn't a valid glob.
    pub fn is_template(&self, path: &Path) -> Result<bool, ProjectError> {
        Ok(normal(path).starts_with(&self.root) && self.patterns()?.is_match(self.shown(path)))
    }

    /// Returns the messages below a folder, each as its own result; there may be none.
    ///
    /// # Errors
    /// If a pattern of `[paths] templates` isn't a valid glob.
    pub fn messages_below(
        &self,
        folder: &Path,
    ) -> Result<Vec<Result<Message, Unusable>>, ProjectError> {
        let mut messages = Vec::new();
        let mut folders = Vec::new();
        let patterns = self.patterns()?;
        let files = &*self.files;
        // A nested workspace is separate.
        let walk = Walk { is_ignoring: true, skips: is_workspace };
        for entry in files.walk(folder, walk) {
            let path = match &entry {
                Ok(path) => &**path,
                Err(error) => {
                    messages.push(Err(self.unreadable_entry(folder, error)));
                    continue;
                }
            };
            let inside = folders.iter().any(|folder: &PathBuf| path.starts_with(folder));
            // A pipe or a dangling link still indicates a message.
            let is_message = || files.is_anything(&path.join(MESSAGE_FILE));
            let is_folder = files.is_folder(path);
            let shown = self.shown(path);
            if is_folder && files.is_link(path) && self.is_for_templates(&shown) {
                let error = files.check_inside(&self.root, &normal(path)).err();
                let error = error.unwrap_or_else(|| FileError::LinkedFolder.into());
                let error = ProjectError::unreadable(path, &error);
                messages.push(Err(Unusable { name: name_of(&shown), shown, error }));
            } else if is_folder && is_message() {
                folders.push(path.to_owned());
                messages.push(self.message_at(path, Message::of_folder));
            } else if !is_folder && !inside && patterns.is_match(&shown) {
                messages.push(self.message_at(path, Message::of_file));
            } else if self.is_for_templates(&shown) && !inside {
                let is_top = self.template_folders().any(|folder| folder == shown);
                let fit = match is_top && files.is_file(path) {
                    true => Err(FileError::NotFolder.into()),
                    false => files.check_entry(path),
                };
                if let Err(error) = fit {
                    let error = ProjectError::unreadable(path, &error);
                    messages.push(Err(Unusable { name: name_of(&shown), shown, error }));
                }
            }
        }
        Ok(messages)
    }

    fn unreadable_entry(&self, folder: &Path, error: &WalkError) -> Unusable {
        let path = error.path.as_deref().unwrap_or(folder);
        let reason = error.error.to_string();
        let shown = Some(self.shown(path)).filter(|shown| !shown.is_empty());
        let shown = shown.unwrap_or_else(|| ".".to_owned());
        let help = "check that it exists and can be read".to_owned();
        let error = ProjectError::Unreadable { path: path.to_owned(), reason, help };
        Unusable { name: shown.clone(), shown, error }
    }

    fn message_at(
        &self,
        path: &Path,
        read: impl Fn(&dyn Files, &Path, &str, ParseOptions) -> Result<Message, ProjectError>,
    ) -> Result<Message, Unusable> {
        let shown = self.shown(path);
        let options = self.config.settings().parse;
        self.refuse_links(path).and_then(|()| read(&*self.files, path, &shown, options)).map_err(
            |error| {
                let name = name_of(&shown);
                // Report the file in the folder that can't be read, not the folder.
                let shown = match &error {
                    ProjectError::Unreadable { path, .. } => self.shown(path),
                    _ => shown,
                };
                Unusable { name, shown, error }
            },
        )
    }

    /// Rejects a message with a file that links out of the workspace.
    fn refuse_links(&self, path: &Path) -> Result<(), ProjectError> {
        let path = normal(path);
        let files = &*self.files;
        links::refuse_outside(files, &self.root, &path)?;
        if !files.is_folder(&path) {
            return Ok(());
        }
        let inner = links::files_of(files, &path)?;
        inner.iter().try_for_each(|file| links::refuse_outside(files, &self.root, file))
    }

    fn patterns(&self) -> Result<globset::GlobSet, ProjectError> {
        let mut set = globset::GlobSetBuilder::new();
        let wrong = |error: globset::Error| ProjectError::Unknown {
            message: format!("a pattern in `templates` isn't valid: {error}"),
            help: format!("fix it under `[paths]` in {CONFIG_FILE}"),
        };
        for pattern in &self.config.paths.templates {
            set.add(globset::Glob::new(pattern).map_err(wrong)?);
        }
        set.build().map_err(wrong)
    }

    fn no_such_message(&self, path: &Path) -> ProjectError {
        let shown = self.shown(path);
        // A deleted folder has no messages.
        let all = match self.files.is_folder(&self.root) && path != self.root {
            true => self.messages(&self.root).unwrap_or_default(),
            false => Vec::new(),
        };
        let folder = normal(path).parent().map(Path::to_owned);
        let parts = all.iter().flat_map(|message| &message.parts);
        let beside = parts.filter(|part| part.path.parent() == folder.as_deref());
        let beside = beside.map(|part| self.shown(&part.path)).collect::<Vec<_>>();
        let places = all
            .iter()
            .filter_map(|message| message.parts.first())
            .map(|part| {
                let path = self.shown(&part.path);
                let folder = Path::new(&path).parent().map(|folder| folder.display().to_string());
                if self.files.is_file(&part.path.with_file_name(MESSAGE_FILE)) {
                    folder.unwrap_or(path)
                } else {
                    path
                }
            })
            .collect::<Vec<_>>();
        // A part of a message that is there is meant before another message.
        let near = nearest(&shown, beside.iter().map(String::as_str))
            .or_else(|| nearest(&shown, places.iter().map(String::as_str)));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "use the path of a template, or of a folder with message.toml".to_owned(),
        };
        ProjectError::Unknown {
            message: format!("there is no template or message at `{shown}`"),
            help,
        }
    }

    /// Returns the scenarios, sorted by name.
    ///
    /// # Errors
    /// If one has a mistake.
    pub fn scenarios(&self) -> Result<Vec<Scenario>, ProjectError> {
        let each = self.each_scenario().into_iter();
        each.map(|found| found.map_err(|unusable| unusable.error)).collect()
    }

    /// Returns the scenarios, sorted by name, each as its own result, so a broken one doesn't hide
    /// the others.
    #[must_use]
    pub fn each_scenario(&self) -> Vec<Result<Scenario, Unusable>> {
        let folder = self.root.join(&self.config.paths.scenarios);
        let unusable = |path: &Path, error: ProjectError| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            Unusable { name, shown: self.shown(path), error }
        };
        let paths = match links::files_below(&*self.files, &self.root, &folder) {
            Ok(paths) => paths,
            Err(error) => return vec![Err(unusable(&folder, error))],
        };
        let is_scenario = |path: &PathBuf| {
            path.extension().is_some_and(|ending| ending == "toml" || ending == "json")
        };
        let load = |path: PathBuf| {
            links::refuse_unfit(&*self.files, &self.root, &path)
                .and_then(|()| Scenario::load(&*self.files, &path, &self.shown(&path)))
                .map_err(|error| unusable(&path, error))
        };
        paths.into_iter().filter(is_scenario).map(load).collect()
    }

    /// Finds a scenario by name or by file path.
    ///
    /// # Errors
    /// If it doesn't exist or has a mistake.
    pub fn scenario(&self, name: &str) -> Result<Scenario, ProjectError> {
        let folder = self.root.join(&self.config.paths.scenarios);
        for ending in ["toml", "json"] {
            let path = folder.join(format!("{name}.{ending}"));
            if self.files.is_file(&path) {
                return Scenario::load(&*self.files, &path, &self.shown(&path));
            }
        }
        let path = Path::new(name);
        if self.files.is_file(path) {
            return Scenario::load(&*self.files, path, &self.shown(path));
        }
        let known = self.scenarios().unwrap_or_default();
        let names = known.iter().map(|scenario| scenario.name.as_str()).collect::<Vec<_>>();
        let help = match nearest(name, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if names.is_empty() => {
                format!("create `{}/{name}.toml`", self.config.paths.scenarios)
            }
            None => format!("use one of {}", names.join(", ")),
        };
        Err(ProjectError::Unknown { message: format!("there is no scenario `{name}`"), help })
    }

    /// Returns the content blocks, by name.
    ///
    /// # Errors
    /// If one can't be read.
    pub fn content_blocks(&self) -> Result<Arc<IndexMap<String, ContentBlock>>, ProjectError> {
        let blocks = self.each_content_block().into_iter();
        let blocks = blocks.map(|block| block.map_err(|unusable| unusable.error));
        Ok(Arc::new(blocks.collect::<Result<_, _>>()?))
    }

    /// Returns the content blocks with their names, sorted by path, and errors for unreadable ones.
    #[must_use]
    pub fn each_content_block(&self) -> Vec<Result<(String, ContentBlock), Unusable>> {
        let shown = &self.config.paths.content_blocks;
        content_blocks::each(&*self.files, &self.root, shown, self.config.settings().parse)
    }

    /// Returns the packs of endpoints: its own and the built-in ones.
    ///
    /// # Errors
    /// All mistakes in its own.
    pub fn packs(&self) -> Result<Packs, Vec<PackError>> {
        let shown = &self.config.paths.schemas;
        let families = FAMILIES.iter().map(|family| family.name);
        let families = families.filter(|name| !name.is_empty()).collect::<Vec<_>>();
        Packs::load(&self.files, &self.root, shown, &families)
    }

    /// Returns the recordings.
    ///
    /// # Errors
    /// All mistakes in them.
    pub fn recordings(&self) -> Result<Replay, Vec<RecordingError>> {
        let (recordings, errors) = self.sound_recordings();
        if errors.is_empty() { Ok(recordings) } else { Err(errors) }
    }

    /// Returns the usable recordings, and the problems of the others.
    #[must_use]
    pub fn sound_recordings(&self) -> (Replay, Vec<RecordingError>) {
        let shown = Path::new(&self.config.paths.recordings);
        let folder = self.root.join(shown);
        let is_there = self.files.kind(&folder).is_some();
        if let (true, Err(source)) = (is_there, self.files.check_inside(&self.root, &folder)) {
            let path = shown.to_owned();
            return (Replay::default(), vec![crate::files::recordings::unreadable(path, source)]);
        }
        crate::files::recordings::load_sound(&*self.files, &folder, shown)
    }
}

/// Whether a folder has a configuration, readable or not.
#[must_use]
pub fn is_workspace(files: &dyn Files, folder: &Path) -> bool {
    files.is_anything(&folder.join(CONFIG_FILE))
}
