use std::sync::Arc;

use indexmap::IndexMap;

use super::call_set::{CallSet, Derived};
use super::environment::{Binding, Delta, Environment};
use super::index::Index;
use super::model::{Definition, DefinitionKind, Model, Site};
use crate::catalogs::Catalogs;
use crate::endpoint::Endpoints;
use crate::semantics::Semantics;
use crate::shape::Shape;
use crate::syntax::Template;
use crate::text::{Source, Span};

/// The content blocks of a workspace.
pub trait Blocks: Sync {
    fn block(&self, name: &str) -> Option<&Template>;
}

/// What is known before the first tag.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    pub semantics: &'static dyn Semantics,
    /// Variables that every template has.
    pub variables: &'a IndexMap<Arc<str>, Arc<Shape>>,
    /// Shape of each family's attributes, by [`crate::syntax::FamilyId`].
    pub families: &'a [Arc<Shape>],
    pub blocks: &'a dyn Blocks,
    /// Catalogs that every recipient has.
    pub catalogs: &'a Catalogs,
    /// What calls respond with.
    pub endpoints: &'a Endpoints,
    /// Whether more variables may already be set, as in a content block on its own.
    pub is_block: bool,
    /// Whether to keep what is printed as [`Model::printed`], as for the parts of a webhook.
    pub keeps_printed: bool,
}

/// Analyzes a template with the content blocks it includes.
#[must_use]
pub fn analyze<'a>(template: &'a Template, known: Known<'a>) -> Model<'a> {
    let model = Model {
        template,
        inclusions: Vec::new(),
        reads: Vec::new(),
        outputs: Vec::new(),
        filters: Vec::new(),
        comparisons: Vec::new(),
        tests: Vec::new(),
        loops: Vec::new(),
        calls: Vec::new(),
        definitions: Vec::new(),
        tags: Vec::new(),
        always_stops: false,
        printed: None,
        asked: Vec::new(),
        variables: Vec::new(),
        index: Index::default(),
    };
    let mut walker = Walker {
        known,
        model,
        environment: Environment::default(),
        source: &template.source,
        via: None,
        depth: 0,
        active: Vec::new(),
        silent: 0,
        loops: Vec::new(),
        lost: false,
        conditions: 0,
        captures: Vec::new(),
        captured: CallSet::NONE,
        controls: CallSet::NONE,
        steps: 0,
        in_blocks: 0,
    };
    if known.keeps_printed {
        walker.model.printed = Some(walker.pieces(&template.nodes));
    } else {
        walker.nodes(&template.nodes);
    }
    walker.model.always_stops = walker.environment.dead;
    if !walker.environment.dead {
        walker.model.asked = walker.environment.asked();
    }
    walker.model.variables = walker.environment.bound();
    walker.model
}

/// A loop that the walk is inside.
#[derive(Debug, Default)]
pub(super) struct LoopFrame<'a> {
    pub breaks: Vec<Delta<'a>>,
    pub continues: Vec<Delta<'a>>,
    /// Whether it has more exits than are tracked.
    pub lost: bool,
    pub mark: Option<super::environment::Mark>,
    /// Whether it iterates at most once.
    pub once: bool,
}

pub(super) struct Walker<'a> {
    pub known: Known<'a>,
    pub model: Model<'a>,
    pub environment: Environment<'a>,
    pub source: &'a Arc<Source>,
    pub via: Option<usize>,
    /// Nesting depth in content blocks.
    pub depth: usize,
    pub active: Vec<&'a str>,
    /// Above zero while a loop is walked only for its effect on variables.
    pub silent: usize,
    pub loops: Vec<LoopFrame<'a>>,
    /// Whether the last iteration had more exits than are tracked.
    pub lost: bool,
    pub conditions: usize,
    pub captures: Vec<&'a str>,
    /// Calls whose responses the innermost `capture` prints.
    pub captured: CallSet,
    /// Calls whose responses decide whether this point is reached.
    pub controls: CallSet,
    /// Nodes walked so far: past a limit, loops are walked once.
    pub steps: usize,
    /// Nodes among them that are inside content blocks.
    pub in_blocks: usize,
}

impl<'a> Walker<'a> {
    pub fn site(&self, span: Span) -> Site<'a> {
        Site { source: self.source, span, via: self.via }
    }

    pub fn text(&self, span: Span) -> &'a str {
        self.source.slice(span)
    }

    pub fn records(&self) -> bool {
        self.silent == 0
    }

    /// Counts the enclosing loops that may iterate more than once.
    pub fn repeats(&self) -> usize {
        self.loops.iter().filter(|frame| !frame.once).count()
    }

    /// Records that a condition tests the responses to calls.
    pub fn tested(&mut self, calls: CallSet) {
        for call in calls.iter() {
            if let Some(call) = self.model.calls.get_mut(call) {
                call.tested = true;
            }
        }
    }

    /// Records a definition and returns its index in the model.
    pub fn define(
        &mut self,
        name: &'a str,
        at: Span,
        tag: Span,
        kind: DefinitionKind,
    ) -> Option<usize> {
        if !self.records() {
            return None;
        }
        let at = self.site(at);
        self.model.definitions.push(Definition { at, name, kind, tag, value: None });
        Some(self.model.definitions.len() - 1)
    }

    /// Binds a variable when only its shape is known.
    pub fn bind(&mut self, name: &'a str, shape: Arc<Shape>, definition: Option<usize>) {
        let binding = Binding {
            shape,
            definition,
            call: None,
            origin: None,
            derived: Derived::of(self.controls),
            pieces: None,
            alias: None,
            implies: None,
            version: 0,
        };
        self.environment.set(name, binding);
    }
}
