use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::Hmac;
use sha2::Sha256;

use super::hmac_sha1_hex::authentication_code;
use crate::render::{
    Arguments, Encoding, Facts, Filter, FilterContext, FilterError, Parameter, Support,
};
use crate::shape::{Gives, Signature, Takes};
use crate::value::Val;

/// Vector of reference 3.5.
pub static FILTER: Filter = Filter {
    name: "hmac_sha256_base64",
    parameters: &[Parameter::Required("key")],
    support: Support::Documented,
    signature: Signature { takes: Takes::Text, gives: Gives::Text },
    facts: Facts::encodes(Encoding::Base64),
    summary: "The HMAC-SHA256 of the string with a key, in Base64.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let code = authentication_code::<Hmac<Sha256>>(&arguments.view(0).to_str(), &input.to_str());
    Ok(Val::from(STANDARD.encode(code)))
}
