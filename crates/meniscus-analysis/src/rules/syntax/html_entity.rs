use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A character of Liquid written as an HTML entity.
    ///
    /// ## What it does
    ///
    /// Reports entities such as `&gt;` and `&quot;` inside Liquid. In the text that customers read,
    /// they're fine.
    ///
    /// ## Why it matters
    ///
    /// Visual editors turn `>` into `&gt;` and `"` into `&quot;`, even inside Liquid. Liquid then
    /// reads something other than what was typed.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${visits} &gt; 3 %}Welcome back.{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// Open the HTML view of the editor, and write the character itself.
    ///
    /// ```liquid good
    /// {% if custom_attribute.${visits} > 3 %}Welcome back.{% endif %} Fish &amp; chips.
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is safe if Liquid reads the template the same way afterward, as it may for a stray
    /// `&nbsp;`. Otherwise it changes what is sent and is unsafe.
    ///
    /// ## Source
    ///
    /// Braze: Liquid's operators and quotes (reference, section 4).
    name: "html-entity", level: Error, check: Check::Parser,
}
