use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;

use crate::render::{Arguments, Encoding, Facts, Filter, FilterContext, FilterError, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::Val;

pub static FILTER: Filter = Filter {
    name: "base64_url_safe_encode",
    parameters: &[],
    support: Support::Unlisted,
    signature: Signature { takes: Takes::Text, gives: Gives::Text },
    facts: Facts::encodes(Encoding::Base64Url),
    summary: "The string encoded in URL-safe Base64, with padding.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    _arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    Ok(Val::from(URL_SAFE.encode(&*input.to_str())))
}
