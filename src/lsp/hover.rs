use gen_lsp_types as lsp;
use meniscus_preview::page::printed::{Printed, short};
use meniscus_preview::page::rendering::Rendering;

use super::completion::markdown;
use super::snapshot::{Role, Snapshot};
use crate::language::{Hover, hover};

/// Most recipients in a table.
const MOST_RECIPIENTS: usize = 12;

/// Most characters shown of a value.
const MOST_CHARS: usize = 60;

/// Returns what is at a position: what is known of it, and what it prints for each recipient.
pub(super) fn at(file: &Snapshot, position: lsp::Position) -> Option<lsp::Hover> {
    let offset = file.lines().offset(position);
    let found = file.writing(|writing| hover(writing, offset))?;
    let mut text = describe(&found);
    if let Some(table) = table(file, offset) {
        text.push_str("\n\n");
        text.push_str(&table);
    }
    Some(lsp::Hover { contents: markdown(text).into(), range: Some(file.range(found.range)) })
}

fn describe(found: &Hover) -> String {
    let mut parts = vec![format!("```liquid\n{}\n```", found.title)];
    parts.extend(found.lines.iter().map(|line| escaped(line)));
    if let Some(sample) = &found.sample {
        parts.push(format!("Seen: {}", code(sample)));
    }
    parts.extend(found.docs.iter().map(|docs| escaped(docs)));
    parts.join("\n\n")
}

/// Returns what the output around an offset prints for each recipient, as a table.
fn table(file: &Snapshot, offset: usize) -> Option<String> {
    let Role::Part(message) = &file.role else { return None };
    let recipients = file.session.scenarios_for(&message.name).take(MOST_RECIPIENTS);
    let rows = recipients.filter_map(|scenario| {
        let rendering = file.rendered(&message.name, &scenario.name)?;
        let printed = printed_at(&rendering, &file.shown, offset)?;
        Some(format!("| {} | {printed} |", cell(&scenario.name)))
    });
    let rows = rows.collect::<Vec<_>>();
    (!rows.is_empty()).then(|| format!("| recipient | output |\n|---|---|\n{}", rows.join("\n")))
}

/// Returns what the output around an offset prints, for a table; nothing if there is none.
fn printed_at(rendering: &Rendering, shown: &str, offset: usize) -> Option<String> {
    let printed = Printed::at(rendering, shown, offset)?;
    Some(match printed.texts.as_slice() {
        [] => "**blank**".to_owned(),
        [text] => cell(&code(text)),
        [first, ..] => format!("{} and {} more", cell(&code(first)), printed.texts.len() - 1),
    })
}

/// Writes a text as code of Markdown.
fn code(text: &str) -> String {
    format!("`{}`", short(text, MOST_CHARS).replace('`', "'"))
}

/// Writes a text so that it stays in its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// Takes away what Markdown would read in a line.
fn escaped(text: &str) -> String {
    let last = text.matches('`').count();
    let pieces = text.split('`').enumerate().map(|(at, piece)| match at % 2 == 1 && at < last {
        // Code is read as it is.
        true => piece.to_owned(),
        false => piece.replace('<', "&lt;").replace('*', "\\*"),
    });
    pieces.collect::<Vec<_>>().join("`")
}
