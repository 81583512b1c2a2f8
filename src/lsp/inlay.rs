use gen_lsp_types as lsp;

use meniscus_preview::page::printed::{Printed, short};

use super::snapshot::{Role, Snapshot};

/// Most characters shown of a value.
const MOST_CHARS: usize = 32;

/// Returns what each output in a range prints for the chosen recipient, or for the first one.
pub(super) fn within(file: &Snapshot, range: lsp::Range) -> Vec<lsp::InlayHint> {
    let Role::Part(message) = &file.role else { return Vec::new() };
    let Some(scenario) = file.scenario() else { return Vec::new() };
    let Some(rendering) = file.rendered(&message.name, scenario) else { return Vec::new() };
    let lines = file.lines();
    let range = lines.offsets(range);
    let printed = Printed::of(&rendering, &file.shown);
    let seen = printed
        .iter()
        .filter(|one| one.span.start as usize >= range.start && one.span.end as usize <= range.end);
    let hints = seen.map(|one| {
        let label = match (one.texts.as_slice(), one.blanks) {
            ([], _) => "blank".to_owned(),
            ([text], 0) => short(text, MOST_CHARS),
            ([first, ..], blanks) => {
                format!("{} ×{}", short(first, MOST_CHARS), one.texts.len() + blanks)
            }
        };
        let about = format!("Output for {scenario}");
        lsp::InlayHint {
            position: lines.position(one.span.end as usize),
            label: lsp::Label::String(label),
            kind: None,
            text_edits: None,
            tooltip: Some(lsp::Tooltip::String(about)),
            padding_left: Some(true),
            padding_right: Some(false),
            data: None,
        }
    });
    hints.collect()
}
