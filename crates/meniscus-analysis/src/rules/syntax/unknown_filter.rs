use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A filter that neither Liquid nor Braze has.
    ///
    /// ## What it does
    ///
    /// Reports filters that aren't in Liquid or in Braze's documentation.
    ///
    /// ## Why it matters
    ///
    /// The value passes through as if the filter weren't there. No page says whether Braze sends
    /// the message at all.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {{ 'summer' | capitalise }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {{ 'summer' | capitalize }}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it writes the name of a similar filter, which changes what is sent.
    ///
    /// ## Source
    ///
    /// Braze: filters, and open questions (reference, sections 3, 7.1, and 11).
    name: "unknown-filter", level: Warn, check: Check::Parser,
}
