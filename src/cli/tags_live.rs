use std::fmt::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, anyhow};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use meniscus::endpoint::Endpoints;
use meniscus::live::LiveConfig;
use meniscus::live::credential::{Environment, Secret};
use meniscus::project::{ProjectError, Workspace};
use meniscus::recording::Replay;
use meniscus::report::{counted, grouped};
use meniscus::send::bulk_hint;
use meniscus::send::tags::{
    ExportError, Halt, Journal, NewFile, Run, RunKey, RunOptions, Segment, State, Stopped, Survey,
    TagError, Tags, Target, run as send, write_outcomes,
};
use meniscus::serve::Stop;

use super::reading;
use super::tags_arguments::{InFlight, LiveTagsArguments, TagsArguments};
use super::tags_report::failed;
use super::terminal::{note, print, show_pack_errors};
use super::{Verdict, live, tags_report};

/// Requests shown in a dry run.
const SHOWN: usize = 3;
/// Delay before a second attempt.
const BACK_OFF: Duration = Duration::from_millis(500);

pub(super) fn run(
    arguments: &TagsArguments,
    tags: &Tags,
    segment: &mut Segment,
    survey: &Survey,
    verdict: Verdict,
) -> Result<Verdict> {
    let workspace = reading::workspace(Path::new(""))?;
    let asked = &arguments.live;
    let environment = Environment::of_process();
    let key = match asked.dry_run {
        true => None,
        false => Some(app_key(asked, &workspace, &environment)?),
    };
    let target = target(asked, &workspace, key.as_ref())?;
    let packs = workspace.packs().map_err(|errors| {
        show_pack_errors(&errors);
        anyhow!("{} of the schemas can't be used", errors.len())
    })?;
    target.check(tags, &Endpoints::new(packs, &Replay::default())).map_err(failed)?;
    live::require_hosts(&workspace, || Ok(Vec::new()))?;
    let mut options = workspace.config.live_options(&environment)?;
    options.timeout = Duration::from_secs(asked.timeout);
    let live = live::source_of(options)?;
    let mut first = target.request("0", tags);
    if asked.dry_run {
        // Secrets aren't needed to see what would be sent.
        first.credential = None;
    }
    live.check(&first).map_err(|refusal| ProjectError::Unknown {
        message: refusal.problem,
        help: refusal.help.unwrap_or_default(),
    })?;
    print_advice(survey, tags, &target);
    if asked.dry_run {
        show(segment, survey, tags, &target)?;
        return Ok(verdict);
    }
    let path = journal_path(arguments)?;
    let key = RunKey::new(survey, tags, &target);
    let journal = Journal::open(&path, &key, survey.rows).map_err(failed)?;
    if journal.is_resumed() {
        note(&format!("continuing the run of {}\n", path.display()));
    }
    // Before sending, to ensure that the files can be written.
    let outcomes = Outcomes::begin(arguments, &journal)?;
    let resend = match asked.in_flight {
        Some(asked) => asked == InFlight::Resend,
        None => tags.ttl().is_some(),
    };
    let options = RunOptions {
        concurrency: usize::from(asked.concurrency),
        per_second: asked.rate,
        retries: asked.retries,
        back_off: BACK_OFF,
        give_up_after: asked.give_up_after,
        resend,
    };
    let halt = Halt::default();
    stop_on_signals(&halt)?;
    let bar = bar(survey.customers);
    let progress = |done: u32| bar.set_position(u64::from(done));
    let run = Run {
        journal: &journal,
        live: &live,
        target: &target,
        tags,
        options: &options,
        halt: &halt,
        progress: &progress,
    };
    let tally = send(segment, survey, &run);
    bar.finish_and_clear();
    let tally = tally.map_err(failed)?;
    outcomes.finish(segment, &journal)?;
    print(&tags_report::text(&tally, survey, segment))?;
    if let Some(stopped) = halt.reason() {
        return Err(why(&stopped, &target, &path).into());
    }
    if tally.sent == 0 && tally.later.is_empty() && journal.is_resumed() {
        note(&format!(
            "note: that run was complete, so nothing was sent; to send everything again, move {} \
             away\n",
            path.display()
        ));
    }
    Ok(if tally.is_fine() { verdict } else { Verdict::Found })
}

fn setting(found: Option<&String>, what: &str, line: &str, option: &str) -> Result<String> {
    let missing = || ProjectError::Unknown {
        message: format!("`tags --live` needs {what}"),
        help: format!("add `{line}` under `[tags]` in meniscus.toml, or pass `{option}`"),
    };
    Ok(found.cloned().ok_or_else(missing)?)
}

fn app_key(
    asked: &LiveTagsArguments,
    workspace: &Workspace,
    environment: &Environment,
) -> Result<Secret> {
    let variable = setting(
        asked.app_key_env.as_ref().or(workspace.config.tags.app_key_env.as_ref()),
        "an app key",
        "app_key_env = \"SESSIONM_APP_KEY\"",
        "--app-key-env SESSIONM_APP_KEY",
    )?;
    let secret = environment.secret(&variable);
    Ok(secret.map_err(|error| {
        let help = error.help();
        ProjectError::Unknown { message: error.to_string(), help }
    })?)
}

fn target(
    asked: &LiveTagsArguments,
    workspace: &Workspace,
    key: Option<&Secret>,
) -> Result<Target> {
    let known = &workspace.config.tags;
    let endpoint = setting(
        asked.endpoint.as_ref().or(known.endpoint.as_ref()),
        "an endpoint",
        "endpoint = \"https://api-….ent-sessionm.com\"",
        "--endpoint URL",
    )?;
    let credential = setting(
        asked.credential.as_ref().or(known.credential.as_ref()),
        "a credential",
        "credential = \"sessionm_core\"",
        "--credential sessionm_core",
    )?;
    let external = asked.external || known.external;
    Target::new(&endpoint, key, &credential, external).map_err(failed)
}

/// Tells the user what matters before tagging many customers.
fn print_advice(survey: &Survey, tags: &Tags, target: &Target) {
    if let Some(hint) = bulk_hint(u64::from(survey.customers)) {
        note(&hint);
    }
    if tags.ttl().is_none() {
        note(
            "note: without `--ttl`, the tags are counters, so a request that may have arrived \
             isn't sent again\n",
        );
    }
    if survey.guids < survey.customers && !target.is_external() {
        note(&format!(
            "note: {} of {} look like SessionM's own (GUIDs); for your own IDs, pass `--external`\n",
            grouped(survey.guids),
            counted(survey.customers, "ID", "IDs")
        ));
    }
}

/// Shows the first requests, and the total.
fn show(segment: &mut Segment, survey: &Survey, tags: &Tags, target: &Target) -> Result<()> {
    let mut text = String::new();
    let mut shown = 0;
    segment
        .each_customer(|_, customer| {
            text.push_str(&target.shown(customer, tags));
            text.push_str("\n\n");
            shown += 1;
            if shown < SHOWN { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })
        .map_err(failed)?;
    let requests = counted(survey.customers, "request", "requests");
    text.push_str(&format!("{requests} would be sent to {}\n", target.endpoint()));
    print(&text)
}

/// Returns the journal's default path: next to the segment's first file.
pub(super) fn journal_beside(arguments: &TagsArguments) -> Option<PathBuf> {
    let LiveTagsArguments { live, journal, .. } = &arguments.live;
    let first =
        arguments.csv.first().filter(|path| *live && journal.is_none() && path.is_file())?;
    let mut name = first.clone().into_os_string();
    name.push(".journal");
    Some(name.into())
}

/// Returns the journal's path, given or default.
fn journal_path(arguments: &TagsArguments) -> Result<PathBuf> {
    let path = arguments.live.journal.clone().or_else(|| journal_beside(arguments));
    let nowhere = || ProjectError::Unknown {
        message: "`--csv -` needs a journal file".to_owned(),
        help: "pass `--journal FILE`".to_owned(),
    };
    Ok(path.ok_or_else(nowhere)?)
}

/// Files of untagged customers, created before the run and written after it.
struct Outcomes {
    failures: Option<(PathBuf, NewFile)>,
    unknown: Option<(PathBuf, NewFile)>,
}

impl Outcomes {
    fn begin(arguments: &TagsArguments, journal: &Journal) -> Result<Outcomes> {
        let begin = |path: &Option<PathBuf>| -> Result<Option<(PathBuf, NewFile)>> {
            let Some(path) = path else { return Ok(None) };
            let ours = |digest: &str| arguments.overwrite || journal.wrote(digest);
            Ok(Some((path.clone(), NewFile::begin(path, ours).map_err(failed)?)))
        };
        let LiveTagsArguments { failures, unknown, .. } = &arguments.live;
        Ok(Outcomes { failures: begin(failures)?, unknown: begin(unknown)? })
    }

    fn finish(self, segment: &mut Segment, journal: &Journal) -> Result<()> {
        let failures = |state| match state {
            State::Failed(code) | State::Later(code) => Some(code),
            _ => None,
        };
        let unknown = |state| match state {
            State::Unclear(code) => Some(code),
            State::InFlight => Some("in_flight".to_owned()),
            _ => None,
        };
        let wanted: [(_, &dyn Fn(State) -> Option<String>); 2] =
            [(self.failures, &failures), (self.unknown, &unknown)];
        for (file, wanted) in wanted {
            let Some((path, mut file)) = file else { continue };
            write_outcomes(segment, journal, wanted, &mut file).map_err(|error| match error {
                ExportError::Read(error) => failed(error),
                ExportError::Write(error) => failed(TagError::new(
                    format!("can't write `{}`: {error}", path.display()),
                    "free some disk space, then run the command again: the journal knows what was \
                     sent",
                )),
            })?;
            let digest = file.finish().map_err(failed)?;
            journal.record_file(&digest).map_err(failed)?;
        }
        Ok(())
    }
}

/// Stops the run cleanly at the first signal, and the program at the second.
fn stop_on_signals(halt: &Halt) -> Result<()> {
    let first = Stop::listen(false)?;
    let halt = halt.clone();
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        first.wait();
        let second = Stop::listen(false);
        halt.stop(Stopped::Asked);
        note("stopping: waiting for requests in flight; press Ctrl-C again to stop now\n");
        if let Ok(second) = second {
            second.wait();
            std::process::exit(2);
        }
    })?;
    Ok(())
}

fn bar(customers: u32) -> ProgressBar {
    let bar =
        ProgressBar::with_draw_target(Some(u64::from(customers)), ProgressDrawTarget::stderr());
    let style = "{bar:30} {human_pos}/{human_len}  {rate}  {eta} left";
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style.with_key("rate", |state: &ProgressState, out: &mut dyn Write| {
            // Display errors are ignored.
            let _ = write!(out, "{:.1}/s", state.per_sec());
        }));
    }
    bar
}

/// Explains why the run stopped early, and how to resume it.
fn why(stopped: &Stopped, target: &Target, journal: &Path) -> ProjectError {
    let host = target.endpoint();
    let again = format!("the same command continues from {}", journal.display());
    let (message, help) = match stopped {
        Stopped::Asked => ("stopped early".to_owned(), again),
        Stopped::HostFails { times, code } => (
            format!("stopped because {host} failed {times} times in a row: {code}"),
            format!("wait until it works again; {again}"),
        ),
        Stopped::Closed { code } => (
            format!("stopped because {host} denies access: {code}"),
            format!("check the app key, the credential, and the endpoint; {again}"),
        ),
        Stopped::NoneTaken { tried, code } => (
            format!("stopped because {host} rejected all of the first {tried} customers: {code}"),
            if target.is_external() {
                "check that the column contains what SessionM calls external IDs".to_owned()
            } else {
                "check that the column contains SessionM's IDs; for your own, pass `--external`"
                    .to_owned()
            },
        ),
        Stopped::LongWait { seconds } => (
            format!("stopped because {host} requires a wait of {seconds} s"),
            format!("after that, {again}"),
        ),
        Stopped::Failed(error) => (format!("stopped: {}", error.message), error.help.clone()),
    };
    ProjectError::Unknown { message, help }
}
