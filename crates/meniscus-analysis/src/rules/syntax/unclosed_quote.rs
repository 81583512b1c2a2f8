use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A string without its closing quote.
    ///
    /// ## What it does
    ///
    /// Reports a quote inside Liquid that is never closed.
    ///
    /// ## Why it matters
    ///
    /// Liquid doesn't find the end of the string and leaves it out, so customers see a blank.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// Hi {{${first_name} | default: 'there}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// If a string contains one kind of quote, put it in the other kind.
    ///
    /// ```liquid good
    /// Hi {{${first_name} | default: 'there'}}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5.
    name: "unclosed-quote", level: Error, check: Check::Parser,
}
