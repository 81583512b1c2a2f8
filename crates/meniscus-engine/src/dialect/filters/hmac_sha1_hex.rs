use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use super::md5::hexadecimal;
use crate::render::{
    Arguments, Encoding, Facts, Filter, FilterContext, FilterError, Parameter, Support,
};
use crate::shape::{Gives, Signature, Takes};
use crate::value::Val;

/// Vector of reference 3.5.
pub static FILTER: Filter = Filter {
    name: "hmac_sha1_hex",
    parameters: &[Parameter::Required("key")],
    support: Support::Documented,
    signature: Signature { takes: Takes::Text, gives: Gives::Text },
    facts: Facts::encodes(Encoding::Digest),
    summary: "The HMAC-SHA1 of the string with a key, in hexadecimal.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let code = authentication_code::<Hmac<Sha1>>(&arguments.view(0).to_str(), &input.to_str());
    Ok(Val::from(hexadecimal(&code)))
}

/// The code of a text under a key.
pub(super) fn authentication_code<M: Mac + KeyInit>(key: &str, text: &str) -> Vec<u8> {
    // A code takes keys of every length; there is no error to meet.
    match <M as KeyInit>::new_from_slice(key.as_bytes()) {
        Ok(mac) => mac.chain_update(text.as_bytes()).finalize().into_bytes().to_vec(),
        Err(_) => Vec::new(),
    }
}
