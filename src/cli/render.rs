use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Result, bail};

use super::arguments::RenderArguments;
use super::reading;
use super::render_request::{require_webhooks, show_requests};
use super::show::show;
use super::terminal::{note, show_recording_errors};
use super::watch;
use super::{Verdict, live};
use meniscus::files::read_file_to_string;
use meniscus::project::{
    Message, Part, ProjectError, Scenario, Setting, Workspace, default_now, live_world,
    plain_world, world,
};
use meniscus::recording::{Fetch, Replay};
use meniscus::render::{Outcome, Settings, World, render};
use meniscus::syntax::ParseOptions;
use meniscus::text::{Source, nearest};
use meniscus::value::{Object, Time, Value, parse_json};

/// Renders what is asked for, once or at every change.
pub(super) fn run(arguments: &RenderArguments) -> Result<Verdict> {
    if arguments.watch {
        if arguments.paths.iter().any(|path| is_stdin(path)) {
            bail!("standard input cannot be watched: name a file");
        }
        let workspace = workspace_of(arguments)?;
        let named = arguments.paths.iter().chain(&arguments.data);
        let named = named.filter_map(|path| std::path::absolute(path).ok()).collect::<Vec<_>>();
        let parts = workspace.folders();
        let root = workspace.root.clone();
        let matters = move |path: &Path| {
            named.iter().any(|known| path.starts_with(known))
                || parts.iter().any(|part| path.starts_with(root.join(part)))
        };
        return watch::repeat(&workspace.root, matters, || render_all(arguments));
    }
    render_all(arguments)
}

/// One text to be made: a part for a scenario.
pub(super) struct Job {
    pub message: String,
    pub part: Part,
    pub scenario: Scenario,
}

/// A text that was made.
pub(super) struct Done {
    pub job: Job,
    pub outcome: Outcome,
}

fn render_all(arguments: &RenderArguments) -> Result<Verdict> {
    let workspace = workspace_of(arguments)?;
    let messages = messages(arguments, &workspace)?;
    if arguments.request.is_some() {
        require_webhooks(&messages)?;
    }
    let jobs = jobs_of(arguments, &workspace, &messages)?;
    let traced = arguments.trace || arguments.why;
    let worlds = Worlds::new(arguments, &workspace)?;
    let mut done = Vec::new();
    for job in jobs {
        let world = worlds.of(&job.scenario)?;
        let outcome = render(&job.part.template, &world, traced);
        done.push(Done { job, outcome });
    }
    if let Some(form) = arguments.request {
        return show_requests(arguments, form, &workspace, &messages, &done);
    }
    show(arguments, &workspace, &done)
}

pub(super) fn workspace_of(arguments: &RenderArguments) -> Result<Workspace> {
    let first = arguments.paths.iter().find(|path| !is_stdin(path));
    let folder = match first {
        Some(path) if path.is_dir() => path.clone(),
        Some(path) => path.parent().map_or_else(PathBuf::new, Path::to_owned),
        None => PathBuf::new(),
    };
    reading::workspace(&folder)
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The messages that are asked for.
fn messages(arguments: &RenderArguments, workspace: &Workspace) -> Result<Vec<Message>> {
    let mut messages = Vec::new();
    let options = workspace.config.settings().parse;
    for path in &arguments.paths {
        if is_stdin(path) {
            messages.push(stdin_message(options)?);
        } else {
            messages.extend(reading::messages(workspace, path)?);
        }
    }
    if arguments.data.is_some() {
        let plain = Settings::plain_liquid().parse;
        for part in messages.iter_mut().flat_map(|message| &mut message.parts) {
            *part = part.with_text(part.source(), plain);
        }
    }
    Ok(messages)
}

pub(super) fn jobs(arguments: &RenderArguments, workspace: &Workspace) -> Result<Vec<Job>> {
    jobs_of(arguments, workspace, &messages(arguments, workspace)?)
}

fn jobs_of(
    arguments: &RenderArguments,
    workspace: &Workspace,
    messages: &[Message],
) -> Result<Vec<Job>> {
    let known = known_scenarios(arguments, workspace, messages)?;
    let mut jobs = Vec::new();
    for message in messages {
        let parts = parts(arguments, message).collect::<Vec<_>>();
        if parts.is_empty() {
            continue;
        }
        for scenario in scenarios(arguments, &known, message) {
            let asked = arguments.data.is_none() && message.name != STDIN;
            if asked && messages.len() > 1 && !scenario.applies_to(&message.name) {
                note(&format!(
                    "note: `{}` is left out: the scenario `{}` is not for it\n",
                    message.name, scenario.name
                ));
                continue;
            }
            jobs.extend(parts.iter().map(|part| Job {
                message: message.name.clone(),
                part: (*part).clone(),
                scenario: scenario.clone(),
            }));
        }
    }
    if let (true, Some(wanted)) = (jobs.is_empty(), &arguments.part) {
        return Err(no_such_part(wanted, messages).into());
    }
    Ok(jobs)
}

/// The name of the message on standard input.
const STDIN: &str = "stdin";

fn stdin_message(options: ParseOptions) -> Result<Message> {
    let text = reading::stdin()?;
    Ok(Message::of_text(STDIN, &Arc::new(Source::new("<stdin>", text)), options))
}

/// The parts of a message that are asked for.
fn parts<'a>(
    arguments: &'a RenderArguments,
    message: &'a Message,
) -> impl Iterator<Item = &'a Part> {
    let asked_for =
        |part: &&Part| arguments.part.as_ref().is_none_or(|wanted| part.name == *wanted);
    message.parts.iter().filter(asked_for)
}

fn no_such_part(wanted: &str, messages: &[Message]) -> ProjectError {
    let mut names = Vec::new();
    for part in messages.iter().flat_map(|message| &message.parts) {
        if !names.contains(&part.name.as_str()) {
            names.push(part.name.as_str());
        }
    }
    let help = match nearest(wanted, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the parts are {}", names.join(", ")),
    };
    let message = match messages {
        [message] => format!("the message `{}` has no part `{wanted}`", message.name),
        _ => format!("none of the {} messages has a part `{wanted}`", messages.len()),
    };
    ProjectError::Unknown { message, help }
}

/// The scenarios that may be rendered for, read once: those named, else all of the workspace; with
/// what the command line sets.
fn known_scenarios(
    arguments: &RenderArguments,
    workspace: &Workspace,
    messages: &[Message],
) -> Result<Vec<Scenario>> {
    let settings =
        arguments.set.iter().map(|text| Setting::parse(text)).collect::<Result<Vec<_>, _>>()?;
    let now = clock(arguments)?;
    let from_stdin = messages.iter().all(|message| message.name == STDIN);
    let mut known = if !arguments.scenario.is_empty() {
        let named = arguments.scenario.iter().map(|name| workspace.scenario(name));
        named.collect::<Result<Vec<_>, _>>()?
    } else if arguments.data.is_some() || from_stdin {
        Vec::new()
    } else {
        reading::scenarios(workspace)
    };
    // Stands for the recipient of whom nothing is known, behind all others.
    known.push(Scenario::empty());
    for scenario in &mut known {
        settings.iter().for_each(|setting| setting.apply(scenario));
        if now.is_some() {
            scenario.now.clone_from(&now);
        }
    }
    Ok(known)
}

/// The clock that the command line asks for.
pub(super) fn clock(arguments: &RenderArguments) -> Result<Option<String>, ProjectError> {
    match arguments.now.as_deref() {
        Some("system") => Ok(Some(system_clock())),
        Some(now) if Time::parse(now, &default_now()).is_none() => Err(ProjectError::Unknown {
            message: format!("found `--now {now}`, expected a time"),
            help: "write `--now 2026-03-01T09:00:00Z`, or `--now system`".to_owned(),
        }),
        now => Ok(now.map(str::to_owned)),
    }
}

/// The scenarios to render a message for: those named; all that apply; or the first that applies.
/// The last of those known is the one of whom nothing is known.
fn scenarios<'a>(
    arguments: &RenderArguments,
    known: &'a [Scenario],
    message: &Message,
) -> Vec<&'a Scenario> {
    let Some((nobody, known)) = known.split_last() else { return Vec::new() };
    if !arguments.scenario.is_empty() {
        return known.iter().collect();
    }
    if arguments.data.is_some() || message.name == STDIN {
        return vec![nobody];
    }
    let applies = |scenario: &&Scenario| scenario.applies_to(&message.name);
    let mut chosen = known.iter().filter(applies).collect::<Vec<_>>();
    if !arguments.all && chosen.len() > 1 {
        let others = chosen[1..].iter().map(|scenario| scenario.name.as_str()).collect::<Vec<_>>();
        note(&format!(
            "note: `{}` is rendered for the scenario `{}`; `--scenario NAME` picks another ({}), `--all` takes every one\n",
            message.name,
            chosen[0].name,
            others.join(", ")
        ));
        chosen.truncate(1);
    }
    if chosen.is_empty() {
        note(&format!(
            "note: no scenario applies to `{}`: nothing is known of the recipient\n",
            message.name
        ));
        chosen.push(nobody);
    }
    chosen
}

/// This machine's clock, which is read only where it is asked for.
pub(super) fn system_clock() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// What the worlds of a run share.
struct Worlds<'a> {
    workspace: &'a Workspace,
    blocks: Arc<indexmap::IndexMap<String, meniscus::render::ContentBlock>>,
    recordings: Replay,
    data: Option<Object>,
    /// Who answers in place of the recordings.
    live: Option<Arc<dyn Fetch>>,
}

impl<'a> Worlds<'a> {
    fn new(arguments: &RenderArguments, workspace: &'a Workspace) -> Result<Worlds<'a>> {
        if let Some(path) = &arguments.data {
            let data = Some(read_data(path)?);
            return Ok(Worlds {
                workspace,
                blocks: Arc::default(),
                recordings: Replay::default(),
                data,
                live: None,
            });
        }
        let blocks = reading::content_blocks(workspace);
        if arguments.live {
            let live: Arc<dyn Fetch> = live::source(workspace)?;
            let recordings = Replay::default();
            return Ok(Worlds { workspace, blocks, recordings, data: None, live: Some(live) });
        }
        let recordings = reading::recordings(workspace);
        Ok(Worlds { workspace, blocks, recordings, data: None, live: None })
    }

    fn of(&self, scenario: &Scenario) -> Result<World> {
        let config = &self.workspace.config;
        Ok(match (&self.data, &self.live) {
            (Some(data), _) => plain_world(data.clone(), scenario)?,
            (None, Some(live)) => live_world(config, scenario, &self.blocks, Arc::clone(live))?,
            (None, None) => world(config, scenario, &self.blocks, &self.recordings)?,
        })
    }
}

/// The recordings of a workspace; what is wrong with them is said.
pub(super) fn read_recordings(workspace: &Workspace) -> Result<Replay> {
    workspace.recordings().map_err(|errors| {
        show_recording_errors(&errors);
        anyhow::anyhow!("{} of the recordings cannot be used", errors.len())
    })
}

fn read_data(path: &Path) -> Result<Object> {
    let text = read_file_to_string(path).map_err(|error| ProjectError::unreadable(path, &error))?;
    match parse_json(&text) {
        Ok(Value::Object(object)) => Ok(Arc::unwrap_or_clone(object)),
        Ok(other) => Err(ProjectError::Unknown {
            message: format!(
                "`{}` holds {}, expected an object",
                path.display(),
                other.view().kind()
            ),
            help: "wrap it: `{\"name\": …}`".to_owned(),
        }
        .into()),
        Err(error) => Err(ProjectError::Unknown {
            message: format!("`{}` is no JSON: {error}", path.display()),
            help: "correct it there".to_owned(),
        }
        .into()),
    }
}
