use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::{Result, anyhow};
use meniscus::diagnostic::{Diagnostic, Severity};
use meniscus::endpoint::drift::{about, diagnose, drift};
use meniscus::files::Disk;
use meniscus::http::{Answer, Request, Response};
use meniscus::live::LiveConfig;
use meniscus::live::credential::Environment;
use meniscus::live::record::{Exchange, Recorder, is_worth_keeping, learn};
use meniscus::live::redact::{Ready, Redacted, Redactor};
use meniscus::project::{ProjectError, Workspace, chosen_recordings, live_world};
use meniscus::recording::{Fetch, Recording, Replay, Unanswered};
use meniscus::render::render;
use meniscus::report::lint as formats;

use super::arguments::CheckLiveArguments;
use super::jobs::Wanted;
use super::jobs::{Job, jobs};
use super::reading;
use super::record_plan::context_of;
use super::terminal::note;
use super::{Verdict, lint, live, record_plan};

/// Calls the hosts again, and reports responses that differ in shape from the recordings.
pub(super) fn run(arguments: &CheckLiveArguments) -> Result<Verdict> {
    let workspace = reading::workspace(std::path::Path::new("."))?;
    let known = reading::recordings(&workspace);
    let named = named(arguments, &workspace, &known)?;
    let jobs = jobs(&wanted(arguments, &workspace), &workspace)?;
    live::require_hosts(&workspace, || record_plan::hosts(&workspace, &known, &jobs))?;
    let mut redactor = Redactor::new(workspace.config.redact_options(&Environment::of_process())?);
    let live = live::source(&workspace)?;
    let recorder = Arc::new(Recorder::new(Arc::<meniscus::live::Live>::clone(&live)));
    let chosen = render_all(&workspace, &known, &named, &jobs, &recorder)?;
    let exchanges = recorder.exchanges();
    learn(&mut redactor, &exchanges, &live.secrets(), &known);
    let ready = redactor.ready();
    let mut checked = BTreeMap::new();
    for exchange in &exchanges {
        let Some(recordings) = chosen.get(&exchange.context.scenario) else { continue };
        let Some(recording) = recording_of(recordings, exchange, &ready) else { continue };
        if named.contains(recording.name()) && !checked.contains_key(recording.name()) {
            checked.insert(recording.name().to_owned(), compare(recording, exchange, &ready));
        }
    }
    report(arguments, &known, &named, checked)
}

fn named(
    arguments: &CheckLiveArguments,
    workspace: &Workspace,
    known: &Replay,
) -> Result<BTreeSet<String>> {
    let chosen = if arguments.recordings.is_empty() {
        known.clone()
    } else {
        let names = arguments.recordings.iter().map(|name| {
            // As completed by a shell: a path from the workspace.
            let folder = format!("{}/", workspace.config.paths.recordings);
            let inner = name.strip_prefix(&folder).unwrap_or(name);
            if known.select(std::slice::from_ref(name)).is_ok() {
                name.clone()
            } else {
                inner.to_owned()
            }
        });
        known.select(&names.collect::<Vec<_>>()).map_err(|unknown| {
            let help = match &unknown.nearest {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name a recording, its file, or a folder of recordings".to_owned(),
            };
            ProjectError::Unknown {
                message: format!("the recording `{}` doesn't exist", unknown.name),
                help,
            }
        })?
    };
    Ok(chosen.iter().map(|recording| recording.name().to_owned()).collect())
}

/// Selects every message of the workspace, for all or the given scenarios.
fn wanted(arguments: &CheckLiveArguments, workspace: &Workspace) -> Wanted {
    Wanted {
        paths: vec![workspace.root.clone()],
        scenarios: arguments.scenario.clone(),
        all: arguments.scenario.is_empty(),
        set: arguments.set.clone(),
        now: arguments.now.clone(),
        ..Wanted::default()
    }
}

/// Renders everything, and returns each scenario's recordings.
fn render_all(
    workspace: &Workspace,
    known: &Replay,
    named: &BTreeSet<String>,
    jobs: &[Job],
    recorder: &Arc<Recorder>,
) -> Result<BTreeMap<String, Replay>> {
    let blocks = reading::content_blocks(workspace);
    let bar = live::bar(jobs.len());
    let mut chosen = BTreeMap::new();
    for job in jobs {
        bar.set_message(format!("{} · {} · {}", job.message, job.part.name, job.scenario.name));
        let recordings = chosen_recordings(&workspace.config, &job.scenario, known)?;
        chosen.insert(job.scenario.name.clone(), recordings.clone());
        recorder.set_context(context_of(job));
        let live = Arc::<Recorder>::clone(recorder);
        let fetch = Arc::new(Checking { live, recordings, named: named.clone() });
        let world = live_world(&workspace.config, &job.scenario, &blocks, fetch)?;
        // The rendered message doesn't matter here.
        let _outcome = render(&job.part.template, &world, false);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(chosen)
}

/// Calls the host if its response is to be checked. If that fails, the recording answers, so that
/// dependent calls are still made.
struct Checking {
    live: Arc<Recorder>,
    recordings: Replay,
    named: BTreeSet<String>,
}

impl Fetch for Checking {
    fn fetch(&self, request: &Request) -> Result<Answer, Unanswered> {
        if let Some(recording) = self.recordings.find(request)
            && (!self.named.contains(recording.name()) || is_of_failure(recording))
        {
            return self.recordings.fetch(request);
        }
        let answer = self.live.fetch(request);
        match &answer {
            Ok(answer) if is_worth_keeping(answer, false).is_ok() => {}
            _ => return self.recordings.fetch(request).or(answer),
        }
        answer
    }
}

/// Whether a recording is of a failure, which a host doesn't repeat on demand.
fn is_of_failure(recording: &Recording) -> bool {
    let response = recording.response();
    response.fault.is_some() || response.delay_ms > 0 || response.status >= 400
}

/// Returns the recording for a call: it answers the request itself, or the request as it would be
/// recorded.
fn recording_of<'r>(
    recordings: &'r Replay,
    exchange: &Exchange,
    ready: &Ready<'_>,
) -> Option<&'r Recording> {
    recordings
        .find(&exchange.request)
        .or_else(|| recordings.find(&ready.request(&exchange.request, &mut Redacted::default())))
}

fn compare(recording: &Recording, exchange: &Exchange, ready: &Ready<'_>) -> Vec<Diagnostic> {
    let failed = |why: String, help: Option<String>| {
        let message = format!("no response to compare with: {}", ready.text(&why));
        let diagnostic = about(&Disk, recording, "live-call-failed", Severity::Error, message);
        vec![Diagnostic { help, ..diagnostic }]
    };
    let answer = match &exchange.outcome {
        Ok(answer) => answer,
        Err(unanswered) => return failed(unanswered.problem.clone(), unanswered.help.clone()),
    };
    // A different status is a drift; an overloaded host isn't.
    if let (Err(why), true) = (
        is_worth_keeping(answer, false),
        answer.failure.is_some()
            || matches!(answer.response.status, 401 | 403 | 407 | 408 | 429 | 500..=599),
    ) {
        return failed(why, None);
    }
    let response =
        Response { body: safe_body(&answer.response.body, ready), ..(*answer.response).clone() };
    diagnose(&Disk, recording, &drift(recording, &response))
}

/// Returns the body as it would be recorded: field names can be personal data too.
fn safe_body(body: &[u8], ready: &Ready<'_>) -> Vec<u8> {
    match serde_json::from_slice::<serde_json::Value>(body) {
        Ok(mut json) => {
            ready.json(&mut json, &mut Redacted::default());
            json.to_string().into_bytes()
        }
        Err(_) => ready.bytes(body),
    }
}

fn report(
    arguments: &CheckLiveArguments,
    known: &Replay,
    named: &BTreeSet<String>,
    checked: BTreeMap<String, Vec<Diagnostic>>,
) -> Result<Verdict> {
    let count = checked.len();
    let mut diagnostics = Vec::new();
    let mut failures = 0;
    for recording in known.iter().filter(|recording| named.contains(recording.name())) {
        if is_of_failure(recording) {
            failures += 1;
        } else if let Some(found) = checked.get(recording.name()) {
            diagnostics.extend(found.iter().cloned());
        } else {
            // For a recording given by name, no report would look like approval.
            let severity =
                if arguments.recordings.is_empty() { Severity::Info } else { Severity::Warning };
            let message = "no scenario uses this recording, so it wasn't checked".to_owned();
            let help = "name a scenario with `--scenario`, or write one; an earlier failed call \
                        may be the cause";
            diagnostics.push(about(&Disk, recording, "not-called", severity, message).help(help));
        }
    }
    diagnostics.sort_by(|a, b| {
        let place =
            |found: &Diagnostic| (found.primary.source.name().to_owned(), found.primary.span.start);
        place(a).cmp(&place(b))
    });
    if count == 0
        && diagnostics.iter().all(|found| found.code == "not-called")
        && failures < known.len()
    {
        return Err(anyhow!(
            "nothing was called: no scenario uses a recording that can be checked"
        ));
    }
    let files = known.iter().filter(|recording| named.contains(recording.name()));
    let files =
        files.map(|recording| recording.path().display().to_string()).collect::<BTreeSet<_>>();
    let files = files.into_iter().collect::<Vec<_>>();
    let findings = formats::Findings::of(&diagnostics, &files);
    lint::print_formatted(&findings, arguments.format)?;
    let mut text = match count {
        1 => "note: compared 1 recording with its host\n".to_owned(),
        count => format!("note: compared {count} recordings with their hosts\n"),
    };
    if failures > 0 {
        text.push_str(&format!(
            "note: skipped, because hosts don't repeat failures on demand: {failures}\n"
        ));
    }
    note(&text);
    let found = diagnostics.iter().any(|found| found.severity >= Severity::Warning);
    Ok(if found { Verdict::Found } else { Verdict::Fine })
}
