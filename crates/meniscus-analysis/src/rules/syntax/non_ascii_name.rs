use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A letter outside ASCII in a name.
    ///
    /// ## What it does
    ///
    /// Reports letters such as `ö` in a name. Names inside `${ }` may contain any letter, and so
    /// may strings in quotes.
    ///
    /// ## Why it matters
    ///
    /// Names contain ASCII letters, digits, and `_`. Liquid reads `größe` as `gr`, which is never
    /// set, so customers see a blank.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {{ größe | default: 'M' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {{custom_attribute.${größe} | default: 'M'}}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: the `${…}` form (reference, sections 1.1 and 7.1).
    name: "non-ascii-name", level: Error, check: Check::Parser,
}
