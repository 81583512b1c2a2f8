use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use regex::Regex;

use crate::analyze::{Model, OutputUse, Read, ReadRoot, Site};
use crate::diagnostic::Severity;
use crate::rules::reading::html_place::{HtmlPlace, Met, Scan, Value};
use crate::rules::reading::origin::origin;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::Output;
use crate::text::Span;

rule! {
    /// A link or image whose whole address is a value that some customers lack.
    ///
    /// ## What it does
    ///
    /// Reports an empty `href` or `src`, and one that consists only of a value that may be missing.
    ///
    /// ## Why it matters
    ///
    /// With an empty `href`, a click leads nowhere. With an empty `src`, the customer sees a broken
    /// image. Use a `default`, or a condition around the element, to decide what these customers
    /// get.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// <a href="{{custom_attribute.${booking_url}}}">Your booking</a>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// <a href="{{custom_attribute.${booking_url} | default: 'https://larkspur.example/bookings'}}">Your booking</a>
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: The `${…}` form; Default (reference, sections 1.1 and 3.9).
    name: "empty-link", level: Warn, check: Check::Message(check),
}

/// Families with custom fields, and the severity if a field may be missing.
const NAMED: [(&str, Severity); 5] = [
    ("custom_attribute", Severity::Warning),
    ("event_properties", Severity::Info),
    ("api_trigger_properties", Severity::Info),
    ("context", Severity::Info),
    ("canvas_entry_properties", Severity::Info),
];

/// The pattern of an empty address.
static EMPTY: OnceLock<Option<Regex>> = OnceLock::new();

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for part in &subject.parts {
        let source = &part.template.source;
        let mut links: Vec<(&Output, Value)> = Vec::new();
        Scan::new(source).nodes(&part.template.nodes, &mut |met| {
            if let Met::Output(output, HtmlPlace::Value(value)) = met
                && is_address(&value)
                && is_whole(source.text(), &value, output)
            {
                links.push((output, value));
            }
        });
        for span in empty_addresses(source.text()) {
            let at = Site { source, span, via: None };
            findings
                .report(&part.model, at, "this address is empty")
                .label("the link leads nowhere, or the image is broken")
                .help("add the address, or remove the element");
        }
        let own = part.model.outputs.iter().filter(|used| used.at.via.is_none());
        let outputs = own.map(|used| (used.at.span.start, used)).collect::<HashMap<_, _>>();
        let mut said = HashSet::new();
        for (output, value) in links {
            let model = &part.model;
            if let Some(used) = outputs.get(&output.span.start) {
                look(subject, model, used, &value, &mut said, findings);
            }
        }
    }
}

/// Returns addresses of links and images that are empty in the source.
fn empty_addresses(text: &str) -> Vec<Span> {
    let pattern = EMPTY.get_or_init(|| {
        Regex::new(r#"(?is)<(?:a|area|img)\b(?:[^<>"']|"[^"<>]*"|'[^'<>]*')*?\s((?:href|src)\s*=\s*(?:""|''))"#).ok()
    });
    // A script may fill them in.
    let Some(pattern) = pattern.as_ref().filter(|_| !text.contains("<script")) else {
        return Vec::new();
    };
    let found = pattern.captures_iter(text).filter_map(|found| found.get(1));
    found.map(|found| Span::new(found.start(), found.end())).collect()
}

fn is_address(value: &Value) -> bool {
    matches!(
        (&*value.element, &*value.attribute),
        ("a" | "area" | "v:roundrect" | "v:rect", "href") | ("img", "src")
    )
}

/// Whether an output is an attribute's whole value.
fn is_whole(text: &str, value: &Value, output: &Output) -> bool {
    let before = text.get(value.start..output.span.start as usize).unwrap_or_default();
    let behind = text[output.span.end as usize..].trim_start_matches([' ', '\n', '\t']);
    let ends = match value.quote {
        Some(quote) => behind.starts_with(quote),
        None => text[output.span.end as usize..].starts_with([' ', '>', '\n']),
    };
    before.trim().is_empty() && ends
}

fn look<'a>(
    subject: &Subject<'_>,
    model: &Model<'a>,
    used: &OutputUse<'a>,
    value: &Value,
    said: &mut HashSet<&'a str>,
    findings: &mut Findings<'_>,
) {
    let origin = origin(model, used.at, used.pipeline);
    if origin.goes_through(&["default", "append", "prepend"]) {
        return;
    }
    let Some(read) = origin.read else { return };
    let severity = match read.root {
        ReadRoot::Attribute { .. } => {
            let family = subject.family_of(&read.root);
            NAMED.iter().find(|(name, _)| Some(*name) == family).map(|(_, severity)| *severity)
        }
        ReadRoot::Variable { .. } if read.call.is_some() => Some(Severity::Info),
        _ => None,
    };
    let Some(severity) = severity else { return };
    let own = used.read.and_then(|read| model.reads.get(read));
    let is_guarded =
        |read: &Read<'_>| read.guarded || read.defaulted || read.reach.asked || read.loops > 0;
    let is_present = |read: &Read<'_>| is_guarded(read) || subject.aborts_without(read);
    if is_present(read) || own.is_some_and(is_present) || is_tested(model, read) {
        return;
    }
    let shown = origin.at.text();
    if !said.insert(shown) {
        return;
    }
    let what = if value.attribute == "src" { "image" } else { "link" };
    findings
        .report(
            model,
            used.at,
            format!("`{shown}` may be missing, and it's the whole address of the {what}"),
        )
        .label(if what == "link" { "the link may lead nowhere" } else { "the image may be broken" })
        .help(format!("add `| default: 'https://…'`, or put it inside `{{% if {shown} %}}`"))
        .at_most(severity);
}

/// Whether a condition anywhere tests a value.
fn is_tested(model: &Model<'_>, read: &Read<'_>) -> bool {
    read.origin.as_ref().is_some_and(|origin| model.uses(&origin.root, &origin.steps).tested)
}
