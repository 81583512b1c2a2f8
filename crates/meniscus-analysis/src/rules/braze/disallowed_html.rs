use crate::analyze::Site;
use crate::project::Channel;
use crate::rules::reading::html::{Met, Walk};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::Template;

/// Elements that Braze removes from emails.
const ELEMENTS: [&str; 11] = [
    "script", "iframe", "object", "embed", "applet", "svg", "xml", "layer", "ilayer", "frameset",
    "bgsound",
];

/// Elements that are only allowed in the head of a document.
const OF_HEAD: [&str; 3] = ["link", "meta", "title"];

/// Browser events, without `on`.
const EVENTS: [&str; 38] = [
    "abort",
    "beforeunload",
    "blur",
    "change",
    "click",
    "contextmenu",
    "copy",
    "cut",
    "dblclick",
    "drag",
    "drop",
    "error",
    "focus",
    "hashchange",
    "input",
    "invalid",
    "keydown",
    "keypress",
    "keyup",
    "load",
    "message",
    "mousedown",
    "mouseenter",
    "mouseleave",
    "mousemove",
    "mouseout",
    "mouseover",
    "mouseup",
    "paste",
    "reset",
    "resize",
    "scroll",
    "select",
    "submit",
    "toggle",
    "touchstart",
    "unload",
    "wheel",
];

rule! {
    /// An element or attribute that Braze removes from emails.
    ///
    /// ## What it does
    ///
    /// Reports scripts, frames, embedded objects, and `on…` attributes in the body of an email.
    /// `meta`, `title`, and `link` are on Braze's list, too. They're common and harmless in the
    /// `<head>`, so only those in the body are reported.
    ///
    /// ## Why it matters
    ///
    /// These elements and attributes never reach the customer, so whatever they should do doesn't
    /// happen.
    ///
    /// ## Example
    ///
    /// ```toml message
    /// channel = "email"
    /// ```
    ///
    /// ```liquid bad
    /// <p onclick="open()">The week begins.</p>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// <p>The week begins.</p>
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Data and logic (reference, section 7.3).
    name: "disallowed-html", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.channel() != Some(Channel::Email) {
        return;
    }
    for part in subject.parts.iter().filter(|part| part.part.name == "body") {
        let model = &part.model;
        look(part.template, None, model, findings);
        let mut seen = Vec::new();
        for (index, inclusion) in model.inclusions.iter().enumerate() {
            let block = subject.known.blocks.get(inclusion.name);
            if let Some(block) = block.filter(|_| !seen.contains(&inclusion.name)) {
                seen.push(inclusion.name);
                look(&block.template, Some(index), model, findings);
            }
        }
    }
}

fn look(
    template: &Template,
    via: Option<usize>,
    model: &crate::analyze::Model<'_>,
    findings: &mut Findings<'_>,
) {
    let source = &template.source;
    // Without a body element, it is part of one.
    let mut in_body =
        !contains_tag(source.text(), "<body") && !contains_tag(source.text(), "<head");
    let mut found = Vec::new();
    Walk::new(source).nodes(&template.nodes, &mut |_, met| match met {
        Met::Open(name, span) => {
            let is = |one: &str| name.eq_ignore_ascii_case(one);
            in_body |= name.eq_ignore_ascii_case("body");
            if ELEMENTS.iter().any(|one| is(one)) || (in_body && OF_HEAD.iter().any(|one| is(one)))
            {
                found.push((span, true));
            }
        }
        Met::Close(name) if name.eq_ignore_ascii_case("head") => in_body = true,
        Met::Attribute(name, span) if is_handler(name) => found.push((span, false)),
        _ => {}
    });
    for (span, element) in found {
        let at = Site { source, span, via };
        let name = at.text();
        let message = if element {
            format!("Braze removes `{name}>` from emails")
        } else {
            format!("Braze removes `{name}` from emails")
        };
        findings.report(model, at, message).help("remove it");
    }
}

fn contains_tag(text: &str, tag: &str) -> bool {
    text.as_bytes().windows(tag.len()).any(|window| window.eq_ignore_ascii_case(tag.as_bytes()))
}

/// Whether an attribute is an event handler such as `onclick`.
fn is_handler(name: &str) -> bool {
    let event = name.get(..2).filter(|on| on.eq_ignore_ascii_case("on")).map(|_| &name[2..]);
    event.is_some_and(|event| EVENTS.iter().any(|known| event.eq_ignore_ascii_case(known)))
}
