//! An answer to fill in: every field that a schema documents, a recording has, or a message reads.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::contract::{CallRead, Contract, Node};
use crate::diagnostic::Label;
use crate::endpoint::STATUS_FIELD;
use crate::project::Message;
use crate::rules::Knowledge;
use crate::shape::{Kinds, Shape, Values};
use crate::value::to_json;

/// The deepest nesting that is written.
const DEEPEST: usize = 12;

/// Returns a response with empty values of the right kinds, and one item in each list.
///
/// `shape` is what is known about the response, `reads` what messages read of it.
#[must_use]
pub fn empty_answer(shape: &Shape, reads: &Node) -> Json {
    let mut answer = of_shape(shape, 0);
    add_reads(&mut answer, reads, 0);
    if let Json::Object(members) = &mut answer {
        // Braze adds it.
        members.shift_remove(STATUS_FIELD);
    }
    match answer {
        Json::Object(_) | Json::Array(_) => answer,
        _ => Json::Object(Map::new()),
    }
}

/// Returns an answer to fill in for a call of a message, and the endpoint that documents it. `at` is
/// the tag, `target` the variable that the response is saved to.
#[must_use]
pub fn empty_answer_to(
    known: &Knowledge,
    message: &Message,
    at: &Label,
    target: &str,
) -> (Json, Option<Arc<str>>) {
    let contract = Contract::of(known, [message]);
    let is_there = |call: &&CallRead| {
        let mut uses = call.uses.iter();
        uses.any(|used| used.span == at.span && used.source.name() == at.source.name())
    };
    // In a block that isn't saved, the call is somewhere else by now.
    let is_alike = |call: &&CallRead| call.targets.contains(target);
    let mut calls = contract.calls.iter();
    let call = calls.clone().find(is_there).or_else(|| calls.find(is_alike));
    match call {
        Some(call) => (empty_answer(&call.shape, &call.answer), call.endpoint.clone()),
        None => (Json::Object(Map::new()), None),
    }
}

fn of_shape(shape: &Shape, depth: usize) -> Json {
    if let (Some(object), true) = (&shape.object, depth < DEEPEST) {
        let fields = object.fields.iter();
        let fields =
            fields.map(|(name, field)| (name.to_string(), of_shape(&field.shape, depth + 1)));
        return Json::Object(fields.collect());
    }
    if let (Some(list), true) = (&shape.list, depth < DEEPEST) {
        let item = of_shape(&list.item, depth + 1);
        return Json::Array(if item.is_null() { Vec::new() } else { vec![item] });
    }
    // The first of an enumeration is a value that the platform may send.
    let documented = shape.scalar.as_ref().filter(|scalar| scalar.known != Values::Seen);
    if let Some(value) = documented.and_then(|scalar| scalar.values.first()) {
        return to_json(value.view());
    }
    empty(shape.kinds)
}

/// Returns the empty value of the likeliest kind.
fn empty(kinds: Kinds) -> Json {
    let may = |kind: Kinds| kinds.meets(kind) && !kinds.is_any();
    match () {
        () if may(Kinds::TEXT) => Json::from(""),
        () if may(Kinds::NUMBER) => Json::from(0),
        () if may(Kinds::BOOL) => Json::from(false),
        () if may(Kinds::LIST) => Json::Array(Vec::new()),
        () if may(Kinds::OBJECT) => Json::Object(Map::new()),
        () => Json::Null,
    }
}

/// Adds what messages read and nobody has documented.
fn add_reads(answer: &mut Json, node: &Node, depth: usize) {
    if depth >= DEEPEST {
        return;
    }
    if let Some(item) = &node.item {
        if answer.is_null() {
            *answer = Json::Array(Vec::new());
        }
        if let Json::Array(items) = answer {
            if items.is_empty() {
                items.push(Json::Null);
            }
            items.iter_mut().for_each(|inner| add_reads(inner, item, depth + 1));
        }
    }
    if !node.fields.is_empty() {
        if answer.is_null() {
            *answer = Json::Object(Map::new());
        }
        if let Json::Object(members) = answer {
            for (name, inner) in &node.fields {
                add_reads(members.entry(&**name).or_insert(Json::Null), inner, depth + 1);
            }
        }
    }
    if answer.is_null() {
        let kinds = node.kinds();
        *answer = if kinds.is_any() { Json::from("") } else { empty(kinds) };
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::shape::{Sample, SampleKind, read_schema};
    use crate::text::DataPath;
    use serde_json::json;

    #[test]
    fn every_documented_field_is_there_and_every_one_that_is_read() {
        let schema = json!({
            "type": "object",
            "properties": {
                "status": {"type": "string", "enum": ["ok", "error"]},
                "total": {"type": "integer"},
                "offers": {"type": "array", "items": {
                    "type": "object",
                    "properties": {"name": {"type": "string"}, "active": {"type": "boolean"}},
                }},
            },
        });
        let sample = Arc::new(Sample {
            name: "offers".to_owned(),
            kind: SampleKind::Recording,
            shown: "offers.json".to_owned(),
            file: "offers.json".into(),
            base: DataPath::new(),
        });
        let shape = read_schema(&sample, &schema, &|_| None).unwrap();
        let mut reads = Node::default();
        let mut offers = Node::default();
        let mut item = Node::default();
        item.fields.insert(Arc::from("points"), Node::default());
        offers.item = Some(Box::new(item));
        reads.fields.insert(Arc::from("offers"), offers);
        assert_eq!(
            empty_answer(&shape, &reads),
            json!({
                "status": "ok",
                "total": 0,
                "offers": [{"name": "", "active": false, "points": ""}],
            })
        );
        assert_eq!(empty_answer(&Shape::any(), &Node::default()), json!({}));
    }
}
