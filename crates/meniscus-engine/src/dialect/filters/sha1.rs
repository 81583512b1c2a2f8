use sha1::{Digest, Sha1};

use super::md5::hexadecimal;
use crate::render::{Arguments, Encoding, Facts, Filter, FilterContext, FilterError, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::Val;

/// Vector of reference 3.5.
pub static FILTER: Filter = Filter {
    name: "sha1",
    parameters: &[],
    support: Support::Documented,
    signature: Signature { takes: Takes::Text, gives: Gives::Text },
    facts: Facts::encodes(Encoding::Digest),
    summary: "The SHA-1 digest of the string, in hexadecimal.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    _arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    Ok(Val::from(hexadecimal(&Sha1::digest(input.to_str().as_bytes()))))
}
