use std::borrow::Cow;

use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::Val;

pub static FILTER: Filter = Filter {
    name: "join",
    parameters: &[Parameter::Optional("separator")],
    support: Support::Documented,
    signature: Signature { takes: Takes::List, gives: Gives::Text },
    facts: Facts::NONE,
    summary: "The items of a list as one string, with a separator between them.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let separator = arguments.get(0).map_or(Cow::Borrowed(" "), |given| given.to_str());
    let items = context.items(input.view())?;
    context.check_bytes(separator.len().saturating_mul(items.len().saturating_sub(1)))?;
    let mut out = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(&separator);
        }
        context.read(item.view())?;
        out.push_str(&item.view().to_str());
        context.check_bytes(out.len())?;
    }
    Ok(Val::from(out))
}
