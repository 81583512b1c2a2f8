use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use globset::{Glob, GlobMatcher};
use indicatif::{ProgressBar, ProgressStyle};
use meniscus::braze::{
    BrazeError, Client, Destination, Done, Kind, Listed, Lock, LockError, Preference, Pull,
    PullError, Purpose,
};
use meniscus::contract::Contract;
use meniscus::diagnostic::Severity;
use meniscus::live::credential::Environment;
use meniscus::live::record::WriteError;
use meniscus::project::{ProjectError, Workspace};
use meniscus::report::pull::{Findings, KindPulled, pull as report};
use meniscus::rules::{Targets, lint};
use meniscus::serve::Stop;
use meniscus::session::Session;

use super::Verdict;
use super::contract::workspace_around;
use super::terminal::{look_of_output, note, print};

/// How often the lock is written while objects are pulled.
const SAVED_AFTER: Duration = Duration::from_secs(2);

/// What `pull` is asked for.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct PullArguments {
    /// The folder of the workspace, or one inside it
    #[arg(default_value = ".")]
    pub folder: PathBuf,
    /// Pull these kinds only
    #[arg(long, value_enum, value_name = "KIND", value_delimiter = ',')]
    pub only: Vec<KindName>,
    /// Pull objects whose name fits this pattern, such as `tea*`
    #[arg(long, value_name = "PATTERN")]
    pub name: Option<String>,
    /// Pull objects with this tag
    #[arg(long, value_name = "TAG")]
    pub tag: Vec<String>,
    /// Pull objects that were changed after this time (`2026-03-01T00:00:00`)
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub since: Option<String>,
    /// Show what a pull would do; write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// What counts where a file has changed here and in Braze
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = OnConflict::Stop)]
    pub on_conflict: OnConflict,
    /// Pull from a mock of Braze on this machine, without a key
    #[arg(long, value_name = "URL")]
    pub mock: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  meniscus pull --dry-run
  meniscus pull --only content_blocks,email_templates
  meniscus pull --name 'loyalty*' --since 2026-03-01T00:00:00

In meniscus.toml:
  [braze]
  endpoint = \"https://rest.iad-01.braze.com\"

  [live]
  allow_hosts = [\"rest.iad-01.braze.com\"]

  [live.credentials]
  braze = { env = \"BRAZE_REST_KEY\" }

The key needs content_blocks.list, content_blocks.info, templates.email.list, templates.email.info,
campaigns.list, campaigns.details, canvas.list, and canvas.details; with --only, those of the kinds.";

/// A kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(super) enum KindName {
    ContentBlocks,
    EmailTemplates,
    Campaigns,
    Canvases,
}

/// What happens to files that have changed here and in Braze.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum OnConflict {
    /// Leave the object alone, show both, and exit with 1
    Stop,
    /// Keep the file here
    Mine,
    /// Replace it by what is in Braze
    Braze,
}

fn time(text: &str) -> Result<String, String> {
    let wrong = |_| "write a time in UTC, such as `2026-03-01T00:00:00`".to_owned();
    let time = text.trim_end_matches('Z').parse::<jiff::civil::DateTime>().map_err(wrong)?;
    Ok(time.strftime("%Y-%m-%dT%H:%M:%S").to_string())
}

/// Which objects are pulled.
struct Filter {
    name: Option<GlobMatcher>,
    tags: Vec<String>,
}

impl Filter {
    fn of(arguments: &PullArguments) -> Result<Filter> {
        let name = arguments.name.as_deref().map(Glob::new).transpose();
        let name = name.map_err(|error| ProjectError::Unknown {
            message: format!("`--name` isn't a pattern: {error}"),
            help: "write a name with `*` for anything, such as `tea*`".to_owned(),
        })?;
        Ok(Filter { name: name.map(|glob| glob.compile_matcher()), tags: arguments.tag.clone() })
    }

    fn takes(&self, listed: &Listed) -> bool {
        self.name.as_ref().is_none_or(|name| name.is_match(&listed.name))
            && (self.tags.is_empty() || listed.tags.iter().any(|tag| self.tags.contains(tag)))
    }

    fn is_all(&self) -> bool {
        self.name.is_none() && self.tags.is_empty()
    }
}

/// Brings what is in Braze into the workspace.
pub(super) fn run(arguments: &PullArguments) -> Result<Verdict> {
    let filter = Filter::of(arguments)?;
    let workspace = workspace_around(&arguments.folder)?;
    let destination = match &arguments.mock {
        Some(url) => Destination::mock(url)?,
        None => Destination::braze(&workspace, &Environment::of_process(), Purpose::Pull)?,
    };
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{pos} read, {msg}") {
        bar.set_style(style);
    }
    let stop = Arc::new(AtomicBool::new(false));
    let client = connected(destination, &bar, &stop)?;
    let lock = Lock::read(&workspace.root, client.endpoint()).map_err(lock_failed)?;
    let preference = match arguments.on_conflict {
        OnConflict::Stop => Preference::Stop,
        OnConflict::Mine => Preference::Mine,
        OnConflict::Braze => Preference::Braze,
    };
    let mut pull = Pull::new(&client, &workspace, lock, preference, arguments.dry_run);
    let pulled = all(arguments, &filter, &client, &mut pull, &bar, &stop);
    bar.finish_and_clear();
    // What was written is known, whatever happened after it.
    pull.save().map_err(write_failed)?;
    let kinds = pulled?;
    let findings = match arguments.dry_run {
        true => Findings::default(),
        false => findings(&workspace),
    };
    print(&report(&kinds, &findings, arguments.dry_run, look_of_output()))?;
    let conflicts = kinds.iter().flat_map(|kind| &kind.done);
    let conflicts = conflicts.filter(|(_, done)| !done.conflicts.is_empty()).count();
    if conflicts > 0 {
        note(
            "help: merge the files by hand and run `meniscus pull --on-conflict mine`, or take Braze's with `--on-conflict braze`\n",
        );
        return Ok(Verdict::Found);
    }
    Ok(Verdict::Fine)
}

fn connected(
    destination: Destination,
    bar: &ProgressBar,
    stop: &Arc<AtomicBool>,
) -> Result<Client> {
    let listening = Stop::listen(false).context("cannot wait for Ctrl-C")?;
    let of_stop = Arc::clone(stop);
    std::thread::spawn(move || {
        listening.wait();
        of_stop.store(true, Ordering::Relaxed);
    });
    let (bar, stop) = (bar.clone(), Arc::clone(stop));
    let pause = move |wait: Duration, why: &str| {
        let seconds = wait.as_secs_f64();
        bar.suspend(|| note(&format!("waiting {seconds:.0} s: {why}\n")));
        let end = Instant::now() + wait;
        while Instant::now() < end && !stop.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(50).min(wait));
        }
        !stop.load(Ordering::Relaxed)
    };
    Client::new(destination, pause).map_err(braze_failed)
}

/// Pulls all kinds that are asked for.
fn all(
    arguments: &PullArguments,
    filter: &Filter,
    client: &Client,
    pull: &mut Pull<'_>,
    bar: &ProgressBar,
    stop: &AtomicBool,
) -> Result<Vec<KindPulled>> {
    let mut saved = Instant::now();
    let mut kinds = Vec::new();
    for kind in wanted(arguments) {
        bar.set_message(kind.words().1);
        let listed = kind.list(client, arguments.since.as_deref()).map_err(braze_failed)?;
        let gone = match arguments.since {
            None if filter.is_all() => pull.lock().gone(kind, &listed),
            _ => Vec::new(),
        };
        let mut pulled: Vec<(Listed, Done)> = Vec::new();
        for one in listed.into_iter().filter(|one| filter.takes(one)) {
            if stop.load(Ordering::Relaxed) {
                return Err(ProjectError::Unknown {
                    message: "stopped; what was pulled until then is kept".to_owned(),
                    help: "run it again to go on from there".to_owned(),
                }
                .into());
            }
            let done = pull.object(&one).map_err(|error| pull_failed(&one, &error))?;
            bar.inc(1);
            pulled.push((one, done));
            if saved.elapsed() > SAVED_AFTER {
                pull.save().map_err(write_failed)?;
                saved = Instant::now();
            }
        }
        kinds.push(KindPulled { kind, done: pulled, gone });
    }
    Ok(kinds)
}

fn wanted(arguments: &PullArguments) -> Vec<Kind> {
    let only = arguments.only.iter().map(|name| match name {
        KindName::ContentBlocks => Kind::ContentBlock,
        KindName::EmailTemplates => Kind::EmailTemplate,
        KindName::Campaigns => Kind::Campaign,
        KindName::Canvases => Kind::Canvas,
    });
    let only = only.collect::<Vec<_>>();
    Kind::ALL.into_iter().filter(|kind| only.is_empty() || only.contains(kind)).collect()
}

/// Looks through the workspace as it is now.
fn findings(workspace: &Workspace) -> Findings {
    let mut found = Findings::default();
    let Ok(workspace) = Workspace::at(&workspace.root) else { return found };
    let root = workspace.root.clone();
    let session = Session::read(workspace, vec![root]);
    let targets = Targets {
        messages: session.messages.clone(),
        blocks: session.known.blocks.keys().cloned().collect(),
        is_whole: true,
    };
    let mut linted = lint(&session.known, &session.levels, &targets);
    linted.add(session.findings());
    for diagnostic in &linted.diagnostics {
        match diagnostic.severity {
            Severity::Error => found.errors += 1,
            Severity::Warning => found.warnings += 1,
            _ => {}
        }
    }
    for message in &session.messages {
        let contract = Contract::of(&session.known, [&**message]);
        for block in contract.blocks.keys() {
            *found.blocks.entry(block.clone()).or_default() += 1;
        }
        let read = contract.families.get("custom_attribute");
        for name in read.iter().flat_map(|node| node.fields.keys()) {
            *found.attributes.entry(name.to_string()).or_default() += 1;
        }
    }
    found
}

fn failed(message: String, help: &str) -> anyhow::Error {
    ProjectError::Unknown { message, help: help.to_owned() }.into()
}

fn braze_failed(error: BrazeError) -> anyhow::Error {
    failed(error.problem, &error.help)
}

fn lock_failed(error: LockError) -> anyhow::Error {
    failed(error.problem, &error.help)
}

fn write_failed(error: WriteError) -> anyhow::Error {
    failed(error.to_string(), &error.help)
}

fn pull_failed(listed: &Listed, error: &PullError) -> anyhow::Error {
    let (one, _) = listed.kind.words();
    failed(format!("the {one} `{}`: {error}", listed.name), error.help())
}
