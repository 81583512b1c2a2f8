use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A no-break space or another invisible character inside Liquid.
    ///
    /// ## What it does
    ///
    /// Reports invisible characters and unusual spaces inside Liquid. In the text that customers
    /// read, they're fine.
    ///
    /// ## Why it matters
    ///
    /// Copied from a web page or a word processor, the character looks like a space. Liquid reads
    /// it as part of the name next to it, which is then unknown.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${is_member} == true %}Hello{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if custom_attribute.${is_member} == true %}Hello{% endif %} 5 km
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is safe if Liquid reads the template the same way afterward. Otherwise it changes
    /// what is sent and is unsafe.
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5: whitespace in Ruby is ASCII. Braze: U+00A0 in URLs (reference, section
    /// 2.1.7).
    name: "invisible-character", level: Error, check: Check::Parser,
}
