use std::sync::Arc;

use super::Tag;
use super::for_::Segment;
use crate::render::{Exit, Flow, Limit, Renderer, TableLoop};
use crate::semantics::Effect;
use crate::syntax::ast::{Markup, Offset, Tag as Node};
use crate::syntax::{Blank, Body, Form, TagSyntax};
use crate::value::{Drop, Value, View, leading_integer};

/// Renders its body for each item, as rows of an HTML table.
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "tablerow",
        form: Form::Tablerow,
        body: Body::Nodes,
        blank: Blank::AsBody,
    },
    render,
    effect: Effect::None,
    summary: "Renders its body for each item, as rows of an HTML table.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, out: &mut String) -> Flow {
    let Markup::Loop(markup) = &tag.markup else { return Ok(()) };
    let collection = renderer.value(&markup.collection)?;
    if !collection.view().is_truthy() {
        renderer.note_turns(tag, 0);
        renderer.mark_left_out(tag, out);
        return Ok(());
    }
    let start = match &markup.offset {
        Some(Offset::At(expr)) => leading(&renderer.value_to_read(expr)?),
        _ => 0,
    };
    let limit = match &markup.limit {
        Some(expr) => Some(leading(&renderer.value_to_read(expr)?)),
        None => None,
    };
    let segment = Segment::new(collection, start, limit);
    let columns = match &markup.columns {
        Some(expr) => match renderer.value_to_read(expr)? {
            Value::Nil => segment.length as i64,
            value => leading(&value),
        },
        None => segment.length as i64,
    };
    let variable = renderer.text(markup.variable);
    let cells = Arc::new(TableLoop::new(segment.length, columns));
    let list = renderer.list_origin(&markup.collection);
    let object = Arc::clone(&cells) as Arc<dyn Drop>;
    renderer.state.push_frame("tablerowloop", object, variable, list);
    out.push_str("<tr class=\"row1\">\n");
    let mut flow = Ok(());
    let mut turns = 0;
    for turn in 0..segment.length {
        let place = segment.first() + turn;
        renderer.state.set_item(place, segment.item(place));
        out.push_str(&format!("<td class=\"col{}\">", cells.column()));
        flow = renderer.turn(tag.open);
        turns += 1;
        // Cells without a body grow the text too.
        if out.len() > renderer.world.limits.output_bytes {
            flow = flow.and(Err(Exit::Limit(Limit::OutputBytes, tag.open)));
        }
        for branch in &tag.branches {
            flow = flow.and_then(|()| renderer.body(&branch.body, out));
        }
        out.push_str("</td>");
        match flow {
            Err(Exit::Continue) => flow = Ok(()),
            Err(_) => break,
            Ok(()) => {}
        }
        if cells.is_row_end() && !cells.is_last() {
            out.push_str(&format!("</tr>\n<tr class=\"row{}\">", cells.row() + 1));
        }
        cells.advance();
    }
    out.push_str("</tr>\n");
    renderer.state.pop_frame();
    renderer.note_turns(tag, turns);
    match flow {
        Err(Exit::Break) => Ok(()),
        other => other,
    }
}

/// A whole number as Ruby's `to_i` takes it.
fn leading(value: &Value) -> i64 {
    match value.view() {
        View::Int(i) => i,
        View::Float(f) => f as i64,
        View::Str(text) => match leading_integer(text) {
            Some(Value::Int(i)) => i,
            _ => i64::MAX,
        },
        _ => 0,
    }
}
