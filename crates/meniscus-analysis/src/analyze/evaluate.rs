//! Shapes of expressions: paths step by step, pipelines filter by filter.

use std::sync::Arc;

use super::call_set::Derived;
use super::environment::Alias;
use super::loop_object::loop_object;
use super::model::{Fault, FaultKind, OutputUse, Read, ReadRoot, Site, Usage};
use super::origin::{DataOrigin, OriginRoot, OriginStep};
use super::origin_steps::Steps;
use super::pieces::Pieces;
use super::place::{Place, PlaceRoot, PlaceStep};
use super::walker::Walker;
use crate::shape::{Field, Kinds, Missing, Object, Openness, Shape, join};
use crate::syntax::ast::{Attribute, Expr, ExprKind, Path, Pipeline, Root, Segment};
use crate::text::Span;
use crate::value::{Value, View};

/// Steps followed along a path. JSON nests at most 128 levels deep, so nothing lies beyond.
const MAX_STEPS: usize = 128;

/// What is known about the value of an expression.
#[derive(Clone, Debug)]
pub(super) struct Evaluated<'a> {
    pub shape: Arc<Shape>,
    /// Index into the model's reads; `None` while the walk records nothing.
    pub read: Option<usize>,
    pub call: Option<usize>,
    /// See [`Read::origin`].
    pub origin: Option<Arc<DataOrigin>>,
    /// The calls that a test of it would check.
    pub derived: Derived,
    pub pieces: Option<Arc<Pieces<'a>>>,
    pub alias: Option<Alias>,
}

impl Evaluated<'_> {
    pub fn of(shape: Shape) -> Self {
        Self::shared(Arc::new(shape))
    }

    pub fn shared(shape: Arc<Shape>) -> Self {
        Evaluated {
            shape,
            read: None,
            call: None,
            origin: None,
            derived: Derived::NONE,
            pieces: None,
            alias: None,
        }
    }
}

/// The result of a single step along a path.
struct Stepped {
    shape: Arc<Shape>,
    fault: Option<FaultKind>,
}

/// Fields joined for a computed key; beyond that, the result is unknown.
const MAX_JOINED: usize = 64;

impl<'a> Walker<'a> {
    /// Records the output of a printed pipeline.
    pub fn printed(
        &mut self,
        pipeline: &'a Pipeline,
        at: Site<'a>,
        output: Option<&'a crate::syntax::ast::Output>,
    ) -> Evaluated<'a> {
        let evaluated = self.pipeline(pipeline, Usage::Printed);
        self.captured |= evaluated.derived.calls;
        if self.records() {
            self.model.outputs.push(OutputUse {
                at,
                output,
                pipeline,
                shape: Arc::clone(&evaluated.shape),
                read: evaluated.read,
                capture: self.captures.last().copied(),
            });
        }
        evaluated
    }

    pub fn pipeline(&mut self, pipeline: &'a Pipeline, usage: Usage) -> Evaluated<'a> {
        let defaulted = pipeline.filters.iter().any(|call| self.text(call.name) == "default");
        let mut value = self.expr(&pipeline.subject, usage, defaulted);
        for call in &pipeline.filters {
            let left = Span { start: pipeline.span.start, end: call.span.start };
            value = self.filter(call, value, left, usage == Usage::Printed);
        }
        value
    }

    pub fn expr(&mut self, expr: &'a Expr, usage: Usage, defaulted: bool) -> Evaluated<'a> {
        match &expr.kind {
            ExprKind::Missing | ExprKind::Nil => Evaluated::of(Shape::of_kinds(Kinds::NIL)),
            ExprKind::Blank | ExprKind::Empty => Evaluated::of(Shape::any()),
            ExprKind::Bool(value) => Evaluated::of(Shape::constant(Value::Bool(*value))),
            ExprKind::Int(value) => self.literal(Value::Int(*value), expr.span),
            ExprKind::Big(_) => Evaluated::of(Shape::of_kinds(Kinds::INT)),
            ExprKind::Float(value) => self.literal(Value::Float(*value), expr.span),
            ExprKind::Str(span) => {
                let text = self.text(*span);
                let pieces = Pieces::text(text, self.site(*span));
                let shape = Arc::new(Shape::constant(Value::from(text)));
                Evaluated { pieces: Some(Arc::new(pieces)), ..Evaluated::shared(shape) }
            }
            ExprKind::Path(path) => self.path(path, expr.span, usage, defaulted),
            ExprKind::Range(ends) => {
                self.expr(&ends.0, Usage::Indexed, false);
                self.expr(&ends.1, Usage::Indexed, false);
                Evaluated::of(Shape::list_of(Arc::new(Shape::of_kinds(Kinds::INT))))
            }
            ExprKind::Nested(pipeline) => self.pipeline(pipeline, usage),
        }
    }

    fn literal(&self, value: Value, span: Span) -> Evaluated<'a> {
        let pieces = Pieces::text(self.text(span), self.site(span));
        Evaluated {
            pieces: Some(Arc::new(pieces)),
            ..Evaluated::shared(Arc::new(Shape::constant(value)))
        }
    }

    fn path(&mut self, path: &'a Path, span: Span, usage: Usage, defaulted: bool) -> Evaluated<'a> {
        if let Root::Attribute(attribute) = &path.root
            && attribute.id.is_some_and(|id| self.known.semantics.is_block_family(id))
        {
            return self.block(attribute, span);
        }
        let started = self.root(path, usage);
        let (root, mut value) = started;
        let root_place = PlaceRoot::of(&path.root, self.source);
        let mut place = root_place.clone().map(Place::of_root);
        // An alias has the shape of the place it refers to.
        let alias = value.alias.as_ref().filter(|alias| !alias.is_size && self.is_valid(alias));
        let mut other = alias.map(|alias| (*alias.place).clone());
        let alias_root = other.as_ref().map(|place| place.root.clone());
        let roots = [root_place.as_ref(), alias_root.as_ref()];
        let guarded = roots.into_iter().flatten().any(|root| self.environment.has_facts(root));
        let mut shape = Arc::clone(&value.shape);
        let mut origin = value.origin.clone();
        let mut steps = Steps::new(origin.as_deref());
        if let Some(known) = self.found_out(place.as_ref(), other.as_ref(), &shape) {
            shape = known;
            steps.ask(origin.as_deref());
        }
        let mut fault = self.root_fault(&root, &shape, &path.root);
        let mut missing_step = None;
        for (index, segment) in path.segments.iter().enumerate() {
            let owner = Arc::clone(&shape);
            let computed = match segment {
                Segment::Index { expr, .. } => Some(self.expr(expr, Usage::Indexed, false).shape),
                _ => None,
            };
            let known = origin.as_ref().map_or(index, |origin| origin.steps.len().max(index));
            if known >= MAX_STEPS {
                (shape, place, other, origin) = (Arc::new(Shape::any()), None, None, None);
                continue;
            }
            let stepped = self.step(&owner, segment, computed.as_deref());
            if let Some(origin) = &mut origin {
                self.push_origin(Arc::make_mut(origin), segment, &owner, computed.as_deref());
            }
            shape = stepped.shape;
            for place in [&mut place, &mut other] {
                *place = place.take().and_then(|mut place| {
                    self.push_step(&mut place, segment)?;
                    Some(place)
                });
            }
            if let Some(known) = self.found_out(place.as_ref(), other.as_ref(), &shape) {
                // A condition has tested it, so it is assumed to be present.
                shape = known;
                missing_step = None;
                steps.ask(origin.as_deref());
                continue;
            }
            if let (None, Some(kind)) = (&fault, stepped.fault) {
                let span = segment.span();
                let name = self.step_name(segment, computed.as_deref());
                let owner = Arc::clone(&owner);
                fault = Some(Fault { step: Some(index), span, name, kind, owner });
            }
            match (&owner.missing, &shape.missing) {
                // A value is missing if the value it is taken from is missing.
                (Some(missing), _) => {
                    let missing = Some(Arc::clone(missing));
                    shape = Arc::new(Shape { missing, ..(*shape).clone() });
                }
                (None, Some(_)) => missing_step = Some(index),
                (None, None) => {}
            }
        }
        value.shape = Arc::clone(&shape);
        value.origin = origin;
        let size = path.segments.last().is_some_and(
            |segment| matches!(segment, Segment::Field(span) if self.text(*span) == "size"),
        );
        if !path.segments.is_empty() || value.alias.is_none() {
            value.pieces = value.pieces.filter(|_| path.segments.is_empty());
            value.alias = other.or(place).and_then(|place| self.alias(place, size));
        }
        if usage == Usage::Tested || defaulted {
            self.tested(value.derived.calls);
        }
        if self.records() {
            self.model.reads.push(Read {
                at: self.site(span),
                path,
                root,
                shape,
                fault,
                missing_step,
                call: value.call,
                origin: value.origin.clone(),
                reach: self.reach(&steps, value.origin.as_deref(), roots),
                usage,
                defaulted,
                guarded,
                unchecked: value.call.is_some_and(|call| !self.environment.checked.has(call)),
                loops: self.loops.len(),
                conditional: self.conditions > 0,
            });
            value.read = Some(self.model.reads.len() - 1);
        }
        value
    }

    /// Returns what conditions have learned about a value at a place, and at its alias if any.
    fn found_out(
        &self,
        own: Option<&Place>,
        other: Option<&Place>,
        shape: &Shape,
    ) -> Option<Arc<Shape>> {
        let known = own.and_then(|place| self.environment.fact(place));
        let known = known.or_else(|| other.and_then(|place| self.environment.fact(place)));
        if known.is_some() || shape.missing.is_none() {
            return known.cloned();
        }
        // The alias was read before the test; its parent may have been tested since.
        let other = other?;
        let mut prefixes = (0..=other.steps.len()).rev();
        let (count, known) = prefixes
            .find_map(|count| Some((count, self.environment.fact(&other.prefix(count))?)))?;
        let mut found = Arc::clone(known);
        for step in &other.steps[count..] {
            found = match (step, step.key().and_then(|name| Some((name, found.field(name)?)))) {
                (_, Some((name, field))) => of_field(name, field),
                (step, None) if step.leads_to_item() => item(&found),
                _ => return None,
            };
        }
        found.missing.is_none().then_some(found)
    }

    /// Adds a step to a place; returns `None` if it is computed from more than a variable.
    pub fn push_step(&self, place: &mut Place, segment: &Segment) -> Option<()> {
        if place.steps.len() >= MAX_STEPS {
            return None;
        }
        let Segment::Index { expr, .. } = segment else {
            return place.push(segment, self.source);
        };
        let ExprKind::Path(Path { root: Root::Name(span), segments, .. }) = &expr.kind else {
            return place.push(segment, self.source);
        };
        if !segments.is_empty() {
            return None;
        }
        let name = self.text(*span);
        let binding = self.environment.get(name);
        let constant = binding.and_then(|binding| binding.shape.as_constant()).map(Value::view);
        place.steps.push(match constant {
            Some(View::Int(index)) => PlaceStep::Index(index),
            Some(View::Str(name)) => PlaceStep::Field(Arc::from(name)),
            _ => {
                let version = self.environment.version_of(name);
                PlaceStep::At { variable: Arc::from(name), version }
            }
        });
        Some(())
    }

    /// Returns the place that a path expression refers to.
    pub fn place_of(&self, expr: &Expr) -> Option<Place> {
        match &expr.kind {
            ExprKind::Path(path) => {
                let mut place = Place::of_root(PlaceRoot::of(&path.root, self.source)?);
                for segment in &path.segments {
                    self.push_step(&mut place, segment)?;
                }
                Some(place)
            }
            ExprKind::Nested(pipeline) if pipeline.filters.is_empty() => {
                self.place_of(&pipeline.subject)
            }
            _ => None,
        }
    }

    fn alias(&self, place: Place, is_size: bool) -> Option<Alias> {
        let place = if is_size { place.sized()? } else { place };
        let version = self.environment.version(&place.root);
        Some(Alias { place: Arc::new(place), is_size, version })
    }

    fn step_name(&self, segment: &Segment, computed: Option<&Shape>) -> Arc<str> {
        match (segment, computed.and_then(Shape::as_constant).map(Value::view)) {
            (Segment::Field(span) | Segment::Attribute { name: span, .. }, _) => {
                Arc::from(self.text(*span))
            }
            (_, Some(View::Str(name))) => Arc::from(name),
            (segment, _) => Arc::from(self.text(segment.span())),
        }
    }

    fn root(&mut self, path: &'a Path, _usage: Usage) -> (ReadRoot<'a>, Evaluated<'a>) {
        match &path.root {
            Root::Name(span) => self.variable(*span),
            Root::Attribute(attribute) => {
                let name = self.text(attribute.name);
                let root = ReadRoot::Attribute { family: attribute.id, name, span: attribute.name };
                let origin = attribute.id.map(|family| {
                    let mut origin = DataOrigin::of(OriginRoot::Family(family));
                    origin.push(OriginStep::Field(Arc::from(name)));
                    Arc::new(origin)
                });
                (root, Evaluated { origin, ..Evaluated::shared(self.attribute(attribute)) })
            }
            Root::Index(expr) => {
                self.expr(expr, Usage::Indexed, false);
                (ReadRoot::Computed, Evaluated::of(Shape::any()))
            }
        }
    }

    fn variable(&self, span: Span) -> (ReadRoot<'a>, Evaluated<'a>) {
        let name = self.text(span);
        if let Some(binding) = self.environment.get(name) {
            let root = ReadRoot::Variable {
                name,
                span,
                definition: binding.definition,
                set: true,
                global: false,
            };
            let value = Evaluated {
                shape: Arc::clone(&binding.shape),
                read: None,
                call: binding.call,
                origin: binding.origin.clone(),
                derived: binding.derived,
                pieces: binding.pieces.clone(),
                alias: binding.alias.clone(),
            };
            return (root, value);
        }
        let mut origin = OriginRoot::Variable(Arc::from(name));
        let (shape, global) = match self.known.variables.get(name) {
            Some(shape) => (Arc::clone(shape), true),
            None => match self.known.semantics.bare_family(name) {
                Some(family) => {
                    origin = OriginRoot::Family(family);
                    (self.family(Some(family)), true)
                }
                None => match loop_object(name) {
                    Some(shape) => (shape, true),
                    None => (Arc::new(Shape::any()), false),
                },
            },
        };
        let origin = Some(Arc::new(DataOrigin::of(origin)));
        let pieces = shape
            .as_constant()
            .map(|value| Arc::new(Pieces::value(value.view().to_str().into_owned())));
        let root = ReadRoot::Variable { name, span, definition: None, set: global, global };
        (root, Evaluated { pieces, origin, ..Evaluated::shared(shape) })
    }

    /// Returns the object whose fields are the attributes of a family.
    fn family(&self, family: Option<crate::syntax::FamilyId>) -> Arc<Shape> {
        let known = family.and_then(|id| self.known.families.get(usize::from(id.0)));
        known.cloned().unwrap_or_else(|| Arc::new(Shape::any()))
    }

    fn attribute(&self, attribute: &Attribute) -> Arc<Shape> {
        let family = self.family(attribute.id);
        match family.field(self.text(attribute.name)) {
            Some(field) => of_field(self.text(attribute.name), field),
            None => Arc::new(Shape::any()),
        }
    }

    /// Reports an attribute that its family lacks.
    fn root_fault(&self, read: &ReadRoot<'a>, _shape: &Shape, root: &Root) -> Option<Fault> {
        let (ReadRoot::Attribute { family, name, span }, Root::Attribute(_)) = (read, root) else {
            return None;
        };
        let owner = self.family(*family);
        let object = owner.object.as_ref()?;
        if object.openness == Openness::Free || object.fields.contains_key(*name) {
            return None;
        }
        let kind = FaultKind::UnknownField;
        Some(Fault { step: None, span: *span, name: Arc::from(*name), kind, owner })
    }

    fn step(&self, owner: &Arc<Shape>, segment: &Segment, computed: Option<&Shape>) -> Stepped {
        let any = || Stepped { shape: Arc::new(Shape::any()), fault: None };
        if owner.is_any() {
            return any();
        }
        match segment {
            Segment::Field(span) => step_field(owner, self.text(*span), true),
            Segment::Attribute { name, .. } => step_field(owner, self.text(*name), false),
            Segment::Index { .. } => {
                let Some(computed) = computed else { return any() };
                match computed.as_constant().map(Value::view) {
                    Some(View::Str(name)) => step_field(owner, name, false),
                    Some(View::Int(index)) => step_index(owner, index),
                    _ => step_computed(owner),
                }
            }
        }
    }
}

/// Returns a field's shape, with the evidence that it may be missing.
pub(super) fn of_field(name: &str, field: &Field) -> Arc<Shape> {
    let mut shape = Arc::clone(&field.shape);
    if field.shape.kinds == Kinds::NONE {
        // Only `null` was seen, so its other values are unknown.
        shape = Arc::new(Shape { place: shape.place.clone(), ..Shape::any() });
    }
    if !field.seen.may_be_missing() {
        return shape;
    }
    let missing = Missing::Field { name: Arc::from(name), seen: field.seen.clone() };
    let kinds = shape.kinds | Kinds::NIL;
    Arc::new(Shape { kinds, missing: Some(Arc::new(missing)), ..(*shape).clone() })
}

fn step_field(owner: &Arc<Shape>, name: &str, commands: bool) -> Stepped {
    let found = |shape: Shape| Stepped { shape: Arc::new(shape), fault: None };
    if owner.kinds.has(Kinds::OBJECT) {
        let Some(object) = &owner.object else { return found(Shape::any()) };
        if let Some(field) = object.fields.get(name) {
            let shape = of_field(name, field);
            if shape.missing.is_some() && is_discriminated(object, name) {
                // Whether the response is a good one is up to the rules about calls.
                return Stepped { shape: Arc::new(shape.without_nil()), fault: None };
            }
            return Stepped { shape, fault: None };
        }
        if commands && matches!(name, "size" | "first") {
            let kinds = if name == "size" { Kinds::INT } else { Kinds::ANY };
            return found(Shape::of_kinds(kinds));
        }
    }
    if owner.kinds.has(Kinds::LIST) && commands {
        match name {
            "size" => return found(Shape::of_kinds(Kinds::INT)),
            "first" | "last" => return Stepped { shape: item(owner), fault: None },
            _ => {}
        }
    }
    if owner.kinds.has(Kinds::TEXT) && commands && name == "size" {
        return found(Shape::of_kinds(Kinds::INT));
    }
    let unknown = Arc::new(Shape::any());
    let fault = match &owner.object {
        Some(object) if owner.kinds.has(Kinds::OBJECT) => {
            (object.openness != Openness::Free).then_some(FaultKind::UnknownField)
        }
        _ if owner.kinds.has(Kinds::LIST) => Some(FaultKind::FieldOfList),
        _ if owner.kinds.without(Kinds::NIL).within(Kinds::SCALAR) => Some(FaultKind::Scalar),
        _ => None,
    };
    Stepped { shape: unknown, fault }
}

/// Whether an optional field is always present in some kind of response.
fn is_discriminated(object: &Object, name: &str) -> bool {
    object.variants.as_ref().is_some_and(|variants| {
        let mut fields = variants.cases.iter().map(|(_, shape)| shape.field(name));
        let sure = |field: Option<&Field>| field.is_some_and(|field| !field.seen.may_be_missing());
        variants.cases.len() > 1 && fields.any(sure)
    })
}

fn step_index(owner: &Arc<Shape>, index: i64) -> Stepped {
    if owner.kinds.has(Kinds::LIST) {
        let longest = owner.list.as_ref().and_then(|list| list.longest);
        let fault = longest.filter(|longest| {
            let reach = if index < 0 { index.unsigned_abs() } else { index.unsigned_abs() + 1 };
            *longest > 0 && reach > *longest as u64
        });
        let fault = fault.map(|longest| FaultKind::Index { index, longest });
        return Stepped { shape: item(owner), fault };
    }
    let unknown = Arc::new(Shape::any());
    if owner.kinds.has(Kinds::OBJECT) {
        // `${object}[0]` is the object itself, as Braze's docs say (reference 1.2).
        let shape = if index == 0 { Arc::clone(owner) } else { unknown };
        return Stepped { shape, fault: None };
    }
    let scalar = owner.kinds.without(Kinds::NIL).within(Kinds::SCALAR);
    Stepped { shape: unknown, fault: scalar.then_some(FaultKind::Scalar) }
}

fn step_computed(owner: &Arc<Shape>) -> Stepped {
    let scalar = owner.kinds.without(Kinds::NIL).within(Kinds::SCALAR);
    let fault = scalar.then_some(FaultKind::Scalar);
    let item = owner.list.as_ref().filter(|_| owner.kinds.has(Kinds::LIST));
    let shape = match (item, owner.kinds.has(Kinds::OBJECT)) {
        (Some(list), false) => Arc::clone(&list.item),
        (None, true) => any_field(owner),
        _ => Arc::new(Shape::any()),
    };
    Stepped { shape, fault }
}

/// Joins the shapes of an object's fields.
pub(super) fn any_field(owner: &Shape) -> Arc<Shape> {
    let Some(object) = &owner.object else { return Arc::new(Shape::any()) };
    let mut shapes = object.fields.values().map(|field| &field.shape);
    if object.fields.len() > MAX_JOINED && object.openness != Openness::Free {
        return Arc::new(Shape::any());
    }
    let Some(first) = shapes.next() else { return Arc::new(Shape::any()) };
    shapes.take(MAX_JOINED).fold(Arc::clone(first), |joined, shape| join(&joined, shape))
}

/// Returns the shape of a list item, which may be missing if the list may be empty.
pub(super) fn item(owner: &Shape) -> Arc<Shape> {
    let Some(list) = &owner.list else { return Arc::new(Shape::any()) };
    if !list.may_be_empty {
        return Arc::clone(&list.item);
    }
    let missing = Missing::Item { empty_at: list.empty_at.clone() };
    let kinds = list.item.kinds | Kinds::NIL;
    Arc::new(Shape { kinds, missing: Some(Arc::new(missing)), ..(*list.item).clone() })
}
