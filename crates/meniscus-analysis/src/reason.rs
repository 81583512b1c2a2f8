//! Why a place of a message is blank, in a sentence for its author.

use std::sync::Arc;

use serde::Serialize;

use crate::diagnostic::Label;
use crate::render::{Call, CallResult, Fact, Mark, MarkKind, Missing, OriginSource};
use crate::syntax::ast::{Markup, Tag};
use crate::syntax::{Template, Visitor, walk_nodes, walk_tag};
use crate::text::{DataPath, Step, nearest};

/// Facts quoted for a branch that doesn't apply.
const QUOTED: usize = 3;

/// What makes a place blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub enum Cause {
    /// The recipient, or what triggered the message, doesn't have the value.
    NotInRecipient,
    /// The response to a call, or a value, doesn't have the field.
    NoSuchField,
    /// The call that should provide the value failed.
    CallFailed,
    /// No tag sets the variable, or none that was reached.
    NeverSet,
    /// The value is there and is `null`, an empty string, or an empty list.
    EmptyValue,
    /// A loop has no items.
    EmptyList,
    /// A filter returned an empty string.
    Filtered,
    /// No branch of a condition applied.
    LeftOut,
}

/// Why a place is blank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Reason {
    /// The kind of cause.
    pub cause: Cause,
    /// One clause without a period: `the recipient has no custom attribute `tier``.
    pub message: String,
    /// The existing name that is nearest to the missing one.
    pub nearest: Option<String>,
}

/// What a reason may refer to.
pub struct Rendered<'a> {
    /// The calls of the part, in order.
    pub calls: &'a [Call],
    /// The templates that may set variables: the part and the content blocks.
    pub templates: &'a [&'a Template],
    /// Returns a value as it may be shown: a secret is masked.
    pub shown: &'a dyn Fn(&Fact) -> String,
}

impl Rendered<'_> {
    /// Returns why a mark is blank; `None` if it isn't.
    #[must_use]
    pub fn reason(&self, mark: &Mark) -> Option<Reason> {
        let Mark { kind, origins, at, .. } = mark;
        match kind {
            MarkKind::Blank(facts) if facts.is_empty() => {
                let call = origins.iter().find_map(|origin| match origin.source {
                    OriginSource::Call(call) => self.calls.get(call),
                    _ => None,
                })?;
                let message = format!("the call failed: {}", failure(call));
                Some(Reason { cause: Cause::CallFailed, message, nearest: None })
            }
            MarkKind::Blank(facts) => Some(self.of_output(facts)),
            // `(1..items.size)`
            MarkKind::EmptyLoop(facts) if at.source.slice(at.span).starts_with('(') => {
                let ends = facts.iter().map(|fact| self.quoted(fact)).collect::<Vec<_>>();
                let message = format!("no items: the range is empty; {}", ends.join(", "));
                Some(Reason { cause: Cause::EmptyList, message, nearest: None })
            }
            MarkKind::EmptyLoop(facts) => Some(self.of_loop(facts)),
            MarkKind::LeftOut(facts) => Some(self.of_branches(facts)),
            MarkKind::Value | MarkKind::Nested | MarkKind::Text => None,
        }
    }

    fn of_output(&self, facts: &[Fact]) -> Reason {
        // Content blocks have no table of values.
        let block = facts.iter().filter_map(|fact| fact.origin.as_ref()).find_map(|origin| {
            let is_block = matches!(origin.source, OriginSource::Scenario(""));
            origin.path.first().filter(|_| is_block)
        });
        if let Some(Step::Key(name)) = block {
            let message = format!("there is no content block `{name}`");
            return Reason { cause: Cause::NeverSet, message, nearest: None };
        }
        if let Some((fact, missing)) = first_missing(facts) {
            return self.of_missing(fact, missing);
        }
        let empty = facts.iter().find(|fact| emptiness(&fact.value).is_some());
        match empty {
            Some(fact) => {
                let expression = expression(fact);
                let is = emptiness(&fact.value).unwrap_or_default();
                let of = match fact.origin.as_ref().map(|origin| &origin.source) {
                    Some(OriginSource::Call(_)) => " in the response",
                    Some(OriginSource::Scenario(_)) => " for this recipient",
                    _ => "",
                };
                let message = format!("`{expression}` is {is}{of}");
                Reason { cause: Cause::EmptyValue, message, nearest: None }
            }
            None => {
                let names = facts.iter().take(QUOTED).map(|fact| self.quoted(fact));
                let names = names.collect::<Vec<_>>().join(", ");
                let message = format!("the filters return an empty string; {names}");
                Reason { cause: Cause::Filtered, message, nearest: None }
            }
        }
    }

    fn of_loop(&self, facts: &[Fact]) -> Reason {
        if let Some((fact, missing)) = first_missing(facts) {
            let reason = self.of_missing(fact, missing);
            return Reason { message: format!("no items: {}", reason.message), ..reason };
        }
        let message = match facts.first() {
            Some(fact) => match emptiness(&fact.value) {
                Some(is) => format!("no items: `{}` is {is}", expression(fact)),
                None if ["a list of ", "an object of "]
                    .iter()
                    .any(|start| fact.value.starts_with(start)) =>
                {
                    format!(
                        "no items of `{}` are left after `limit` and `offset`",
                        expression(fact)
                    )
                }
                None => format!("no items: {}, which isn't a list", self.quoted(fact)),
            },
            None => "no items".to_owned(),
        };
        Reason { cause: Cause::EmptyList, message, nearest: None }
    }

    fn of_branches(&self, facts: &[Fact]) -> Reason {
        let mut quoted = facts.iter().map(|fact| self.quoted(fact)).collect::<Vec<_>>();
        quoted.dedup();
        let more = quoted.len().saturating_sub(QUOTED);
        quoted.truncate(QUOTED);
        if more > 0 {
            quoted.push("…".to_owned());
        }
        let message = match quoted.is_empty() {
            true => "left out: no branch applies".to_owned(),
            false => format!("left out: no branch applies; {}", quoted.join(", ")),
        };
        let missing = first_missing(facts).map(|(_, missing)| missing);
        let nearest = missing.filter(|missing| missing.kind != "a name").and_then(near);
        Reason { cause: Cause::LeftOut, message, nearest }
    }

    fn quoted(&self, fact: &Fact) -> String {
        match fact.missing {
            Some(_) => format!("`{}` is missing", expression(fact)),
            None => format!("`{}` is {}", expression(fact), (self.shown)(fact)),
        }
    }

    fn of_missing(&self, fact: &Fact, missing: &Missing) -> Reason {
        let key = &missing.key;
        let source = fact.origin.as_ref().map(|origin| (&origin.source, &origin.path));
        let is_root = missing.kind == "a name";
        let (cause, message) = match source {
            Some((OriginSource::Scenario(table), _)) if is_root => {
                (Cause::NotInRecipient, format!("{} `{key}`", owner(table)))
            }
            // Of a list with items, there would be a first and a last.
            Some(_) if missing.kind == "a list" && is_end(key) => {
                let whole = expression(fact);
                let of = whole.strip_suffix(&format!(".{key}")).unwrap_or(&whole);
                (Cause::EmptyValue, format!("`{of}` is an empty list"))
            }
            // Which of two equal names is missing can't be told by the name.
            Some((_, path)) if !is_root && times(path, key) > 1 => {
                (Cause::NoSuchField, format!("`{}`: there is no `{key}`", expression(fact)))
            }
            Some((OriginSource::Scenario(table), path)) => {
                let of = DataPath::of_keys(&[table]).join(&before(path, key));
                (Cause::NotInRecipient, format!("`{of}` has no `{key}`"))
            }
            Some((OriginSource::Call(_), path)) => {
                let of = before(path, key);
                let message = match of.is_empty() {
                    true => format!("the response has no `{key}`"),
                    false => format!("`{of}` has no `{key}` in the response"),
                };
                (Cause::NoSuchField, message)
            }
            _ if is_root => self.never_set(key, fact),
            _ => (Cause::NoSuchField, format!("`{}`: there is no `{key}`", expression(fact))),
        };
        Reason { cause, message, nearest: near(missing) }
    }

    fn never_set(&self, name: &str, fact: &Fact) -> (Cause, String) {
        if let Some(call) = failed_call(self.calls, name) {
            let message = format!("the call that saves `{name}` failed: {}", failure(call));
            return (Cause::CallFailed, message);
        }
        let mut found = Setters { name, template: None, sets: Vec::new(), loops: false };
        for template in self.templates {
            found.template = Some(template);
            walk_nodes(&mut found, &template.nodes);
        }
        let at = &fact.expression;
        let is_later = |setter: &Label| {
            Arc::ptr_eq(&setter.source, &at.source) && setter.span.start > at.span.start
        };
        let message = match found {
            Setters { sets, .. } if !sets.is_empty() && sets.iter().all(is_later) => {
                format!("`{name}` is set only later")
            }
            Setters { sets, .. } if !sets.is_empty() => {
                format!("`{name}` isn't set: the tag that sets it wasn't reached")
            }
            Setters { loops: true, .. } => format!("`{name}` exists only inside its loop"),
            _ => format!("`{name}` is never set"),
        };
        (Cause::NeverSet, message)
    }
}

/// Returns the last call that should have set a variable and didn't.
#[must_use]
pub fn failed_call<'c>(calls: &'c [Call], name: &str) -> Option<&'c Call> {
    calls.iter().rev().find(|call| call.target == name && call.saved_as.is_none())
}

/// Returns why a call set nothing.
#[must_use]
pub fn failure(call: &Call) -> String {
    match &call.result {
        CallResult::Answered { note: Some(note), .. } => note.clone(),
        CallResult::Answered { .. } | CallResult::Cached { .. } => {
            "the response isn't JSON".to_owned()
        }
        CallResult::Unanswered(unanswered) => unanswered.problem.clone(),
        CallResult::Refused(reason) => reason.clone(),
    }
}

fn first_missing(facts: &[Fact]) -> Option<(&Fact, &Missing)> {
    facts.iter().find_map(|fact| Some((fact, fact.missing.as_ref()?)))
}

fn near(missing: &Missing) -> Option<String> {
    nearest(&missing.key, missing.available.iter().map(String::as_str)).map(str::to_owned)
}

/// Returns an expression on one line.
fn expression(fact: &Fact) -> String {
    let at = &fact.expression;
    at.source.slice(at.span).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Says how an inspected value is empty.
fn emptiness(value: &str) -> Option<&'static str> {
    match value {
        "nil" => Some("`null`"),
        "\"\"" => Some("an empty string"),
        "a list of 0" => Some("an empty list"),
        "an object of 0 fields" => Some("an empty object"),
        _ => None,
    }
}

/// Says who doesn't have a name of a table.
fn owner(table: &str) -> &'static str {
    match table {
        "user" => "the recipient's profile has no",
        "custom_attribute" => "the recipient has no custom attribute",
        "api_trigger_properties" => "the trigger has no property",
        "event_properties" => "the event has no property",
        "context" | "canvas_entry_properties" => "the Canvas entry has no property",
        "variables" => "`[variables]` has no",
        _ => "this recipient has no",
    }
}

/// Returns the steps before a key.
fn before(path: &DataPath, key: &str) -> DataPath {
    let is_before = |step: &&Step| match step {
        Step::Key(name) => **name != *key,
        Step::Index(index) => index.to_string() != key,
    };
    path.iter().take_while(is_before).cloned().collect()
}

/// Whether a step asks for an end of a list.
fn is_end(key: &str) -> bool {
    matches!(key, "first" | "last")
}

/// Counts the steps with a key.
fn times(path: &DataPath, key: &str) -> usize {
    path.iter().filter(|step| matches!(step, Step::Key(name) if **name == *key)).count()
}

/// Finds tags that set a variable.
struct Setters<'a> {
    name: &'a str,
    template: Option<&'a Template>,
    sets: Vec<Label>,
    loops: bool,
}

impl Visitor for Setters<'_> {
    fn tag(&mut self, tag: &Tag) {
        let Some(template) = self.template else { return };
        let text = |span| template.source.slice(span);
        let sets = match &tag.markup {
            Markup::Assign { target, .. } | Markup::Target(target) => text(*target) == self.name,
            Markup::Options(options) => options.options.iter().any(|option| {
                let value = option.value.as_ref();
                text(option.name) == "save"
                    && value.is_some_and(|value| text(value.span).trim() == self.name)
            }),
            Markup::Loop(read) => {
                self.loops |= text(read.variable) == self.name;
                false
            }
            _ => false,
        };
        if sets {
            let (source, span) = (Arc::clone(&template.source), tag.span);
            self.sets.push(Label { source, span, text: String::new() });
        }
        walk_tag(self, tag);
    }
}
