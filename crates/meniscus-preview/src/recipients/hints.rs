//! What the uses of a value reveal beyond its kind: filters, comparisons.

use std::collections::HashMap;
use std::sync::Arc;

use crate::analyze::{DataOrigin, Model, OriginRoot, Read};
use crate::project::Message;
use crate::rules::Knowledge;
use crate::syntax::ast::{Expr, Operator};
use crate::text::{Source, Span};
use crate::value::{Value, View};

/// Hints by the values' names: [`name_of`].
#[derive(Debug, Default)]
pub(super) struct Hints {
    by_name: HashMap<String, Hint>,
}

/// What the uses of a value reveal.
#[derive(Debug, Default)]
pub(super) struct Hint {
    /// Filters applied to it.
    pub filters: Vec<String>,
    pub separator: Option<String>,
    /// Comparisons, with the value on the left.
    pub compared: Vec<(Operator, Value)>,
    /// Whether a call sends it, or it is a key of a catalog or cart.
    pub sent: bool,
}

/// Tags that look something up.
const KEYED: [&str; 4] =
    ["catalog_items", "catalog_selection_items", "shopping_cart", "landing_page_url"];

impl Hints {
    /// Collects hints from all parts of a message.
    pub fn of(known: &Knowledge, message: &Message) -> Hints {
        let mut hints = Hints::default();
        crate::contract::each_part(known, message, |_, model| hints.add(known, model));
        hints
    }

    /// Returns the hint for a value: `context.offer.name`, `variables.points`.
    pub fn get(&self, name: &str) -> Option<&Hint> {
        self.by_name.get(name)
    }

    fn add(&mut self, known: &Knowledge, model: &Model<'_>) {
        let subjects =
            model.reads.iter().map(|read| ((address(read.at.source), read.at.span.start), read));
        let subjects = subjects.collect::<HashMap<_, _>>();
        let read_at = |source: &Arc<Source>, span: Span| -> Option<&Read<'_>> {
            let read = subjects.get(&(address(source), span.start))?;
            (read.at.span.end <= span.end).then_some(*read)
        };
        for used in &model.filters {
            let start = used.at.source.slice(used.left);
            let blank = start.len() - start.trim_start().len();
            let left = Span::new(used.left.start as usize + blank, used.left.end as usize);
            let Some(read) = read_at(used.at.source, left) else { continue };
            let Some(hint) = self.of_read(known, read) else { continue };
            let name = used.at.source.slice(used.call.name);
            if !hint.filters.iter().any(|known| known == name) {
                hint.filters.push(name.to_owned());
            }
            let first = used.arguments.first().and_then(|shape| shape.as_constant());
            if let ("split", Some(View::Str(separator))) = (name, first.map(Value::view)) {
                hint.separator = Some(separator.to_owned());
            }
        }
        for used in &model.comparisons {
            let sides: [(&Expr, _, bool); 2] =
                [(used.left, &used.right_shape, true), (used.right, &used.left_shape, false)];
            for (side, other, is_left) in sides {
                let Some(value) = other.as_constant() else { continue };
                let Some(read) = read_at(used.at.source, side.span) else { continue };
                if read.at.span.end != side.span.end && !is_nested(used.at.source, side.span) {
                    continue;
                }
                let operator = if is_left { used.operator } else { turned(used.operator) };
                if let Some(hint) = self.of_read(known, read) {
                    hint.compared.push((operator, value.clone()));
                }
            }
        }
        let calls = model.calls.iter().map(|call| call.at);
        let keyed = model.tags.iter().filter(|used| KEYED.contains(&used.name)).map(|used| used.at);
        for at in calls.chain(keyed) {
            let inside = |read: &&Read<'_>| {
                Arc::ptr_eq(read.at.source, at.source)
                    && at.span.start <= read.at.span.start
                    && read.at.span.end <= at.span.end
            };
            for read in model.reads.iter().filter(inside) {
                if let Some(hint) = self.of_read(known, read) {
                    hint.sent = true;
                }
            }
        }
    }

    /// Returns the hint of a read value; `None` if filters have changed it.
    fn of_read(&mut self, known: &Knowledge, read: &Read<'_>) -> Option<&mut Hint> {
        let origin = read.origin.as_deref().filter(|origin| !origin.derived)?;
        Some(self.by_name.entry(name_of(known, origin)?).or_default())
    }
}

/// Returns a scenario value's name: its table and steps; `None` for responses.
fn name_of(known: &Knowledge, origin: &DataOrigin) -> Option<String> {
    let steps = origin.to_string();
    match &origin.root {
        OriginRoot::Family(family) => {
            let table = super::table_of(known.semantics().family_name(*family))?;
            Some(format!("{table}.{steps}"))
        }
        OriginRoot::Variable(name) => {
            let dot = if steps.is_empty() || steps.starts_with('[') { "" } else { "." };
            Some(format!("variables.{name}{dot}{steps}"))
        }
        OriginRoot::Call(_) => None,
    }
}

/// Swaps an operator's sides.
fn turned(operator: Operator) -> Operator {
    match operator {
        Operator::Less => Operator::Greater,
        Operator::Greater => Operator::Less,
        Operator::LessOrEqual => Operator::GreaterOrEqual,
        Operator::GreaterOrEqual => Operator::LessOrEqual,
        Operator::Contains => Operator::Unknown,
        same => same,
    }
}

fn is_nested(source: &Source, span: Span) -> bool {
    source.slice(span).starts_with("{{")
}

fn address(source: &Arc<Source>) -> usize {
    Arc::as_ptr(source) as usize
}
