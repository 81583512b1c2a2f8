use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// Three braces where two belong.
    ///
    /// ## What it does
    ///
    /// Reports three braces around a value.
    ///
    /// ## Why it matters
    ///
    /// Other template languages use three braces for text that isn't escaped. Braze says three are
    /// wrong around an attribute. Liquid renders a blank or a brace.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {{{api_trigger_properties.${title}}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {{api_trigger_properties.${title} | default: 'News'}}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it removes a brace on each side, so customers see the value.
    ///
    /// ## Source
    ///
    /// Braze: the `${…}` form (reference, sections 1.1 and 7.1).
    name: "triple-brace", level: Error, check: Check::Parser,
}
