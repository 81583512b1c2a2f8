use std::collections::HashSet;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use indexmap::IndexMap;
use meniscus::diagnostic::{Diagnostic, Severity};
use meniscus::project::{ProjectError, Workspace, default_now};
use meniscus::render::{ContentBlock, Outcome};
use meniscus::report::{draw, explain, list_calls, list_extras, list_missing};
use meniscus::syntax::Template;
use meniscus::wire::{Rendered, describe};
use serde_json::json;

use super::Verdict;
use super::arguments::RenderArguments;
use super::formats::Format;
use super::jobs::{Done, Job, not_sent};
use super::terminal::{look, note, print_exact};
use meniscus::files::{Placement, write_whole};

/// Most diagnostics drawn for one text.
const MAX_DRAWN: usize = 100;

/// Shows the result: messages on stdout or in files, everything else on stderr.
pub(super) fn show(
    arguments: &RenderArguments,
    workspace: &Workspace,
    blocks: &IndexMap<String, ContentBlock>,
    done: &[Done],
) -> Result<Verdict> {
    if let Some(folder) = &arguments.out {
        refuse_conflicts(arguments, folder, done)?;
    }
    match (arguments.format, &arguments.out) {
        (Format::Text, _) => show_texts(arguments, workspace, done)?,
        (Format::Json, None) => print_exact(&json(arguments, workspace, blocks, done))?,
        (Format::Json, Some(folder)) => {
            for one in done {
                let json = json(arguments, workspace, blocks, std::slice::from_ref(one));
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

/// Describes renders as JSON.
fn json(
    arguments: &RenderArguments,
    workspace: &Workspace,
    blocks: &IndexMap<String, ContentBlock>,
    done: &[Done],
) -> String {
    let explained = done.iter().map(|one| explained(arguments, workspace, one));
    let explained = explained.collect::<Vec<_>>();
    let templates = done.iter().map(|Done { job, .. }| {
        let blocks = blocks.values().map(|block| &*block.template);
        std::iter::once(&*job.part.template).chain(blocks).collect::<Vec<&Template>>()
    });
    let templates = templates.collect::<Vec<_>>();
    let renders = done.iter().zip(&explained).zip(&templates);
    let renders = renders.map(|((Done { job, outcome }, why), templates)| Rendered {
        message: &job.message,
        part: &job.part.name,
        scenario: &job.scenario.name,
        outcome,
        templates,
        why: why.as_deref(),
    });
    let renders = renders.collect::<Vec<_>>();
    format!("{:#}\n", describe(&renders, |document| json!(document)))
}

/// Returns the output of `--why` and `--trace`, for JSON.
fn explained(arguments: &RenderArguments, workspace: &Workspace, done: &Done) -> Option<String> {
    let trace = done.outcome.trace.as_ref()?;
    let mut text = String::new();
    if arguments.trace {
        list_missing(&done.outcome, &mut text);
    }
    if arguments.why {
        explain(trace, &done.outcome, &done.job.scenario, workspace, &mut text);
    }
    Some(text)
}

fn show_texts(arguments: &RenderArguments, workspace: &Workspace, done: &[Done]) -> Result<()> {
    let many = done.len() > 1 || arguments.watch;
    // A template is parsed for every scenario, but its errors are reported once.
    let mut said = HashSet::new();
    for Done { job, outcome } in done {
        if many {
            let Job { message, part, scenario, .. } = job;
            note(&format!("── {message} · {} · {} ──\n", part.name, scenario.name));
        }
        match (&outcome.abort, &arguments.out) {
            (Some(abort), out) => {
                note(&not_sent(abort));
                if let Some(folder) = out {
                    remove_out(folder, job)?;
                }
            }
            (None, Some(folder)) => write_out(arguments, folder, job, "txt", &outcome.output)?,
            (None, None) => print_text(&outcome.output, many)?,
        }
        let mut text = String::new();
        let fresh = outcome.diagnostics.iter().filter(|diagnostic| !is_said(&mut said, diagnostic));
        let fresh = fresh.collect::<Vec<_>>();
        for diagnostic in fresh.iter().take(MAX_DRAWN) {
            draw(diagnostic, look(), &mut text);
        }
        if let Some(more) = fresh.len().checked_sub(MAX_DRAWN).filter(|more| *more > 0) {
            text.push_str(&format!("note: {more} more; see all with `--format json`\n"));
        }
        add_notes(arguments, workspace, job, outcome, &mut text);
        if !text.is_empty() && !many && arguments.out.is_none() && cuts_a_line(outcome) {
            note("\n");
        }
        note(&text);
    }
    Ok(())
}

/// Prints a text unchanged; with several, each ends with a line break, so that the next starts on a
/// new line.
fn print_text(text: &str, many: bool) -> Result<()> {
    print_exact(text)?;
    if many && !text.is_empty() && !text.ends_with('\n') { print_exact("\n") } else { Ok(()) }
}

/// Whether later output on a terminal would continue the text's last line.
fn cuts_a_line(outcome: &Outcome) -> bool {
    let open =
        outcome.abort.is_none() && !outcome.output.is_empty() && !outcome.output.ends_with('\n');
    open && std::io::stdout().is_terminal() && std::io::stderr().is_terminal()
}

/// Identifies a diagnostic.
type Key = (&'static str, String, u32, String);

fn is_said(said: &mut HashSet<Key>, diagnostic: &Diagnostic) -> bool {
    let place = &diagnostic.primary;
    let name = place.source.name().to_owned();
    !said.insert((diagnostic.code, name, place.span.start, diagnostic.message.clone()))
}

fn add_notes(
    arguments: &RenderArguments,
    workspace: &Workspace,
    job: &Job,
    outcome: &Outcome,
    text: &mut String,
) {
    let template = job.part.source().text();
    let asks_the_clock = template.contains("'now'") || template.contains("\"now\"");
    if job.scenario.now.is_none() && asks_the_clock {
        let now = default_now().into_utc();
        text.push_str(&format!(
            "note: 'now' is {now}, because the scenario has no `now`; set it with `--now TIME`\n"
        ));
    }
    if arguments.data.is_some() && template.contains("${") {
        text.push_str("note: `--data` reads plain Liquid, where `${…}` is empty\n");
    }
    if arguments.trace {
        list_calls(&outcome.calls, text);
        list_extras(outcome, text);
        list_missing(outcome, text);
    }
    if let (true, Some(trace)) = (arguments.why, &outcome.trace) {
        explain(trace, outcome, &job.scenario, workspace, text);
    }
}

/// Returns the file for a text.
fn out_path(folder: &Path, job: &Job, ending: &str) -> PathBuf {
    let folder = folder.join(&job.message).join(&job.part.name);
    folder.join(format!("{}.{ending}", job.scenario.name))
}

/// Reports all files with other contents before any is written, unless they may be replaced.
fn refuse_conflicts(arguments: &RenderArguments, folder: &Path, done: &[Done]) -> Result<()> {
    if arguments.overwrite || arguments.format == Format::Json {
        return Ok(());
    }
    let differs = |one: &&Done| {
        let wanted = one.outcome.abort.is_none().then_some(one.outcome.output.as_bytes());
        std::fs::read(out_path(folder, &one.job, "txt")).is_ok_and(|known| Some(&*known) != wanted)
    };
    let paths = done.iter().filter(differs).map(|one| out_path(folder, &one.job, "txt"));
    let paths = paths.map(|path| format!("`{}`", path.display())).collect::<Vec<_>>();
    match &paths[..] {
        [] => Ok(()),
        [one] => Err(conflict(format!("{one} would change")).into()),
        many => {
            Err(conflict(format!("{} files would change: {}", many.len(), many.join(", "))).into())
        }
    }
}

fn conflict(message: String) -> ProjectError {
    let help = "pass `--overwrite` to replace existing files, or choose another folder".to_owned();
    ProjectError::Unknown { message, help }
}

/// Removes the file of a message that is no longer sent; refusals were reported before.
fn remove_out(folder: &Path, job: &Job) -> Result<()> {
    let path = out_path(folder, job, "txt");
    match std::fs::remove_file(&path) {
        Ok(()) => note(&format!("removed {}\n", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => {
            return Err(error).with_context(|| format!("can't remove `{}`", path.display()));
        }
    }
    Ok(())
}

/// Writes a text below a folder through a temporary file. A file with another text is kept unless
/// `--overwrite` is given.
fn write_out(
    arguments: &RenderArguments,
    folder: &Path,
    job: &Job,
    ending: &str,
    text: &str,
) -> Result<()> {
    let path = out_path(folder, job, ending);
    if let Ok(known) = std::fs::read(&path) {
        if known == text.as_bytes() {
            note(&format!("unchanged {}\n", path.display()));
            return Ok(());
        }
        if !arguments.overwrite {
            return Err(conflict(format!("`{}` would change", path.display())).into());
        }
    }
    let written = write_whole(&path, text.as_bytes(), Placement::Replace);
    written.with_context(|| format!("can't write `{}`", path.display()))?;
    note(&format!("wrote {}\n", path.display()));
    Ok(())
}
