//! Origins of paths, and which of their steps are known to be present.

use std::sync::Arc;

use super::origin::{Base, DataOrigin, OriginStep, Reach};
use super::place::PlaceRoot;
use super::walker::Walker;
use crate::shape::{Kinds, Shape};
use crate::syntax::ast::Segment;
use crate::value::{Value, View};

/// What conditions have tested along a path, by the steps of its origin.
pub(super) struct Steps {
    base: Base,
    /// How many of its places were tested.
    asked: usize,
    last: Option<usize>,
    /// The step before the last.
    before: Option<usize>,
}

impl Steps {
    pub fn new(origin: Option<&DataOrigin>) -> Steps {
        let base = origin.map_or_else(Base::default, |origin| origin.base);
        Steps { base, asked: 0, last: None, before: None }
    }

    pub fn ask(&mut self, origin: Option<&DataOrigin>) {
        let Some(origin) = origin else { return };
        self.asked += 1;
        self.before = self.last.replace(origin.steps.len());
    }
}

impl Walker<'_> {
    /// Adds a step to an origin.
    pub fn push_origin(
        &self,
        origin: &mut DataOrigin,
        segment: &Segment,
        owner: &Shape,
        computed: Option<&Shape>,
    ) {
        let name = match (segment, computed.and_then(Shape::as_constant).map(Value::view)) {
            (Segment::Field(span), _) => {
                let name = self.text(*span);
                let command = matches!(name, "size" | "first" | "last");
                if command && owner.field(name).is_none() {
                    // The size of a list isn't a field.
                    match name {
                        "size" => origin.derived = true,
                        _ => origin.push(OriginStep::Item),
                    }
                    return;
                }
                name
            }
            (Segment::Attribute { name, .. }, _) => self.text(*name),
            (_, Some(View::Str(name))) => {
                return origin.push(OriginStep::Field(Arc::from(name)));
            }
            (_, None) if owner.kinds.has(Kinds::OBJECT) && !owner.kinds.has(Kinds::LIST) => {
                return origin.push(OriginStep::AnyField);
            }
            // `${object}[0]` is the object itself.
            (_, Some(View::Int(0))) if owner.kinds.without(Kinds::NIL).within(Kinds::OBJECT) => {
                return;
            }
            _ => return origin.push(OriginStep::Item),
        };
        origin.push(OriginStep::Field(Arc::from(name)));
    }

    /// Returns how a path is reached, from the conditions around it and what they test.
    pub fn reach(
        &self,
        steps: &Steps,
        origin: Option<&DataOrigin>,
        roots: [Option<&PlaceRoot>; 2],
    ) -> Reach {
        let Some(origin) = origin else { return Reach::default() };
        let Base { steps: base, conditions } = steps.base;
        let around = self.conditions.saturating_sub(conditions);
        if around == 0 {
            // Facts here hold on every path: recipients without the value get no message.
            return Reach { steps: base, asked: false, branch: false };
        }
        let facts = roots.into_iter().flatten().map(|root| self.environment.facts_of(root));
        let facts = facts.max().unwrap_or_default();
        let asked = steps.last == Some(origin.steps.len());
        let sure = match steps.last {
            Some(last) if asked => steps.before.unwrap_or(base).min(last),
            Some(last) => last,
            None => base,
        };
        let branch = around > steps.asked || facts > steps.asked;
        Reach { steps: sure.max(base), asked, branch }
    }
}
