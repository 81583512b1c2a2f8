use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// Two arguments of a filter without a comma between them.
    ///
    /// ## What it does
    ///
    /// Reports arguments of a filter that no comma separates.
    ///
    /// ## Why it matters
    ///
    /// Liquid ignores the second: `replace` then removes what it should replace.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {{ 'a b' | replace: ' ' '-' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {{ 'a b' | replace: ' ', '-' }}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: with the comma, Liquid uses the argument, which changes what is sent.
    ///
    /// ## Source
    ///
    /// Shopify Liquid's filters. Braze: filters (reference, section 3).
    name: "missing-comma", level: Error, check: Check::Parser,
}
