use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Val, Value, View};

pub static FILTER: Filter = Filter {
    name: "concat",
    parameters: &[Parameter::Required("list")],
    support: Support::Documented,
    signature: Signature { takes: Takes::List, gives: Gives::Both },
    facts: Facts::NONE,
    summary: "The list with another list added to its end.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let tail = match arguments.view(0) {
        View::Array(items) => {
            context.spent(context.meter.spend_items(items.len()))?;
            items.to_vec()
        }
        _ => return Err(FilterError::new("concat filter requires an array argument")),
    };
    let mut items = context.items(input.view())?;
    context.check_items(items.len() + tail.len())?;
    items.extend(tail);
    context.spent(context.meter.spend_items(items.len()))?;
    context.check_contents(&items)?;
    Ok(Val::Own(Value::array(items)))
}
