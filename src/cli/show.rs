use std::io::{IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, Result};
use meniscus::diagnostic::{Diagnostic, Severity};
use meniscus::project::{ProjectError, Workspace, default_now};
use meniscus::render::{Abort, Outcome};
use meniscus::report::{Rendered, draw, explain, list_calls, list_extras, list_missing, to_json};

use super::Verdict;
use super::arguments::{Format, RenderArguments};
use super::render::{Done, Job};
use super::terminal::{look, note, print};

/// Shows what was rendered: the messages on standard output or in files, everything else on
/// standard error.
pub(super) fn show(
    arguments: &RenderArguments,
    workspace: &Workspace,
    done: &[Done],
) -> Result<Verdict> {
    match (arguments.format, &arguments.out) {
        (Format::Text, _) => show_texts(arguments, workspace, done)?,
        (Format::Json, None) => {
            let renders = done.iter().map(rendered).collect::<Vec<_>>();
            print(&format!("{:#}\n", to_json(&renders)))?;
        }
        (Format::Json, Some(folder)) => {
            for one in done {
                let json = format!("{:#}\n", to_json(&[rendered(one)]));
                write_out(arguments, folder, &one.job, "json", &json)?;
            }
        }
    }
    Ok(verdict(arguments, done))
}

fn verdict(arguments: &RenderArguments, done: &[Done]) -> Verdict {
    let found = done.iter().any(|Done { outcome, .. }| {
        let error = outcome.diagnostics.iter().any(|d| d.severity == Severity::Error);
        error || (outcome.abort.is_some() && arguments.fail_on_abort)
    });
    if found { Verdict::Found } else { Verdict::Fine }
}

fn rendered(done: &Done) -> Rendered<'_> {
    let Job { message, part, scenario } = &done.job;
    Rendered { message, part: &part.name, scenario: &scenario.name, outcome: &done.outcome }
}

fn show_texts(arguments: &RenderArguments, workspace: &Workspace, done: &[Done]) -> Result<()> {
    let many = done.len() > 1;
    // A template is parsed for every scenario; what is wrong with it is said once.
    let mut said = Vec::new();
    for Done { job, outcome } in done {
        if many {
            let Job { message, part, scenario } = job;
            note(&format!("── {message} · {} · {} ──\n", part.name, scenario.name));
        }
        match (&outcome.abort, &arguments.out) {
            (Some(abort), _) => note(&not_sent(abort)),
            (None, Some(folder)) => write_out(arguments, folder, job, "txt", &outcome.output)?,
            (None, None) => print_text(&outcome.output, many)?,
        }
        let mut text = String::new();
        for diagnostic in &outcome.diagnostics {
            if !is_said(&mut said, diagnostic) {
                draw(diagnostic, look(), &mut text);
            }
        }
        add_notes(arguments, workspace, job, outcome, &mut text);
        if !text.is_empty() && !many && arguments.out.is_none() && cuts_a_line(outcome) {
            note("\n");
        }
        note(&text);
    }
    Ok(())
}

/// Prints a text byte for byte; with more than one, each ends its last line, so that the next
/// begins a new one.
fn print_text(text: &str, many: bool) -> Result<()> {
    print(text)?;
    if many && !text.is_empty() && !text.ends_with('\n') { print("\n") } else { Ok(()) }
}

/// Whether what follows on a terminal would stand in the text's last line.
fn cuts_a_line(outcome: &Outcome) -> bool {
    let open =
        outcome.abort.is_none() && !outcome.output.is_empty() && !outcome.output.ends_with('\n');
    open && std::io::stdout().is_terminal() && std::io::stderr().is_terminal()
}

fn not_sent(abort: &Abort) -> String {
    let place = abort.at.as_ref().map_or(String::new(), |at| {
        let position = at.source.position(at.span.start as usize);
        format!(" at {}:{}:{}", at.source.name(), position.line, position.column)
    });
    format!("not sent: {}: {}{place}\n", abort.kind.name(), abort.reason)
}

/// What tells one diagnostic from another.
type Key = (&'static str, String, u32, String);

fn is_said(said: &mut Vec<Key>, diagnostic: &Diagnostic) -> bool {
    let place = &diagnostic.primary;
    let key = (
        diagnostic.code,
        place.source.name().to_owned(),
        place.span.start,
        diagnostic.message.clone(),
    );
    let known = said.contains(&key);
    if !known {
        said.push(key);
    }
    known
}

fn add_notes(
    arguments: &RenderArguments,
    workspace: &Workspace,
    job: &Job,
    outcome: &Outcome,
    text: &mut String,
) {
    let template = job.part.source.text();
    let asks_the_clock = template.contains("'now'") || template.contains("\"now\"");
    if job.scenario.now.is_none() && asks_the_clock {
        let now = default_now().into_utc();
        text.push_str(&format!(
            "note: 'now' is {now}, as the scenario has no `now`; `--now TIME` sets it\n"
        ));
    }
    if arguments.trace {
        list_calls(&outcome.calls, text);
        list_extras(outcome, text);
        list_missing(outcome, text);
    }
    if let (true, Some(trace)) = (arguments.why, &outcome.trace) {
        explain(trace, &outcome.calls, &job.scenario, workspace, text);
    }
}

/// Writes one text below a folder, to a temporary name that is then renamed. A file with another
/// text is left alone unless `--overwrite` is given.
fn write_out(
    arguments: &RenderArguments,
    folder: &Path,
    job: &Job,
    ending: &str,
    text: &str,
) -> Result<()> {
    let folder = folder.join(&job.message).join(&job.part.name);
    let path = folder.join(format!("{}.{ending}", job.scenario.name));
    if let Ok(known) = std::fs::read(&path) {
        if known == text.as_bytes() {
            return Ok(());
        }
        if !arguments.overwrite {
            return Err(ProjectError::Unknown {
                message: format!("`{}` holds another text", path.display()),
                help: "pass `--overwrite` to replace it, or choose another folder".to_owned(),
            }
            .into());
        }
    }
    let written = || -> std::io::Result<()> {
        std::fs::create_dir_all(&folder)?;
        let mut file = tempfile::NamedTempFile::new_in(&folder)?;
        file.write_all(text.as_bytes())?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(())
    };
    written().with_context(|| format!("cannot write `{}`", path.display()))?;
    note(&format!("wrote {}\n", path.display()));
    Ok(())
}
