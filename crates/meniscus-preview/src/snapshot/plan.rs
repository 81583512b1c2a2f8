use std::sync::Arc;

use indexmap::IndexMap;

use super::blocks::included;
use super::cause::text_digest;
use super::document::is_secret_header_part;
use super::header::Header;
use super::place::{file_beside, file_of};
use super::recordings::PlannedRecordings;
use super::secrets::Secrets;
use super::values::{lines_of, shown};
use crate::diagnostic::Diagnostic;
use crate::http::secret::REDACTED;
use crate::project::{
    Channel, Message, Part, ProjectError, Scenario, Unusable, Workspace, default_now, world,
};
use crate::recording::Replay;
use crate::render::{Cancel, ContentBlock, World};
use crate::session::{FileKind, Session};
use crate::syntax::HtmlComments;
use crate::value::Value;

/// Which cases to test.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Names of messages; empty for all in the session.
    pub messages: Vec<String>,
    /// Names or files of scenarios; empty for all.
    pub scenarios: Vec<String>,
    /// Ends the renders.
    pub cancel: Cancel,
}

impl Selection {
    fn has(&self, message: &str) -> bool {
        self.messages.is_empty() || self.messages.iter().any(|name| name == message)
    }
}

/// A message part, prepared for many renders.
#[derive(Debug)]
pub struct PlannedPart {
    pub message: String,
    /// The message's channel.
    pub channel: Option<Channel>,
    pub part: Part,
    /// Fatal syntax errors in it or in an included content block: Braze would send nothing.
    pub refused: Vec<Diagnostic>,
    /// Its digest for headers.
    template_digest: String,
    blocks: IndexMap<String, String>,
    variables: IndexMap<String, String>,
}

/// A scenario, prepared for rendering.
#[derive(Debug)]
pub struct PlannedScenario {
    pub scenario: Scenario,
    /// Its world, shared by cases.
    pub world: World,
    /// What must not occur in its snapshots.
    pub secrets: Secrets,
    /// Its values for headers.
    values: IndexMap<String, String>,
}

impl PlannedScenario {
    /// The same, whose renders end when told to.
    fn until(mut self, cancel: &Cancel) -> PlannedScenario {
        self.world.cancel = cancel.clone();
        self
    }
}

/// A message part for a scenario.
#[derive(Clone, Debug)]
pub struct Case {
    pub part: Arc<PlannedPart>,
    pub scenario: Arc<PlannedScenario>,
    /// Its snapshot's file, below the snapshots folder, with `/`.
    pub file: String,
}

/// Everything that a run tests.
#[derive(Debug, Default)]
pub struct Plan {
    /// The cases: messages by name, parts in reading order, scenarios by name.
    pub cases: Vec<Case>,
    /// The parts of the messages, including those without scenarios.
    pub parts: Vec<Arc<PlannedPart>>,
    /// Unusable files.
    pub problems: Vec<Arc<Unusable>>,
    /// Messages without scenarios.
    pub untested: Vec<String>,
    /// The workspace's content blocks, by name.
    blocks: Arc<IndexMap<String, ContentBlock>>,
    /// The recordings that may answer, by name.
    pub recordings: PlannedRecordings,
    /// Non-default settings of the workspace.
    settings: IndexMap<String, String>,
    /// The planned messages, and unreadable ones.
    pub(super) messages: Vec<String>,
    /// Unusable scenarios, by name.
    pub(super) unusable: Vec<String>,
    /// Unusable content blocks, by name.
    unusable_blocks: Vec<String>,
    /// Whether these are all messages of the workspace.
    pub(super) is_whole: bool,
    pub(super) all_scenarios: bool,
}

impl Plan {
    /// Plans the cases of a session. Problems of a message or scenario are in [`Plan::problems`].
    ///
    /// # Errors
    /// If a requested scenario doesn't exist.
    pub fn of(session: &Session, selection: &Selection) -> Result<Plan, ProjectError> {
        let (workspace, recordings) = (&session.workspace, &session.known.recordings);
        let blocks = &session.known.blocks;
        let mut plan = Plan {
            is_whole: selection.messages.is_empty() && session.is_whole(),
            all_scenarios: selection.scenarios.is_empty(),
            settings: settings_of(workspace),
            recordings: PlannedRecordings::new(workspace, recordings),
            blocks: Arc::clone(blocks),
            ..Plan::default()
        };
        // Messages that include a broken block aren't tested, because its text would be missing
        // from what is accepted.
        for unusable in session.unread_of(FileKind::Block) {
            plan.unusable_blocks.push(unusable.name.clone());
            plan.problems.push(Arc::clone(unusable));
        }
        let messages = plan.messages_of(session, selection);
        let scenarios = plan.scenarios_of(session, selection)?;
        let mut ready: IndexMap<String, Option<Arc<PlannedScenario>>> = IndexMap::new();
        let proposal = proposal(&scenarios);
        for message in messages {
            let applying = scenarios.iter().filter(|known| known.applies_to(&message.name));
            let mut chosen = Vec::new();
            let mut any = false;
            for scenario in applying {
                any = true;
                let entry = ready.entry(scenario.name.clone()).or_insert_with(|| {
                    match prepare(workspace, scenario, blocks, recordings, &proposal)
                        .map(|prepared| prepared.until(&selection.cancel))
                    {
                        Ok(prepared) => Some(Arc::new(prepared)),
                        Err(error) => {
                            plan.unusable.push(scenario.name.clone());
                            let (name, shown) = (scenario.name.clone(), file_shown(scenario));
                            plan.problems.push(Arc::new(Unusable { name, shown, error }));
                            None
                        }
                    }
                });
                chosen.extend(entry.clone());
            }
            if !any {
                plan.untested.push(message.name.clone());
            }
            plan.messages.push(message.name.clone());
            plan.add(workspace, &message, &chosen, blocks);
        }
        plan.assign_files();
        for problem in &mut plan.problems {
            if matches!(problem.error, ProjectError::Unreadable { .. }) {
                let Unusable { name, shown, .. } = &**problem;
                let (name, shown) = (name.clone(), shown.clone());
                // Files are named relative to the workspace.
                let error = ProjectError::Content(Box::new(
                    problem.finding(&*workspace.files, &workspace.root),
                ));
                *problem = Arc::new(Unusable { name, shown, error });
            }
        }
        Ok(plan)
    }

    /// Yields the content blocks involved, by name: included ones, and all of them if the whole
    /// workspace is planned.
    pub fn blocks(&self) -> impl Iterator<Item = (&str, &ContentBlock)> {
        let is_included = |name: &str| self.parts.iter().any(|part| part.blocks.contains_key(name));
        let in_question = move |name: &str| self.is_whole || is_included(name);
        let blocks = self.blocks.iter().map(|(name, block)| (name.as_str(), block));
        blocks.filter(move |(name, _)| in_question(name))
    }

    /// Returns what prevents testing a message for a scenario.
    #[must_use]
    pub fn problems_of(&self, message: &str, scenario: &str) -> Vec<Arc<Unusable>> {
        let includes = |block: &String| {
            let mut parts = self.parts.iter();
            parts.any(|part| part.message == message && part.blocks.contains_key(block))
        };
        let concerns = |problem: &&Arc<Unusable>| {
            problem.name == message
                || problem.name == scenario
                || (self.unusable_blocks.contains(&problem.name) && includes(&problem.name))
        };
        self.problems.iter().filter(concerns).cloned().collect()
    }

    /// Whether a part isn't tested because it includes an unusable content block.
    pub(super) fn lacks_block(&self, message: &str, part: &str) -> bool {
        let lacks =
            |part: &PlannedPart| part.blocks.keys().any(|name| self.unusable_blocks.contains(name));
        let mut parts = self.parts.iter();
        parts.any(|known| known.message == message && known.part.name == part && lacks(known))
    }

    /// Returns the requested messages; the first with a name wins.
    fn messages_of(&mut self, session: &Session, selection: &Selection) -> Vec<Arc<Message>> {
        let broken = session.unread_of(FileKind::Template);
        for unusable in broken.filter(|unusable| selection.has(&unusable.name)) {
            self.messages.push(unusable.name.clone());
            self.problems.push(Arc::clone(unusable));
        }
        // What a session keeps of a broken file is only for display, and never accepted.
        let is_sound =
            |name: &str| session.unread_of(FileKind::Template).all(|broken| broken.name != name);
        let asked = session.messages.iter();
        let asked = asked.filter(|message| selection.has(&message.name) && is_sound(&message.name));
        let mut messages: Vec<Arc<Message>> = Vec::new();
        for message in asked {
            match messages.last().filter(|last| last.name == message.name) {
                Some(known) => self.problems.extend(same_name(known, message).map(Arc::new)),
                None => messages.push(Arc::clone(message)),
            }
        }
        messages
    }

    fn scenarios_of(
        &mut self,
        session: &Session,
        selection: &Selection,
    ) -> Result<Vec<Scenario>, ProjectError> {
        let broken =
            |name: &str| session.unread_of(FileKind::Scenario).find(|broken| broken.name == name);
        if !selection.scenarios.is_empty() {
            let known = |name: &String| match (broken(name), session.scenario(name)) {
                (Some(broken), _) => Err(broken.error.clone()),
                (None, Some(known)) => Ok(known.clone()),
                (None, None) => session.workspace.scenario(name),
            };
            let named = selection.scenarios.iter().map(known);
            let mut scenarios = named.collect::<Result<Vec<_>, _>>()?;
            scenarios.sort_by(|a, b| a.name.cmp(&b.name));
            scenarios.dedup_by(|a, b| a.name == b.name);
            return Ok(scenarios);
        }
        for unusable in session.unread_of(FileKind::Scenario) {
            self.unusable.push(unusable.name.clone());
            self.problems.push(Arc::clone(unusable));
        }
        let mut scenarios: Vec<&Scenario> = Vec::new();
        let sound = session.known.scenarios.iter();
        let sound = sound.filter(|scenario| broken(&scenario.name).is_none());
        for scenario in sound {
            // `anna.json` and `anna.toml` are adjacent by name.
            let Some(known) = scenarios.last().filter(|last| last.name == scenario.name) else {
                scenarios.push(scenario);
                continue;
            };
            let (name, shown) = (scenario.name.clone(), file_shown(scenario));
            let message =
                format!("two scenarios are named `{name}`: `{}` and `{shown}`", file_shown(known));
            let error = ProjectError::Unknown { message, help: "rename one of them".to_owned() };
            self.problems.push(Arc::new(Unusable { name, shown, error }));
        }
        Ok(scenarios.into_iter().cloned().collect())
    }

    fn add(
        &mut self,
        workspace: &Workspace,
        message: &Message,
        scenarios: &[Arc<PlannedScenario>],
        blocks: &IndexMap<String, ContentBlock>,
    ) {
        for part in &message.parts {
            let part = Arc::new(PlannedPart::new(workspace, message, part.clone(), blocks));
            self.parts.push(Arc::clone(&part));
            if self.lacks_block(&part.message, &part.part.name) {
                continue;
            }
            for scenario in scenarios {
                let file = file_of(&message.name, &part.part.name, &scenario.scenario.name);
                let scenario = Arc::clone(scenario);
                self.cases.push(Case { part: Arc::clone(&part), scenario, file });
            }
        }
    }

    /// Assigns separate files to cases whose names differ only in case.
    fn assign_files(&mut self) {
        let mut seen: IndexMap<String, Vec<usize>> = IndexMap::new();
        for (index, case) in self.cases.iter().enumerate() {
            seen.entry(case.file.to_lowercase()).or_default().push(index);
        }
        for (lower, places) in seen.iter().filter(|(_, places)| places.len() > 1) {
            for place in places {
                let file = &mut self.cases[*place].file;
                if file != lower {
                    *file = file_beside(file);
                }
            }
        }
    }

    /// Returns what is known about a case before rendering; recordings come with the outcome.
    pub(super) fn header_of(&self, case: &Case) -> Header {
        let mut variables = case.part.variables.clone();
        // Variables set by the scenario are among its values.
        variables
            .retain(|name, _| !case.scenario.values.contains_key(&format!("variables.{name}")));
        for value in variables.values_mut() {
            *value = case.scenario.secrets.hide(value).into_owned();
        }
        Header {
            message: case.part.message.clone(),
            part: case.part.part.name.clone(),
            scenario: case.scenario.scenario.name.clone(),
            source: case.part.part.source().name().to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            template: case.part.template_digest.clone(),
            blocks: case.part.blocks.clone(),
            recordings: IndexMap::new(),
            values: case.scenario.values.clone(),
            variables,
            settings: self.settings.clone(),
        }
    }
}

impl PlannedPart {
    fn new(
        workspace: &Workspace,
        message: &Message,
        part: Part,
        blocks: &IndexMap<String, ContentBlock>,
    ) -> PlannedPart {
        let included = included(&part.template, blocks);
        let templates = included.values().flatten().map(|block| &*block.template);
        let templates = std::iter::once(&*part.template).chain(templates).collect::<Vec<_>>();
        let refused = templates.iter().filter(|template| template.refused);
        let refused = refused.flat_map(|template| template.diagnostics.clone()).collect();
        let named = |name: &str| templates.iter().any(|known| known.source.text().contains(name));
        let variables = workspace.config.variables().filter(|(name, _)| named(name));
        // What goes into a header such as `Authorization` is secret, whatever it is named.
        let is_secret = is_secret_header_part(&part.name);
        let shown = |name: &str, value: &Value| match is_secret {
            true => REDACTED.to_owned(),
            false => shown(name, value),
        };
        let variables =
            variables.map(|(name, value)| (name.clone(), shown(name, &value))).collect();
        let digests = included.iter().map(|(name, block)| {
            let digest =
                block.map_or_else(String::new, |block| text_digest(block.template.source.text()));
            ((*name).clone(), digest)
        });
        PlannedPart {
            message: message.name.clone(),
            channel: message.channel,
            template_digest: text_digest(part.source().text()),
            blocks: digests.collect(),
            variables,
            refused,
            part,
        }
    }
}

impl Case {
    /// Returns its title: `offer_wallet · body · anna`.
    #[must_use]
    pub fn title(&self) -> String {
        let (part, scenario) = (&self.part, &self.scenario.scenario);
        format!("{} · {} · {}", part.message, part.part.name, scenario.name)
    }
}

/// Prepares a scenario's world and header values.
fn prepare(
    workspace: &Workspace,
    scenario: &Scenario,
    blocks: &Arc<IndexMap<String, ContentBlock>>,
    recordings: &Replay,
    proposal: &str,
) -> Result<PlannedScenario, ProjectError> {
    let Some(now) = &scenario.now else {
        let message = format!(
            "the scenario `{}` has no `now`, the time at which it is rendered",
            scenario.name
        );
        let help = format!("add `now = \"{proposal}\"` at its start");
        return Err(scenario.error_at_start(message, help));
    };
    let world = world(&workspace.config, scenario, blocks, recordings)?;
    let mut values = IndexMap::new();
    values.insert("now".to_owned(), now.clone());
    values.insert("seed".to_owned(), scenario.seed.to_string());
    for (table, value) in scenario.tables.iter() {
        lines_of(table, value, &mut values);
    }
    let mut secrets = Secrets::default();
    world.secrets.iter().for_each(|secret| secrets.know(secret));
    for value in values.values_mut() {
        *value = secrets.hide(value).into_owned();
    }
    Ok(PlannedScenario { scenario: scenario.clone(), world, secrets, values })
}

/// Reports two messages with the same name, unless they are equal.
fn same_name(known: &Message, other: &Message) -> Option<Unusable> {
    let path =
        |message: &Message| message.parts.first().map(|part| part.source().name().to_owned());
    let (first, second) = (path(known)?, path(other)?);
    if first == second {
        return None;
    }
    let name = other.name.clone();
    let message = format!("two messages are named `{name}`: `{first}` and `{second}`");
    let error = ProjectError::Unknown { message, help: "rename one of them".to_owned() };
    Some(Unusable { name, shown: second, error })
}

/// Suggests a time for a scenario without one: that of another.
fn proposal(scenarios: &[Scenario]) -> String {
    let known = scenarios.iter().find_map(|scenario| scenario.now.clone());
    known.unwrap_or_else(|| default_now().timestamp().to_string())
}

fn file_shown(scenario: &Scenario) -> String {
    scenario
        .sources
        .first()
        .map_or_else(|| scenario.name.clone(), |source| source.name().to_owned())
}

/// Returns the non-default settings that a render depends on.
fn settings_of(workspace: &Workspace) -> IndexMap<String, String> {
    let ours = toml_of(&workspace.config);
    let plain = toml_of(&crate::project::Config::default());
    ours.into_iter().filter(|(name, value)| plain.get(name) != Some(value)).collect()
}

fn toml_of(config: &crate::project::Config) -> IndexMap<String, String> {
    let settings = config.settings();
    let limits = config.limits();
    let of = |name: &str, value: String| (name.to_owned(), value);
    let comments = match settings.parse.html_comments {
        HtmlComments::Strip => "strip",
        HtmlComments::KeepConditional => "keep-conditional",
        HtmlComments::Keep => "keep",
    };
    IndexMap::from([
        of("dialect.html_comments", comments.to_owned()),
        of("dialect.bare_attributes", settings.parse.bare_attributes.to_string()),
        of("dialect.objects_as_lists", settings.objects_as_lists.to_string()),
        of("dialect.on_error", settings.on_error.word().to_owned()),
        of("limits.nesting", settings.parse.nesting.to_string()),
        of("limits.block_depth", limits.block_depth.to_string()),
        of("limits.iterations", limits.iterations.to_string()),
        of("limits.steps", limits.steps.to_string()),
        of("limits.output_bytes", limits.output_bytes.to_string()),
        of("limits.calls", limits.calls.to_string()),
        of("limits.list_items", limits.list_items.to_string()),
        of("live.allow_ports", settings.any_port.to_string()),
    ])
}
