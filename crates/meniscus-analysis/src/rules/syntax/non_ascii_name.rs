use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A letter that is not ASCII in a name.
    ///
    /// Names have ASCII letters, digits and `_`: Liquid reads `größe` as `gr`, which nobody set.
    /// Names inside of `${ }` may have any letter, and so may texts in quotes.
    ///
    /// Source: the reference's sections 1.1 and 7.1.
    ///
    /// ```liquid bad
    /// {{ größe | default: 'M' }}
    /// ```
    ///
    /// ```liquid good
    /// {{custom_attribute.${größe} | default: 'M'}}
    /// ```
    name: "non-ascii-name", level: Error, check: Check::Parser,
}
