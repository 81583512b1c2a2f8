use crate::analyze::TextPart;
use crate::diagnostic::{Edit, Fix, Safety};
use crate::rules::reading::flat::Flat;
use crate::rules::reading::outgoing::{bodies, looks_like_json};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::Span;

rule! {
    /// An inline JSON body that contains spaces.
    ///
    /// ## What it does
    ///
    /// Reports spaces in a JSON body that is written directly in the `connected_content` tag. A
    /// captured body may contain spaces and line breaks.
    ///
    /// ## Why it matters
    ///
    /// An inline body ends at its first space. The other system gets a fragment of JSON and
    /// responds with an error.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/quiz :method post :content_type application/json :body {"round": 3} :save quiz %}
    /// {{ quiz.title | default: 'Quiz' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% capture body %}{"round": 3}{% endcapture %}
    /// {% connected_content https://api.larkspur.example/quiz :method post :content_type application/json :body {{body}} :save quiz %}
    /// {{ quiz.title | default: 'Quiz' }}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it removes spaces between JSON tokens, which changes the body that Braze
    /// sends. If a string contains one of the spaces, no fix is offered.
    ///
    /// ## Source
    ///
    /// Braze: Body forms (reference, section 2.1.3).
    name: "body-with-spaces", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for body in bodies(subject) {
        let inline = |part: &TextPart<'_>| match part {
            TextPart::Text { at: Some(at), .. } => is_inside(at.span, body.whole.span),
            _ => false,
        };
        if body.call.is_none() || !looks_like_json(&body.text) {
            continue;
        }
        // A variable's value was captured or assigned, so it may have spaces.
        let texts = body.parts().iter().filter(|(_, part)| inline(part));
        let spaces = texts.flat_map(|(start, part)| match part {
            TextPart::Text { text, .. } => spaces_of(*start, text),
            TextPart::Interpolation(_) => Vec::new(),
        });
        let spaces = spaces.collect::<Vec<_>>();
        let Some(first) = spaces.first() else { continue };
        let at = body.site(first.clone());
        let count = spaces.len();
        let report = findings
            .report(body.model, body.whole, "an inline JSON body can't contain spaces")
            .label(format!("the body ends at the first space ({count} in total)"))
            .help("capture the body, then pass it with `:body {{name}}`");
        if at.span == body.whole.span {
            continue;
        }
        if let Some(fix) = without(&body, &spaces) {
            report.fix(fix);
        }
    }
}

/// Removes the spaces, unless one is inside a string.
fn without(body: &Flat<'_, '_>, spaces: &[std::ops::Range<usize>]) -> Option<Fix> {
    let mut edits = Vec::with_capacity(spaces.len());
    let (mut from, mut in_text) = (0, false);
    for space in spaces {
        let quotes = body.text[from..space.start].replace("\\\"", "").matches('"').count();
        (from, in_text) = (space.start, in_text ^ (quotes % 2 == 1));
        if in_text {
            return None;
        }
        edits.push(Edit { span: body.written(space.clone())?.span, text: String::new() });
    }
    Some(Fix { title: "remove the spaces".to_owned(), safety: Safety::Safe, edits })
}

/// Runs of white space.
fn spaces_of(start: usize, text: &str) -> Vec<std::ops::Range<usize>> {
    let mut found: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, space) in text.match_indices(|c: char| c.is_ascii_whitespace()) {
        let (from, to) = (start + at, start + at + space.len());
        match found.last_mut().filter(|last| last.end == from) {
            Some(last) => last.end = to,
            None => found.push(from..to),
        }
    }
    found
}

fn is_inside(inner: Span, outer: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
