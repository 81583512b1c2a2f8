use crate::analyze::Site;
use crate::project::Channel;
use crate::rules::reading::html::{Met, Walk};
use crate::rules::reading::values::attribute_of;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::Output;
use crate::text::{Source, Span};

rule! {
    /// Liquid outside an email's body, or between the elements of its head.
    ///
    /// ## What it does
    ///
    /// Reports Liquid that prints before `<html>` or after `</html>`, and Liquid between the
    /// elements of the head. Calls, variables, aborts, and content blocks before the document print
    /// nothing, and are left alone. So is a value in a `<title>`, a `<style>`, or an attribute,
    /// where text is allowed.
    ///
    /// ## Why it matters
    ///
    /// Braze asks you to keep Liquid inside `<body>`, because anything outside may look different
    /// from client to client. Customers may see text that is printed before or after the document.
    /// For any program that reads the document before Liquid runs, a tag between the elements of
    /// the head ends the head.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// <html><head>{% if ${language} == 'de' %}<style>p { color: red }</style>{% endif %}</head>
    /// <body><p>The week begins.</p></body></html>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// <html><head><style>p { color: red }</style></head>
    /// <body><p>The week begins.</p></body></html>
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Data and logic (reference, section 7.3).
    name: "liquid-outside-body", level: Info, check: Check::Message(check),
}

/// Where the walk is in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Region {
    Before,
    Head,
    /// In a head element that contains text.
    HeadText,
    Body,
    After,
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if !matches!(subject.channel(), None | Some(Channel::Email)) || subject.is_block {
        return;
    }
    for part in subject.parts.iter().filter(|part| part.part.name == "body") {
        let source = &part.template.source;
        if !source.text().contains("<body") && !source.text().contains("<BODY") {
            continue;
        }
        let Some((span, region)) = first(&part.template.nodes, source) else { continue };
        let at = Site { source, span, via: None };
        let message = match region {
            Region::Head => "this Liquid is between the elements of the head",
            Region::Before => "this Liquid prints before the document begins",
            _ => "this Liquid prints after the body",
        };
        findings.report(&part.model, at, message).help("move it into `<body>`");
    }
}

fn first(nodes: &[crate::syntax::ast::Node], source: &Source) -> Option<(Span, Region)> {
    let mut region = Region::Before;
    let mut found = None;
    Walk::new(source).nodes(nodes, &mut |walk, met| {
        let is = |name: &str, one: &str| name.eq_ignore_ascii_case(one);
        match met {
            Met::Open(name, _) if is(name, "head") => region = Region::Head,
            Met::Open(name, _) if is(name, "body") => region = Region::Body,
            Met::Open(name, _)
                if region == Region::Head
                    && (is(name, "title") || is(name, "style") || is(name, "script")) =>
            {
                region = Region::HeadText;
            }
            Met::Close(name)
                if region == Region::HeadText
                    && (is(name, "title") || is(name, "style") || is(name, "script")) =>
            {
                region = Region::Head;
            }
            Met::Close(name) if is(name, "head") => region = Region::Before,
            Met::Close(name) if is(name, "body") || is(name, "html") => region = Region::After,
            Met::Output(output) if found.is_none() && !walk.in_tag() && prints(output, source) => {
                if matches!(region, Region::Before | Region::Head | Region::After) {
                    found = Some((output.span, region));
                }
            }
            Met::Tag(tag) if found.is_none() && region == Region::Head && !walk.in_tag() => {
                found = Some((tag.open, region));
            }
            _ => {}
        }
    });
    found
}

/// Whether an output is meant to print: a content block may only set variables.
fn prints(output: &Output, source: &Source) -> bool {
    let family = attribute_of(&output.pipeline).and_then(|(attribute, _)| attribute.family);
    family.is_none_or(|family| source.slice(family) != "content_blocks")
}
