use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A key behind a dot that begins with a digit.
    ///
    /// Names behind a dot begin with a letter. Identifiers of SessionM's rules, dates and numbers
    /// do not: Liquid's strict parser refuses such a path, and its lax one looks for a field of
    /// that name, which a list does not have. In brackets every key can be read.
    ///
    /// Source: Ruby's Liquid; SessionM's maps by identifier are in its reference.
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${visits}.2026-05-16 %}See you on Saturday.{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% if custom_attribute.${visits}['2026-05-16'] %}See you on Saturday.{% endif %}
    /// ```
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${wishes}.0 == 'A' %}A{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% if custom_attribute.${wishes}[0] == 'A' %}A{% endif %}
    /// ```
    name: "key-needs-brackets", level: Error, check: Check::Parser,
}
