use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// An end or a branch that belongs to no block.
    ///
    /// Liquid refuses the whole template, so nobody gets the message. Most often the block was
    /// opened by another word, `case` with `endif`, or the opening tag was deleted.
    ///
    /// Source: the reference's sections 7.1 and 9A, `template_parse_error`.
    ///
    /// ```liquid bad
    /// {% case ${language} %}{% when 'de' %}Hallo{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% case ${language} %}{% when 'de' %}Hallo{% endcase %}
    /// ```
    name: "stray-tag", level: Error, check: Check::Parser,
}
