use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result};
use meniscus::files::CHECKED_NOTE;
use meniscus::project::{ProjectError, Workspace};
use meniscus::serve::Stop;
use meniscus::serve::preview::{
    ExportError, LONGEST_RENDER, Options, PreviewError, engine, export, export_interactive, start,
};

use super::Verdict;
use super::preview_arguments::PreviewArguments;
use super::progress::LateBar;
use super::reading;
use super::terminal::{note, print};

/// Serves the preview until it is stopped.
pub(super) fn run(arguments: &PreviewArguments) -> Result<Verdict> {
    let (workspace, path) = workspace_and_path(arguments)?;
    if let Some(folder) = &arguments.export {
        return write_export(workspace, &path, folder, arguments);
    }
    let options = Options { path, port: arguments.port, longest_render: LONGEST_RENDER };
    let stop = Stop::listen(arguments.until_eof).context("can't listen for Ctrl-C")?;
    let preview = start(workspace, &options).map_err(with_help)?;
    let (messages, scenarios) = preview.counts();
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    note(&format!(
        "{messages} message{}, {scenarios} scenario{}; press Ctrl-C to stop\n",
        plural(messages),
        plural(scenarios)
    ));
    if preview.checks_files() {
        note(CHECKED_NOTE);
    }
    print(&format!("preview at {}\n", preview.url()))?;
    if arguments.open && !open(&preview.url()) {
        note("note: can't open a browser; open the address yourself\n");
    }
    stop.wait();
    preview.stop();
    note("stopped\n");
    Ok(Verdict::Fine)
}

/// Writes the page to files.
fn write_export(
    workspace: Workspace,
    path: &Path,
    folder: &Path,
    arguments: &PreviewArguments,
) -> Result<Verdict> {
    let overwrite = arguments.overwrite;
    let bar = OnceLock::new();
    let progress = |_, all| bar.get_or_init(|| LateBar::new(all, "messages")).advance();
    let exported = match arguments.interactive {
        true => engine(arguments.engine.as_deref())
            .and_then(|engine| export_interactive(workspace, path, folder, overwrite, &engine)),
        false => export(workspace, path, folder, overwrite, &progress),
    };
    if let Some(bar) = bar.get() {
        bar.finish();
    }
    let exported = exported.map_err(|error| match error {
        ExportError::Project(error) => error,
        error => ProjectError::Unknown { message: error.to_string(), help: error.help() },
    })?;
    reading::report(&exported.troubles);
    let plural = if exported.messages == 1 { "" } else { "s" };
    note(&format!("{} message{plural}, {} files\n", exported.messages, exported.files));
    print(&format!("{}\n", folder.join("index.html").display()))?;
    Ok(Verdict::Fine)
}

/// Returns the workspace, and the path to show: all of it by default.
fn workspace_and_path(arguments: &PreviewArguments) -> Result<(Workspace, PathBuf)> {
    let Some(path) = &arguments.path else {
        let workspace = reading::workspace(Path::new(""))?;
        let root = workspace.root.clone();
        return Ok((workspace, root));
    };
    let folder = if path.is_dir() { Some(&**path) } else { path.parent() };
    let workspace = reading::workspace(folder.unwrap_or(Path::new("")))?;
    if !path.exists() {
        // Reports what is wrong with the path.
        workspace.messages(path)?;
    }
    Ok((workspace, path.clone()))
}

/// Combines an error with its help for the terminal.
fn with_help(error: PreviewError) -> ProjectError {
    match error {
        PreviewError::Project(error) => error,
        error => ProjectError::Unknown { message: error.to_string(), help: error.help() },
    }
}

/// Opens an address in the browser; returns false if nothing on this system can.
pub(super) fn open(url: &str) -> bool {
    let programs: &[(&str, &[&str])] = if cfg!(target_os = "macos") {
        &[("open", &[])]
    } else if cfg!(windows) {
        // `start` takes the first quoted string as a title.
        &[("cmd", &["/C", "start", ""])]
    } else {
        &[("xdg-open", &[]), ("wslview", &[])]
    };
    programs.iter().any(|(program, first)| {
        let mut command = Command::new(program);
        command.args(*first).arg(url);
        // The terminal may close before the browser is up, which ends only this program's process
        // group.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().is_ok()
    })
}
