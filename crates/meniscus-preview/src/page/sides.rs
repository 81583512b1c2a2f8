//! A part as it was accepted and as it is now, with the places where they differ.

use std::ops::Range;

use serde_json::{Value, json};

use super::channel::{is_html, sms_of};
use super::frame_html::{POLICY, framed_changes};
use super::frames::Frames;
use super::snapshots::state;
use crate::diagnostic::Label;
use crate::project::{Channel, Message};
use crate::render::{Gather, render_gathering};
use crate::snapshot::{Change, Contents, Edit, PlannedRecordings, Snapshot, Status, Tested, why};
use crate::text::Utf16Places;
use crate::wire::{Finding, Places};

/// Most characters of changed words in a list; the texts have all.
const SHOWN_CHARS: usize = 160;

/// What a comparison of a message needs.
pub struct Beside<'s> {
    pub message: &'s Message,
    pub recordings: &'s PlannedRecordings,
    /// Where frames are kept; `None` if the response contains their HTML.
    pub frames: Option<&'s Frames>,
    /// Whether any part of the message differs, so that all of it is shown.
    pub is_open: bool,
}

impl Beside<'_> {
    /// Converts a compared part.
    pub fn part(&self, tested: &Tested) -> Value {
        let mut shown = json!({
            "part": tested.case.part.part.name,
            "file": tested.shown,
            "state": state(&tested.status),
            "group": Value::Null,
            "accepted": Value::Null,
            "now": Value::Null,
            "changes": [],
            "diff": [],
            "rest": [],
            "why": [],
        });
        match &tested.status {
            Status::Same { .. } if self.is_open => {
                shown["now"] = self.side(tested, &rendered(tested).contents(), &[]);
            }
            Status::Same { .. } => {}
            Status::New(now) | Status::Missing(now) => {
                let contents = now.contents();
                shown["group"] = json!(Change::of(tested).identity);
                shown["now"] = self.side(tested, &contents, &[]);
                let edits = added(&contents.output);
                shown["diff"] = diff("", &contents.output, &edits);
                shown["rest"] = diff("", contents.rest, &added(contents.rest));
            }
            Status::Changed { before, now, causes } => {
                let change = Change::of(tested);
                let (before, now) = (before.contents(), now.contents());
                let ranges = |side: fn(&Edit) -> &Range<usize>| {
                    change.edits.iter().map(|edit| side(edit).clone()).collect::<Vec<_>>()
                };
                shown["group"] = json!(change.identity);
                shown["accepted"] = self.side(tested, &before, &ranges(|edit| &edit.old));
                shown["now"] = self.side(tested, &now, &ranges(|edit| &edit.new));
                shown["changes"] = words(&change, &before, &now).into();
                shown["diff"] = diff(&before.output, &now.output, &change.edits);
                shown["rest"] = diff(before.rest, now.rest, &change.rest);
                let reasons = causes.iter().flat_map(|cause| why(self.recordings, tested, cause));
                shown["why"] = reasons.map(Value::from).collect();
            }
            Status::Refused(found) => {
                let places = Places::default();
                let problems = found.iter().map(|one| json!(Finding::of(&places, one, None)));
                shown["problems"] = problems.collect();
            }
            Status::Unreadable(error) => shown["why"] = json!([error.to_string()]),
        }
        shown
    }

    /// Converts one of the two texts, with marks at its changed ranges.
    fn side(&self, tested: &Tested, contents: &Contents<'_>, ranges: &[Range<usize>]) -> Value {
        let output = &contents.output;
        let html = is_html(self.message, &tested.case.part.part, output);
        let aborted = contents.abort.as_ref();
        let mut side = json!({
            "output": output,
            "bytes": output.len(),
            "html": html,
            "aborted": aborted.map(|(kind, reason)| json!({ "type": kind, "reason": reason })),
        });
        if self.message.channel == Some(Channel::Sms) {
            side["sms"] = json!(sms_of(output.trim()));
        }
        if !html {
            let units = Utf16Places::of(output);
            let marks = ranges.iter().enumerate().map(|(number, range)| {
                let [start, end] = [range.start, range.end].map(|at| units.units(output, at));
                json!({ "change": number, "start16": start, "end16": end })
            });
            side["marks"] = marks.collect();
            return side;
        }
        let policy = self.frames.is_none().then_some(POLICY);
        let (html, numbers) = framed_changes(output, ranges, policy);
        side["marks"] = numbers.iter().map(|number| json!({ "change": number })).collect();
        side["frame"] = Value::Null;
        match self.frames {
            Some(frames) => {
                side["frame"] = json!(frames.keep(html).map(|key| format!("/frame/{key}")))
            }
            // Without marks, an export has the same frame with the message.
            None if ranges.is_empty() => {}
            None => side["frame_html"] = json!(html),
        }
        side
    }
}

/// Renders a case that is as accepted, whose text isn't kept.
fn rendered(tested: &Tested) -> Snapshot {
    let case = &tested.case;
    let (part, world) = (&case.part.part, &case.scenario.world);
    let outcome = render_gathering(&part.template, world, Gather::default());
    Snapshot { header: None, text: Snapshot::text_of(&part.name, &outcome, &case.scenario.secrets) }
}

/// Converts the changed words, each with its place in the template.
pub fn words(change: &Change, before: &Contents<'_>, now: &Contents<'_>) -> Vec<Value> {
    let places = Places::default();
    let words = change.edits.iter().zip(&change.places).map(|(edit, place)| {
        json!({
            "removed": shortened(&before.output[edit.old.clone()]),
            "added": shortened(&now.output[edit.new.clone()]),
            "at": place.as_ref().map(|label| places.place(label)),
            "expression": place.as_ref().and_then(expression),
        })
    });
    words.collect()
}

/// Returns the markup at a place; `None` for text of the template.
fn expression(label: &Label) -> Option<&str> {
    let text = label.source.slice(label.span);
    text.starts_with("{{").then_some(text).or_else(|| text.starts_with("{%").then_some(text))
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn added(text: &str) -> Vec<Edit> {
    if text.is_empty() { Vec::new() } else { vec![Edit { old: 0..0, new: 0..text.len() }] }
}

/// Converts both texts to pieces, in order; those of a change have its number.
fn diff(before: &str, now: &str, edits: &[Edit]) -> Value {
    let mut pieces = Vec::new();
    let mut add = |op: &str, text: &str, change: Option<usize>| {
        if !text.is_empty() {
            pieces.push(json!({ "op": op, "text": text, "change": change }));
        }
    };
    let mut at = 0;
    for (number, edit) in edits.iter().enumerate() {
        add("equal", &now[at..edit.new.start], None);
        add("delete", &before[edit.old.clone()], Some(number));
        add("insert", &now[edit.new.clone()], Some(number));
        at = edit.new.end;
    }
    add("equal", &now[at..], None);
    pieces.into()
}
