use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A word before `${ }` that isn't one of Braze's objects.
    ///
    /// ## What it does
    ///
    /// Reports a word before `${ }` that isn't the name of one of Braze's objects.
    ///
    /// ## Why it matters
    ///
    /// It renders as blank. The usual mistakes are `custom_attributes`, `content_block`, and
    /// `event_property`.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attributes.${is_member} %}Hello{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if custom_attribute.${is_member} %}Hello{% endif %}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it writes the name of a similar object, which changes what is sent.
    ///
    /// ## Source
    ///
    /// Braze: namespaces (reference, sections 1.4 and 7.1).
    name: "unknown-family", level: Warn, check: Check::Parser,
}
