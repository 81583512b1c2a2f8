use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::Result;
use meniscus::live::LiveConfig;
use meniscus::live::credential::Environment;
use meniscus::live::record::{Context, Exchange, Recorder, learn};
use meniscus::live::redact::{Redacted, Redactor};
use meniscus::project::{Workspace, chosen_recordings, live_world};
use meniscus::recording::{Replay, Suggestion};
use meniscus::render::{Call, CallResult, render};

use super::jobs::Job;
use super::reading;
use super::terminal::{note, print};
use super::{Verdict, live};

/// Returns the hosts that templates call, as far as recordings allow rendering.
pub(super) fn hosts(workspace: &Workspace, known: &Replay, jobs: &[Job]) -> Result<Vec<String>> {
    let (_, calls) = calls(workspace, known, jobs)?;
    let hosts = calls.iter().map(|call| call.request.host().to_ascii_lowercase());
    let hosts = hosts.filter(|host| !host.is_empty()).collect::<BTreeSet<_>>();
    Ok(hosts.into_iter().collect())
}

/// Yields calls that Braze wouldn't make, with the reason.
pub(super) fn refused_by_braze(calls: &[Call]) -> impl Iterator<Item = (&Call, &str)> {
    calls.iter().filter_map(|call| match &call.result {
        CallResult::Refused(why) => Some((call, &**why)),
        _ => None,
    })
}

/// Renders everything from recordings; returns the requests and all calls.
pub(super) fn calls(
    workspace: &Workspace,
    known: &Replay,
    jobs: &[Job],
) -> Result<(Vec<Exchange>, Vec<Call>)> {
    let (mut exchanges, mut calls) = (Vec::new(), Vec::new());
    each_job(workspace, known, jobs, |_, asked, made| {
        exchanges.extend(asked);
        calls.extend(made);
    })?;
    Ok((exchanges, calls))
}

/// Renders each job from recordings, and passes on its requests and calls.
pub(super) fn each_job(
    workspace: &Workspace,
    known: &Replay,
    jobs: &[Job],
    mut visit: impl FnMut(&Job, Vec<Exchange>, Vec<Call>),
) -> Result<()> {
    let blocks = reading::content_blocks(workspace);
    for job in jobs {
        let chosen = chosen_recordings(&workspace.config, &job.scenario, known)?;
        let recorder = Arc::new(Recorder::new(Arc::new(chosen)));
        recorder.set_context(context_of(job));
        let fetch = Arc::<Recorder>::clone(&recorder);
        let world = live_world(&workspace.config, &job.scenario, &blocks, fetch)?;
        let calls = render(&job.part.template, &world, false).calls;
        visit(job, recorder.exchanges(), calls);
    }
    Ok(())
}

/// Shows what would be called and where responses would be saved, without calling.
///
/// Calls that depend on responses are known as far as recordings answer.
pub(super) fn show(workspace: &Workspace, known: &Replay, jobs: &[Job]) -> Result<Verdict> {
    let live = live::source(workspace)?;
    let mut redactor = Redactor::new(workspace.config.redact_options(&Environment::of_process())?);
    let (exchanges, calls) = calls(workspace, known, jobs)?;
    learn(&mut redactor, &exchanges, &[], known);
    let ready = redactor.ready();
    let mut seen = BTreeSet::new();
    let (mut refused, mut open) = (false, false);
    for exchange in &exchanges {
        let safe = ready.request(&exchange.request, &mut Redacted::default());
        let path = Suggestion::for_request(&safe).path;
        if !seen.insert(path.clone()) {
            continue;
        }
        let line = first_line(exchange);
        let context = &exchange.context;
        let whence = format!("{} · {} · {}", context.message, context.part, context.scenario);
        match live.check(&exchange.request) {
            Ok(()) => {
                let folder = &workspace.config.paths.recordings;
                print(&format!("would call {line}\n  for {whence}\n  into {folder}/{path}\n"))?;
            }
            Err(unanswered) => {
                refused = true;
                print(&format!("can't call {line}\n  for {whence}\n  {}\n", unanswered.problem))?;
                if let Some(help) = &unanswered.help {
                    print(&format!("  help: {help}\n"))?;
                }
            }
        }
        open |= exchange.outcome.is_err();
    }
    for (call, why) in refused_by_braze(&calls) {
        refused = true;
        let safe = ready.request(&call.request, &mut Redacted::default());
        print(&format!("can't call {} {}\n  {why}\n", safe.method, safe.url))?;
    }
    if calls.is_empty() {
        note("note: the templates make no calls for these scenarios\n");
    }
    if open {
        note("note: calls that depend on a response without a recording aren't shown\n");
        if redactor.reads_bodies() {
            note(
                "note: if a response shows that its request contains personal data, the file gets \
                 another name\n",
            );
        }
    }
    Ok(if refused { Verdict::Found } else { Verdict::Fine })
}

/// Returns what is recorded about a call's origin.
pub(super) fn context_of(job: &Job) -> Context {
    Context {
        message: job.message.clone(),
        part: job.part.name.clone(),
        scenario: job.scenario.name.clone(),
    }
}

/// Returns a request's first line, for lists.
pub(super) fn first_line(exchange: &Exchange) -> String {
    exchange.request.to_http().lines().next().unwrap_or_default().to_owned()
}
