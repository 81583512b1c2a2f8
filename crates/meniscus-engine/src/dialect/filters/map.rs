use super::super::property::{Property, property};
use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Val, Value};

pub static FILTER: Filter = Filter {
    name: "map",
    parameters: &[Parameter::Required("property")],
    support: Support::Documented,
    signature: Signature { takes: Takes::List, gives: Gives::Property },
    facts: Facts::BY_PROPERTY,
    summary: "The value of a property for every item.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let name = arguments.view(0);
    let mut found = Vec::new();
    for item in context.items(input.view())? {
        found.push(match property(&item, name, context)? {
            Property::Found(value) => value,
            Property::NotIndexable => Value::Nil,
        });
    }
    Ok(Val::Own(Value::array(found)))
}
