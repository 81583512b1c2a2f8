use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A no-break space or another invisible character inside of Liquid.
    ///
    /// Copied from a web page or a word processor, it looks like a space, but Liquid takes it for a
    /// part of the name beside it, which is then unknown. In what customers read it is fine.
    ///
    /// Source: Ruby's white space is ASCII; the reference's section 2.1.7 tells of U+00A0 in URLs.
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${is_member} == true %}Hello{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% if custom_attribute.${is_member} == true %}Hello{% endif %} 5 km
    /// ```
    name: "invisible-character", level: Error, check: Check::Parser,
}
