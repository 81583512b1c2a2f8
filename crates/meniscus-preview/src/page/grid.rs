//! A message for all its scenarios, and its lint findings.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use rayon::prelude::*;
use serde_json::{Map, Value, json};

use super::ask::Ask;
use super::counting::Compared;
use super::frames::Frames;
use super::marks::Naming;
use super::refusal::Refusal;
use super::rendering::Rendering;
use super::shown::part;
use crate::diagnostic::Diagnostic;
use crate::project::Message;
use crate::rules::{Knowledge, Targets, lint};
use crate::session::Session;
use crate::snapshot::digest;
use crate::wire::{Cell, CellPart, Finding, MessagePart, Places};

/// Characters of a text that fit into a cell.
const CELL_CHARS: usize = 400;

/// Renders a message for every scenario that applies.
///
/// # Errors
/// If the message or anything else requested doesn't exist.
pub fn grid(
    session: &Session,
    ask: &Ask,
    frames: Option<&Frames>,
    compared: Option<&Compared>,
) -> Result<Value, Refusal> {
    let message = ask.message(session)?;
    let scenarios = session.scenarios_for(&message.name);
    let mut names = scenarios.map(|scenario| scenario.name.clone()).collect::<Vec<_>>();
    if names.is_empty() {
        names.push(String::new());
    }
    let cells = names.into_par_iter().map(|scenario| {
        let state = compared.and_then(|compared| compared.scenarios.get(&scenario));
        cell(session, ask, scenario, frames, state.copied())
    });
    let cells = cells.collect::<Vec<_>>();
    Ok(json!({ "generation": session.generation, "message": message.name, "cells": cells }))
}

fn cell(
    session: &Session,
    ask: &Ask,
    scenario: String,
    frames: Option<&Frames>,
    state: Option<&'static str>,
) -> Value {
    let asked = Ask {
        message: ask.message.clone(),
        scenario,
        texts: ask.texts.clone(),
        values: Map::new(),
        answers: ask.answers.clone(),
        cancel: ask.cancel.clone(),
    };
    let places = Places::default();
    let mut rendering = match Rendering::of(&asked, session) {
        Ok(rendering) => rendering,
        // A broken scenario doesn't affect the others.
        Err(refusal) => return json!({ "scenario": asked.scenario, "error": refusal.to_json() }),
    };
    let blanks = rendering.blank_count();
    rendering.forget_marks();
    let naming = Naming::new(&places, &rendering);
    let parts = (0..rendering.outcomes.len()).map(|place| part(&naming, place, frames));
    json!(Cell { blanks, ..cell_of(&rendering, &asked.scenario, parts, state) })
}

/// Makes a cell from an existing render; `parts` are its parts for the page.
pub fn cell_of<'r>(
    rendering: &'r Rendering,
    scenario: &'r str,
    parts: impl Iterator<Item = MessagePart<'r>>,
    snapshot: Option<&'static str>,
) -> Cell<'r> {
    let parts = parts.zip(&rendering.outcomes).map(|(part, outcome)| {
        let output = match part.output {
            Cow::Borrowed(output) => Cow::Borrowed(shortened(output)),
            Cow::Owned(output) => Cow::Owned(shortened(&output).to_owned()),
        };
        let digest = digest(outcome.output.as_bytes());
        CellPart { part: MessagePart { output, ..part }, digest }
    });
    Cell {
        scenario,
        sent: rendering.is_sent(),
        refused: rendering.is_refused(),
        problems: rendering.problem_count(),
        blanks: rendering.blank_count(),
        calls: rendering.outcomes.iter().map(|outcome| outcome.calls.len()).sum(),
        parts: parts.collect(),
        snapshot,
    }
}

/// Shortens a text to fit a cell.
fn shortened(text: &str) -> &str {
    let text = text.trim_start();
    text.char_indices().nth(CELL_CHARS).map_or(text, |(end, _)| &text[..end])
}

/// Lints a message with unsaved texts.
///
/// # Errors
/// If the message doesn't exist.
pub fn problems(session: &Session, ask: &Ask) -> Result<Value, Refusal> {
    let message = ask.message(session)?;
    let blocks = ask.blocks(session);
    let targets = Targets { messages: vec![Arc::clone(&message)], ..Targets::default() };
    let found = if Arc::ptr_eq(&blocks, &session.known.blocks) {
        lint(&session.known, &session.levels, &targets)
    } else {
        let known = &session.known;
        let scenarios = known.scenarios.clone();
        let (recordings, endpoints) = (known.recordings.clone(), Arc::clone(&known.endpoints));
        let known = Knowledge::new(&session.workspace, scenarios, blocks, recordings, endpoints);
        lint(&known, &session.levels, &targets)
    };
    Ok(problems_of(session, &message, &found.diagnostics))
}

/// Returns a message's findings for the page.
pub fn problems_of(session: &Session, message: &Message, found: &[Diagnostic]) -> Value {
    let places = Places::default();
    let part_of = |found: &Diagnostic| {
        let name = found.primary.source.name();
        let parts = &message.parts;
        parts.iter().find(|part| part.source().name() == name).map(|part| &*part.name)
    };
    let mut said = HashSet::new();
    let problems = found.iter().filter(|found| {
        let at = &found.primary;
        said.insert((found.code, at.source.name(), at.span, &*found.message))
    });
    let problems = problems.map(|found| Finding::of(&places, found, part_of(found)));
    json!({
        "generation": session.generation,
        "message": message.name,
        "problems": problems.collect::<Vec<_>>(),
    })
}
