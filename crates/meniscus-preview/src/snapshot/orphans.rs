use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::document::Snapshot;
use super::header::Header;
use super::place::{PENDING, SNAP};
use super::plan::Plan;
use crate::files::{Files, Kind};
use crate::project::Workspace;

/// A snapshot without a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    pub path: PathBuf,
    /// The file, relative to the workspace.
    pub shown: String,
    pub gone: Gone,
    /// Its name: `body`, `anna`.
    pub name: String,
    /// Whether it was never accepted.
    pub is_pending: bool,
}

/// What an orphaned snapshot's case is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    Message,
    Part,
    /// The scenario, or the message in its `templates`.
    Scenario,
}

impl Gone {
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Gone::Message => "message",
            Gone::Part => "part",
            Gone::Scenario => "scenario",
        }
    }
}

/// Returns snapshots without a case in a plan; for a partial plan, only those of its messages.
/// Files not written by meniscus are left out.
pub(super) fn orphans(
    workspace: &Workspace,
    plan: &Plan,
    files: &[(String, PathBuf)],
) -> Vec<Orphan> {
    if !plan.all_scenarios {
        return Vec::new();
    }
    let shown = &workspace.config.paths.snapshots;
    let cases = plan.cases.iter().map(|case| case.file.as_str()).collect::<HashSet<_>>();
    let mut found = Vec::new();
    for (file, path) in files {
        let is_pending = file.ends_with(PENDING);
        let of = file.strip_suffix(".new").unwrap_or(file);
        if cases.contains(of) {
            continue;
        }
        let Ok(Some(Snapshot { header: Some(header), .. })) =
            Snapshot::load(&*workspace.files, path, file)
        else {
            continue;
        };
        if let Some((gone, name)) = gone(plan, &header) {
            let shown = format!("{shown}/{file}");
            found.push(Orphan { path: path.clone(), shown, gone, name, is_pending });
        }
    }
    found
}

/// Returns what a header's case is missing; `None` if unknown.
fn gone(plan: &Plan, header: &Header) -> Option<(Gone, String)> {
    let known = plan.messages.contains(&header.message);
    if !known {
        return plan.is_whole.then(|| (Gone::Message, header.message.clone()));
    }
    // Unreadable files may be back tomorrow.
    if plan.unusable.contains(&header.scenario) || plan.lacks_block(&header.message, &header.part) {
        return None;
    }
    let of_message = || plan.cases.iter().filter(|case| case.part.message == header.message);
    if of_message().next().is_none() && !plan.untested.contains(&header.message) {
        return None;
    }
    let has_scenario = of_message().any(|case| case.scenario.scenario.name == header.scenario);
    if has_scenario {
        return Some((Gone::Part, header.part.clone()));
    }
    Some((Gone::Scenario, header.scenario.clone()))
}

/// Returns the snapshots below a folder, including pending ones, with their relative paths; sorted.
pub(super) fn files_below(files: &dyn Files, folder: &Path) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    collect(files, folder, "", &mut found);
    found.sort();
    found
}

/// Collects the snapshots below a folder, with paths relative to the first.
fn collect(files: &dyn Files, folder: &Path, prefix: &str, found: &mut Vec<(String, PathBuf)>) {
    for path in files.entries(folder).unwrap_or_default() {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if files.is_link(&path) {
            continue;
        }
        match files.kind(&path) {
            Some(Kind::Folder) => collect(files, &path, &format!("{prefix}{name}/"), found),
            Some(Kind::File) if [SNAP, PENDING].iter().any(|end| has_ending(name, end)) => {
                found.push((format!("{prefix}{name}"), path.clone()));
            }
            _ => {}
        }
    }
}

fn has_ending(name: &str, ending: &str) -> bool {
    name.strip_suffix(ending).is_some_and(|stem| stem.ends_with('.'))
}
