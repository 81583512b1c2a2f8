use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// Liquid that ends too early.
    ///
    /// ## What it does
    ///
    /// Reports Liquid that ends where a value, a name, or a filter is still expected.
    ///
    /// ## Why it matters
    ///
    /// Liquid continues with what is there, which renders as blank or as another value.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {{ 'now' | date: }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {{ 'now' | date: '%Y' }}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: tags and filters (reference, sections 2.8 and 3).
    name: "incomplete-markup", level: Error, check: Check::Parser,
}
