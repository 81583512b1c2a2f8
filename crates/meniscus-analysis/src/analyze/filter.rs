use std::sync::Arc;

use super::environment::Alias;
use super::evaluate::{Evaluated, item, of_field};
use super::model::{FilterUse, Usage};
use super::origin::{DataOrigin, OriginStep};
use super::place::PlaceStep;
use super::walker::Walker;
use crate::shape::{Gives, Inference, Kinds, Scalar, Shape, Values, join};
use crate::syntax::ast::FilterCall;
use crate::text::{DataPath, Span};
use crate::value::{Value, View};

impl<'a> Walker<'a> {
    pub fn filter(
        &mut self,
        call: &'a FilterCall,
        input: Evaluated<'a>,
        left: Span,
        printed: bool,
    ) -> Evaluated<'a> {
        let arguments = call.arguments.iter();
        let arguments =
            arguments.map(|argument| self.expr(&argument.value, Usage::Argument, false));
        let arguments = arguments.collect::<Vec<_>>();
        let result = self.applied(call, &input, &arguments);
        if self.records() {
            self.model.filters.push(FilterUse {
                at: self.site(call.span),
                call,
                filter: call.filter,
                input: input.shape,
                left,
                arguments: arguments.into_iter().map(|argument| argument.shape).collect(),
                gives: Arc::clone(&result.shape),
                printed,
            });
        }
        result
    }

    fn applied(
        &self,
        call: &'a FilterCall,
        input: &Evaluated<'a>,
        arguments: &[Evaluated<'a>],
    ) -> Evaluated<'a> {
        let name = self.text(call.name);
        let Some(filter) = call.filter else {
            // Braze passes the value through filters it doesn't know.
            return Evaluated { pieces: None, alias: None, ..input.clone() };
        };
        let shape = &input.shape;
        let first = arguments.first();
        let constant = first.and_then(|argument| argument.shape.as_constant()).map(Value::view);
        let gives = self.known.semantics.signature(filter).gives;
        let given = result_shape(gives, shape, first, constant);
        // Most filters treat `nil` as an empty string or list, and sums treat it as 0, which is no
        // better. Its size is a size.
        let passes = matches!(
            gives,
            Gives::Text
                | Gives::Texts
                | Gives::Fewer
                | Gives::Part
                | Gives::Property
                | Gives::Item
                | Gives::Number
        ) && name != "as_json_string";
        let given = match (&shape.missing, passes) {
            (Some(missing), true) if given.missing.is_none() => {
                Arc::new(Shape { missing: Some(Arc::clone(missing)), ..(*given).clone() })
            }
            _ => given,
        };
        Evaluated {
            alias: alias_after(name, input),
            read: input.read,
            call: input.call,
            origin: origin_after(gives, &given, input, constant),
            derived: arguments.iter().fold(input.derived, |all, one| all | one.derived),
            pieces: self.pieces_of(name, input, arguments),
            shape: given,
        }
    }

    /// Returns the string produced by filters that only concatenate.
    fn pieces_of(
        &self,
        name: &str,
        input: &Evaluated<'a>,
        arguments: &[Evaluated<'a>],
    ) -> Option<Arc<super::pieces::Pieces<'a>>> {
        let own = input.pieces.as_ref()?;
        match name {
            "append" => {
                let mut pieces = (**own).clone();
                pieces.append(arguments.first()?.pieces.as_ref()?);
                Some(Arc::new(pieces))
            }
            "prepend" => {
                let mut pieces = (**arguments.first()?.pieces.as_ref()?).clone();
                pieces.append(own);
                Some(Arc::new(pieces))
            }
            "strip" | "strip_newlines" | "id" | "lid" | "default" => Some(Arc::clone(own)),
            _ => None,
        }
    }
}

/// Returns the shape of a filter's result; `constant` is the first argument, if it is constant.
fn result_shape(
    gives: Gives,
    shape: &Arc<Shape>,
    first: Option<&Evaluated<'_>>,
    constant: Option<View<'_>>,
) -> Arc<Shape> {
    match gives {
        Gives::Anything => Arc::new(Shape::any()),
        Gives::Text => Arc::new(Shape::of_kinds(Kinds::TEXT)),
        Gives::Number => Arc::new(Shape::of_kinds(Kinds::NUMBER)),
        Gives::Integer => Arc::new(Shape::of_kinds(Kinds::INT)),
        Gives::Truth => Arc::new(Shape::of_kinds(Kinds::BOOL)),
        Gives::Same => Arc::clone(shape),
        Gives::Fewer => fewer(shape),
        Gives::Part => part(shape),
        Gives::Item => of_list(shape),
        Gives::Texts => parts(shape, constant),
        Gives::Property => property(shape, constant),
        Gives::Field => match constant {
            Some(View::Str(name)) => shape
                .field(name)
                .map_or_else(|| Arc::new(Shape::any()), |field| of_field(name, field)),
            _ => Arc::new(Shape::any()),
        },
        Gives::Both => match first {
            Some(other) => join(shape, &other.shape),
            None => Arc::clone(shape),
        },
        Gives::OrArgument => defaulted(shape, first),
        Gives::Json => json(shape),
    }
}

/// Returns the place that a filter's result still gives information about.
fn alias_after(name: &str, input: &Evaluated<'_>) -> Option<Alias> {
    match name {
        "size" => input
            .alias
            .as_ref()
            .filter(|alias| !alias.is_size)
            .map(|alias| Alias { is_size: true, ..alias.clone() }),
        "first" | "last" => input.alias.as_ref().filter(|alias| !alias.is_size).map(|alias| {
            let place = (*alias.place).clone().with(PlaceStep::after_dot(name));
            Alias { place: Arc::new(place), ..alias.clone() }
        }),
        "id" | "lid" => input.alias.clone(),
        _ => None,
    }
}

/// Returns where a filter's result comes from.
fn origin_after(
    gives: Gives,
    given: &Shape,
    input: &Evaluated<'_>,
    constant: Option<View<'_>>,
) -> Option<Arc<DataOrigin>> {
    match gives {
        Gives::OrArgument => input.origin.as_ref().map(DataOrigin::default),
        Gives::Same | Gives::Fewer => input.origin.clone(),
        Gives::Item => input.origin.as_ref().map(|origin| origin.with(OriginStep::Item)),
        Gives::Part if given.kinds.has(Kinds::LIST) => input.origin.clone(),
        Gives::Property | Gives::Field => match (&input.origin, constant) {
            (Some(origin), Some(View::Str(field))) => {
                let field = OriginStep::Field(Arc::from(field));
                let is_list = gives == Gives::Property;
                Some(if is_list { origin.spread(field) } else { origin.with(field) })
            }
            _ => None,
        },
        _ => input.origin.as_ref().map(DataOrigin::derive),
    }
}

/// Returns a list from which items may have been removed.
fn fewer(shape: &Arc<Shape>) -> Arc<Shape> {
    let Some(list) = &shape.list else {
        return if shape.kinds.has(Kinds::LIST) { Arc::clone(shape) } else { unknown_list() };
    };
    let mut list = (**list).clone();
    list.longest = None;
    Arc::new(Shape { kinds: Kinds::LIST, list: Some(Arc::new(list)), ..Shape::default() })
}

fn part(shape: &Arc<Shape>) -> Arc<Shape> {
    if shape.kinds.without(Kinds::NIL).within(Kinds::LIST) {
        return fewer(shape);
    }
    if shape.kinds.without(Kinds::NIL).within(Kinds::SCALAR) {
        return Arc::new(Shape::of_kinds(Kinds::TEXT));
    }
    Arc::new(Shape::any())
}

fn of_list(shape: &Arc<Shape>) -> Arc<Shape> {
    if shape.kinds.without(Kinds::NIL).within(Kinds::LIST) {
        item(shape)
    } else {
        Arc::new(Shape::any())
    }
}

fn property(shape: &Arc<Shape>, name: Option<View<'_>>) -> Arc<Shape> {
    let (Some(list), Some(View::Str(name))) = (&shape.list, name) else { return unknown_list() };
    let item = match list.item.field(name) {
        Some(field) => of_field(name, field),
        None => Arc::new(Shape::any()),
    };
    let item = Arc::new(Shape { missing: None, ..(*item).clone() });
    let list = crate::shape::List { item, ..(**list).clone() };
    Arc::new(Shape { kinds: Kinds::LIST, list: Some(Arc::new(list)), ..Shape::default() })
}

/// Most items of a literal whose values are kept.
const MAX_PARTS: usize = 200;

/// Splits a string; the items are known if the string is a literal.
fn parts(shape: &Shape, separator: Option<View<'_>>) -> Arc<Shape> {
    let mut parts = Shape::list_of(Arc::new(Shape::of_kinds(Kinds::TEXT)));
    if let (Some(View::Str(text)), Some(View::Str(separator))) =
        (shape.as_constant().map(Value::view), separator)
        && !separator.trim().is_empty()
        && let Some(list) = &mut parts.list
    {
        let values = text.split(separator).map(Value::from).collect::<Vec<_>>();
        let list = Arc::make_mut(list);
        list.longest = Some(values.len());
        if !text.is_empty() && values.len() <= MAX_PARTS {
            let scalar = Some(Arc::new(Scalar { values, known: Values::Exact }));
            list.item = Arc::new(Shape { kinds: Kinds::TEXT, scalar, ..Shape::default() });
        }
    }
    Arc::new(parts)
}

fn unknown_list() -> Arc<Shape> {
    Arc::new(Shape::of_kinds(Kinds::LIST))
}

fn defaulted<'a>(shape: &Arc<Shape>, argument: Option<&Evaluated<'a>>) -> Arc<Shape> {
    let own = Arc::new(shape.without_nil());
    let Some(argument) = argument else { return own };
    if shape.is_any() {
        return own;
    }
    join(&own, &argument.shape)
}

/// Infers the shape of a JSON string literal.
fn json(shape: &Arc<Shape>) -> Arc<Shape> {
    let Some(View::Str(text)) = shape.as_constant().map(Value::view) else {
        return Arc::new(Shape::any());
    };
    let Ok(value) = serde_json::from_str(text) else { return Arc::new(Shape::any()) };
    let mut inference = Inference::default();
    let sample = crate::shape::Sample {
        name: "the template".to_owned(),
        kind: crate::shape::SampleKind::Schema,
        shown: String::new(),
        file: std::path::PathBuf::new(),
        base: DataPath::new(),
    };
    inference.add(&Arc::new(sample), &value);
    inference.finish()
}
