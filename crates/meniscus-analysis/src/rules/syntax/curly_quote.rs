use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A curly quote around a string in Liquid.
    ///
    /// ## What it does
    ///
    /// Reports curly quotes inside Liquid. In the text that customers read, they're fine.
    ///
    /// ## Why it matters
    ///
    /// Word processors insert them. Liquid reads `‘there’` as the name of a variable that is never
    /// set, so it renders as blank.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// Hi {{${first_name} | default: ‘there’}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// Type `'` or `"`.
    ///
    /// ```liquid good
    /// Hi {{${first_name} | default: 'there'}}, it’s on.
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: with straight quotes, Liquid uses the string, which changes what is sent.
    ///
    /// ## Source
    ///
    /// Braze: quotes (reference, sections 4 and 7.1).
    name: "curly-quote", level: Error, check: Check::Parser,
}
