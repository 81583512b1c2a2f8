use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};

use super::calls::{CallRead, merge_call};
use super::kinds;
use super::node::{Need, Node, Use};
use crate::analyze::{self, DataOrigin, Model, OriginRoot, Place, PlaceRoot, Usage};
use crate::dialect::families::FAMILIES;
use crate::project::Message;
use crate::rules::Knowledge;
use crate::shape::Shape;
use crate::syntax::FamilyId;
use crate::text::Source;

/// Everything that messages read.
#[derive(Clone, Debug, Default)]
pub struct Contract {
    pub messages: Vec<String>,
    /// Files that can't be parsed; they may read more.
    pub broken: Vec<String>,
    /// What is read from each family, by its word; the profile's is empty.
    pub families: IndexMap<&'static str, Node>,
    /// Calls, without duplicates.
    pub calls: Vec<CallRead>,
    pub blocks: IndexMap<String, BlockRead>,
    /// Variables that no template sets.
    pub variables: IndexMap<Arc<str>, VariableRead>,
}

#[derive(Clone, Debug)]
pub struct BlockRead {
    /// `None` if the workspace has no such block.
    pub source: Option<Arc<Source>>,
    pub uses: IndexSet<Use>,
}

/// A variable that no template sets.
#[derive(Clone, Debug)]
pub struct VariableRead {
    pub shape: Option<Arc<Shape>>,
    pub node: Node,
}

/// Variables that loops provide.
const OF_LOOPS: [&str; 2] = ["forloop", "tablerowloop"];

impl Contract {
    /// Collects what these messages read.
    #[must_use]
    pub fn of<'m>(known: &Knowledge, messages: impl IntoIterator<Item = &'m Message>) -> Contract {
        let mut contract = Contract::default();
        for message in messages {
            contract.messages.push(message.name.clone());
            let families = known.families(&message.name);
            each_part(known, message, |_, model| contract.add(known, model));
            for (name, node) in &mut contract.families {
                let family = FAMILIES.iter().position(|family| family.name == *name);
                if let Some(shape) = family.and_then(|place| families.get(place)) {
                    node.know(shape);
                }
            }
        }
        contract.families.sort_by(|a, _, b, _| place_of(a).cmp(&place_of(b)));
        contract
    }

    /// Returns what is read from a family such as `api_trigger_properties`.
    #[must_use]
    pub fn family(&self, name: &str) -> Option<&Node> {
        self.families.get(name)
    }

    /// Finds a call by endpoint, target variable, or number from 1.
    #[must_use]
    pub fn call(&self, name: &str) -> Option<&CallRead> {
        let place = name.parse::<usize>().ok().and_then(|place| place.checked_sub(1));
        let named = |call: &&CallRead| {
            call.endpoint.as_deref() == Some(name) || call.targets.contains(name)
        };
        self.calls.iter().find(named).or_else(|| self.calls.get(place?))
    }

    fn add(&mut self, known: &Knowledge, model: &Model<'_>) {
        if model.is_broken() {
            self.broken.push(model.template.source.name().to_owned());
        }
        let calls = model.calls.iter().map(|call| merge_call(&mut self.calls, known, call));
        let calls = calls.collect::<Vec<_>>();
        for read in &model.reads {
            let Some(origin) = &read.origin else { continue };
            match &origin.root {
                OriginRoot::Family(family) => {
                    let name = known.semantics().family_name(*family);
                    self.families.entry(name).or_default().add(read, origin);
                }
                OriginRoot::Call(call) => {
                    let place = calls.get(*call).copied();
                    if let Some(call) = place.and_then(|place| self.calls.get_mut(place)) {
                        call.answer.add(read, origin);
                    }
                }
                OriginRoot::Variable(name) => {
                    let set = model.definitions.iter().any(|definition| *definition.name == **name);
                    if set || OF_LOOPS.contains(&&**name) {
                        continue;
                    }
                    let variable =
                        self.variables.entry(Arc::clone(name)).or_insert_with(|| VariableRead {
                            shape: known.variables.get(name).cloned(),
                            node: Node::default(),
                        });
                    variable.node.add(read, origin);
                }
            }
        }
        for place in &model.asked {
            self.ask(known, place);
        }
        kinds::note(self, model, known.semantics(), &calls);
        for inclusion in &model.inclusions {
            let block = known.blocks.get(inclusion.name);
            let entry = self.blocks.entry(inclusion.name.to_owned()).or_insert_with(|| BlockRead {
                source: block.map(|block| Arc::clone(&block.template.source)),
                uses: IndexSet::new(),
            });
            let source = Arc::clone(inclusion.at.source);
            let span = inclusion.at.span;
            let usage = Usage::Printed;
            entry.uses.insert(Use { source, span, usage, guarded: false });
        }
        for (call, place) in model.calls.iter().zip(&calls) {
            if let Some(read) = self.calls.get_mut(*place) {
                read.answer.know(&call.shape);
            }
        }
    }

    /// Records that no message is sent without an attribute.
    fn ask(&mut self, known: &Knowledge, place: &Place) {
        let PlaceRoot::Attribute { family, .. } = &place.root else { return };
        let Some(steps) = place.origin_steps() else { return };
        let family = (!family.is_empty()).then_some(&**family);
        let Some(id) = known.semantics().family(family) else { return };
        let name = known.semantics().family_name(id);
        if let Some(node) = self.families.get_mut(name).and_then(|node| node.at(&steps)) {
            node.need = Need::Required;
            node.stops = true;
        }
    }

    /// Returns the node of a value; `calls` maps a template's calls to [`Contract::calls`].
    pub(super) fn node(&mut self, origin: &DataOrigin, calls: &[usize]) -> Option<&mut Node> {
        let root = match &origin.root {
            OriginRoot::Family(FamilyId(id)) => {
                let family = FAMILIES.get(usize::from(*id))?;
                self.families.get_mut(family.name)?
            }
            OriginRoot::Call(call) => &mut self.calls.get_mut(*calls.get(*call)?)?.answer,
            OriginRoot::Variable(name) => &mut self.variables.get_mut(name)?.node,
        };
        root.at(&origin.steps)
    }
}

pub fn each_part(
    known: &Knowledge,
    message: &Message,
    mut see: impl FnMut(&crate::project::Part, &Model<'_>),
) {
    let families = known.families(&message.name);
    for part in &message.parts {
        see(part, &analyze::analyze(&part.template, known.before(&families)));
    }
}

/// Sort key: triggers, then the profile and its attributes, then everything else by name.
fn place_of(family: &str) -> (usize, &str) {
    let order = super::TRIGGERS.iter().copied().chain(["", "custom_attribute"]);
    let place = order.into_iter().position(|known| known == family);
    (place.unwrap_or(usize::MAX), family)
}
