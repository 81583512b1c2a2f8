use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::Val;

/// Bytes that are no text are shown as U+FFFD.
pub static FILTER: Filter = Filter {
    name: "base64_url_safe_decode",
    parameters: &[],
    support: Support::Unlisted,
    signature: Signature { takes: Takes::Text, gives: Gives::Text },
    facts: Facts::NONE,
    summary: "The string decoded from URL-safe Base64, with or without padding.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    _arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    match URL_SAFE.decode(&*input.to_str()) {
        Ok(bytes) => Ok(Val::from(String::from_utf8_lossy(&bytes).into_owned())),
        Err(_) => Err(FilterError::new("invalid base64 provided to base64_url_safe_decode")),
    }
}

const URL_SAFE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
