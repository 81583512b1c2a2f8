use std::io::IsTerminal;

use anyhow::{Result, anyhow};
use meniscus::diagnostic::{Diagnostic, Severity};
use meniscus::endpoint::Endpoints;
use meniscus::http::longest_first;
use meniscus::project::{Channel, Message, ProjectError, Workspace};
use meniscus::recording::Replay;
use meniscus::report::{all_secrets, draw};
use meniscus::send::Hidden;
use meniscus::send::webhook::{Requested, WebhookContext, request_of, show};

use super::Verdict;
use super::arguments::RenderArguments;
use super::formats::RequestForm;
use super::jobs::{Done, not_sent};
use super::terminal::{look, note, print_exact, show_pack_errors};

/// Rejects messages other than webhooks before rendering.
pub(super) fn require_webhooks(messages: &[Message]) -> Result<()> {
    let other = messages.iter().find(|message| message.channel != Some(Channel::Webhook));
    let Some(message) = other else { return Ok(()) };
    let message = format!("`{}` isn't a webhook, which `--as` needs", message.name);
    let help = "add `channel = \"webhook\"` to its message.toml, or remove `--as`".to_owned();
    Err(ProjectError::Unknown { message, help }.into())
}

/// Shows webhook requests on stdout, everything else on stderr.
pub(super) fn show_requests(
    arguments: &RenderArguments,
    form: RequestForm,
    workspace: &Workspace,
    messages: &[Message],
    done: &[Done],
) -> Result<Verdict> {
    let packs = workspace.packs().map_err(|errors| {
        show_pack_errors(&errors);
        anyhow!("{} of the schemas can't be used", errors.len())
    })?;
    let endpoints = Endpoints::new(packs, &Replay::default());
    let together = |a: &Done, b: &Done| {
        a.job.message == b.job.message && a.job.scenario.name == b.job.scenario.name
    };
    let groups = done.chunk_by(together).collect::<Vec<_>>();
    let mut found = false;
    for parts in &groups {
        let Some(first) = parts.first() else { continue };
        let Some(message) = messages.iter().find(|message| message.name == first.job.message)
        else {
            continue;
        };
        let scenario = &first.job.scenario.name;
        if groups.len() > 1 {
            note(&format!("── {} · {scenario} ──\n", message.name));
        }
        let problems = parts.iter().flat_map(|one| &one.outcome.diagnostics).collect::<Vec<_>>();
        found |= said(&problems);
        if let Some(abort) = parts.iter().find_map(|one| one.outcome.abort.as_ref()) {
            note(&not_sent(abort));
            found |= arguments.fail_on_abort;
            continue;
        }
        let texts = parts.iter().map(|one| (&one.job.part, &*one.outcome.output));
        let texts = texts.collect::<Vec<_>>();
        let ports = &workspace.config.live.allow_ports;
        let secrets = |one: &Done| all_secrets(&one.outcome, &one.job.scenario, &workspace.config);
        let mut secrets = parts.iter().flat_map(secrets).collect::<Vec<_>>();
        longest_first(&mut secrets);
        let context = WebhookContext { endpoints: &endpoints, ports, scenario, secrets: &secrets };
        let Requested { request, diagnostics } = request_of(message, &texts, &context)?;
        found |= said(&diagnostics.iter().collect::<Vec<_>>());
        let Some(request) = request else { continue };
        let hidden = if arguments.show_secrets { Hidden::nothing() } else { request.hidden() };
        let (text, variables) = show(&request, form.into(), &hidden).map_err(|message| {
            let help = "use `--as http`".to_owned();
            ProjectError::Unknown { message, help }
        })?;
        print_exact(&text)?;
        if std::io::stdout().is_terminal() && !text.ends_with('\n') {
            note("\n");
        }
        note(&placeholders(&variables, form));
    }
    Ok(if found { Verdict::Found } else { Verdict::Fine })
}

/// Draws diagnostics; returns whether one is an error.
pub(super) fn said(diagnostics: &[&Diagnostic]) -> bool {
    let mut text = String::new();
    for diagnostic in diagnostics {
        draw(diagnostic, look(), &mut text);
    }
    note(&text);
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}

/// Explains the variables that stand for secrets.
fn placeholders(variables: &[String], form: RequestForm) -> String {
    if variables.is_empty() {
        return String::new();
    }
    let names = variables.iter().map(|name| format!("`${name}`")).collect::<Vec<_>>().join(", ");
    let (stands, is) = match variables {
        [_] => ("stands", "a credential that isn't"),
        _ => ("stand", "credentials that aren't"),
    };
    let fill = match form {
        RequestForm::Curl => "; set it in the environment before you run the command",
        RequestForm::Http => "; `Content-Length` counts the body with it",
        RequestForm::Json => "",
    };
    let fill = if variables.len() > 1 { fill.replace(" it", " them") } else { fill.to_owned() };
    format!("note: {names} {stands} for {is} shown{fill}; print all with `--show-secrets`\n")
}
