use std::ops::Range;

use crate::analyze::{OriginRoot, OriginStep, OutputUse, Site};
use crate::dialect::BRAZE;
use crate::project::{Channel, FieldKind};
use crate::render::Encoding;
use crate::rules::reading::filters::facts_of;
use crate::rules::reading::templates::texts_of;
use crate::rules::reading::values::{Lookup, has_filter, start_of};
use crate::rules::rule::rule;
use crate::rules::subject::PartModel;
use crate::rules::{Check, Findings, Subject};
use crate::semantics::Semantics;
use crate::syntax::ast::{ExprKind, Pipeline};
use crate::text::{Source, Span};
use crate::value::View;

/// SessionM fields that may contain HTML.
const FIELDS: [&str; 3] = ["description", "terms", "terms_and_conditions"];

rule! {
    /// HTML, or a value that may contain it, in a field that shows plain text.
    ///
    /// ## What it does
    ///
    /// Reports a description or terms of a SessionM offer in a text message, a notification, or a
    /// subject. Other values are reported if a recording or a scenario contains HTML in them. Tags and
    /// entities such as `&amp;` that are written in the field are reported, too.
    ///
    /// ## Why it matters
    ///
    /// Descriptions and terms of SessionM's offers may contain HTML, and in these fields the
    /// customer sees the tags. `strip_html` removes them.
    ///
    /// ## Example
    ///
    /// ```toml message
    /// channel = "sms"
    /// ```
    ///
    /// ```liquid bad
    /// Tea &amp; cake: <b>today only</b>
    /// ```
    ///
    /// ```toml message
    /// channel = "sms"
    /// ```
    ///
    /// ```liquid bad
    /// For you: {{api_trigger_properties.${description} | default: 'a new offer'}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// For you: {{api_trigger_properties.${description} | default: 'a new offer' | strip_html}}
    /// ```
    ///
    /// ## Source
    ///
    /// SessionM: Offers; Triggered sends (SessionM reference, sections 4.1 and 7).
    name: "html-in-plain-text", level: Warn, check: Check::Message(check),
}

fn check(about: &Subject<'_>, findings: &mut Findings<'_>) {
    let Some(channel) = about.channel() else { return };
    for part in &about.parts {
        let field = channel.field(&part.part.name);
        // A file that isn't a field of its channel is taken as text that people read.
        let kind = field.map_or(FieldKind::Text, |field| field.kind);
        let is_read = matches!(kind, FieldKind::Text | FieldKind::Button);
        let plain = match channel {
            Channel::Sms | Channel::Push | Channel::WhatsApp => is_read,
            Channel::Email => field.is_some() && is_read,
            _ => false,
        };
        if !plain {
            continue;
        }
        let model = &part.model;
        // Invisible characters pad a preheader, which is put into the HTML.
        if part.part.name != "preheader" {
            written(part, findings);
        }
        let lookup = &Lookup::new(model);
        for output in &model.outputs {
            let Some(evidence) = html(lookup, output) else { continue };
            let at = output.at.at(start_of(output.pipeline).span);
            findings
                .report(
                    model,
                    at,
                    format!("`{}` {evidence}, but this field shows plain text", at.text()),
                )
                .label("the customer sees the tags")
                .help("add `| strip_html`");
        }
    }
}

/// Tags that authors write out of habit. Other words in angle brackets, such as addresses, are text.
const TAGS: [&str; 27] = [
    "a", "b", "br", "center", "div", "em", "font", "h1", "h2", "h3", "h4", "hr", "html", "i",
    "img", "li", "ol", "p", "small", "span", "strong", "style", "table", "td", "tr", "u", "ul",
];

/// Entities that authors write out of habit.
const ENTITIES: [&str; 12] = [
    "&amp;", "&nbsp;", "&lt;", "&gt;", "&quot;", "&apos;", "&rsquo;", "&lsquo;", "&ndash;",
    "&mdash;", "&hellip;", "&euro;",
];

/// Reports the first tag and the first entity that are written in a part.
fn written(part: &PartModel<'_>, findings: &mut Findings<'_>) {
    let source = &part.template.source;
    let mut texts = Vec::new();
    texts_of(&part.template.nodes, source, &mut texts);
    let found = |find: fn(&str) -> Option<Range<usize>>| {
        texts.iter().find_map(|span| {
            let at = find(source.slice(*span))?;
            let base = span.start as usize;
            Some(Site { source, span: Span::new(base + at.start, base + at.end), via: None })
        })
    };
    if let Some(at) = found(tag_in) {
        let message = format!("`{}` is HTML, but this field shows plain text", at.text());
        let help = "remove the tag; a line break is one in the text";
        findings.report(&part.model, at, message).label("the customer sees it").help(help);
    }
    if let Some(at) = found(entity_in) {
        let message = format!("`{}` is HTML, but this field shows plain text", at.text());
        let help = "write the character itself";
        findings.report(&part.model, at, message).label("the customer sees it").help(help);
    }
}

fn tag_in(text: &str) -> Option<Range<usize>> {
    text.match_indices('<').find_map(|(start, _)| {
        let rest = &text[start + 1..];
        let name = rest.strip_prefix('/').unwrap_or(rest);
        let length = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let is_known = TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(&name[..length]));
        let ends = name[length..].starts_with(['>', '/', ' ', '\n', '\t']);
        let end = rest.find('>').filter(|_| is_known && ends)?;
        Some(start..start + 1 + end + 1)
    })
}

fn entity_in(text: &str) -> Option<Range<usize>> {
    text.match_indices('&').find_map(|(start, _)| {
        let rest = &text[start..];
        let known = ENTITIES.iter().find(|entity| rest.starts_with(**entity));
        let number = || {
            let digits = rest.strip_prefix("&#")?;
            let length = digits.bytes().take_while(u8::is_ascii_alphanumeric).count();
            (length > 0 && digits[length..].starts_with(';')).then_some(length + 3)
        };
        let length = known.map(|entity| entity.len()).or_else(number)?;
        Some(start..start + length)
    })
}

/// Returns why a printed value may contain HTML.
fn html<'a>(lookup: &Lookup<'_, 'a>, output: &OutputUse<'a>) -> Option<&'static str> {
    let (model, source) = (lookup.model, output.at.source);
    if made_plain(output.pipeline, source) {
        return None;
    }
    let start = start_of(output.pipeline);
    if !matches!(start.kind, ExprKind::Path(_)) {
        return None;
    }
    let read = output.read.and_then(|read| model.reads.get(read))?;
    if read.shape.examples().any(is_html) {
        return Some("contains HTML in its sample data");
    }
    let origin = read.origin.as_deref().filter(|origin| !origin.derived)?;
    let of_endpoint = || {
        let call = read.call.and_then(|call| model.calls.get(call));
        matches!(origin.root, OriginRoot::Call(_))
            && call.is_some_and(|call| call.endpoint.is_some())
    };
    let family = match origin.root {
        OriginRoot::Family(id) => BRAZE.family_name(id),
        _ => "",
    };
    let Some(OriginStep::Field(last)) = origin.steps.last() else { return None };
    let triggers = ["api_trigger_properties", "context", "canvas_entry_properties"];
    let may_be = FIELDS.contains(&&**last) && (triggers.contains(&family) || of_endpoint());
    // If it comes from a variable, it may have been stripped there.
    let plain = || {
        let set = lookup.assigned(read);
        set.is_some_and(|(pipeline, at)| made_plain(pipeline, at.source))
    };
    (may_be && !plain()).then_some("may contain HTML")
}

fn made_plain(pipeline: &Pipeline, source: &Source) -> bool {
    has_filter(pipeline, source, &|name| {
        matches!(name, "strip_html" | "size" | "date")
            || facts_of(name).encoding == Some(Encoding::Url)
    })
}

/// Whether a value contains a tag such as `<p>`, `<br/>`, or `</b>`.
fn is_html(value: View<'_>) -> bool {
    let View::Str(text) = value else { return false };
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let name = rest.strip_prefix('/').unwrap_or(rest);
        if name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.contains('>') {
            return true;
        }
    }
    false
}
