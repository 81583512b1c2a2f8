use super::replace_first::replace_one;
use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::Val;

pub static FILTER: Filter = Filter {
    name: "remove_first",
    parameters: &[Parameter::Required("text")],
    support: Support::Documented,
    signature: Signature { takes: Takes::Text, gives: Gives::Text },
    facts: Facts::NONE,
    summary: "The string with the first occurrence of another removed.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    replace_one(input, &arguments.view(0).to_str(), "", context)
}
