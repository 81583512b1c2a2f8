use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A tag written as an output.
    ///
    /// ## What it does
    ///
    /// Reports the name of a tag inside `{{ }}`.
    ///
    /// ## Why it matters
    ///
    /// `{{ }}` prints a value, and `{% %}` does something. `{{ abort_message }}` renders as blank,
    /// and the message is sent.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if ${city} == blank %}{{ abort_message }}{% endif %}Hello, {{${city} | default: 'you'}}!
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if ${city} == blank %}{% abort_message %}{% endif %}Hello, {{${city} | default: 'you'}}!
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: the `${…}` form (reference, section 1.1).
    name: "tag-in-output", level: Error, check: Check::Message(check),
}

/// First words that only tags have, whatever follows.
const TAGS: [&str; 22] = [
    "if",
    "elsif",
    "else",
    "endif",
    "unless",
    "endunless",
    "case",
    "when",
    "endcase",
    "for",
    "endfor",
    "assign",
    "capture",
    "endcapture",
    "abort_message",
    "connected_content",
    "catalog_items",
    "comment",
    "endcomment",
    "raw",
    "endraw",
    "promotion",
];

/// Tags that may have nothing after their name.
const ALONE: [&str; 4] = ["abort_message", "comment", "else", "raw"];

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for output in &model.outputs {
            let text = output.at.text();
            let inner = text.trim_start_matches(['{', '-']).trim_start();
            let length = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            let (word, behind) = inner.split_at(length.unwrap_or(inner.len()));
            // `{{ case.title }}` and `{{ raw | upcase }}` are values with that name.
            let is_value = behind.trim_start().starts_with(['.', '|', '[']);
            let is_set = || model.definitions_of(word).next().is_some();
            if is_value || !TAGS.contains(&word) || is_set() {
                continue;
            }
            findings
                .report(
                    model,
                    output.at,
                    format!("`{word}` is a tag, but `{{{{ }}}}` only prints values"),
                )
                .label("renders as blank")
                .help(match word.starts_with("end") || ALONE.contains(&word) {
                    true => format!("write `{{% {word} %}}`"),
                    false => format!("write `{{% {word} … %}}`"),
                });
        }
    }
}
