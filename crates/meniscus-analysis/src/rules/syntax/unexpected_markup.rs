use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// Something in Liquid that has no meaning where it is.
    ///
    /// ## What it does
    ///
    /// Reports characters and words inside Liquid that have no meaning there.
    ///
    /// ## Why it matters
    ///
    /// Liquid silently ignores them. What is left may mean something other than what was written.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${is_member} == true; %}Hello{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if custom_attribute.${is_member} == true %}Hello{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5. Braze: tags (reference, section 2.8).
    name: "unexpected-markup", level: Error, check: Check::Parser,
}
