use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use meniscus::diagnostic::Diagnostic;
use meniscus::project::{Message, ProjectError, Unusable, Workspace, block_of, normal};
use meniscus::rules::{Knowledge, Targets};
use meniscus::text::Source;

use super::arguments::LintArguments;
use super::reading;

const STDIN: &str = "<stdin>";

/// Whether a path means standard input.
pub(super) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

pub(super) fn workspace_of(arguments: &LintArguments) -> Result<Workspace> {
    let named = arguments.stdin_filename.iter().chain(&arguments.paths);
    let first = named.into_iter().find(|path| !is_stdin(path));
    let folder = match first {
        Some(path) if path.is_dir() => path.clone(),
        Some(path) => path.parent().map_or_else(PathBuf::new, Path::to_owned),
        None => PathBuf::new(),
    };
    let workspace = reading::workspace(&folder)?;
    let mut folders = HashSet::new();
    for path in arguments.paths.iter().filter(|path| !is_stdin(path)) {
        let folder = if path.is_dir() { Some(&**path) } else { path.parent() };
        let folder = normal(folder.unwrap_or(path));
        if folders.insert(folder.clone())
            && let Some(other) = folder.ancestors().find(|folder| is_workspace(folder))
            && other != workspace.root
        {
            let message = format!("`{}` belongs to another workspace", path.display());
            let other = meniscus::send::shell_word(&other.display().to_string());
            let help = format!("run `meniscus lint {other}` to lint it");
            return Err(ProjectError::Unknown { message, help }.into());
        }
    }
    Ok(workspace)
}

fn is_workspace(folder: &Path) -> bool {
    folder.join("meniscus.toml").is_file()
}

/// Groups templates by the root of their workspace; also returns how many files aren't templates.
pub(super) fn templates_by_workspace(
    paths: &[PathBuf],
) -> Result<(BTreeMap<PathBuf, Vec<PathBuf>>, usize)> {
    let mut templates = BTreeMap::<_, Vec<_>>::new();
    let mut others = 0;
    for path in paths {
        let file = normal(path);
        if !file.exists() {
            let message = format!("the file `{}` doesn't exist", path.display());
            let help = "check the path".to_owned();
            return Err(ProjectError::Unknown { message, help }.into());
        }
        if file.is_dir() {
            let root = reading::workspace(path)?.root;
            templates.entry(root).or_default().push(path.clone());
            continue;
        }
        // Without a configuration, the working directory is the workspace.
        let root = file.ancestors().skip(1).find(|folder| is_workspace(folder));
        let workspace = match root {
            Some(root) => reading::workspace(root)?,
            None => Workspace::at(&normal(Path::new(".")))?,
        };
        let shown = workspace.shown(path);
        let is_template = workspace.is_template(path)?
            || workspace.message_around(path).is_some()
            || block_name(&shown, &workspace).is_some();
        if is_template {
            templates.entry(workspace.root.clone()).or_default().push(path.clone());
        } else {
            others += 1;
        }
    }
    Ok((templates, others))
}

/// Returns what to lint: the arguments, or the whole workspace. Unusable files are added to
/// `unread`.
pub(super) fn targets(
    arguments: &LintArguments,
    workspace: &Workspace,
    known: &mut Knowledge,
    unread: &mut Vec<Diagnostic>,
) -> Result<Targets> {
    // Several files of one message may be given.
    let mut seen = HashSet::new();
    let mut sound = |each: Vec<std::result::Result<Message, Unusable>>| {
        let mut unusable = |error: Unusable| {
            if seen.insert(error.shown.clone()) {
                unread.push(error.finding(&*workspace.files, &workspace.root));
            }
        };
        let sound = each.into_iter().filter_map(|one| one.map_err(&mut unusable).ok());
        sound.map(Arc::new).collect::<Vec<_>>()
    };
    let mut targets = Targets::default();
    let is_root = |path: &PathBuf| !is_stdin(path) && normal(path) == workspace.root;
    if arguments.paths.is_empty() || arguments.paths.iter().any(is_root) {
        targets.is_whole = true;
        targets.blocks = known.blocks.keys().cloned().collect();
        let each = match targets.blocks.is_empty() {
            true => workspace.each_message(&workspace.root)?,
            false => workspace.messages_below(&workspace.root)?,
        };
        targets.messages = sound(each);
        return Ok(targets);
    }
    for path in &arguments.paths {
        if is_stdin(path) {
            stdin(arguments, workspace, known, &mut targets)?;
            continue;
        }
        if let Some(block) = block_at(path, workspace, known) {
            targets.blocks.push(block);
            continue;
        }
        if is_blocks_folder(path, workspace) {
            targets.blocks.extend(known.blocks.keys().cloned());
            continue;
        }
        // Rules check whole messages.
        let folder = workspace.message_around(path);
        targets.messages.extend(sound(workspace.each_message(folder.as_deref().unwrap_or(path))?));
    }
    targets.messages.sort_by(|a, b| a.name.cmp(&b.name));
    targets.messages.dedup_by(|a, b| a.name == b.name && a.parts.len() == b.parts.len());
    Ok(targets)
}

/// Returns the content block of a file.
fn block_at(path: &Path, workspace: &Workspace, known: &Knowledge) -> Option<String> {
    let shown = workspace.shown(path);
    let found = known.blocks.iter().find(|(_, block)| block.template.source.name() == shown);
    found.map(|(name, _)| name.clone())
}

fn is_blocks_folder(path: &Path, workspace: &Workspace) -> bool {
    path.is_dir() && workspace.shown(path) == workspace.config.paths.content_blocks
}

/// Returns the name for standard input, if it is linted.
pub(super) fn input_name(arguments: &LintArguments, workspace: &Workspace) -> Option<String> {
    arguments.paths.iter().find(|path| is_stdin(path))?;
    let file = arguments.stdin_filename.as_deref();
    Some(file.map_or_else(|| STDIN.to_owned(), |path| workspace.shown(path)))
}

/// Returns standard input as a message or content block; in place of a file, if one is named.
fn stdin(
    arguments: &LintArguments,
    workspace: &Workspace,
    known: &mut Knowledge,
    targets: &mut Targets,
) -> Result<()> {
    let text = reading::stdin()?;
    let options = workspace.config.settings().parse;
    let Some(path) = &arguments.stdin_filename else {
        let source = Arc::new(Source::new(STDIN, text));
        targets.messages.push(Arc::new(Message::of_text(STDIN, &source, options)));
        return Ok(());
    };
    let shown = workspace.shown(path);
    let source = Arc::new(Source::new(shown.as_str(), text));
    if let Some(name) = block_name(&shown, workspace) {
        let block = block_of(&source, options);
        Arc::make_mut(&mut known.blocks).insert(name.to_owned(), block);
        targets.blocks.push(name.to_owned());
        return Ok(());
    }
    let around = workspace.message_around(path).and_then(|folder| {
        let mut messages = workspace.messages(&folder).ok()?;
        (messages.len() == 1).then(|| messages.remove(0))
    });
    if let Some(mut message) = around
        && let Some(part) = message.parts.iter_mut().find(|part| part.source().name() == shown)
    {
        *part = part.with_text(&source, options);
        targets.messages.push(Arc::new(message));
        return Ok(());
    }
    let name = shown.strip_prefix("templates/").unwrap_or(&shown);
    let name = name.trim_end_matches(".liquid").trim_end_matches(".html").to_owned();
    targets.messages.push(Arc::new(Message::of_text(&name, &source, options)));
    Ok(())
}

/// Returns the name of the content block that a file would be.
fn block_name<'p>(shown: &'p str, workspace: &Workspace) -> Option<&'p str> {
    let file = shown.strip_prefix(&*workspace.config.paths.content_blocks)?.strip_prefix('/')?;
    let name = file.strip_suffix(".liquid").or_else(|| file.strip_suffix(".html"))?;
    (!name.contains('/')).then_some(name)
}
