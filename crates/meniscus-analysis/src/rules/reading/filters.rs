//! What filters are known for, by name.

use crate::dialect::BRAZE;
use crate::render::{Dialect, Facts};
use crate::semantics::Semantics;
use crate::shape::{Gives, Signature, Takes};
use crate::syntax::Grammar;

/// What is known of a filter's result; nothing of a filter that Braze does not have.
pub(in crate::rules) fn facts_of(name: &str) -> Facts {
    BRAZE.filter(name).map_or(Facts::NONE, |filter| BRAZE.filter_definition(filter).facts)
}

/// Whether a filter gives a number, or writes one.
pub(in crate::rules) fn is_numeric(name: &str) -> bool {
    BRAZE.filter(name).is_some_and(|filter| {
        let Signature { takes, gives } = BRAZE.signature(filter);
        takes == Takes::Number || matches!(gives, Gives::Number | Gives::Integer)
    })
}

/// Whether a filter's result has neither quotes nor line ends.
pub(in crate::rules) fn is_safe_in_quotes(name: &str) -> bool {
    facts_of(name).is_safe_in_quotes() || is_numeric(name) || name == "date"
}
