use gen_lsp_types as lsp;
use meniscus_preview::page::rendering::Rendering;

use super::completion::markdown;
use super::snapshot::{Role, Snapshot};
use crate::language::{Hover, hover};
use crate::text::Span;

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
    (!rows.is_empty()).then(|| format!("| recipient | prints |\n|---|---|\n{}", rows.join("\n")))
}

/// Returns what the output around an offset prints, for a table; nothing if there is none.
fn printed_at(rendering: &Rendering, shown: &str, offset: usize) -> Option<String> {
    let values = Printed::of(rendering, shown);
    let holds = |span: Span| span.range().contains(&offset) || span.end as usize == offset;
    if let Some(printed) = values.iter().find(|one| holds(one.span)) {
        return Some(match printed.texts.as_slice() {
            [] => "**blank**".to_owned(),
            [text] => cell(&code(text)),
            [first, ..] => format!("{} and {} more", cell(&code(first)), printed.texts.len() - 1),
        });
    }
    None
}

/// What an output of a template prints, each time it is reached.
pub(super) struct Printed {
    pub span: Span,
    /// What was printed and isn't empty, in order.
    pub texts: Vec<String>,
    /// How often it printed nothing.
    pub blanks: usize,
}

impl Printed {
    /// Returns the outputs of a file that were reached, by their places.
    pub fn of(rendering: &Rendering, shown: &str) -> Vec<Printed> {
        let mut all = Vec::<Printed>::new();
        for outcome in &rendering.outcomes {
            let Some(map) = &outcome.map else { continue };
            for mark in &map.marks {
                let is_output = mark.at.source.slice(mark.at.span).starts_with("{{");
                if mark.at.source.name() != shown || !is_output {
                    continue;
                }
                let text = outcome.output.get(mark.start..mark.end).unwrap_or_default();
                let at = match all.iter().position(|one| one.span == mark.at.span) {
                    Some(at) => at,
                    None => {
                        all.push(Printed { span: mark.at.span, texts: Vec::new(), blanks: 0 });
                        all.len() - 1
                    }
                };
                match text.trim().is_empty() {
                    true => all[at].blanks += 1,
                    false => all[at].texts.push(text.to_owned()),
                }
            }
        }
        all
    }
}

/// Shortens a text to one line.
pub(super) fn short(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
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
    text.replace('<', "&lt;").replace('*', "\\*")
}
