use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Val, Value};

pub static FILTER: Filter = Filter {
    name: "reverse",
    parameters: &[],
    support: Support::Documented,
    signature: Signature { takes: Takes::List, gives: Gives::Same },
    facts: Facts::KEEPS_ITEMS,
    summary: "The list in reverse order.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    _arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let mut items = context.items(input.view())?;
    items.reverse();
    Ok(Val::Own(Value::array(items)))
}
