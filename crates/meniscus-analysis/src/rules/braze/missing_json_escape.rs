use crate::analyze::{Model, Read, ReadRoot, Site};
use crate::diagnostic::{Fix, Safety, Severity};
use crate::project::Channel;
use crate::rules::reading::filters::is_safe_in_quotes;
use crate::rules::reading::json_text::{Scan, begins_json};
use crate::rules::reading::values::{Lookup, has_filter, leaf, start_of, words_of};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::{Kinds, Shape, Values};
use crate::syntax::ast::{ExprKind, InterpolatedPart, Markup, Node, Pipeline};
use crate::text::Span;
use crate::value::View;

/// Families with free text.
pub(in crate::rules) const WRITTEN: [&str; 7] = [
    "custom_attribute",
    "api_trigger_properties",
    "event_properties",
    "context",
    "canvas_entry_properties",
    "sms",
    "whats_app",
];

/// Profile attributes with free text.
const PROFILE: [&str; 3] = ["first_name", "last_name", "city"];

rule! {
    /// A string printed inside a JSON string without `json_escape`.
    ///
    /// ## What it does
    ///
    /// Reports a string printed inside a JSON string in a webhook body, a captured body, or the
    /// body of a call. IDs, numbers, times, workspace variables, and values that a filter has made
    /// safe are left alone.
    ///
    /// ## Why it matters
    ///
    /// A quote, backslash, or line break in the value ends the string. The body isn't valid JSON
    /// anymore, and the request fails for exactly these customers.
    ///
    /// ## Example
    ///
    /// ```toml message
    /// channel = "webhook"
    /// ```
    ///
    /// ```liquid bad
    /// {"name": "{{${first_name} | default: 'unknown'}}"}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {"name": "{{${first_name} | default: 'unknown' | json_escape}}"}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it changes what is sent for a value with a quote, a backslash, or a line
    /// break.
    ///
    /// ## Source
    ///
    /// Braze: JSON and structure; Data and logic (reference, sections 3.6 and 7.3).
    name: "missing-json-escape", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    let webhook = subject.channel() == Some(Channel::Webhook);
    for part in &subject.parts {
        let (model, source) = (&part.model, &part.template.source);
        let lookup = &Lookup::new(model);
        let is_body = webhook && part.part.name == "body" || subject.channel().is_none();
        if is_body && begins_json(&part.template.nodes, source, webhook) {
            let at = Site { source, span: Span::empty(0), via: None };
            printed(subject, lookup, at, &part.template.nodes, findings);
        }
        for tag in &model.tags {
            match &tag.tag.markup {
                Markup::Target(_) if tag.name == "capture" => {
                    for branch in &tag.tag.branches {
                        if begins_json(&branch.body, tag.at.source, false) {
                            printed(subject, lookup, tag.at, &branch.body, findings);
                        }
                    }
                }
                Markup::Options(options) if tag.name == "connected_content" => {
                    let body = options
                        .options
                        .iter()
                        .find(|option| tag.at.source.slice(option.name) == "body");
                    let Some(body) = body.and_then(|body| body.value.as_ref()) else { continue };
                    let mut scan = Scan::default();
                    for part in &body.parts {
                        match part {
                            InterpolatedPart::Text(span) => scan.text(tag.at.source.slice(*span)),
                            InterpolatedPart::Output(pipeline) if scan.inside && scan.is_json => {
                                look(subject, lookup, tag.at, pipeline, findings);
                            }
                            InterpolatedPart::Output(_) => {}
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

fn printed<'a>(
    subject: &Subject<'_>,
    lookup: &Lookup<'_, 'a>,
    at: Site<'a>,
    nodes: &'a [Node],
    findings: &mut Findings<'_>,
) {
    let mut found = Vec::new();
    Scan::default().nodes(nodes, at.source, &mut found);
    for pipeline in found {
        look(subject, lookup, at, pipeline, findings);
    }
}

fn look<'a>(
    subject: &Subject<'_>,
    lookup: &Lookup<'_, 'a>,
    at: Site<'a>,
    pipeline: &Pipeline,
    findings: &mut Findings<'_>,
) {
    let Some(known) = risk(subject, lookup, at, pipeline, 0) else { return };
    let shown = at.at(start_of(pipeline).span).text();
    let at = at.at(pipeline.span);
    let safety = if known { Safety::Safe } else { Safety::Unsafe };
    let end = Span::empty(pipeline.span.end as usize);
    let fix = Fix::replace("add `| json_escape`", safety, end, " | json_escape");
    let report = findings
        .report(
            lookup.model,
            at,
            format!("`{shown}` is printed inside a JSON string without `json_escape`"),
        )
        .label("a quote in the value ends the string")
        .help("add `| json_escape`")
        .fix(fix);
    if !known {
        report.at_most(Severity::Info);
    }
}

/// Length of a chain of variables that is followed.
const MAX_STEPS: usize = 4;

/// Whether the printed value may contain a quote: `true` if certain, `false` if nothing is known
/// about it; `None` if it is safe or undecidable.
fn risk<'a>(
    about: &Subject<'_>,
    lookup: &Lookup<'_, 'a>,
    at: Site<'a>,
    pipeline: &Pipeline,
    steps: usize,
) -> Option<bool> {
    let source = at.source;
    if has_filter(pipeline, source, &is_safe_in_quotes) {
        return None;
    }
    let start = start_of(pipeline);
    let ExprKind::Path(path) = &start.kind else { return None };
    if is_id(leaf(path, source)) {
        return None;
    }
    let read = lookup.read(source, start.span)?;
    match read.root {
        ReadRoot::Attribute { name, .. } => {
            let family = about.family_of(&read.root)?;
            let written = match family {
                "" => PROFILE.contains(&name),
                "campaign" => name.ends_with("name"),
                family => WRITTEN.contains(&family),
            };
            if !written {
                return None;
            }
            // Profile values are strings; for other families, check the scenarios.
            if family.is_empty() || family == "campaign" {
                Some(true)
            } else {
                may_be_text(&read.shape)
            }
        }
        ReadRoot::Variable { global: false, set: true, .. } => {
            if read.call.is_none()
                && path.segments.is_empty()
                && steps < MAX_STEPS
                && let Some((pipeline, at)) = lookup.assigned(read)
            {
                return risk(about, lookup, at, pipeline, steps + 1);
            }
            known_text(lookup.model, read).then_some(true)
        }
        _ => None,
    }
}

/// Whether recordings or scenarios show that a variable holds free text.
fn known_text(model: &Model<'_>, read: &Read<'_>) -> bool {
    let ReadRoot::Variable { definition, .. } = read.root else { return false };
    let kind = definition.and_then(|place| model.definitions.get(place)).map(|one| one.kind);
    let from_data = read.call.is_some()
        || matches!(
            kind,
            Some(crate::analyze::DefinitionKind::Item | crate::analyze::DefinitionKind::Fixed)
        );
    from_data && read.shape.place.is_some() && may_be_text(&read.shape) == Some(true)
}

fn may_be_text(shape: &Shape) -> Option<bool> {
    let kinds = shape.kinds.without(Kinds::NIL);
    if shape.kinds.is_any() {
        return Some(false);
    }
    if !kinds.has(Kinds::TEXT) {
        return None;
    }
    match &shape.scalar {
        Some(scalar) if scalar.known != Values::Seen => None,
        _ if shape.examples().next().is_some() && shape.examples().all(is_code) => None,
        _ => Some(true),
    }
}

/// Whether a value has a fixed format: a GUID, a time, digits, a locale.
fn is_code(value: View<'_>) -> bool {
    let View::Str(text) = value else { return true };
    let hex = |c: char| c.is_ascii_hexdigit() || c == '-';
    let time = |c: char| c.is_ascii_digit() || "-:.TZ+ ".contains(c);
    let locale = text.len() == 5
        && text.chars().enumerate().all(|(at, c)| match at {
            0 | 1 => c.is_ascii_lowercase(),
            2 => matches!(c, '-' | '_'),
            _ => c.is_ascii_uppercase(),
        });
    locale
        || (text.len() >= 32 && text.chars().all(hex))
        || (!text.is_empty() && text.chars().all(time))
}

/// Whether a name suggests an id, which contains no quotes.
pub(in crate::rules) fn is_id(name: &str) -> bool {
    let id = |word: &str| matches!(word, "id" | "ids" | "guid" | "uuid" | "token" | "key");
    words_of(name).last().is_some_and(|word| id(&word))
}
