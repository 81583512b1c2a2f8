//! A message, ready to be rendered for one row after the other.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use foldhash::fast::RandomState;
use meniscus_analysis::project::{Message, ProjectError, Scenario, live_world};
use meniscus_analysis::reason::{Cause, Rendered};
use meniscus_analysis::session::Session;
use meniscus_engine::dialect::families::{FAMILIES, FILLED_IN};
use meniscus_engine::http::{Answer, Request};
use meniscus_engine::recording::{Fetch, Replay};
use meniscus_engine::render::{Fact, Gather, Outcome, World, render_gathering};
use meniscus_engine::syntax::{FamilyId, Template};
use meniscus_engine::text::{Source, Span};
use meniscus_engine::value::{Object, Value, View, to_json};
use meniscus_preview::snapshot::digest;

use crate::person::{Person, hash_of, is_of_row};
use crate::row_answers::RowAnswers;
use crate::tally::{Place, Tally};

/// Most characters shown of an expression.
const MOST_CHARS: usize = 80;

/// What every row of an audience has in common.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What 'now' is.
    pub now: String,
    /// The recipient whose catalogs, promotions and variables all rows have.
    pub base: Option<String>,
    /// The field with the customer's id, where it isn't one of Braze's.
    pub key: Option<String>,
    /// Rows kept of each kind.
    pub samples: usize,
}

/// A message with everything that all rows share.
#[derive(Debug)]
pub struct Plan {
    pub(super) message: Arc<Message>,
    pub(super) options: Options,
    /// The world of nobody in particular.
    pub(super) world: World,
    recordings: Arc<Replay>,
    /// Hashes of ids that get nothing.
    pub(super) excluded: HashSet<u64, RandomState>,
    /// Addresses that Braze fills in when it sends, of those that the message has: rows have none.
    addresses: Vec<(Arc<str>, Value)>,
    /// Whether a row without an id can't be used.
    pub(super) needs_id: bool,
    /// A digest of what the message is rendered from.
    of: String,
}

/// What one row gets: an outcome for each part of the message.
#[derive(Debug)]
pub struct RenderedRow {
    pub outcomes: Vec<Outcome>,
    world: World,
    answers: Arc<RowAnswers>,
}

impl Plan {
    /// Prepares a message.
    ///
    /// # Errors
    /// If the base isn't a recipient of the workspace, or the clock isn't a time.
    pub fn new(
        session: &Session,
        message: &Arc<Message>,
        options: Options,
    ) -> Result<Plan, ProjectError> {
        let mut scenario = match options.base.as_deref() {
            None => Scenario::empty(),
            Some(name) => session.scenario(name).cloned().ok_or_else(|| ProjectError::Unknown {
                message: format!("there is no recipient `{name}`"),
                help: "list them with `meniscus scenarios list`".to_owned(),
            })?,
        };
        // A row without an attribute has none, whoever the base is.
        let tables = scenario.tables.iter().filter(|(name, _)| !is_of_row(name));
        scenario.tables = tables.map(|(name, value)| (Arc::clone(name), value.clone())).collect();
        scenario.now = Some(options.now.clone());
        let none = Arc::new(Replay::default());
        Ok(Plan {
            addresses: addresses(session, message),
            world: live_world(&session.workspace.config, &scenario, &session.known.blocks, none)?,
            recordings: Arc::new(session.known.recordings.clone()),
            excluded: HashSet::default(),
            needs_id: options.key.is_some(),
            of: state_of(session, message, &scenario),
            message: Arc::clone(message),
            options,
        })
    }

    /// Leaves out recipients: a row without an id can't be used from then on.
    pub(super) fn exclude(&mut self, ids: HashSet<u64, RandomState>) {
        self.excluded = ids;
        self.needs_id = true;
    }

    /// Returns the names of the parts, in the order of the channel.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.message.parts.iter().map(|part| &*part.name)
    }

    /// Returns a digest of everything that counts and texts depend on, except rows and responses.
    #[must_use]
    pub fn state(&self) -> String {
        let Options { now, base, key, samples } = &self.options;
        format!("{} {now:?} {base:?} {key:?} {samples}", self.of)
    }

    /// Returns how many example rows each finding keeps.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.options.samples
    }

    /// Returns the tally of no rows.
    pub(super) fn tally(&self) -> Tally {
        Tally {
            message: self.message.name.clone(),
            of: self.of.clone(),
            now: self.options.now.clone(),
            ..Tally::default()
        }
    }

    /// Returns why a row can't be used, if it can't.
    fn refusal(&self, person: &Person) -> Option<String> {
        let key = self.options.key.as_ref();
        (person.id.is_none() && self.needs_id)
            .then(|| key.map_or("it has no ID".to_owned(), |key| format!("it has no `{key}`")))
    }

    pub(super) fn excludes(&self, person: &Person) -> bool {
        person.id.as_ref().is_some_and(|id| self.excluded.contains(&hash_of(id)))
    }

    /// Renders the message for a row. Recordings answer what the row's answers don't.
    ///
    /// # Errors
    /// If the row can't be used, and why.
    pub fn render(&self, person: &Person, answers: RowAnswers) -> Result<RenderedRow, String> {
        match self.refusal(person) {
            Some(why) => Err(why),
            None => caught(|| self.rendered(person, answers)),
        }
    }

    fn rendered(&self, person: &Person, mut answers: RowAnswers) -> RenderedRow {
        answers.recordings = Arc::clone(&self.recordings);
        let answers = Arc::new(answers);
        let world = self.world(&person.tables, Arc::clone(&answers));
        let gather = Gather { hits: true, ..Gather::default() };
        let parts = self.message.parts.iter();
        let outcomes = parts.map(|part| render_gathering(&part.template, &world, gather)).collect();
        RenderedRow { outcomes, world, answers }
    }

    fn world(&self, tables: &Object, answers: Arc<RowAnswers>) -> World {
        let mut world = self.world.clone();
        let fetch: Arc<dyn Fetch> = answers;
        world.fetch = fetch;
        for (index, family) in FAMILIES.iter().enumerate() {
            if family.is_blocks() {
                continue;
            }
            let has_addresses = family.name.is_empty() && !self.addresses.is_empty();
            let values = match tables.get(family.table) {
                known if has_addresses => self.with_addresses(known),
                Some(values) => values.clone(),
                None => continue,
            };
            world.set_family(FamilyId(index as u16), values.clone());
            if family.bare {
                world.set_variable(family.name, values.clone());
            }
        }
        world
    }

    /// Adds the addresses that Braze fills in to the attributes of a profile.
    fn with_addresses(&self, profile: Option<&Value>) -> Value {
        let mut object = match profile.map(Value::view) {
            Some(View::Object(known)) => Object::clone(known),
            _ => Object::new(),
        };
        for (name, address) in &self.addresses {
            if object.get(name).is_none() {
                object.insert(Arc::clone(name), address.clone());
            }
        }
        Value::from(object)
    }

    pub(super) fn blocks(&self) -> impl Iterator<Item = &Template> {
        self.world.blocks.values().map(|block| &*block.template)
    }

    /// Returns the places that render as blank, each once. Only a text that may have one is rendered
    /// again with its source map, which costs as much as the text.
    #[must_use]
    pub fn blanks(&self, row: &RenderedRow) -> Vec<Place> {
        let mut found = Vec::new();
        for (part, outcome) in self.message.parts.iter().zip(&row.outcomes) {
            if !outcome.silent {
                continue;
            }
            let gather = Gather { map: true, ..Gather::default() };
            let outcome = render_gathering(&part.template, &row.world, gather);
            let marks = outcome.map.iter().flat_map(|map| &map.marks);
            let marks = marks.filter(|mark| mark.kind.is_blank()).collect::<Vec<_>>();
            if marks.is_empty() {
                continue;
            }
            let templates = std::iter::once(&*part.template).chain(self.blocks());
            let templates = templates.collect::<Vec<&Template>>();
            // What a value says isn't counted, only where it is missing.
            let shown = |_: &Fact| String::new();
            let rendered = Rendered { calls: &outcome.calls, templates: &templates, shown: &shown };
            for mark in marks {
                let cause = rendered.reason(mark).map_or("", |reason| words(reason.cause));
                let what = format!("{{{{{}}}}}: {cause}", short(&mark.expression()));
                let label = mark.at.in_file();
                let place = place_of(&label.source, label.span, what);
                if !found.contains(&place) {
                    found.push(place);
                }
            }
        }
        found
    }
}

impl RenderedRow {
    /// Returns why the message isn't sent, and where; nothing if it is sent.
    #[must_use]
    pub fn abort(&self) -> Option<Place> {
        let abort = self.outcomes.iter().find_map(|outcome| outcome.abort.as_ref())?;
        let what = |text: &str| format!("{}: {}", abort.kind.name(), short(text));
        Some(match &abort.at {
            Some(label) => {
                let label = label.in_file();
                let text = label.source.slice(label.span).to_owned();
                place_of(&label.source, label.span, what(&text))
            }
            None => Place { file: "-".to_owned(), line: 0, column: 0, what: what("") },
        })
    }

    /// Returns what its calls were answered with, each once.
    pub fn exchanges(&self) -> impl Iterator<Item = (&Request, Answer)> {
        let calls = self.outcomes.iter().flat_map(|outcome| &outcome.calls);
        let requests = calls.map(|call| &call.request);
        let mut seen: Vec<&Request> = Vec::new();
        let requests = requests.filter(move |request| {
            let is_new = !seen.iter().any(|known| {
                (&known.method, &known.url, &known.body)
                    == (&request.method, &request.url, &request.body)
            });
            is_new.then(|| seen.push(request));
            is_new
        });
        requests.filter_map(|request| Some((request, self.answers.fetch(request).ok()?)))
    }

    /// Whether a call was made that neither the row nor a recording answers.
    #[must_use]
    pub fn has_missed(&self) -> bool {
        self.answers.has_missed()
    }
}

/// Returns what a row comes to. A mistake of ours costs that row alone, where panics unwind.
fn caught<T>(row: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(row)).map_err(|_| {
        "meniscus failed at this row; please report it with the template and an invented row".into()
    })
}

pub(super) fn place_of(source: &Source, span: Span, what: String) -> Place {
    let at = source.position(span.start as usize);
    Place { file: source.name().to_owned(), line: at.line, column: at.column, what }
}

/// Shortens a string to one line.
fn short(text: &str) -> String {
    meniscus_preview::page::printed::short(text, MOST_CHARS)
}

fn words(cause: Cause) -> &'static str {
    match cause {
        Cause::NotInRecipient => "not in the row",
        Cause::NoSuchField => "no such field",
        Cause::CallFailed => "the call failed",
        Cause::NeverSet => "never set",
        Cause::EmptyValue => "empty value",
        Cause::EmptyList => "empty list",
        Cause::Filtered => "emptied by a filter",
        Cause::LeftOut => "no branch applies",
    }
}

/// Returns an invented address for each of these that the message or its blocks name.
fn addresses(session: &Session, message: &Message) -> Vec<(Arc<str>, Value)> {
    let blocks = session.known.blocks.values().map(|block| &block.template.source);
    let texts = message.parts.iter().map(|part| part.source()).chain(blocks).collect::<Vec<_>>();
    // Neither the HTML of the footer nor the ids of links is an address.
    let addresses = FILLED_IN.iter().filter(|name| !matches!(**name, "email_footer" | "cblid"));
    let named = addresses.filter(|name| {
        let written = format!("${{{name}}}");
        texts.iter().any(|source| source.text().contains(&written))
    });
    named
        .map(|name| (Arc::from(*name), Value::from(format!("https://braze.example/{name}"))))
        .collect()
}

/// Returns a digest of everything that a message is rendered from, except recipients and responses.
fn state_of(session: &Session, message: &Message, scenario: &Scenario) -> String {
    let parts = message.parts.iter().map(|part| part.source());
    let blocks = session.known.blocks.values().map(|block| &block.template.source);
    let mut all = String::new();
    for source in parts.chain(blocks) {
        all.push_str(&format!("{}\0{}\0", source.name(), source.text()));
    }
    for (name, value) in session.workspace.config.variables() {
        all.push_str(&format!("{name}\0{value:?}\0"));
    }
    let catalogs = Value::Object(Arc::clone(session.workspace.config.catalogs.values()));
    for tables in [&Value::from(scenario.tables.clone()), &catalogs] {
        all.push_str(&to_json(tables.view()).to_string());
    }
    digest(all.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::caught;

    #[test]
    fn a_mistake_of_ours_costs_its_row_alone() {
        assert_eq!(caught(|| 7), Ok(7));
        assert!(
            caught(|| panic!("on purpose")).map(|()| 0).is_err_and(|why| why.contains("report"))
        );
    }
}
