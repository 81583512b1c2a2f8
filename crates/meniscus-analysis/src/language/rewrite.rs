//! Rewrites of the output or loop at a position: a default, and a condition around it.

use super::Writing;
use super::target::{Value, modeled, template_of};
use crate::analyze::{Model, Read, ReadRoot};
use crate::diagnostic::Edit;
use crate::shape::Kinds;
use crate::syntax::ast::{Markup, Tag};
use crate::syntax::{Visitor, walk_nodes, walk_tag};
use crate::text::Span;

/// What an author writes in place of a missing text; the ellipsis is to be replaced.
const TEXT: &str = "'…'";

/// What a greeting says instead of a missing name, as the rule `missing-default` suggests.
const NAME: &str = "'there'";

/// Profile attributes that are names of people.
const NAMES: [&str; 2] = ["first_name", "last_name"];

/// A change to the text being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// What it does, in the imperative.
    pub title: String,
    pub edits: Vec<Edit>,
    /// The markup that it is about.
    pub at: Span,
}

/// Returns the rewrites of the output, or of the loop's opening tag, at an offset.
///
/// Only values from outside are concerned: attributes, properties, and fields of responses. What
/// has a `default` or is tested already isn't offered it again.
#[must_use]
pub fn rewrites(writing: &Writing<'_>, offset: usize) -> Vec<Rewrite> {
    let template = template_of(writing);
    modeled(writing, writing.message, &template, writing.is_block, |model| {
        match output_at(model, offset) {
            Some((at, read)) => default_for(read, at).into_iter().chain(guard(read, at)).collect(),
            None => around_loop(model, offset).into_iter().collect(),
        }
    })
}

/// Returns the output of this text at an offset, and what it reads from outside.
fn output_at<'m, 'a>(model: &'m Model<'a>, offset: usize) -> Option<(Span, &'m Read<'a>)> {
    let source = &model.template.source;
    let output = model.outputs.iter().find(|output| {
        output.output.is_some()
            && output.at.via.is_none()
            && std::ptr::eq(output.at.source, source)
            && output.at.span.touches(offset)
    })?;
    let read = model.reads.get(output.read?)?;
    Value::of(model, read).map(|_| (output.at.span, read))
}

fn default_for(read: &Read<'_>, at: Span) -> Option<Rewrite> {
    if read.defaulted {
        return None;
    }
    let kinds = read.shape.kinds.without(Kinds::NIL);
    let is_number = kinds != Kinds::NONE && kinds.within(Kinds::NUMBER);
    let default = match read.root {
        ReadRoot::Attribute { name, .. } if NAMES.contains(&name) => NAME,
        _ if is_number => "0",
        _ => TEXT,
    };
    let edit = Edit {
        span: Span::empty(read.at.span.end as usize),
        text: format!(" | default: {default}"),
    };
    let title = format!("add a `default` to `{}`", read.at.text());
    Some(Rewrite { title, edits: vec![edit], at })
}

/// Returns the condition around an output: that its value is there, or the list it is an item of.
fn guard(read: &Read<'_>, at: Span) -> Option<Rewrite> {
    if read.defaulted || read.reach.asked {
        return None;
    }
    let item = read.path.segments.iter().find(|segment| read.takes_item(segment));
    Some(match item {
        Some(segment) => {
            let list = read.before(segment.span());
            let title = format!("show this only if `{list}` has items");
            enclosed(&format!("{list}.size > 0"), title, at, at)
        }
        None => {
            let value = read.at.text();
            let title = format!("show this only if `{value}` isn't blank");
            enclosed(&format!("{value} != blank"), title, at, at)
        }
    })
}

/// Returns the condition around a loop whose opening tag is at an offset: its list has items.
fn around_loop(model: &Model<'_>, offset: usize) -> Option<Rewrite> {
    let mut loops = Loops { offset, found: None };
    walk_nodes(&mut loops, &model.template.nodes);
    let (whole, open, list) = loops.found?;
    let read = model.reads.iter().find(|read| {
        std::ptr::eq(read.at.source, &model.template.source) && read.at.span == list
    })?;
    Value::of(model, read)?;
    if read.defaulted || read.reach.asked {
        return None;
    }
    let list = read.at.text();
    let title = format!("show this loop only if `{list}` has items");
    Some(enclosed(&format!("{list}.size > 0"), title, whole, open))
}

/// Finds the loop whose opening tag is at an offset: the whole, the tag, and its list.
struct Loops {
    offset: usize,
    found: Option<(Span, Span, Span)>,
}

impl Visitor for Loops {
    fn tag(&mut self, tag: &Tag) {
        if let Markup::Loop(one) = &tag.markup
            && tag.close.is_some()
            && tag.open.touches(self.offset)
        {
            self.found = Some((tag.span, tag.open, one.collection.span));
        }
        walk_tag(self, tag);
    }
}

fn enclosed(condition: &str, title: String, whole: Span, at: Span) -> Rewrite {
    let edits = vec![
        Edit { span: Span::empty(whole.start as usize), text: format!("{{% if {condition} %}}") },
        Edit { span: Span::empty(whole.end as usize), text: "{% endif %}".to_owned() },
    ];
    Rewrite { title, edits, at }
}
