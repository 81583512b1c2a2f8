use super::super::property::{Judged, judge};
use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Val, Value};

pub static FILTER: Filter = Filter {
    name: "reject",
    parameters: &[Parameter::Required("property"), Parameter::Optional("value")],
    support: Support::Unlisted,
    signature: Signature { takes: Takes::List, gives: Gives::Fewer },
    facts: Facts::KEEPS_ITEMS_BY_PROPERTY,
    summary: "The items whose property isn't true or doesn't equal a value.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let items = context.items(input.view())?;
    Ok(Val::Own(match judge(items, arguments.view(0), arguments.view(1), false, context)? {
        Judged::Fits(judged) => Value::array(
            judged.into_iter().filter(|(_, fits)| !*fits).map(|(item, _)| item).collect(),
        ),
        Judged::NotIndexable => Value::Nil,
    }))
}
