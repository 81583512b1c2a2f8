use std::sync::Arc;

use crate::diagnostic::{Fix, Safety};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::{Source, Span};

/// The keys that tell settings of a SessionM campaign from other JSON.
const KEYS: [&str; 2] = ["\"braze_campaign_id\"", "\"braze_canvas_id\""];

rule! {
    /// SessionM campaign settings that aren't valid JSON or weren't filled in.
    ///
    /// ## What it does
    ///
    /// Reports an extra comma, other invalid JSON, or a placeholder instead of an ID in settings
    /// with `braze_campaign_id` or `braze_canvas_id`. `unfilled-placeholder` reports a placeholder
    /// in double braces, and `undefined-variable` reports a name that is never set.
    ///
    /// ## Why it matters
    ///
    /// SessionM's Advanced Settings name the campaign or Canvas to trigger. The guide shows them
    /// with an extra comma and a placeholder. If you copy them as they are, SessionM can't read
    /// them, or triggers nothing.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {
    ///   "braze_campaign_id": "5c1e8a70-2d4b-4f96-a3c8-0e7b9d1f6a42",
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {
    ///   "braze_campaign_id": "5c1e8a70-2d4b-4f96-a3c8-0e7b9d1f6a42"
    /// }
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it removes a comma from the text, which changes what is sent.
    ///
    /// ## Source
    ///
    /// Braze: SessionM partner page (reference, sections 8.1 and 8.3).
    name: "campaign-settings", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for part in &subject.parts {
        let source = &part.template.source;
        let text = source.text();
        if !KEYS.iter().any(|key| text.contains(key)) || !text.trim_start().starts_with('{') {
            continue;
        }
        let commas = trailing_commas(text);
        for at in &commas {
            let span = Span::new(*at, at + 1);
            findings
                .report_in(source, span, "JSON doesn't allow a comma after the last entry")
                .label("extra comma")
                .help("remove the comma")
                .fix(Fix::replace("remove the comma", Safety::Safe, span, ""));
        }
        let placeholders = KEYS.iter().filter_map(|key| placeholder(text, key)).collect::<Vec<_>>();
        for (span, found) in &placeholders {
            let message = match found.is_empty() {
                true => "the ID from Braze is empty".to_owned(),
                false => format!("`{found}` isn't an ID from Braze"),
            };
            findings
                .report_in(source, *span, message)
                .label("not filled in")
                .help("copy the ID from the campaign's Schedule Delivery step");
        }
        // Braces mean Liquid or a placeholder, so it isn't JSON before they are filled in.
        if commas.is_empty() && placeholders.is_empty() && !text.contains("{{") {
            no_json(source, findings);
        }
    }
}

/// Returns commas directly before the end of an object or list.
fn trailing_commas(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut comma = None;
    let (mut inside, mut escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => {
                inside = !inside;
                comma = None;
            }
            _ if inside => {}
            b',' => comma = Some(at),
            b'}' | b']' => found.extend(comma.take()),
            byte if byte.is_ascii_whitespace() => {}
            _ => comma = None,
        }
    }
    found
}

/// Returns a key with a value that isn't an id, and the value.
fn placeholder<'t>(text: &'t str, key: &str) -> Option<(Span, &'t str)> {
    let start = text.find(key)?;
    let rest = text[start + key.len()..].trim_start().strip_prefix(':')?.trim_start();
    let value = text.len() - rest.len();
    let end = match rest.strip_prefix('"') {
        Some(inner) => value + 2 + inner.find(['"', '\n'])?,
        // Without quotes, the value ends where the entry does.
        None => value + rest.find([',', '\n']).unwrap_or(rest.len()),
    };
    let written = text[value..end].trim();
    let bare = written.trim_matches('"').trim();
    if bare.starts_with("{{") {
        // `unfilled-placeholder` covers `{{CAMPAIGN ID}}`; other names may be variables.
        return None;
    }
    let open = bare.is_empty()
        || bare.contains(['{', '}', '<', '>', ' ', '[', '$'])
        || bare.to_ascii_uppercase().starts_with("YOUR");
    open.then(|| (Span::new(start, value + written.len()), bare))
}

fn no_json(source: &Arc<Source>, findings: &mut Findings<'_>) {
    let text = source.text();
    let Err(error) = serde_json::from_str::<serde_json::Value>(text) else { return };
    let line = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len);
    let start = line.sum::<usize>() + error.column().saturating_sub(1);
    let start = text.floor_char_boundary(start.min(text.len()));
    let length = text[start..].chars().next().map_or(0, char::len_utf8);
    let words = error.to_string();
    let words = words.split(" at line").next().unwrap_or_default();
    findings
        .report_in(
            source,
            Span::new(start, start + length),
            format!("the settings aren't valid JSON: {words}"),
        )
        .help("fix it: SessionM reads these settings as JSON");
}
