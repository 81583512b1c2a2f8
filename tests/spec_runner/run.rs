use std::fmt::Write as _;
use std::sync::Arc;

use indexmap::IndexMap;
use meniscus::diagnostic::Diagnostic;
use meniscus::dialect::BRAZE;
use meniscus::project::{Config, ProjectError, Scenario, plain_world, world};
use meniscus::recording::Replay;
use meniscus::render::{CallResult, ContentBlock, World, render};
use meniscus::syntax::parse;
use meniscus::text::Source;
use meniscus::value::{Value, parse_json};

use super::fence::{Expectation, Syntax};

/// All that stands in front of a template in its section.
#[derive(Clone, Default)]
pub struct Setup {
    pub scenario: Option<(Syntax, String)>,
    pub config: Option<String>,
    pub data: Option<String>,
    pub blocks: IndexMap<String, String>,
    pub recordings: IndexMap<String, String>,
    /// `message.toml`.
    pub message: Option<String>,
    /// The parts of the message beside the body, by name.
    pub parts: IndexMap<String, String>,
    /// Other files, by path.
    pub files: IndexMap<String, String>,
}

/// What a render comes to, as pages write it.
#[derive(Default)]
pub struct Outcome {
    pub output: String,
    pub error: Option<String>,
    diagnostics: String,
    calls: String,
    requests: String,
    extras: String,
    pub lint: String,
}

impl Outcome {
    /// A part of it.
    pub fn text(&self, expectation: Expectation) -> String {
        match expectation {
            Expectation::Output => self.output.clone(),
            Expectation::Error => self.error.clone().unwrap_or_default(),
            Expectation::Diagnostics => self.diagnostics.clone(),
            Expectation::Calls => self.calls.clone(),
            Expectation::Requests => self.requests.clone(),
            Expectation::Extras => self.extras.clone(),
            Expectation::Lint => self.lint.clone(),
        }
    }
}

impl Setup {
    /// Whether nothing is set up.
    pub fn is_empty(&self) -> bool {
        self.scenario.is_none()
            && self.config.is_none()
            && self.data.is_none()
            && self.blocks.is_empty()
            && self.recordings.is_empty()
            && self.message.is_none()
            && self.parts.is_empty()
            && self.files.is_empty()
    }

    /// Renders a template.
    ///
    /// # Errors
    /// Where what is set up cannot be read.
    pub fn render(&self, text: &str) -> Result<Outcome, String> {
        // The folder must live until the render is over; its path is not shown.
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let recordings = folder.path().join("recordings");
        let world = self.world(&recordings)?;
        let source = Arc::new(Source::new("template", text));
        let template = parse(&source, &BRAZE, world.settings.parse);
        let found = render(&template, &world, false);
        let mut outcome = Outcome { output: found.output, ..Outcome::default() };
        outcome.error = found.abort.map(|abort| format!("{}: {}", abort.kind.name(), abort.reason));
        for diagnostic in &found.diagnostics {
            // The error itself says it.
            if diagnostic.code != "liquid-error" {
                let name = diagnostic.primary.source.name();
                let shown = if name == "template" { "" } else { name };
                describe(shown, diagnostic, &mut outcome.diagnostics);
            }
        }
        let folder = format!("{}/", recordings.display());
        outcome.diagnostics = outcome.diagnostics.replace(&folder, "recordings/");
        let mut requests = Vec::new();
        for call in &found.calls {
            let result = match &call.result {
                CallResult::Answered { status, recording, note, .. } => match note {
                    Some(note) => format!("{status} {recording}: {note}"),
                    None => format!("{status} {recording}"),
                },
                CallResult::Cached { call } => format!("cached, as call {}", call + 1),
                CallResult::Unanswered(_) => "unanswered".to_owned(),
                CallResult::Refused(reason) => format!("refused: {reason}"),
            };
            let line = format!("{} {} {result}", call.request.method, call.request.url);
            push_line(&line, &mut outcome.calls);
            requests.push(call.request.to_http());
        }
        outcome.requests = requests.join("\n\n");
        for (key, value) in &found.extras {
            push_line(&format!("{key}: {value}"), &mut outcome.extras);
        }
        Ok(outcome)
    }

    fn world(&self, recordings: &std::path::Path) -> Result<World, String> {
        let config = match &self.config {
            Some(text) => {
                toml::from_str(text).map_err(|error| format!("meniscus.toml: {error}"))?
            }
            None => Config::default(),
        };
        let scenario = match &self.scenario {
            Some((syntax, text)) => {
                let name = if *syntax == Syntax::Json { "scenario.json" } else { "scenario.toml" };
                Scenario::from_source(&Arc::new(Source::new(name, text.as_str())))
                    .map_err(|error| shown("the scenario", &error))?
            }
            None => Scenario::empty(),
        };
        if let Some(data) = &self.data {
            let data = match parse_json(data) {
                Ok(Value::Object(data)) => Arc::unwrap_or_clone(data),
                Ok(_) => return Err("the data is no object".to_owned()),
                Err(error) => return Err(format!("the data: {error}")),
            };
            let mut world =
                plain_world(data, &scenario).map_err(|error| shown("the scenario", &error))?;
            world.limits = config.limits();
            return Ok(world);
        }
        let replay = self.replay(recordings)?;
        let mut blocks = IndexMap::new();
        for (name, text) in &self.blocks {
            let source =
                Arc::new(Source::new(format!("content_blocks/{name}.liquid"), text.as_str()));
            let template = Arc::new(parse(&source, &BRAZE, config.settings().parse));
            blocks.insert(name.clone(), ContentBlock { template });
        }
        world(&config, &scenario, &Arc::new(blocks), &replay)
            .map_err(|error| shown("the scenario", &error))
    }

    /// The recordings, by way of a folder: that is how they are read.
    fn replay(&self, folder: &std::path::Path) -> Result<Replay, String> {
        if self.recordings.is_empty() {
            return Ok(Replay::default());
        }
        for (name, text) in &self.recordings {
            let path = folder.join(format!("{name}.json"));
            let parent = path.parent().unwrap_or(folder);
            std::fs::create_dir_all(parent)
                .and_then(|()| std::fs::write(&path, text))
                .map_err(|error| error.to_string())?;
        }
        meniscus::files::recordings::load(folder)
            .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    }
}

fn shown(what: &str, error: &ProjectError) -> String {
    let help = error.help().map_or(String::new(), |help| format!(" ({help})"));
    format!("{what}: {error}{help}")
}

/// `line:column severity code: message`, then the help behind `=`; `name` is of the file, where it
/// is not the template itself.
pub fn describe(name: &str, diagnostic: &Diagnostic, out: &mut String) {
    let source = &diagnostic.primary.source;
    let place = source.position(diagnostic.primary.span.start as usize);
    let mut line = String::new();
    if !name.is_empty() {
        line = format!("{name}:");
    }
    // Writing to a `String` cannot fail.
    let _ = write!(
        line,
        "{}:{} {} {}: {}",
        place.line,
        place.column,
        diagnostic.severity.word(),
        diagnostic.code,
        diagnostic.message
    );
    push_line(&line, out);
    let Some(help) = &diagnostic.help else { return };
    for (index, line) in help.lines().enumerate() {
        let mark = if index == 0 { "  = " } else { "    " };
        push_line(format!("{mark}{line}").trim_end(), out);
    }
}

pub fn push_line(line: &str, out: &mut String) {
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(line);
}
