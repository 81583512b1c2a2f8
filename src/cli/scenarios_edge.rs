use std::fmt::Write as _;

use anyhow::Result;
use indexmap::IndexMap;
use meniscus::recipients::{Base, Edge, Effect, PartEffects, Stub, Trial, edges, slug, stub};
use meniscus::wire::{EdgeEffect, EdgePart, EdgeScenario, EdgesDocument};
use serde_json::json;

use super::Verdict;
use super::formats::Format;
use super::scenarios_arguments::EdgeArguments;
use super::scenarios_files::{Asked, File, write};
use super::terminal::{note, print, print_exact};

/// Most blanks of a part that are listed.
const MAX_BLANKS: usize = 2;
/// Most characters in a line of the table.
const LINE: usize = 110;

/// Shows how edge-case recipients affect messages, and optionally writes them.
pub(super) fn run(arguments: &EdgeArguments) -> Result<Verdict> {
    let asked = Asked::new(&arguments.templates)?;
    let base = arguments.base.as_deref().map(|name| asked.workspace.scenario(name)).transpose()?;
    let (mut text, mut tried, mut files) = (String::new(), Vec::new(), Vec::new());
    let mut worse = false;
    for message in &asked.messages {
        let trial = Trial::new(&asked.known, message);
        let stub = stub(&trial)?;
        let prefix = slug(&message.name);
        let own = format!("{prefix}_stub");
        let scenario = match &base {
            Some(base) => base.clone(),
            None => stub.draft.scenario(&own, None),
        };
        let mut found = edges(&trial, &stub, Base { name: &scenario.name, scenario: &scenario })?;
        if let Some(case) = &arguments.case {
            found.retain(|edge| edge.case.contains(case.as_str()));
        }
        let effects = found.iter().flat_map(|edge| &edge.parts).flat_map(|part| &part.effects);
        worse |= effects.into_iter().any(Effect::is_fault);
        if arguments.format == Format::Text {
            table(&message.name, &scenario.name, &stub, &found, &mut text);
        }
        if arguments.write {
            if base.is_none() && !found.is_empty() {
                files.push(File::new(&asked.workspace, &own, stub.draft.to_toml())?);
            }
            for edge in &found {
                let name = format!("{prefix}_{}", edge.case);
                files.push(File::new(&asked.workspace, &name, edge.draft.to_toml())?);
            }
        }
        tried.push((&*message.name, found));
    }
    // Conflicts are reported before anything is shown as written.
    write(&asked.workspace.root, &files, arguments.overwrite)?;
    match arguments.format {
        Format::Text => print(&text)?,
        Format::Json => print_exact(&format!("{:#}\n", json!(document(&tried))))?,
    }
    if !arguments.write && arguments.format == Format::Text {
        note("note: nothing was written; save these as scenarios with `--write`\n");
    }
    Ok(if worse { Verdict::Found } else { Verdict::Fine })
}

fn table(message: &str, base: &str, stub: &Stub, edges: &[Edge], text: &mut String) {
    if !text.is_empty() {
        text.push('\n');
    }
    let _ = writeln!(text, "{message}, from {base}");
    if edges.is_empty() {
        let reason = if stub.draft.tables.is_empty() {
            "it reads no recipient data"
        } else {
            "no case applies to what it reads"
        };
        let _ = writeln!(text, "  no recipient to try: {reason}");
        return;
    }
    let widest = edges.iter().map(|edge| edge.case.chars().count()).max().unwrap_or(0);
    for edge in edges {
        let gap = " ".repeat(widest - edge.case.chars().count());
        // The same effect on several parts is shown once.
        let mut said = IndexMap::<String, Vec<&str>>::new();
        for part in &edge.parts {
            for effect in &part.effects {
                said.entry(cut(&words(effect))).or_default().push(&part.part);
            }
        }
        let named = |(line, parts): (String, Vec<&str>)| match edge.parts.len() {
            1 => line,
            all if all == parts.len() => line,
            _ => format!("{}: {line}", parts.join(", ")),
        };
        let mut lines = said.into_iter().map(named).collect::<Vec<_>>();
        if lines.is_empty() {
            let differs = edge.parts.iter().any(|part| part.differs);
            lines.push(if differs { "sent" } else { "sent, text unchanged" }.to_owned());
        }
        for (index, line) in lines.iter().enumerate() {
            let name = if index == 0 { format!("{}{gap}", edge.case) } else { " ".repeat(widest) };
            let _ = writeln!(text, "  {name}  {line}");
        }
    }
}

/// Shortens text to a line.
fn cut(text: &str) -> String {
    let mut cut = text.chars().take(LINE).collect::<String>();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

fn words(effect: &Effect) -> String {
    match effect {
        Effect::Aborted { reason, .. } => format!("not sent: {reason}"),
        Effect::Error(message) => format!("error: {message}"),
        Effect::BrokenJson(why) => format!("no longer valid JSON: {why}"),
        Effect::BrokenCall(why) => format!("the body of a call isn't valid JSON: {why}"),
        Effect::Empty => "renders as blank".to_owned(),
        Effect::Unbalanced(name) => format!("broken HTML: `<{name}>` isn't closed or isn't opened"),
        Effect::Blanks(places) => {
            let more = places.len().saturating_sub(MAX_BLANKS);
            let shown = places.iter().take(MAX_BLANKS).map(String::as_str).collect::<Vec<_>>();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("a blank at {}{more}", shown.join(", "))
        }
    }
}

fn document<'a>(tried: &'a [(&'a str, Vec<Edge>)]) -> EdgesDocument<'a> {
    let edges = tried.iter().flat_map(|(message, found)| {
        found.iter().map(|edge| EdgeScenario {
            message,
            case: &edge.case,
            scenario: edge.draft.to_toml(),
            parts: edge.parts.iter().map(part).collect(),
        })
    });
    EdgesDocument { version: 1, edges: edges.collect() }
}

fn part(part: &PartEffects) -> EdgePart<'_> {
    let effects = part.effects.iter().map(|effect| {
        let kind = match effect {
            Effect::Aborted { .. } => "aborted",
            Effect::Error(_) => "error",
            Effect::BrokenJson(_) => "broken_json",
            Effect::BrokenCall(_) => "broken_call",
            Effect::Empty => "empty",
            Effect::Unbalanced(_) => "unbalanced_html",
            Effect::Blanks(_) => "holes",
        };
        EdgeEffect { kind, message: words(effect) }
    });
    EdgePart { part: &part.part, differs: part.differs, effects: effects.collect() }
}
