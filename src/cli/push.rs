use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use meniscus::braze::{
    Kind, Listed, Operation, Planned, PushError, PushPlan, Site, only_here, plan as planned,
};
use meniscus::diagnostic::Severity;
use meniscus::files::{Placement, read_file_to_string, write_whole};
use meniscus::project::{ProjectError, Workspace};
use meniscus::render::Gather;
use meniscus::report::{counted, for_terminal, unified_diff};
use meniscus::snapshot::{Plan as TestPlan, Selection as TestSelection, test};

use super::Verdict;
use super::braze::{Asking, SETTINGS, Selection, linted, write_failed};
use super::failed;
use super::terminal::{look_of_output, note, print};

/// The longest time for which a plan holds, unless it is said otherwise.
const HOURS: u32 = 24;

/// What can be pushed.
const PUSHED: [Kind; 2] = [Kind::ContentBlock, Kind::EmailTemplate];

/// Arguments of `push`.
#[derive(Args, Debug)]
#[command(after_help = format!("{EXAMPLES}\n{SETTINGS}\n{PERMISSIONS}"))]
pub(super) struct PushArguments {
    #[command(flatten)]
    pub selection: Selection,
    /// Write the plan to this file, for --apply
    #[arg(long, value_name = "FILE", conflicts_with = "apply")]
    pub plan: Option<PathBuf>,
    /// Apply this plan, if nothing has changed since it was made
    #[arg(long, value_name = "FILE", conflicts_with_all = ["only", "name", "tag"])]
    pub apply: Option<PathBuf>,
    /// Hours after which a plan expires
    #[arg(long, value_name = "HOURS", default_value_t = HOURS)]
    pub max_age: u32,
    /// Push even if lint has errors or a test fails
    #[arg(long)]
    pub allow_findings: bool,
}

const EXAMPLES: &str = "\
Examples:
  meniscus push
  meniscus push --plan push.json
  meniscus push --apply push.json

You can push content blocks and email templates; Braze's API can't change campaigns or Canvases.
Nothing is ever deleted in Braze, and nothing is written there without --apply.";

const PERMISSIONS: &str = "
The API key needs the permissions that `meniscus pull` needs, and content_blocks.create,
content_blocks.update, templates.email.create, and templates.email.update.";

/// Shows what a push would do, or does what a plan says.
pub(super) fn run(arguments: &PushArguments) -> Result<Verdict> {
    let mut asking = Asking::new(&arguments.selection)?;
    if Site::of(&asking.workspace).style == meniscus::braze::Style::BrazeSync {
        let message = "this workspace uses the layout of braze-sync".to_owned();
        return Err(failed(message, "push it with `braze-sync apply`"));
    }
    if !arguments.allow_findings && !is_green(&asking.workspace)? {
        return Ok(Verdict::Found);
    }
    match &arguments.apply {
        None => show(arguments, &asking),
        Some(file) => {
            let done = apply(arguments, file, &mut asking);
            asking.bar.finish_and_clear();
            done
        }
    }
}

/// Whether lint has no errors, and all snapshots and expectations hold. Says so if not.
fn is_green(workspace: &Workspace) -> Result<bool> {
    let (session, linted) = linted(workspace)?;
    let errors = linted.diagnostics.iter().filter(|one| one.severity == Severity::Error);
    let errors = errors.collect::<Vec<_>>();
    let plan = TestPlan::of(&session, &TestSelection::default())?;
    let results = test(&session, plan, Gather::default(), |_| {});
    if let Some(first) = errors.first() {
        let count = counted(errors.len() as u64, "error", "errors");
        let place = first.primary.in_file();
        let line = place.source.position(place.span.start as usize).line;
        note(&format!(
            "not pushed: `meniscus lint` reports {count}, first in {}:{line}: {}\n",
            for_terminal(place.source.name()),
            for_terminal(&first.message)
        ));
    }
    let red = ["changed", "refused", "unreadable"].iter().map(|name| results.count(name));
    let changed = red.sum::<usize>() + results.claims().1 + results.problems.len();
    if changed > 0 {
        let changed = counted(
            changed as u64,
            "snapshot or expectation fails",
            "snapshots and expectations fail",
        );
        note(&format!("not pushed: {changed} in `meniscus test`\n"));
    }
    let is_green = errors.is_empty() && changed == 0;
    if !is_green {
        note("help: fix them, or pass `--allow-findings`\n");
    }
    Ok(is_green)
}

/// Lists what can be pushed.
fn listed(asking: &Asking) -> Result<Vec<Listed>> {
    let mut all = Vec::new();
    for kind in PUSHED {
        if asking.kinds().contains(&kind) {
            all.extend(asking.list(kind, None)?);
        }
    }
    Ok(all)
}

fn show(arguments: &PushArguments, asking: &Asking) -> Result<Verdict> {
    let all = listed(asking)?;
    let site = Site::of(&asking.workspace);
    let kinds = PUSHED.into_iter().filter(|kind| asking.kinds().contains(kind));
    let new = kinds.flat_map(|kind| only_here(&asking.workspace, &asking.lock, kind, &all));
    let new = new.filter(|one| {
        let (kind, name, id) = (one.kind, one.name.clone(), String::new());
        asking.takes(&Listed { kind, id, name, edited: String::new(), tags: Vec::new() })
    });
    let new = new.collect::<Vec<_>>();
    let takes = |one: &Listed| asking.takes(one);
    let now = jiff::Timestamp::now();
    let found = planned(&asking.client, site, &asking.lock, &all, &new, &takes, now);
    asking.bar.finish_and_clear();
    let found = found.map_err(|error| failed(error.to_string(), error.help()))?;
    print(&human(&found))?;
    if let Some(file) = &arguments.plan {
        let text = serde_json::to_string_pretty(&found.plan)? + "\n";
        write_whole(file, text.as_bytes(), Placement::Replace).map_err(|error| {
            failed(
                format!("can't write `{}`: {error}", file.display()),
                "check that the folder exists and is writable",
            )
        })?;
        note(&format!("wrote {}; run `meniscus push --apply {0}` to apply it\n", file.display()));
    }
    Ok(if found.blocked.is_empty() { Verdict::Fine } else { Verdict::Found })
}

/// Says what a plan would do.
fn human(found: &Planned) -> String {
    let mut out = String::new();
    for file in &found.files {
        unified_diff(&file.path, &file.before, &file.after, look_of_output().color, &mut out);
    }
    if !out.is_empty() {
        out.push('\n');
    }
    for operation in &found.plan.operations {
        out.push_str(&format!("would {}\n", for_terminal(&operation.words())));
    }
    for blocked in &found.blocked {
        out.push_str(&format!(
            "can't push the {}: {}\n",
            for_terminal(&blocked.what),
            for_terminal(&blocked.why)
        ));
    }
    if found.plan.operations.is_empty() && found.blocked.is_empty() {
        out.push_str("nothing to push: the pulled files match Braze\n");
    }
    out
}

fn apply(arguments: &PushArguments, file: &Path, asking: &mut Asking) -> Result<Verdict> {
    let text = read_file_to_string(file).map_err(|error| ProjectError::unreadable(file, &error))?;
    let shown = file.display();
    let plan = PushPlan::read(&text).map_err(|why| {
        failed(
            format!("`{shown}` isn't a plan: {why}"),
            "create one with `meniscus push --plan FILE`",
        )
    })?;
    let again = "create a new plan with `meniscus push --plan FILE`";
    if plan.endpoint != asking.client.endpoint() {
        return Err(failed(format!("the plan is for `{}`", plan.endpoint), again));
    }
    // Clocks differ by some minutes.
    let holds = -5..i64::from(arguments.max_age) * 60;
    if !plan.age(jiff::Timestamp::now()).is_some_and(|age| holds.contains(&age)) {
        let message = format!("the plan of {} is no longer valid", plan.made);
        return Err(failed(message, again));
    }
    let all = listed(asking)?;
    let site = Site::of(&asking.workspace);
    plan.check(&asking.client, site, &all)
        .map_err(|error| failed(format!("nothing was pushed: {error}"), error.help()))?;
    let mut verdict = Verdict::Fine;
    for (place, operation) in plan.operations.iter().enumerate() {
        asking.bar.set_message(operation.name.clone());
        operation.announce(&mut asking.lock);
        asking.lock.write(&asking.workspace.root).map_err(write_failed)?;
        let disliked = match operation.apply(&asking.client, site, &mut asking.lock) {
            Ok(disliked) => disliked,
            Err(error) => return Err(partial(&plan.operations, place, &error)),
        };
        // What Braze has is known, whatever happens next.
        asking.lock.write(&asking.workspace.root).map_err(write_failed)?;
        asking.bar.inc(1);
        print(&format!("done: {}\n", for_terminal(&operation.words())))?;
        if let Some(disliked) = disliked {
            note(&format!(
                "note: Braze accepted it with this message: {}\n",
                for_terminal(&disliked)
            ));
            verdict = Verdict::Found;
        }
    }
    Ok(verdict)
}

/// Says what was done, what may have been done, and what wasn't.
fn partial(operations: &[Operation], at: usize, error: &PushError) -> anyhow::Error {
    let failed_one = operations.get(at).map(Operation::words).unwrap_or_default();
    let certainty = match error.is_unknown() {
        true => "can't tell whether Braze did",
        false => "Braze didn't",
    };
    let left = operations.len() - at - 1;
    let message = format!(
        "{certainty} {failed_one}: {error}; {} done before it, {} not tried",
        counted(at as u64, "operation was", "operations were"),
        counted(left as u64, "operation was", "operations were"),
    );
    let help = format!(
        "{}; run `meniscus drift` to see what Braze has now, then create a new plan",
        error.help()
    );
    failed(message, &help)
}
