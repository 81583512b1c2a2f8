use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// Liquid in the reason of `abort_message`.
    ///
    /// ## What it does
    ///
    /// Reports `{{ }}` in the reason of `abort_message`.
    ///
    /// ## Why it matters
    ///
    /// Braze uses the reason as written, so the log shows the braces instead of the value.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${plan} == blank %}{% abort_message('no plan for {{${user_id}}}') %}{% endif %}Hello
    /// ```
    ///
    /// ## Use instead
    ///
    /// Use a fixed string.
    ///
    /// ```liquid good
    /// {% if custom_attribute.${plan} == blank %}{% abort_message('no plan') %}{% endif %}Hello
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: `abort_message` (reference, sections 2.2 and 7.2).
    name: "liquid-in-argument", level: Warn, check: Check::Parser,
}
