use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A block without its end tag.
    ///
    /// ## What it does
    ///
    /// Reports a block, such as `if` or `for`, that is never closed.
    ///
    /// ## Why it matters
    ///
    /// Liquid rejects the whole template, so nobody gets the message.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${is_member} %}Hello
    /// ```
    ///
    /// ## Use instead
    ///
    /// Add the end tag where the block ends.
    ///
    /// ```liquid good
    /// {% if custom_attribute.${is_member} %}Hello{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Liquid syntax, and abort type `template_parse_error` (reference, sections 7.1 and
    /// 9A).
    name: "unclosed-block", level: Error, check: Check::Parser,
}
