use std::collections::HashMap;

use crate::analyze::{Model, Site, TagUse};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Interpolated, InterpolatedPart, Markup, Node, Options, Tag};
use crate::text::{Source, Span};

/// What Braze keeps, in bytes.
const MAX: usize = 1024;

rule! {
    /// A `message_extras` tag that Braze doesn't accept as written.
    ///
    /// ## What it does
    ///
    /// Reports a `message_extras` tag that breaks one of these rules:
    ///
    /// * `:key` comes first, then `:value`, and nothing else.
    /// * A key is used once; otherwise, the first one counts. The same key in branches that exclude
    ///   each other is fine.
    /// * Tags don't run inside it.
    /// * All keys and values together have at most 1 KB; Braze cuts off the rest.
    ///
    /// ## Why it matters
    ///
    /// The extra is missing from the send events, and from every report built on them.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% message_extras :value en :key lang %}Hello
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% message_extras :key lang :value en %}Hello
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: `message_extras` (reference, section 2.3).
    name: "message-extras", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        if !model.tags.iter().any(|tag| tag.name == "message_extras") {
            continue;
        }
        let mut keys: HashMap<&str, &TagUse<'_>> = HashMap::new();
        let mut bytes = 0;
        for tag in model.tags.iter().filter(|tag| tag.name == "message_extras") {
            let Markup::Options(options) = &tag.tag.markup else { continue };
            if !form(model, tag.at, options, findings) {
                continue;
            }
            let [key, value] = &*options.options else { continue };
            let (Some(key), Some(value)) = (&key.value, &value.value) else { continue };
            let before = bytes;
            bytes += fixed(key, tag.at.source) + fixed(value, tag.at.source);
            if before <= MAX && bytes > MAX {
                let message =
                    format!("keys and values have {bytes} bytes so far; the limit is {MAX}");
                findings
                    .report(model, tag.at.at(value.span), message)
                    .label("cut off")
                    .help("remove extras that nobody uses");
            }
            let [InterpolatedPart::Text(_)] = &*key.parts else { continue };
            let name = tag.at.source.slice(key.span).trim();
            let first = *keys.entry(name).or_insert(tag);
            if std::ptr::eq(first.tag, tag.tag) || !always_before(model, first, tag) {
                continue;
            }
            findings
                .report(model, tag.at.at(key.span), format!("the key `{name}` is used twice"))
                .label("Braze drops this one")
                .related(first.at, "Braze keeps this one")
                .help("use a different key, or remove one of the two");
        }
    }
}

/// Whether every path to a tag passes another one first.
fn always_before(model: &Model<'_>, first: &TagUse<'_>, later: &TagUse<'_>) -> bool {
    let of = |tag: &TagUse<'_>| branches_of(&model.template.nodes, tag.tag);
    match (of(first), of(later)) {
        (Some(first), Some(later)) => later.starts_with(&first),
        // Branches in content blocks aren't tracked.
        _ => false,
    }
}

/// Whether the tag has the form that Braze requires; reports it if not.
fn form(model: &Model<'_>, at: Site<'_>, options: &Options, findings: &mut Findings<'_>) -> bool {
    let source = at.source;
    let names = options.options.iter().map(|option| source.slice(option.name)).collect::<Vec<_>>();
    let text = source.slice(options.span);
    let all = trimmed(options.span, source);
    let write = "write `{% message_extras :key name :value text %}`";
    let (span, message) = if let Some(tag) = text.find("{%") {
        let start = options.span.start as usize + tag;
        (Span::new(start, start + 2), "found a tag, expected text or `{{ … }}`".to_owned())
    } else if let Some(word) = options.words.first() {
        let found = source.slice(word.span);
        (word.span, format!("found `{found}` before `:key`"))
    } else {
        match &*names {
            ["key", "value"] if options.options.iter().all(|option| option.value.is_some()) => {
                return true;
            }
            ["key", "value"] => (all, "this option has no value".to_owned()),
            ["value", "key"] => (all, "`:key` must come before `:value`".to_owned()),
            [] => (at.span, "`message_extras` needs `:key` and `:value`".to_owned()),
            ["key"] => (all, "`message_extras` has a `:key`, but no `:value`".to_owned()),
            ["value"] => (all, "`message_extras` has a `:value`, but no `:key`".to_owned()),
            _ => {
                let extra = options.options.iter().zip(&names);
                let mut seen = Vec::new();
                let extra = extra.filter(|(_, name)| {
                    let fresh = matches!(**name, "key" | "value") && !seen.contains(name);
                    seen.push(name);
                    !fresh
                });
                match extra.map(|(option, name)| (option.span, *name)).next() {
                    Some((span, name)) => {
                        (span, format!("found `:{name}`, expected one `:key` and one `:value`"))
                    }
                    None => (all, "expected one `:key` and one `:value`".to_owned()),
                }
            }
        }
    };
    findings.report(model, at.at(span), message).label("has no effect").help(write);
    false
}

/// Returns the number of literal bytes.
fn fixed(text: &Interpolated, source: &Source) -> usize {
    let parts = text.parts.iter().map(|part| match part {
        InterpolatedPart::Text(span) => source.slice(*span).len(),
        InterpolatedPart::Output(_) => 0,
    });
    parts.sum()
}

fn trimmed(span: Span, source: &Source) -> Span {
    let text = source.slice(span);
    let start = span.start as usize + text.len() - text.trim_start().len();
    Span::new(start, start + text.trim().len())
}

/// Returns the branches around a tag, outermost first; `None` if it isn't among the nodes.
fn branches_of(nodes: &[Node], wanted: &Tag) -> Option<Vec<Span>> {
    for node in nodes {
        let Node::Tag(tag) = node else { continue };
        if std::ptr::eq(&**tag, wanted) {
            return Some(Vec::new());
        }
        for branch in &tag.branches {
            if let Some(mut inner) = branches_of(&branch.body, wanted) {
                inner.insert(0, branch.open);
                return Some(inner);
            }
        }
    }
    None
}
