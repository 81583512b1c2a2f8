use std::borrow::Cow;
use std::sync::Arc;

use indexmap::IndexMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{Abort, Call, Finding, Place, Span};
use crate::reason::Reason;

/// A message for a scenario, as the preview shows it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct RenderedMessage<'a> {
    /// Counts how often the workspace was read.
    pub generation: u64,
    /// The message.
    pub message: &'a str,
    /// The scenario; empty for a recipient of whom nothing is known.
    pub scenario: &'a str,
    /// `email`, `push` …; null where the message does not say.
    pub channel: Option<&'static str>,
    /// How an in-app message or a Content Card is laid out: `slide_up`, `captioned` …
    pub layout: Option<&'static str>,
    /// Whether all parts are sent.
    pub sent: bool,
    /// Whether a text can't be read at all.
    pub refused: bool,
    /// The parts, as people read them.
    pub parts: Vec<MessagePart<'a>>,
    /// What rendering found.
    pub problems: Vec<Finding<'a>>,
    /// The calls of all parts, in order.
    pub calls: Vec<Call<'a>>,
    /// Who it is rendered for, and what was read.
    pub data: Data<'a>,
    /// The segments of a text message.
    pub sms: Option<Sms>,
    /// Sizes that the channel limits.
    pub sizes: Vec<Size>,
    /// The request of a webhook, or why there is none.
    #[cfg_attr(test, ts(type = "unknown"))]
    pub request: Option<Value>,
    /// Where it can't be read: the last render that could.
    #[cfg_attr(test, schemars(with = "Option<Value>"), ts(type = "RenderedMessage | null"))]
    pub last_good: Option<Box<RawValue>>,
}

/// A part of a message, as the preview shows it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct MessagePart<'a> {
    /// `subject`, `body` …
    pub name: &'a str,
    /// The field of its channel, whatever its file is called: `title` …
    pub field: Option<&'static str>,
    /// Where the preview shows it: `everywhere`, only in the `frame`, or `below` it.
    pub place: &'static str,
    /// The file, relative to the workspace.
    pub path: &'a str,
    /// Whether it is HTML.
    pub html: bool,
    /// What a customer gets.
    pub output: Cow<'a, str>,
    /// Bytes of the output.
    pub bytes: usize,
    /// Why the message is not sent.
    pub aborted: Option<Abort<'a>>,
    /// Where the frame that shows it is.
    pub frame: Option<String>,
    /// In an export: the HTML of the frame.
    pub frame_html: Option<String>,
    /// Where the frame of a picture is, whose address the part is.
    pub picture: Option<String>,
    /// What Liquid printed, and where it printed nothing.
    pub marks: Vec<Mark<'a>>,
    /// The text of templates in the output.
    pub texts: Texts<'a>,
    /// What the tag `message_extras` adds.
    #[cfg_attr(test, ts(type = "Record<string, string>"))]
    pub extras: &'a IndexMap<String, String>,
}

/// Where text of templates is in an output.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Texts<'a> {
    /// Files, relative to the workspace.
    pub paths: Vec<&'a str>,
    /// For each text its start and end in the output, the index of its file, and its start there;
    /// in UTF-16 units. In order of their start.
    pub places: Vec<[usize; 4]>,
}

/// A place in an output where Liquid printed something, or where it should have.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Mark<'a> {
    /// Its number in the part.
    pub id: usize,
    /// Where it begins, in bytes of the output.
    pub start: usize,
    /// Where it ends; the same where nothing was printed.
    pub end: usize,
    /// Where it begins, in UTF-16 units of the output.
    pub start16: usize,
    /// Where it ends.
    pub end16: usize,
    /// What is there.
    pub kind: MarkKind,
    /// The output or tag that printed it.
    pub at: Place<'a>,
    /// What its markup says, without braces.
    pub expression: String,
    /// Where the values come from, or should have come from.
    pub origins: Vec<ValueOrigin<'a>>,
    /// Why nothing is there.
    pub reason: Option<Reason>,
    /// Where it is in the HTML.
    #[serde(rename = "where")]
    pub place: MarkPlace,
}

/// What is at a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub enum MarkKind {
    /// A value, or what a tag prints.
    Value,
    /// A content block, or a captured string, with marks of its own inside.
    Block,
    /// Nothing, although a value was asked for.
    Blank,
    /// Nothing, because no branch applies.
    LeftOut,
}

/// Where a mark is in the HTML of a part.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub enum MarkPlace {
    /// Between tags, or in plain text.
    Text,
    /// Inside a tag; most often the value of an attribute.
    Attribute,
    /// In a title, style sheet or comment, or across the border of a tag.
    Other,
}

/// Where a value comes from.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub enum ValueOrigin<'a> {
    /// The response of a call.
    Call {
        /// The call, by its place among those of all parts.
        call: usize,
        /// The recording that answered.
        recording: Option<&'a str>,
        /// Keys and places from the root of the response.
        keys: Vec<Value>,
        /// The same as templates write it.
        path: String,
    },
    /// A table of the scenario.
    Scenario {
        /// `user`, `custom_attribute` …
        table: &'a str,
        /// Keys and places from the table on.
        keys: Vec<Value>,
        /// The same with the table, as templates write it.
        path: String,
        /// Its line in the scenario's file.
        at: Option<ScenarioPlace>,
    },
    /// A variable of the workspace.
    Variable {
        /// Keys and places.
        keys: Vec<Value>,
        /// The same as templates write it.
        path: String,
        /// Its line in the scenario's file, where that sets it.
        at: Option<ScenarioPlace>,
    },
    /// A value that a template writes.
    Template {
        /// Keys and places.
        keys: Vec<Value>,
        /// The same as templates write it.
        path: String,
        /// Where it is written.
        at: Place<'a>,
    },
}

/// The line of a scenario that a value is on.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct ScenarioPlace {
    /// The file.
    pub path: String,
    /// The characters.
    pub span: Span,
}

/// Who a message is rendered for, and what was read.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Data<'a> {
    /// Tables that say who gets the message.
    pub recipient: Map<String, Value>,
    /// Tables that say what triggered it.
    pub trigger: Map<String, Value>,
    /// The other tables of the scenario.
    pub other: Map<String, Value>,
    /// The clock.
    pub now: Option<&'a str>,
    /// The seed of chance.
    pub seed: u64,
    /// What the variables are at the end.
    pub variables: Vec<Variable<'a>>,
    /// What was read.
    pub reads: Vec<Read<'a>>,
}

/// A variable at the end of a part.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Variable<'a> {
    /// The part.
    pub part: &'a str,
    /// The name.
    pub name: &'a str,
    /// The value, as far as it is shown.
    #[cfg_attr(test, schemars(with = "Value"), ts(type = "unknown"))]
    pub value: SharedJson,
    /// What it is, in words.
    pub kind: &'static str,
    /// Whether more of it is not shown.
    pub cut: bool,
}

/// JSON that several renders have in common.
#[derive(Clone, Debug)]
pub struct SharedJson(pub Arc<RawValue>);

impl Serialize for SharedJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.as_ref().serialize(serializer)
    }
}

/// An expression that was read.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Read<'a> {
    /// The part.
    pub part: &'a str,
    /// What was read: a path into the scenario, or the expression.
    pub path: String,
    /// The table of the scenario that it reads.
    pub table: Option<&'static str>,
    /// What came of it.
    pub state: ReadState,
    /// The value, or what Liquid prints for it.
    pub value: &'a str,
    /// Where the value comes from.
    pub origin: Option<ValueOrigin<'a>>,
    /// Where it is read.
    pub at: Vec<Place<'a>>,
}

/// What came of reading an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub enum ReadState {
    /// It had a value each time.
    Read,
    /// It was missing, and `default` had another.
    Defaulted,
    /// It was missing.
    Missing,
}

/// The segments of a text message.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Sms {
    /// `GSM-7` or `UCS-2`.
    pub encoding: &'static str,
    /// Septets, or UTF-16 units.
    pub units: usize,
    /// Segments that it is billed as.
    pub segments: usize,
    /// Units of a segment.
    pub per_segment: usize,
    /// Units that the last segment has room for.
    pub left: usize,
    /// Where the second segment starts, and each after it, in UTF-16 units of the part.
    pub starts: Vec<usize>,
    /// Characters that force UCS-2.
    pub forced_by: Vec<SmsOdd>,
}

/// A character that is not in GSM-7.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct SmsOdd {
    /// The character.
    pub character: String,
    /// `U+2019`.
    pub code: String,
    /// Where it is first, in UTF-16 units.
    pub utf16: usize,
    /// How often it is there.
    pub count: usize,
}

/// A size that a channel limits.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Size {
    /// The limit in words.
    pub what: &'static str,
    /// Bytes of the message.
    pub bytes: usize,
    /// Bytes that it may have.
    pub limit: usize,
    /// Whether it has more.
    pub over: bool,
}

/// A message for one of its scenarios, small.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Cell<'a> {
    /// The scenario.
    pub scenario: &'a str,
    /// Whether all parts are sent.
    pub sent: bool,
    /// Whether a text can't be read at all.
    pub refused: bool,
    /// How much rendering found.
    pub problems: usize,
    /// Number of places that are blank.
    pub blanks: usize,
    /// How many calls were made.
    pub calls: usize,
    /// The parts, their outputs cut.
    pub parts: Vec<CellPart<'a>>,
    /// How it compares with what was accepted: `same`, `changed` or `new`.
    pub snapshot: Option<&'static str>,
}

/// A part in a cell.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct CellPart<'a> {
    /// The part, its output cut, without marks.
    #[serde(flatten)]
    pub part: MessagePart<'a>,
    /// A digest of the whole output.
    pub digest: String,
}
