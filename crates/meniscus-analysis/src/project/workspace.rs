use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;

use super::config::Config;
use super::content_blocks;
use super::error::ProjectError;
use super::links;
use super::message::{MESSAGE_FILE, Message, name_of};
use super::scenario::Scenario;
use super::unusable::Unusable;
use crate::dialect::families::FAMILIES;
use crate::endpoint::{PackError, Packs};
use crate::files::{FileError, check_entry, check_inside};
use crate::recording::{RecordingError, Replay};
use crate::render::ContentBlock;
use crate::syntax::ParseOptions;
use crate::text::nearest;

/// A folder with `meniscus.toml`, or any folder with the defaults.
#[derive(Debug)]
pub struct Workspace {
    /// The folder.
    pub root: PathBuf,
    /// Its configuration.
    pub config: Config,
}

/// The file that makes a folder a workspace.
const CONFIG_FILE: &str = "meniscus.toml";

impl Workspace {
    /// The workspace around a folder: the nearest one up that has `meniscus.toml`, else the folder
    /// itself with the defaults.
    ///
    /// # Errors
    /// Where `meniscus.toml` cannot be read or says something wrong.
    pub fn around(folder: &Path) -> Result<Workspace, ProjectError> {
        Workspace::at(&Workspace::root_around(folder))
    }

    /// The folder of [`Workspace::around`].
    #[must_use]
    pub fn root_around(folder: &Path) -> PathBuf {
        let absolute = normal(folder);
        let found = absolute.ancestors().find(|folder| is_workspace(folder));
        found.map_or_else(|| absolute.clone(), Path::to_owned)
    }

    /// The workspace that a folder is, with its configuration where it has one.
    ///
    /// # Errors
    /// Where the configuration cannot be read.
    pub fn at(root: &Path) -> Result<Workspace, ProjectError> {
        let file = root.join(CONFIG_FILE);
        let config = match is_workspace(root) {
            true => Config::load(&file, CONFIG_FILE)?,
            false => Config::default(),
        };
        Ok(Workspace { root: root.to_owned(), config })
    }

    /// What a render reads, relative to the root: the configuration and the folders.
    #[must_use]
    pub fn folders(&self) -> Vec<String> {
        let paths = &self.config.paths;
        let mut folders = vec![
            CONFIG_FILE.to_owned(),
            paths.content_blocks.clone(),
            paths.scenarios.clone(),
            paths.recordings.clone(),
        ];
        folders.extend(self.template_folders().map(str::to_owned));
        folders
    }

    /// Where each pattern of templates begins, as far as it names a folder.
    fn template_folders(&self) -> impl Iterator<Item = &str> {
        let patterns = self.config.paths.templates.iter();
        patterns.filter_map(|pattern| pattern.split('/').next().filter(|part| !part.contains('*')))
    }

    /// Whether templates are searched for in a folder of this name.
    fn is_for_templates(&self, shown: &str) -> bool {
        let first = shown.split('/').next().unwrap_or_default();
        self.template_folders().any(|folder| folder == first)
    }

    /// A path as it is shown: relative to the workspace where it lies inside, with `/`.
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

    /// The messages at a path: a template, a folder with `message.toml`, or all below a folder.
    ///
    /// # Errors
    /// Where nothing is there, or a file of it is wrong.
    pub fn messages(&self, path: &Path) -> Result<Vec<Message>, ProjectError> {
        self.each_message(path)?
            .into_iter()
            .map(|found| found.map_err(|unusable| unusable.error))
            .collect()
    }

    /// The messages at a path, as [`Workspace::messages`] has them, each by itself: what is wrong
    /// with one does not hide the others.
    ///
    /// # Errors
    /// Where nothing is there.
    pub fn each_message(
        &self,
        path: &Path,
    ) -> Result<Vec<Result<Message, Unusable>>, ProjectError> {
        if path.file_name().is_some_and(|name| name == MESSAGE_FILE) && path.is_file() {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            return self.each_message(folder.unwrap_or(Path::new(".")));
        }
        if path.is_file() {
            return Ok(vec![self.message_at(path, Message::of_file)]);
        }
        if path.join(MESSAGE_FILE).is_file() {
            return Ok(vec![self.message_at(path, Message::of_folder)]);
        }
        if !path.is_dir() {
            return Err(self.no_such_message(path));
        }
        let messages = self.messages_below(path)?;
        if messages.is_empty() {
            let shown = Some(self.shown(path)).filter(|shown| !shown.is_empty());
            let message = format!("no template below `{}`", shown.as_deref().unwrap_or("."));
            let help = format!(
                "templates are files that match {}; see `[paths]` in {CONFIG_FILE}",
                self.config.paths.templates.join(", ")
            );
            return Err(ProjectError::Unknown { message, help });
        }
        Ok(messages)
    }

    /// The folder of the message that a file is a part of, wherever the program was started; none for other paths.
    #[must_use]
    pub fn message_around(&self, path: &Path) -> Option<PathBuf> {
        let path = normal(path);
        let folder = path.parent().filter(|folder| *folder != self.root)?;
        (path.is_file() && folder.join(MESSAGE_FILE).is_file()).then(|| folder.to_owned())
    }

    /// Whether a file matches `[paths] templates`.
    ///
    /// # Errors
    /// Where a pattern of `[paths] templates` is not a glob.
    pub fn is_template(&self, path: &Path) -> Result<bool, ProjectError> {
        Ok(normal(path).starts_with(&self.root) && self.patterns()?.is_match(self.shown(path)))
    }

    /// The messages below a folder, each by itself; there may be none.
    ///
    /// # Errors
    /// Where a pattern of `[paths] templates` is not a glob.
    pub fn messages_below(
        &self,
        folder: &Path,
    ) -> Result<Vec<Result<Message, Unusable>>, ProjectError> {
        let mut messages = Vec::new();
        let mut folders = Vec::new();
        let patterns = self.patterns()?;
        // A workspace that lies inside is one of its own.
        let top = folder.to_owned();
        let mut walk = ignore::WalkBuilder::new(folder);
        walk.sort_by_file_path(Ord::cmp);
        walk.filter_entry(move |entry| entry.path() == top || !is_workspace(entry.path()));
        for entry in walk.build() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    messages.push(Err(self.unreadable_entry(folder, &error)));
                    continue;
                }
            };
            let path = entry.path();
            let inside = folders.iter().any(|folder: &PathBuf| path.starts_with(folder));
            // A pipe, or a link that leads nowhere, is meant as one all the same.
            let is_message = || path.join(MESSAGE_FILE).symlink_metadata().is_ok();
            let is_folder = path.is_dir();
            let shown = self.shown(path);
            if is_folder && entry.path_is_symlink() && self.is_for_templates(&shown) {
                let error = check_inside(&self.root, &normal(path)).err();
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
                let fit = match is_top && path.is_file() {
                    true => Err(FileError::NotFolder.into()),
                    false => check_entry(path),
                };
                if let Err(error) = fit {
                    let error = ProjectError::unreadable(path, &error);
                    messages.push(Err(Unusable { name: name_of(&shown), shown, error }));
                }
            }
        }
        Ok(messages)
    }

    fn unreadable_entry(&self, folder: &Path, error: &ignore::Error) -> Unusable {
        let path = path_of(error).unwrap_or(folder);
        let reason = match error.io_error() {
            Some(error) => error.to_string(),
            None => error.to_string(),
        };
        let shown = Some(self.shown(path)).filter(|shown| !shown.is_empty());
        let shown = shown.unwrap_or_else(|| ".".to_owned());
        let help = "check that it exists and may be read".to_owned();
        let error = ProjectError::Unreadable { path: path.to_owned(), reason, help };
        Unusable { name: shown.clone(), shown, error }
    }

    fn message_at(
        &self,
        path: &Path,
        read: impl Fn(&Path, &str, ParseOptions) -> Result<Message, ProjectError>,
    ) -> Result<Message, Unusable> {
        let shown = self.shown(path);
        let options = self.config.settings().parse;
        self.refuse_links(path).and_then(|()| read(path, &shown, options)).map_err(|error| {
            let name = name_of(&shown);
            // The file of a folder that can't be read, not the folder.
            let shown = match &error {
                ProjectError::Unreadable { path, .. } => self.shown(path),
                _ => shown,
            };
            Unusable { name, shown, error }
        })
    }

    /// Refuses a message of which a file is a link that leads out of the workspace.
    fn refuse_links(&self, path: &Path) -> Result<(), ProjectError> {
        let path = normal(path);
        links::refuse_outside(&self.root, &path)?;
        if !path.is_dir() {
            return Ok(());
        }
        let files = links::files_of(&path)?;
        files.iter().try_for_each(|file| links::refuse_outside(&self.root, file))
    }

    fn patterns(&self) -> Result<globset::GlobSet, ProjectError> {
        let mut set = globset::GlobSetBuilder::new();
        let wrong = |error: globset::Error| ProjectError::Unknown {
            message: format!("a pattern of `templates` cannot be read: {error}"),
            help: format!("correct it under `[paths]` in {CONFIG_FILE}"),
        };
        for pattern in &self.config.paths.templates {
            set.add(globset::Glob::new(pattern).map_err(wrong)?);
        }
        set.build().map_err(wrong)
    }

    fn no_such_message(&self, path: &Path) -> ProjectError {
        let shown = self.shown(path);
        // A folder that is gone has no messages, whoever asks.
        let all = match self.root.is_dir() && path != self.root {
            true => self.messages(&self.root).unwrap_or_default(),
            false => Vec::new(),
        };
        let places = all
            .iter()
            .filter_map(|message| message.parts.first())
            .map(|part| {
                let path = self.shown(&part.path);
                let folder = Path::new(&path).parent().map(|folder| folder.display().to_string());
                if part.path.with_file_name(MESSAGE_FILE).is_file() {
                    folder.unwrap_or(path)
                } else {
                    path
                }
            })
            .collect::<Vec<_>>();
        let help = match nearest(&shown, places.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name a template file, or a folder with message.toml".to_owned(),
        };
        ProjectError::Unknown { message: format!("no template or message at `{shown}`"), help }
    }

    /// The scenarios, in order of name.
    ///
    /// # Errors
    /// Where one of them is wrong.
    pub fn scenarios(&self) -> Result<Vec<Scenario>, ProjectError> {
        let each = self.each_scenario().into_iter();
        each.map(|found| found.map_err(|unusable| unusable.error)).collect()
    }

    /// The scenarios, in order of name, each by itself: what is wrong with one does not hide the
    /// others.
    #[must_use]
    pub fn each_scenario(&self) -> Vec<Result<Scenario, Unusable>> {
        let folder = self.root.join(&self.config.paths.scenarios);
        let unusable = |path: &Path, error: ProjectError| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            Unusable { name, shown: self.shown(path), error }
        };
        let paths = match links::files_below(&self.root, &folder) {
            Ok(paths) => paths,
            Err(error) => return vec![Err(unusable(&folder, error))],
        };
        let is_scenario = |path: &PathBuf| {
            path.extension().is_some_and(|ending| ending == "toml" || ending == "json")
        };
        let load = |path: PathBuf| {
            links::refuse_unfit(&self.root, &path)
                .and_then(|()| Scenario::load(&path, &self.shown(&path)))
                .map_err(|error| unusable(&path, error))
        };
        paths.into_iter().filter(is_scenario).map(load).collect()
    }

    /// The scenario of a name, or of a file's path.
    ///
    /// # Errors
    /// Where there is none, or it is wrong.
    pub fn scenario(&self, name: &str) -> Result<Scenario, ProjectError> {
        let folder = self.root.join(&self.config.paths.scenarios);
        for ending in ["toml", "json"] {
            let path = folder.join(format!("{name}.{ending}"));
            if path.is_file() {
                return Scenario::load(&path, &self.shown(&path));
            }
        }
        let path = Path::new(name);
        if path.is_file() {
            return Scenario::load(path, &self.shown(path));
        }
        let known = self.scenarios().unwrap_or_default();
        let names = known.iter().map(|scenario| scenario.name.as_str()).collect::<Vec<_>>();
        let help = match nearest(name, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if names.is_empty() => {
                format!("create `{}/{name}.toml`", self.config.paths.scenarios)
            }
            None => format!("the scenarios are {}", names.join(", ")),
        };
        Err(ProjectError::Unknown { message: format!("no scenario `{name}`"), help })
    }

    /// The content blocks, by name.
    ///
    /// # Errors
    /// Where one cannot be read.
    pub fn content_blocks(&self) -> Result<Arc<IndexMap<String, ContentBlock>>, ProjectError> {
        let blocks = self.each_content_block().into_iter();
        let blocks = blocks.map(|block| block.map_err(|unusable| unusable.error));
        Ok(Arc::new(blocks.collect::<Result<_, _>>()?))
    }

    /// The content blocks with their names, in order of path, and those that cannot be read.
    #[must_use]
    pub fn each_content_block(&self) -> Vec<Result<(String, ContentBlock), Unusable>> {
        let shown = &self.config.paths.content_blocks;
        content_blocks::each(&self.root, shown, self.config.settings().parse)
    }

    /// The packs of endpoints: its own, and those that the program carries.
    ///
    /// # Errors
    /// All that is wrong with its own.
    pub fn packs(&self) -> Result<Packs, Vec<PackError>> {
        let shown = &self.config.paths.schemas;
        let families = FAMILIES.iter().map(|family| family.name);
        let families = families.filter(|name| !name.is_empty()).collect::<Vec<_>>();
        Packs::load(&self.root, shown, &families)
    }

    /// The recordings.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub fn recordings(&self) -> Result<Replay, Vec<RecordingError>> {
        let (recordings, errors) = self.sound_recordings();
        if errors.is_empty() { Ok(recordings) } else { Err(errors) }
    }

    /// The recordings that can be used, and what is wrong with the others.
    #[must_use]
    pub fn sound_recordings(&self) -> (Replay, Vec<RecordingError>) {
        let shown = Path::new(&self.config.paths.recordings);
        let folder = self.root.join(shown);
        if let (true, Err(source)) = (folder.exists(), check_inside(&self.root, &folder)) {
            let path = shown.to_owned();
            return (Replay::default(), vec![crate::files::recordings::unreadable(path, source)]);
        }
        crate::files::recordings::load_sound(&folder, shown)
    }
}

/// Whether a folder has a configuration, whatever it is: one that can't be read isn't none.
fn is_workspace(folder: &Path) -> bool {
    folder.join(CONFIG_FILE).symlink_metadata().is_ok()
}

/// The path that an error of the walk is about.
fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithLineNumber { err, .. } | ignore::Error::WithDepth { err, .. } => {
            path_of(err)
        }
        _ => None,
    }
}

/// A path from the root, without `.` and `..`: `a/../b` lies in no folder named `a`.
#[must_use]
pub fn normal(path: &Path) -> PathBuf {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut normal = PathBuf::new();
    for part in absolute.components() {
        match part {
            std::path::Component::ParentDir => {
                normal.pop();
            }
            std::path::Component::CurDir => {}
            part => normal.push(part),
        }
    }
    normal
}
