use std::sync::Arc;

use super::Tag;
use crate::render::{Event, Exit, Flow, ForLoop, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::{BranchKind, Expr, Loop, Markup, Offset, Tag as Node};
use crate::syntax::{Blank, Body, Form, TagSyntax};
use crate::value::{Drop, Object, Value, View, strict_integer};

/// Renders its body for each item of a list, an object, or a range.
pub static TAG: Tag = Tag {
    syntax: TagSyntax { name: "for", form: Form::For, body: Body::Loop, blank: Blank::AsBody },
    render,
    effect: Effect::None,
    summary: "Renders its body for each item of a list, an object, or a range.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, out: &mut String) -> Flow {
    let Markup::Loop(markup) = &tag.markup else { return Ok(()) };
    let variable = renderer.text(markup.variable);
    let name = format!("{variable}-{}", renderer.text(markup.collection.span));
    let segment = segment(renderer, markup, &name)?;
    let body = tag.branches.iter().find(|branch| branch.kind == BranchKind::Main);
    let Some(body) = body.filter(|_| segment.length > 0) else {
        renderer.explain_loop(&markup.collection);
        renderer.note_turns(tag, 0);
        return match tag.branches.iter().find(|branch| branch.kind == BranchKind::Else) {
            Some(branch) => {
                renderer.note(branch.open.start, Event::Branch);
                renderer.body(&branch.body, out)
            }
            None => {
                renderer.mark_left_out(tag, out);
                Ok(())
            }
        };
    };
    let parent = renderer.state.loops.last().cloned();
    let forloop = Arc::new(ForLoop::new(name, segment.length, parent));
    renderer.state.loops.push(Arc::clone(&forloop));
    // An item of this name hides the loop itself.
    let own = if variable == "forloop" { "" } else { "forloop" };
    let list = renderer.list_origin(&markup.collection);
    renderer.state.push_frame(own, Arc::clone(&forloop) as Arc<dyn Drop>, variable, list);
    let mut flow = Ok(());
    let mut turns = 0;
    for turn in 0..segment.length {
        let place = segment.place(turn, markup.reversed);
        renderer.state.set_item(place, segment.item(place));
        flow = renderer.turn(tag.open).and_then(|()| renderer.body(&body.body, out));
        forloop.advance();
        turns += 1;
        match flow {
            Err(Exit::Continue) => flow = Ok(()),
            Err(_) => break,
            Ok(()) => {}
        }
    }
    renderer.state.pop_frame();
    renderer.state.loops.pop();
    renderer.note_turns(tag, turns);
    match flow {
        Err(Exit::Break) => Ok(()),
        other => other,
    }
}

/// The part of a collection that a loop goes over.
pub(super) struct Segment {
    collection: Value,
    start: usize,
    /// How many turns there are.
    pub(super) length: usize,
}

impl Segment {
    /// The part from `start`, at most `limit` long.
    pub(super) fn new(collection: Value, start: i64, limit: Option<i64>) -> Segment {
        let count = match collection.view() {
            View::Array(items) => items.len(),
            View::Object(object) => object.len(),
            View::Range(first, last) => {
                usize::try_from(last.saturating_sub(first).saturating_add(1)).unwrap_or(0)
            }
            // A text is looped over as a whole, as in Ruby 1.8.
            View::Str(text) => {
                let length = usize::from(!text.is_empty());
                return Segment { collection, start: 0, length };
            }
            _ => 0,
        } as i64;
        // Ruby walks from the first item and takes those between start and end.
        let end = limit.map_or(count, |limit| start.saturating_add(limit)).clamp(0, count);
        let start = start.clamp(0, count);
        let length = usize::try_from(end - start).unwrap_or(0);
        Segment { collection, start: start as usize, length }
    }

    /// The place in the collection of a turn.
    fn place(&self, turn: usize, reversed: bool) -> usize {
        self.start + if reversed { self.length - 1 - turn } else { turn }
    }

    /// The item at a place.
    pub(super) fn item(&self, place: usize) -> Value {
        match self.collection.view() {
            View::Array(items) => items.get(place).cloned().unwrap_or_default(),
            View::Object(object) => pair(object, place),
            View::Range(first, _) => Value::Int(first.saturating_add(place as i64)),
            _ => self.collection.clone(),
        }
    }

    /// The place of the first item.
    pub(super) fn first(&self) -> usize {
        self.start
    }
}

/// An entry of an object as `[key, value]`.
fn pair(object: &Object, place: usize) -> Value {
    object.entry_at(place).map_or(Value::Nil, |(key, value)| {
        Value::array(vec![Value::Str(Arc::clone(key)), value.clone()])
    })
}

fn segment<'a>(renderer: &mut Renderer<'a>, markup: &'a Loop, name: &str) -> Result<Segment, Exit> {
    let start = match &markup.offset {
        None => 0,
        Some(Offset::Continue) => {
            renderer.state.rare().loop_offsets.get(name).copied().unwrap_or(0)
        }
        Some(Offset::At(expr)) => whole(renderer, expr)?.unwrap_or(0),
    };
    let collection = renderer.value(&markup.collection)?;
    let limit = match &markup.limit {
        Some(expr) => whole(renderer, expr)?,
        None => None,
    };
    let segment = Segment::new(collection, start, limit);
    let end = start.saturating_add(segment.length as i64);
    renderer.state.rare().loop_offsets.insert(name.to_owned(), end);
    Ok(segment)
}

/// A whole number, as `limit` and `offset` take it; none for `nil`.
fn whole<'a>(renderer: &mut Renderer<'a>, expr: &'a Expr) -> Result<Option<i64>, Exit> {
    let value = renderer.value_to_read(expr)?;
    match value.view() {
        View::Nil => Ok(None),
        View::Int(i) => Ok(Some(i)),
        other => match strict_integer(&other.to_str()) {
            Some(Value::Int(i)) => Ok(Some(i)),
            Some(Value::Big(big)) if big.sign() == num_bigint::Sign::Minus => Ok(Some(i64::MIN)),
            Some(_) => Ok(Some(i64::MAX)),
            None => Err(renderer.error(expr.span, "invalid integer".to_owned())),
        },
    }
}
