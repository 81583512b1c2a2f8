use std::cell::LazyCell;
use std::collections::{BTreeSet, HashSet};

use crate::analyze::{Definition, DefinitionKind, Model};
use crate::diagnostic::Severity;
use crate::rules::reading::answers::has_unknown_blocks;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::Node;
use crate::text::{Span, is_near};

rule! {
    /// A variable that is set but never read.
    ///
    /// ## What it does
    ///
    /// Reports an `assign` or `capture` whose variable is never read. Variables of content blocks
    /// are ignored. So is a `capture` with tags in it, which may be there to keep whitespace out of
    /// the message.
    ///
    /// ## Why it matters
    ///
    /// Customers notice nothing, but either someone meant to print the variable, or it is left
    /// over.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% assign price = 12 %}Hello
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% assign price = 12 %}{{ price }}
    /// ```
    ///
    /// ## Source
    ///
    /// meniscus itself: a variable exists until the end of its part, so nothing else can read it.
    name: "unused-variable", level: Warn, check: Check::Message(check),
}

/// Most variables that an unused one is compared with.
const MAX_COMPARED: usize = 200;

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.is_block {
        return;
    }
    for model in subject.models() {
        // An unknown content block may read anything.
        if has_unknown_blocks(model) {
            continue;
        }
        let included = model.inclusions.iter().filter(|one| one.at.via.is_none());
        let included = included.map(|one| one.at.span).collect::<BTreeSet<_>>();
        let mut said = HashSet::new();
        let read = LazyCell::new(|| {
            let names = model.definitions.iter().map(|one| one.name);
            names.filter(|name| model.reads_variable(name)).collect::<BTreeSet<_>>()
        });
        for definition in model.definitions.iter().filter(|one| one.at.via.is_none()) {
            let kind = definition.kind;
            let named = matches!(kind, DefinitionKind::Assign | DefinitionKind::Capture);
            let name = definition.name;
            if !named
                || said.contains(name)
                || model.reads_variable(name)
                || model.is_in_broken_markup(name)
                || keeps_tags(model, definition, &included)
            {
                continue;
            }
            said.insert(name);
            let report =
                findings.report(model, definition.at, format!("`{name}` is set but never read"));
            // Another name, read and set elsewhere, is probably meant.
            let near = read.iter().take(MAX_COMPARED).find(|other| is_near(name, other));
            let _ = match near {
                Some(near) => report.help(format!("did you mean `{near}`?")),
                None => report.help("print it, or remove the tag").at_most(Severity::Info),
            };
        }
    }
}

/// Whether a capture contains tags or one of these content blocks.
fn keeps_tags(model: &Model<'_>, definition: &Definition<'_>, included: &BTreeSet<Span>) -> bool {
    if definition.kind != DefinitionKind::Capture {
        return false;
    }
    let tag = model.tag_at(definition.at.source, definition.tag);
    tag.is_some_and(|used| {
        let mut nodes = used.tag.branches.iter().flat_map(|branch| &branch.body);
        let span = used.tag.span;
        let next = included.range(Span::empty(span.start as usize)..).next();
        nodes.any(|node| matches!(node, Node::Tag(_))) || next.is_some_and(|at| at.end <= span.end)
    })
}
