use super::super::property::{Property, property};
use crate::render::{Arguments, Filter, FilterContext, FilterError, Parameter, Support};
use crate::value::{Val, Value, View};

/// The list without `nil`, or without items whose property is `nil`.
pub static FILTER: Filter = Filter {
    name: "compact",
    parameters: &[Parameter::Optional("property")],
    support: Support::Documented,
    summary: "The list without `nil`, or without items whose property is `nil`.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let mut kept = Vec::new();
    for item in context.items(input.view())? {
        let value = match arguments.view(0) {
            View::Nil => item.clone(),
            name => match property(&item, name)? {
                Property::Found(value) => value,
                Property::NotIndexable => return Ok(Val::NIL),
            },
        };
        if !value.view().is_nil() {
            kept.push(item);
        }
    }
    Ok(Val::Own(Value::array(kept)))
}
