use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, bail};
use meniscus::contract::{Contract, Node, Payload, TRIGGERS, bare_family, check};
use meniscus::diagnostic::Severity;
use meniscus::dialect::families::FAMILIES;
use meniscus::files::read_file_to_string;
use meniscus::project::{Message, ProjectError, Workspace};
use meniscus::report::lint as formats;
use meniscus::report::{contract as draw, contract_json, contract_schema, need_legend};
use meniscus::rules::Knowledge;
use meniscus::text::{Source, nearest};
use meniscus::wire::ContractDocument;
use serde_json::json;

use super::Verdict;
use super::arguments::{ContractArguments, ContractFormat};
use super::reading::{self, knowledge};
use super::terminal::{look_of_output, note, print, print_exact};

pub(super) fn run(arguments: &ContractArguments) -> Result<Verdict> {
    let first = arguments.templates.first().map(std::path::PathBuf::as_path);
    let workspace = workspace_around(first.unwrap_or(Path::new("")))?;
    let known = knowledge(&workspace);
    let mut messages = Vec::new();
    for path in &arguments.templates {
        messages.extend(messages_at(&workspace, path)?);
    }
    messages.sort_by(|a, b| a.name.cmp(&b.name));
    messages.dedup_by(|a, b| a.name == b.name && a.parts.len() == b.parts.len());
    if let Some(file) = &arguments.check {
        return checked(arguments, &workspace, &known, &messages, file);
    }
    match arguments.format {
        ContractFormat::Text => {
            let contracts = messages.iter().map(|message| Contract::of(&known, [message]));
            let contracts = contracts.collect::<Vec<_>>();
            let drawn = contracts.iter().map(draw).collect::<Vec<_>>();
            let all = Contract::of(&known, &messages);
            note_broken(&all);
            print(&format!("{}{}", drawn.join("\n"), need_legend(&all)))?;
        }
        ContractFormat::Json => {
            let contracts = messages.iter().map(|message| Contract::of(&known, [message]));
            let contracts = contracts.collect::<Vec<_>>();
            let contracts = contracts.iter().map(contract_json).collect();
            let document = json!(ContractDocument { version: 1, contracts });
            print_exact(&format!("{document:#}\n"))?;
        }
        ContractFormat::Schema => {
            let contract = Contract::of(&known, &messages);
            note_broken(&contract);
            let (of, node) = schema_of(&contract, arguments.of.as_deref())?;
            let title = format!("{}: {of}", contract.messages.join(", "));
            print_exact(&format!("{:#}\n", contract_schema(&title, &node)))?;
        }
    }
    Ok(Verdict::Fine)
}

/// Returns the workspace around a template or folder.
pub(super) fn workspace_around(path: &Path) -> Result<Workspace> {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(Path::new("")) };
    reading::workspace(folder)
}

/// Returns the messages at a path; for a part, its message.
pub(super) fn messages_at(workspace: &Workspace, path: &Path) -> Result<Vec<Message>> {
    let folder = workspace.message_around(path);
    reading::messages(workspace, folder.as_deref().unwrap_or(path))
}

/// Lists files that may read more than is shown.
pub(super) fn note_broken(contract: &Contract) {
    for file in &contract.broken {
        note(&format!(
            "note: `{file}` has syntax errors and may read more; run `meniscus lint` to see them\n"
        ));
    }
}

/// Returns what a schema is for: a family, or a call's response.
fn schema_of(contract: &Contract, of: Option<&str>) -> Result<(String, Node)> {
    let Some(of) = of else {
        let family = bare_family(contract);
        let Some(node) = contract.family(family) else {
            note("note: the messages don't read any trigger properties\n");
            return Ok((family.to_owned(), Node::default()));
        };
        return Ok((family.to_owned(), node.clone()));
    };
    let name = if of == "profile" { "" } else { of };
    if let Some(node) = contract.family(name) {
        return Ok((of.to_owned(), node.clone()));
    }
    if let Some(call) = contract.call(of) {
        return Ok((format!("the response of {}", call.url), call.answer.clone()));
    }
    if FAMILIES.iter().any(|family| family.name == name && !family.is_blocks()) {
        note(&format!("note: the messages don't read `{of}`\n"));
        return Ok((of.to_owned(), Node::default()));
    }
    let endpoints = contract.calls.iter().filter_map(|call| call.endpoint.as_deref());
    let targets = contract.calls.iter().flat_map(|call| call.targets.iter().map(String::as_str));
    let names = contract.families.keys().copied().map(|name| match name {
        "" => "profile",
        name => name,
    });
    let names = names.chain(endpoints).chain(targets).chain(TRIGGERS).collect::<Vec<_>>();
    let message = format!("the messages don't read `{of}`");
    let help = match nearest(of, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("use one of {}", names.join(", ")),
    };
    Err(ProjectError::Unknown { message, help }.into())
}

fn checked(
    arguments: &ContractArguments,
    workspace: &Workspace,
    known: &Knowledge,
    messages: &[Message],
    file: &Path,
) -> Result<Verdict> {
    let text = read_file_to_string(file).map_err(|e| ProjectError::unreadable(file, &e))?;
    if text.len() > Source::MAX_BYTES {
        bail!("`{}` has {} bytes; the limit is {}", file.display(), text.len(), Source::MAX_BYTES);
    }
    let inside = std::path::absolute(file).is_ok_and(|file| file.starts_with(&workspace.root));
    let shown = if inside { workspace.shown(file) } else { file.display().to_string() };
    let source = Arc::new(Source::new(shown, text));
    let contract = Contract::of(known, messages);
    note_broken(&contract);
    let family = match arguments.of.as_deref() {
        None => bare_family(&contract),
        Some(of) => match TRIGGERS.iter().find(|name| **name == of) {
            Some(name) => name,
            None => {
                let message = format!("`--check` can't check `--of {of}`");
                let help = format!("use `--of` with {}", TRIGGERS.join(", "));
                return Err(ProjectError::Unknown { message, help }.into());
            }
        },
    };
    let payload = Payload::read(&source, family).map_err(ProjectError::from)?;
    let checked = check(&contract, &payload);
    let mut files = vec![source.name().to_owned()];
    let parts = messages.iter().flat_map(|message| &message.parts);
    files.extend(parts.map(|part| part.source().name().to_owned()));
    files.sort();
    files.dedup();
    let findings = formats::Findings::of(&checked.diagnostics, &files);
    match arguments.format {
        ContractFormat::Json => print_exact(&format!("{:#}\n", formats::json(&findings)))?,
        ContractFormat::Schema => bail!("use `--check` with `--format text` or `--format json`"),
        ContractFormat::Text => {
            let mut text = String::new();
            let fields = if checked.met == 1 { "field" } else { "fields" };
            let recipients = match payload.recipients.len() {
                1 => String::new(),
                count => format!(" for {count} recipients"),
            };
            formats::human(&findings, look_of_output(), &mut text);
            text.push_str(&format!(
                "{} is {}: {} {fields} that the message reads are present{recipients}\n",
                source.name(),
                payload.form.words(),
                checked.met,
            ));
            print(&text)?;
        }
    }
    let wrong = checked.diagnostics.iter().any(|found| found.severity >= Severity::Warning);
    Ok(if wrong { Verdict::Found } else { Verdict::Fine })
}
