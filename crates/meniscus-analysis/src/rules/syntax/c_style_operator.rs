use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// `&&` or `||`, which aren't operators in Liquid.
    ///
    /// ## What it does
    ///
    /// Reports `&&` and `||` in conditions and values.
    ///
    /// ## Why it matters
    ///
    /// Liquid ignores what follows them: of `a && b`, it tests only `a`. Customers get a message
    /// meant for others.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${is_member} && custom_attribute.${has_app} %}Open the app.{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// Write `and` and `or`. In an output, use `default` for a value that may be missing.
    ///
    /// ```liquid good
    /// {% if custom_attribute.${is_member} and custom_attribute.${has_app} %}Open the app.{% endif %}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: Liquid then tests both sides, which changes who gets the message. In an
    /// output, the fix replaces `||` with `| default:`, which changes what is sent.
    ///
    /// ## Source
    ///
    /// Braze: operators (reference, sections 4 and 7.1).
    name: "c-style-operator", level: Error, check: Check::Parser,
}
