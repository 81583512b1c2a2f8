use std::collections::HashMap;

use crate::analyze::{Model, Site, TagUse};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Interpolated, InterpolatedPart, Markup, Node, Options, Tag};
use crate::text::{Source, Span};

/// What Braze keeps, in bytes.
const MAX: usize = 1024;

rule! {
    /// A `message_extras` that Braze does not take as it is written.
    ///
    /// `:key` comes first, then `:value`, and nothing else; of equal keys the first counts; tags do
    /// not run inside; keys and values together have 1 KB, the rest is cut off. What is wrong is
    /// missing from the send events, and with it from every report that is made of these. Equal
    /// keys in branches of which only one is taken are as they should be.
    ///
    /// Source: the reference's section 2.3.
    ///
    /// ```liquid bad
    /// {% message_extras :value en :key lang %}Hello
    /// ```
    ///
    /// ```liquid good
    /// {% message_extras :key lang :value en %}Hello
    /// ```
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
                let message = format!(
                    "found {bytes} bytes of keys and values so far, expected {MAX} at most"
                );
                findings
                    .report(model, tag.at.at(value.span), message)
                    .label("is cut off")
                    .help("leave out what nobody looks at");
            }
            let [InterpolatedPart::Text(_)] = &*key.parts else { continue };
            let name = tag.at.source.slice(key.span).trim();
            let first = *keys.entry(name).or_insert(tag);
            if std::ptr::eq(first.tag, tag.tag) || !always_before(model, first, tag) {
                continue;
            }
            findings
                .report(
                    model,
                    tag.at.at(key.span),
                    format!("found the key `{name}` for the second time"),
                )
                .label("is dropped")
                .related(first.at, "this one counts")
                .help("give it a key of its own, or remove one of the two");
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
            ["key", "value"] => (all, "found an option without its value".to_owned()),
            ["value", "key"] => {
                (all, "found `:value` before `:key`, expected `:key` first".to_owned())
            }
            [] => (at.span, "found neither `:key` nor `:value`".to_owned()),
            ["key"] => (all, "found `:key` without `:value`".to_owned()),
            ["value"] => (all, "found `:value` without `:key`".to_owned()),
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
    findings.report(model, at.at(span), message).label("adds nothing").help(write);
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
