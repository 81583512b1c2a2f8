use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// An end tag or a branch tag outside its block.
    ///
    /// ## What it does
    ///
    /// Reports end tags such as `endif`, and `else`, `elsif`, and `when`, outside the block they
    /// belong to.
    ///
    /// ## Why it matters
    ///
    /// Liquid rejects the whole template, so nobody gets the message. Usually, the end tag doesn't
    /// fit the block, such as `endif` after `case`, or the opening tag was deleted.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% case ${language} %}{% when 'de' %}Hallo{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% case ${language} %}{% when 'de' %}Hallo{% endcase %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Liquid syntax, and abort type `template_parse_error` (reference, sections 7.1 and
    /// 9A).
    name: "stray-tag", level: Error, check: Check::Parser,
}
