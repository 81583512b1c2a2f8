use crate::analyze::Site;
use crate::project::Channel;
use crate::rules::reading::html::{Met, Walk};
use crate::rules::reading::values::attribute_of;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::Output;
use crate::text::{Source, Span};

rule! {
    /// Liquid that prints outside of an e-mail's body, or stands between the elements of its head.
    ///
    /// Braze asks to keep Liquid inside of `<body>`, for what is outside may come out differently
    /// from client to client. What can go wrong for a customer is text that is printed before
    /// `<html>` or behind `</html>`, and tags among the elements of the head, which end the head
    /// for whatever reads the document before Liquid is run. Calls, variables, aborts and content
    /// blocks in front of the document print nothing and harm nobody; a value in a `<title>`, in a
    /// `<style>` or in an attribute stands where text may stand.
    ///
    /// Source: the reference's section 7.3.
    ///
    /// ```liquid bad
    /// <html><head>{% if ${language} == 'de' %}<style>p { color: red }</style>{% endif %}</head>
    /// <body><p>The week begins.</p></body></html>
    /// ```
    ///
    /// ```liquid good
    /// <html><head><style>p { color: red }</style></head>
    /// <body><p>The week begins.</p></body></html>
    /// ```
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
            Region::Head => "found Liquid between the elements of the head",
            Region::Before => "found Liquid that prints before the document begins",
            _ => "found Liquid that prints behind the body",
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
