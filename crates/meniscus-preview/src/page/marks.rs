//! Links values and output both ways: the parts that Liquid printed, and what was read.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::value::to_raw_value;
use serde_json::{Map, Value as Json, json};

use super::frame_html::Where;
use super::rendering::Rendering;
use crate::dialect::families::is_filled_in;
use crate::http::secret::{REDACTED, is_secret_field};
use crate::http::{Response, SHORTEST_SECRET};
use crate::project::Part;
use crate::reason::Rendered;
use crate::render::{
    CallResult, Fact, Mark, MarkKind, Origin, OriginSource, Outcome, ReadState, ValueRead,
};
use crate::text::{DataPath, Step, Utf16Places};
use crate::value::{Value, View, inspect, to_json};
use crate::wire::{
    self, Data, MarkPlace, Places, Read, ScenarioPlace, SharedJson, Texts, ValueOrigin, Variable,
};

/// Most items and fields shown of a value, over all levels.
const SHOWN_VALUES: usize = 2_000;

/// Most items and fields shown of a scenario's table.
const SHOWN_DATA: usize = 20_000;

/// Most characters shown of a string.
const SHOWN_CHARS: usize = 2_000;

/// Tables about the recipient.
const RECIPIENT: [&str; 8] = [
    "user",
    "custom_attribute",
    "subscribed_state",
    "app",
    "targeted_device",
    "most_recently_used_device",
    "sms",
    "whats_app",
];

/// Tables about the trigger.
const TRIGGER: [&str; 4] =
    ["api_trigger_properties", "event_properties", "context", "canvas_entry_properties"];

/// A variable's value as the page shows it.
#[derive(Clone, Debug)]
struct Shown {
    json: SharedJson,
    /// Whether more of it isn't shown.
    is_cut: bool,
}

/// Recorded responses as the page shows them, for renders that have them in common.
#[derive(Debug, Default)]
pub struct Responses(Mutex<Vec<(Value, Vec<String>, Shown)>>);

impl Responses {
    /// Returns what is shown of a response in a render with these secrets.
    fn shown(&self, response: &Value, secrets: &[String], show: impl FnOnce() -> Shown) -> Shown {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = |(value, hidden, _): &&(Value, Vec<String>, Shown)| {
            is_same(value, response) && hidden == secrets
        };
        if let Some((.., shown)) = known.iter().find(is_it) {
            return shown.clone();
        }
        let shown = show();
        known.push((response.clone(), secrets.to_vec(), shown.clone()));
        shown
    }
}

/// Whether two values are the same object or list in memory.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => Arc::ptr_eq(a, b),
        (Value::Array(a), Value::Array(b)) => Arc::ptr_eq(a, b),
        _ => false,
    }
}

/// Describes values for the page: marks of a part, origins, reads.
pub struct Naming<'r> {
    /// Places in files.
    pub places: &'r Places,
    pub rendering: &'r Rendering,
    /// Responses that other renders had, too.
    responses: Option<&'r Responses>,
}

impl<'r> Naming<'r> {
    pub fn new(places: &'r Places, rendering: &'r Rendering) -> Naming<'r> {
        Naming { places, rendering, responses: None }
    }

    /// The same, for one of many renders.
    pub fn sharing(self, responses: &'r Responses) -> Naming<'r> {
        Naming { responses: Some(responses), ..self }
    }

    /// Returns the marks of a part; `where_` is where each is in the part's HTML, `None` for plain
    /// text.
    pub fn marks(
        &self,
        part: usize,
        outcome: &'r Outcome,
        where_: &[Where],
    ) -> Vec<wire::Mark<'r>> {
        let units = Utf16Places::of(&outcome.output);
        let templates = self.rendering.templates(part);
        let shown = |fact: &Fact| match self.holds_secret(fact) {
            true => REDACTED.to_owned(),
            false => fact.value.clone(),
        };
        let rendered = Rendered { calls: &outcome.calls, templates: &templates, shown: &shown };
        let marks = printed(outcome).map(|(id, mark)| {
            let unit = |offset| units.units(&outcome.output, offset);
            wire::Mark {
                id,
                start: mark.start,
                end: mark.end,
                start16: unit(mark.start),
                end16: unit(mark.end),
                kind: match mark.kind {
                    MarkKind::Value | MarkKind::Text => wire::MarkKind::Value,
                    MarkKind::Nested => wire::MarkKind::Block,
                    MarkKind::Blank(_) | MarkKind::EmptyLoop(_) => wire::MarkKind::Blank,
                    MarkKind::LeftOut(_) => wire::MarkKind::LeftOut,
                },
                at: self.places.place(&mark.at),
                expression: mark.expression(),
                origins: mark
                    .origins
                    .iter()
                    .filter_map(|origin| self.origin(part, origin))
                    .collect(),
                reason: rendered.reason(mark),
                place: match where_.get(id) {
                    None | Some(Where::Text) => MarkPlace::Text,
                    Some(Where::Tag) => MarkPlace::Attribute,
                    Some(Where::Other) => MarkPlace::Other,
                },
            }
        });
        marks.collect()
    }

    /// Returns where text of templates is in a part's output.
    pub fn texts(&self, outcome: &'r Outcome) -> Texts<'r> {
        let units = Utf16Places::of(&outcome.output);
        let mut texts = Texts::default();
        for mark in outcome.map.iter().flat_map(|map| &map.marks) {
            if !mark.kind.is_text() {
                continue;
            }
            let path = mark.at.source.name();
            let known = texts.paths.iter().position(|known| *known == path);
            let index = known.unwrap_or_else(|| {
                texts.paths.push(path);
                texts.paths.len() - 1
            });
            let unit = |offset| units.units(&outcome.output, offset);
            let at = self.places.utf16(&mark.at);
            texts.places.push([unit(mark.start), unit(mark.end), index, at]);
        }
        texts
    }

    /// Describes where a value comes from; for a name that nothing set, the failed call that would
    /// have set it, if there is one.
    fn origin(&self, part: usize, origin: &'r Origin) -> Option<ValueOrigin<'r>> {
        if let (OriginSource::Globals, [Step::Key(name), rest @ ..]) =
            (&origin.source, &**origin.path)
            && self.rendering.asked.world.globals.get(name).is_none()
        {
            let calls = &self.rendering.outcomes[part].calls;
            let call = calls.iter().rposition(|call| call.target == **name)?;
            let path = DataPath::from_iter(rest.iter().cloned()).to_string();
            let call = self.first_call(part) + call;
            return Some(ValueOrigin::Call { call, recording: None, keys: Vec::new(), path });
        }
        let keys = origin.path.iter().map(|key| match key {
            Step::Key(name) => json!(**name),
            Step::Index(index) => json!(index),
        });
        let keys = keys.collect();
        Some(match &origin.source {
            OriginSource::Call(call) => ValueOrigin::Call {
                call: self.first_call(part) + call,
                recording: self.recording(part, *call),
                keys,
                path: origin.path.to_string(),
            },
            OriginSource::Scenario(table) => ValueOrigin::Scenario {
                table,
                keys,
                path: DataPath::of_keys(&[table]).join(&origin.path).to_string(),
                at: self.in_scenario(table, &origin.path),
            },
            OriginSource::Globals => ValueOrigin::Variable {
                keys,
                path: origin.path.to_string(),
                at: self.in_scenario("variables", &origin.path),
            },
            OriginSource::Template(label) => ValueOrigin::Template {
                keys,
                path: origin.path.to_string(),
                at: self.places.place(label),
            },
        })
    }

    /// Returns the index of a part's first call among the calls of all parts.
    fn first_call(&self, part: usize) -> usize {
        self.rendering.outcomes[..part].iter().map(|outcome| outcome.calls.len()).sum()
    }

    fn recording(&self, part: usize, call: usize) -> Option<&'r str> {
        let calls = &self.rendering.outcomes.get(part)?.calls;
        let made = match &calls.get(call)?.result {
            CallResult::Cached { call } => calls.get(*call)?,
            _ => calls.get(call)?,
        };
        match &made.result {
            CallResult::Answered { recording, .. } => Some(recording),
            _ => None,
        }
    }

    /// Returns the line of a value in a scenario.
    fn in_scenario(&self, table: &str, path: &[Step]) -> Option<ScenarioPlace> {
        let path = DataPath::of_keys(&[table]).join(path);
        let (source, span) = self.rendering.asked.scenario.locate(&path)?;
        let span = self.places.span(source, span);
        Some(ScenarioPlace { path: source.name().to_owned(), span })
    }

    /// Returns the recipient, the trigger, the final variables, and the reads.
    pub fn data(&self) -> Data<'r> {
        let (mut recipient, mut trigger, mut other) = (Map::new(), Map::new(), Map::new());
        for (table, entries) in self.rendering.asked.scenario.tables.iter() {
            let group = match &**table {
                table if RECIPIENT.contains(&table) => &mut recipient,
                table if TRIGGER.contains(&table) => &mut trigger,
                _ => &mut other,
            };
            let mut room = SHOWN_DATA;
            group.insert(table.to_string(), self.cut(entries.view(), &mut room));
        }
        let parts = self.rendering.parts().enumerate();
        let (mut variables, mut reads) = (Vec::new(), Vec::new());
        for (number, (part, outcome)) in parts {
            let Some(map) = &outcome.map else { continue };
            variables.extend(map.variables.iter().map(|(name, value)| {
                let Shown { json: shown, is_cut } = self.variable(name, value);
                let kind = value.view().kind();
                Variable { part: &part.name, name, value: shown, kind, cut: is_cut }
            }));
            for read in &map.reads {
                self.read(number, part, read, &mut reads);
            }
        }
        let scenario = &self.rendering.asked.scenario;
        let (now, seed) = (scenario.now.as_deref(), scenario.seed);
        Data { recipient, trigger, other, now, seed, variables, reads }
    }

    /// Returns what is shown of a variable.
    fn variable(&self, name: &str, value: &Value) -> Shown {
        if is_secret_field(name) && !matches!(value.view(), View::Nil) {
            return Shown { json: shared(&json!(REDACTED)), is_cut: false };
        }
        let show = || {
            let mut room = SHOWN_VALUES;
            let json = shared(&self.cut(value.view(), &mut room));
            Shown { json, is_cut: room == 0 }
        };
        let mut responses = self.rendering.responses.iter();
        let is_response = |response: &Arc<Response>| {
            response.saved().is_ok_and(|response| is_same(response, value))
        };
        match self.responses {
            Some(known) if responses.any(is_response) => {
                known.shown(value, &self.rendering.secrets, show)
            }
            _ => show(),
        }
    }

    /// Adds a read, merging it with the entry for the same path.
    fn read(&self, number: usize, part: &'r Part, read: &'r ValueRead, reads: &mut Vec<Read<'r>>) {
        let origin = read.fact.origin.as_ref();
        let expression = read.fact.expression.source.slice(read.fact.expression.span);
        let path = match origin.map(|origin| (&origin.source, &origin.path)) {
            Some((OriginSource::Scenario(table), keys)) => {
                DataPath::of_keys(&[table]).join(keys).to_string()
            }
            _ => expression.split_whitespace().collect::<Vec<_>>().join(" "),
        };
        let is_filled = read.table.is_some_and(|table| {
            let name = path.strip_prefix(table).and_then(|name| name.strip_prefix('.'));
            name.is_some_and(|name| is_filled_in(table, name))
        });
        let state = match read.state {
            ReadState::Read => wire::ReadState::Read,
            ReadState::Defaulted => wire::ReadState::Defaulted,
            ReadState::Missing if is_filled => wire::ReadState::FilledIn,
            ReadState::Missing => wire::ReadState::Missing,
        };
        let value = if self.holds_secret(&read.fact) { REDACTED } else { &*read.fact.value };
        let at = self.places.place(&read.fact.expression);
        let is_same = |known: &&mut Read<'r>| {
            known.path == path
                && known.part == part.name
                && known.state == state
                && known.value == value
        };
        if let Some(known) = reads.iter_mut().find(is_same) {
            known.at.push(at);
            return;
        }
        let origin = origin.and_then(|origin| self.origin(number, origin));
        let part = &part.name;
        reads.push(Read { part, path, table: read.table, state, value, origin, at: vec![at] });
    }
}

/// Yields the marks of what Liquid printed or should have printed, with their ids.
pub fn printed(outcome: &Outcome) -> impl Iterator<Item = (usize, &Mark)> {
    let marks = outcome.map.iter().flat_map(|map| &map.marks);
    marks.filter(|mark| !mark.kind.is_text()).enumerate()
}

fn shared(value: &Json) -> SharedJson {
    // JSON values are always valid JSON.
    SharedJson(to_raw_value(value).unwrap_or_default().into())
}

impl Naming<'_> {
    /// Whether a string is or contains a secret of a response.
    fn is_secret(&self, text: &str) -> bool {
        self.rendering.secrets.iter().any(|secret| text.contains(secret.as_str()))
    }

    /// Whether a fact's value is a secret by its name, or contains one of a response. The value is
    /// inspected, and cut where it is long.
    fn holds_secret(&self, fact: &Fact) -> bool {
        let last = fact.origin.as_ref().and_then(|origin| origin.path.last());
        let is_named = matches!(last, Some(Step::Key(name)) if is_secret_field(name));
        let value = fact.value.trim_start_matches('"');
        let cut = value.strip_suffix('…');
        is_named
            || self.is_secret(&fact.value)
            || self.rendering.secrets.iter().any(|secret| {
                let mut whole = String::new();
                inspect(View::Str(secret), &mut whole);
                let whole = whole.trim_matches('"');
                let is_start = |cut: &str| {
                    let first = cut.len().min(SHORTEST_SECRET);
                    whole.get(..first).is_some_and(|start| cut.contains(start))
                };
                value.contains(whole) || cut.is_some_and(is_start)
            })
    }

    /// Converts a value to JSON within a size limit, without secrets.
    fn cut(&self, view: View<'_>, room: &mut usize) -> Json {
        match view {
            View::Array(items) => {
                let mut shown = Vec::new();
                for item in items.iter() {
                    if *room == 0 {
                        break;
                    }
                    *room -= 1;
                    shown.push(self.cut(item.view(), room));
                }
                Json::Array(shown)
            }
            View::Object(object) => {
                let mut shown = Map::new();
                for (key, value) in object.iter() {
                    if *room == 0 {
                        break;
                    }
                    *room -= 1;
                    let value = match (is_secret_field(key), value.view()) {
                        // An object's members have their own names.
                        (true, View::Nil | View::Bool(_) | View::Object(_)) | (false, _) => {
                            self.cut(value.view(), room)
                        }
                        (true, _) => json!(REDACTED),
                    };
                    shown.insert(key.to_string(), value);
                }
                Json::Object(shown)
            }
            View::Str(text) if self.is_secret(text) => json!(REDACTED),
            View::Str(text) => match text.char_indices().nth(SHOWN_CHARS) {
                Some((end, _)) => json!(format!("{}…", &text[..end])),
                None => json!(text),
            },
            other => to_json(other),
        }
    }
}
