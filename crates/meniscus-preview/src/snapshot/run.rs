use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use super::cause::causes;
use super::document::Snapshot;
use super::expect::{expectations, has_expectations, idle_expectations};
use super::header::Header;
use super::orphans::{files_below, orphans};
use super::place::PENDING;
use super::plan::{Case, Plan};
use super::results::{Results, Status, Tested};
use crate::project::Workspace;
use crate::render::{CallResult, Gather, Outcome, render_gathering};
use crate::session::Session;

/// Renders every case of a plan in parallel, and returns results in the plan's order.
///
/// Outcomes only live as long as `each` keeps them, so that ten thousand needn't be in memory.
/// `gather` determines what they contain besides the text.
pub fn render_cases<T: Send>(
    plan: &Plan,
    gather: Gather,
    each: impl Fn(&Case, Outcome) -> T + Sync,
) -> Vec<T> {
    let rendered = plan.cases.par_iter().map(|case| {
        let outcome = render_gathering(&case.part.part.template, &case.scenario.world, gather);
        each(case, outcome)
    });
    rendered.collect()
}

/// Renders every case, and compares it with its snapshot and its scenario's expectations. `on_done`
/// is called with each result, unordered, including what `gather` requests; nothing is written.
pub fn test(
    session: &Session,
    mut plan: Plan,
    gather: Gather,
    on_done: impl Fn(&Outcome) + Sync,
) -> Results {
    let workspace = &*session.workspace;
    let files =
        files_below(&*workspace.files, &workspace.root.join(&workspace.config.paths.snapshots));
    let comparison = Comparison::with(workspace, &plan, &files);
    let tested = render_cases(&plan, gather, |case, outcome| {
        on_done(&outcome);
        let expects = has_expectations(&case.scenario.scenario, &case.part.message);
        (comparison.of(case, &outcome), expects.then_some(outcome))
    });
    let (tested, outcomes): (Vec<_>, Vec<_>) = tested.into_iter().unzip();
    let expected = expectations(&plan, &outcomes);
    let orphans = orphans(workspace, &plan, &files);
    let mut problems = std::mem::take(&mut plan.problems);
    problems.extend(idle_expectations(session, &plan).into_iter().map(Arc::new));
    let Plan { recordings, untested, .. } = plan;
    Results { tested, recordings, expected, orphans, problems, untested }
}

/// Renders every case and compares it with its snapshot, in the plan's order; `None` if cancelled
/// by `should_continue`. `on_done` is called with the message and results of its cases, unordered,
/// including what `gather` requests. Nothing is written.
pub fn compare_cases(
    workspace: &Workspace,
    plan: &Plan,
    gather: Gather,
    should_continue: &(dyn Fn() -> bool + Sync),
    on_done: &(dyn Fn(&str, &Outcome) + Sync),
) -> Option<Vec<Tested>> {
    let comparison = Comparison::new(workspace, plan);
    let compared = plan.cases.par_iter().map(|case| {
        should_continue().then(|| {
            let world = &case.scenario.world;
            let outcome = render_gathering(&case.part.part.template, world, gather);
            on_done(&case.part.message, &outcome);
            comparison.of(case, &outcome)
        })
    });
    compared.collect()
}

/// Compares the cases of a plan with a workspace's snapshots.
pub struct Comparison<'p> {
    workspace: &'p Workspace,
    plan: &'p Plan,
    parts: HashSet<String>,
    scenarios: HashSet<String>,
}

impl<'p> Comparison<'p> {
    /// Looks up existing snapshots.
    #[must_use]
    pub fn new(workspace: &'p Workspace, plan: &'p Plan) -> Comparison<'p> {
        let folder = workspace.root.join(&workspace.config.paths.snapshots);
        Comparison::with(workspace, plan, &files_below(&*workspace.files, &folder))
    }

    fn with(
        workspace: &'p Workspace,
        plan: &'p Plan,
        files: &[(String, PathBuf)],
    ) -> Comparison<'p> {
        let accepted = files.iter().filter(|(file, _)| !file.ends_with(PENDING));
        let halves = accepted.filter_map(|(file, _)| file.rsplit_once('/'));
        let halves = halves.map(|(part, scenario)| (part.to_owned(), scenario.to_owned()));
        let (parts, scenarios) = halves.unzip();
        Comparison { workspace, plan, parts, scenarios }
    }

    /// Compares a case of the plan.
    #[must_use]
    pub fn of(&self, case: &Case, outcome: &Outcome) -> Tested {
        let folder = &self.workspace.config.paths.snapshots;
        let shown = format!("{folder}/{}", case.file);
        let status = match case.part.refused.is_empty() {
            true => {
                let now = snapshot_of(self.plan, case, outcome);
                let path = self.workspace.root.join(folder).join(&case.file);
                let before = Snapshot::load(&*self.workspace.files, &path, &shown);
                compare(before, now, || self.has_others(case))
            }
            false => Status::Refused(case.part.refused.clone()),
        };
        Tested { case: case.clone(), shown, status }
    }

    /// Whether the part and the scenario have other snapshots.
    fn has_others(&self, case: &Case) -> bool {
        let halves = case.file.rsplit_once('/');
        halves
            .is_some_and(|(part, name)| self.parts.contains(part) && self.scenarios.contains(name))
    }
}

/// Returns what is kept of an outcome.
#[must_use]
pub fn snapshot_of(plan: &Plan, case: &Case, outcome: &Outcome) -> Snapshot {
    let mut header = plan.header_of(case);
    for call in &outcome.calls {
        if let CallResult::Answered { recording, .. } = &call.result
            && let Some(known) = plan.recordings.get(recording)
        {
            header.recordings.insert(recording.clone(), known.digest.clone());
        }
    }
    let text = Snapshot::text_of(&case.part.part.name, outcome, &case.scenario.secrets);
    Snapshot { header: Some(header), text }
}

fn compare(
    before: Result<Option<Snapshot>, super::SnapshotError>,
    now: Snapshot,
    has_others: impl FnOnce() -> bool,
) -> Status {
    let before = match before {
        Ok(before) => before,
        Err(error) => return Status::Unreadable(error),
    };
    match before {
        None if has_others() => Status::Missing(Box::new(now)),
        None => Status::New(Box::new(now)),
        Some(before) if before.text == now.text => {
            let refreshed = (before.header != now.header).then(|| Box::new(now));
            Status::Same { refreshed }
        }
        Some(before) => {
            let none = Header::default();
            let causes = match (&before.header, &now.header) {
                (Some(old), new) => causes(old, new.as_ref().unwrap_or(&none)),
                (None, _) => Vec::new(),
            };
            Status::Changed { before: Box::new(before), now: Box::new(now), causes }
        }
    }
}
