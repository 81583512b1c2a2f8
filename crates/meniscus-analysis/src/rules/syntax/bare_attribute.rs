use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A `${name}` in text, outside braces.
    ///
    /// ## What it does
    ///
    /// Reports `${name}` in text outside `{{ }}` and `{% %}`. In a `<script>`, it is JavaScript and
    /// isn't reported.
    ///
    /// ## Why it matters
    ///
    /// Customers see `${first_name}` instead of their name. Two of Braze's pages show it as if it
    /// were filled in. All others put it in braces, where it is always filled in.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// Hi ${first_name}, the doors are open.
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// Hi {{${first_name} | default: 'there'}}, the doors are open.
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it adds the braces, so customers see the value instead of the text.
    ///
    /// ## Source
    ///
    /// Braze: the `${…}` form (reference, sections 1.1 and 7.1).
    name: "bare-attribute", level: Warn, check: Check::Parser,
}
