use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Result;
use meniscus::diagnostic::Severity;
use meniscus::endpoint::drift::drift;
use meniscus::live::LiveConfig;
use meniscus::live::credential::Environment;
use meniscus::live::record::{
    Entry, EntryOptions, EntryState, Recorder, entries, is_worth_keeping, system_clock, write_file,
};
use meniscus::live::redact::{Redacted, Redactor};
use meniscus::project::{ProjectError, Workspace, live_world};
use meniscus::recording::{Fetch, Replay};
use meniscus::render::render;
use meniscus::report::draw;

use super::arguments::RecordArguments;
use super::jobs::{Job, Wanted, clock, jobs, workspace_of};
use super::reading;
use super::record_plan::context_of;
use super::terminal::{look, note, print};
use super::{Verdict, live, record_plan, record_winner};

/// Renders with live calls, and saves the responses.
pub(super) fn run(arguments: &RecordArguments) -> Result<Verdict> {
    let wanted = wanted(arguments);
    let workspace = workspace_of(&wanted)?;
    let known = reading::sound_recordings(&workspace)?;
    let jobs = jobs(&wanted, &workspace)?;
    live::require_hosts(&workspace, || record_plan::hosts(&workspace, &known, &jobs))?;
    if arguments.dry_run {
        return record_plan::show(&workspace, &known, &jobs);
    }
    let environment = Environment::of_process();
    let mut options = workspace.config.redact_options(&environment)?;
    options.detect = !arguments.keep_personal_data;
    let mut redactor = Redactor::new(options);
    let live = live::source(&workspace)?;
    let recorder = Arc::new(Recorder::new(Arc::<meniscus::live::Live>::clone(&live)));
    let (broken, calls) = render_all(&workspace, &jobs, &recorder)?;
    let exchanges = recorder.exchanges();
    // Calls are live, so the clock is too, unless `--now` sets it.
    let recorded_at = clock(wanted.now.as_deref())?.unwrap_or_else(system_clock);
    let folder = workspace.root.join(&workspace.config.paths.recordings);
    let options = EntryOptions {
        folder: &folder,
        known: &known,
        recorded_at: &recorded_at,
        overwrite_matchers: arguments.overwrite_matchers,
        failures: arguments.failures,
    };
    let entries = entries(&exchanges, &mut redactor, &live.secrets(), options);
    write(&workspace, &known, &entries)?;
    report_doubtful(&redactor);
    let mut failed = broken;
    let ready = redactor.ready();
    let now = reading::sound_recordings(&workspace)?;
    record_winner::report(&workspace, &now, (&jobs, &exchanges), &entries, &ready);
    for exchange in &exchanges {
        let Ok(answer) = &exchange.outcome else {
            failed = true;
            continue;
        };
        if let Err(why) = is_worth_keeping(answer, arguments.failures) {
            failed = true;
            let safe = ready.request(&exchange.request, &mut Redacted::default());
            let what = safe.to_http();
            let what = what.lines().next().unwrap_or_default().to_owned();
            note(&format!("not recorded: {what}: {}\n", ready.text(&why)));
        }
    }
    if calls == 0 {
        note("note: the templates make no calls for these scenarios\n");
    }
    Ok(if failed { Verdict::Found } else { Verdict::Fine })
}

/// Returns what `render` would select with these arguments.
fn wanted(arguments: &RecordArguments) -> Wanted {
    Wanted {
        paths: arguments.paths.clone(),
        scenarios: arguments.scenario.clone(),
        all: arguments.all,
        part: arguments.part.clone(),
        set: arguments.set.clone(),
        now: arguments.now.clone(),
        is_plain: false,
    }
}

/// Renders everything sequentially. Returns whether a template or call failed, and the number of
/// calls, whether or not they were made.
fn render_all(
    workspace: &Workspace,
    jobs: &[Job],
    recorder: &Arc<Recorder>,
) -> Result<(bool, usize)> {
    let blocks = reading::content_blocks(workspace);
    let bar = live::bar(jobs.len());
    let mut said: BTreeMap<String, ()> = BTreeMap::new();
    let mut calls = 0;
    for job in jobs {
        bar.set_message(format!("{} · {} · {}", job.message, job.part.name, job.scenario.name));
        recorder.set_context(context_of(job));
        let fetch: Arc<dyn Fetch> = Arc::<Recorder>::clone(recorder);
        let world = live_world(&workspace.config, &job.scenario, &blocks, fetch)?;
        let outcome = render(&job.part.template, &world, false);
        calls += outcome.calls.len();
        let errors = outcome.diagnostics.iter().filter(|found| found.severity == Severity::Error);
        for diagnostic in errors {
            let mut text = String::new();
            draw(diagnostic, look(), &mut text);
            if said.insert(text.clone(), ()).is_none() {
                bar.suspend(|| note(&text));
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok((!said.is_empty(), calls))
}

/// Writes the recordings, and reports the state of each.
fn write(workspace: &Workspace, known: &Replay, entries: &[Entry]) -> Result<()> {
    for (done, entry) in entries.iter().enumerate() {
        let shown = workspace.shown(&entry.file);
        if entry.state != EntryState::Same {
            write_file(&workspace.root, &entry.file, &entry.contents).map_err(|error| ProjectError::Unknown {
                message: format!(
                    "can't write `{shown}`: {}; {done} of {} recordings were written, the others \
                     are unchanged",
                    error.reason,
                    entries.len()
                ),
                help: error.help,
            })?;
        }
        let word = match entry.state {
            EntryState::New => "wrote",
            EntryState::Changed => "updated",
            EntryState::Same => "unchanged",
        };
        let mut text = format!("{word} {shown}\n");
        if entry.state != EntryState::Same && !entry.redacted.0.is_empty() {
            let redacted = entry.redacted.0.iter().map(String::as_str).collect::<Vec<_>>();
            text.push_str(&format!("  removed {}\n", redacted.join("; ")));
        }
        if let Some(old) = entry.old.and_then(|place| known.get(place)) {
            for drift in drift(old, &entry.response) {
                text.push_str(&format!(
                    "  {}: {drift}\n",
                    drift.kind.code().trim_start_matches("drift-")
                ));
            }
        }
        print(&text)?;
        if entry.kept_matchers {
            note(&format!(
                "note: {shown} keeps its matchers; replace them with `--overwrite-matchers`\n"
            ));
        }
        if entry.unread_body {
            note(&format!(
                "note: the body of {shown} isn't JSON, so `[redact] json` doesn't apply; check it \
                 for personal data\n"
            ));
        }
        if entry.request_changed {
            note(&format!(
                "note: personal data in the request of {shown} was replaced; it now matches only \
                 the invented values\n"
            ));
        }
    }
    Ok(())
}

/// Reports possible personal data that is saved unchanged.
pub(super) fn report_doubtful(redactor: &Redactor) {
    if redactor.doubtful().is_empty() {
        return;
    }
    let found = redactor.doubtful().iter().map(|found| format!("  {found}\n"));
    note(&format!(
        "note: the recordings may still contain personal data:\n{}help: add it to `[redact] json` \
         in meniscus.toml, then run the command again\n",
        found.collect::<String>()
    ));
}
