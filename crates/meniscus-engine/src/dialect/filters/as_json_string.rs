use crate::render::{Arguments, Encoding, Facts, Filter, FilterContext, FilterError, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Val, to_json};

pub static FILTER: Filter = Filter {
    name: "as_json_string",
    parameters: &[],
    support: Support::Documented,
    signature: Signature { takes: Takes::Anything, gives: Gives::Text },
    facts: Facts::encodes(Encoding::Json),
    summary: "The value as JSON.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    _arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    context.read(input.view())?;
    Ok(Val::from(to_json(input.view()).to_string()))
}
