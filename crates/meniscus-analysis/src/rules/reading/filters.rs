//! Properties of filters, by name.

use crate::dialect::BRAZE;
use crate::render::{Dialect, Facts};
use crate::semantics::Semantics;
use crate::shape::{Gives, Signature, Takes};
use crate::syntax::Grammar;

/// Returns what is known about a filter's result; nothing for filters that Braze lacks.
pub(in crate::rules) fn facts_of(name: &str) -> Facts {
    BRAZE.filter(name).map_or(Facts::NONE, |filter| BRAZE.filter_definition(filter).facts)
}

/// Whether a filter's result is a number or written as one.
pub(in crate::rules) fn is_numeric(name: &str) -> bool {
    BRAZE.filter(name).is_some_and(|filter| {
        let Signature { takes, gives } = BRAZE.signature(filter);
        takes == Takes::Number || matches!(gives, Gives::Number | Gives::Integer)
    })
}

/// Whether a filter's result contains no quotes or line breaks.
pub(in crate::rules) fn is_safe_in_quotes(name: &str) -> bool {
    facts_of(name).is_safe_in_quotes() || is_numeric(name) || name == "date"
}
