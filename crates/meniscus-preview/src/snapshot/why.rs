use super::{Cause, PlannedRecordings, Tested, ValueOf};
use crate::http::masked;
use crate::text::Source;

/// Most template lines shown with a cause.
const SHOWN_LINES: usize = 3;

/// Most runs of lines that are listed.
const SHOWN_RANGES: usize = 8;

/// Most characters shown of a line.
const SHOWN_CHARS: usize = 100;

/// Describes a cause: a line, and the template lines it is about.
#[must_use]
pub fn why(recordings: &PlannedRecordings, tested: &Tested, cause: &Cause) -> Vec<String> {
    match cause {
        Cause::Text { block, lines, gone } => text(tested, block.as_deref(), lines, gone),
        Cause::Block { name, is_new: true } => {
            vec![format!("the content block `{name}` is now included")]
        }
        Cause::Block { name, is_new: false } => {
            vec![format!("the content block `{name}` is no longer included")]
        }
        Cause::Recording { name, lines, gone } => {
            let known = recordings.get(name).map(|known| &*known.source);
            let file = known.map_or_else(String::new, |source| format!(" ({})", source.name()));
            let what = format!("the recording `{name}`{file} now has a different response");
            changed(what, known, lines, gone)
        }
        Cause::Answers { before, now } => vec![match (&before[..], &now[..]) {
            ([], now) => format!("{} answered; before, nothing did", listed(now)),
            (before, []) => format!("{} answered before; now nothing does", listed(before)),
            (before, now) => {
                format!("{} answered instead of {}", listed(now), listed(before))
            }
        }],
        Cause::Value { of, path, before, now } => {
            let what = match of {
                ValueOf::Scenario if path == "now" || path == "seed" => {
                    format!("the scenario's `{path}`")
                }
                ValueOf::Scenario => format!("the scenario's `{path}`"),
                ValueOf::Variables => format!("the variable `{path}` in meniscus.toml"),
                ValueOf::Settings => format!("the setting `{path}` in meniscus.toml"),
            };
            vec![match (before, now) {
                (Some(before), Some(now)) => format!("{what} changed: {before} → {now}"),
                (None, Some(now)) => format!("{what} is new: {now}"),
                (Some(before), None) => format!("{what} was removed: it was {before}"),
                (None, None) => format!("{what} changed"),
            }]
        }
        Cause::Version { before } => vec![format!(
            "none of its inputs changed: it was accepted with meniscus {before}, and this is {}",
            env!("CARGO_PKG_VERSION")
        )],
    }
}

fn listed(names: &[String]) -> String {
    let names = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
    match &names[..] {
        [name] => format!("the recording {name}"),
        names => format!("the recordings {}", names.join(", ")),
    }
}

fn text(
    tested: &Tested,
    block: Option<&str>,
    lines: &[(usize, usize)],
    gone: &[usize],
) -> Vec<String> {
    let blocks = &tested.case.scenario.world.blocks;
    let source = match block {
        None => Some(&**tested.case.part.part.source()),
        Some(name) => blocks.get(name).map(|block| &*block.template.source),
    };
    let name = match (block, source) {
        (None, Some(source)) => source.name().to_owned(),
        (Some(name), _) => format!("the content block `{name}`"),
        (None, None) => "the template".to_owned(),
    };
    changed(format!("{name} changed"), source, lines, gone)
}

/// Describes what changed, the line numbers, and the first lines.
fn changed(
    what: String,
    source: Option<&Source>,
    lines: &[(usize, usize)],
    gone: &[usize],
) -> Vec<String> {
    let mut ranges = lines
        .iter()
        .take(SHOWN_RANGES)
        .map(|(first, last)| match first == last {
            true => format!("line {first}"),
            false => format!("lines {first} to {last}"),
        })
        .collect::<Vec<_>>();
    ranges.extend(gone.iter().take(SHOWN_RANGES).map(|behind| match behind {
        0 => "the old first line was removed".to_owned(),
        behind => format!("text after line {behind} was removed"),
    }));
    if ranges.is_empty() {
        return vec![what];
    }
    let mut said = vec![format!("{what}: {}", ranges.join(", "))];
    let numbers = lines.iter().flat_map(|(first, last)| *first..=*last);
    if let Some(source) = source {
        let text = masked(source.text());
        for number in numbers.take(SHOWN_LINES) {
            said.push(format!("{number} │ {}", line_of(&text, number)));
        }
    }
    said
}

fn line_of(text: &str, number: usize) -> String {
    let line = text.lines().nth(number - 1).unwrap_or_default();
    match line.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// Returns the first line of the template in a case's causes, from 1.
pub fn changed_line(causes: &[Cause], source: &Source) -> usize {
    let lines = source.text().lines().count().max(1);
    let named = causes.iter().find_map(|cause| match cause {
        Cause::Text { block: None, lines, gone } => {
            lines.first().map(|(first, _)| *first).or(gone.first().copied())
        }
        _ => None,
    });
    named.unwrap_or(1).clamp(1, lines)
}
