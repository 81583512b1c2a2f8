use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};

use super::Verdict;
use super::arguments::{Format, RenderArguments};
use super::terminal::{look, note, print, show_recording_errors};
use super::watch;
use meniscus::diagnostic::Severity;
use meniscus::dialect::BRAZE;
use meniscus::fetch::Replay;
use meniscus::project::{
    Message, Part, ProjectError, Scenario, Setting, Workspace, default_now, plain_world, world,
};
use meniscus::render::{Outcome, World, render};
use meniscus::report::{Rendered, draw, explain, list_calls, list_missing, to_json};
use meniscus::syntax::parse;
use meniscus::text::{Source, nearest};
use meniscus::value::{Object, Value, parse_json};

/// Renders what is asked for, once or at every change.
pub(super) fn run(arguments: &RenderArguments) -> Result<Verdict> {
    if arguments.watch {
        if arguments.paths.iter().any(|path| is_stdin(path)) {
            bail!("standard input cannot be watched: name a file");
        }
        let workspace = workspace_of(arguments)?;
        return watch::repeat(&workspace.root, || render_all(arguments));
    }
    render_all(arguments)
}

/// One text to be made: a part for a scenario.
struct Job {
    message: String,
    part: Part,
    scenario: Scenario,
}

/// A job done.
struct Done {
    job: Job,
    outcome: Outcome,
}

fn render_all(arguments: &RenderArguments) -> Result<Verdict> {
    let workspace = workspace_of(arguments)?;
    let jobs = jobs(arguments, &workspace)?;
    let traced = arguments.trace || arguments.why;
    let worlds = Worlds::new(arguments, &workspace)?;
    let mut done = Vec::new();
    for job in jobs {
        let world = worlds.of(&job.scenario)?;
        let template = parse(&job.part.source, &BRAZE, world.settings.parse);
        let outcome = render(&template, &world, traced);
        done.push(Done { job, outcome });
    }
    show(arguments, &workspace, &done)
}

fn workspace_of(arguments: &RenderArguments) -> Result<Workspace> {
    let first = arguments.paths.iter().find(|path| !is_stdin(path));
    let folder = match first {
        Some(path) if path.is_dir() => path.clone(),
        Some(path) => path.parent().map_or_else(PathBuf::new, Path::to_owned),
        None => PathBuf::new(),
    };
    Ok(Workspace::around(&folder)?)
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn jobs(arguments: &RenderArguments, workspace: &Workspace) -> Result<Vec<Job>> {
    let mut messages = Vec::new();
    for path in &arguments.paths {
        if is_stdin(path) {
            messages.push(stdin_message()?);
        } else {
            messages.extend(workspace.messages(path)?);
        }
    }
    let mut jobs = Vec::new();
    for message in messages {
        let scenarios = scenarios(arguments, workspace, &message)?;
        let parts = parts(arguments, &message)?;
        for scenario in scenarios {
            for part in &parts {
                let job = Job {
                    message: message.name.clone(),
                    part: part.clone(),
                    scenario: scenario.clone(),
                };
                jobs.push(job);
            }
        }
    }
    Ok(jobs)
}

fn stdin_message() -> Result<Message> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
    let text = String::from_utf8(bytes).map_err(|_| ProjectError::Unknown {
        message: "standard input is not UTF-8".to_owned(),
        help: "save the template as UTF-8".to_owned(),
    })?;
    let source = Arc::new(Source::new("<stdin>", text));
    let part = Part { name: "body".to_owned(), path: PathBuf::from("-"), source };
    Ok(Message { name: "stdin".to_owned(), channel: None, parts: vec![part] })
}

fn parts(arguments: &RenderArguments, message: &Message) -> Result<Vec<Part>> {
    let Some(wanted) = &arguments.part else { return Ok(message.parts.clone()) };
    let found =
        message.parts.iter().filter(|part| part.name == *wanted).cloned().collect::<Vec<_>>();
    if !found.is_empty() {
        return Ok(found);
    }
    let names = message.parts.iter().map(|part| part.name.as_str()).collect::<Vec<_>>();
    let help = match nearest(wanted, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("its parts are {}", names.join(", ")),
    };
    let message = format!("the message `{}` has no part `{wanted}`", message.name);
    Err(ProjectError::Unknown { message, help }.into())
}

/// The scenarios to render a message for: those named; all that apply; or the first that applies.
fn scenarios(
    arguments: &RenderArguments,
    workspace: &Workspace,
    message: &Message,
) -> Result<Vec<Scenario>> {
    let mut chosen = Vec::new();
    if arguments.data.is_some() {
        chosen.push(Scenario::empty());
    } else if !arguments.scenario.is_empty() {
        for name in &arguments.scenario {
            chosen.push(workspace.scenario(name)?);
        }
    } else if message.name == "stdin" {
        chosen.push(Scenario::empty());
    } else {
        chosen = workspace.scenarios()?;
        chosen.retain(|scenario| scenario.applies_to(&message.name));
        if !arguments.all && chosen.len() > 1 {
            let others =
                chosen[1..].iter().map(|scenario| scenario.name.as_str()).collect::<Vec<_>>();
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
            chosen.push(Scenario::empty());
        }
    }
    let settings =
        arguments.set.iter().map(|text| Setting::parse(text)).collect::<Result<Vec<_>, _>>()?;
    for scenario in &mut chosen {
        settings.iter().for_each(|setting| setting.apply(scenario));
        match arguments.now.as_deref() {
            Some("system") => scenario.now = Some(system_clock()),
            Some(now) => scenario.now = Some(now.to_owned()),
            None => {}
        }
    }
    Ok(chosen)
}

/// This machine's clock, which is read only where it is asked for.
fn system_clock() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// What the worlds of a run share.
struct Worlds<'a> {
    workspace: &'a Workspace,
    blocks: Arc<indexmap::IndexMap<String, meniscus::render::ContentBlock>>,
    recordings: Replay,
    data: Option<Object>,
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
            });
        }
        let recordings = match workspace.recordings() {
            Ok(recordings) => recordings,
            Err(errors) => {
                show_recording_errors(&errors);
                bail!("{} of the recordings cannot be used", errors.len());
            }
        };
        Ok(Worlds { workspace, blocks: workspace.content_blocks()?, recordings, data: None })
    }

    fn of(&self, scenario: &Scenario) -> Result<World> {
        Ok(match &self.data {
            Some(data) => plain_world(data.clone(), scenario)?,
            None => world(&self.workspace.config, scenario, &self.blocks, &self.recordings)?,
        })
    }
}

fn read_data(path: &Path) -> Result<Object> {
    let text =
        std::fs::read_to_string(path).map_err(|error| ProjectError::unreadable(path, &error))?;
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

fn show(arguments: &RenderArguments, workspace: &Workspace, done: &[Done]) -> Result<Verdict> {
    let mut verdict = Verdict::Fine;
    if arguments.format == Format::Json && arguments.out.is_none() {
        let renders = done.iter().map(rendered).collect::<Vec<_>>();
        print(&format!("{:#}\n", to_json(&renders)))?;
    }
    // A template is parsed for every scenario; what is wrong with it is said once.
    let mut said = Vec::new();
    let many = done.len() > 1;
    let mut ends_line = true;
    for Done { job, outcome } in done {
        if arguments.format == Format::Text {
            if many {
                note(&format!(
                    "── {} · {} · {} ──\n",
                    job.message, job.part.name, job.scenario.name
                ));
            }
            show_text(arguments, job, outcome)?;
            if many && arguments.out.is_none() {
                end_line(outcome)?;
            }
            ends_line = many
                || outcome.output.ends_with('\n')
                || outcome.output.is_empty()
                || outcome.abort.is_some();
        } else if let Some(folder) = &arguments.out {
            let json = format!("{:#}\n", to_json(&[rendered_of(job, outcome)]));
            write_out(arguments, folder, job, "json", &json)?;
        }
        let mut text = String::new();
        for diagnostic in &outcome.diagnostics {
            let key = (
                diagnostic.code,
                diagnostic.primary.source.name().to_owned(),
                diagnostic.primary.span,
                diagnostic.message.clone(),
            );
            if !said.contains(&key) {
                said.push(key);
                if arguments.format == Format::Text {
                    draw(diagnostic, look(), &mut text);
                }
            }
            if diagnostic.severity == Severity::Error {
                verdict = Verdict::Found;
            }
        }
        if arguments.format == Format::Text {
            if !ends_line && !(text.is_empty() && !arguments.trace && !arguments.why) {
                text.insert(0, '\n');
            }
            notes(arguments, workspace, job, outcome, &mut text);
            note(&text);
        }
        if outcome.abort.is_some() && arguments.fail_on_abort {
            verdict = Verdict::Found;
        }
    }
    Ok(verdict)
}

fn rendered(done: &Done) -> Rendered<'_> {
    rendered_of(&done.job, &done.outcome)
}

fn rendered_of<'a>(job: &'a Job, outcome: &'a Outcome) -> Rendered<'a> {
    Rendered { message: &job.message, part: &job.part.name, scenario: &job.scenario.name, outcome }
}

fn show_text(arguments: &RenderArguments, job: &Job, outcome: &Outcome) -> Result<()> {
    if let Some(abort) = &outcome.abort {
        let place = abort.at.as_ref().map_or(String::new(), |at| {
            let position = at.source.position(at.span.start as usize);
            format!(" at {}:{}:{}", at.source.name(), position.line, position.column)
        });
        note(&format!("not sent: {}: {}{place}\n", abort.kind.name(), abort.reason));
        return Ok(());
    }
    match &arguments.out {
        Some(folder) => write_out(arguments, folder, job, "txt", &outcome.output),
        None => print(&outcome.output),
    }
}

/// With more than one text, each ends its last line, so that the next begins a new one.
fn end_line(outcome: &Outcome) -> Result<()> {
    let text = &outcome.output;
    if outcome.abort.is_some() || text.is_empty() || text.ends_with('\n') {
        Ok(())
    } else {
        print("\n")
    }
}

/// Writes one text below a folder, to a temporary name that is then renamed. A file with another
/// text is left alone unless `--overwrite` is given.
fn write_out(
    arguments: &RenderArguments,
    folder: &Path,
    job: &Job,
    ending: &str,
    text: &str,
) -> Result<()> {
    let folder = folder.join(&job.message).join(&job.part.name);
    let path = folder.join(format!("{}.{ending}", job.scenario.name));
    if let Ok(known) = std::fs::read(&path) {
        if known == text.as_bytes() {
            return Ok(());
        }
        if !arguments.overwrite {
            return Err(ProjectError::Unknown {
                message: format!("`{}` holds another text", path.display()),
                help: "pass `--overwrite` to replace it, or choose another folder".to_owned(),
            }
            .into());
        }
    }
    let written = || -> std::io::Result<()> {
        use std::io::Write;
        std::fs::create_dir_all(&folder)?;
        let mut file = tempfile::NamedTempFile::new_in(&folder)?;
        file.write_all(text.as_bytes())?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(())
    };
    written().with_context(|| format!("cannot write `{}`", path.display()))?;
    note(&format!("wrote {}\n", path.display()));
    Ok(())
}

fn notes(
    arguments: &RenderArguments,
    workspace: &Workspace,
    job: &Job,
    outcome: &Outcome,
    text: &mut String,
) {
    let source = job.part.source.text();
    if job.scenario.now.is_none() && (source.contains("'now'") || source.contains("\"now\"")) {
        let now = default_now().into_utc();
        text.push_str(&format!(
            "note: 'now' is {now}, as the scenario has no `now`; `--now TIME` sets it\n"
        ));
    }
    if arguments.trace {
        list_calls(&outcome.calls, text);
        list_missing(outcome, text);
    }
    if let (true, Some(trace)) = (arguments.why, &outcome.trace) {
        explain(trace, &outcome.calls, &job.scenario, workspace, text);
    }
}
