use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use meniscus::http::{held_secrets, secret_forms};
use meniscus::live::LiveConfig;
use meniscus::live::credential::{Environment, SHORTEST_SECRET};
use meniscus::project::{ProjectError, Workspace};
use meniscus::recording::Replay;
use meniscus::serve::Stop;
use meniscus::serve::mock::{MockServer, Options, start};

use super::Verdict;
use super::arguments::MockArguments;
use super::reading;
use super::terminal::{note, print, show_failure};
use super::watch::repeat;

/// Serves the recordings until it is stopped.
pub(super) fn run(arguments: &MockArguments) -> Result<Verdict> {
    if !(0.0..=1.0).contains(&arguments.fail_rate) {
        return Err(ProjectError::Unknown {
            message: format!("`--fail-rate {}` isn't between 0 and 1", arguments.fail_rate),
            help: "use a share such as 0.1, which fails every tenth request".to_owned(),
        }
        .into());
    }
    let workspace = reading::workspace(Path::new(""))?;
    let recordings = recordings(&workspace, &arguments.names)?;
    let count = recordings.len();
    let folder = workspace.config.paths.recordings.clone();
    let options = Options {
        port: arguments.port,
        delay: Duration::from_millis(arguments.delay),
        fail_rate: arguments.fail_rate,
        seed: arguments.seed,
        folder: folder.clone(),
        secrets: secrets(&workspace),
        log: Some(Arc::new(|exchange| note(&format!("{}\n", exchange.line())))),
        ..Options::default()
    };
    let stop = Stop::listen(arguments.until_eof).context("can't listen for Ctrl-C")?;
    let mock = start(recordings, options).map_err(|error| {
        let help = error.help().to_owned();
        ProjectError::Unknown { message: error.to_string(), help }
    })?;
    let mock = Arc::new(mock);
    let noun = if count == 1 { "recording" } else { "recordings" };
    note(&format!("{count} {noun} from `{folder}`; press Ctrl-C to stop\n"));
    print(&format!("listening on {}\n", mock.url()))?;
    if arguments.watch {
        let (mock, names) = (Arc::clone(&mock), arguments.names.clone());
        std::thread::Builder::new()
            .spawn(move || watch(&workspace, &names, &mock))
            .context("can't watch files on this system")?;
    }
    stop.wait();
    note("stopped\n");
    Ok(Verdict::Fine)
}

/// Serves what is on disk, and updates after every change.
fn watch(workspace: &Workspace, names: &[String], mock: &MockServer) {
    let folder = workspace.root.join(&workspace.config.paths.recordings);
    // A missing folder can't be watched, but the workspace can.
    let watched = if folder.is_dir() { folder.clone() } else { workspace.root.clone() };
    let inside = move |path: &Path| path.starts_with(&folder);
    let ended = repeat(&watched, inside, || {
        let recordings = recordings(workspace, names)?;
        // While a file is being written, its previous contents are kept.
        if reading::is_incomplete() {
            reading::begin();
            return Ok(Verdict::CouldNotRun);
        }
        note(&format!("serving {} recordings\n", recordings.len()));
        mock.replace(recordings);
        Ok(Verdict::Fine)
    });
    if let Err(error) = ended {
        show_failure(&error);
    }
}

/// Returns the credentials and the secrets of variables, in every form.
fn secrets(workspace: &Workspace) -> Vec<String> {
    let mut found = Vec::new();
    let mut know = |text: &str| found.extend(secret_forms(text));
    let credentials = workspace.config.secrets(&Environment::of_process());
    // Shorter ones would mask words; calls with them are refused.
    let long =
        credentials.iter().map(|one| one.expose()).filter(|one| one.len() >= SHORTEST_SECRET);
    long.for_each(&mut know);
    for (name, value) in workspace.config.variables() {
        held_secrets(name, &value, &mut know);
    }
    found
}

/// Returns the workspace's recordings, or the named ones.
fn recordings(workspace: &Workspace, names: &[String]) -> Result<Replay> {
    let recordings = reading::recordings(workspace);
    if names.is_empty() {
        return Ok(recordings);
    }
    recordings.select(names).map_err(|error| {
        let help = match &error.nearest {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "name a recording, or a file or folder in the recordings folder".to_owned(),
        };
        let message = format!("the recording `{}` doesn't exist", error.name);
        ProjectError::Unknown { message, help }.into()
    })
}
