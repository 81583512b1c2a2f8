use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use meniscus::braze::{Destination, Purpose};
use meniscus::contract::Contract;
use meniscus::diagnostic::{Diagnostic, Severity};
use meniscus::files::read_file_to_string;
use meniscus::live::LiveConfig;
use meniscus::live::credential::{CredentialSource, Environment};
use meniscus::project::{Message, Overlay, ProjectError, Scenario, Workspace};
use meniscus::report::{draw, lint as formats};
use meniscus::send::trigger::{
    Target, TriggerBody, TriggerOptions, Wanted, advanced_settings, build, check_body,
    check_settings, choose, deliver,
};
use meniscus::send::{CurlCommand, ShownPiece, bulk_hint, quoted};
use meniscus::text::Source;

use super::Verdict;
use super::contract::{messages_at, note_broken, workspace_around};
use super::formats::LintFormat;
use super::lint::print_formatted;
use super::reading::knowledge;
use super::render_request::said;
use super::terminal::{look_of_output, note, print, print_exact};
use super::trigger_arguments::{TriggerArguments, TriggerForm};

/// The key's environment variable in commands, if no credential names one.
const KEY_VARIABLE: &str = "BRAZE_REST_KEY";
/// The endpoint's placeholder in commands, if meniscus.toml has none.
const ENDPOINT_VARIABLE: &str = "BRAZE_REST_ENDPOINT";

/// Shows, checks, or sends the request that triggers a message.
pub(super) fn run(arguments: &TriggerArguments) -> Result<Verdict> {
    if let Some(file) = &arguments.check_settings {
        return check_settings_file(arguments, file);
    }
    let path = arguments.message.as_deref().unwrap_or(Path::new(""));
    let workspace = workspace_around(path)?;
    let message = one_message(&workspace, path)?;
    let known = knowledge(&workspace);
    let contract = Contract::of(&known, [&message]);
    note_broken(&contract);
    let scenarios = scenarios(arguments, &workspace)?;
    let target = choose(wanted(arguments), &message, &scenarios, &contract)?;
    if arguments.advanced_settings {
        print(&advanced_settings(&target))?;
        return Ok(Verdict::Fine);
    }
    let options = TriggerOptions {
        by: arguments.by.map(Into::into),
        prioritization: workspace.config.trigger.prioritization.clone(),
        broadcast: arguments.broadcast,
        attributes: arguments.attributes,
        to_new: arguments.to_new,
    };
    let body = build(target, &contract, &scenarios, &options)?;
    let found = check_body(&body, &contract, &scenarios, &known.endpoints)
        .map_err(ProjectError::Content)?;
    let worst = said(&found.iter().filter(|one| one.severity > Severity::Info).collect::<Vec<_>>());
    note(&in_short(&found));
    if let Some(hint) = bulk_hint(body.recipients as u64) {
        note(&hint);
    }
    if arguments.send {
        if worst {
            note("nothing was sent because of an error\n");
            return Ok(Verdict::Found);
        }
        return send(arguments, &workspace, &body);
    }
    match arguments.form {
        TriggerForm::Json => print_exact(body.source.text())?,
        TriggerForm::Curl => print_exact(&command(&workspace, &body))?,
    }
    Ok(if worst { Verdict::Found } else { Verdict::Fine })
}

/// Summarizes hints in a line each: unused properties, and optional ones.
fn in_short(found: &[Diagnostic]) -> String {
    let mut text = String::new();
    for (code, words) in [
        ("payload-unread-field", "in the request, but the message never reads"),
        ("payload-lacks-field", "not in the request, but the message works without"),
    ] {
        let such = found.iter().filter(|one| one.code == code && one.severity == Severity::Info);
        let names = such.filter_map(|one| one.message.split('`').nth(1));
        let names = names.map(|name| format!("`{name}`")).collect::<Vec<_>>();
        if !names.is_empty() {
            text.push_str(&format!("note: {words}: {}\n", names.join(", ")));
        }
    }
    text
}

fn wanted(arguments: &TriggerArguments) -> Wanted<'_> {
    Wanted { campaign: arguments.campaign.as_deref(), canvas: arguments.canvas.as_deref() }
}

fn one_message(workspace: &Workspace, path: &Path) -> Result<Message> {
    let mut messages = messages_at(workspace, path)?;
    if messages.len() > 1 {
        let message = format!(
            "`{}` contains {} messages, but `trigger` takes one",
            path.display(),
            messages.len()
        );
        let help = format!("name one of them, such as `{}`", messages[0].name);
        return Err(ProjectError::Unknown { message, help }.into());
    }
    Ok(messages.remove(0))
}

fn scenarios(arguments: &TriggerArguments, workspace: &Workspace) -> Result<Vec<Scenario>> {
    let named = arguments.scenario.iter().map(|name| workspace.scenario(name));
    let mut scenarios = named.collect::<Result<Vec<_>, _>>()?;
    let overlay = Overlay::of_settings(&arguments.set)?;
    scenarios.iter_mut().for_each(|scenario| overlay.apply(scenario));
    Ok(scenarios)
}

/// Returns the command that sends a body.
fn command(workspace: &Workspace, body: &TriggerBody) -> String {
    let trigger = &workspace.config.trigger;
    let credentials = workspace.config.credentials(&Environment::of_process());
    let variable = match credentials.source(&trigger.credential) {
        Ok(CredentialSource::Header { env, .. }) => env.clone(),
        _ => KEY_VARIABLE.to_owned(),
    };
    let path = body.target.kind.path();
    let (url, endpoint) = match &trigger.endpoint {
        Some(endpoint) => {
            (vec![ShownPiece::Text(format!("{}{path}", endpoint.trim_end_matches('/')))], "")
        }
        None => {
            let pieces = vec![
                ShownPiece::Variable(ENDPOINT_VARIABLE.to_owned()),
                ShownPiece::Text(path.to_owned()),
            ];
            (pieces, "`$BRAZE_REST_ENDPOINT` is the endpoint of your instance; ")
        }
    };
    let text = body.source.text();
    let command = CurlCommand {
        method: "POST".to_owned(),
        url: quoted(&url),
        headers: vec![
            // Avoids repeating `Bearer ` if the variable starts with it.
            format!("\"Authorization: Bearer ${{{variable}#Bearer }}\""),
            "'Content-Type: application/json'".to_owned(),
        ],
        body: Some((quoted(&[ShownPiece::Text(text.to_owned())]), text.len())),
    };
    note(&format!(
        "note: {endpoint}`${variable}` is the REST API key; set it in the environment before you \
         run the command\n"
    ));
    command.text()
}

fn send(
    arguments: &TriggerArguments,
    workspace: &Workspace,
    body: &TriggerBody,
) -> Result<Verdict> {
    let Target { kind, id } = &body.target;
    let whom = match body.recipients {
        0 => format!("the whole audience of the {} {id}", kind.word()),
        1 => format!("1 recipient of the {} {id}", kind.word()),
        many => format!("{many} recipients of the {} {id}", kind.word()),
    };
    let destination = match &arguments.mock {
        Some(url) => Destination::mock(url)?,
        None => Destination::braze(workspace, &Environment::of_process(), Purpose::Trigger)?,
    };
    if arguments.broadcast && !arguments.yes && !confirmed(&whom)? {
        note("nothing was sent\n");
        return Ok(Verdict::Found);
    }
    let delivery = deliver(&destination, *kind, body.source.text())
        .map_err(|error| ProjectError::Unknown { message: error.problem, help: error.help })?;
    let mut text = format!("sent to {whom}\n");
    match &delivery.dispatch_id {
        Some(id) => text.push_str(&format!("dispatch_id: {id}\n")),
        None => {
            note(&format!("note: Braze responded with {} but no `dispatch_id`\n", delivery.status))
        }
    }
    if let Some(message) = &delivery.message {
        text.push_str(&format!("message: {message}\n"));
    }
    if let Some(notice) = &delivery.notice {
        text.push_str(&format!("notice: {notice}\n"));
    }
    print(&text)?;
    Ok(Verdict::Fine)
}

/// Asks to confirm a broadcast.
fn confirmed(whom: &str) -> Result<bool> {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        let message = format!("sending to {whom} needs confirmation, but there is no terminal");
        let help = "pass `--yes` to send without confirmation".to_owned();
        return Err(ProjectError::Unknown { message, help }.into());
    }
    note(&format!("Send to {whom}? Type `yes` to send: "));
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).context("can't read the answer")?;
    Ok(answer.trim().eq_ignore_ascii_case("yes"))
}

/// Checks hand-written settings, optionally against the message's own ids.
fn check_settings_file(arguments: &TriggerArguments, file: &Path) -> Result<Verdict> {
    let workspace = workspace_around(arguments.message.as_deref().unwrap_or(file))?;
    let known = knowledge(&workspace);
    let target = match &arguments.message {
        Some(path) => {
            let message = one_message(&workspace, path)?;
            let contract = Contract::of(&known, [&message]);
            Some(choose(wanted(arguments), &message, &[], &contract)?)
        }
        None => None,
    };
    let text = read_file_to_string(file).map_err(|e| ProjectError::unreadable(file, &e))?;
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    let source = Arc::new(Source::new(file.display().to_string(), text));
    let found = check_settings(&known, &source, target.as_ref());
    if arguments.format != LintFormat::Human {
        let files = [source.name().to_owned()];
        let findings = formats::Findings::of(&found, &files);
        print_formatted(&findings, arguments.format)?;
        return Ok(if found.is_empty() { Verdict::Fine } else { Verdict::Found });
    }
    let mut text = String::new();
    found.iter().for_each(|one| draw(one, look_of_output(), &mut text));
    text.push_str(&match found.len() {
        0 => format!("{} is valid for SessionM\n", source.name()),
        1 => "found 1 error\n".to_owned(),
        many => format!("found {many} errors\n"),
    });
    print(&text)?;
    Ok(if found.is_empty() { Verdict::Fine } else { Verdict::Found })
}
