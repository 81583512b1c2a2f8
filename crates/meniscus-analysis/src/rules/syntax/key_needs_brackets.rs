use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A key after a dot that starts with a digit.
    ///
    /// ## What it does
    ///
    /// Reports keys such as `.2026-05-16` and `.0`.
    ///
    /// ## Why it matters
    ///
    /// A name after a dot must start with a letter. Identifiers of SessionM's rules, dates, and
    /// numbers may not. Liquid's strict parser rejects such a path. Its lax parser looks for a
    /// field of that name, which a list doesn't have.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${visits}.2026-05-16 %}See you on Saturday.{% endif %}
    /// ```
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${wishes}.0 == 'A' %}A{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// Put the key in brackets, which work for every key.
    ///
    /// ```liquid good
    /// {% if custom_attribute.${visits}['2026-05-16'] %}See you on Saturday.{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% if custom_attribute.${wishes}[0] == 'A' %}A{% endif %}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: with brackets, Liquid may read a different value, which changes what is
    /// sent.
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5. SessionM: maps by identifier (SessionM reference).
    name: "key-needs-brackets", level: Error, check: Check::Parser,
}
