use hmac::Hmac;
use sha2::Sha512;

use super::hmac_sha1_hex::authentication_code;
use super::md5::hexadecimal;
use crate::render::{
    Arguments, Encoding, Facts, Filter, FilterContext, FilterError, Parameter, Support,
};
use crate::shape::{Gives, Signature, Takes};
use crate::value::Val;

/// Named in reference 3.5 without a vector: hexadecimal is `unverified`.
pub static FILTER: Filter = Filter {
    name: "hmac_sha512",
    parameters: &[Parameter::Required("key")],
    support: Support::Documented,
    signature: Signature { takes: Takes::Text, gives: Gives::Text },
    facts: Facts::encodes(Encoding::Digest),
    summary: "The HMAC-SHA512 of the string with a key, in hexadecimal.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let code = authentication_code::<Hmac<Sha512>>(&arguments.view(0).to_str(), &input.to_str());
    Ok(Val::from(hexadecimal(&code)))
}
