use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A `${name}` in text, outside of braces.
    ///
    /// It is printed as it stands, so the customer reads the dollar sign. Two pages of Braze's show
    /// it so as if it were filled in, all others put it in braces; in braces it is filled in for
    /// certain.
    ///
    /// Source: the reference's sections 1.1 and 7.1.
    ///
    /// ```liquid bad
    /// Hi ${first_name}, the doors are open.
    /// ```
    ///
    /// ```liquid good
    /// Hi {{${first_name} | default: 'there'}}, the doors are open.
    /// ```
    name: "bare-attribute", level: Warn, check: Check::Parser,
}
