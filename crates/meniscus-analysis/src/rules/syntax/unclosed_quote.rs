use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A text without its closing quote.
    ///
    /// Liquid does not find the end of the text and leaves it out, so the customer reads a hole. A
    /// text that holds one kind of quote stands in the other.
    ///
    /// Source: Ruby's Liquid.
    ///
    /// ```liquid bad
    /// Hi {{${first_name} | default: 'there}}
    /// ```
    ///
    /// ```liquid good
    /// Hi {{${first_name} | default: 'there'}}
    /// ```
    name: "unclosed-quote", level: Error, check: Check::Parser,
}
