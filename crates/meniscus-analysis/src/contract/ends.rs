use std::sync::Arc;

use super::collect::{Contract, each_part};
use super::node::Node;
use crate::analyze::{DefinitionKind, OriginRoot};
use crate::project::Message;
use crate::rules::Knowledge;
use crate::shape::Shape;
use crate::text::Source;

/// Variables at the end of a message part.
#[derive(Clone, Debug)]
pub struct PartEnd {
    pub name: String,
    pub source: Arc<Source>,
    /// In the order they are set.
    pub variables: Vec<VariableEnd>,
}

/// A variable at the end of a message part.
#[derive(Clone, Debug)]
pub struct VariableEnd {
    pub name: String,
    pub shape: Arc<Shape>,
    /// Location of the tag that last set it: `body.html:3`.
    pub set_at: Option<String>,
    /// Its origin: `wallet.payload.user_offers[]`, `context.offer`.
    pub from: Option<String>,
    /// The call whose whole response it is, an index into [`Contract::calls`].
    pub call: Option<usize>,
    /// What the message reads from it, if it is a response.
    pub read: Option<Node>,
}

/// Returns the variables at the end of each part; `contract` is what the message reads.
#[must_use]
pub fn ends(known: &Knowledge, message: &Message, contract: &Contract) -> Vec<PartEnd> {
    let mut parts = Vec::new();
    each_part(known, message, |part, model| {
        let variables = model.variables.iter().map(|variable| {
            let definition = variable.definition.and_then(|at| model.definitions.get(at));
            let call_of = |place: usize| model.calls.get(place);
            let mut end = VariableEnd {
                name: variable.name.to_owned(),
                shape: Arc::clone(&variable.shape),
                set_at: definition.map(|definition| {
                    let line =
                        definition.at.source.position(definition.at.span.start as usize).line;
                    format!("{}:{line}", definition.at.source.name())
                }),
                from: None,
                call: None,
                read: None,
            };
            let Some(origin) = &variable.origin else { return end };
            let steps = origin.to_string();
            let behind = |owner: &str| {
                let dot = if steps.is_empty() || steps.starts_with('[') { "" } else { "." };
                format!("{owner}{dot}{steps}")
            };
            match &origin.root {
                OriginRoot::Family(family) => {
                    let name = known.semantics().family_name(*family);
                    end.from = Some(if name.is_empty() { steps.clone() } else { behind(name) });
                }
                OriginRoot::Variable(name) => end.from = Some(behind(name)),
                OriginRoot::Call(place) => {
                    let Some(call) = call_of(*place) else { return end };
                    let is_call = matches!(
                        definition.map(|definition| definition.kind),
                        Some(DefinitionKind::Call(_))
                    );
                    if steps.is_empty() && is_call {
                        let span = call.at.span;
                        end.call = contract.calls.iter().position(|known| {
                            known.uses.iter().any(|used| {
                                used.span == span && used.source.name() == call.at.source.name()
                            })
                        });
                        let read = end.call.and_then(|place| contract.calls.get(place));
                        end.read = read.map(|call| call.answer.clone());
                    } else {
                        end.from = Some(behind(call.target));
                    }
                }
            }
            end
        });
        let variables = variables.collect();
        let source = Arc::clone(part.source());
        parts.push(PartEnd { name: part.name.clone(), source, variables });
    });
    parts
}
