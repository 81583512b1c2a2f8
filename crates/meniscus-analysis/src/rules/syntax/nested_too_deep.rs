use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// Blocks, brackets or braces that stand more than 100 deep in each other.
    ///
    /// Ruby's Liquid refuses such a template. Move the inner part to a content block, or take
    /// levels out.
    ///
    /// Source: Ruby's Liquid 5, `Nesting too deep`.
    ///
    /// ```liquid bad
    /// {{ [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[['a']]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]] }}
    /// ```
    ///
    /// ```liquid good
    /// {{ 'a' }}
    /// ```
    name: "nested-too-deep", level: Error, check: Check::Parser,
}
