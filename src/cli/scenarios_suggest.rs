use std::fmt::Write as _;

use anyhow::Result;
use meniscus::coverage::Coverage;
use meniscus::project::Message;
use meniscus::recipients::{Reached, Suggestions, Trial, cover, coverage_of, stub, suggest};
use meniscus::wire::{
    MessageSuggestions, ReachedPoint, SuggestDocument, SuggestedScenario, UnreachedPoint,
};
use serde_json::json;

use super::Verdict;
use super::formats::Format;
use super::scenarios_arguments::SuggestArguments;
use super::scenarios_files::{Asked, File, write};
use super::terminal::{note, print, print_exact};

/// Shows scenarios for unreached branches, and optionally writes them.
pub(super) fn run(arguments: &SuggestArguments) -> Result<Verdict> {
    let asked = Asked::new(&arguments.templates)?;
    let others = others(&asked);
    let others = others.iter().map(|message| Trial::new(&asked.known, message));
    let others = others.map(|trial| (coverage_of(&trial), trial)).collect::<Vec<_>>();
    let (mut text, mut all, mut files) = (String::new(), Vec::new(), Vec::new());
    let mut unreached = 0;
    // Branches of a content block reached by suggestions for one message needn't be reached again
    // for the next.
    let mut reached = Coverage::default();
    for message in &asked.messages {
        let trial = Trial::new(&asked.known, message);
        let mut coverage = coverage_of(&trial);
        let names = coverage.files().map(|file| file.source.name().to_owned()).collect::<Vec<_>>();
        coverage.merge(reached);
        for (own, other) in others.iter().filter(|(_, other)| other.message.name != message.name) {
            if names.iter().any(|name| own.file(name).is_some()) {
                cover(other, &mut coverage)?;
            }
        }
        cover(&trial, &mut coverage)?;
        let found = suggest(&trial, &stub(&trial)?, &mut coverage)?;
        reached = coverage;
        unreached += found.missed;
        if arguments.format == Format::Text {
            show(message, &found, &mut text);
        }
        if arguments.write {
            for suggestion in &found.suggestions {
                let toml = suggestion.draft.to_toml();
                files.push(File::new(&asked.workspace, &suggestion.name, toml)?);
                for (name, mapping) in &suggestion.recordings {
                    files.push(File::recording(&asked.workspace, name, mapping.clone()));
                }
            }
        }
        all.push((message, found));
    }
    write(&asked.workspace.root, &files, arguments.overwrite)?;
    match arguments.format {
        Format::Text => print(&text)?,
        Format::Json => {
            let messages = all.iter().map(|(message, found)| suggestions(message, found));
            let document = json!(SuggestDocument { version: 1, messages: messages.collect() });
            print_exact(&format!("{document:#}\n"))?;
        }
    }
    if !arguments.write && unreached > 0 && arguments.format == Format::Text {
        note("note: nothing was written; save these as scenarios with `--write`\n");
    }
    Ok(if unreached > 0 { Verdict::Found } else { Verdict::Fine })
}

/// Returns the workspace's messages: their scenarios count for content blocks too.
fn others(asked: &Asked) -> Vec<Message> {
    let each = asked.workspace.messages_below(&asked.workspace.root).unwrap_or_default();
    each.into_iter().flatten().collect()
}

fn show(message: &Message, found: &Suggestions, text: &mut String) {
    if !text.is_empty() {
        text.push('\n');
    }
    if found.missed == 0 {
        let _ = writeln!(
            text,
            "{}: scenarios reach all {} coverage points",
            message.name, found.points
        );
        return;
    }
    let _ = writeln!(
        text,
        "{}: no scenario reaches {} of {} coverage points",
        message.name, found.missed, found.points
    );
    for suggestion in &found.suggestions {
        let from = match &suggestion.draft.extends {
            Some(base) => format!(", from {base}"),
            None => String::new(),
        };
        let _ = writeln!(text, "\n  {}{from}", suggestion.name);
        for change in &suggestion.changes {
            let _ = writeln!(text, "    {change}");
        }
        for (name, _) in &suggestion.recordings {
            let _ = writeln!(text, "    needs the recording {name}");
        }
        for reached in &suggestion.reaches {
            let _ = writeln!(text, "    reaches {} {}", reached.at, reached.words);
        }
    }
    if !found.unreached.is_empty() {
        let _ = writeln!(text, "\n  not reached");
        for (point, reason) in &found.unreached {
            let _ = writeln!(text, "    {} {}: {reason}", point.at, point.words);
        }
    }
}

fn suggestions<'a>(message: &'a Message, found: &'a Suggestions) -> MessageSuggestions<'a> {
    let suggestions = found.suggestions.iter().map(|suggestion| SuggestedScenario {
        name: &suggestion.name,
        extends: suggestion.draft.extends.as_deref(),
        changes: &suggestion.changes,
        recordings: suggestion.recordings.iter().map(|(name, _)| &**name).collect(),
        scenario: suggestion.draft.to_toml(),
        reaches: suggestion.reaches.iter().map(reached).collect(),
    });
    let unreached = found.unreached.iter().map(|(point, reason)| {
        let ReachedPoint { at, point } = reached(point);
        UnreachedPoint { at, point, reason }
    });
    MessageSuggestions {
        message: &message.name,
        points: found.points,
        missed: found.missed,
        suggestions: suggestions.collect(),
        unreached: unreached.collect(),
    }
}

fn reached(point: &Reached) -> ReachedPoint<'_> {
    ReachedPoint { at: &point.at, point: &point.words }
}
