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
    /// How often the workspace was read so far.
    pub generation: u64,
    /// The message.
    pub message: &'a str,
    /// The scenario; empty for a recipient without data.
    pub scenario: &'a str,
    /// The channel: `email`, `push`, …; null if the message doesn't set one.
    pub channel: Option<&'static str>,
    /// The layout of an in-app message or a Content Card: `slide_up`, `captioned`, …
    pub layout: Option<&'static str>,
    /// Whether all parts are sent.
    pub sent: bool,
    /// Whether a template can't be parsed at all.
    pub refused: bool,
    /// The parts, in reading order.
    pub parts: Vec<MessagePart<'a>>,
    /// The findings of rendering.
    pub problems: Vec<Finding<'a>>,
    /// The calls of all parts, in order.
    pub calls: Vec<Call<'a>>,
    /// The recipient and the values that were read.
    pub data: Data<'a>,
    /// The segments of a text message.
    pub sms: Option<Sms>,
    /// Sizes that the channel limits.
    pub sizes: Vec<Size>,
    /// A webhook's request, or why there is none.
    #[cfg_attr(test, ts(type = "unknown"))]
    pub request: Option<Value>,
    /// The last render that worked, if this one couldn't be parsed.
    #[cfg_attr(test, schemars(with = "Option<Value>"), ts(type = "RenderedMessage | null"))]
    pub last_good: Option<Box<RawValue>>,
}

/// A part of a message, as the preview shows it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct MessagePart<'a> {
    /// The part's name: `subject`, `body`, …
    pub name: &'a str,
    /// The channel's field, whatever the file's name: `title`, …
    pub field: Option<&'static str>,
    /// Where the preview shows it: `everywhere`, only in the `frame`, or `below` the frame.
    pub place: &'static str,
    /// The file, relative to the workspace.
    pub path: &'a str,
    /// Whether it is HTML.
    pub html: bool,
    /// The output that a customer gets.
    pub output: Cow<'a, str>,
    /// Bytes of the output.
    pub bytes: usize,
    /// Why the message isn't sent.
    pub aborted: Option<Abort<'a>>,
    /// The address of the frame that shows it.
    pub frame: Option<String>,
    /// In an export: the HTML of the frame.
    pub frame_html: Option<String>,
    /// The address of the frame that shows the picture, if the part is a picture's address.
    pub picture: Option<String>,
    /// What Liquid printed, and the blanks.
    pub marks: Vec<Mark<'a>>,
    /// The parts of the output that are template text.
    pub texts: Texts<'a>,
    /// What the tag `message_extras` adds.
    #[cfg_attr(test, ts(type = "Record<string, string>"))]
    pub extras: &'a IndexMap<String, String>,
}

/// Where template text is in an output.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Texts<'a> {
    /// Files, relative to the workspace.
    pub paths: Vec<&'a str>,
    /// For each text, its start and end in the output, the index of its file, and its start there;
    /// in UTF-16 units. In order of their start.
    pub places: Vec<[usize; 4]>,
}

/// A place in an output where Liquid printed something, or rendered as blank.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Mark<'a> {
    /// Its index in the part.
    pub id: usize,
    /// The start, in bytes of the output.
    pub start: usize,
    /// The end; equal to the start for a blank.
    pub end: usize,
    /// The start, in UTF-16 units of the output.
    pub start16: usize,
    /// The end.
    pub end16: usize,
    /// What the mark is.
    pub kind: MarkKind,
    /// The output or tag.
    pub at: Place<'a>,
    /// Its markup, without braces.
    pub expression: String,
    /// Where the values come from, or should come from.
    pub origins: Vec<ValueOrigin<'a>>,
    /// Why it is blank.
    pub reason: Option<Reason>,
    /// Its place in the HTML.
    #[serde(rename = "where")]
    pub place: MarkPlace,
}

/// The kind of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub enum MarkKind {
    /// A value, or the output of a tag.
    Value,
    /// A content block or a captured string, which contains further marks.
    Block,
    /// A blank: a value was expected.
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
    /// Inside a tag, usually in an attribute's value.
    Attribute,
    /// In a title, style sheet, or comment, or across the edge of a tag.
    Other,
}

/// Where a value comes from.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub enum ValueOrigin<'a> {
    /// The response of a call.
    Call {
        /// The index of the call among those of all parts.
        call: usize,
        /// The recording that answered.
        recording: Option<&'a str>,
        /// The path from the root of the response.
        keys: Vec<Value>,
        /// The path as templates write it.
        path: String,
    },
    /// A table of the scenario.
    Scenario {
        /// The table: `user`, `custom_attribute`, …
        table: &'a str,
        /// The path in the table.
        keys: Vec<Value>,
        /// The path with the table, as templates write it.
        path: String,
        /// Its line in the scenario file.
        at: Option<ScenarioPlace>,
    },
    /// A variable of the workspace.
    Variable {
        /// The path.
        keys: Vec<Value>,
        /// The path as templates write it.
        path: String,
        /// Its line in the scenario file, if it is set there.
        at: Option<ScenarioPlace>,
    },
    /// A value written in a template.
    Template {
        /// The path.
        keys: Vec<Value>,
        /// The path as templates write it.
        path: String,
        /// Where it is written.
        at: Place<'a>,
    },
}

/// A value's line in a scenario file.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct ScenarioPlace {
    /// The file.
    pub path: String,
    /// The span.
    pub span: Span,
}

/// The recipient of a render, and the values that were read.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Data<'a> {
    /// Tables about the recipient.
    pub recipient: Map<String, Value>,
    /// Tables about the trigger.
    pub trigger: Map<String, Value>,
    /// The other tables of the scenario.
    pub other: Map<String, Value>,
    /// The clock.
    pub now: Option<&'a str>,
    /// The random seed.
    pub seed: u64,
    /// The variables at the end.
    pub variables: Vec<Variable<'a>>,
    /// The expressions that were read.
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
    /// The value, possibly shortened.
    #[cfg_attr(test, schemars(with = "Value"), ts(type = "unknown"))]
    pub value: SharedJson,
    /// Its kind, in words.
    pub kind: &'static str,
    /// Whether it was shortened.
    pub cut: bool,
}

/// JSON that several renders share.
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
    /// The path in the scenario, or the expression.
    pub path: String,
    /// The scenario table that it reads.
    pub table: Option<&'static str>,
    /// The result.
    pub state: ReadState,
    /// The value, or what Liquid prints for it.
    pub value: &'a str,
    /// Where the value comes from.
    pub origin: Option<ValueOrigin<'a>>,
    /// Where it is read.
    pub at: Vec<Place<'a>>,
}

/// The result of reading an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub enum ReadState {
    /// It always had a value.
    Read,
    /// It was missing, and `default` replaced it.
    Defaulted,
    /// It was missing.
    Missing,
    /// It was missing, and Braze gives it when it sends.
    FilledIn,
}

/// The segments of a text message.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Sms {
    /// `GSM-7` or `UCS-2`.
    pub encoding: &'static str,
    /// Septets, or UTF-16 units.
    pub units: usize,
    /// The number of billed segments.
    pub segments: usize,
    /// Units per segment.
    pub per_segment: usize,
    /// Units left in the last segment.
    pub left: usize,
    /// Where the second segment starts, and each after it, in UTF-16 units of the part.
    pub starts: Vec<usize>,
    /// Characters that force UCS-2.
    pub forced_by: Vec<SmsOdd>,
}

/// A character that isn't in GSM-7.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct SmsOdd {
    /// The character.
    pub character: String,
    /// The code point: `U+2019`.
    pub code: String,
    /// Its first position, in UTF-16 units.
    pub utf16: usize,
    /// The number of occurrences.
    pub count: usize,
}

/// A size that a channel limits.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Size {
    /// The limit, in words.
    pub what: &'static str,
    /// The message's size in bytes.
    pub bytes: usize,
    /// The limit in bytes.
    pub limit: usize,
    /// Whether the message is over the limit.
    pub over: bool,
}

/// A message for one of its scenarios, as a cell of the grid.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Cell<'a> {
    /// The scenario.
    pub scenario: &'a str,
    /// Whether all parts are sent.
    pub sent: bool,
    /// Whether a template can't be parsed at all.
    pub refused: bool,
    /// The number of findings of rendering.
    pub problems: usize,
    /// The number of blanks.
    pub blanks: usize,
    /// The number of calls.
    pub calls: usize,
    /// The parts, with shortened outputs.
    pub parts: Vec<CellPart<'a>>,
    /// How it compares with the snapshot: `same`, `changed`, or `new`.
    pub snapshot: Option<&'static str>,
}

/// A part in a cell.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct CellPart<'a> {
    /// The part, with a shortened output and without marks.
    #[serde(flatten)]
    pub part: MessagePart<'a>,
    /// A digest of the whole output.
    pub digest: String,
}
