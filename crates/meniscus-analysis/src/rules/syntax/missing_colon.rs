use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A filter and its argument without a colon between them.
    ///
    /// ## What it does
    ///
    /// Reports an argument that follows a filter's name without a colon.
    ///
    /// ## Why it matters
    ///
    /// Liquid ignores the argument: `default` then adds nothing, and customers see a blank.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// Hi {{${first_name} | default 'there'}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// Hi {{${first_name} | default: 'there'}}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: with the colon, Liquid uses the argument, which changes what is sent.
    ///
    /// ## Source
    ///
    /// Shopify Liquid's filters. Braze: filters (reference, section 3).
    name: "missing-colon", level: Error, check: Check::Parser,
}
