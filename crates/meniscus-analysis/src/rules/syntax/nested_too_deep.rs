use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// Blocks, brackets, or braces nested more than 100 levels deep.
    ///
    /// ## What it does
    ///
    /// Reports blocks, brackets, and braces inside each other, more than 100 levels deep.
    ///
    /// ## Why it matters
    ///
    /// Liquid rejects such a template, so nobody gets the message.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {{ [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[['a']]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]] }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// Move the inner part to a content block, or remove levels.
    ///
    /// ```liquid good
    /// {{ 'a' }}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5: `Nesting too deep`.
    name: "nested-too-deep", level: Error, check: Check::Parser,
}
