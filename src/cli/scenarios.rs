use std::path::Path;

use anyhow::Result;
use meniscus::project::ProjectError;
use meniscus::recipients::{Trial, stub};
use meniscus::wire::{ListedScenario, ScenariosDocument};
use serde_json::json;

use super::formats::Format;
use super::reading::{self};
use super::scenarios_arguments::{ScenariosArguments, ScenariosCommand, StubArguments};
use super::scenarios_files::{Asked, File, report_gaps, write};
use super::terminal::{note, print, print_exact};
use super::{Verdict, scenarios_edge, scenarios_suggest};

/// Lists scenarios, or generates them from templates.
pub(super) fn run(arguments: &ScenariosArguments) -> Result<Verdict> {
    match &arguments.command {
        ScenariosCommand::List { folder, format } => list(folder, *format),
        ScenariosCommand::Stub(stub) => write_stub(stub),
        ScenariosCommand::Edge(edge) => scenarios_edge::run(edge),
        ScenariosCommand::Suggest(suggest) => scenarios_suggest::run(suggest),
    }
}

fn list(folder: &Path, format: Format) -> Result<Verdict> {
    let workspace = reading::workspace(folder)?;
    let scenarios = reading::scenarios(&workspace);
    let messages = reading::all_messages(&workspace)?;
    let of = |scenario: &meniscus::project::Scenario| {
        let names = messages.iter().filter(|message| scenario.applies_to(&message.name));
        names.map(|message| message.name.as_str()).collect::<Vec<_>>()
    };
    let alone = messages
        .iter()
        .filter(|message| !scenarios.iter().any(|scenario| scenario.applies_to(&message.name)));
    let alone = alone.map(|message| message.name.as_str()).collect::<Vec<_>>();
    if format == Format::Json {
        let all = scenarios.iter().map(|scenario| ListedScenario {
            name: &scenario.name,
            file: scenario.sources.first().map(|source| source.name()),
            now: scenario.now.as_deref(),
            recordings: scenario.recordings.as_deref(),
            messages: of(scenario),
        });
        let document = json!(ScenariosDocument {
            version: 1,
            scenarios: all.collect(),
            messages_without_scenario: alone,
        });
        print_exact(&format!("{document:#}\n"))?;
        return Ok(Verdict::Fine);
    }
    let mut text = String::new();
    let widest = scenarios.iter().map(|scenario| scenario.name.chars().count()).max().unwrap_or(0);
    for scenario in &scenarios {
        let names = of(scenario);
        let names = match &names[..] {
            [] => "no message".to_owned(),
            all if all.len() == messages.len() && all.len() > 1 => {
                format!("all {} messages", all.len())
            }
            some => some.join(", "),
        };
        let now = if scenario.now.is_none() { "  (no `now`)" } else { "" };
        let gap = " ".repeat(widest - scenario.name.chars().count());
        text.push_str(&format!("{}{gap}  {names}{now}\n", scenario.name));
    }
    if scenarios.is_empty() {
        note(&format!(
            "note: no scenarios in `{}`; create one with `meniscus scenarios stub TEMPLATE --out \
             NAME`\n",
            workspace.config.paths.scenarios
        ));
    }
    if !alone.is_empty() {
        text.push_str(if text.is_empty() { "" } else { "\n" });
        text.push_str("messages without a scenario\n");
        alone.iter().for_each(|name| text.push_str(&format!("  {name}\n")));
    }
    print(&text)?;
    Ok(Verdict::Fine)
}

fn write_stub(arguments: &StubArguments) -> Result<Verdict> {
    let asked = Asked::new(&arguments.templates)?;
    if let (Some(_), [_, _, ..]) = (&arguments.out, &asked.messages[..]) {
        let message = format!("`--out` takes one message, found {}", asked.messages.len());
        let help = "name one message, or remove `--out` to print all".to_owned();
        return Err(ProjectError::Unknown { message, help }.into());
    }
    let mut texts = Vec::new();
    for message in &asked.messages {
        let made = stub(&Trial::new(&asked.known, message))?;
        report_gaps(&made);
        texts.push(made.draft.to_toml());
    }
    match (&arguments.out, &texts[..]) {
        (Some(name), [text]) => {
            let file = File::new(&asked.workspace, name, text.clone())?;
            write(&asked.workspace.root, &[file], arguments.overwrite)?;
        }
        _ => print_exact(&texts.join("\n"))?,
    }
    Ok(Verdict::Fine)
}
