use std::sync::Arc;

use crate::project::Part;
use crate::text::{Source, Span};

/// Characters of rendered text that identify a place in the template, if they occur once in it.
const ANCHOR: usize = 8;
/// How far before a place such characters are searched for.
const FAR: usize = 400;

/// Returns a part without surrounding white space.
pub(super) fn whole(part: &Part) -> (&Arc<Source>, Span) {
    let text = part.source().text();
    let start = text.len() - text.trim_start().len();
    (part.source(), Span::new(start, start.max(text.trim_end().len())))
}

/// Returns where a template writes a place in the rendered text: the placeholder after the last of
/// its fixed strings found there, otherwise that string, or the whole part.
pub(super) fn template_near(part: &Part, rendered: &str, offset: usize) -> Span {
    let template = part.source().text();
    let starts = rendered[..offset].char_indices().rev().map(|(at, _)| at).take(FAR);
    let mut fragments = starts.filter_map(|start| {
        let end = rendered[start..].char_indices().nth(ANCHOR)?.0 + start;
        (end <= offset).then(|| &rendered[start..end])
    });
    let found = fragments.find_map(|fragment| {
        let mut places = template.match_indices(fragment);
        let (at, _) = places.next()?;
        places.next().is_none().then_some(at)
    });
    let Some(at) = found else { return whole(part).1 };
    let behind =
        template[at..].char_indices().nth(ANCHOR).map_or(template.len(), |(length, _)| at + length);
    let rest = &template[behind..];
    match rest.find("}}").filter(|_| rest.starts_with("{{")) {
        Some(end) => {
            // A name in `${…}` has its own closing brace.
            let end = end + rest[end..].bytes().take_while(|byte| *byte == b'}').count();
            Span::new(behind, behind + end)
        }
        None => Span::new(at, behind),
    }
}
