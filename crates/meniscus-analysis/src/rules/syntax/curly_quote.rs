use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A curly quote around a text in Liquid.
    ///
    /// Word processors make them; Liquid takes `‘there’` for the name of a variable that nobody
    /// set, and prints nothing in its place. Type `'` or `"`. Curly quotes in what customers read
    /// are fine.
    ///
    /// Source: the reference's sections 4 and 7.1.
    ///
    /// ```liquid bad
    /// Hi {{${first_name} | default: ‘there’}}
    /// ```
    ///
    /// ```liquid good
    /// Hi {{${first_name} | default: 'there'}}, it’s on.
    /// ```
    name: "curly-quote", level: Error, check: Check::Parser,
}
