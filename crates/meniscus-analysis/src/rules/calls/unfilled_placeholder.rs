use std::ops::Range;

use crate::analyze::Site;
use crate::rules::reading::flat::Flat;
use crate::rules::reading::outgoing::{bodies, calls, headers, looks_like_json, option_of};
use crate::rules::reading::placeholder;
use crate::rules::reading::templates::texts_of;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::Span;

rule! {
    /// A placeholder from a guide that isn't filled in.
    ///
    /// ## What it does
    ///
    /// Reports placeholders such as `YOUR-RETAIL-ID` in headers, bodies, options, and text. Also
    /// reports merge tags of other systems.
    ///
    /// ## Why it matters
    ///
    /// In SessionM's guide, `YOUR-RETAIL-ID` and `YOUR-BASE64-ENCODED-KEY` represent values that
    /// the brand gets from SessionM. Left in place, they are sent as written, and every response is
    /// an error.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/news :headers {"X-Api-Key": "YOUR-API-KEY"} :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news :auth_credentials larkspur :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: SessionM partner page (reference, section 8.3). SessionM (reference, section 9).
    name: "unfilled-placeholder", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    let said = &mut Vec::new();
    for header in headers(subject) {
        let text = &header.flat.text[header.value.clone()];
        let start = header.value.start;
        let found = placeholder::find(text).or_else(|| placeholder::braced(text)).or_else(|| {
            // After `Basic` or `Bearer`, or alone.
            let value = text.rfind(' ').map_or(0, |space| space + 1);
            let is_scheme = header.name.eq_ignore_ascii_case("authorization") && value > 0;
            let is_word = is_scheme && placeholder::is_credential_word(&text[value..]);
            (is_word || placeholder::is_whole(&text[value..])).then_some(value..text.len())
        });
        if let Some(found) = found {
            let place = format!("the header `{}`", header.name);
            report(&header.flat, start + found.start..start + found.end, &place, said, findings);
        }
    }
    for body in bodies(subject) {
        // `{name}` counts in a form; in JSON, braces have their own meaning.
        let in_form = || {
            let is_form = !looks_like_json(&body.text) && body.text.contains('=');
            is_form.then(|| placeholder::braced(&body.text)).flatten()
        };
        if let Some(found) = placeholder::find(&body.text).or_else(in_form) {
            report(&body, found, "the body", said, findings);
        }
    }
    for (model, call) in calls(subject) {
        for name in ["basic_auth", "auth_credentials", "content_type"] {
            let Some(value) = option_of(model, call, name) else { continue };
            let found = placeholder::find(&value.text);
            let found = found.or_else(|| placeholder::in_brackets(&value.text));
            if let Some(found) = found.or_else(|| placeholder::braced(&value.text)) {
                report(&value, found, &format!("`:{name}`"), said, findings);
            }
        }
    }
    in_text(subject, said, findings);
    for model in subject.models() {
        for output in &model.outputs {
            let text = output.at.text();
            let name = text.trim_matches(['{', '}', '-', ' ']);
            let shouts = |c: char| c.is_ascii_uppercase() || matches!(c, ' ' | '_' | '-');
            if name.contains(' ') && name.len() > 4 && name.chars().all(shouts) {
                findings
                    .report(model, output.at, format!("the placeholder `{name}` isn't filled in"))
                    .help("use the actual value");
            }
        }
    }
}

/// Finds placeholders in the text of a message: in a script, a link, a string.
fn in_text(subject: &Subject<'_>, said: &[Span], findings: &mut Findings<'_>) {
    for part in &subject.parts {
        let source = &part.template.source;
        let mut texts = Vec::new();
        texts_of(&part.template.nodes, source, &mut texts);
        for span in texts {
            let text = source.slice(span);
            for found in placeholder::merge_tags(text) {
                let base = span.start as usize;
                let span = Span::new(base + found.start, base + found.end);
                let at = Site { source, span, via: None };
                let message = format!("`{}` is a merge tag of another system", at.text());
                findings
                    .report(&part.model, at, message)
                    .label("customers see it as written")
                    .help("use Liquid, such as `{{${first_name} | default: 'there'}}`");
            }
            for found in placeholder::of_drafts(text) {
                let base = span.start as usize;
                let span = Span::new(base + found.start, base + found.end);
                let at = Site { source, span, via: None };
                if said.iter().any(|known| known.start <= span.start && span.end <= known.end) {
                    continue;
                }
                findings
                    .report(&part.model, at, format!("the placeholder `{}` isn't filled in", at.text()))
                    .label("customers see it as written")
                    .help("use the actual text, or Liquid such as `{{${first_name} | default: 'there'}}`");
            }
            if !text.contains("INSERT") && !text.contains("YOUR") && !text.contains("REPLACE") {
                continue;
            }
            // In running text, `YOUR` is an ordinary word; a placeholder is a single word in
            // capitals.
            let words = text.match_indices(|c: char| c.is_ascii_uppercase());
            let starts = words.map(|(at, _)| at).filter(|at| {
                !text[..*at].ends_with(|c: char| c.is_ascii_alphanumeric() || "-_#".contains(c))
            });
            for start in starts {
                let word =
                    text[start..].split(|c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c));
                let word = word.into_iter().next().unwrap_or_default();
                if !word.contains(['_', '-']) || !placeholder::is_capitalized_placeholder(word) {
                    continue;
                }
                let base = span.start as usize + start;
                if said
                    .iter()
                    .any(|known| known.start as usize <= base && base < known.end as usize)
                {
                    continue;
                }
                let at = Site { source, span: Span::new(base, base + word.len()), via: None };
                findings
                    .report(&part.model, at, format!("the placeholder `{word}` isn't filled in"))
                    .label("customers see it as written")
                    .help("use the actual value");
            }
        }
    }
}

fn report(
    flat: &Flat<'_, '_>,
    range: Range<usize>,
    place: &str,
    said: &mut Vec<Span>,
    findings: &mut Findings<'_>,
) {
    // Workspace variables are replaced before a template is deployed.
    let Some(at) = flat.written(range.clone()) else { return };
    said.push(at.span);
    let found = &flat.text[range];
    findings
        .report(flat.model, at, format!("the placeholder `{found}` in {place} isn't filled in"))
        .label("sent as written")
        .help("use the actual value, or the name of a credential stored in Braze");
}
