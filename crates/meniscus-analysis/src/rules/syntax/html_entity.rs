use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A sign of Liquid that was written as HTML.
    ///
    /// Visual editors turn `>` into `&gt;` and `"` into `&quot;`, also inside of Liquid, which then
    /// reads something else than what was typed. Edit the place in the HTML view and write the sign
    /// itself.
    ///
    /// Source: Liquid's operators and quotes are in the reference's section 4.
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${visits} &gt; 3 %}Welcome back.{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% if custom_attribute.${visits} > 3 %}Welcome back.{% endif %} Fish &amp; chips.
    /// ```
    name: "html-entity", level: Error, check: Check::Parser,
}
