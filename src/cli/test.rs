use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::Result;
use meniscus::project::{ProjectError, Workspace};
use meniscus::render::Gather;
use meniscus::report::test as formats;
use meniscus::session::{FileKind, Session};
use meniscus::snapshot::{
    Accepted, Plan, Results, SNAP, Selection, accept, accept_orphan, keep_pending, test,
};

use super::Verdict;
use super::progress::LateBar;
use super::reading;
use super::terminal::{look_of_output, note, paths_of, print_as};
use super::test_arguments::{TestArguments, TestFormat};
use super::test_recordings;
use super::test_review::{require_terminal, review};
use super::watch;

/// Tests once, or at every change.
pub(super) fn run(arguments: &TestArguments) -> Result<Verdict> {
    if arguments.review {
        require_terminal()?;
    }
    if !arguments.watch {
        return test_once(arguments);
    }
    let workspace = workspace_of(arguments)?;
    let named = arguments.paths.iter().filter_map(|path| std::path::absolute(path).ok());
    let named = named.collect::<Vec<_>>();
    let folders = workspace.folders();
    let root = workspace.root.clone();
    let snapshots = root.join(&workspace.config.paths.snapshots);
    let matters = move |path: &Path| {
        // What a run writes itself doesn't trigger another.
        if path.starts_with(&snapshots) {
            return path.extension().is_some_and(|ending| ending == SNAP);
        }
        named.iter().any(|known| path.starts_with(known))
            || folders.iter().any(|folder| path.starts_with(root.join(folder)))
    };
    watch::repeat(&workspace.root, matters, || test_once(arguments))
}

/// What to do with new and changed texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Write them next to the snapshots.
    Keep,
    Accept,
    /// Ask about each text.
    Review,
    /// Do nothing.
    Check,
}

fn mode(arguments: &TestArguments) -> Mode {
    let in_ci = || {
        let ci = std::env::var("CI").unwrap_or_default();
        !matches!(&*ci.to_ascii_lowercase(), "" | "0" | "false")
    };
    match arguments {
        TestArguments { accept: true, .. } => Mode::Accept,
        TestArguments { review: true, .. } => Mode::Review,
        TestArguments { check: true, .. } => Mode::Check,
        _ if in_ci() => Mode::Check,
        _ => Mode::Keep,
    }
}

fn test_once(arguments: &TestArguments) -> Result<Verdict> {
    let workspace = workspace_of(arguments)?;
    let mut mode = mode(arguments);
    let session = reading::session(workspace, &arguments.paths)?;
    let workspace = &*session.workspace;
    // Results would lack the responses of broken recordings.
    match mode {
        Mode::Accept | Mode::Review => reading::require_recordings(&session)?,
        _ if session.unread_of(FileKind::Recording).next().is_some() => mode = Mode::Check,
        Mode::Keep | Mode::Check => {}
    }
    let plan = plan(arguments, &session)?;
    if arguments.all_recordings {
        return test_recordings::run(&session, plan, arguments.format);
    }
    let counting = arguments.coverage.begin(&plan);
    let bar = LateBar::new(plan.cases.len(), "texts");
    let results = test(&session, plan, arguments.coverage.gather(), |outcome| {
        counting.add(outcome);
        bar.advance();
    });
    bar.finish();
    let verdict = match mode {
        Mode::Accept => accept_all(arguments, &session, &results)?,
        Mode::Review => review(workspace, &results, arguments.preview_port)?,
        mode => {
            if mode == Mode::Keep {
                keep_all(workspace, &results)?;
            }
            print_as(
                arguments.format.is_report(),
                &formatted(workspace, &results, arguments.format, mode == Mode::Check),
            )?;
            verdict(&results)
        }
    };
    let is_text = arguments.format == TestFormat::Human;
    arguments.coverage.report(workspace, counting, is_text, verdict)
}

/// Plans the test; unusable recordings are among its problems.
fn plan(arguments: &TestArguments, session: &Session) -> Result<Plan> {
    let selection = Selection { scenarios: arguments.scenario.clone(), ..Selection::default() };
    let mut plan = Plan::of(session, &selection)?;
    plan.problems.extend(session.unread_of(FileKind::Recording).cloned());
    Ok(plan)
}

fn formatted(
    workspace: &Workspace,
    results: &Results,
    format: TestFormat,
    is_check: bool,
) -> String {
    match format {
        TestFormat::Human => {
            let mut text = String::new();
            formats::human(results, is_check, look_of_output(), &mut text);
            text
        }
        TestFormat::Json => format!("{:#}\n", formats::json(results)),
        TestFormat::Junit => formats::junit(results),
        TestFormat::Github => formats::github(results, is_check, &paths_of(workspace)),
    }
}

fn verdict(results: &Results) -> Verdict {
    if !results.problems.is_empty() {
        Verdict::CouldNotRun
    } else if results.is_fine() {
        Verdict::Fine
    } else {
        Verdict::Found
    }
}

/// Writes new and changed texts next to the snapshots.
fn keep_all(workspace: &Workspace, results: &Results) -> Result<()> {
    for tested in &results.tested {
        keep_pending(workspace, tested)?;
    }
    for orphan in results.orphans.iter().filter(|orphan| orphan.is_pending) {
        accept_orphan(workspace, orphan)?;
    }
    Ok(())
}

/// Accepts everything, and reports what was written.
fn accept_all(arguments: &TestArguments, session: &Session, results: &Results) -> Result<Verdict> {
    let workspace = &*session.workspace;
    let mut refreshed = 0;
    let mut lines = String::new();
    for tested in &results.tested {
        match accept(workspace, tested)? {
            Accepted::Written => {
                lines.push_str(&format!("accepted {} ({})\n", tested.shown, tested.status.name()));
            }
            Accepted::Refreshed => refreshed += 1,
            Accepted::Unchanged => {}
        }
    }
    for orphan in &results.orphans {
        accept_orphan(workspace, orphan)?;
        lines.push_str(&format!("removed {}\n", orphan.shown));
    }
    note(&lines);
    if refreshed > 0 {
        note(&format!("updated the headers of {refreshed} unchanged snapshots\n"));
    }
    // Everything present is now accepted; report what couldn't be tested.
    let results = test(session, plan(arguments, session)?, Gather::default(), |_| ());
    print_as(
        arguments.format.is_report(),
        &formatted(workspace, &results, arguments.format, false),
    )?;
    Ok(verdict(&results))
}

fn workspace_of(arguments: &TestArguments) -> Result<Workspace> {
    let folder = match arguments.paths.first() {
        Some(path) if path.is_dir() => path.clone(),
        Some(path) => path.parent().map_or_else(PathBuf::new, Path::to_owned),
        None => PathBuf::new(),
    };
    let workspace = reading::workspace(&folder)?;
    let mut seen = HashSet::new();
    for path in &arguments.paths {
        let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
        if !seen.insert(folder.to_owned()) {
            continue;
        }
        let other = reading::workspace(folder)?;
        if other.root != workspace.root && other.root.join("meniscus.toml").is_file() {
            let message = format!("`{}` belongs to another workspace", path.display());
            let help = format!("test `{}` separately", other.root.display());
            return Err(ProjectError::Unknown { message, help }.into());
        }
    }
    Ok(workspace)
}
