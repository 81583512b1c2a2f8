//! What the outputs of a template print in a render.

use std::collections::HashMap;

use super::rendering::Rendering;
use crate::text::Span;

/// What an output of a template prints, each time it is reached.
pub struct Printed {
    pub span: Span,
    /// What was printed and isn't empty, in order, without secrets.
    pub texts: Vec<String>,
    /// How often it printed nothing.
    pub blanks: usize,
}

impl Printed {
    /// Returns the output around an offset of a file, if it was reached.
    #[must_use]
    pub fn at(rendering: &Rendering, shown: &str, offset: usize) -> Option<Printed> {
        let holds = |span: Span| span.range().contains(&offset) || span.end as usize == offset;
        Printed::of(rendering, shown).into_iter().find(|one| holds(one.span))
    }

    /// Returns the outputs of a file that were reached, by their places.
    #[must_use]
    pub fn of(rendering: &Rendering, shown: &str) -> Vec<Printed> {
        let mut all = Vec::<Printed>::new();
        let mut places = HashMap::new();
        for outcome in &rendering.outcomes {
            let Some(map) = &outcome.map else { continue };
            for mark in &map.marks {
                let is_output = mark.at.source.slice(mark.at.span).starts_with("{{");
                if mark.at.source.name() != shown || !is_output {
                    continue;
                }
                let text = outcome.output.get(mark.start..mark.end).unwrap_or_default();
                let at = *places.entry(mark.at.span).or_insert_with(|| {
                    all.push(Printed { span: mark.at.span, texts: Vec::new(), blanks: 0 });
                    all.len() - 1
                });
                match text.trim().is_empty() {
                    true => all[at].blanks += 1,
                    false => all[at].texts.push(rendering.masked(text).into_owned()),
                }
            }
        }
        all
    }
}

/// Shortens a text to one line.
#[must_use]
pub fn short(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
