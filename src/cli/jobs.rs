//! What to render: parts for scenarios, as selected by `render`, `record`, `check-live`, and
//! `doctor`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use meniscus::live::record::system_clock;
use meniscus::project::{
    Message, Overlay, Part, ProjectError, Scenario, Workspace, default_now, normal,
};
use meniscus::render::Settings;
use meniscus::render::{Abort, Outcome};
use meniscus::syntax::ParseOptions;
use meniscus::text::{Source, nearest};
use meniscus::value::Time;

use super::reading;
use super::terminal::note;

#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// Messages, or folders of them; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// Names of scenarios; empty for all that apply.
    pub scenarios: Vec<String>,
    /// Whether to render for all scenarios that apply, instead of the first.
    pub all: bool,
    pub part: Option<String>,
    /// Values to set in scenarios: `user.first_name=Ada`.
    pub set: Vec<String>,
    /// The clock: a time, or `system`.
    pub now: Option<String>,
    /// Whether the templates are plain Liquid, rendered only with data.
    pub is_plain: bool,
}

/// A render: a part for a scenario.
pub(super) struct Job {
    pub message: String,
    pub part: Part,
    pub scenario: Scenario,
}

pub(super) fn workspace_of(wanted: &Wanted) -> Result<Workspace> {
    let first = wanted.paths.iter().find(|path| !is_stdin(path));
    let folder = match first {
        Some(path) if path.is_dir() => path.clone(),
        Some(path) => path.parent().map_or_else(PathBuf::new, Path::to_owned),
        None => PathBuf::new(),
    };
    reading::workspace(&folder)
}

pub(super) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Returns the selected messages.
pub(super) fn messages(wanted: &Wanted, workspace: &Workspace) -> Result<Vec<Message>> {
    let mut messages = Vec::new();
    let options = workspace.config.settings().parse;
    for path in &wanted.paths {
        if is_stdin(path) {
            messages.push(stdin_message(options)?);
        } else if let Some(message) = part_of_message(wanted, workspace, path)? {
            messages.push(message);
        } else {
            messages.extend(reading::messages(workspace, path)?);
        }
    }
    if wanted.is_plain {
        let plain = Settings::plain_liquid().parse;
        for part in messages.iter_mut().flat_map(|message| &mut message.parts) {
            *part = part.with_text(part.source(), plain);
        }
    }
    Ok(messages)
}

/// Returns the message reduced to one part, if the file is a part: the channel determines what is
/// checked.
fn part_of_message(wanted: &Wanted, workspace: &Workspace, path: &Path) -> Result<Option<Message>> {
    let Some(folder) = workspace.message_around(path).filter(|_| !wanted.is_plain) else {
        return Ok(None);
    };
    let file = normal(path);
    let mut messages = match workspace.messages(&folder) {
        Ok(messages) => messages,
        Err(error) => {
            let folder = folder.display();
            note(&format!(
                "note: rendered as a separate message, because `{folder}` can't be used: {error}\n"
            ));
            return Ok(None);
        }
    };
    let Some(mut message) = messages.pop().filter(|_| messages.is_empty()) else {
        return Ok(None);
    };
    message.parts.retain(|part| part.path == file);
    let [part] = &message.parts[..] else { return Ok(None) };
    if let Some(other) = wanted.part.as_ref().filter(|name| **name != part.name) {
        let shown = workspace.shown(path);
        let message = format!("`{shown}` is only the part `{}`, not `{other}`", part.name);
        let folder = workspace.shown(&folder);
        let help = format!("use the message: `{folder} --part {other}`");
        return Err(ProjectError::Unknown { message, help }.into());
    }
    Ok(Some(message))
}

pub(super) fn jobs(wanted: &Wanted, workspace: &Workspace) -> Result<Vec<Job>> {
    jobs_of(wanted, workspace, &messages(wanted, workspace)?)
}

pub(super) fn jobs_of(
    wanted: &Wanted,
    workspace: &Workspace,
    messages: &[Message],
) -> Result<Vec<Job>> {
    let known = known_scenarios(wanted, workspace, messages)?;
    let mut jobs = Vec::new();
    for message in messages {
        let parts = parts(wanted, message).collect::<Vec<_>>();
        if parts.is_empty() {
            continue;
        }
        for scenario in scenarios(wanted, &known, message) {
            let asked = !wanted.is_plain && message.name != STDIN;
            if asked && messages.len() > 1 && !scenario.applies_to(&message.name) {
                note(&format!(
                    "note: `{}` is skipped: the scenario `{}` isn't for it\n",
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
    if let (true, Some(part)) = (jobs.is_empty(), &wanted.part) {
        return Err(no_such_part(part, messages).into());
    }
    Ok(jobs)
}

/// The message name of standard input.
const STDIN: &str = "stdin";

fn stdin_message(options: ParseOptions) -> Result<Message> {
    let text = reading::stdin()?;
    Ok(Message::of_text(STDIN, &Arc::new(Source::new("<stdin>", text)), options))
}

/// Yields the selected parts of a message.
fn parts<'a>(wanted: &'a Wanted, message: &'a Message) -> impl Iterator<Item = &'a Part> {
    let asked_for = |part: &&Part| wanted.part.as_ref().is_none_or(|name| part.name == *name);
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
        None => format!("use one of the parts {}", names.join(", ")),
    };
    let message = match messages {
        [message] => format!("the message `{}` has no part `{wanted}`", message.name),
        _ => format!("none of the {} messages has a part `{wanted}`", messages.len()),
    };
    ProjectError::Unknown { message, help }
}

/// Reads the scenarios to render for: the named ones, otherwise all of the workspace; with values
/// from the command line.
fn known_scenarios(
    wanted: &Wanted,
    workspace: &Workspace,
    messages: &[Message],
) -> Result<Vec<Scenario>> {
    let overlay = Overlay::of_settings(&wanted.set)?;
    let now = clock(wanted.now.as_deref())?;
    let from_stdin = messages.iter().all(|message| message.name == STDIN);
    let mut known = if !wanted.scenarios.is_empty() {
        let named = wanted.scenarios.iter().map(|name| workspace.scenario(name));
        named.collect::<Result<Vec<_>, _>>()?
    } else if wanted.is_plain || from_stdin {
        Vec::new()
    } else {
        reading::scenarios(workspace)
    };
    // Represents an unknown recipient, after all others.
    known.push(Scenario::empty());
    for scenario in &mut known {
        overlay.apply(scenario);
        if now.is_some() {
            scenario.now.clone_from(&now);
        }
    }
    Ok(known)
}

/// Returns the clock set on the command line.
pub(super) fn clock(now: Option<&str>) -> Result<Option<String>, ProjectError> {
    match now {
        Some("system") => Ok(Some(system_clock())),
        Some(now) if Time::parse(now, &default_now()).is_none() => Err(ProjectError::Unknown {
            message: format!("`--now {now}` isn't a time"),
            help: "write `--now 2026-03-01T09:00:00Z`, or `--now system`".to_owned(),
        }),
        now => Ok(now.map(str::to_owned)),
    }
}

/// Returns the scenarios for a message: the named ones, all that apply, or the first that applies.
/// The last known one is the unknown recipient.
fn scenarios<'a>(wanted: &Wanted, known: &'a [Scenario], message: &Message) -> Vec<&'a Scenario> {
    let Some((nobody, known)) = known.split_last() else { return Vec::new() };
    if !wanted.scenarios.is_empty() {
        return known.iter().collect();
    }
    if wanted.is_plain || message.name == STDIN {
        return vec![nobody];
    }
    let applies = |scenario: &&Scenario| scenario.applies_to(&message.name);
    let mut chosen = known.iter().filter(applies).collect::<Vec<_>>();
    if !wanted.all && chosen.len() > 1 {
        let others = chosen[1..].iter().map(|scenario| scenario.name.as_str()).collect::<Vec<_>>();
        note(&format!(
            "note: `{}` is rendered for the scenario `{}`; choose another with `--scenario NAME` \
             ({}), or use `--all`\n",
            message.name,
            chosen[0].name,
            others.join(", ")
        ));
        chosen.truncate(1);
    }
    if chosen.is_empty() {
        note(&format!(
            "note: no scenario applies to `{}`, so the recipient has no data\n",
            message.name
        ));
        chosen.push(nobody);
    }
    chosen
}

/// A finished render.
pub(super) struct Done {
    pub job: Job,
    pub outcome: Outcome,
}

/// Says why a part isn't sent, with the place.
pub(super) fn not_sent(abort: &Abort) -> String {
    let place = abort.at.as_ref().map_or(String::new(), |at| {
        let position = at.source.position(at.span.start as usize);
        format!(" at {}:{}:{}", at.source.name(), position.line, position.column)
    });
    format!("not sent: {}: {}{place}\n", abort.kind.name(), abort.reason)
}
