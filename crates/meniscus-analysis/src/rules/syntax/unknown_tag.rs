use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A tag that neither Liquid nor Braze has.
    ///
    /// ## What it does
    ///
    /// Reports tags that aren't in Liquid or in Braze's documentation.
    ///
    /// ## Why it matters
    ///
    /// Liquid rejects the whole template, so nobody gets the message.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${plan} == blank %}{% cancel_message %}{% endif %}Hello
    /// ```
    ///
    /// ## Use instead
    ///
    /// Use a tag that exists. To print a value, use two braces.
    ///
    /// ```liquid good
    /// {% if custom_attribute.${plan} == blank %}{% abort_message('no plan') %}{% endif %}Hello
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it writes a similar tag, or an output, and the message is sent.
    ///
    /// ## Source
    ///
    /// Braze: tags, and its own samples (reference, sections 2.8, 7.1, and 7.4).
    name: "unknown-tag", level: Error, check: Check::Parser,
}
